"""A month of all villages in figures, in the order of their names and never ranked, and the issues behind them."""

from collections.abc import Mapping
from dataclasses import dataclass
from datetime import date
from typing import Literal

from sqlalchemy import ColumnElement, Connection, case, func, select

from villagebranch.domain import issues, periods
from villagebranch.domain.dayshow import days_between
from villagebranch.domain.names import collation
from villagebranch.domain.table import Column, Table
from villagebranch.records.reported import CadreMonth, VillageIssue, VillageMonth, VillageVisit
from villagebranch.records.township_reply import TownshipReply
from villagebranch.records.village import Village

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


@dataclass(frozen=True)
class IssueOfVillage:
    """An issue of a village with its latest answer from the township; ISO dates, '' for what is not there."""

    id: str
    source: str
    village_id: str
    village: str
    words: str
    villager_group: str
    source_way: str
    category: str
    collected_on: str
    stage: str
    measure: str
    lead: str
    owner: str
    due_on: str
    resolved_on: str
    result: str
    fed_back_on: str
    satisfaction: str
    escalated_on: str
    asked: str
    replied_on: str = ""
    disposition: str = ""
    reply: str = ""

    @property
    def is_unanswered(self) -> bool:
        """Whether it came up to the township and has no answer since."""
        return self.stage == "escalated" and self.replied_on < self.escalated_on

    def shown(self, name: str) -> str:
        """Return a coded field as people read it."""
        return VillageIssue.kind().field(name).value.show(getattr(self, name) or None)


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
    running = VillageIssue.stage.in_(issues.OPEN_STAGES)
    tests = (
        VillageIssue.collected_on.between(first, last),
        VillageIssue.resolved_on.between(first, last),
        running,
        running & (VillageIssue.due_on < today.isoformat()),
        _unanswered(),
    )
    counts = (func.count().filter(test) for test in tests)
    query = select(VillageIssue.village_id, *counts).where(VillageIssue.removed_at.is_(None))
    rows = conn.execute(query.group_by(VillageIssue.village_id))
    return {
        village: (new, resolved, running, late, asked)
        for village, new, resolved, running, late, asked in rows
    }


def unanswered(conn: Connection) -> int:
    """Return how many issues came up to the township and have no answer since."""
    living = VillageIssue.removed_at.is_(None)
    return conn.scalar(select(func.count()).select_from(VillageIssue).where(living, _unanswered())) or 0


def _unanswered() -> ColumnElement[bool]:
    """Return the condition that an issue came up to the township and has no answer since."""
    answers = select(TownshipReply.id).where(
        TownshipReply.issue_id == VillageIssue.source,
        TownshipReply.removed_at.is_(None),
        TownshipReply.replied_on >= VillageIssue.escalated_on,
    )
    return (VillageIssue.stage == "escalated") & ~answers.exists()


@dataclass(frozen=True)
class Wanted:
    """Which issues to list: of a village, of a category, in a state ('open', 'overdue', 'escalated', 'unanswered', ''),
    with these `words` in what was raised; or the one that has the id `source` in its village's books."""

    village_id: str = ""
    category: str = ""
    state: str = ""
    words: str = ""
    source: str = ""


def issues_of_villages(conn: Connection, wanted: Wanted, today: date) -> list[IssueOfVillage]:
    """Return the issues of the villages, oldest first."""
    running = VillageIssue.stage.in_(issues.OPEN_STAGES)
    states: Mapping[str, ColumnElement[bool]] = {
        "open": running,
        "overdue": running & (VillageIssue.due_on < today.isoformat()),
        "escalated": VillageIssue.escalated_on.is_not(None),
        "unanswered": _unanswered(),
    }
    query = select(VillageIssue, Village.name.label("village")).join(
        Village, Village.id == VillageIssue.village_id
    )
    query = query.where(VillageIssue.removed_at.is_(None), Village.removed_at.is_(None))
    if wanted.state:
        query = query.where(states[wanted.state])
    if wanted.village_id:
        query = query.where(VillageIssue.village_id == wanted.village_id)
    if wanted.category:
        query = query.where(VillageIssue.category == wanted.category)
    if wanted.source:
        query = query.where(VillageIssue.source == wanted.source)
    if wanted.words:
        query = query.where(VillageIssue.words.contains(wanted.words, autoescape=True))
    rows = conn.execute(query.order_by(VillageIssue.collected_on, VillageIssue.source)).mappings().all()
    answers = _answers(conn)
    names = [name for name in IssueOfVillage.__dataclass_fields__ if name not in _ANSWER]
    return [
        IssueOfVillage(**{name: row[name] or "" for name in names}, **answers.get(row["source"], {}))
        for row in rows
    ]


_ANSWER = ("replied_on", "disposition", "reply")


def _answers(conn: Connection) -> Mapping[str, Mapping[str, str]]:
    told = select(
        TownshipReply.issue_id, TownshipReply.replied_on, TownshipReply.disposition, TownshipReply.words
    ).where(TownshipReply.removed_at.is_(None))
    ordered = told.order_by(TownshipReply.replied_on, TownshipReply.id)
    return {
        issue: dict(zip(_ANSWER, (on, disposition, words or ""), strict=True))
        for issue, on, disposition, words in conn.execute(ordered)
    }


def years(conn: Connection) -> list[int]:
    """Return the years in which villages took something up to the township, latest first."""
    year = func.substr(VillageIssue.escalated_on, 1, 4)
    told = select(year).where(VillageIssue.escalated_on.is_not(None), VillageIssue.removed_at.is_(None))
    return sorted(map(int, conn.scalars(told.distinct())), reverse=True)


@dataclass(frozen=True)
class AgeRow:
    """How many open issues of a village stand in a category, by how long ago they were collected (days)."""

    village: str
    category: str
    within_30: int
    within_90: int
    older: int

    @property
    def total(self) -> int:
        return self.within_30 + self.within_90 + self.older


def by_age(conn: Connection, today: date, village: str = "") -> list[AgeRow]:
    """Return the open issues of a village ('' for all) by village, category and age."""
    counts: dict[tuple[str, str], list[int]] = {}
    for one in issues_of_villages(conn, Wanted(village_id=village, state="open"), today):
        days = days_between(one.collected_on, today) or 0
        age = 0 if days <= 30 else 1 if days <= 90 else 2
        counts.setdefault((one.village, one.category), [0, 0, 0])[age] += 1
    ordered = sorted(counts.items(), key=lambda item: (collation(item[0][0]), item[0][1]))
    return [AgeRow(village, category, *ages) for (village, category), ages in ordered]
