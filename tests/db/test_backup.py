"""Backups on real databases: each is opened and checked, a bad one is never kept, restoring loses nothing."""

import json
import os
import shutil
import subprocess
import zipfile
from collections.abc import Iterator
from datetime import date, datetime, timedelta
from pathlib import Path

import pytest
from sqlalchemy import func, select

from tests.samples import settle
from villagebranch.db import vault
from villagebranch.db.backup import (
    About,
    Backup,
    back_up,
    carry,
    keep,
    list_backups,
    pin,
    read_backup,
    restore,
    rotate,
    unpack,
)
from villagebranch.db.cipher import Damaged, Foreign, Key, open_raw
from villagebranch.db.keys import Cost, Opened
from villagebranch.db.migrate import scripts
from villagebranch.db.place import Place
from villagebranch.db.set_aside import all_set_aside, delete
from villagebranch.db.store import Store
from villagebranch.domain.errors import Trouble
from villagebranch.records.person import Person

CHEAP = Cost(memory=8, passes=1, lanes=1)
NOW = datetime(2026, 11, 23, 17, 30)
NAMES = {"王堃", "周丽", "吴晓燕", "陆根发", "13800002207"}


@pytest.fixture
def place(tmp_path: Path) -> Place:
    return Place(tmp_path / "data")


@pytest.fixture
def opened(place) -> Opened:
    return vault.create(place, "梅溪村党支部", "王堃", "竹林2026", CHEAP)


@pytest.fixture
def key(opened) -> Key:
    return opened.key


@pytest.fixture
def village(place, key) -> Iterator[Store]:
    store = open_store(place, key)
    settle(store)
    yield store
    store.close()


def open_store(place: Place, key: Key) -> Store:
    return Store(place.database, key, lambda: NOW)


def people(store: Store) -> int:
    with store.read() as conn:
        return conn.scalar(select(func.count()).select_from(Person).where(Person.removed_at.is_(None)))


def add_person(store: Store, name: str) -> None:
    with store.write("王堃", "新增人员") as act:
        act.add(Person, {"name": name})


def flip(path: Path, at: int) -> None:
    with path.open("r+b") as file:
        file.seek(at)
        byte = file.read(1)
        file.seek(at)
        file.write(bytes([byte[0] ^ 1]))


def names_in(folder: Path) -> set[str]:
    return {path.name for path in folder.iterdir()}


def test_a_backup_holds_what_the_open_store_holds(place, key, village, tmp_path):
    backup = back_up(place, key, "exit", NOW)
    unpack(backup, key, tmp_path / "copy.db")
    copy = Store(tmp_path / "copy.db", key, lambda: NOW)
    assert people(copy) == people(village) == backup.about.counts["person"]
    copy.close()


def test_a_backup_tells_of_itself_without_a_key_and_names_nobody(place, key, village):
    back_up(place, key, "import", NOW)
    (found,) = list_backups(place.backups)
    assert (found.made_at, found.about.reason, found.about.schema) == (NOW, "import", max(scripts()))
    assert found.about.counts["household"] == 2
    content = found.path.read_bytes()
    assert [name for name in NAMES - {"王堃"} if name.encode() in content] == []


def test_nothing_half_made_is_left_beside_a_backup(place, key, village):
    backup = back_up(place, key, "exit", NOW)
    assert names_in(place.backups) == {backup.path.name}


def test_what_a_crash_left_half_made_is_swept_away(place, key, village):
    (place.backups / "20261101-exit.db.part").write_bytes(b"half")
    (place.backups / "20261101-exit.db.part-journal").write_bytes(b"half")
    (place.backups / "20261101-exit.vbb.part").write_bytes(b"half")
    backup = back_up(place, key, "exit", NOW)
    assert names_in(place.backups) == {backup.path.name}


def test_two_backups_of_one_second_stand_side_by_side(place, key, village):
    first, second = back_up(place, key, "import", NOW), back_up(place, key, "import", NOW)
    assert first.path != second.path
    assert names_in(place.backups) == {first.path.name, second.path.name}


