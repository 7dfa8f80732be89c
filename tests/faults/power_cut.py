"""Cut the power at every moment, and count what was acknowledged and is not on the disk any more.

    python -m tests.faults.power_cut [--rounds 500000] [--seed 1] [--fault FAULT]

A child founds a branch and works in it (acts, imports, packages, backups, a stick, passwords, restores) under strace,
which writes down every call on its files. The log is played back into `tests.faults.disk`: after each call that changed
something the power is cut again and again, and what may be left each time is laid down and opened as the program does.
Only states that differ are counted. Played back whole, the log must give the very files that the child left.
"""

import argparse
import contextlib
import os
import random
import sys
from collections.abc import Hashable, Iterator
from functools import partial
from itertools import product
from pathlib import Path
from tempfile import TemporaryDirectory
from unittest.mock import patch

from tests.faults import work
from tests.faults.disk import CALLS, Call, Disk, Left
from tests.faults.folder import Folder, Say, Tally, memory_disk, new_keys, token
from tests.faults.traced import traced
from villagebranch.db import backup, cipher, files
from villagebranch.db.cipher import Key
from villagebranch.db.place import Place
from villagebranch.sync import errands, handover

NO_KEY = Key(bytes(32))
STEPS = 40  # of work in one log
STATES_OF_A_LOG = 25_000
CLOSELY = 40  # every so many states are opened with the store, and every file with them


_WORKS = ("save", "book", "package", "backup", "stick", "password", "restore")
_OFTEN = (8, 1, 2, 1, 2, 1, 1)


