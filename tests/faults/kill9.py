"""Kill the writing program at random moments, and count what was acknowledged and is not there any more.

    python -m tests.faults.kill9 [saves|restores] [--rounds 200] [--seed 1] [--fault early-ack|no-journal]

Each round forks a child that works in a data folder: `saves` writes act after act, with a backup now and then,
`restores` puts one of two backups in the place of the other for ever. What is done it acknowledges by a line in a
pipe. The parent kills it with SIGKILL after a random number of lines and microseconds, and opens the folder anew. A
folder goes through twenty rounds, so each child also recovers what the last one left.
"""

import argparse
import os
import random
import select
import signal
import sys
import tempfile
import time
from collections import Counter
from collections.abc import Callable
from dataclasses import dataclass, field
from datetime import datetime
from functools import partial
from pathlib import Path

import sqlalchemy

from villagebranch.db import cipher, vault
from villagebranch.db.backup import back_up, list_backups, pin, restore, unpack
from villagebranch.db.cipher import Key, faults, open_raw
from villagebranch.db.journal import broken_link, digest, replayed_digest
from villagebranch.db.keys import Cost
from villagebranch.db.place import Place
from villagebranch.db.store import Store
from villagebranch.domain.errors import Trouble
from villagebranch.records.person import Person

NOW = datetime(2026, 11, 23, 9, 30)
ROUNDS_IN_A_FOLDER = 20
LONGEST_SILENCE = 10.0  # seconds: the child hangs
Say = Callable[[str], None]


@dataclass
class Tally:
    """What the rounds came to."""

    kills: int = 0
    acked: int = 0
    lost: int = 0
    half: int = 0
    corrupt: int = 0

    @property
    def good(self) -> bool:
        return self.lost == self.half == self.corrupt == 0

    def __str__(self) -> str:
        return " ".join(f"{name}={count}" for name, count in vars(self).items())


@dataclass
class Folder:
    """A data folder under trial, with what was acknowledged in it: token → number of records."""

    place: Place
    key: Key
    acked: dict[str, int] = field(default_factory=dict)

    @classmethod
    def make(cls, path: Path) -> "Folder":
        place = Place(path)
        opened = vault.create(place, "试验村党支部", "王堃", "竹林2026", Cost(memory=8, passes=1, lanes=1))
        return cls(place, opened.key)

    def store(self) -> Store:
        return Store(self.place.database, self.key, lambda: NOW)

    def people(self) -> Counter[str]:
        """Open the folder as the program does and return the records by token; raise when the file is unsound."""
        vault.unlock(self.place, None, "竹林2026", NOW)
        store = self.store()
        with store.read() as conn:
            found = Counter(conn.scalars(sqlalchemy.select(Person.name)))
        store.close()
        raw = open_raw(self.place.database, self.key)
        wrong = faults(raw)
        raw.close()
        if wrong:
            raise Trouble(wrong[0])
        return found

    def examine(self) -> None:
        """Hold the records against the journal, and open every backup; raise when something is unsound."""
        store = self.store()
        with store.read() as conn:
            told = digest(conn) == replayed_digest(conn) and broken_link(conn, store.replica) is None
        store.close()
        if not told:
            raise Trouble("the journal tells another story")
        for backup in list_backups(self.place.backups):
            unpack(backup, self.key, self.place.folder / "looked-at.db")


def save(folder: Folder, say: Say, name: str, dice: random.Random, fault: str) -> None:
    """Save acts of one to forty records; an acknowledgement is `token records`."""
    if fault == "no-journal":
        cipher._PRAGMAS = (*cipher._PRAGMAS, "journal_mode = OFF")
    store = folder.store()
    for number in range(10**9):
        token, size = f"{name}.{number}", dice.choice((1, 1, 1, 5, 40))
        with store.write("王堃", "试验") as act:
            act.add_many(Person, [{"name": token, "address": "院坝" * 20}] * size)
            if fault == "early-ack":
                say(f"{token} {size}")
        if fault != "early-ack":
            say(f"{token} {size}")
        if dice.random() < 0.05:
            back_up(folder.place, folder.key, "daily", NOW)


