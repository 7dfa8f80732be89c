"""Pull the stick out while it is written to, or let it keep something else than it was given; count what was said done and is not.

    python -m tests.faults.stick [lies pulls device] [--rounds 1000] [--seed 1] [--fault unread|cached]

Each round puts a package or a backup on a stick. `lies`: once a file is flushed, its content is not what was written (a
bit, a sector, the end, an older part of itself). `pulls`: at some call the folder of the stick is gone. `device` (root
only): the stick is a file system on a loop device, and it is the device that changes a bit, below the memory in which the
system keeps what was written. 「完成」 may be said only where the whole file lies on the stick.
"""

import argparse
import contextlib
import os
import random
import shutil
import subprocess
import sys
from collections.abc import Callable, Iterator
from dataclasses import dataclass
from itertools import cycle
from pathlib import Path
from tempfile import TemporaryDirectory
from types import SimpleNamespace
from unittest.mock import patch

from tests.faults import work
from tests.faults.folder import Folder, memory_disk, sha256, token
from tests.faults.machine import has_devices, may_mount
from villagebranch.db import backup, files
from villagebranch.db.seat import Seat
from villagebranch.domain.errors import Trouble
from villagebranch.sync import cards, errands
from villagebranch.sync.package import unpack as unpack_package

SECTOR = 512
OF_ONE_STICK = 25  # rounds


@dataclass
class Claims:
    """What was said, in how many tries: `untrue` was said to be done and is not, `harmed` lay there before and is spoilt."""

    tried: int = 0
    done: int = 0
    refused: int = 0
    untrue: int = 0
    harmed: int = 0

    @property
    def wrong(self) -> int:
        return self.untrue + self.harmed

    def __str__(self) -> str:
        return " ".join(f"{name}={count}" for name, count in vars(self).items())


@contextlib.contextmanager
def lying(folder: Folder, dice: random.Random) -> Iterator[None]:
    """Change the content of what is flushed first."""

    def spoil(path: Path) -> None:
        content = bytearray(path.read_bytes())
        path.write_bytes(dice.choice(_LIES)(content, dice))

    with at_first_flush(folder.stick, spoil):
        yield


@contextlib.contextmanager
def at_first_flush(stick: Path, spoil: Callable[[Path], None]) -> Iterator[None]:
    """Spoil the first file of the stick that is flushed, right after it was."""
    flushed, spoilt = os.fsync, False

    def fsync(handle: int) -> None:
        nonlocal spoilt
        flushed(handle)
        path = Path(os.readlink(f"/proc/self/fd/{handle}"))
        if not spoilt and path.parent == stick and path.is_file():
            spoilt = True
            spoil(path)

    with patch.object(files.os, "fsync", fsync):
        yield


def _bit(content: bytearray, dice: random.Random) -> bytes:
    content[dice.randrange(len(content))] ^= 1 << dice.randrange(8)
    return bytes(content)


def _sector(content: bytearray, dice: random.Random) -> bytes:
    at = dice.randrange(len(content)) // SECTOR * SECTOR
    content[at : at + SECTOR] = bytes(len(content[at : at + SECTOR]))
    return bytes(content)


def _end(content: bytearray, dice: random.Random) -> bytes:
    return bytes(content[: dice.randrange(len(content))])


def _around(content: bytearray, dice: random.Random) -> bytes:
    """A stick that is smaller than it says begins anew at its start."""
    size = dice.randrange(SECTOR, len(content) - SECTOR) // SECTOR * SECTOR
    return bytes(content[:size]) + bytes(content[: len(content) - size])


_LIES = (_bit, _sector, _end, _around)


@contextlib.contextmanager
def pulled(folder: Folder, dice: random.Random) -> Iterator[None]:
    """Let the folder of the stick be gone from some call on; afterwards it is there again, to be looked at."""
    calls = dice.randrange(1, 9)
    away = folder.stick.with_name("pulled out")

    def counting(call: Callable) -> Callable:
        def counted(*given: object) -> object:
            nonlocal calls
            calls -= 1
            if calls == 0 and folder.stick.exists():
                folder.stick.rename(away)
            return call(*given)

        return counted

    patches = [patch.object(files.os, name, counting(getattr(os, name))) for name in ("fsync", "replace")]
    patches.append(patch.object(files.shutil, "copyfile", counting(shutil.copyfile)))
    patches.append(patch.object(Path, "write_bytes", counting(Path.write_bytes)))
    with contextlib.ExitStack() as held:
        for one in patches:
            held.enter_context(one)
        try:
            yield
        finally:
            if away.exists():
                away.rename(folder.stick)


