"""Kept columns: what lists ask for at every keystroke, refreshed with each act and rebuildable from the records."""

from collections.abc import Sequence

from sqlalchemy import Connection, Integer, Text, delete, func, insert, select
from sqlalchemy.orm import Mapped, mapped_column

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


_PART = 500


@derives("visit")
def refresh_visits(conn: Connection, ids: Sequence[str]) -> None:
    """Rebuild the visitors of these visits, and the last visit of their households (also of the one it was before)."""
    households: set[str | None] = set()
    for start in range(0, len(ids), _PART):
        part = ids[start : start + _PART]
        stale = VisitVisitor.visit_id.in_(part)
        households |= set(conn.scalars(select(VisitVisitor.household_id).where(stale)))
        conn.execute(delete(VisitVisitor).where(stale))
        visits = select(Visit.id, Visit.visitors, Visit.occurred_on, Visit.household_id)
        rows = [
            {"visit_id": id, "person_id": person, "occurred_on": day, "household_id": household}
            for id, visitors, day, household in conn.execute(
                visits.where(Visit.id.in_(part), Visit.removed_at.is_(None))
            )
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


def _refresh_through(conn: Connection, column: Mapped[str], ids: Sequence[str]) -> None:
    found: set[str] = set()
    for start in range(0, len(ids), _PART):
        found |= set(
            conn.scalars(select(HouseholdMember.household_id).where(column.in_(ids[start : start + _PART])))
        )
    refresh_households(conn, sorted(found))


@derives("household")
def refresh_households(conn: Connection, ids: Sequence[str]) -> None:
    """Rebuild the kept columns of these households."""
    for start in range(0, len(ids), _PART):
        part = ids[start : start + _PART]
        people: dict[str, list[tuple[str, str, str]]] = {id: [] for id in part}
        family = select(HouseholdMember.household_id, HouseholdMember.relation, Person.id, Person.name).join(
            Person, Person.id == HouseholdMember.person_id
        )
        alive = HouseholdMember.removed_at.is_(None) & Person.removed_at.is_(None)
        for id, *rest in conn.execute(family.where(HouseholdMember.household_id.in_(part), alive)):
            people[id].append((rest[0], rest[1], rest[2]))
        last = select(Visit.household_id, func.max(Visit.occurred_on)).group_by(Visit.household_id)
        alive_visits = last.where(Visit.household_id.in_(part), Visit.removed_at.is_(None))
        visited = {id: day for id, day in conn.execute(alive_visits) if id}
        conn.execute(delete(HouseholdState).where(HouseholdState.household_id.in_(part)))
        conn.execute(insert(HouseholdState), [_state(id, people[id], visited.get(id)) for id in part])


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
