"""A data folder under trial: what was acknowledged in it, and what of that is still there.

A child that works in the folder tells each thing that it was told is done, one line each (`Folder.hear` knows them);
`Folder.look` opens the folder as the program does and holds it against every line.
"""

import hashlib
import os
import sys
from collections.abc import Callable
from dataclasses import dataclass, field, replace
from datetime import datetime
from functools import cache
from pathlib import Path

from cryptography.hazmat.primitives.asymmetric.ed25519 import Ed25519PrivateKey
from pyrage import x25519
from sqlcipher3 import dbapi2

from villagebranch import records as records
from villagebranch.db import vault
from villagebranch.db.backup import read_backup, unpack
from villagebranch.db.cipher import Key, faults, open_raw
from villagebranch.db.journal import broken_link, digest, replayed_digest
from villagebranch.db.keys import Cost, Opened
from villagebranch.db.place import Place
from villagebranch.db.seat import Seat
from villagebranch.db.store import Store
from villagebranch.domain.errors import Trouble
from villagebranch.sync import cards
from villagebranch.sync.package import unpack as unpack_package

NOW = datetime(2026, 11, 23, 9, 30)
CHEAP = Cost(memory=8, passes=1, lanes=1)
PASSWORD = "竹林2026"
Say = Callable[[str], None]

_DIGITS = str.maketrans("0123456789", "零一二三四五六七八九")
_NUMBERS = str.maketrans("零一二三四五六七八九", "0123456789")


def token(mark: str, number: int, size: int) -> str:
    """Return the name that `size` records made together bear: a person's name, so that every door lets it in."""
    return f"{mark}·{number}·{size}".translate(_DIGITS)


def size_of(name: str) -> int:
    """Return how many records bear a token when all of them are there."""
    return int(name.rpartition("·")[2].translate(_NUMBERS))


@cache
def memory_disk() -> str | None:
    """Return a folder in memory, where there is one: a process that dies takes no page of a file with it."""
    return "/dev/shm" if Path("/dev/shm").is_dir() else None


@dataclass
class Tally:
    """How often something was tried (in `unit`), and what was acknowledged, lost, half there or unsound in all of it."""

    unit: str
    tried: int = 0
    acked: int = 0
    lost: int = 0
    half: int = 0
    corrupt: int = 0

    @property
    def wrong(self) -> int:
        return self.lost + self.half + self.corrupt

    def __str__(self) -> str:
        return f"{self.unit}={self.tried} acked={self.acked} lost={self.lost} half={self.half} corrupt={self.corrupt}"


def new_keys() -> cards.Keys:
    """Return the keys of another computer."""
    return cards.Keys(Ed25519PrivateKey.generate(), x25519.Identity.generate())


