"""Flip one bit in a page of a real database, page after page, and see that it is found and that the last backup is good.

    python -m tests.faults.bit_rot [--rounds 1000] [--seed 1] [--fault unsealed]

A village of some hundred records gets a backup. Then a bit is flipped, in each page in turn, now anywhere in it. The look
that `check`, each backup and each restore take must find it, opening and reading the database must end in a sentence or
give just what was saved, no backup may be made of the damaged file, and the last good backup, offered first, must bring
everything back. Between, a bit of each file of keys and of the backup itself is flipped.
"""

import argparse
import contextlib
import random
import shutil
import sys
from collections.abc import Iterator
from dataclasses import dataclass
from pathlib import Path
from tempfile import TemporaryDirectory
from unittest.mock import patch

from sqlcipher3 import dbapi2

from tests.faults import work
from tests.faults.folder import PASSWORD, Folder, Tally, memory_disk, token
from villagebranch.db import backup, cipher, vault
from villagebranch.db.backup import back_up, list_backups, restore, unpack
from villagebranch.domain.errors import Trouble

PAGE = 4096


@dataclass
class Rot:
    """What became of the flipped bits: `harmless` ones lie in the wrapping of a backup, which opens as it was."""

    pages: int = 0
    flips: int = 0
    found: int = 0
    harmless: int = 0
    missed: int = 0
    copied: int = 0
    lost: int = 0

    @property
    def wrong(self) -> int:
        return self.missed + self.copied + self.lost

    def __str__(self) -> str:
        return " ".join(f"{name}={count}" for name, count in vars(self).items())


def flip(path: Path, at: int, dice: random.Random) -> None:
    with path.open("r+b") as file:
        file.seek(at)
        byte = file.read(1)[0]
        file.seek(at)
        file.write(bytes([byte ^ (1 << dice.randrange(8))]))


def village(path: Path) -> Folder:
    """Return a folder with some hundred records, all in a backup."""
    folder = Folder.make(path)
    work.prepare(folder, "bit rot")
    seat = folder.seat()
    for number in range(6):
        work.save(seat.store, folder.hear, token("存", number, 40))
        work.bring_in(seat.store, folder.hear, token("进", number, 18))
    work.make_backup(folder, folder.hear, work.moment(0, 0))
    seat.close()
    return folder


def found_fault(folder: Folder) -> bool:
    """Take the look that finds damage; tell whether it did."""
    try:
        raw = cipher.open_raw(folder.place.database, folder.key, read_only=True)
    except Trouble:
        return True
    try:
        return bool(cipher.faults(raw))
    except dbapi2.Error:
        return True
    finally:
        raw.close()


def reads_true(folder: Folder, saved: dict[str, int]) -> bool:
    """Open and read as the program does; tell whether it ended in a sentence, or in what was saved."""
    try:
        store = folder.store()
        try:
            with store.read() as conn:
                names = conn.exec_driver_sql("SELECT name, count(*) FROM person GROUP BY name")
                return dict(names.all()) == saved
        finally:
            store.close()
    except Trouble:
        return True
    except Exception:  # noqa: BLE001  no sentence: the program would stop
        return False


def copies(folder: Folder, at: int) -> bool:
    """Tell whether a backup could be made of the damaged file."""
    try:
        made = back_up(folder.place, folder.key, "asked", work.moment(1, at))
    except Trouble:
        return False
    made.path.unlink()
    return True


def comes_back(folder: Folder, at: int) -> int:
    """Restore the backup that is offered first; return how much of what was saved is missing."""
    tally = Tally("restores")
    aside = restore(folder.place, list_backups(folder.place.backups)[0], folder.key, work.moment(2, at))
    folder.look(tally, closely=False)
    shutil.rmtree(aside)
    return tally.wrong


def other_files(folder: Folder, dice: random.Random, rot: Rot) -> None:
    """Flip a bit of one of the two key files, and one of a copy of the backup."""
    keys = dice.choice((folder.place.keys, folder.place.keys_copy))
    flip(keys, dice.randrange(keys.stat().st_size), dice)
    good = vault.read(folder.place).open(None, PASSWORD)
    mended = folder.place.keys.read_bytes() == folder.place.keys_copy.read_bytes()
    rot.found += mended
    rot.lost += good is None or not mended
    (offered,) = list_backups(folder.place.backups)
    rotten = folder.stick / "copy.vbb"
    shutil.copyfile(offered.path, rotten)
    flip(rotten, dice.randrange(rotten.stat().st_size), dice)
    fresh = folder.stick / "fresh.db"
    rot.flips += 2
    try:
        unpack(backup.read_backup(rotten), folder.key, fresh)
    except Trouble:
        rot.found += 1
    else:
        rot.harmless += same(folder, offered, fresh)
        rot.missed += not same(folder, offered, fresh)
        fresh.unlink()


def same(folder: Folder, offered: backup.Backup, fresh: Path) -> bool:
    """Tell whether the database in `fresh` is that of the backup, byte for byte."""
    true = folder.stick / "true.db"
    unpack(offered, folder.key, true)
    return true.read_bytes() == fresh.read_bytes()


def trial(folder: Folder, rounds: int, dice: random.Random, rot: Rot) -> None:
    """Flip one bit after the other, each in the sound database."""
    sound = folder.place.database.read_bytes()
    rot.pages = len(sound) // PAGE
    tally = Tally("reads")
    saved = folder.look(tally, closely=True)
    rot.lost += tally.wrong
    for at in range(rounds):
        folder.place.database.write_bytes(sound)
        flip(folder.place.database, at % rot.pages * PAGE + dice.randrange(PAGE), dice)
        rotten = folder.place.database.read_bytes()
        rot.flips += 1
        found = found_fault(folder)
        rot.found += found
        rot.missed += not (found and reads_true(folder, saved))
        if rot.wrong:
            return
        folder.place.database.write_bytes(rotten)
        rot.copied += copies(folder, at)
        rot.lost += comes_back(folder, at)
        other_files(folder, dice, rot)


@contextlib.contextmanager
def unsealed() -> Iterator[None]:
    """Keep pages without their seals, as plain SQLite does."""
    pragmas = ("cipher_use_hmac = OFF", *cipher._PRAGMAS)
    with patch.object(cipher, "_PRAGMAS", pragmas), patch.object(cipher, "bad_pages", lambda _conn: []):
        yield


FAULTS = {"none": contextlib.nullcontext, "unsealed": unsealed}


def main() -> int:
    """Flip so many bits, print the counts, and return 0 when each was found and everything came back."""
    parser = argparse.ArgumentParser(
        description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter
    )
    parser.add_argument("--rounds", type=int, default=1000)
    parser.add_argument("--seed", type=int, default=1)
    parser.add_argument("--fault", choices=FAULTS, default="none")
    asked = parser.parse_args()
    rot = Rot()
    with TemporaryDirectory(dir=memory_disk()) as parent, FAULTS[asked.fault]():
        trial(village(Path(parent)), asked.rounds, random.Random(asked.seed), rot)
    print(rot)
    return 1 if rot.wrong else 0


if __name__ == "__main__":
    sys.exit(main())
