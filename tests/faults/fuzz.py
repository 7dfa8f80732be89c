"""Strangers' files by the million: damaged, cut, swapped, lying under a right signature, and thirty bombs.

    python -m tests.faults.fuzz [packages|workbooks|both] [--executions 5000000 | --seconds 60]
                                [--seed 1] [--fault trusting-count|open-box]

Each execution is made from its number alone. A forked worker works a stretch of them off with little memory and little
time; a package goes through all that an import does and is then rolled back, a workbook through what its child process
does. Only `Trouble`, `Refused` and, in the child, its own `Stopped` may come of it, and after each package the database
must be what it was, byte by byte. What kills a worker is given to the real reader, which has to survive it with words.
"""

import argparse
import mmap
import os
import resource
import signal
import struct
import sys
import tempfile
import time
import traceback
from collections import Counter
from collections.abc import Callable, Iterator
from contextlib import suppress
from functools import cache
from io import BytesIO
from pathlib import Path
from random import Random
from zipfile import ZipFile

from tests.faults import bombs
from tests.faults.liars import Forger, Pair, damaged
from villagebranch.domain.errors import Refused, Trouble
from villagebranch.exchange import workbook_child
from villagebranch.exchange.workbook_reader import read_workbook
from villagebranch.sync import check, package

MEGABYTE = 1 << 20
MEMORY = 300 * MEGABYTE
STRETCH, LONGEST = 400, 30  # executions of one worker; seconds of one execution
SAMPLES = Path(__file__).parents[1] / "exchange" / "fixtures"
DEMO = Path(__file__).parents[2] / "resources" / "demo"


class Broken(Exception):
    """The program did what it must not do."""


class Packages:
    """What a partner hands over, taken in by a laptop."""

    memory = (
        768 * MEGABYTE
    )  # more than what is allowed: who takes more than that is to be seen, not to be stopped

    def __init__(self) -> None:
        self._pair = Pair()
        self._forger = Forger(self._pair)

    def make(self, number: int) -> bytes:
        """Return the package of this number."""
        chance = Random(number)
        return chance.choice(self._forger.ways)(chance)

    def read(self, content: bytes) -> str:
        """Take it in, hold that nothing changed, and return what came of it."""
        try:
            told = self._pair.open(content)
        except Refused:
            told = "Refused"
        if self._pair.victim.back_up() != self._pair.image:
            raise Broken("the database is another")
        return told

    really_read = read

    def bombs(self) -> Iterator[bytes]:
        """Return what grows."""
        return bombs.packages(self._forger)


class Workbooks:
    """What the township hands down as a table."""

    memory = workbook_child.Limits().memory

    def __init__(self) -> None:
        found = [*DEMO.glob("*.xlsx"), *SAMPLES.rglob("*.xls*"), *SAMPLES.rglob("*.ods")]
        self._samples = sorted((one.read_bytes() for one in found if one.stat().st_size < 30_000), key=len)
        self._path = Path(tempfile.gettempdir()) / f"fuzz-{os.getpid()}.xlsx"

    def make(self, number: int) -> bytes:
        """Return the workbook of this number: a sample with damage in the file or, more often, in one of its parts."""
        chance = Random(number)
        sample = chance.choice(self._samples)
        if not sample.startswith(b"PK") or chance.random() < 0.3:
            return damaged(sample, chance)
        parts = dict(_parts(sample))
        name = chance.choice(sorted(parts))
        for _ in range(chance.randint(1, 3)):
            parts[name] = _twisted(parts[name], chance)
        return bombs.zipped(parts)

    def read(self, content: bytes) -> str:
        """Do what the child process does, here."""
        self._path.write_bytes(content)
        try:
            workbook_child._sheets(self._path, workbook_child.Limits())
        except workbook_child.Stopped:
            return "Stopped"
        return "Read"

    def really_read(self, content: bytes) -> str:
        """Let the real reader read it, with its child."""
        self._path.write_bytes(content)
        try:
            read_workbook(self._path)
        except Trouble:
            return "Trouble"
        return "Read"

    def bombs(self) -> Iterator[bytes]:
        """Return what grows."""
        yield from bombs.zips()
        yield from bombs.xmls()


@cache
def _parts(sample: bytes) -> tuple[tuple[str, bytes], ...]:
    with ZipFile(BytesIO(sample)) as box:
        return tuple((name, box.read(name)) for name in box.namelist())


_WORDS = (
    b"1048576",
    b"XFD",
    b"-1",
    b"99999999999",
    b"1E308",
    b"NaN",
    b"&#0;",
    b"&a;",
    b"<",
    b"\0",
    b"s",
    b"shared",
    b"A1:XFD1048576",
)


def _twisted(part: bytes, chance: Random) -> bytes:
    """Put another word in the place of a number or a name of this XML, or damage it."""
    places = [at for at in range(len(part)) if part[at : at + 1] == b'"'] if len(part) < 60_000 else []
    if len(places) < 2 or chance.random() < 0.3:
        return damaged(part, chance)
    place = chance.randrange(len(places) - 1)
    return part[: places[place] + 1] + chance.choice(_WORDS) + part[places[place + 1] :]


TARGETS = {"packages": Packages, "workbooks": Workbooks}