@dataclass
class Folder:
    """A data folder and a stick under trial, with what was acknowledged of them.

    Packages go to `peer`, those to be received wait on the stick: `inbox` has each file with the names that it brings.
    `latest` is the last backup in each place, `held` what had been saved before each backup.
    """

    place: Place
    key: Key
    stick: Path
    peer: cards.Keys = field(default_factory=new_keys)
    inbox: list[tuple[str, list[str]]] = field(default_factory=list)
    passwords: set[str] = field(default_factory=lambda: {PASSWORD})
    saved: set[str] = field(default_factory=set)
    put: dict[str, str] = field(default_factory=dict)
    latest: dict[str, str] = field(default_factory=dict)
    held: dict[str, frozenset[str]] = field(default_factory=dict)

    @classmethod
    def make(cls, path: Path) -> "Folder":
        """Found a branch in `path`/data, and lay a stick beside it."""
        place, stick = Place(path / "data"), path / "stick"
        stick.mkdir(parents=True, exist_ok=True)
        return cls(place, vault.create(place, "试验村党支部", "王堃", PASSWORD, CHEAP).key, stick)

    def copied_to(self, path: Path) -> "Folder":
        """Return the same folder in another place, with the same acknowledged."""
        noted = ("passwords", "saved", "put", "latest", "held")
        copies = {name: getattr(self, name).copy() for name in noted}
        return replace(self, place=Place(path / "data"), stick=path / "stick", **copies)

    def store(self) -> Store:
        return Store(self.place.database, self.key, lambda: NOW)

    def seat(self) -> Seat:
        """Sit down on the folder, as the window and the command line do; the word about it is kept beside it."""
        os.environ["XDG_STATE_HOME"] = str(self.place.folder.with_name("state"))
        return Seat(self.place, Opened(vault.read(self.place).users[0], self.key), lambda: NOW)

    def hear(self, line: str) -> None:
        """Take note of what the child says is done, or is about to do where that takes something away."""
        match line.split():
            case ["founded", key]:
                self.key = Key(bytes.fromhex(key))
            case ["saved", name]:
                self.saved.add(name)
            case ["put", name, told]:
                self.put[name] = told
            case ["backups" | "stick" as where, name]:
                self.latest[where] = max(name, self.latest.get(where, ""))
                self.held[name] = frozenset(self.saved)
            case ["restoring", name]:
                self.saved &= self.held[name]
            case ["restored", name]:
                self.saved = set(self.held[name])
            case ["changing", password]:
                self.passwords.add(password)
            case ["changed", password]:
                self.passwords = {password}
            case other:
                raise ValueError(other)

    def look(self, tally: Tally, *, closely: bool) -> dict[str, int]:
        """Open the folder and count what is missing, half there, or unsound; return the number of records of each name.

        `closely` uses the store, and looks into every file.
        """
        found: dict[str, int] = {}
        try:
            self._unlock()
            found = self._people()
            if closely:
                self._examine()
        except (Trouble, ValueError, KeyError, OSError, dbapi2.Error) as error:
            print(f"{type(error).__name__}: {error}", file=sys.stderr)
            tally.corrupt += 1
        else:
            tally.lost += len(self.saved - found.keys()) + self._missing_files()
            tally.half += sum(count != size_of(name) for name, count in found.items())
        return found

    def _unlock(self) -> None:
        keys = vault.read(self.place)
        opened = [keys.open(None, password) for password in self.passwords]
        if self.key not in [one.key for one in opened if one]:
            raise Trouble("no password opens the folder")

    def _people(self) -> dict[str, int]:
        """Let what was left half done be rolled back, and count the records of each name."""
        raw = open_raw(self.place.database, self.key)
        try:
            # Whatever page this reads has its seal looked at; `faults` looks at the others too, and takes four times as long.
            if (wrong := raw.execute("PRAGMA integrity_check").fetchone()[0]) != "ok":
                raise Trouble(wrong)
            if not raw.execute("SELECT 1 FROM sqlite_master WHERE name = 'person'").fetchone():
                return {}
            return dict(raw.execute("SELECT name, count(*) FROM person GROUP BY name"))
        finally:
            raw.close()

    def _examine(self) -> None:
        """Hold the records against the journal, and open every backup and package; raise when one is unsound."""
        raw = open_raw(self.place.database, self.key)
        wrong = faults(raw)
        raw.close()
        if wrong:
            raise Trouble(wrong[0])
        store = self.store()
        try:
            with store.read() as conn:
                told = digest(conn) == replayed_digest(conn) and broken_link(conn, store.replica) is None
        finally:
            store.close()
        if not told:
            raise Trouble("the journal tells another story")
        for path in (*self.place.backups.glob("*.vbb"), *self.stick.glob("*.vbb")):
            unpack(read_backup(path), self.key, self.place.folder / "looked-at.db")
        for path in self.stick.glob("*.vbx"):
            unpack_package(path.read_bytes(), self.peer)

    def _missing_files(self) -> int:
        """Count the packages that are not on the stick as acknowledged, and the places whose last backup is gone."""
        paths = ((self.stick / name, told) for name, told in self.put.items())
        gone = sum(not path.exists() or sha256(path.read_bytes()) != told for path, told in paths)
        folders = {"backups": self.place.backups, "stick": self.stick}
        newest = {
            where: max((path.name.split(".")[0] for path in folders[where].glob("*.vbb")), default="")
            for where in self.latest
        }
        return gone + sum(newest[where] < name for where, name in self.latest.items())


def sha256(content: bytes) -> str:
    return hashlib.sha256(content).hexdigest()
