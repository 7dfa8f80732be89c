"""A data folder that was copied, put back or moved: who goes on under a new identity, before the first write."""

import os
import shutil
from datetime import datetime
from pathlib import Path

import pytest

from villagebranch.db import witness
from villagebranch.db.journal import digest
from villagebranch.db.keys import Cost
from villagebranch.db.place import Place
from villagebranch.db.seat import Seat, found, take
from villagebranch.db.witness import Witness, usual_words
from villagebranch.records.person import Person

CHEAP = Cost(memory=8 * 1024, passes=1, lanes=1)
PASSWORD = "练习练习练习"


def clock() -> datetime:
    return datetime(2026, 11, 23, 9, 30)


def opened(folder: Path) -> Seat:
    return take(Place(folder), None, PASSWORD, clock)


def code(folder: Path, write: bool = False) -> str:
    """Open a folder as the program does, and return the identity that it goes on under."""
    seat = opened(folder)
    if write:
        with seat.store.write("周丽", "添加") as act:
            act.add(Person, {"name": "陆根发"})
    seat.close()
    return seat.store.replica


@pytest.fixture
def folder(tmp_path: Path) -> Path:
    """A data folder in use, with a few acts."""
    seat = found(Place(tmp_path / "village"), "梅溪村党支部", "王堃", PASSWORD, clock, CHEAP)
    seat.close()
    code(tmp_path / "village", write=True)
    return tmp_path / "village"


def test_folder_in_use_keeps_its_identity(folder):
    assert len({code(folder, write=True) for _ in range(3)}) == 1


def test_copied_folder_goes_on_under_a_new_identity_and_the_original_under_its_own(folder, tmp_path):
    before = code(folder)
    shutil.copytree(folder, tmp_path / "copy")
    copy = code(tmp_path / "copy", write=True)
    assert copy != before
    assert code(folder) == before
    assert code(tmp_path / "copy") == copy


def test_new_identity_is_there_before_the_first_write_and_loses_nothing(folder, tmp_path):
    shutil.copytree(folder, tmp_path / "copy")
    told = []
    for place in (folder, tmp_path / "copy"):
        seat = opened(place)
        with seat.store.read() as conn:
            told.append(digest(conn))
        seat.close()
    assert told[0] == told[1]


def test_moved_folder_keeps_its_identity(folder, tmp_path):
    before = code(folder)
    folder.rename(tmp_path / "moved")
    assert code(tmp_path / "moved") == before
    assert code(tmp_path / "moved", write=True) == before


def test_old_copy_that_was_put_back_by_hand_goes_on_under_a_new_identity(folder, tmp_path):
    kept = (folder / "village.db").read_bytes()
    before = code(folder, write=True)
    with (folder / "village.db").open("r+b") as file:  # the very same file, with what stood in it before
        file.truncate()
        file.write(kept)
    assert code(folder) != before


def test_folder_carried_to_another_computer_goes_on_under_a_new_identity(folder, monkeypatch):
    before = code(folder)
    monkeypatch.setattr(witness, "_machine", lambda: "another computer")
    assert code(folder) != before


def test_folder_carried_to_another_account_goes_on_under_a_new_identity(folder, monkeypatch, tmp_path):
    before = code(folder)
    monkeypatch.setenv("XDG_STATE_HOME", str(tmp_path / "another account"))
    there = code(folder)
    assert there != before
    assert code(folder) == there


def test_word_that_was_torn_costs_a_new_identity_and_nothing_else(folder):
    before = code(folder)
    for word in usual_words().glob("*.json"):
        word.write_text("{")
    assert code(folder, write=True) != before


def test_database_from_before_there_were_words_keeps_its_identity(folder):
    before = code(folder)
    seat = opened(folder)
    with seat.store.receive() as (conn, _):
        conn.exec_driver_sql("DELETE FROM local_state WHERE \"key\" = 'witnessed'")
    seat.close()
    shutil.rmtree(usual_words())
    assert code(folder) == before
    assert code(folder) == before


def test_disk_that_takes_no_word_changes_nothing(folder, monkeypatch, tmp_path):
    (tmp_path / "file").write_text("")
    monkeypatch.setenv("XDG_STATE_HOME", str(tmp_path / "file"))
    assert code(folder, write=True)
    assert code(folder, write=True)


def test_act_that_was_committed_before_a_crash_could_note_it_is_no_reason_for_another_identity(
    folder, monkeypatch
):
    before = code(folder)
    monkeypatch.setattr(Witness, "note", lambda *_: True)
    code(folder, write=True)
    monkeypatch.undo()
    assert code(folder) == before


def test_hard_link_beside_the_original_is_a_copy(folder, tmp_path):
    before = code(folder)
    shutil.copytree(folder, tmp_path / "copy", copy_function=_linked)
    assert code(tmp_path / "copy") != before


def _linked(source: str, target: str) -> None:
    if source.endswith("village.db"):
        os.link(source, target)
    else:
        shutil.copy2(source, target)
