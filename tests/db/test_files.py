"""Files are whole or not there, and what is said of them is so."""

import errno
import os

import pytest

from villagebranch.db import files
from villagebranch.db.files import flush_folder, write_whole
from villagebranch.domain.errors import Trouble


@pytest.mark.skipif(os.name == "nt", reason="Windows cannot be asked to flush a folder")
def test_a_folder_that_does_not_flush_is_not_said_to_be_as_it_was(tmp_path, monkeypatch):
    path, flushed = tmp_path / "keys.json", os.fsync

    def full(handle: int) -> None:
        if os.path.samestat(os.fstat(handle), tmp_path.stat()):
            raise OSError(errno.ENOSPC, "full")
        flushed(handle)

    monkeypatch.setattr(files.os, "fsync", full)
    with pytest.raises(Trouble, match="还不能确定"):
        write_whole(path, b"new")
    assert path.read_bytes() == b"new"


@pytest.mark.skipif(os.name == "nt", reason="Windows cannot be asked to flush a folder")
def test_a_folder_that_is_gone_ends_in_a_sentence(tmp_path):
    with pytest.raises(Trouble, match="还不能确定"):
        flush_folder(tmp_path / "拔出的")
