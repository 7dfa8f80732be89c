"""What a village reports to its township: counts, issues, what became of instructions, and visits only where it chose so.

The report is reckoned from the records as they stand, whole each time, so that a lost one heals by itself. Who raised an
issue, and what was said at whose table, stays in the village.
"""

import hashlib
from collections import Counter, defaultdict
from collections.abc import Iterator, Mapping
from dataclasses import dataclass
from datetime import date
from typing import Any

from sqlalchemy import ColumnElement, Connection, func, select

from villagebranch.db.journal import SyncAct, SyncChange, SyncConflict, canonical
from villagebranch.domain import periods
from villagebranch.domain.fields import Draft
from villagebranch.records.household import Household
from villagebranch.records.instruction import Instruction
from villagebranch.records.issue import Issue
from villagebranch.records.issue_event import IssueEvent
from villagebranch.records.kept import VisitVisitor, living
from villagebranch.records.member import Member
from villagebranch.records.reported import REPORTED
from villagebranch.records.visit import Visit
from villagebranch.services import cadres, issues, visits
from villagebranch.services.branch import branch

Rows = Mapping[str, Mapping[str, Draft]]
"""Kind → the name of a row in the village's books → its fields."""


@dataclass(frozen=True)
class Report:
    """`about` are the fields of the village itself, `touched` the stamp of the latest act behind each row."""

    about: Draft
    rows: Rows
    touched: Mapping[str, int]

    def digest(self) -> str:
        """Return a hash that a township's copy of this report has as well."""
        return digest(self.rows)

    def told(self) -> dict[str, Any]:
        """Return the report as JSON values."""
        return {"about": self.about, "rows": self.rows, "touched": self.touched}


def digest(rows: Rows) -> str:
    """Return a hash over the rows of a report, the same at both ends."""
    plain = {
        kind: {
            source: {name: value for name, value in fields.items() if value is not None}
            for source, fields in told.items()
        }
        for kind, told in rows.items()
        if told
    }
    return hashlib.sha256(canonical(plain).encode()).hexdigest()


def report(conn: Connection, today: date) -> Report:
    """Return the report of this branch as of `today`."""
    facts = branch(conn)
    months = _months(conn, today)
    told: dict[str, dict[str, Draft]] = {
        "cadre_month": {source: row for month in months for source, row in _cadres(conn, month)},
        "village_month": dict(_visits_by_month(conn)),
        "village_issue": dict(_issues(conn)),
        "instruction_report": dict(_instructions(conn)),
        "village_visit": dict(_visits(conn)) if facts.report_visits else {},
    }
    about: Draft = {
        "name": facts.name,
        "secretary": facts.secretary or None,
        "households": _number(conn, Household, living(Household)),
        "members": _number(conn, Member, Member.removed_at.is_(None)),
        "conflicts": conn.scalar(select(func.count()).select_from(SyncConflict)) or 0,
    }
    return Report(about, told, _touched(conn, told))


def _number(conn: Connection, record: Any, counted: ColumnElement[bool]) -> int:
    return conn.scalar(select(func.count()).select_from(record).where(counted)) or 0


_MONTHS = 60
_SILENT = 12  # months without a visit, after which today's date is taken for that of a dead clock


def _months(conn: Connection, today: date) -> list[str]:
    """Return the months from the first visit to this one, five years of them at most.

    A clock that is far from the visits does not count, or a laptop with a dead battery would take back years of reports.
    """
    reach = select(func.min(Visit.occurred_on), func.max(Visit.occurred_on)).where(Visit.removed_at.is_(None))
    this = periods.month_of(today)
    first, last = (str(day or today)[:7] for day in conn.execute(reach).one())
    end = this if last <= this <= periods.months_after(last, _SILENT) else last
    found = [periods.months_after(end, -back) for back in range(_MONTHS)]
    return sorted(month for month in found if month >= min(first, end))


def _cadres(conn: Connection, month: str) -> Iterator[tuple[str, Draft]]:
    """Yield how far those have come who are in office at the end of the month, whatever day it is."""
    end = periods.last_day(month)
    posts = {one.id: one.post for one in cadres.cadres(conn, end)}
    for one in cadres.progress(conn, month, end):
        row: Draft = {"period": month, "name": one.name, "post": posts.get(one.cadre_id) or None}
        yield f"{one.cadre_id}/{month}", row | {"visited": one.done, "quota": one.quota}


_PERIOD = func.substr(Visit.occurred_on, 1, 7)
_WAYS = {"liaison": "liaison", "home": "home", "field": "patrol"}


