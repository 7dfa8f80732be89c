"""The encrypted file: sound, damaged, strange and absent are told apart."""

import os
from datetime import datetime
from pathlib import Path

import pytest
from sqlcipher3 import dbapi2

from tests.samples import open_store
from villagebranch.db.cipher import Damaged, Foreign, Key, bad_pages, faults, in_words, open_raw
from villagebranch.db.store import Store
from villagebranch.domain.errors import Trouble

PAGE = 4096


@pytest.fixture
def key() -> Key:
    return Key.new()


@pytest.fixture
def database(tmp_path: Path, key: Key) -> Path:
    path = tmp_path / "village.db"
    conn = open_raw(path, key)
    conn.execute("CREATE TABLE visit (id TEXT PRIMARY KEY, account TEXT)")
    rows = [(str(n), "院坝里谈了修路" * 20) for n in range(400)]
    conn.execute("BEGIN")
    conn.executemany("INSERT INTO visit VALUES (?, ?)", rows)
    conn.execute("COMMIT")
    conn.close()
    return path


def flip(path: Path, at: int) -> None:
    with path.open("r+b") as file:
        file.seek(at)
        byte = file.read(1)
        file.seek(at)
        file.write(bytes([byte[0] ^ 1]))


def test_every_pragma_of_durability_is_set(database, key):
    conn = open_raw(database, key)
    said = {name: conn.execute(f"PRAGMA {name}").fetchone()[0] for name in ("journal_mode", "synchronous")}
    assert said == {"journal_mode": "truncate", "synchronous": 3}
    assert conn.execute("PRAGMA foreign_keys").fetchone() == (1,)
    assert conn.execute("PRAGMA temp_store").fetchone() == (2,)
    conn.close()


def test_text_is_nowhere_in_the_file(database):
    assert "修路".encode() not in database.read_bytes()


def test_a_sound_file_has_no_faults(database, key):
    conn = open_raw(database, key)
    assert faults(conn) == []
    conn.close()


def test_row_without_its_parent_is_a_fault(tmp_path, key):
    conn = open_raw(tmp_path / "links.db", key)
    conn.executescript(
        "PRAGMA foreign_keys=OFF; CREATE TABLE a (id PRIMARY KEY);"
        "CREATE TABLE b (a REFERENCES a (id)); INSERT INTO b VALUES (7)"
    )
    assert faults(conn) == ["row without its parent: b"]
    conn.close()


def test_wrong_key_is_told_from_damage(database):
    with pytest.raises(Foreign):
        open_raw(database, Key.new())


def test_store_under_a_wrong_key_says_so_and_changes_nothing(tmp_path):
    open_store(tmp_path).close()
    before = (tmp_path / "village.db").read_bytes()
    with pytest.raises(Foreign):
        Store(tmp_path / "village.db", Key.new(), datetime.now)
    assert (tmp_path / "village.db").read_bytes() == before


def test_damaged_first_page_is_told_from_a_wrong_key(database, key):
    flip(database, 100)
    with pytest.raises(Damaged):
        open_raw(database, key)


def test_one_flipped_bit_in_any_page_is_found(database, key):
    for page in range(1, database.stat().st_size // PAGE):
        flip(database, page * PAGE + 17)
        conn = open_raw(database, key)
        assert len(bad_pages(conn)) == 1
        conn.close()
        flip(database, page * PAGE + 17)


def test_reading_a_damaged_page_ends_in_a_sentence(database, key):
    flip(database, 5 * PAGE + 17)
    conn = open_raw(database, key)
    with pytest.raises(dbapi2.DatabaseError) as caught:
        conn.execute("SELECT sum(length(account)) FROM visit").fetchone()
    assert isinstance(in_words(caught.value), Damaged)
    conn.close()


@pytest.mark.parametrize("content", [b"SQLite format 3\0" + bytes(4080), os.urandom(3 * PAGE), b"short"])
def test_a_file_that_is_no_database_of_ours_is_refused(tmp_path, key, content):
    path = tmp_path / "strange.db"
    path.write_bytes(content)
    with pytest.raises(Trouble):
        open_raw(path, key)
    assert path.read_bytes() == content


def test_an_absent_file_is_not_made_when_only_reading(tmp_path, key):
    with pytest.raises(Trouble, match="打不开资料文件"):
        open_raw(tmp_path / "village.db", key, read_only=True)
    assert list(tmp_path.iterdir()) == []


def test_read_only_refuses_to_write(database, key):
    conn = open_raw(database, key, read_only=True)
    with pytest.raises(dbapi2.OperationalError) as caught:
        conn.execute("DELETE FROM visit")
    assert "不让写入" in str(in_words(caught.value))
    conn.close()


def test_our_own_mistakes_are_not_put_into_words(database, key):
    conn = open_raw(database, key)
    with pytest.raises(dbapi2.OperationalError) as caught:
        conn.execute("SELEKT 1")
    with pytest.raises(dbapi2.OperationalError):
        in_words(caught.value)
    conn.close()


def test_key_never_shows():
    key = Key.new()
    assert key.raw.hex() not in repr(key)
    assert repr(key.raw) not in repr(key)


@pytest.mark.parametrize(
    ("told", "sentence"),
    [
        ("unable to open database file", "打不开"),
        ("database or disk is full", "磁盘满了"),
        ("disk I/O error", "出错"),
    ],
)
def test_what_an_online_backup_tells_in_text_only_is_put_into_words(told, sentence):
    assert sentence in str(in_words(dbapi2.OperationalError(told)))
