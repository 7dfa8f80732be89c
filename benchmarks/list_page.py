"""A page of 100 visits out of 500,000, with the words for household, visitors and issues: ours beside plain SQL on the
same encrypted file, beside mapped entities, and beside entities that look up each link by itself.

To reach: 2.5 x plain SQL for the first page; the last page (the 5,000th) 1.2 x the first.
"""

from collections.abc import Callable
from pathlib import Path
from tempfile import TemporaryDirectory
from typing import Any

import village
from measure import compare
from sqlalchemy import select
from sqlalchemy.orm import Session

from villagebranch.db.cipher import open_raw
from villagebranch.db.store import Store
from villagebranch.records.household import Household
from villagebranch.records.issue import Issue
from villagebranch.records.kept import HouseholdState
from villagebranch.records.person import Person
from villagebranch.records.visit import Visit
from villagebranch.services import visits

VISITS, PAGE, TIMES = 500_000, 100, 200


def ours(store: Store, after: str | None = None) -> int:
    with store.read() as conn:
        return len(visits.rows(conn, visits.ids(conn, visits.Wanted(), after, PAGE)))


def raw(conn: Any) -> int:
    found = conn.execute(
        """SELECT v.id, v.occurred_on, v.visit_type, v.visitors, v.account, v.recorded_at, s.head_name,
                  h.villager_group, h.door
           FROM visit v LEFT JOIN household h ON h.id = v.household_id
           LEFT JOIN household_state s ON s.household_id = v.household_id
           WHERE v.removed_at IS NULL ORDER BY v.occurred_on DESC, v.id DESC LIMIT ?""",
        (PAGE,),
    ).fetchall()
    ids = [row[0] for row in found]
    people = sorted({id for row in found for id in row[3].split()})
    names = dict(conn.execute(f"SELECT id, name FROM person WHERE id IN ({marks(people)})", people))
    columns = "visit_id, id, words, stage, result, due_on, satisfaction"
    heard: dict[str, list[Any]] = {}
    for row in conn.execute(
        f"SELECT {columns} FROM issue WHERE visit_id IN ({marks(ids)}) AND removed_at IS NULL", ids
    ):
        heard.setdefault(row[0], []).append(row)
    made = [
        (
            *row[:6],
            "、".join([names[id] for id in row[3].split()]),
            f"{row[6]} 户 · {row[7]} {row[8]}",
            (row[5] or row[1])[:10] > row[1],
            tuple(heard.get(row[0], ())),
        )
        for row in found
    ]
    return len(made)


def marks(values: list[str]) -> str:
    return ",".join("?" * len(values))


def entities(store: Store) -> int:
    with Session(store._engine) as session:
        latest = select(Visit).where(Visit.removed_at.is_(None))
        found = session.scalars(latest.order_by(Visit.occurred_on.desc(), Visit.id.desc()).limit(PAGE)).all()
        homes = {visit.household_id for visit in found}
        people = {id for visit in found for id in visit.visitors.split()}
        kept = (
            session.scalars(select(Household).where(Household.id.in_(homes))).all(),
            session.scalars(select(HouseholdState).where(HouseholdState.household_id.in_(homes))).all(),
            session.scalars(select(Person).where(Person.id.in_(people))).all(),
            session.scalars(select(Issue).where(Issue.visit_id.in_([visit.id for visit in found]))).all(),
        )
        return len(found) + 0 * len(kept)


def one_by_one(store: Store) -> int:
    with Session(store._engine) as session:
        latest = select(Visit).where(Visit.removed_at.is_(None))
        found = session.scalars(latest.order_by(Visit.occurred_on.desc(), Visit.id.desc()).limit(PAGE)).all()
        for visit in found:
            session.get(Household, visit.household_id)
            session.get(HouseholdState, visit.household_id)
            for id in visit.visitors.split():
                session.get(Person, id)
            session.scalars(select(Issue).where(Issue.visit_id == visit.id)).all()
        return len(found)


def often(page: Callable[[], int]) -> Callable[[], None]:
    """Return work that asks for the same page many times over."""

    def work() -> None:
        for _ in range(TIMES):
            assert page() == PAGE

    return work


def main() -> None:
    with TemporaryDirectory() as folder:
        path = Path(folder, "village.db")
        store = village.open_village(path, VISITS)
        with store.read() as conn:
            before_last = visits.ids(conn, visits.Wanted())[-PAGE - 1]
        for page in (ours, entities, one_by_one):
            page(store)
        store.close()  # every child opens the file for itself

        def plain() -> None:
            conn = open_raw(path, village.KEY)
            often(lambda: raw(conn))()

        first = compare(
            f"the first {PAGE} of {VISITS:,} visits, {TIMES} times",
            often(lambda: ours(store)),
            {
                "plain SQL": plain,
                "entities": often(lambda: entities(store)),
                "N + 1": often(lambda: one_by_one(store)),
            },
            rounds=3,
        )
        for who, cost in first.items():
            print(f"  {who}: {cost.cpu / TIMES * 1000:.2f} ms a page")
        compare(
            "page 5,000",
            often(lambda: ours(store, before_last)),
            {"page 1": often(lambda: ours(store))},
        )


if __name__ == "__main__":
    main()
