"""Salvage on real files with real broken pages: every record stands in its row and in the journal, so one page costs nothing."""

import random
import shutil
from dataclasses import dataclass
from datetime import datetime
from hashlib import sha256
from pathlib import Path

import pytest
from sqlalchemy import func, insert, select

import villagebranch.records  # noqa: F401 - all record kinds are there, as in the program
from tests.samples import settle
from villagebranch.db import history, journal
from villagebranch.db.cipher import Key, open_raw
from villagebranch.db.journal import ActRef, SyncAct
from villagebranch.db.pages import PAGE, DamagedFile
from villagebranch.db.salvage import Report, salvage
from villagebranch.db.store import Store
from villagebranch.domain.errors import Trouble
from villagebranch.records.attachment import Attachment, AttachmentBlob
from villagebranch.records.household import Household
from villagebranch.records.person import Person

KEY = Key(b"k" * 32)
NOW = datetime(2026, 11, 23, 9, 30)


def open_store(path: Path) -> Store:
    return Store(path, KEY, lambda: NOW)


@dataclass
class Village:
    """A file, and what is true of it."""

    path: Path
    digest: str
    pages: int
    acts: int


@pytest.fixture(scope="module")
def whole(tmp_path_factory) -> Village:
    """Some hundred households and people, written one by one and changed: trees of several floors, long texts."""
    path = tmp_path_factory.mktemp("whole") / "village.db"
    store = open_store(path)
    settle(store)
    chance = random.Random(7)
    ids = []
    for number in range(160):
        with store.write("周丽", "添户") as act:
            note = "路远，要先打电话。" * chance.choice((1, 5, 400 if number % 40 == 0 else 9))
            ids.append(act.add(Household, {"number": number, "door": f"{number}号", "note": note}))
            act.add(Person, {"name": f"村民{number}", "born_on": "1960"})
    for id in ids[::3]:
        with store.write("王堃", "改户") as act:
            act.set(Household, id, {"phone": "13800002207"})
    with store.write("王堃", "删户") as act:
        act.remove(Household, ids[5])
    with store.write("王堃", "撤销") as act:
        history.undo(act, ActRef(store.replica, store.last_act.number))
    with store.read() as conn:
        village = Village(
            path, journal.digest(conn), 0, conn.scalar(select(func.count()).select_from(SyncAct))
        )
    store.close()
    village.pages = path.stat().st_size // PAGE
    return village


@dataclass
class Saved:
    report: Report
    digest: str
    replayed: str
    replica: str


def spoil(path: Path, *pages: int, at: int = 1234) -> None:
    with path.open("r+b") as file:
        for page in pages:
            file.seek((page - 1) * PAGE + at)
            byte = file.read(1)
            file.seek((page - 1) * PAGE + at)
            file.write(bytes([byte[0] ^ 1]))


def save(path: Path, folder: Path) -> Saved:
    target = folder / "saved.db"
    report = salvage(path, KEY, target, lambda: NOW)
    store = open_store(target)
    with store.read() as conn:
        saved = Saved(report, journal.digest(conn), journal.replayed_digest(conn), store.replica)
        assert journal.broken_link(conn, store.replica) is None
    raw = open_raw(target, KEY, read_only=True)
    assert raw.execute("PRAGMA integrity_check").fetchall() == [("ok",)]
    raw.close()
    store.close()
    target.unlink()
    return saved


@pytest.fixture
def damaged(whole: Village, tmp_path: Path) -> Path:
    return Path(shutil.copy(whole.path, tmp_path / "village.db"))


def pages_of(path: Path, table: str) -> list[int]:
    file = DamagedFile(path, KEY)
    try:
        return list(file._of["table", table])
    finally:
        file.close()


def test_a_sound_file_is_read_whole(whole: Village, damaged: Path, tmp_path: Path):
    saved = save(damaged, tmp_path)
    assert saved.digest == saved.replayed == whole.digest
    assert (saved.report.broken, saved.report.acts, saved.report.acts_lost) == (0, whole.acts, 0)
    assert not any(saved.report.lost.values())
    assert not any(saved.report.pieced.values())


