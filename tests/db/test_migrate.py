"""Every schema that was ever released opens in today's program, with nothing lost; `schemas/` holds a database of each."""

from datetime import datetime
from pathlib import Path

import pytest
from sqlalchemy import inspect

from tests.samples import open_store
from villagebranch.db import journal, migrate
from villagebranch.db.cipher import Key, open_raw
from villagebranch.db.record import Base
from villagebranch.db.store import Store
from villagebranch.services import households, issues, people, visits

SCHEMAS = sorted((Path(__file__).parent / "schemas").glob("*.sql"))
TODAY = datetime(2026, 11, 23).date()


@pytest.fixture(params=SCHEMAS, ids=lambda path: path.stem)
def old(request: pytest.FixtureRequest, tmp_path: Path) -> Path:
    """The folder of a database as that schema's program left it."""
    raw = open_raw(tmp_path / "village.db", Key(b"k" * 32))
    raw.executescript(request.param.read_text(encoding="utf-8"))
    raw.close()
    return tmp_path


def test_there_is_a_database_of_every_schema_but_the_newest() -> None:
    assert {int(path.stem) for path in SCHEMAS} >= set(migrate.scripts()) - {max(migrate.scripts())}


def test_what_was_recorded_is_all_there(old: Path) -> None:
    store = open_store(old)
    with store.read() as conn:
        row = visits.rows(conn, visits.ids(conn, visits.Wanted()))[0]
        assert (row.where, row.account, row.visitors) == (
            "陆根发 户 · 5组 18号",
            "血压偏高，药快吃完了。",
            "周丽",
        )
        assert [one.words for one in issues.rows(conn, issues.ids(conn, issues.Wanted()))] == [
            "稻谷没有车送粮站"
        ]
        assert [one["name"] for one in people.members(conn)] == ["王堃", "周丽", "吴晓燕"]
        assert len(households.households(conn, TODAY)) == 2
    store.close()


def test_the_journal_still_tells_the_same_and_the_chain_holds(old: Path) -> None:
    store = open_store(old)
    with store.read() as conn:
        assert journal.digest(conn) == journal.replayed_digest(conn)
        assert journal.broken_link(conn, store.replica) is None
    store.close()


def test_its_tables_are_those_of_a_new_database(old: Path) -> None:
    store = open_store(old)
    with store.read() as conn:
        found = inspect(conn)
        made = {name: {c["name"] for c in found.get_columns(name)} for name in found.get_table_names()}
    store.close()
    assert made == {name: set(table.columns.keys()) for name, table in Base.metadata.tables.items()}


def test_a_copy_is_made_before_a_migration_and_only_then(old: Path, request: pytest.FixtureRequest) -> None:
    copied: list[str] = []
    path, key = old / "village.db", Key(b"k" * 32)
    for when in ("first", "again"):
        Store(path, key, datetime.now, lambda when=when: copied.append(when)).close()
    schema = int(request.node.callspec.id)
    assert copied == (["first"] if schema < max(migrate.scripts()) else [])
