"""SQLite's own sessions as a peer: the same tables without a password, a changeset of what was written, and its applying."""

from collections.abc import Mapping, Sequence
from pathlib import Path
from typing import Any

import apsw
import zstandard

from villagebranch.db.migrate import scripts, statements

_PRAGMAS = ("temp_store = MEMORY", "synchronous = EXTRA", "journal_mode = TRUNCATE", "cache_size = -24000")


def _opened(path: Path) -> apsw.Connection:
    conn = apsw.Connection(str(path))
    for pragma in _PRAGMAS:
        conn.execute(f"PRAGMA {pragma}")
    return conn


def _replaced(reason: int, _change: apsw.TableChange) -> int:
    """Let the one who comes last win, which is all that a handler can decide without a journal."""
    answers = (apsw.SQLITE_CHANGESET_DATA, apsw.SQLITE_CHANGESET_CONFLICT)
    return apsw.SQLITE_CHANGESET_REPLACE if reason in answers else apsw.SQLITE_CHANGESET_OMIT


class Session:
    """A database in `folder` whose writes to some tables are recorded."""

    def __init__(self, folder: Path, tables: Sequence[str], name: str = "session") -> None:
        self.path = folder / f"{name}.db"
        self.conn = _opened(self.path)
        for script in scripts().values():
            for statement in statements(script):
                self.conn.execute(statement)
        self._tables = tables
        self._session: apsw.Session | None = None

    def write(self, told: Mapping[str, Sequence[tuple[Any, ...]]], *, recorded: bool = True) -> None:
        """Write rows, statement → rows, in one transaction."""
        if recorded and self._session is None:
            self._session = apsw.Session(self.conn, "main")
            for table in self._tables:
                self._session.attach(table)
        with self.conn:
            for sql, rows in told.items():
                self.conn.executemany(sql, rows)

    def file(self) -> bytes:
        """Return the packed changeset of what was recorded."""
        assert self._session is not None
        return zstandard.ZstdCompressor(level=10).compress(self._session.changeset())

    @staticmethod
    def apply(path: Path, file: bytes) -> apsw.Connection:
        """Apply a packed changeset to a database."""
        conn = _opened(path)
        apsw.Changeset.apply(zstandard.ZstdDecompressor().decompress(file), conn, conflict=_replaced)
        return conn
