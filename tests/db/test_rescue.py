"""The ways back to the data, where the ways themselves are rough."""

import errno
import os
from datetime import datetime
from pathlib import Path

import pytest

from tests.db.test_backup import CHEAP
from villagebranch.db import rescue, vault
from villagebranch.db.backup import back_up, carry
from villagebranch.db.disks import Disk
from villagebranch.db.place import Place
from villagebranch.db.store import Store

NOW = datetime(2026, 11, 23, 17, 30)


@pytest.mark.skipif(os.name == "nt", reason="the folder is made unreadable by the way Linux reads it")
def test_a_stick_with_an_unreadable_folder_still_offers_its_backups(tmp_path, monkeypatch):
    place, stick = Place(tmp_path / "data"), tmp_path / "stick"
    key = vault.create(place, "梅溪村党支部", "王堃", "竹林2026", CHEAP).key
    Store(place.database, key, lambda: NOW).close()
    (stick / "坏的").mkdir(parents=True)
    (stick / "备份").mkdir()
    carry(place, back_up(place, key, "exit", NOW), stick / "备份", NOW)
    reading = os.scandir

    def scandir(folder: Path) -> object:
        if Path(folder).name == "坏的":
            raise OSError(errno.EIO, "worn out")
        return reading(folder)

    monkeypatch.setattr(os, "scandir", scandir)
    monkeypatch.setattr(rescue, "sticks", lambda: (Disk(stick, "vfat", removable=True),))
    found = {backup.path.parent.name for backup in rescue.backups_at_hand(place)}
    assert found == {"backups", "备份"}
