"""Visits: recorded once with the issues heard, listed, and told back beside the household."""

from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass
from datetime import date
from itertools import chain
from typing import TypeVar

from sqlalchemy import Connection, Select, exists, func, select
from sqlalchemy.orm import InstrumentedAttribute

from villagebranch.db.among import among, ids_of
from villagebranch.db.journal import Act
from villagebranch.domain.errors import Refused
from villagebranch.domain.table import Column, Table
from villagebranch.domain.values import Stored, Text
from villagebranch.records.household import Household
from villagebranch.records.issue import Issue
from villagebranch.records.kept import HouseholdState, VisitVisitor
from villagebranch.records.visit import Visit
from villagebranch.services import households, issues
from villagebranch.services.people import household_words, names

KIND = Visit.kind()


@dataclass(frozen=True)
class Heard:
    """An issue heard on a visit, in short."""

    id: str
    words: str
    stage: str
    result: str
    due_on: str
    satisfaction: str


@dataclass(frozen=True)
class VisitRow:
    """One visit with the words for its links; `backfilled` when it was recorded on a later day (补录)."""

    id: str
    occurred_on: str
    visit_type: str
    visitors: str
    household_id: str | None
    where: str
    account: str
    backfilled: bool
    issues: tuple[Heard, ...]

    @property
    def type_words(self) -> str:
        """How the visit was made, in words."""
        return KIND.field("visit_type").value.show(self.visit_type)


@dataclass(frozen=True)
class Wanted:
    """Which visits to list: of a month or year ('2026-11', '2026'), by a person, at a household, in a way, with issues."""

    period: str = ""
    person_id: str = ""
    household_id: str = ""
    visit_type: str = ""
    with_issue: bool = False


def record(
    act: Act,
    raw: Mapping[str, object],
    heard: Sequence[Mapping[str, object]],
    today: date,
    id: str | None = None,
) -> str:
    """Record a visit and the issues heard (rows without words are passed over), or change a visit; return its id.

    Raises `Refused`; the problems of the second issue have names like `issues.1.due_on`.
    """
    draft, problems = _checked(raw, today)
    told = [row for row in heard if any(row.get(name) for name in ("words", "answer", "category"))]
    drafts = []
    for index, row in enumerate(told):
        try:
            drafts.append(issues.draft_heard(row, str(draft.get("occurred_on") or ""), today))
        except Refused as refused:
            problems |= {f"issues.{index}.{name}": problem for name, problem in refused.problems.items()}
    if problems:
        raise Refused(problems)
    if id is None:
        id = act.add(Visit, draft | {"recorded_at": act.at[:16].replace("T", " ")})
    else:
        act.set(Visit, id, draft)
    for issue in drafts:
        link = {"visit_id": id, "household_id": draft["household_id"], "source": draft["visit_type"]}
        issues.add(act, issue | link, by=str(draft["visitors"]).split()[0])
    return id


def _checked(raw: Mapping[str, object], today: date) -> tuple[dict[str, Stored], dict[str, str]]:
    asked = {
        name: raw.get(name)
        for name in ("household_id", "place", "occurred_on", "visitors", "visit_type", "account")
    }
    try:
        draft = KIND.draft(asked, today)
    except Refused as refused:
        return {}, dict(refused.problems)
    if str(draft["occurred_on"]) > today.isoformat():
        return draft, {"occurred_on": "走访日期在今天之后，请核对"}
    del draft["recorded_at"]
    return draft, {}


def ids(conn: Connection, wanted: Wanted, after: str | None = None, limit: int | None = None) -> list[str]:
    """Return the ids of visits, latest first; `after` is the last id of the page before (keyset, no counting through)."""
    query = _filtered(select(Visit.id), wanted).order_by(Visit.occurred_on.desc(), Visit.id.desc())
    if after is not None:
        day = conn.scalar(select(Visit.occurred_on).where(Visit.id == after))
        query = query.where(
            (Visit.occurred_on < day) | ((Visit.occurred_on == day) & (Visit.id < after)),
            Visit.occurred_on <= day,
        )
    return ids_of(conn, query.limit(limit))


def count(conn: Connection, wanted: Wanted) -> int:
    """Return how many visits there are of that sort."""
    return conn.scalar(_filtered(select(func.count(Visit.id)), wanted)) or 0


_Q = TypeVar("_Q", Select[tuple[str]], Select[tuple[int]])


def _filtered(query: _Q, wanted: Wanted) -> _Q:
    query = query.where(Visit.removed_at.is_(None))
    query = _within(query, Visit.occurred_on, wanted.period)
    if wanted.household_id:
        query = query.where(Visit.household_id == wanted.household_id)
    if wanted.visit_type:
        query = query.where(Visit.visit_type == wanted.visit_type)
    if wanted.person_id:
        # Not by `exists`, which would look at every visit of the years.
        made = select(VisitVisitor.visit_id).where(VisitVisitor.person_id == wanted.person_id)
        query = query.where(Visit.id.in_(_within(made, VisitVisitor.occurred_on, wanted.period)))
    if wanted.with_issue:
        query = query.where(exists().where(Issue.visit_id == Visit.id, Issue.removed_at.is_(None)))
    return query


