"""Backups: one file each, with the encrypted database, its keys and a description; every one is opened and checked.

The copy is made with SQLite's online backup, which SQLCipher supports between any two keyed connections: the source
stays open, the copy gets a salt of its own. Each copy is marked, so that who opens it takes a new replica identity.
"""

import hashlib
import itertools
import json
import os
import shutil
import zipfile
from collections import defaultdict
from collections.abc import Callable, Iterable, Iterator
from contextlib import contextmanager, suppress
from dataclasses import asdict, dataclass, replace
from datetime import date, datetime
from pathlib import Path

from sqlcipher3 import dbapi2

from villagebranch import __version__
from villagebranch.db import cipher, vault
from villagebranch.db.cipher import Damaged, Key, open_raw
from villagebranch.db.files import becoming, copy_whole, flush, flush_folder, matching, sha256, spoken, unused
from villagebranch.db.keys import Keys, mark_of
from villagebranch.db.place import Place, journal_of
from villagebranch.db.set_aside import put_in_place
from villagebranch.domain.errors import Trouble

REASONS = {
    "exit": "退出时",
    "daily": "每天",
    "asked": "手动",
    "import": "导入前",
    "merge": "收交换包前",
    "migration": "升级前",
    "deletion": "大批删除前",
}
_KEPT: tuple[tuple[Callable[[date], object], int], ...] = (
    (lambda day: day, 7),
    (lambda day: day.isocalendar()[:2], 4),
    (lambda day: (day.year, day.month), 12),
)
_DATABASE, _KEYS, _ABOUT = "village.db", "keys.json", "about.json"
_SUFFIX = ".vbb"
_SMALL = 1 << 20  # bytes: more is neither a key file nor a description
_UNREADABLE = "这个文件不是备份，或者已经损坏。请改用另一份备份；这个文件会留着，不会删除。"


@dataclass(frozen=True)
class About:
    """What a backup tells of itself without a key: nothing about any person.

    `counts` holds the living records of each kind and the acts in the journal; `mark` names the key.
    """

    made_at: str
    reason: str
    program: str
    schema: int
    counts: dict[str, int]
    mark: str
    sha256: str

    @classmethod
    def of(cls, content: bytes) -> "About":
        """Read a description; raise `Trouble` when it is none."""
        try:
            about = cls(**json.loads(content))
            datetime.fromisoformat(about.made_at)
            return replace(about, counts={str(kind): int(n) for kind, n in about.counts.items()})
        except (ValueError, TypeError, AttributeError, RecursionError) as error:
            raise Trouble(_UNREADABLE) from error


@dataclass(frozen=True)
class Backup:
    """One backup file."""

    path: Path
    about: About

    @property
    def made_at(self) -> datetime:
        """The wall time at which it was made."""
        return datetime.fromisoformat(self.about.made_at).replace(tzinfo=None)

    @property
    def pinned(self) -> bool:
        """Whether it stays for good."""
        return self.path.name.endswith(".pinned.vbb")

    @property
    def empty(self) -> bool:
        """Whether nobody has written anything into it but the branch's own name."""
        return not any(n for kind, n in self.about.counts.items() if kind not in ("branch", "sync_act"))

    def keys(self) -> Keys:
        """Return the key file inside: on another computer its passwords open the backup."""
        with _box(self.path) as box:
            return Keys.of(_member(box, _KEYS))


@spoken()
def back_up(place: Place, key: Key, reason: str, at: datetime) -> Backup:
    """Make a backup, check it, note it for the unlock page, and remove those that are past their time.

    Raises `Trouble` when the disk is full or the database damaged: then nothing old was touched.
    """
    place.prepare()
    _sweep(place.backups)
    path = unused(place.backups, f"{at:%Y%m%d-%H%M%S}-{reason}", _SUFFIX)
    with _scratch(path.with_suffix(".db.part")) as copy:
        counts, schema = _copy(place.database, key, copy, path.name)
        when = at.isoformat(timespec="seconds")
        about = About(when, reason, __version__, schema, counts, mark_of(key), sha256(copy))
        with becoming(path) as part:
            _pack(part, copy, vault.read(place), about)
            flush(part)
            with _box(part) as box, box.open(_DATABASE) as packed:
                _same(hashlib.file_digest(packed, "sha256").hexdigest(), about.sha256)  # type: ignore[arg-type]
    made = Backup(path, about)
    rotate(place.backups, made, at.date())
    vault.note_backup(place, at, on_stick=False)
    return made


