"""Where a store keeps its tables: an encrypted file on this computer, or (`postgres.Server`) what several seats share."""

from pathlib import Path
from typing import Protocol

from sqlalchemy import create_engine
from sqlalchemy.engine import Engine
from sqlalchemy.pool import QueuePool
from sqlcipher3 import dbapi2

from villagebranch.db import cipher
from villagebranch.db.cipher import Key, open_raw
from villagebranch.domain.errors import Trouble


class Database(Protocol):
    """What the store asks of a database. `begin_reading` and `begin_writing` are SQL that begins a transaction: the
    one sees one state throughout, the other is alone in writing. `shared` tells whether other seats write in it too."""

    begin_reading: str
    begin_writing: str
    shared: bool

    def engine(self) -> Engine:
        """Return an engine whose transactions are begun by the caller."""

    def in_words(self, error: BaseException) -> Trouble:
        """Return what to say of an error of the environment; raise one of ours (bad SQL, a broken rule) again."""


class EncryptedFile:
    """A SQLCipher file, which one window has to itself."""

    begin_reading = "BEGIN"
    begin_writing = "BEGIN IMMEDIATE"
    shared = False

    def __init__(self, path: Path, key: Key) -> None:
        self.path, self._key = path, key

    def engine(self) -> Engine:
        """Return an engine over the file, which is made where there is none."""
        return create_engine(
            "sqlite://",
            module=dbapi2,
            creator=lambda: open_raw(self.path, self._key),
            poolclass=QueuePool,
            hide_parameters=True,
        )

    def in_words(self, error: BaseException) -> Trouble:
        """Return what to say of an error of SQLite's; raise any other again."""
        if isinstance(error, dbapi2.Error):
            return cipher.in_words(error)
        raise error