def test_a_backup_just_made_stays_though_the_clock_went_back_an_hour(place, key, village):
    back_up(place, key, "import", NOW)
    second = back_up(place, key, "import", NOW - timedelta(hours=1))
    assert second.path.exists()


def test_the_unlock_page_learns_of_the_backup(place, key, village):
    back_up(place, key, "exit", NOW)
    assert vault.read(place).backed_up == "2026-11-23T17:30:00"


def test_a_backup_made_while_somebody_writes_holds_whole_acts_only(place, key, village):
    with village.write("王堃", "新增人员") as act:
        act.add(Person, {"name": "未写完"})
        backup = back_up(place, key, "daily", NOW)
    assert backup.about.counts["person"] == people(village) - 1


def test_a_damaged_database_makes_no_backup_and_evicts_none(place, key, village):
    old = back_up(place, key, "exit", NOW - timedelta(days=40))
    village.close()
    flip(place.database, place.database.stat().st_size // 2)
    with pytest.raises(Damaged):
        back_up(place, key, "exit", NOW)
    assert names_in(place.backups) == {old.path.name}


def test_a_missing_database_makes_no_empty_backup(place, key):
    with pytest.raises(Trouble):
        back_up(place, key, "exit", NOW)
    assert names_in(place.backups) == set()
    assert not place.database.exists()


def test_every_flipped_bit_of_a_backup_is_found_when_it_is_unpacked(place, key, village, tmp_path):
    backup = back_up(place, key, "exit", NOW)
    with zipfile.ZipFile(backup.path) as box:
        start = box.getinfo("village.db").header_offset + 100
        size = box.getinfo("village.db").file_size
    for at in range(start, start + size - 200, size // 25):
        flip(backup.path, at)
        with pytest.raises(Trouble):
            unpack(backup, key, tmp_path / "copy.db")
        flip(backup.path, at)
    assert not (tmp_path / "copy.db").exists()


def test_another_branch_key_does_not_open_a_backup(place, key, village, tmp_path):
    backup = back_up(place, key, "exit", NOW)
    with pytest.raises(Foreign):
        unpack(backup, Key.new(), tmp_path / "copy.db")


@pytest.mark.parametrize("content", [b"", b"PK\x03\x04", os.urandom(5000)])
def test_a_file_that_is_no_backup_is_left_out_and_left_alone(place, key, village, content):
    stray = place.backups / "20261101-120000-exit.vbb"
    stray.write_bytes(content)
    backup = back_up(place, key, "exit", NOW)
    assert [found.path for found in list_backups(place.backups)] == [backup.path]
    assert stray.read_bytes() == content
    with pytest.raises(Trouble, match="不是备份"):
        read_backup(stray)


def boxed(path: Path, members: dict[str, bytes], how: int = zipfile.ZIP_STORED) -> Path:
    with zipfile.ZipFile(path, "w", how) as box:
        for name, content in members.items():
            box.writestr(name, content)
    return path


@pytest.mark.parametrize(
    "about", [b"{}", b"[]", b"\xff", b"[" * 9000, b'{"made_at": 5}', b'{"counts": {"person": "x"}}']
)
def test_a_description_that_is_none_is_refused(tmp_path, about):
    path = boxed(tmp_path / "x.vbb", {"village.db": b"", "keys.json": b"", "about.json": about})
    with pytest.raises(Trouble, match="不是备份"):
        read_backup(path)


def test_a_backup_with_a_stranger_inside_or_a_bomb_is_refused(tmp_path):
    three = {"village.db": b"0" * 10**6, "keys.json": b"", "about.json": b"{}"}
    for path in (
        boxed(tmp_path / "bomb.vbb", three, zipfile.ZIP_DEFLATED),
        boxed(tmp_path / "more.vbb", three | {"../../evil": b"x"}),
        boxed(tmp_path / "less.vbb", {"about.json": b"{}"}),
    ):
        with pytest.raises(Trouble, match="不是备份"):
            read_backup(path)


def test_restoring_brings_back_what_was_and_sets_aside_what_is(place, key, village):
    backup = back_up(place, key, "asked", NOW)
    before = people(village)
    add_person(village, "后来的人")
    village.close()
    present = place.database.read_bytes()
    aside = restore(place, backup, key, NOW + timedelta(hours=1))
    store = open_store(place, key)
    assert people(store) == before
    store.close()
    assert (aside / "village.db").read_bytes() == present
    assert aside.name == "set-aside-20261123-183000"


def test_what_was_set_aside_is_listed_with_its_size_until_somebody_deletes_it(place, key, village):
    backup = back_up(place, key, "asked", NOW)
    village.close()
    size = place.database.stat().st_size
    earlier, later = (restore(place, backup, key, NOW + timedelta(days=days)) for days in (1, 40))
    (place.backups / "set-aside-别人放的").mkdir()
    found = all_set_aside(place)
    assert [(one.folder, one.at) for one in found] == [
        (later, NOW + timedelta(days=40)),
        (earlier, NOW + timedelta(days=1)),
    ]
    assert all(one.size > size for one in found)
    delete(found[1])
    assert [one.folder for one in all_set_aside(place)] == [later]
    assert vault.read(place)
    store = open_store(place, key)
    store.close()


def test_a_restored_database_goes_on_under_a_new_identity_before_its_first_write(place, key, village):
    backup = back_up(place, key, "asked", NOW)
    old = village.replica
    village.close()
    restore(place, backup, key, NOW)
    store = open_store(place, key)
    assert store.replica != old
    renamed = store.replica
    store.close()
    again = open_store(place, key)
    assert again.replica == renamed
    again.close()


def test_a_damaged_database_is_never_opened_to_restore(place, key, village):
    backup = back_up(place, key, "asked", NOW)
    before = people(village)
    village.close()
    place.database.write_bytes(os.urandom(9000))
    junk = place.database.read_bytes()
    aside = restore(place, backup, key, NOW)
    assert (aside / "village.db").read_bytes() == junk
    store = open_store(place, key)
    assert people(store) == before
    store.close()


def test_a_hot_journal_of_the_old_file_is_not_played_into_the_restored_one(place, key, village):
    backup = back_up(place, key, "asked", NOW)
    before = people(village)
    village.close()
    journal = place.folder / "village.db-journal"
    journal.write_bytes(os.urandom(5000))
    aside = restore(place, backup, key, NOW)
    assert (aside / "village.db-journal").stat().st_size == 5000
    store = open_store(place, key)
    assert people(store) == before
    store.close()


def test_a_bad_backup_changes_nothing(place, key, village):
    backup = back_up(place, key, "asked", NOW)
    add_person(village, "后来的人")
    village.close()
    present = place.database.read_bytes()
    flip(backup.path, backup.path.stat().st_size // 2)
    with pytest.raises(Trouble):
        restore(place, backup, key, NOW)
    assert place.database.read_bytes() == present
    assert names_in(place.backups) == {backup.path.name}
    assert "restoring.db" not in " ".join(names_in(place.folder))


def test_todays_password_opens_what_an_older_backup_brought_back(place, opened, village):
    backup = back_up(place, opened.key, "asked", NOW)
    village.close()
    vault.change_password(place, opened.user.id, "竹林2026", "松树2027", NOW)
    restore(place, backup, opened.key, NOW)
    assert vault.unlock(place, None, "松树2027", NOW).key == opened.key


@pytest.mark.parametrize("keys", ["damaged", "gone", "of another database"])
def test_keys_that_do_not_fit_come_back_from_the_backup(place, opened, village, tmp_path, keys):
    backup = carry(place, back_up(place, opened.key, "asked", NOW), tmp_path, NOW)
    village.close()
    if keys == "damaged":
        place.keys.write_bytes(b"?")
        place.keys_copy.write_bytes(b"?")
    else:
        shutil.rmtree(place.folder)
    if keys == "of another database":
        vault.create(place, "别的支部", "别人", "别的密码", CHEAP)
    again = backup.keys().open(None, "竹林2026")
    assert again is not None
    restore(place, backup, again.key, NOW)
    store = open_store(place, vault.unlock(place, None, "竹林2026", NOW).key)
    assert people(store) > 0
    store.close()


def test_a_copy_on_a_stick_is_read_back_and_noted(place, key, village, tmp_path):
    backup = back_up(place, key, "exit", NOW)
    copy = carry(place, backup, tmp_path, NOW)
    assert copy.path.read_bytes() == backup.path.read_bytes()
    assert vault.read(place).carried == "2026-11-23T17:30:00"


def test_a_stick_that_is_gone_ends_in_a_sentence(place, key, village, tmp_path):
    backup = back_up(place, key, "exit", NOW)
    with pytest.raises(Trouble, match="U 盘"):
        carry(place, backup, tmp_path / "拔出的", NOW)
    assert vault.read(place).carried is None


@pytest.mark.skipif(
    os.name == "nt", reason="Windows finds nothing in such a folder, and says so when writing"
)
def test_a_stick_whose_folder_cannot_be_read_ends_in_a_sentence(place, key, village, tmp_path):
    stick = tmp_path / ("盘" * 90)  # a name too long for the disk: root too is refused
    with pytest.raises(Trouble, match="U 盘"):
        list_backups(stick)
    with pytest.raises(Trouble, match="U 盘"):
        carry(place, back_up(place, key, "asked", NOW), stick, NOW)


def test_one_stick_holds_the_backups_of_two_branches(place, key, village, tmp_path):
    theirs = Place(tmp_path / "theirs")
    their_key = vault.create(theirs, "别的支部", "别人", "别的密码", CHEAP).key
    Store(theirs.database, their_key, lambda: NOW).close()
    stick = tmp_path / "stick"
    stick.mkdir()
    carry(theirs, back_up(theirs, their_key, "exit", NOW), stick, NOW)
    for day in range(30):
        at = NOW + timedelta(days=day)
        carry(place, back_up(place, key, "exit", at), stick, at)
    branches = {backup.keys().branch for backup in list_backups(stick)}
    assert branches == {"别的支部", "梅溪村党支部"}


def backup_at(when: datetime, *, people: int = 40, pinned: bool = False) -> Backup:
    counts = {"branch": 1, "person": people, "sync_act": 9}
    about = About(when.isoformat(), "exit", "0.1.0", 1, counts, "mark", "0" * 64)
    return Backup(Path(f"{when:%Y%m%d-%H%M%S}{'.pinned' if pinned else ''}.vbb"), about)


def daily(days: int, start: datetime = NOW) -> list[Backup]:
    return [backup_at(start - timedelta(days=n)) for n in range(days)]


def days_of(kept: set[Path]) -> list[str]:
    return sorted((path.name[:8] for path in kept), reverse=True)


def test_seven_days_four_weeks_twelve_months_are_kept():
    kept = days_of(keep(daily(500), NOW.date()))
    assert kept[:7] == [f"202611{day}" for day in range(23, 16, -1)]
    assert kept[7:9] == ["20261115", "20261108"]
    assert kept[9:] == [
        "20261031",
        "20260930",
        "20260831",
        "20260731",
        "20260630",
        "20260531",
        "20260430",
        "20260331",
        "20260228",
        "20260131",
        "20251231",
    ]


def test_days_without_a_backup_do_not_count():
    weekly = [backup_at(NOW - timedelta(days=7 * n)) for n in range(7)]
    assert keep(weekly, NOW.date()) == {backup.path for backup in weekly}


def test_the_newest_of_a_day_is_kept():
    morning, evening = backup_at(NOW.replace(hour=8)), backup_at(NOW)
    assert keep([morning, evening], NOW.date()) == {evening.path}


def test_a_pinned_backup_is_never_evicted():
    old = backup_at(datetime(2019, 5, 1), pinned=True)
    assert old.path in keep([*daily(500), old], NOW.date())


def test_empty_backups_never_push_a_full_one_out():
    empty = [backup_at(NOW - timedelta(days=n), people=0) for n in range(30)]
    full = backup_at(NOW - timedelta(days=31))
    assert full.path in keep([*empty, full], NOW.date())


def test_a_dead_clock_neither_loses_todays_backup_nor_evicts_the_good_ones():
    good = daily(10)
    lost = backup_at(datetime(2009, 1, 1, 0, 5))
    kept = keep([*good, lost], date(2009, 1, 1))
    assert lost.path in kept
    assert {backup.path for backup in good[:7]} <= kept


def test_a_clock_that_ran_ahead_does_not_push_todays_backups_out():
    ahead = daily(40, datetime(2099, 3, 1))
    good = daily(3)
    assert {backup.path for backup in good} <= keep([*ahead, *good], NOW.date())


def test_keeping_is_stable():
    kept = keep(daily(500), NOW.date())
    assert keep([backup for backup in daily(500) if backup.path in kept], NOW.date()) == kept


def test_rotation_removes_files_but_no_pinned_one(place, key, village):
    first = pin(back_up(place, key, "asked", NOW - timedelta(days=3000)), pinned=True)
    for day in range(9, -1, -1):
        back_up(place, key, "exit", NOW - timedelta(days=day))
    left = list_backups(place.backups)
    assert first in left
    assert len(left) == 9
    unpinned = pin(first, pinned=False)
    assert unpinned.path.name == "20180906-173000-asked.vbb"


def test_rotation_leaves_other_databases_alone(place, key, village):
    for day in range(9, -1, -1):
        back_up(place, key, "exit", NOW - timedelta(days=day))
    before = names_in(place.backups)
    rotate(place.backups, backup_at(NOW), NOW.date())
    assert names_in(place.backups) == before


@pytest.fixture
def small_disk(tmp_path: Path) -> Iterator[Path]:
    folder = tmp_path / "disk"
    folder.mkdir()
    mount = ["mount", "-t", "tmpfs", "-o", "size=2m", "none", str(folder)]
    if shutil.which("mount") is None or subprocess.run(mount, capture_output=True, check=False).returncode:
        pytest.skip("no right to mount a small disk here")
    yield folder
    subprocess.run(["umount", "-l", str(folder)], check=True)


def small_village(folder: Path) -> tuple[Place, Key]:
    place = Place(folder / "data")
    key = vault.create(place, "梅溪村党支部", "王堃", "竹林2026", CHEAP).key
    store = open_store(place, key)
    settle(store)
    store.close()
    return place, key


def test_a_full_disk_ends_in_a_sentence_and_leaves_no_part(small_disk):
    place, key = small_village(small_disk)
    (small_disk / "filler").write_bytes(bytes(shutil.disk_usage(small_disk).free - 200_000))
    with pytest.raises(Trouble, match="磁盘满了"):
        back_up(place, key, "exit", NOW)
    assert names_in(place.backups) == set()
    store = open_store(place, key)
    assert people(store) > 0
    store.close()


def test_a_disk_that_fills_up_while_restoring_changes_nothing(small_disk):
    place, key = small_village(small_disk)
    backup = back_up(place, key, "exit", NOW)
    present = place.database.read_bytes()
    (small_disk / "filler").write_bytes(bytes(shutil.disk_usage(small_disk).free - 100_000))
    with pytest.raises(Trouble, match="磁盘满了"):
        restore(place, backup, key, NOW)
    assert place.database.read_bytes() == present


def test_a_read_only_disk_ends_in_a_sentence_and_still_unlocks(small_disk):
    place, key = small_village(small_disk)
    subprocess.run(["mount", "-o", "remount,ro", str(small_disk)], check=True)
    with pytest.raises(Trouble, match="只能读"):
        back_up(place, key, "exit", NOW)
    assert vault.unlock(place, None, "竹林2026", NOW).key == key
    with pytest.raises(vault.WrongPassword):
        vault.unlock(place, None, "猜的", NOW)
    open_raw(place.database, key, read_only=True).close()


def test_the_description_is_plain_json(place, key, village):
    backup = back_up(place, key, "exit", NOW)
    with zipfile.ZipFile(backup.path) as box:
        assert json.loads(box.read("about.json"))["counts"] == backup.about.counts