@spoken()
def list_backups(folder: Path) -> list[Backup]:
    """Return the backups in a folder, newest first; what cannot be read is left out, and left alone.

    Raises `Trouble` when the folder cannot be read.
    """
    found = []
    for path in matching(folder, "*.vbb"):
        with suppress(Trouble):
            found.append(read_backup(path))
    return sorted(found, key=lambda backup: (backup.made_at, backup.path.name), reverse=True)


def read_backup(path: Path) -> Backup:
    """Return what a backup file tells of itself; raise `Trouble` when it is none."""
    with _box(path) as box:
        return Backup(path, About.of(_member(box, _ABOUT)))


def pin(backup: Backup, *, pinned: bool) -> Backup:
    """Keep a backup for good, or let it go with the others."""
    path = backup.path.with_name(_stem(backup.path) + (".pinned.vbb" if pinned else ".vbb"))
    with spoken():
        os.replace(backup.path, path)
        flush_folder(path.parent)
    return replace(backup, path=path)


@spoken()
def carry(place: Place, backup: Backup, folder: Path, at: datetime) -> Backup:
    """Copy a backup onto a stick, read the copy back, and note it; a stick keeps as many as the laptop does."""
    carried = replace(backup, path=unused(folder, _stem(backup.path), _SUFFIX))
    copy_whole(backup.path, carried.path)
    rotate(folder, carried, at.date())
    vault.note_backup(place, at, on_stick=True)
    return carried


def keep(backups: Iterable[Backup], today: date) -> set[Path]:
    """Return which backups stay: pinned ones, and the newest of the last 7 days, 4 weeks, 12 months that have one.

    Empty backups never take the turn of a full one, nor do those that a wrong clock dated after `today`.
    """
    newest_first = sorted(backups, key=lambda backup: backup.made_at, reverse=True)
    groups: dict[tuple[bool, bool], list[Backup]] = defaultdict(list)
    for backup in newest_first:
        groups[backup.empty, backup.made_at.date() > today].append(backup)
    kept = {backup.path for backup in newest_first if backup.pinned}
    for group, (period, number) in itertools.product(groups.values(), _KEPT):
        newest: dict[object, Path] = {}
        for backup in group:
            newest.setdefault(period(backup.made_at.date()), backup.path)
        kept.update(itertools.islice(newest.values(), number))
    return kept


@spoken()
def rotate(folder: Path, made: Backup, today: date) -> None:
    """Remove those backups of the same database that `keep` lets go, but never the one just `made`."""
    ours = [backup for backup in list_backups(folder) if backup.about.mark == made.about.mark]
    for path in {backup.path for backup in ours} - keep(ours, today) - {made.path}:
        path.unlink(missing_ok=True)


def unpack(backup: Backup, key: Key, target: Path) -> None:
    """Take the database out of a backup into `target`, checked; raise `Trouble` and leave no file if it is unsound."""
    with becoming(target) as part:
        with _box(backup.path) as box, box.open(_DATABASE) as packed, part.open("wb") as file:
            shutil.copyfileobj(packed, file, 1 << 20)
        _same(sha256(part), backup.about.sha256)
        _check(part, key, backup.about.counts)


def restore(place: Place, backup: Backup, key: Key, at: datetime) -> Path:
    """Put a backup in the place of the present data, which is set aside unopened; return the folder where that lies.

    Nothing may have the database open. Today's keys stay if they are of the same database, so that today's passwords
    open it; otherwise those of the backup come with it.
    """
    place.prepare()
    with _scratch(place.folder / "restoring.db") as fresh:
        unpack(backup, key, fresh)
        aside = put_in_place(place, fresh, at)
    if _present_mark(place) != backup.about.mark:
        vault.write(place, backup.keys())
    return aside


def copy_marked(place: Place, key: Key, target: Place) -> None:
    """Copy the data into another place, where it goes on under a new identity."""
    target.prepare()
    with becoming(target.database) as part:
        part.touch()
        _copy(place.database, key, part, "copied in")
        journal_of(part).unlink(missing_ok=True)
    vault.write(target, vault.read(place))