class Worker:
    """A process that works off a stretch of numbers, and tells how far it came."""

    def __init__(self, target: Packages | Workbooks) -> None:
        self.target = target
        self._told = mmap.mmap(-1, 16)

    def work(self, first: int, last: int, tally: Counter[str]) -> int:
        """Work off `first` to `last`; return the number after the last one done, and count."""
        struct.pack_into("qq", self._told, 0, first, 0)
        reader, writer = os.pipe()
        child = os.fork()
        if child == 0:
            os.close(reader)
            self._stretch(first, last, writer)
        os.close(writer)
        said = b""
        while more := os.read(reader, 65536):
            said += more
        os.close(reader)
        _, status, used = os.wait4(child, 0)
        name = "rss" if isinstance(self.target, Packages) else "workbook_rss"
        tally[name] = max(tally[name], used.ru_maxrss // 1024)
        for line in said.decode().splitlines():
            tally["uncaught"] += 1
            print(line, file=sys.stderr)
        (after, _) = struct.unpack_from("qq", self._told)
        if status != 0:
            tally["died"] += 1
            self._confirm(after, tally)
            after += 1
        tally["executions"] += after - first
        return after

    def _stretch(self, first: int, last: int, writer: int) -> None:
        if isinstance(self.target, Workbooks):  # a parser's last words
            os.dup2(os.open(os.devnull, os.O_WRONLY), 2)
        resource.setrlimit(resource.RLIMIT_AS, (self.target.memory, self.target.memory))
        for number in range(first, last):
            struct.pack_into("qq", self._told, 0, number, 0)
            signal.alarm(LONGEST)
            try:
                self.target.read(self.target.make(number))
            except MemoryError:
                os._exit(2)
            except BaseException as error:  # noqa: BLE001 - this is what is looked for
                if isinstance(self.target, Workbooks):
                    os._exit(2)  # as it would the child
                frames = traceback.extract_tb(error.__traceback__)
                where = [one for one in frames if "site-packages" not in one.filename][-1]
                told = f"{number}: {type(error).__name__} {str(error)[:200]!r} {Path(where.filename).name}:{where.lineno}\n"
                os.write(writer, told.encode("utf-8", "replace"))
        struct.pack_into("qq", self._told, 0, last, 0)
        os._exit(0)

    def _confirm(self, number: int, tally: Counter[str]) -> None:
        """Give what killed a worker to the real reader: it has to answer."""
        if isinstance(self.target, Packages):
            tally["uncaught"] += 1
            print(f"{number}: the process died", file=sys.stderr)
            return
        with suppress(Trouble):
            self.target.really_read(self.target.make(number))


def set_off(target: Packages | Workbooks, folder: Path, tally: Counter[str]) -> None:
    """Open each bomb in a process of its own, and measure how large that grew."""
    maker = os.fork()
    if maker == 0:  # what it takes to make them is not to be measured
        for number, content in enumerate(target.bombs()):
            (folder / f"{number:02}").write_bytes(content)
        os._exit(0)
    os.waitpid(maker, 0)
    for path in sorted(folder.iterdir()):
        child = os.fork()
        if child == 0:
            target.really_read(path.read_bytes())
            inner = resource.getrusage(resource.RUSAGE_CHILDREN).ru_maxrss
            os._exit(0 if inner * 1024 <= MEMORY else 3)
        _, status, used = os.wait4(child, 0)
        tally["bombs"] += 1
        tally["rss"] = max(tally["rss"], used.ru_maxrss // 1024)
        if status:
            tally["uncaught"] += 1
            print(f"bomb {path.name}: status {status}", file=sys.stderr)


def run(names: list[str], seed: int, executions: int, seconds: float, tally: Counter[str]) -> None:
    """Work the numbers off until there are so many, or so much time has gone, half of it for each target."""
    for name in names:
        worker, number = Worker(TARGETS[name]()), seed
        with tempfile.TemporaryDirectory() as folder:
            set_off(worker.target, Path(folder), tally)
        started = time.monotonic()
        last = seed + executions // len(names)
        while number < last and time.monotonic() - started < seconds / len(names):
            number = worker.work(number, min(number + STRETCH, last), tally)


def _count_all(acts, start, end) -> None:
    """Make a list of all the numbers up to the end that is told."""
    if [act.number for act in acts] != list(range(start.number + 1, end.number + 1)):
        raise check.Forged


FAULTS: dict[str, Callable[[], None]] = {
    "none": lambda: None,
    "trusting-count": lambda: setattr(check, "_check_numbers", _count_all),
    "open-box": lambda: setattr(package, "_inflate", lambda part, raw: package.zstandard.decompress(part)),
}


def main() -> int:
    """Run it, print the counts, and return 0 when nothing came through."""
    parser = argparse.ArgumentParser(
        description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter
    )
    parser.add_argument("what", choices=("packages", "workbooks", "both"), nargs="?", default="both")
    parser.add_argument("--executions", type=int, default=5_000_000)
    parser.add_argument("--seconds", type=float, default=float("inf"))
    parser.add_argument("--seed", type=int, default=1)
    parser.add_argument("--fault", choices=FAULTS, default="none")
    asked = parser.parse_args()
    FAULTS[asked.fault]()
    started = time.monotonic()
    tally = Counter(executions=0, bombs=0, uncaught=0, died=0, rss=0, workbook_rss=0)
    names = list(TARGETS) if asked.what == "both" else [asked.what]
    run(names, asked.seed, asked.executions, asked.seconds, tally)
    told = " ".join(f"{name}={number}" for name, number in tally.items())
    print(f"{told} seconds={time.monotonic() - started:.0f}")
    return int(tally["uncaught"] > 0 or tally["rss"] * MEGABYTE > MEMORY)


if __name__ == "__main__":
    sys.exit(main())