def test_what_is_saved_goes_on_under_a_new_name(whole: Village, damaged: Path, tmp_path: Path):
    store = open_store(damaged)
    old = store.replica
    store.close()
    assert save(damaged, tmp_path).replica != old


def test_any_one_broken_page_costs_no_record(whole: Village, damaged: Path, tmp_path: Path):
    pages = random.Random(11).sample(range(2, whole.pages + 1), 24)
    for page in (1, *pages):
        spoil(damaged, page)
        saved = save(damaged, tmp_path)
        assert saved.report.broken == 1, page
        assert saved.digest == saved.replayed == whole.digest, page
        spoil(damaged, page)


@pytest.mark.parametrize("table", ["sync_act", "sync_change", "household", "person", "sqlite_master"])
def test_the_first_page_of_a_table_leads_to_all_the_others_and_costs_none_of_them(
    whole: Village, damaged: Path, tmp_path: Path, table: str
):
    spoil(damaged, pages_of(damaged, table)[0])
    saved = save(damaged, tmp_path)
    assert saved.digest == saved.replayed == whole.digest


def test_all_pages_of_the_journal_gone_leave_the_records(whole: Village, damaged: Path, tmp_path: Path):
    spoil(damaged, *pages_of(damaged, "sync_change"), *pages_of(damaged, "sync_act"))
    saved = save(damaged, tmp_path)
    assert saved.digest == saved.replayed == whole.digest
    assert saved.report.acts == 0
    assert saved.report.acts_lost == whole.acts


def test_all_pages_of_the_records_gone_leave_the_journal(whole: Village, damaged: Path, tmp_path: Path):
    spoil(damaged, *pages_of(damaged, "household"), *pages_of(damaged, "person"))
    saved = save(damaged, tmp_path)
    assert saved.digest == saved.replayed == whole.digest
    assert saved.report.pieced["household"] == saved.report.saved["household"] == 162


def test_the_head_of_the_file_gone_costs_nothing(whole: Village, damaged: Path, tmp_path: Path):
    spoil(damaged, 1, at=3)
    saved = save(damaged, tmp_path)
    assert saved.digest == saved.replayed == whole.digest


def test_what_is_lost_twice_is_lost_and_counted(whole: Village, damaged: Path, tmp_path: Path):
    people = pages_of(damaged, "person")[2]
    file = DamagedFile(damaged, KEY)
    gone = {row[14] for _, row in file._rows_on(people)}
    told = {n for n in file._of["table", "sync_change"] for _, row in file._rows_on(n) if row[4] in gone}
    file.close()
    spoil(damaged, people, *told)
    saved = save(damaged, tmp_path)
    assert gone
    assert saved.report.lost["person"] == len(gone)
    assert saved.report.saved["person"] == 165 - len(gone)
    assert saved.digest == saved.replayed != whole.digest


def test_a_file_that_was_cut_off_gives_what_is_left(whole: Village, damaged: Path, tmp_path: Path):
    with damaged.open("r+b") as file:
        file.truncate((whole.pages - 20) * PAGE)
    saved = save(damaged, tmp_path)
    assert saved.digest == saved.replayed
    assert saved.report.broken == 20
    assert 162 > saved.report.saved["household"] > 100


