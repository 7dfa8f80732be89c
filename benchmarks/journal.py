"""Adding 20,000 people in one act, the journal included: ours beside a plain `executemany` of the same rows, people and
journal, into the same encrypted tables.

To reach: 3 x the plain one.
"""

import json
from pathlib import Path
from tempfile import TemporaryDirectory

import village
from measure import compare

from villagebranch.db.cipher import open_raw
from villagebranch.db.store import Store
from villagebranch.records.person import Person

PEOPLE = 20_000
DRAFTS = [
    {
        "name": village.SURNAMES[n % 20] + village.GIVEN[n % 30],
        "sex": "male",
        "born_on": f"{1935 + n % 70}-06-01",
        "ethnicity": "01",
        "phone": f"138{n:08}",
        "address": f"{n % 12}组{n}号",
    }
    for n in range(PEOPLE)
]


def ours() -> None:
    with TemporaryDirectory() as name:
        _ours(Path(name, "village.db"))


def _ours(path: Path) -> None:
    store = Store(path, village.KEY, village.clock)
    with store.write("王堃", "添人") as act:
        act.add_many(Person, DRAFTS)
    store.close()


def plainly() -> None:
    with TemporaryDirectory() as name:
        _plainly(Path(name, "village.db"))


def _plainly(path: Path) -> None:
    Store(path, village.KEY, village.clock).close()
    conn = open_raw(path, village.KEY)
    columns = list(DRAFTS[0])
    people = [(f"plain-{n:05}", *draft.values()) for n, draft in enumerate(DRAFTS)]
    journal = [
        (f"plain-{n:05}", n, json.dumps(draft, ensure_ascii=False, separators=(",", ":")))
        for n, draft in enumerate(DRAFTS)
    ]
    conn.execute("BEGIN IMMEDIATE")
    conn.executemany(
        f"INSERT INTO person (id, {', '.join(columns)}) VALUES (?{', ?' * len(columns)})", people
    )
    conn.executemany(
        "INSERT INTO sync_change (replica, number, kind, record, item, fields) VALUES ('plain', 1, 'person', ?, ?, ?)",
        journal,
    )
    conn.execute("COMMIT")
    conn.close()


def main() -> None:
    compare(f"{PEOPLE:,} people in one act", ours, {"plain executemany": plainly})


if __name__ == "__main__":
    main()
