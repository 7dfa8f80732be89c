"""Which households are to be visited again, over 500,000 visits: by the kept column, beside a GROUP BY with the index
that serves it, and one without an index.

To reach: 0.4 x GROUP BY.
"""

from collections.abc import Callable
from pathlib import Path
from tempfile import TemporaryDirectory

import village
from measure import compare

from villagebranch.db.cipher import open_raw
from villagebranch.db.store import Store
from villagebranch.domain.visits import is_due
from villagebranch.services import households

VISITS, TIMES = 500_000, 5


def ours(store: Store) -> int:
    with store.read() as conn:
        found = households.households(conn, village.TODAY)
    return sum(row.is_due(village.TODAY) for row in found)


def grouped(path: Path, hint: str) -> Callable[[], int]:
    """Return the peer that asks the visits themselves each time."""

    def due() -> int:
        conn = open_raw(path, village.KEY)
        rows = conn.execute(
            f"""SELECT h.id, h.tags, h.villager_group, h.door, v.last FROM household h LEFT JOIN (
                    SELECT household_id, max(occurred_on) AS last FROM visit {hint}
                    WHERE removed_at IS NULL GROUP BY household_id
                ) v ON v.household_id = h.id WHERE h.removed_at IS NULL"""
        )
        return sum(is_due(tags, last, village.TODAY) for _id, tags, _group, _door, last in rows.fetchall())

    return due


def often(due: Callable[[], int], expected: int) -> Callable[[], None]:
    """Return work that counts the households that are due many times over."""

    def work() -> None:
        for _ in range(TIMES):
            assert due() == expected

    return work


def main() -> None:
    with TemporaryDirectory() as folder:
        path = Path(folder, "village.db")
        store = village.open_village(path, VISITS)
        expected = ours(store)
        store.close()  # every child opens the file for itself
        compare(
            f"overdue households over {VISITS:,} visits, {TIMES} times ({expected} due)",
            often(lambda: ours(store), expected),
            {
                "GROUP BY": often(grouped(path, ""), expected),
                "without an index": often(grouped(path, "NOT INDEXED"), expected),
            },
            rounds=3,
        )


if __name__ == "__main__":
    main()
