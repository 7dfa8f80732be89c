"""Kill the writing program at random moments, and count what was acknowledged and is not there any more.

    python -m tests.faults.kill9 [saves imports packages stick restores] [--rounds 20000] [--seed 1] [--fault FAULT]

Each round forks a child that works in a data folder (`tests.faults.work`): acts, imports, packages received, packages
and backups put on a stick, backups restored. What is done it acknowledges by a line in a pipe. The parent kills it with
SIGKILL after a random number of lines and microseconds, and opens the folder anew. A folder goes through twenty rounds,
so each child also recovers what the last one left.
"""

import argparse
import contextlib
import os
import random
import select
import signal
import sys
import time
from collections.abc import Callable, Iterator
from functools import partial
from itertools import cycle
from pathlib import Path
from tempfile import TemporaryDirectory
from unittest.mock import patch

from sqlalchemy import Connection

from tests.faults import work
from tests.faults.folder import Folder, Say, Tally, memory_disk, sha256
from tests.faults.work import JOBS, prepare
from villagebranch.db import cipher
from villagebranch.db.journal import Act
from villagebranch.db.store import Store
from villagebranch.sync import handover, merge
from villagebranch.sync.handover import Parting

ROUNDS_IN_A_FOLDER = 20
LONGEST_SILENCE = 10.0  # seconds: the child hangs


def one_life(folder: Folder, job: str, life: int, dice: random.Random, fault: str) -> list[str]:
    """Let a child work and kill it; return what it had acknowledged."""
    reader, writer = os.pipe()
    child = os.fork()
    if child == 0:
        try:
            say = partial(tell, writer)
            with FAULTS[fault](say) as say:
                JOBS[job](folder, say, life, random.Random(dice.random()))
        finally:
            os._exit(1)
    os.close(writer)
    said, lines = b"", dice.randrange(6)
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
    return said.decode().splitlines()


def tell(pipe: int, line: str) -> None:
    os.write(pipe, f"{line}\n".encode())


@contextlib.contextmanager
def sound(say: Say) -> Iterator[Say]:
    """Leave the program as it is."""
    yield say


@contextlib.contextmanager
def early_ack(say: Say) -> Iterator[Say]:
    """Say that an act is saved before it is committed, and that a package is on the stick before it is."""

    def save(store: Store, say: Say, name: str) -> None:
        with store.write("王堃", "试验") as act:
            work.add(act, name)
            say(f"saved {name}")

    written = handover.put_down

    def put_down(folder: Path, parting: Parting) -> Path:
        say(f"put {handover._free(folder, parting.name).name} {sha256(parting.content)}")
        return written(folder, parting)

    with patch.object(work, "save", save), patch.object(handover, "put_down", put_down):
        yield say


@contextlib.contextmanager
def no_journal(say: Say) -> Iterator[Say]:
    """Let SQLite write without a rollback journal."""
    with patch.object(cipher, "_PRAGMAS", (*cipher._PRAGMAS, "journal_mode = OFF")):
        yield say


@contextlib.contextmanager
def halfway(say: Say) -> Iterator[Say]:
    """Commit an import and a received package after the first of their steps."""

    def committing(step: Callable) -> Callable:
        def done(first: Act | Connection, *rest: object) -> object:
            result = step(first, *rest)
            conn = first.conn if isinstance(first, Act) else first
            conn.exec_driver_sql("COMMIT")
            conn.exec_driver_sql("BEGIN IMMEDIATE")
            return result

        return done

    with (
        patch.object(Act, "add_many", committing(Act.add_many)),
        patch.object(merge, "_write_journal", committing(merge._write_journal)),
    ):
        yield say


FAULTS = {
    "none": sound,
    "early-ack": early_ack,
    "no-journal": no_journal,
    "halfway": halfway,
}


def trial(path: Path, job: str, rounds: int, dice: random.Random, fault: str, tally: Tally) -> None:
    """Go through some rounds in one folder, as long as all is well."""
    folder = Folder.make(path)
    prepare(folder, job)
    for life in range(rounds):
        for line in one_life(folder, job, life, dice, fault):
            folder.hear(line)
            tally.acked += 1
        tally.tried += 1
        # What is wrong with the journal stays wrong: a look at every fifth round finds it too.
        folder.look(tally, closely=life % 5 == 4 or life == rounds - 1)
        if tally.wrong:
            return


def main() -> int:
    """Run the rounds, print the counts, and return 0 when nothing was lost."""
    parser = argparse.ArgumentParser(
        description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter
    )
    parser.add_argument("jobs", choices=[*JOBS, []], nargs="*", default=[])
    parser.add_argument("--rounds", type=int, default=20_000)
    parser.add_argument("--seed", type=int, default=1)
    parser.add_argument("--fault", choices=FAULTS, default="none")
    asked = parser.parse_args()
    dice, tally = random.Random(asked.seed), Tally("kills")
    for job in cycle(asked.jobs or JOBS):
        rounds = min(ROUNDS_IN_A_FOLDER, asked.rounds - tally.tried)
        if tally.wrong or rounds == 0:
            break
        with TemporaryDirectory(dir=memory_disk()) as parent:
            trial(Path(parent) / "trial", job, rounds, dice, asked.fault, tally)
    print(tally)
    return 1 if tally.wrong else 0


if __name__ == "__main__":
    sys.exit(main())
