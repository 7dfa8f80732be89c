"""Kept columns: what lists ask for at every keystroke, refreshed with each act and rebuildable from the records."""

from collections.abc import Sequence

from sqlalchemy import Connection, Integer, Text, delete, func, insert, select
from sqlalchemy.orm import InstrumentedAttribute, Mapped, mapped_column

from villagebranch.db.among import among
from villagebranch.db.journal import derives
from villagebranch.db.record import Base
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
        {"visit_id": id, "person_id": person, "occurred_on": day, "household_id": household}
        for id, visitors, day, household in conn.execute(_VISITS, of_visits).all()
        for person in (visitors or "").split()
    ]
    if rows:
        conn.execute(insert(VisitVisitor), rows)
    households |= {row["household_id"] for row in rows}
    refresh_households(conn, sorted(id for id in households if id))


@derives("household_member")
def refresh_members(conn: Connection, ids: Sequence[str]) -> None:
    """Rebuild the households of these family members."""
    _refresh_through(conn, HouseholdMember.id, ids)


@derives("person")
def refresh_people(conn: Connection, ids: Sequence[str]) -> None:
    """Rebuild the households that these people live in: a head may have a new name."""
    _refresh_through(conn, HouseholdMember.person_id, ids)


def _refresh_through(conn: Connection, column: InstrumentedAttribute[str], ids: Sequence[str]) -> None:
    lived = select(HouseholdMember.household_id).distinct().where(among(column))
    refresh_households(conn, sorted(conn.scalars(lived, {"ids": ids})))


@derives("household")
def refresh_households(conn: Connection, ids: Sequence[str]) -> None:
    """Rebuild the kept columns of these households."""
    of_households = {"ids": ids}
    people: dict[str, list[tuple[str, str, str]]] = {id: [] for id in ids}
    for id, *person in conn.execute(_FAMILY, of_households).all():
        people[id].append((person[0], person[1], person[2]))
    visited = dict(conn.execute(_LAST_VISIT, of_households).tuples().all())
    conn.execute(delete(HouseholdState).where(among(HouseholdState.household_id)), of_households)
    if ids:
        conn.execute(insert(HouseholdState), [_state(id, people[id], visited.get(id)) for id in ids])


def _state(
    id: str, people: Sequence[tuple[str, str, str]], last_visit_on: str | None
) -> dict[str, str | int | None]:
    head = next(((person, name) for relation, person, name in people if relation == "head"), (None, None))
    return {
        "household_id": id,
        "head_id": head[0],
        "head_name": head[1],
        "people": len(people),
        "last_visit_on": last_visit_on,
    }


def rebuild(conn: Connection) -> None:
    """Make all kept columns anew from the records."""
    for table in (VisitVisitor, HouseholdState):
        conn.execute(delete(table))
    refresh_visits(conn, list(conn.scalars(select(Visit.id))))
    refresh_households(conn, list(conn.scalars(select(Household.id))))
