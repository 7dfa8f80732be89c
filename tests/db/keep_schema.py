"""Keeps a database of today's schema for the tests of later ones: ./dev exec python -m tests.db.keep_schema

Run it once, when a schema is released; a kept schema is never made anew.
"""

import tempfile
from collections.abc import Iterator
from pathlib import Path

from sqlcipher3 import dbapi2

from tests.samples import open_store, settle
from villagebranch.db import migrate
from villagebranch.db.cipher import Key, open_raw
from villagebranch.services import visits


def main() -> None:
    with tempfile.TemporaryDirectory() as folder:
        village = settle(open_store(Path(folder)))
        raw = {"household_id": village.ids["户 陆根发"], "occurred_on": "2026-11-20", "visit_type": "home"}
        raw |= {"visitors": village.ids["周丽"], "account": "血压偏高，药快吃完了。"}
        with village.store.write("周丽", "记一次走访") as act:
            visits.record(act, raw, [{"words": "稻谷没有车送粮站"}], village.today)
        village.store.close()
        conn = open_raw(Path(folder) / "village.db", Key(b"k" * 32))
        path = Path(__file__).parent / "schemas" / f"{max(migrate.scripts()):04}.sql"
        path.write_text("\n".join(statements(conn)) + "\n", encoding="utf-8")


def statements(conn: dbapi2.Connection) -> Iterator[str]:
    """Yield the SQL that makes the database again: tables, indexes, rows."""
    made = conn.execute("SELECT type, name, sql FROM sqlite_master WHERE sql IS NOT NULL ORDER BY type DESC")
    objects = made.fetchall()
    yield from (f"{sql};" for _, _, sql in objects)
    for table in (name for sort, name, _ in objects if sort == "table"):
        columns = [row[1] for row in conn.execute(f'PRAGMA table_info("{table}")')]
        quoted = ", ".join(f'quote("{column}")' for column in columns)
        for row in conn.execute(f'SELECT {quoted} FROM "{table}"'):
            yield f'INSERT INTO "{table}" VALUES ({", ".join(row)});'


if __name__ == "__main__":
    main()
