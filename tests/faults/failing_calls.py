"""Let one call of the system after the other fail while the program works, and see what it says and what is lost.

    python -m tests.faults.failing_calls [WORK…] [--rounds 100000] [--seed 1] [--fault FAULT]

Each piece of work (a save, an import, a package received, a package and a backup put on a stick, a backup, a restore,
a changed password) is done once under strace to count its calls on files. Then it is done again for each of them, in a
child in which strace lets just that call fail, or that and all after it: disk full, read-only, I/O error. The work must
end done or in a Chinese sentence, the truth must be told, and nothing that was acknowledged before may be lost.
"""

import argparse
import contextlib
import re
import shutil
import sys
import traceback
from collections import Counter
from collections.abc import Callable, Iterable, Iterator, Mapping, Sequence
from dataclasses import dataclass
from functools import partial
from itertools import product
from pathlib import Path
from tempfile import TemporaryDirectory
from typing import NamedTuple
from unittest.mock import patch

from sqlalchemy import Connection
from sqlalchemy.exc import DBAPIError

from tests.faults import work
from tests.faults.folder import CHEAP, NOW, PASSWORD, Folder, Say, Tally, memory_disk, token
from tests.faults.traced import Words, Work, traced
from villagebranch.db import files, vault
from villagebranch.db.backup import list_backups
from villagebranch.db.place import Place
from villagebranch.db.seat import Seat, found, take
from villagebranch.domain.errors import Refused, Trouble

# What can go wrong with which call: E/A/B, with + where it goes on going wrong.
_WRITING = ("ENOSPC", "EIO", "ENOSPC+", "EIO+")
_NAMING = ("EROFS", "EIO", "ENOSPC", "EROFS+")
ERRORS = {
    "write": _WRITING,
    "pwrite64": _WRITING,
    "sendfile": _WRITING,
    "ftruncate": _WRITING,
    "fsync": _WRITING,
    "fdatasync": _WRITING,
    "openat": _NAMING,
    "mkdir": _NAMING,
    "rename": _NAMING,
    "link": _NAMING,
    "unlink": _NAMING,
    "read": ("EIO", "EIO+"),
    "pread64": ("EIO", "EIO+"),
    "newfstatat": ("EIO",),
    "lseek": ("EIO",),
    "close": ("EIO",),
}
LATER = token("后", 1, 1)
AFTERWARDS = token("后", 2, 1)
TRIED = token("试", 0, 5)
BOOK = token("进", 0, 18)


class Failure(NamedTuple):
    """The call of this number fails with this error; with + all after it do, too."""

    call: str
    number: int
    error: str

    def __str__(self) -> str:
        on = "+" if self.error.endswith("+") else ""
        return f"inject={self.call}:error={self.error.rstrip('+')}:when={self.number}{on}"


@dataclass
class Failures(Tally):
    """What came of the calls that failed: `uncaught` ended in no sentence, `untrue` in one that was not so."""

    uncaught: int = 0
    untrue: int = 0

    @property
    def wrong(self) -> int:
        return super().wrong + self.uncaught + self.untrue

    def __str__(self) -> str:
        return f"{super().__str__()} uncaught={self.uncaught} untrue={self.untrue}"


def save(folder: Folder, say: Say) -> Work:
    store = folder.store()
    return lambda: work.save(store, say, TRIED)


def book(folder: Folder, say: Say) -> Work:
    store = folder.store()

    def do() -> None:
        work.make_backup(folder, say, work.moment(1, 0), "import")
        work.bring_in(store, say, BOOK)

    return do


def package(folder: Folder, say: Say) -> Work:
    seat = folder.seat()
    file, names = folder.inbox[0]
    return lambda: work.receive(seat, say, folder.stick / work.INBOX / file, names)


def parting(folder: Folder, say: Say) -> Work:
    seat = folder.seat()
    return lambda: work.put_down(folder, seat, say)


def copying(folder: Folder, say: Say) -> Work:
    made = list_backups(folder.place.backups)[0]
    return lambda: work.carry_backup(folder, say, made)


