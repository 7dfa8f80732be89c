"""Kept columns: what lists ask for at every keystroke, refreshed with each act and rebuildable from the records."""

import json
from collections.abc import Iterable, Sequence

from sqlalchemy import (
    ColumnElement,
    Connection,
    Integer,
    Select,
    Text,
    bindparam,
    delete,
    func,
    insert,
    select,
)
from sqlalchemy.orm import Mapped, aliased, mapped_column

from villagebranch.db.among import among
from villagebranch.db.journal import SyncChange, derives
from villagebranch.db.record import Base
from villagebranch.db.rows import insert_rows
from villagebranch.domain.survivors import survivors
from villagebranch.records.household import Household
from villagebranch.records.household_member import HouseholdMember
from villagebranch.records.person import Person
from villagebranch.records.visit import Visit


class VisitVisitor(Base):
    """Who was on which visit, one row each: the index behind handbooks and quotas. It also tells which household a
    visit was at before a correction."""

    __tablename__ = "visit_visitor"

    visit_id: Mapped[str] = mapped_column(Text, primary_key=True)
    person_id: Mapped[str] = mapped_column(Text, primary_key=True)
    occurred_on: Mapped[str] = mapped_column(Text)
    household_id: Mapped[str | None] = mapped_column(Text)


class HouseholdState(Base):
    """A household's head, number of people and last visit."""

    __tablename__ = "household_state"

    household_id: Mapped[str] = mapped_column(Text, primary_key=True)
    head_id: Mapped[str | None] = mapped_column(Text)
    head_name: Mapped[str | None] = mapped_column(Text)
    people: Mapped[int] = mapped_column(Integer)
    last_visit_on: Mapped[str | None] = mapped_column(Text)


class Merged(Base):
    """A person or household that was merged away, and the one that it lives on in."""

    __tablename__ = "merged"

    id: Mapped[str] = mapped_column(Text, primary_key=True)
    kind: Mapped[str] = mapped_column(Text)
    survivor: Mapped[str] = mapped_column(Text)


Mergeable = type[Person] | type[Household]
MERGEABLE: tuple[Mergeable, ...] = (Person, Household)


def living(record: Mergeable) -> ColumnElement[bool]:
    """Return the condition that a person or household was neither deleted nor merged into another."""
    return record.removed_at.is_(None) & record.id.not_in(select(Merged.id))


def survivors_of(conn: Connection, ids: Iterable[str]) -> dict[str, str]:
    """Return for each of these people or households the one that it lives on in: itself, unless it was merged away."""
    wanted = {id: id for id in ids}
    return wanted | dict(conn.execute(_LED, {"ids": list(wanted)}).tuples().all())


_LED = select(Merged.id, Merged.survivor).where(among(Merged.id))


_VISITS = select(Visit.id, Visit.visitors, Visit.occurred_on, Visit.household_id).where(
    among(Visit.id), Visit.removed_at.is_(None)
)
_STALE = among(VisitVisitor.visit_id)
_FAMILY = (
    select(HouseholdMember.household_id, HouseholdMember.relation, Person.id, Person.name)
    .join(Person, Person.id == HouseholdMember.person_id)
    .where(among(HouseholdMember.household_id))
    .where(HouseholdMember.removed_at.is_(None), Person.removed_at.is_(None))
)
_LAST_VISIT = (
    select(Visit.household_id, func.max(Visit.occurred_on))
    .where(among(Visit.household_id), Visit.removed_at.is_(None))
    .group_by(Visit.household_id)
)


@derives("visit")
def refresh_visits(conn: Connection, ids: Sequence[str]) -> None:
    """Rebuild the visitors of these visits, and the last visit of their households (also of the one it was before)."""
    of_visits = {"ids": ids}
    households = set(conn.scalars(select(VisitVisitor.household_id).where(_STALE), of_visits).all())
    conn.execute(delete(VisitVisitor).where(_STALE), of_visits)
    rows = [
        (id, person, day, household)
        for id, visitors, day, household in conn.execute(_VISITS, of_visits).all()
        for person in (dict.fromkeys((visitors or "").split()) if day else ())
    ]
    insert_rows(conn, VisitVisitor.__table__, VisitVisitor.__table__.columns.keys(), rows)
    households |= {household for _, _, _, household in rows}
    _refresh_states(conn, sorted(id for id in households if id))