def _copy(source: Path, key: Key, target: Path, name: str) -> tuple[dict[str, int], int]:
    """Copy the database to `target`, mark it, check it, and return its counts and schema version."""
    with _opened(source, key, read_only=True) as conn:
        conn.execute("BEGIN")
        counts = _counts(conn)
        (schema,) = conn.execute("SELECT value FROM local_state WHERE key = 'schema'").fetchone()
        with _opened(target, key) as copy:
            conn.backup(copy)
            copy.execute("INSERT OR REPLACE INTO local_state VALUES ('restored_from', ?)", (name,))
    _check(target, key, counts)
    return counts, int(schema)


def _check(path: Path, key: Key, counts: dict[str, int]) -> None:
    """Open a copy anew; raise `Damaged` unless all of it is sound, and as much is in it as there should be."""
    with _opened(path, key, read_only=True) as conn:
        if cipher.faults(conn) or _counts(conn) != counts:
            raise Damaged(_UNSOUND)


def _same(found: str, expected: str) -> None:
    if found != expected:
        raise Damaged(_UNSOUND)


_UNSOUND = "备份核对没有通过，这一份不能用；现有的资料没有动。请换一份备份或换一个磁盘，再试一次。"


def _counts(conn: dbapi2.Connection) -> dict[str, int]:
    """Return how many living records of each kind there are, and how many acts."""
    kinds = conn.execute(
        "SELECT m.name FROM sqlite_master AS m, pragma_table_info(m.name) AS c"
        " WHERE m.type = 'table' AND c.name = 'removed_at' ORDER BY 1"
    ).fetchall()
    living = {kind: f'SELECT count(*) FROM "{kind}" WHERE removed_at IS NULL' for (kind,) in kinds}  # noqa: S608
    asked = living | {"sync_act": "SELECT count(*) FROM sync_act"}
    return {kind: conn.execute(question).fetchone()[0] for kind, question in asked.items()}


def _pack(path: Path, database: Path, keys: Keys, about: About) -> None:
    description = json.dumps(asdict(about), ensure_ascii=False).encode()
    # The database is ciphertext and does not get smaller; a ZipInfo of its own needs no clock after 1980.
    with zipfile.ZipFile(path, "w") as box:
        box.writestr(zipfile.ZipInfo(_ABOUT), description)
        box.writestr(zipfile.ZipInfo(_KEYS), keys.to_bytes())
        with (
            database.open("rb") as source,
            box.open(zipfile.ZipInfo(_DATABASE), "w", force_zip64=True) as target,
        ):
            shutil.copyfileobj(source, target, 1 << 20)


@contextmanager
def _box(path: Path) -> Iterator[zipfile.ZipFile]:
    """Open a backup file, whoever made it: just our members, none of them inflating."""
    try:
        with spoken(), zipfile.ZipFile(path) as box:
            members = box.infolist()
            plain = all(member.compress_type == zipfile.ZIP_STORED for member in members)
            if not plain or sorted(box.namelist()) != sorted((_DATABASE, _KEYS, _ABOUT)):
                raise Trouble(_UNREADABLE)
            yield box
    except (zipfile.BadZipFile, NotImplementedError, EOFError) as error:
        raise Trouble(_UNREADABLE) from error


def _member(box: zipfile.ZipFile, name: str) -> bytes:
    with box.open(name) as member:
        return member.read(_SMALL)


@contextmanager
def _opened(path: Path, key: Key, *, read_only: bool = False) -> Iterator[dbapi2.Connection]:
    conn = open_raw(path, key, read_only=read_only)
    try:
        yield conn
    except dbapi2.Error as error:
        raise cipher.in_words(error) from error
    finally:
        conn.close()


@contextmanager
def _scratch(path: Path) -> Iterator[Path]:
    """Make an empty database at `path` that is gone afterwards, with its journal."""
    with spoken():
        path.touch()
    try:
        yield path
    finally:
        for left in (path, journal_of(path)):
            with suppress(OSError):
                left.unlink(missing_ok=True)


def _sweep(folder: Path) -> None:
    """Remove what a crash left half made."""
    for left in matching(folder, "*.part*"):
        with suppress(OSError):
            left.unlink()


def _stem(path: Path) -> str:
    return path.name.split(".")[0]


def _present_mark(place: Place) -> str | None:
    try:
        return vault.read(place).mark
    except Trouble:
        return None