def backing_up(folder: Folder, say: Say) -> Work:
    return partial(work.make_backup, folder, say, work.moment(1, 0))


def restoring(folder: Folder, say: Say) -> Work:
    made = list_backups(folder.place.backups)[0]
    return lambda: work.put_back(folder, say, made, work.moment(1, 0))


def password(folder: Folder, say: Say) -> Work:
    return lambda: work.change_password(folder, say, "竹林2027")


def opening(folder: Folder, say: Say) -> Work:
    """Unlock and open, as at the start of the program."""
    return lambda: take(folder.place, None, PASSWORD, lambda: NOW).close()


def founding(folder: Folder, say: Say) -> Work:
    """Begin a new database in an empty folder beside."""
    return lambda: begin(folder).close()


def begin(folder: Folder) -> Seat:
    new = Place(folder.place.folder.with_name("new"))
    return found(new, "新村党支部", "王堃", PASSWORD, lambda: NOW, CHEAP)


def stuck(folder: Folder, said: Sequence[str]) -> bool:
    """Tell whether a founding that was said to have failed stands in the way of the next one."""
    if said[:1] == ["done"]:
        return False
    try:
        begin(folder).close()
    except (Refused, Trouble):
        return True
    return False


JOBS: dict[str, Callable[[Folder, Say], Work]] = {
    "save": save,
    "import": book,
    "package": package,
    "parting": parting,
    "carry": copying,
    "backup": backing_up,
    "restore": restoring,
    "password": password,
    "open": opening,
    "found": founding,
}


def attempt(folder: Folder, job: str, words: Words) -> Work:
    """Make ready for a piece of work; what is returned does it, then saves something, and says how each ended."""
    do = JOBS[job](folder, words.say)

    def both() -> None:
        end(words, do)
        end(words, lambda: work.save(folder.store(), words.say, AFTERWARDS))

    return both


def end(words: Words, do: Work) -> None:
    """Do something and say how it ended."""
    try:
        do()
        words.say("end done")
    except (Refused, Trouble) as failure:
        words.say(f"end told {failure}")
    except Exception:  # noqa: BLE001  this is what the harness looks for
        words.say(f"end uncaught {traceback.format_exc()!r}")


class Bench:
    """A folder as it is before each attempt, and the attempts made on copies of it."""

    def __init__(self, parent: Path) -> None:
        self._parent, self._place = parent, parent / "copy"
        self._before = Folder.make(parent / "before")
        work.prepare(self._before, "packages")
        made = work.make_backup(self._before, self._before.hear, work.moment(0, 0))
        work.carry_backup(self._before, self._before.hear, made)
        seat = self._before.seat()
        work.save(seat.store, self._before.hear, LATER)
        work.put_down(self._before, seat, self._before.hear)
        seat.close()
        for job in JOBS:  # what is imported late is imported before calls fail
            with self.copy() as folder:
                words = Words()
                attempt(folder, job, words)()
                if ends(words) != ["done", "done"]:
                    raise RuntimeError(f"{job}: {words.lines()}")

    @contextlib.contextmanager
    def copy(self) -> Iterator[Folder]:
        """Yield the folder as it was, to be spoilt; it lies in the same place each time."""
        for part in ("data", "stick"):
            shutil.copytree(self._before.place.folder.with_name(part), self._place / part)
        yield self._before.copied_to(self._place)
        shutil.rmtree(self._place)

    def calls(self, job: str) -> tuple[Counter[str], set[str]]:
        """Return how often a piece of work makes each call on its files, and which these are."""
        with self.copy() as folder:
            log = self._parent / "log"
            options = ["-o", str(log), "-y", "-e", f"trace={','.join(ERRORS)}"]
            traced(options, partial(attempt, folder, job, Words()))
            here = [line for line in log.read_text().splitlines() if str(self._place) in line]
            names = re.compile(f'["<]({re.escape(str(self._place))}[^">]*)[">]')
            return Counter(line.split()[1].partition("(")[0] for line in here), {
                name for line in here for name in names.findall(line)
            }

    def fail(self, job: str, paths: Iterable[str], failure: Failure, tally: Failures) -> None:
        """Let a call fail, and look what is left."""
        with self.copy() as folder:
            words = Words()
            options = ["-o", "/dev/null", *(option for path in paths for option in ("-P", path))]
            options += ["-e", f"trace={failure.call}", "-e", str(failure)]
            status = traced(options, partial(attempt, folder, job, words))
            for line in words.lines():
                if not line.startswith("end "):
                    folder.hear(line)
                    tally.acked += 1
            before = tally.wrong
            tally.tried += 1
            there = folder.look(tally, closely=True)
            judge(ends(words), status, happened(job, folder, there), tally)
            tally.lost += job == "found" and stuck(folder, ends(words))
            if tally.wrong != before:
                print(f"{job} {failure}: {words.lines()} {tally}", file=sys.stderr)


