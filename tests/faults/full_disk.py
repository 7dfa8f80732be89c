"""Work on a small disk until it is full, and on one that turns read-only; count what was lost and what was said.

    python -m tests.faults.full_disk [--rounds 300] [--seed 1] [--fault no-journal]

Root only: the disk is a tmpfs, each round of another size, so that it is full at another moment. Acts, imports with their
backups, packages and backups go on until three ended in a sentence. Then everything acknowledged must be there, and what
comes next must be done once there is space again. Then the disk is mounted read-only, written to, and mounted as before.
"""

import argparse
import contextlib
import random
import subprocess
import sys
from collections.abc import Iterator
from functools import partial
from pathlib import Path
from tempfile import TemporaryDirectory
from unittest.mock import patch

from tests.faults import work
from tests.faults.failing_calls import Failures, end, ends, sentence
from tests.faults.folder import Folder, memory_disk, token
from tests.faults.machine import may_mount
from tests.faults.traced import Words
from villagebranch.db import cipher
from villagebranch.db.seat import Seat

LEAST = 1700 << 10  # bytes: a new folder and its first backup fit
MORE = 512 << 10
SENTENCES = 4
SMALL = ("save", "save", "save", "book", "stick")


@contextlib.contextmanager
def disk(path: Path, size: int) -> Iterator[None]:
    """Mount a disk of so many bytes."""
    path.mkdir()
    subprocess.run(["mount", "-t", "tmpfs", "-o", f"size={size}", "none", str(path)], check=True)
    try:
        yield
    finally:
        subprocess.run(["umount", "-l", str(path)], check=True)


def again(path: Path, *options: str) -> None:
    """Mount the disk in another way."""
    subprocess.run(["mount", "-o", ",".join(("remount", *options)), str(path)], check=True)


def one(folder: Folder, seat: Seat, words: Words, kind: str, number: int, dice: random.Random) -> None:
    """Do one piece of work."""
    match kind:
        case "save":
            work.save(seat.store, words.say, token("存", number, dice.choice((1, 40, 400))))
        case "book":
            work.bring_in(seat.store, words.say, token("进", number, 18))
        case "backup":
            work.make_backup(folder, words.say, work.moment(0, number))
        case "stick":
            work.put_down(folder, seat, words.say)


def hear(folder: Folder, words: Words, tally: Failures) -> list[str]:
    """Take note of what was said; return how each piece of work ended."""
    for line in words.lines():
        if not line.startswith("end "):
            folder.hear(line)
            tally.acked += 1
    said = ends(words)
    tally.uncaught += sum(not sentence(one) for one in said)
    return said


def fill(folder: Folder, dice: random.Random, tally: Failures) -> None:
    """Work until the disk was full a few times, and look. After the first time nothing so large as a backup is tried."""
    seat, told, number = folder.seat(), 0, 0
    while told < SENTENCES:
        words, number = Words(), number + 1
        kind = dice.choice(SMALL if told else (*SMALL, "backup"))
        end(words, partial(one, folder, seat, words, kind, number, dice))
        told += hear(folder, words, tally) != ["done"]
        tally.tried += 1
    seat.close()
    folder.look(tally, closely=False)


def go_on(folder: Folder, name: str, tally: Failures, expected: str) -> None:
    """Save something, which is to end as expected: done, or in a sentence."""
    words = Words()

    def save() -> None:
        with contextlib.closing(folder.store()) as store:
            work.save(store, words.say, name)

    end(words, save)
    (said,) = hear(folder, words, tally)
    tally.untrue += (said == "done") != (expected == "done")


def trial(parent: Path, size: int, dice: random.Random, tally: Failures) -> None:
    """Fill one disk, make room, and make it read-only and writable again."""
    path = parent / "disk"
    with disk(path, size):
        folder = Folder.make(path)
        work.prepare(folder, "full disk")
        work.make_backup(folder, folder.hear, work.moment(0, 0))
        fill(folder, dice, tally)
        again(path, f"size={size + (8 << 20)}")
        go_on(folder, token("后", 0, 5), tally, "done")
        again(path, "ro")
        go_on(folder, token("后", 1, 5), tally, "told")
        again(path, "rw")
        go_on(folder, token("后", 2, 5), tally, "done")
        folder.look(tally, closely=True)


@contextlib.contextmanager
def no_journal() -> Iterator[None]:
    """Let SQLite write without a rollback journal."""
    with patch.object(cipher, "_PRAGMAS", (*cipher._PRAGMAS, "journal_mode = OFF")):
        yield


FAULTS = {"none": contextlib.nullcontext, "no-journal": no_journal}


def main() -> int:
    """Fill so many disks, print the counts, and return 0 when nothing was lost and all was said in sentences."""
    parser = argparse.ArgumentParser(
        description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter
    )
    parser.add_argument("--rounds", type=int, default=300)
    parser.add_argument("--seed", type=int, default=1)
    parser.add_argument("--fault", choices=FAULTS, default="none")
    asked = parser.parse_args()
    if not may_mount():
        print("works=0, for this process may not mount a disk")
        return 0
    dice, tally = random.Random(asked.seed), Failures("works")
    for _ in range(asked.rounds):
        with TemporaryDirectory(dir=memory_disk()) as parent, FAULTS[asked.fault]():
            trial(Path(parent), LEAST + dice.randrange(MORE), dice, tally)
        if tally.wrong:
            break
    print(tally)
    return 1 if tally.wrong else 0


if __name__ == "__main__":
    sys.exit(main())
