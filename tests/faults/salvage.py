"""Break pages of a real database, salvage it, and see what is saved.

    python -m tests.faults.salvage [--rounds 500] [--seed 1] [--fault rooted]

Every record stands in its row and in the journal, on different pages. So one broken page must cost no record, whichever it
is; a fifth of all pages broken must still end in a database that agrees with its own journal. Each page has its turn.
"""

import argparse
import contextlib
import random
import sys
from collections.abc import Iterator
from dataclasses import dataclass
from pathlib import Path
from tempfile import TemporaryDirectory
from unittest.mock import patch

from tests.faults.bit_rot import PAGE, flip, village
from tests.faults.folder import NOW, Folder, memory_disk
from villagebranch.db.journal import digest, replayed_digest
from villagebranch.db.pages import DamagedFile
from villagebranch.db.salvage import salvage
from villagebranch.db.store import Store
from villagebranch.domain.errors import Trouble

_MANY = 5  # every so many rounds, and then one page of so many


@dataclass
class Saved:
    """What became of it: `lost` are rounds in which one broken page cost something, `torn` those whose outcome did not agree
    with its own journal; `kept` of `records` people were saved where many pages were broken."""

    pages: int = 0
    salvages: int = 0
    lost: int = 0
    torn: int = 0
    records: int = 0
    kept: int = 0

    @property
    def wrong(self) -> int:
        return self.lost + self.torn

    def __str__(self) -> str:
        return " ".join(f"{name}={count}" for name, count in vars(self).items())


def outcome(path: Path, folder: Folder) -> tuple[str, str, int]:
    """Return the digest of a database, that of its journal, and how many people are in it."""
    store = Store(path, folder.key, lambda: NOW)
    try:
        with store.read() as conn:
            people = conn.exec_driver_sql("SELECT count(*) FROM person").scalar_one()
            return digest(conn), replayed_digest(conn), people
    finally:
        store.close()


def trial(folder: Folder, rounds: int, dice: random.Random, saved: Saved) -> None:
    """Salvage so many times, each time from the sound database with other pages broken."""
    target = folder.stick / "saved.db"
    whole, _, people = outcome(folder.place.database, folder)
    sound = folder.place.database.read_bytes()
    saved.pages = len(sound) // PAGE
    for at in range(rounds):
        many = at % _MANY == _MANY - 1
        broken = dice.sample(range(saved.pages), saved.pages // _MANY) if many else [at % saved.pages]
        folder.place.database.write_bytes(sound)
        for page in broken:
            flip(folder.place.database, page * PAGE + dice.randrange(PAGE), dice)
        saved.salvages += 1
        try:
            salvage(folder.place.database, folder.key, target, lambda: NOW)
        except Trouble:
            saved.lost += 1
            continue
        found, told, kept = outcome(target, folder)
        target.unlink()
        saved.torn += found != told
        saved.lost += not many and found != whole
        saved.records += people if many else 0
        saved.kept += kept if many else 0


@contextlib.contextmanager
def rooted() -> Iterator[None]:
    """Read only what a tree still leads to, as any query does."""
    with patch.object(DamagedFile, "strays", lambda _file: iter(())):
        yield


FAULTS = {"none": contextlib.nullcontext, "rooted": rooted}


def main() -> int:
    """Salvage so often, print the counts, and return 0 when no single page cost anything."""
    parser = argparse.ArgumentParser(
        description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter
    )
    parser.add_argument("--rounds", type=int, default=500)
    parser.add_argument("--seed", type=int, default=1)
    parser.add_argument("--fault", choices=FAULTS, default="none")
    asked = parser.parse_args()
    saved = Saved()
    with TemporaryDirectory(dir=memory_disk()) as parent, FAULTS[asked.fault]():
        trial(village(Path(parent)), asked.rounds, random.Random(asked.seed), saved)
    print(saved)
    return 1 if saved.wrong else 0


if __name__ == "__main__":
    sys.exit(main())