def _within(query: _Q, day: InstrumentedAttribute[str], period: str) -> _Q:
    return query.where(day >= period, day < period + "~") if period else query


def rows(conn: Connection, wanted_ids: Sequence[str]) -> list[VisitRow]:
    """Return these visits in this order, with the words for household, visitors and issues."""
    found = {row[0]: row for row in conn.execute(_ROWS, {"ids": wanted_ids}).tuples().all()}
    visitor_ids = {id: tuple(row[3].split()) for id, row in found.items()}
    people = names(conn, chain(*visitor_ids.values()))
    heard = heard_on(conn, wanted_ids)
    made = []
    for id in (id for id in wanted_ids if id in found):
        _, day, way, _, household_id, place, account, recorded_at, *home = found[id]
        visitors = "、".join([people.get(visitor, "") for visitor in visitor_ids[id]])
        where = household_words(*home) if household_id else place or ""
        backfilled = (recorded_at or day)[:10] > day
        told = (account or "", backfilled, tuple(heard.get(id, ())))
        made.append(VisitRow(id, day, way, visitors, household_id, where, *told))
    return made


def stored(conn: Connection, id: str) -> dict[str, Stored]:
    """Return the fields of one visit as stored, for a form to show."""
    row = conn.execute(select(*Visit.table().columns).where(Visit.id == id)).mappings().one()
    return {field.name: row[field.name] for field in KIND.fields}


def heard_on(conn: Connection, visit_ids: Sequence[str]) -> dict[str, list[Heard]]:
    """Return the issues heard on these visits, by visit."""
    found: dict[str, list[Heard]] = {}
    for visit, *row in conn.execute(_HEARD, {"ids": visit_ids}).all():
        found.setdefault(visit or "", []).append(Heard(*(value or "" for value in row)))
    return found


_ROWS = (
    select(
        *(Visit.id, Visit.occurred_on, Visit.visit_type, Visit.visitors, Visit.household_id, Visit.place),
        *(Visit.account, Visit.recorded_at, *households.SAID),
    )
    .outerjoin(Household, Household.id == Visit.household_id)
    .outerjoin(HouseholdState, HouseholdState.household_id == Visit.household_id)
    .where(among(Visit.id))
)
_HEARD = (
    select(
        *(Issue.visit_id, Issue.id, Issue.words, Issue.stage, Issue.result, Issue.due_on, Issue.satisfaction)
    )
    .where(among(Issue.visit_id), Issue.removed_at.is_(None))
    .order_by(Issue.id)
)


def remove(act: Act, id: str) -> None:
    """Delete a visit and the issues that were heard on it; one act, so that one 撤销 brings all of it back."""
    for heard in heard_on(act.conn, [id]).get(id, []):
        act.remove(Issue, heard.id)
    act.remove(Visit, id)


def listing(rows: Iterable[VisitRow], *, whole: bool = False) -> Table:
    """Return the list of the 走访 page; the `whole` one, for a workbook, has the account of each visit too."""
    columns = [
        Column.of(KIND.field("occurred_on")),
        Column("visitors", "走访人", Text()),
        Column("where", "走访哪一户", Text()),
        Column("visit_type", "方式", KIND.field("visit_type").value),
        Column("issues", "反映问题", Text()),
        Column("state", "", Text()),
    ]
    if whole:
        columns.insert(4, Column("account", "走访情况", Text()))
    table_rows, ids = [], []
    for row in rows:
        heard = "；".join(issue.words for issue in row.issues)
        told: list[Stored] = [row.occurred_on, row.visitors, row.where, row.visit_type, heard or None]
        told.append("补录" if row.backfilled else None)
        if whole:
            told.insert(4, row.account)
        table_rows.append(tuple(told))
        ids.append(row.id)
    return Table(tuple(columns), table_rows, ids)


def visits_at(conn: Connection, household_id: str, limit: int = 20) -> list[VisitRow]:
    """Return the latest visits to a household."""
    return rows(conn, ids(conn, Wanted(household_id=household_id), limit=limit))


def latest_at(conn: Connection, household_ids: Sequence[str], limit: int) -> dict[str | None, list[VisitRow]]:
    """Return the latest visits to each of these households."""
    order = (Visit.occurred_on.desc(), Visit.id.desc())
    place = func.row_number().over(partition_by=Visit.household_id, order_by=order).label("place")
    ranked = select(Visit.id, place).where(
        among(Visit.household_id, household_ids), Visit.removed_at.is_(None)
    )
    numbered = ranked.order_by(*order).subquery()
    found: dict[str | None, list[VisitRow]] = {}
    for row in rows(conn, ids_of(conn, select(numbered.c.id).where(numbered.c.place <= limit))):
        found.setdefault(row.household_id, []).append(row)
    return found
