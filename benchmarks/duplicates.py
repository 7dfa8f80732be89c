"""Who may be there twice among 5,000 people and 2,000 households: ours, beside plain SQL that joins each table with itself
by the same marks (it knows no pinyin, no writings of a door and nobody who was told apart).

To reach: 100 ms each time.
"""

from collections.abc import Callable
from pathlib import Path
from tempfile import TemporaryDirectory

import village
from measure import compare
from sqlalchemy import select

from villagebranch.db.cipher import open_raw
from villagebranch.db.store import Store
from villagebranch.records.person import Person
from villagebranch.services.duplicates import duplicates
from villagebranch.services.spelling import pinyin

TWICE, TIMES = 50, 5
PEOPLE = """
    SELECT a.id, b.id FROM person a JOIN person b ON a.id < b.id AND a.name = b.name
    WHERE a.removed_at IS NULL AND b.removed_at IS NULL
      AND (a.born_on LIKE b.born_on || '%' OR b.born_on LIKE a.born_on || '%' OR a.phone = b.phone)
    UNION SELECT a.id, b.id FROM person a JOIN person b ON a.id < b.id AND a.id_number = b.id_number
    WHERE a.removed_at IS NULL AND b.removed_at IS NULL
"""
HOMES = """
    SELECT a.id, b.id FROM household a JOIN household b ON a.id < b.id AND a.phone = b.phone
    UNION SELECT a.id, b.id FROM household a JOIN household b
        ON a.id < b.id AND a.villager_group = b.villager_group AND a.door = b.door
    JOIN household_state s ON s.household_id = a.id JOIN household_state t ON t.household_id = b.id
    WHERE s.head_name = t.head_name
"""


def doubled(path: Path) -> Store:
    """Return the large village with some of its people entered twice, one of two without the day of birth."""
    store = village.open_village(path, 1_000)
    with store.write("王堃", "练习") as act:
        rows = act.conn.execute(select(Person.name, Person.born_on, Person.sex).limit(TWICE)).all()
        act.add_many(Person, [{"name": name, "born_on": born[:7], "sex": sex} for name, born, sex in rows])
    return store


def often(find: Callable[[], int]) -> Callable[[], None]:
    """Return work that looks for them many times over."""

    def work() -> None:
        for _ in range(TIMES):
            assert find() >= TWICE

    return work


def main() -> None:
    with TemporaryDirectory() as folder:
        path = Path(folder, "village.db")
        doubled(path).close()  # every child opens the file for itself
        spells = pinyin()

        def ours() -> int:
            with Store(path, village.KEY, village.clock).read() as conn:
                return len(duplicates(conn, spells))

        def joined() -> int:
            conn = open_raw(path, village.KEY)
            return len(conn.execute(PEOPLE).fetchall()) + len(conn.execute(HOMES).fetchall())

        compare(
            f"{TIMES} x who may be there twice, of {village.PEOPLE:,} people and {village.HOUSEHOLDS:,} households",
            often(ours),
            {"SQL self-joins": often(joined)},
        )


if __name__ == "__main__":
    main()
