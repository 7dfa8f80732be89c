"""A party member's year so far: the organised life, and the visits made."""

from collections import Counter
from dataclasses import dataclass

from sqlalchemy import Connection, func, select

from villagebranch.domain.codes import ATTENDANCE
from villagebranch.records.attendance import Attendance
from villagebranch.records.kept import VisitVisitor
from villagebranch.records.meeting import Meeting


@dataclass(frozen=True)
class MemberYear:
    """How often the member came, was on leave and so on (by the code of `ATTENDANCE`), and how many visits were made."""

    meetings: Counter[str]
    visits: int

    @property
    def meeting_words(self) -> str:
        """到 6 · 请假 9, '' where there was no meeting."""
        told = ((label, self.meetings[code]) for code, label in ATTENDANCE.options.items())
        return " · ".join(f"{label} {count}" for label, count in told if count)


def member_year(conn: Connection, person_id: str, year: int) -> MemberYear:
    """Return what a person did in a year."""
    of_year = (f"{year:04}", f"{year:04}~")
    called = (
        select(Attendance.status)
        .join(Meeting, Meeting.id == Attendance.meeting_id)
        .where(Attendance.person_id == person_id, Attendance.removed_at.is_(None))
        .where(Meeting.removed_at.is_(None), Meeting.starts_at.between(*of_year))
    )
    visits = select(func.count()).where(
        VisitVisitor.person_id == person_id, VisitVisitor.occurred_on.between(*of_year)
    )
    return MemberYear(Counter(conn.scalars(called)), conn.scalar(visits) or 0)
