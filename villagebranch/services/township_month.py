"""A month of all villages in figures, in the order of their names and never ranked."""

from collections.abc import Mapping
from dataclasses import dataclass
from datetime import date
from typing import Literal

from sqlalchemy import Connection, case, func, select

from villagebranch.domain import periods
from villagebranch.domain.names import collation
from villagebranch.domain.table import Column, Table
from villagebranch.records.reported import CadreMonth, VillageIssue, VillageMonth, VillageVisit
from villagebranch.records.village import Village
from villagebranch.services import village_issues

Standing = Literal["missing", "undecided", "apart", "fine"]


@dataclass(frozen=True)
class VillageFigures:
    """A village's month. `reported_at` is the ISO wall time of its latest report, '' where none has come."""

    id: str
    name: str
    reported_at: str
    visited: int
    quota: int
    cadres: int
    new: int
    resolved: int
    in_hand: int
    overdue: int
    escalated: int
    conflicts: int
    apart: bool

    def standing(self, month: str) -> Standing:
        """Return how the report of a month stands: 'missing' where none has come since the month began."""
        if self.reported_at[:7] < month:
            return "missing"
        if self.conflicts:
            return "undecided"
        return "apart" if self.apart else "fine"


def villages(conn: Connection, month: str, today: date) -> list[VillageFigures]:
    """Return the figures of all villages for a month, those that are running as of `today`."""
    rows = conn.execute(select(Village).where(Village.removed_at.is_(None))).all()
    visits, raised = _visits(conn, month), _issues(conn, month, today)
    found = [
        VillageFigures(
            row.id,
            row.name,
            row.reported_at or "",
            *visits.get(row.id, (0, 0, 0)),
            *raised.get(row.id, (0, 0, 0, 0, 0)),
            conflicts=row.conflicts or 0,
            apart=bool(row.apart),
        )
        for row in rows
    ]
    return sorted(found, key=lambda one: collation(one.name))


@dataclass(frozen=True)
class VillageFacts:
    """What a village says of itself, '' or 0 for what is not known; `branch` is the id of its branch in its own books."""

    name: str
    branch: str
    secretary: str
    households: int
    members: int


def names(conn: Connection) -> dict[str, str]:
    """Return what the villages are called, by their ids, in the order of their names."""
    rows = conn.execute(select(Village.id, Village.name).where(Village.removed_at.is_(None)))
    return dict(sorted(rows.tuples(), key=lambda row: collation(row[1])))


def facts(conn: Connection, village: str) -> VillageFacts:
    """Return what is known of a village; raise NoResultFound where there is none."""
    columns = [getattr(Village, name) for name in VillageFacts.__dataclass_fields__]
    row = conn.execute(select(*columns).where(Village.id == village)).one()
    return VillageFacts(row.name, row.branch, row.secretary or "", row.households or 0, row.members or 0)


@dataclass(frozen=True)
class Ways:
    """How often a village visited in a month, by the three ways (三访), and how many households."""

    liaison: int = 0
    home: int = 0
    patrol: int = 0
    households: int = 0


def ways(conn: Connection, village: str, month: str) -> Ways:
    """Return the visits of a village in a month."""
    columns = [getattr(VillageMonth, name) for name in Ways.__dataclass_fields__]
    of_month = (VillageMonth.village_id == village) & (VillageMonth.period == month)
    row = conn.execute(select(*columns).where(of_month, VillageMonth.removed_at.is_(None))).first()
    return Ways(*row) if row else Ways()


def visits(conn: Connection, village: str) -> Table:
    """Return the visits that a village chose to report with what was said, latest first."""
    shown = ("occurred_on", "visit_type", "visitors", "place", "account")
    columns = tuple(Column.of(VillageVisit.kind().field(name)) for name in shown)
    of_village = (VillageVisit.village_id == village) & VillageVisit.removed_at.is_(None)
    query = select(VillageVisit.id, *(getattr(VillageVisit, name) for name in shown)).where(of_village)
    rows = conn.execute(query.order_by(VillageVisit.occurred_on.desc(), VillageVisit.source)).all()
    return Table(columns, [tuple(row[1:]) for row in rows], [row.id for row in rows])


@dataclass(frozen=True)
class CadreFigures:
    """How many households a cadre visited in a month or more, and how many there should be."""

    village_id: str
    name: str
    post: str
    visited: int
    quota: int


def cadres(conn: Connection, village: str, first: str, last: str = "") -> list[CadreFigures]:
    """Return the visits of the cadres of a village ('' for all villages) in the months from `first` to `last` ('' for
    that one alone), by village and name.

    What a cadre visited beyond the quota of a month does not make up for another month.
    """
    query = select(
        CadreMonth.village_id,
        CadreMonth.name,
        func.max(CadreMonth.post),
        func.sum(_DONE),
        func.sum(CadreMonth.quota),
    ).where(CadreMonth.period.between(first, last or first), CadreMonth.removed_at.is_(None))
    if village:
        query = query.where(CadreMonth.village_id == village)
    rows = conn.execute(query.group_by(CadreMonth.village_id, CadreMonth.name))
    found = [
        CadreFigures(id, name, post or "", int(done), int(quota)) for id, name, post, done, quota in rows
    ]
    return sorted(found, key=lambda one: (one.village_id, collation(one.name)))


_DONE = case((CadreMonth.visited < CadreMonth.quota, CadreMonth.visited), else_=CadreMonth.quota)


def _visits(conn: Connection, month: str) -> Mapping[str, tuple[int, int, int]]:
    """Return for each village the households visited, those due, and the number of cadres.

    A cadre who visited more than the quota does not make up for another. Where no figures of the month have come, none
    were visited of what was due when the village last reported.
    """
    living, village = CadreMonth.removed_at.is_(None), CadreMonth.village_id
    latest = select(village, func.max(CadreMonth.period).label("period")).where(living)
    told = latest.where(CadreMonth.period <= month).group_by(village).subquery()
    counted = select(village, told.c.period, func.sum(_DONE), func.sum(CadreMonth.quota), func.count())
    of_month = (village == told.c.village_id) & (CadreMonth.period == told.c.period)
    rows = conn.execute(counted.join(told, of_month).where(living).group_by(village, told.c.period))
    return {
        id: (int(done) if period == month else 0, int(due), number) for id, period, done, due, number in rows
    }


def _issues(conn: Connection, month: str, today: date) -> Mapping[str, tuple[int, int, int, int, int]]:
    """Return for each village the issues that are new and resolved in the month, in hand, overdue and to be answered."""
    first, last = periods.first_day(month).isoformat(), periods.last_day(month).isoformat()
    now = village_issues.states(today)
    tests = (
        VillageIssue.collected_on.between(first, last),
        VillageIssue.resolved_on.between(first, last),
        *(now[name] for name in ("open", "overdue", "unanswered")),
    )
    counts = (func.count().filter(test) for test in tests)
    query = select(VillageIssue.village_id, *counts).where(VillageIssue.removed_at.is_(None))
    rows = conn.execute(query.group_by(VillageIssue.village_id))
    return {
        village: (new, resolved, running, late, asked)
        for village, new, resolved, running, late, asked in rows
    }