def ends(words: Words) -> list[str]:
    return [line.removeprefix("end ") for line in words.lines() if line.startswith("end ")]


def judge(said: list[str], status: int, happened: bool, tally: Failures) -> None:
    """Count what was said in no sentence, and what was said and is not so."""
    whole = len(said) == 2 and status == 0
    tally.uncaught += not whole or any(not sentence(one) for one in said)
    if whole and said[0] != "done":
        tally.untrue += happened and any(word in said[0] for word in _UNDONE)


def sentence(told: str) -> bool:
    return told == "done" or (told.startswith("told ") and re.search("[\u4e00-\u9fff]", told) is not None)


_UNDONE = ("没有保存", "没有动", "没有写成", "没有导入")


def happened(job: str, folder: Folder, there: Mapping[str, int]) -> bool:
    """Tell whether what was tried took place."""
    match job:
        case "save" | "import" | "package":
            return bool(there.keys() & {TRIED, BOOK, *folder.inbox[0][1]})
        case "restore":
            return bool(there) and LATER not in there
        case "password":
            return vault.read(folder.place).open(None, PASSWORD) is None
    return False


@contextlib.contextmanager
def unspoken() -> Iterator[None]:
    """Let errors of the file system through as they are."""
    with patch.object(files, "in_words", lambda error: error):
        yield


@contextlib.contextmanager
def swallowed() -> Iterator[None]:
    """Pass over an act that could not be committed."""
    committing = Connection.commit

    def commit(conn: Connection) -> None:
        with contextlib.suppress(DBAPIError):
            committing(conn)

    with patch.object(Connection, "commit", commit):
        yield


FAULTS = {"none": contextlib.nullcontext, "unspoken": unspoken, "swallowed": swallowed}


def cases(bench: Bench, jobs: Sequence[str]) -> Iterator[Callable[[Failures], None]]:
    """Yield what lets a call fail: every call of every piece of work, with everything that can go wrong with it."""
    for job in jobs:
        counts, paths = bench.calls(job)
        for call, count in counts.items():
            for number, error in product(range(1, count + 1), ERRORS[call]):
                yield partial(bench.fail, job, paths, Failure(call, number, error))


def main() -> int:
    """Let the calls fail, print the counts, and return 0 when nothing was lost and nothing else was said than the truth."""
    parser = argparse.ArgumentParser(
        description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter
    )
    parser.add_argument("jobs", choices=[*JOBS, []], nargs="*", default=[])
    parser.add_argument(
        "--rounds", type=int, default=100_000, help="try about so many of all that could fail"
    )
    parser.add_argument("--seed", type=int, default=1)
    parser.add_argument("--fault", choices=FAULTS, default="none")
    asked = parser.parse_args()
    tally = Failures("failures")
    with TemporaryDirectory(dir=memory_disk()) as parent, FAULTS[asked.fault]():
        bench = Bench(Path(parent))
        everything = list(cases(bench, asked.jobs or list(JOBS)))
        every = max(1, len(everything) // asked.rounds)
        for case in everything[asked.seed % every :: every]:
            case(tally)
            if tally.wrong and asked.fault != "none":
                break
    print(tally)
    return 1 if tally.wrong else 0


if __name__ == "__main__":
    sys.exit(main())
