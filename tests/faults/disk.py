"""A disk that has seen every call of a process, and can tell what a power cut may have left on it.

Sure is what was flushed. Of the writes since, each may have reached the disk or not, whatever became of those before it,
and one may have reached it in some of its sectors only. Names (made, renamed, unlinked) reach it in their order, the
sure ones at least: those of a folder that was flushed after them, and what came before these.
"""

import random
import re
from collections.abc import Hashable, Iterator, Sequence
from dataclasses import dataclass, field
from itertools import count
from pathlib import Path
from typing import NamedTuple

SECTOR = 512
CALLS = (
    "openat,close,lseek,write,writev,pwrite64,pwritev,pwritev2,sendfile,copy_file_range,ftruncate,fallocate,fsync,fdatasync,"
    "rename,renameat,renameat2,unlink,unlinkat,link,linkat,mkdir,mkdirat,rmdir"
)
_LINE = re.compile(r"(?:\d+ +)?(\w+)\((.*)\) += (\d+)$")  # a call that failed did nothing
Write = tuple[int, bytes]  # where, what
Names = dict[str, "Inode | None"]  # None for what is not there any more


@dataclass(eq=False)
class Inode:
    """A file or folder, whatever it is called; a pending number is a new length. `version` grows with each flush."""

    number: int
    folder: bool = False
    sure: bytearray = field(default_factory=bytearray)
    pending: list[Write | int] = field(default_factory=list)
    version: int = 0

    def holding(self, changes: Sequence[Write | int]) -> bytes:
        """Return the content when these changes came to what is sure."""
        content = bytearray(self.sure)
        for change in changes:
            _change(content, change)
        return bytes(content)

    def flush(self) -> None:
        for change in self.pending:
            _change(self.sure, change)
        self.pending.clear()
        self.version += 1


class Call(NamedTuple):
    """One line of a log: the name of the call, its arguments with each text cut out of them, and what it returned."""

    name: str
    given: str
    texts: list[bytes]
    result: int

    @classmethod
    def read(cls, line: str) -> "Call | None":
        """Return the call of a line, None where it did nothing. Raises `ValueError` where two threads are in a call."""
        if not (told := _LINE.match(line)):
            if "unfinished" in line or "resumed" in line:
                raise ValueError("two calls at once: the model knows one thread")
            return None
        parts = told[2].split('"')
        texts = [bytes.fromhex(text.replace("\\x", "")) for text in parts[1::2]]
        return cls(told[1], '""'.join(parts[::2]), texts, int(told[3]))


class Left(NamedTuple):
    """What a cut left of one file: what is sure, and these of the changes; equal marks mean equal contents."""

    mark: Hashable
    inode: Inode
    kept: Sequence[Write | int]

    @property
    def content(self) -> bytes:
        return self.inode.holding(self.kept)


@dataclass
class _Handle:
    path: str
    inode: Inode
    place: int = 0


def _change(content: bytearray, change: Write | int) -> None:
    if isinstance(change, int):
        content[change:] = bytes(max(0, change - len(content)))
        return
    at, what = change
    content.extend(bytes(max(0, at - len(content))))
    content[at : at + len(what)] = what