def _visits_by_month(conn: Connection) -> Iterator[tuple[str, Draft]]:
    counted = select(_PERIOD, Visit.visit_type, func.count()).where(Visit.removed_at.is_(None))
    ways: dict[str, Counter[str]] = defaultdict(Counter)
    for period, way, number in conn.execute(counted.group_by(_PERIOD, Visit.visit_type)):
        ways[period][_WAYS[way]] += number
    period = func.substr(VisitVisitor.occurred_on, 1, 7)
    homes = select(period, func.count(VisitVisitor.household_id.distinct())).group_by(period)
    households = {month: number for month, number in conn.execute(homes)}
    for month, numbers in ways.items():
        counts: Draft = {way: numbers[way] for way in _WAYS.values()}
        yield month, {"period": month, "households": households.get(month, 0)} | counts


_AS_IT_IS = (
    *("words", "category", "collected_on", "stage", "measure", "lead", "owner", "due_on", "resolved_on"),
    *("result", "fed_back_on", "satisfaction", "escalated_on"),
)


def _issues(conn: Connection) -> Iterator[tuple[str, Draft]]:
    rows = issues.rows(conn, issues.ids(conn, issues.Wanted()))
    groups = dict(conn.execute(select(Household.id, Household.villager_group)).tuples().all())
    asked = dict(_asked(conn))
    for row in rows:
        fields: Draft = {name: getattr(row, name) or None for name in _AS_IT_IS}
        fields |= {"source_way": row.source or None, "asked": asked.get(row.id)}
        yield row.id, fields | {"villager_group": groups.get(row.household_id)}


def _asked(conn: Connection) -> Iterator[tuple[str, str]]:
    """Yield what was written when an issue was taken up to the township, the latest last."""
    told = select(IssueEvent.issue_id, IssueEvent.note).where(
        IssueEvent.event_type == "escalated", IssueEvent.removed_at.is_(None), IssueEvent.note.is_not(None)
    )
    for issue, note in conn.execute(told.order_by(IssueEvent.happened_on, IssueEvent.id)):
        yield issue, str(note)


def _instructions(conn: Connection) -> Iterator[tuple[str, Draft]]:
    done = select(Instruction.id, Instruction.done_on, Instruction.done_note).where(
        Instruction.done_on.is_not(None), Instruction.removed_at.is_(None)
    )
    for id, done_on, note in conn.execute(done):
        yield id, {"done_on": done_on, "done_note": note}


def _visits(conn: Connection) -> Iterator[tuple[str, Draft]]:
    for row in visits.rows(conn, visits.ids(conn, visits.Wanted())):
        fields: Draft = {"occurred_on": row.occurred_on, "visit_type": row.visit_type}
        told = {"visitors": row.visitors, "place": row.where, "account": row.account}
        yield row.id, fields | {name: value or None for name, value in told.items()}


_BEHIND = {"village_issue": Issue, "village_visit": Visit, "instruction_report": Instruction}
_STAMPS = (
    select(SyncChange.record, func.max(SyncAct.stamp))
    .join(SyncAct, (SyncAct.replica == SyncChange.replica) & (SyncAct.number == SyncChange.number))
    .group_by(SyncChange.record)
)


def _touched(conn: Connection, rows: Rows) -> dict[str, int]:
    """Return the stamp of the latest act on the record behind each row; counts have that of the latest act of all."""
    latest = conn.scalar(select(func.max(SyncAct.stamp))) or 0
    found: dict[str, int] = {}
    for kind, told in rows.items():
        stamps: dict[str, int] = {}
        if kind in _BEHIND and told:
            of_kind = _STAMPS.where(SyncChange.kind == _BEHIND[kind].__tablename__)
            stamps = dict(conn.execute(of_kind).tuples().all())
        found |= {source: stamps.get(source, latest) for source in told}
    return found


def read_report(told: Mapping[str, Any]) -> Report:
    """Return the report behind JSON values; raise ValueError for anything that is not one.

    Unknown kinds and fields, which a newer program may send, are passed over.
    """
    about, rows, touched = told["about"], told["rows"], told["touched"]
    known = {record.__tablename__: _sorts(record) for record in REPORTED}
    taken = {kind: _checked(rows[kind], known[kind]) for kind in rows.keys() & known.keys()}
    if any(type(stamp) is not int or not 0 <= stamp < 2**63 for stamp in touched.values()):
        raise ValueError
    sorts = {"name": str, "secretary": str, "households": int, "members": int, "conflicts": int}
    (village,) = _checked({"": about}, sorts).values()
    return Report(village, taken, touched)


def _sorts(record: Any) -> dict[str, type]:
    return {
        one.name: int if one.value.numeric else str
        for one in record.kind().fields
        if one.name != "village_id"
    }


def _checked(rows: Mapping[str, Any], sorts: Mapping[str, type]) -> dict[str, Draft]:
    taken: dict[str, Draft] = {}
    for source, fields in rows.items():
        row = {name: fields[name] for name in fields.keys() & sorts.keys()}
        if any(value is not None and type(value) is not sorts[name] for name, value in row.items()):
            raise ValueError
        if any(type(value) is int and not -(2**63) <= value < 2**63 for value in row.values()):
            raise ValueError
        taken[source] = row
    return taken