@pytest.mark.parametrize("seed", range(6))
def test_a_third_of_all_pages_broken_still_ends_in_a_database_that_agrees_with_its_journal(
    whole: Village, damaged: Path, tmp_path: Path, seed: int
):
    chance = random.Random(seed)
    spoil(damaged, *chance.sample(range(1, whole.pages + 1), whole.pages // 3))
    saved = save(damaged, tmp_path)
    assert saved.digest == saved.replayed
    assert 110 <= saved.report.saved["household"] <= 162 - saved.report.lost["household"]


def test_who_and_when_are_kept(whole: Village, damaged: Path, tmp_path: Path):
    spoil(damaged, pages_of(damaged, "sync_act")[1])
    salvage(damaged, KEY, tmp_path / "saved.db", lambda: NOW)
    store = open_store(tmp_path / "saved.db")
    with store.read() as conn:
        authors = {author for (author,) in conn.execute(select(SyncAct.author).distinct())}
        acts = conn.scalar(select(func.count()).select_from(SyncAct).where(SyncAct.author == "周丽"))
    store.close()
    assert {"王堃", "周丽"} <= authors
    assert acts > 80


def test_the_damaged_file_is_only_read(damaged: Path, tmp_path: Path):
    spoil(damaged, 9)
    before = damaged.read_bytes()
    salvage(damaged, KEY, tmp_path / "saved.db", lambda: NOW)
    assert damaged.read_bytes() == before
    assert {one.name for one in tmp_path.iterdir()} <= {"saved.db", "saved.db-journal", "village.db"}


@pytest.mark.parametrize("content", [b"", b"x" * 100, bytes(PAGE * 3), random.Random(1).randbytes(PAGE * 40)])
def test_what_is_no_database_of_ours_ends_in_a_sentence(tmp_path: Path, content: bytes):
    (tmp_path / "village.db").write_bytes(content)
    with pytest.raises(Trouble, match="读不出来"):
        salvage(tmp_path / "village.db", KEY, tmp_path / "saved.db", lambda: NOW)
    assert [one.name for one in tmp_path.iterdir()] == ["village.db"]


def test_an_act_that_was_under_way_when_the_power_went_is_undone_first(whole: Village, tmp_path: Path):
    """A journal that is still hot: what it keeps is put back before anything is read."""
    path = tmp_path / "village.db"
    shutil.copy(whole.path, path)
    raw = open_raw(path, KEY)
    raw.execute("PRAGMA cache_size = 1")
    raw.execute("BEGIN IMMEDIATE")
    raw.execute("UPDATE household SET note = 'half'")
    for left in ("village.db", "village.db-journal"):
        shutil.copy(tmp_path / left, tmp_path / f"lost-{left}")
    raw.rollback()
    raw.close()
    assert (tmp_path / "lost-village.db").read_bytes() != whole.path.read_bytes()
    assert save(tmp_path / "lost-village.db", tmp_path).digest == whole.digest


def test_photos_are_saved_whole_or_counted_as_lost(whole: Village, damaged: Path, tmp_path: Path):
    photos = [random.Random(seed).randbytes(20_000) for seed in range(6)]
    store = open_store(damaged)
    with store.write("周丽", "照片") as act:
        for photo in photos:
            name = sha256(photo).hexdigest()
            act.conn.execute(insert(AttachmentBlob), {"sha256": name, "bytes": photo})
            act.add(Attachment, {"owner_kind": "household", "owner_id": "x", "sha256": name})
    store.close()
    assert save(damaged, tmp_path).report.photos_lost == 0
    raw = open_raw(damaged, KEY, read_only=True)
    last = raw.execute("PRAGMA page_count").fetchone()[0]
    raw.close()
    spoil(damaged, last - 7)
    assert save(damaged, tmp_path).report.photos_lost == 1


def test_stale_rows_on_free_pages_do_not_come_back(whole: Village, damaged: Path, tmp_path: Path):
    """A page that SQLite keeps for later use still bears what was moved away from it."""
    raw = open_raw(damaged, KEY)
    raw.execute("CREATE TABLE moved AS SELECT * FROM household")
    raw.execute("UPDATE moved SET note = 'stale'")
    raw.execute("DROP TABLE moved")
    raw.close()
    spoil(damaged, *pages_of(damaged, "household"), *pages_of(damaged, "sync_change"))
    report = save(damaged, tmp_path).report
    assert (report.saved["household"], report.lost["household"]) == (0, 162)


def test_the_report_says_in_words_what_is_lost():
    report = Report(90, 3, {"household": 160}, {"household": 2}, {"household": 2}, 217, 1, 1)
    told = "".join(report.sentences())
    for part in ("坏了 3 页", "群众户 160", "没有救回来的：群众户 2", "1 次修改的记录丢了", "1 张照片"):
        assert part in told
    assert "没有发现丢了什么。" in Report(90, 0, {"household": 160}).sentences()
