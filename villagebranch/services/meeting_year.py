"""A year of meetings: their list and numbers, what the rules ask for and what was held, and who came to which."""

from collections import Counter, defaultdict
from collections.abc import Iterable, Sequence
from dataclasses import dataclass
from datetime import date
from typing import Any

from sqlalchemy import ColumnElement, Connection, Row, Select, func, select, tuple_

from villagebranch.domain import codes
from villagebranch.domain.dayshow import day_words
from villagebranch.domain.duties import Duty, Standing, standing
from villagebranch.domain.meetings import Roll, call_roll
from villagebranch.domain.table import Column, Table
from villagebranch.domain.values import Text, Whole
from villagebranch.records.agenda_item import AgendaItem
from villagebranch.records.attendance import Attendance
from villagebranch.records.meeting import Meeting
from villagebranch.records.member import Member
from villagebranch.services import people

KIND = Meeting.kind()


@dataclass(frozen=True)
class MeetingRow:
    """One meeting of a year in short; `ordinal` counts those of its type, for a group meeting those of its group."""

    id: str
    meeting_type: str
    starts_at: str
    title: str
    party_group: str
    agenda: tuple[str, ...]
    roll: Roll
    ordinal: int

    @property
    def label(self) -> str:
        """What sort of meeting it is, in words."""
        return codes.MEETING_TYPE.show(self.meeting_type)

    @property
    def number(self) -> str:
        """2026年第4次."""
        return _number(self.starts_at, self.ordinal)

    @property
    def about(self) -> str:
        """What it was about: its title, else its agenda."""
        return self.title or "；".join(self.agenda)


@dataclass(frozen=True)
class YearDuty:
    """A duty and how it stands. Where each party group has to hold its own, `group` is the one that has come least far."""

    duty: Duty
    standing: Standing
    group: str = ""


@dataclass(frozen=True)
class Tally:
    """The meetings of one type in one month, in persons."""

    count: int
    due: int
    present: int


@dataclass(frozen=True)
class Marks:
    """One member's year: a mark for each meeting, '' where the member was not on the roll."""

    person_id: str
    name: str
    marks: tuple[str, ...]


@dataclass(frozen=True)
class Matrix:
    """Who came to which meeting: ✓ 到, 假 请假, 流 流动在外, 缺 缺席, 免 不作硬性要求, — 不计入应到."""

    meetings: tuple[MeetingRow, ...]
    members: tuple[Marks, ...]


def list_meetings(conn: Connection, year: int) -> tuple[MeetingRow, ...]:
    """Return the meetings of a year in the order of time."""
    query = select(Meeting.id, Meeting.meeting_type, Meeting.starts_at, Meeting.title, Meeting.party_group)
    found = conn.execute(query.where(_of_year(year)).order_by(Meeting.starts_at, Meeting.id)).all()
    agenda, counted = _agenda(conn, year), Counter[tuple[str, str]]()
    rolls: dict[str, Counter[tuple[str, bool]]] = defaultdict(Counter)
    for meeting, status, can_vote, seats in conn.execute(_rolls(year)).all():
        rolls[meeting][status, bool(can_vote)] += seats
    rows = []
    for id, meeting_type, starts_at, title, group in found:
        counted[meeting_type, group or ""] += 1
        ordinal = counted[meeting_type, group or ""]
        about = (title or "", group or "", tuple(agenda[id]))
        rows.append(MeetingRow(id, meeting_type, starts_at, *about, call_roll(rolls[id]), ordinal))
    return tuple(rows)


def number(conn: Connection, id: str) -> str:
    """Return which meeting of its type a meeting was in its year: 2026年第4次."""
    columns = (Meeting.starts_at, Meeting.meeting_type, func.coalesce(Meeting.party_group, ""))
    starts_at, meeting_type, group = conn.execute(select(*columns).where(Meeting.id == id)).one()
    alike = select(func.count()).where(
        _of_year(int(starts_at[:4])), columns[1] == meeting_type, columns[2] == group
    )
    until = tuple_(Meeting.starts_at, Meeting.id) <= (starts_at, id)
    return _number(starts_at, conn.scalar(alike.where(until)) or 0)


def _number(starts_at: str, ordinal: int) -> str:
    return f"{starts_at[:4]}年第{ordinal}次"


def years(conn: Connection) -> tuple[int, ...]:
    """Return the years that have meetings, latest first."""
    alive = select(Meeting.starts_at).where(Meeting.removed_at.is_(None))
    return tuple(sorted({int(starts_at[:4]) for starts_at in conn.scalars(alive)}, reverse=True))


def meeting_words(conn: Connection, id: str) -> str:
    """Return how a meeting is spoken of: 2026年11月24日 支部委员会会议; '' where there is none."""
    held = conn.execute(select(Meeting.starts_at, Meeting.meeting_type).where(Meeting.id == id)).first()
    return f"{day_words(held.starts_at[:10])} {codes.MEETING_TYPE.show(held.meeting_type)}" if held else ""


def _of_year(year: int) -> ColumnElement[bool]:
    return Meeting.removed_at.is_(None) & Meeting.starts_at.between(f"{year:04}", f"{year:04}~")


def _agenda(conn: Connection, year: int) -> dict[str, list[str]]:
    titles: dict[str, list[str]] = defaultdict(list)
    query = select(AgendaItem.meeting_id, AgendaItem.title).where(AgendaItem.removed_at.is_(None))
    of_year = query.join(Meeting, Meeting.id == AgendaItem.meeting_id).where(_of_year(year))
    for meeting, title in conn.execute(of_year.order_by(AgendaItem.position)):
        titles[meeting].append(title)
    return titles