class Disk:
    """What lies under `root`. Writes to the file `said` are not the disk's business: they are the word of the process.

    `folders` are there from the start.
    """

    def __init__(self, root: Path, said: Path, folders: Sequence[Path]) -> None:
        self._root, self._said = str(root), str(said)
        self._numbers = count()
        self._names: Names = {str(path): self._inode(folder=True) for path in (root, *folders)}
        self._sure: Names = dict(self._names)
        self._unsure: list[Names] = []
        self._handles: dict[str, _Handle] = {}
        self.changes = 0

    def feed(self, call: Call) -> str:
        """Do what a call did; return what the process said with it, '' for nothing."""
        if call.name == "openat":
            self._open(call.texts[0].decode(), call.given, str(call.result))
        elif call.name[:4] in ("mkdi", "rmdi", "rena", "unli", "link"):
            self._rename(call.name, [text.decode() for text in call.texts])
        elif handle := self._handles.get(call.given.partition(",")[0]):
            if handle.path == self._said and call.name == "write":
                return call.texts[0].decode()
            self._handled(handle, *call)
        return ""

    def _handled(self, handle: _Handle, call: str, given: str, texts: list[bytes], result: int) -> None:
        last = given.rpartition(", ")[2]
        match call:
            case "close":
                del self._handles[given]
            case "lseek":
                handle.place = result
            case "write":
                self._pend(handle, (handle.place, texts[0][:result]))
                handle.place += result
            case "pwrite64":
                self._pend(handle, (int(last), texts[0][:result]))
            case "sendfile":
                source = self._handles[given.split(", ")[1]].inode
                start = int(re.findall(r"\[(\d+)\]", given)[0])
                self._pend(handle, (handle.place, source.holding(source.pending)[start : start + result]))
                handle.place += result
            case "ftruncate":
                self._pend(handle, int(last))
            case "fsync" | "fdatasync":
                self._flush(handle)
            case _:
                raise ValueError(f"the model does not know {call}")

    def _open(self, path: str, flags: str, handle: str) -> None:
        self._handles.pop(handle, None)
        if path == self._said:
            self._handles[handle] = _Handle(path, self._inode())
        if not self._inside(path) or "O_TMPFILE" in flags:
            return
        if "O_APPEND" in flags:
            raise ValueError("the model does not append")
        inode = self._names.get(path)
        if inode is None:
            inode = self._inode()
            self._name({path: inode})
        self._handles[handle] = _Handle(path, inode)
        if "O_TRUNC" in flags and inode.holding(inode.pending):
            self._pend(self._handles[handle], 0)

    def _rename(self, call: str, texts: list[str]) -> None:
        """Do what a call does to names; a name outside is nobody's business."""
        if not self._inside(texts[0]):
            return
        match call[:4]:
            case "mkdi":
                self._name({texts[0]: self._inode(folder=True)})
            case "rmdi" | "unli":
                self._name({texts[0]: None})
            case "link":
                self._name({texts[1]: self._names[texts[0]]})
            case _:
                self._name({texts[0]: None, texts[1]: self._names[texts[0]]})

    def _inode(self, *, folder: bool = False) -> Inode:
        return Inode(next(self._numbers), folder)

    def _inside(self, path: str) -> bool:
        # What WAL shares in memory is no content: it is made anew from the log.
        return (path == self._root or path.startswith(self._root + "/")) and not path.endswith("-shm")

    def _name(self, names: Names) -> None:
        self._names |= names
        self._unsure.append(names)
        self.changes += 1

    def _pend(self, handle: _Handle, change: Write | int) -> None:
        handle.inode.pending.append(change)
        self.changes += 1

    def _flush(self, handle: _Handle) -> None:
        handle.inode.flush()
        if handle.inode.folder:
            here = [
                n
                for n, names in enumerate(self._unsure)
                if any(_parent(name) == handle.path for name in names)
            ]
            for names in self._unsure[: here[-1] + 1] if here else ():
                self._sure |= names
            del self._unsure[: here[-1] + 1 if here else 0]
        self.changes += 1

    def now(self) -> dict[str, bytes]:
        """Return every file as the process sees it."""
        found = ((path, inode) for path, inode in self._names.items() if inode and not inode.folder)
        return {path: inode.holding(inode.pending) for path, inode in found}

    def cut(self, dice: random.Random) -> dict[str, Left]:
        """Return what a power cut at this moment may leave: one of the many possibilities."""
        names = dict(self._sure)
        for later in self._unsure[: dice.randint(0, len(self._unsure))]:
            names |= later
        fate = dice.choice(_FATES)
        left: dict[str, Left] = {}
        for path, inode in names.items():
            if inode is None or inode.folder or not _reachable(path, names, self._root):
                continue
            kept, mark = fate(inode.pending, dice) if inode.pending else ([], ())
            left[path] = Left((inode.number, inode.version, mark), inode, kept)
        return left


def _parent(path: str) -> str:
    return path.rpartition("/")[0]


def _reachable(path: str, names: Names, root: str) -> bool:
    while path != root:
        path = _parent(path)
        if names.get(path) is None:
            return False
    return True


Pending = Sequence[Write | int]
Fate = tuple[Pending, Hashable]


def _dropped(_pending: Pending, _dice: random.Random) -> Fate:
    return (), ()


def _first(pending: Pending, dice: random.Random) -> Fate:
    """Keep what came first: the disk wrote in order."""
    count = dice.randint(0, len(pending))
    return pending[:count], tuple(range(count))


def _any(pending: Pending, dice: random.Random) -> Fate:
    """Keep any: the disk wrote in an order of its own."""
    kept = [n for n in range(len(pending)) if dice.random() < 0.5]
    return [pending[n] for n in kept], tuple(kept)


def _torn(pending: Pending, dice: random.Random) -> Fate:
    """Keep any, and of some only a part of their sectors."""
    changes: list[Write | int] = []
    mark: list[tuple[int, int]] = []
    for n, change in enumerate(pending):
        if dice.random() < 0.5:
            pieces = [change] if isinstance(change, int) or dice.random() < 0.5 else list(_sectors(*change))
            kept = [m for m in range(len(pieces)) if len(pieces) == 1 or dice.random() < 0.5]
            changes += [pieces[m] for m in kept]
            mark += [(n, m if len(pieces) > 1 else -1) for m in kept]
    return changes, tuple(mark)


def _sectors(at: int, what: bytes) -> Iterator[Write]:
    """Yield the parts of a write that lie in one sector of the file each."""
    start = 0
    while start < len(what):
        end = min(len(what), start + SECTOR - (at + start) % SECTOR)
        yield at + start, what[start:end]
        start = end


_FATES = (_dropped, _first, _any, _torn)
