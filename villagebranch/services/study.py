"""The monthly study meeting (月度研究会): what it has to settle, and how it is closed.

Source: 村民最新最需解决的问题和意见每月汇总一次，研究解决办法和措施，并落实责任人和时间节点 (practice.md).
"""

from collections.abc import Sequence
from dataclasses import asdict, dataclass
from datetime import date

from sqlalchemy import Connection, select

from villagebranch.db.journal import Act
from villagebranch.domain import issues as rules
from villagebranch.domain import periods
from villagebranch.domain.errors import Refused
from villagebranch.domain.fields import Field, Kind
from villagebranch.domain.values import Day, Stored
from villagebranch.records.issue_event import IssueEvent
from villagebranch.services import meetings, monthly_summary
from villagebranch.services.issues import IssueRow
from villagebranch.services.meeting_view import get
from villagebranch.services.meeting_year import MeetingRow, list_meetings
from villagebranch.services.monthly_summary import Summary

MEETING_FORM = Kind("meeting", "研究会", (Field("on", "哪一天开的会", Day(full=True), required=True),))
_LATE_UNTIL = 10  # in the first days of a month it is the month before that is studied


@dataclass(frozen=True)
class Study:
    """A month's study: its summary as it stands, or as it was frozen, and the issues that the meeting goes through."""

    summary: Summary
    rows: tuple[IssueRow, ...]

    @property
    def settled(self) -> list[IssueRow]:
        """Those of which it is settled what is done, by whom and until when."""
        return [row for row in self.rows if not rules.awaits_study(vars(row))]


def study_of(conn: Connection, period: str, today: date) -> Study:
    """Return the study of a month: its open issues that are new, then those carried over and given to nobody before."""
    made = monthly_summary.summary(conn, period, today)
    if made.frozen_at:
        return Study(made, made.rows)
    open_ids, given = set(made.open_ids), _given_in(conn, period)
    asked = [
        row
        for row in made.rows
        if row.id in open_ids
        if row.collected_on.startswith(period) or row.id in given or rules.awaits_study(vars(row))
    ]
    return Study(made, tuple(sorted(asked, key=lambda row: not row.collected_on.startswith(period))))


def _given_in(conn: Connection, period: str) -> set[str]:
    query = select(IssueEvent.issue_id).where(
        IssueEvent.event_type.in_(("assigned", "studied")),
        IssueEvent.happened_on.between(period, f"{period}~"),
        IssueEvent.removed_at.is_(None),
    )
    return set(conn.scalars(query))


def month_due(conn: Connection, today: date) -> str:
    """Return the month whose study is due: this one, or in its first days the one before where that is not frozen."""
    month = periods.month_of(today)
    before = periods.month_before(month)
    late = today.day <= _LATE_UNTIL and monthly_summary.frozen(conn, before) is None
    return before if late and monthly_summary.summary(conn, before, today).rows else month


def meetings_of(conn: Connection, period: str) -> list[MeetingRow]:
    """Return the committee's meetings in a month and in the first days after it, the latest first."""
    after = periods.month_after(period)
    until = f"{after}-{_LATE_UNTIL:02}~"
    years = sorted({int(period[:4]), int(after[:4])})
    held = [row for year in years for row in list_meetings(conn, year)]
    near = [row for row in held if row.meeting_type == "committee" and period <= row.starts_at <= until]
    return near[::-1]


def hold(act: Act, period: str, on: date, settled: Sequence[IssueRow], today: date) -> str:
    """Record the committee meeting on a day that settled these issues, and return its id; the roll is the
    usual one until it is called on the meeting's own page. Raises `Refused` for a meeting that is still ahead."""
    if on > today:
        raise Refused({"on": "这一天还没有到，请填开会的那一天"})
    draft = meetings.draft(act.conn, "committee", on)
    raw = {**draft.values, "title": f"{int(period[5:])}月群众反映问题研究会"}
    seats = [asdict(seat) for seat in draft.seats]
    return meetings.save(act, raw, seats, _agenda(act.conn, settled), today).id


def put_on_agenda(act: Act, meeting_id: str, settled: Sequence[IssueRow], today: date) -> None:
    """Add these issues to the agenda of a meeting, where they are not on it already."""
    view = get(act.conn, meeting_id)
    there = {item["issue_id"] for item in view.items}
    seats = [asdict(seat) for seat in view.seats]
    items = [{**item.values, "id": item.id} for item in view.items]
    items += _agenda(act.conn, [row for row in settled if row.id not in there])
    meetings.save(act, view.values, seats, items, today, meeting_id)


def _agenda(conn: Connection, settled: Sequence[IssueRow]) -> list[dict[str, Stored]]:
    return [
        meetings.agenda_from_issue(conn, row.id) | {"resolution": row.measure}
        for row in settled
        if row.measure
    ]