def _rolls(year: int) -> Select[tuple[str, str, int | None, int]]:
    """Return the query for how many seats of each status every roll has."""
    alike = (Attendance.meeting_id, Attendance.status, Attendance.can_vote)
    query = select(*alike, func.count()).join(Meeting, Meeting.id == Attendance.meeting_id)
    return query.where(_of_year(year), Attendance.removed_at.is_(None)).group_by(*alike)


def _seats(conn: Connection, year: int) -> Sequence[Row[Any]]:
    query = select(Attendance.meeting_id, Attendance.person_id, Attendance.status, Attendance.can_vote)
    of_year = query.join(Meeting, Meeting.id == Attendance.meeting_id).where(_of_year(year))
    return conn.execute(of_year.where(Attendance.removed_at.is_(None))).all()


def listing(rows: Iterable[MeetingRow]) -> Table:
    """Return the list of the 会议 page, latest first."""
    columns = (
        Column.of(KIND.field("starts_at")),
        Column.of(KIND.field("meeting_type")),
        Column("about", "主题或议题", Text()),
        Column("due", "应到", Whole()),
        Column("present", "实到", Whole()),
        Column("rate", "到会率", Whole(unit="%")),
    )
    latest_first = list(rows)[::-1]
    table_rows = [
        (row.starts_at, row.meeting_type, _told(row) or None, row.roll.due, row.roll.present, row.roll.rate)
        for row in latest_first
    ]
    return Table(columns, table_rows, [row.id for row in latest_first])


def _told(row: MeetingRow) -> str:
    return "：".join(part for part in (row.party_group, row.about) if part)


def earlier_items(conn: Connection, day: date) -> tuple[tuple[str, str], ...]:
    """Return what the committee discussed in the half year before a day, latest first: id and words of each item."""
    since, until = date.fromordinal(day.toordinal() - 183).isoformat(), day.isoformat()
    query = select(AgendaItem.id, Meeting.starts_at, AgendaItem.title)
    by_committee = query.join(Meeting, Meeting.id == AgendaItem.meeting_id).where(
        Meeting.meeting_type == "committee",
        Meeting.starts_at.between(since, f"{until}~"),
        Meeting.removed_at.is_(None),
        AgendaItem.removed_at.is_(None),
    )
    ordered = by_committee.order_by(Meeting.starts_at.desc(), AgendaItem.position)
    return tuple((id, f"{starts_at[5:10]} {title}") for id, starts_at, title in conn.execute(ordered))


def year_duties(conn: Connection, year: int, today: date, duties: Iterable[Duty]) -> tuple[YearDuty, ...]:
    """Return how those duties stand that meetings fulfil, up to today or to the end of a year that is past.

    Each party group holds its own meetings, so the group that has come least far stands for all; a branch without
    groups owes none.
    """
    on = min(today, date(year, 12, 31))
    rows = list_meetings(conn, year)
    groups = _party_groups(conn)
    standings = []
    for duty in duties:
        held = [row for row in rows if row.meeting_type == duty.meeting_type]
        if duty.meeting_type == "group":
            each = [YearDuty(duty, standing(duty, _days(held, group), on), group) for group in groups]
            standings += sorted(each, key=_done)[:1]
        elif duty.meeting_type:
            standings.append(YearDuty(duty, standing(duty, _days(held), on)))
    return tuple(standings)


def _done(told: YearDuty) -> tuple[int, bool]:
    return (told.standing.done, told.standing.held_now)


def _days(held: Iterable[MeetingRow], group: str = "") -> list[date]:
    """Return the days of meetings; those of one group are its own and the joint ones."""
    return [
        date.fromisoformat(row.starts_at[:10]) for row in held if not group or row.party_group in ("", group)
    ]


def _party_groups(conn: Connection) -> Sequence[str]:
    named = select(Member.party_group).where(Member.removed_at.is_(None), Member.party_group.is_not(None))
    return [group for group in conn.scalars(named.distinct().order_by(Member.party_group)) if group]


def tallies(rows: Iterable[MeetingRow]) -> dict[tuple[str, str], Tally]:
    """Return how often each type met in each month ('2026-11', type), with the sums of who was due and who came."""
    found: dict[tuple[str, str], Tally] = defaultdict(lambda: Tally(0, 0, 0))
    for row in rows:
        key = (row.starts_at[:7], row.meeting_type)
        so_far = found[key]
        due, present = so_far.due + row.roll.due, so_far.present + row.roll.present
        found[key] = Tally(so_far.count + 1, due, present)
    return dict(found)


_MARKS = {"present": "✓", "leave": "假", "absent": "缺", "exempt": "免", "excluded": "—"}


def attendance_matrix(conn: Connection, year: int) -> Matrix:
    """Return who came to which meeting of a year; members in the order of the roster, then who has left it since."""
    meetings = list_meetings(conn, year)
    status = {(seat.person_id, seat.meeting_id): seat.status for seat in _seats(conn, year)}
    roster = {member.person_id: bool(member["away"]) for member in people.members(conn)}
    seated = dict.fromkeys([*roster, *(person for person, _ in status)])
    names = people.names(conn, seated)
    away = {person for person, is_away in roster.items() if is_away}
    rows = []
    for person in seated:
        found = [status.get((person, meeting.id), "") for meeting in meetings]
        marks = ("流" if one == "leave" and person in away else _MARKS.get(one, "") for one in found)
        rows.append(Marks(person, names.get(person, ""), tuple(marks)))
    return Matrix(meetings, tuple(rows))
