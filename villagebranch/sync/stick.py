"""What lies on a stick: the packages in its root and in our folder there, told apart by what they are, not by their names."""

from collections.abc import Iterable, Iterator
from dataclasses import dataclass
from pathlib import Path
from typing import Literal

from sqlalchemy import Connection

from villagebranch.domain.errors import Trouble
from villagebranch.sync import cards, log
from villagebranch.sync.cards import Card, Keys
from villagebranch.sync.errands import FOLDER
from villagebranch.sync.package import MAGIC, SUFFIX, Foreign, Header, inspect, unpack

State = Literal["new", "taken", "own", "elsewhere", "stranger", "broken"]
_HEAD = 8 << 10  # bytes: no header is longer
_SMALL = 4 << 20  # bytes: what is opened whole, to see whether it holds together
_MOST = 200  # files looked at in one folder


@dataclass(frozen=True)
class Seen:
    """A file that looks like a package; `header` is None where it cannot be read, and `why` says so."""

    path: Path
    size: int
    header: Header | None
    why: str = ""


@dataclass(frozen=True)
class Found:
    """A package and what it is to this computer: `who` made it, or None for a stranger."""

    seen: Seen
    state: State
    who: Card | None


def listing(roots: Iterable[Path]) -> list[tuple[Path, int, int]]:
    """Return the files in these folders with their sizes and times: while that is the same, so is what `look` returns."""
    found = []
    for path in (path for root in roots for folder in (root, root / FOLDER) for path in _files(folder)):
        try:
            facts = path.stat()
        except OSError:
            continue
        found.append((path, facts.st_size, facts.st_mtime_ns))
    return found


def look(roots: Iterable[Path], keys: Keys | None) -> list[Seen]:
    """Return what looks like a package in these folders, newest first; `keys` open what is for this computer.

    Files alone are read, so this can run on any thread. A folder that is gone meanwhile holds nothing.
    """
    seen = [one for root in roots for folder in (root, root / FOLDER) for one in _in(folder, keys)]
    return sorted(
        seen, key=lambda one: (one.header.made_at if one.header else "", one.path.name), reverse=True
    )


def _in(folder: Path, keys: Keys | None) -> Iterator[Seen]:
    for path in _files(folder):
        try:
            size = path.stat().st_size
            with path.open("rb") as file:
                head = file.read(_HEAD)
                if head.startswith(MAGIC) or path.suffix == SUFFIX:
                    yield _seen(path, size, head, head + file.read(_SMALL - _HEAD), keys)
        except OSError:
            yield Seen(path, 0, None, "读不出来")


def _files(folder: Path) -> list[Path]:
    try:
        return [path for path in sorted(folder.iterdir()) if path.is_file()][:_MOST]
    except OSError:
        return []


def _seen(path: Path, size: int, head: bytes, content: bytes, keys: Keys | None) -> Seen:
    try:
        header = inspect(head)
        if len(content) == size and header.kind != "snapshot":
            unpack(content, keys)
    except Foreign:
        return Seen(path, size, header)
    except Trouble as trouble:
        return Seen(path, size, None, str(trouble))
    return Seen(path, size, header)


def sort(conn: Connection, seen: Iterable[Seen], own: str) -> list[Found]:
    """Say of each what it is here; `own` is the fingerprint of this computer."""
    known = {card.fingerprint: card for card in cards.partners(conn)}
    before = log.taken(conn)
    return [_found(one, known.get(one.header.sender) if one.header else None, before, own) for one in seen]


def _found(one: Seen, who: Card | None, before: set[str], own: str) -> Found:
    header = one.header
    if header is None:
        return Found(one, "broken", None)
    if header.sender == own:
        return Found(one, "own", who)
    if header.id in before or (header.kind == "card" and who is not None):
        return Found(one, "taken", who)
    if header.recipient not in ("", own):
        return Found(one, "elsewhere", who)
    known = who is not None or header.kind in ("card", "snapshot")
    return Found(one, "new" if known else "stranger", who)
