"""A laptop whose damaged database was salvaged goes on exchanging: it says truly what it has, and gets back what it lost."""

import random
import shutil
from collections.abc import Iterator
from datetime import datetime
from pathlib import Path

import pytest
from sqlalchemy import func, select

from tests.db.test_salvage import KEY, spoil
from villagebranch.db.journal import digest, replayed_digest
from villagebranch.db.pages import PAGE, DamagedFile
from villagebranch.db.salvage import salvage
from villagebranch.db.store import Store
from villagebranch.records.household import Household
from villagebranch.sync.merge import take
from villagebranch.sync.parcel import collect, known

NOW = datetime(2026, 11, 23, 9, 30)


def opened(path: Path) -> Store:
    return Store(path, KEY, lambda: NOW)


def learn(one: Store, other: Store) -> None:
    """Let `one` take in all that `other` has and it does not know of."""
    with one.read() as conn:
        since = known(conn)
    with other.read() as conn:
        parcel = collect(conn, since)
    with one.receive() as (conn, identity):
        take(conn, identity, parcel)


def add(store: Store, count: int, author: str) -> list[str]:
    ids = []
    for number in range(count):
        with store.write(author, "添户") as act:
            ids.append(act.add(Household, {"door": f"{number}号", "note": "路远，要先打电话。" * 8}))
    return ids


def doors(store: Store) -> int:
    with store.read() as conn:
        return conn.scalar(select(func.count()).select_from(Household).where(Household.removed_at.is_(None)))


@pytest.fixture(scope="module")
def folder(tmp_path_factory) -> Path:
    """The files of two laptops: both have written, and met once on the way."""
    folder = tmp_path_factory.mktemp("laptops")
    mine, other = opened(folder / "mine.db"), opened(folder / "other.db")
    ids = add(mine, 60, "周丽")
    add(other, 30, "王堃")
    learn(mine, other)
    learn(other, mine)
    add(mine, 40, "周丽")
    add(other, 20, "王堃")
    with other.write("王堃", "改户") as act:
        act.set(Household, ids[3], {"phone": "13800002207"})
    mine.close()
    other.close()
    return folder


@pytest.fixture
def laptops(folder: Path, tmp_path: Path) -> Iterator[tuple[Path, Store]]:
    """The file of one laptop, and the store of the other."""
    for name in ("mine.db", "other.db"):
        shutil.copy(folder / name, tmp_path / name)
    other = opened(tmp_path / "other.db")
    yield tmp_path / "mine.db", other
    other.close()


def pages(path: Path, table: str) -> list[int]:
    file = DamagedFile(path, KEY)
    try:
        tree = file._of["table", table]
        return tree[1:] or tree
    finally:
        file.close()


@pytest.mark.parametrize("table", ["sync_act", "sync_change", "sync_vector", "household"])
@pytest.mark.parametrize("seed", range(2))
def test_after_salvage_both_end_with_the_same_and_nothing_is_lost(laptops, tmp_path: Path, table, seed):
    path, other = laptops
    among = pages(path, table)
    spoil(path, random.Random(seed).choice(among))
    salvage(path, KEY, tmp_path / "saved.db", lambda: NOW)
    saved = opened(tmp_path / "saved.db")
    for _ in range(2):
        learn(saved, other)
        learn(other, saved)
    found = set()
    for store in (saved, other):
        with store.read() as conn:
            found |= {digest(conn), replayed_digest(conn)}
    assert len(found) == 1
    assert doors(saved) == doors(other) == 150
    saved.close()


@pytest.mark.parametrize("seed", range(4))
def test_what_one_laptop_lost_altogether_comes_back_from_the_other(laptops, tmp_path: Path, seed):
    path, other = laptops
    chance = random.Random(seed)
    count = path.stat().st_size // PAGE
    spoil(path, *chance.sample(range(2, count + 1), count // 3))
    salvage(path, KEY, tmp_path / "saved.db", lambda: NOW)
    saved = opened(tmp_path / "saved.db")
    before = doors(saved)
    for _ in range(2):
        learn(saved, other)
        learn(other, saved)
    with saved.read() as one, other.read() as two:
        assert digest(one) == replayed_digest(one) == digest(two) == replayed_digest(two)
    assert 150 >= doors(saved) >= max(before, 110)
    saved.close()