@derives("household_member")
def refresh_members(conn: Connection, ids: Sequence[str]) -> None:
    """Rebuild the households of these family members, also those where they lived before."""
    told = (json.loads(fields) for fields in conn.scalars(_TOLD, {"ids": ids}))
    before = {fields["household_id"] for fields in told if fields.get("household_id")}
    now = conn.scalars(_LIVED.where(among(HouseholdMember.id)), {"ids": ids})
    _refresh_states(conn, sorted(id for id in before.union(now) if id))


_LIVED = select(HouseholdMember.household_id).distinct()
_TOLD = select(SyncChange.fields).where(
    SyncChange.kind == HouseholdMember.__tablename__, among(SyncChange.record)
)


@derives("person")
def refresh_people(conn: Connection, ids: Sequence[str]) -> None:
    """Rebuild the households that these people live in: a head may have a new name."""
    refresh_merged(conn, Person)
    lived = conn.scalars(_LIVED.where(among(HouseholdMember.person_id)), {"ids": ids})
    _refresh_states(conn, sorted(id for id in lived if id))


@derives("household")
def refresh_households(conn: Connection, ids: Sequence[str]) -> None:
    """Rebuild the kept columns of these households, and who was merged away."""
    refresh_merged(conn, Household)
    _refresh_states(conn, ids)


def _refresh_states(conn: Connection, ids: Sequence[str]) -> None:
    if not ids:
        return
    of_households = {"ids": ids}
    people: dict[str, list[tuple[str, str, str]]] = {id: [] for id in ids}
    for id, *person in conn.execute(_FAMILY, of_households).all():
        people[id].append((person[0], person[1], person[2]))
    visited = dict(conn.execute(_LAST_VISIT, of_households).tuples().all())
    conn.execute(delete(HouseholdState).where(among(HouseholdState.household_id)), of_households)
    rows = [(id, *_head(people[id]), len(people[id]), visited.get(id)) for id in ids]
    insert_rows(conn, HouseholdState.__table__, HouseholdState.__table__.columns.keys(), rows)


def _head(people: Sequence[tuple[str, str, str]]) -> tuple[str | None, str | None]:
    return next(((person, name) for relation, person, name in people if relation == "head"), (None, None))


def refresh_merged(conn: Connection, record: Mergeable) -> None:
    """Work out anew who was merged away: there are few, and a chain or a ring may have changed for any of them."""
    kind = record.__tablename__
    now = survivors({id: target for id, target in conn.execute(_INTO[record]).all() if target})
    if now == dict(conn.execute(_SURVIVORS, {"kind": kind}).tuples().all()):
        return
    conn.execute(delete(Merged).where(Merged.kind == kind))
    if now:
        rows = [{"id": id, "kind": kind, "survivor": survivor} for id, survivor in now.items()]
        conn.execute(insert(Merged), rows)


def _into(record: Mergeable) -> Select[tuple[str, str | None]]:
    other = aliased(record)
    told = select(record.id, record.merged_into).join(other, other.id == record.merged_into)
    return told.where(record.merged_into.is_not(None))


_INTO = {record: _into(record) for record in MERGEABLE}
_SURVIVORS = select(Merged.id, Merged.survivor).where(Merged.kind == bindparam("kind"))


def rebuild(conn: Connection) -> None:
    """Make all kept columns anew from the records."""
    for table in (VisitVisitor, HouseholdState, Merged):
        conn.execute(delete(table))
    refresh_merged(conn, Person)
    refresh_visits(conn, list(conn.scalars(select(Visit.id))))
    refresh_households(conn, list(conn.scalars(select(Household.id))))