@contextlib.contextmanager
def device(folder: Folder, dice: random.Random) -> Iterator[None]:
    """Flip a bit on the device, where the file's own sector lies; what the system keeps in memory stays as it was."""
    image = folder.stick.with_name("device")

    def spoil(path: Path) -> None:
        content = path.read_bytes()
        at = dice.randrange(len(content) // SECTOR) * SECTOR
        os.sync()
        with image.open("r+b") as disk:
            place = disk.read().find(content[at : at + SECTOR])
            disk.seek(place)
            disk.write(bytes([content[at] ^ 1]))

    with at_first_flush(folder.stick, spoil):
        yield


@contextlib.contextmanager
def plugged(folder: Folder) -> Iterator[None]:
    """Let the stick be a file system of its own, on a device whose sectors lie in a file."""
    image = folder.stick.with_name("device")
    with image.open("wb") as disk:
        disk.truncate(24 << 20)
    subprocess.run(["mkfs.ext4", "-q", "-F", str(image)], check=True)
    subprocess.run(["mount", "-o", "loop", str(image), str(folder.stick)], check=True)
    try:
        yield
    finally:
        subprocess.run(["umount", str(folder.stick)], check=True)


STICKS = {"lies": lying, "pulls": pulled, "device": device}


def send(folder: Folder, seat: Seat, _number: int) -> None:
    with seat.store.read() as conn:
        peer = cards.partner(conn, work.PEER)
    errands.send(seat, peer, folder.stick)


def carry(folder: Folder, _seat: Seat, number: int) -> None:
    made = backup.back_up(folder.place, folder.key, "asked", work.moment(0, number))
    backup.carry(folder.place, made, folder.stick, made.made_at)


def whole(folder: Folder, path: Path) -> bool:
    """Tell whether a file on the stick is what the program made: only what was sealed opens."""
    with path.open("rb") as file:
        os.posix_fadvise(file.fileno(), 0, 0, os.POSIX_FADV_DONTNEED)
    try:
        if path.suffix == ".vbx":
            unpack_package(path.read_bytes(), folder.peer)
        else:
            backup.unpack(backup.read_backup(path), folder.key, folder.place.folder / "looked-at.db")
    except Trouble:
        return False
    return True


def one_round(
    folder: Folder, seat: Seat, kind: str, number: int, dice: random.Random, claims: Claims
) -> None:
    """Do an errand with a stick that fails, and hold what is said against what lies there."""
    before = {path: sha256(path.read_bytes()) for path in folder.stick.glob("*.vb?")}
    said = "done"
    try:
        with STICKS[kind](folder, dice):
            dice.choice((send, carry))(folder, seat, number)
    except Trouble as trouble:
        said = str(trouble)
    after = {path: sha256(path.read_bytes()) for path in folder.stick.glob("*.vb?")}
    new = after.keys() - before.keys()
    claims.tried += 1
    claims.done += said == "done"
    claims.refused += said != "done"
    claims.untrue += (said == "done" and not new) or not all(whole(folder, path) for path in new)
    # A backup may be past its time; a package never is.
    gone = [path for path in before if path not in after and path.suffix == ".vbx"]
    claims.harmed += bool(gone) or any(after[path] != before[path] for path in before.keys() & after.keys())


def trial(parent: Path, kind: str, rounds: int, dice: random.Random, claims: Claims) -> None:
    """Let one stick fail so many times."""
    folder = Folder.make(parent)
    work.prepare(folder, kind)
    with plugged(folder) if kind == "device" else contextlib.nullcontext():
        seat = folder.seat()
        for number in range(rounds):
            work.save(seat.store, folder.hear, token("存", number, 5))
            one_round(folder, seat, kind, number, dice, claims)
        seat.close()


@contextlib.contextmanager
def unread() -> Iterator[None]:
    """Take what was written for what lies on the stick."""
    written: list[bytes] = []
    reading, writing = Path.read_bytes, Path.write_bytes

    def write_bytes(path: Path, content: bytes) -> int:
        written.append(content)
        return writing(path, content)

    def read_bytes(path: Path) -> bytes:
        return written[-1] if path.name.endswith(".vbx.part") else reading(path)

    with (
        patch.object(files, "sha256", lambda _path: ""),
        patch.object(Path, "write_bytes", write_bytes),
        patch.object(Path, "read_bytes", read_bytes),
    ):
        yield


@contextlib.contextmanager
def cached() -> Iterator[None]:
    """Let the system read back from its memory, not from the stick."""
    with patch.object(files, "sys", SimpleNamespace(platform="as if it could not be asked")):
        yield


FAULTS = {"none": contextlib.nullcontext, "unread": unread, "cached": cached}


def main() -> int:
    """Go through the rounds, print the counts, and return 0 when whatever was said to be done was."""
    parser = argparse.ArgumentParser(
        description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter
    )
    parser.add_argument("kinds", choices=[*STICKS, []], nargs="*", default=[])
    parser.add_argument("--rounds", type=int, default=1000)
    parser.add_argument("--seed", type=int, default=1)
    parser.add_argument("--fault", choices=FAULTS, default="none")
    asked = parser.parse_args()
    dice, claims = random.Random(asked.seed), Claims()
    kinds = asked.kinds or [kind for kind in STICKS if kind != "device" or (may_mount() and has_devices())]
    for kind in cycle(kinds):
        rounds = min(OF_ONE_STICK, asked.rounds - claims.tried)
        if claims.wrong or rounds == 0:
            break
        with TemporaryDirectory(dir=memory_disk()) as parent, FAULTS[asked.fault]():
            trial(Path(parent), kind, rounds, dice, claims)
    print(claims)
    return 1 if claims.wrong else 0


if __name__ == "__main__":
    sys.exit(main())