def live(folder: Folder, say: Say, dice: random.Random) -> None:
    """Do a bit of everything, and say what is done."""
    work.fill_inbox(folder, STEPS // 4)
    seat, waiting = folder.seat(), list(folder.inbox)
    made = work.make_backup(folder, say, work.moment(0, 0))
    for step in range(1, STEPS):
        at = work.moment(0, step)
        match dice.choices(_WORKS, _OFTEN)[0]:
            case "save":
                work.save(seat.store, say, token("存", step, dice.choice((1, 5, 40))))
            case "book":
                work.bring_in(seat.store, say, token("进", step, 18))
            case "package" if waiting:
                file, names = waiting.pop(0)
                work.receive(seat, say, folder.stick / work.INBOX / file, names)
            case "backup":
                made = work.make_backup(folder, say, at)
            case "stick":
                work.put_down(folder, seat, say)
                made = work.make_backup(folder, say, at)
                work.carry_backup(folder, say, made)
            case "password":
                work.change_password(folder, say, f"竹林{step:06}")
            case "restore":
                seat.close()
                work.put_back(folder, say, made, at)
                seat, waiting = folder.seat(), list(folder.inbox)


class Recording:
    """What a child said and did, in `log`; it began with nothing in `root` but a stick."""

    def __init__(self, parent: Path, seed: int, fault: str) -> None:
        self.root, self.said, self.peer = parent / "live", parent / "said", new_keys()
        (self.root / "stick").mkdir(parents=True)
        log = parent / "log"
        options = ["-o", str(log), "-xx", "-s", str(1 << 26), "-e", "signal=none", "-e", f"trace={CALLS}"]
        if traced(options, lambda: partial(self._work, seed, fault)):
            raise RuntimeError("the child did not come to its end")
        with log.open() as lines:
            self.calls = [call for line in lines if (call := Call.read(line.rstrip("\n")))]
        log.unlink()
        self._hold_against_the_files()

    def _work(self, seed: int, fault: str) -> None:
        said = os.open(self.said, os.O_WRONLY | os.O_CREAT)
        with FAULTS[fault]():
            folder = Folder.make(self.root)
            folder.peer = self.peer
            folder.store().close()
            say = partial(tell, said)
            say(f"founded {folder.key.raw.hex()}")
            work.prepare(folder, "power cut")
            live(folder, say, random.Random(seed))

    def disk(self) -> Disk:
        return Disk(self.root, self.said, [self.root / "stick"])

    def _hold_against_the_files(self) -> None:
        """Play the log back whole, and raise unless it gives what the child left."""
        disk = self.disk()
        self.acked = sum(disk.feed(call) != "" for call in self.calls)
        self.changes = disk.changes
        files = [path for path in self.root.rglob("*") if path.is_file() and not path.name.endswith("-shm")]
        there, told = {str(path): path.read_bytes() for path in files}, disk.now()
        if wrong := [path for path in there.keys() | told.keys() if there.get(path) != told.get(path)]:
            raise RuntimeError(f"the log does not give {wrong}")


class Remains:
    """A place where one state after the other is laid down, each time only what differs."""

    def __init__(self, root: Path, live: Path) -> None:
        self._root, self._live = root, str(live)
        self._marks: dict[str, Hashable] = {}

    def lay(self, left: dict[str, Left]) -> None:
        """Make the folder what a cut left."""
        marks = {path.replace(self._live, str(self._root)): one for path, one in left.items()}
        for path in self._root.rglob("*"):
            if path.is_file() and str(path) not in marks:
                path.unlink()
        for name, one in marks.items():
            if self._marks.get(name) != one.mark or self._changes(name):
                Path(name).parent.mkdir(parents=True, exist_ok=True)
                Path(name).write_bytes(one.content)
        self._marks = {name: one.mark for name, one in marks.items()}

    def _changes(self, name: str) -> bool:
        """Tell whether a look may write to the file: a journal is rolled back, a damaged key file mended."""
        return "/backups/" not in name and "/stick/" not in name


def cut(recording: Recording, parent: Path, states: int, dice: random.Random, tally: Tally) -> None:
    """Cut the power until so many states were looked at, each once."""
    seen: set[Hashable] = set()
    wanted = tally.tried + states
    while not tally.wrong and tally.tried < wanted:
        often = max(0.02, (wanted - tally.tried) / recording.changes)
        one_pass(recording, parent, often, dice, tally, seen)


def one_pass(
    recording: Recording, parent: Path, often: float, dice: random.Random, tally: Tally, seen: set[Hashable]
) -> None:
    """Play the log back once, and cut the power `often` times after each change."""
    disk, remains = recording.disk(), Remains(parent / "after", recording.root)
    folder: Folder | None = None
    acked = 0
    for call in recording.calls:
        before = disk.changes
        if said := disk.feed(call):
            folder = folder or Folder(
                Place(parent / "after" / "data"), NO_KEY, parent / "after" / "stick", recording.peer
            )
            folder.hear(said.strip())
            acked += 1
        if folder is None or (disk.changes == before and not said):
            continue
        for _ in range(int(often + dice.random())):
            left = disk.cut(dice)
            state = hash((acked, frozenset((path, one.mark) for path, one in left.items())))
            if state not in seen:
                seen.add(state)
                remains.lay(left)
                tally.tried += 1
                folder.look(tally, closely=tally.tried % CLOSELY == 0)
        if tally.wrong:
            print(f"after {acked} acknowledgements: {call.name}({call.given})", file=sys.stderr)
            return


@contextlib.contextmanager
def pragmas(*lines: str) -> Iterator[None]:
    """Open databases in another mode."""
    changed = {line.split()[0] for line in lines}
    others = [line for line in cipher._PRAGMAS if line.split()[0] not in changed]
    with patch.object(cipher, "_PRAGMAS", (*others, *lines)):
        yield


@contextlib.contextmanager
def unflushed(*names: str) -> Iterator[None]:
    """Leave out what flushes files or folders."""
    with contextlib.ExitStack() as patches:
        for module, name in product((files, backup, handover, errands), names):
            if hasattr(module, name):
                patches.enter_context(patch.object(module, name, lambda _path: None))
        yield


FAULTS = {
    "none": contextlib.nullcontext,
    "wal": partial(pragmas, "journal_mode = WAL", "synchronous = NORMAL"),
    "sqlite-default": partial(pragmas, "journal_mode = DELETE", "synchronous = FULL"),
    "skipped-fsync": partial(pragmas, "synchronous = OFF"),
    "file-not-flushed": partial(unflushed, "flush"),
    "folder-not-flushed": partial(unflushed, "flush_folder"),
}


def tell(file: int, line: str) -> None:
    os.write(file, f"{line}\n".encode())


def main() -> int:
    """Cut the power so many times, print the counts, and return 0 when nothing was lost."""
    parser = argparse.ArgumentParser(
        description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter
    )
    parser.add_argument("--rounds", type=int, default=500_000)
    parser.add_argument("--seed", type=int, default=1)
    parser.add_argument("--fault", choices=FAULTS, default="none")
    asked = parser.parse_args()
    dice, tally = random.Random(asked.seed), Tally("states")
    while not tally.wrong and tally.tried < asked.rounds:
        with TemporaryDirectory(dir=memory_disk()) as parent:
            recording = Recording(Path(parent), dice.getrandbits(32), asked.fault)
            tally.acked += recording.acked
            states = min(STATES_OF_A_LOG, asked.rounds - tally.tried)
            cut(recording, Path(parent), states, dice, tally)
    print(tally)
    return 1 if tally.wrong else 0


if __name__ == "__main__":
    sys.exit(main())