def put_back(folder: Folder, say: Say, name: str, dice: random.Random, fault: str) -> None:
    """Put the two backups of the folder into each other's place, for ever; what was acknowledged is in both."""
    while True:
        for backup in list_backups(folder.place.backups):
            restore(folder.place, backup, folder.key, NOW)
            say(f"{ALWAYS} 1")


def two_backups(folder: Folder) -> None:
    """Fill a folder with a small and a larger backup."""
    for token, size in ((ALWAYS, 1), ("第二批", 400)):
        store = folder.store()
        with store.write("王堃", "试验") as act:
            act.add_many(Person, [{"name": token}] * size)
        store.close()
        pin(back_up(folder.place, folder.key, "asked", NOW), pinned=True)


ALWAYS = "第一批"
WORK = {"saves": save, "restores": put_back}


def one_life(folder: Folder, work: str, name: str, dice: random.Random, fault: str) -> dict[str, int]:
    """Let a child work and kill it; return what it had acknowledged."""
    reader, writer = os.pipe()
    child = os.fork()
    if child == 0:
        try:
            say = partial(tell, writer)
            WORK[work](folder, say, name, random.Random(dice.random()), fault)
        finally:
            os._exit(1)
    os.close(writer)
    said, lines = b"", dice.randrange(10)
    while said.count(b"\n") < lines and select.select([reader], [], [], LONGEST_SILENCE)[0]:
        if not (more := os.read(reader, 4096)):
            break
        said += more
    time.sleep(dice.random() * 0.02)
    os.kill(child, signal.SIGKILL)
    _, status = os.waitpid(child, 0)
    while more := os.read(reader, 65536):
        said += more
    os.close(reader)
    if not os.WIFSIGNALED(status):
        raise RuntimeError("the child ended by itself")
    return {token: int(size) for token, size in (line.split() for line in said.decode().splitlines())}


def tell(pipe: int, line: str) -> None:
    os.write(pipe, f"{line}\n".encode())


def look(folder: Folder, tally: Tally, *, closely: bool) -> None:
    """Hold what is in the folder against everything acknowledged."""
    try:
        found = folder.people()
        if closely:
            folder.examine()
    except (Trouble, ValueError, KeyError) as error:
        print(f"{type(error).__name__}: {error}", file=sys.stderr)
        tally.corrupt += 1
    else:
        tally.lost += sum(found[token] == 0 for token in folder.acked)
        tally.half += sum(0 < found[token] < size for token, size in folder.acked.items())


def trial(path: Path, work: str, rounds: int, dice: random.Random, fault: str, tally: Tally) -> None:
    """Go through some rounds in one folder, as long as all is well."""
    folder = Folder.make(path)
    if work == "restores":
        two_backups(folder)
    for number in range(rounds):
        acked = one_life(folder, work, str(number), dice, fault)
        folder.acked |= acked
        tally.acked += len(acked)
        tally.kills += 1
        # What is wrong with the journal stays wrong: a look at every fifth round finds it too.
        look(folder, tally, closely=number % 5 == 4 or number == rounds - 1)
        if not tally.good:
            return


def main() -> int:
    """Run the rounds, print the counts, and return 0 when nothing was lost."""
    parser = argparse.ArgumentParser(
        description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter
    )
    parser.add_argument("work", choices=WORK, nargs="?", default="saves")
    parser.add_argument("--rounds", type=int, default=200)
    parser.add_argument("--seed", type=int, default=1)
    parser.add_argument("--fault", choices=("none", "early-ack", "no-journal"), default="none")
    asked = parser.parse_args()
    dice, tally = random.Random(asked.seed), Tally()
    with tempfile.TemporaryDirectory() as parent:
        while tally.good and tally.kills < asked.rounds:
            rounds = min(ROUNDS_IN_A_FOLDER, asked.rounds - tally.kills)
            trial(Path(parent) / str(tally.kills), asked.work, rounds, dice, asked.fault, tally)
    print(tally)
    return 0 if tally.good else 1


if __name__ == "__main__":
    sys.exit(main())
