"""Replicas in memory: the real store, journal and merge over plain SQLite, as many and as often as a history needs."""

import sqlite3
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from datetime import datetime
from functools import cache
from typing import Any, ClassVar

from sqlalchemy import Engine, create_engine
from sqlalchemy.pool import StaticPool

from villagebranch import records as records
from villagebranch.db.cipher import Key
from villagebranch.db.identity import Identity
from villagebranch.db.journal import ActRef, digest, replayed_digest
from villagebranch.db.store import Store
from villagebranch.domain.errors import Trouble
from villagebranch.sync.merge import Outlook, foresee, take
from villagebranch.sync.parcel import Parcel, Vector, collect, known

# Replicas by the hundred thousand: each statement is put into words once for all of them.
_PATTERN = create_engine("sqlite://")
_PATTERN.connect().close()
_COMPILED: dict = {}
KEY = Key(b"k" * 32)


class _Raw(sqlite3.Connection):
    """Closes itself when its replica is gone: nobody else holds it."""

    def __del__(self) -> None:
        self.close()


def _opened(image: bytes | None) -> sqlite3.Connection:
    raw = sqlite3.connect(":memory:", isolation_level=None, check_same_thread=False, factory=_Raw)
    if image is not None:
        raw.deserialize(image)
    return raw


class BrokenOff(Trouble):
    """What was under way was broken off in the middle, as by a power cut."""


class Memory:
    """A database in memory; `image` is what a backup of it holds, `state` is equal where not a byte is different."""

    begin_reading, begin_writing, shared = "BEGIN", "BEGIN IMMEDIATE", False

    def __init__(self, image: bytes | None = None) -> None:
        self._raw = _opened(image)

    def engine(self) -> Engine:
        pool = StaticPool(lambda: self._raw, dialect=_PATTERN.dialect)
        engine = Engine(pool, _PATTERN.dialect, _PATTERN.url)
        return engine.execution_options(compiled_cache=_COMPILED)

    def in_words(self, error: BaseException) -> Trouble:
        if str(error) == "interrupted":
            return BrokenOff()
        raise error

    @contextmanager
    def breaking(self, steps: int) -> Iterator[None]:
        """Break off what is done within after so many steps."""

        def stop() -> bool:
            nonlocal steps
            steps -= 1
            return steps < 0

        self._raw.set_progress_handler(stop, 5)
        try:
            yield
        finally:
            self._raw.set_progress_handler(None, 0)

    def read(self, statement: str, values: tuple) -> list[tuple]:
        return self._raw.execute(statement, values).fetchall()

    def image(self) -> bytes:
        return self._raw.serialize()

    state = image

    @classmethod
    @cache
    def empty(cls) -> bytes:
        """Return the image of a database that has its tables and nothing in them."""
        database = cls()
        with Store(database, KEY, datetime.now).read() as conn:
            conn.exec_driver_sql("DELETE FROM local_state WHERE \"key\" <> 'schema'")
        return database.image()

    @staticmethod
    def marked(image: bytes) -> bytes:
        """Return a backup with the mark that the program leaves in each backup that it makes."""
        raw = _opened(image)
        raw.execute("INSERT INTO local_state VALUES ('restored_from', '2026-11-22')")
        return raw.serialize()


class Replica:
    """One laptop: its store, and what it believes that its peers have. `kept_in` may be another sort of database."""

    kept_in: ClassVar[Any] = Memory

    def __init__(self, clock: Callable[[], datetime] = lambda: datetime(2026, 11, 23, 9, 30)) -> None:
        self.clock = clock
        self.restore(self.kept_in.empty(), renewed=False)
        self.acked: dict[int, Vector] = {}

    @property
    def code(self) -> str:
        return self.store.replica

    def add(self, record, **fields) -> str:
        with self.store.write("周丽", "添加") as act:
            return act.add(record, fields)

    def set(self, record, id: str, **fields) -> ActRef | None:
        with self.store.write("周丽", "修改") as act:
            act.set(record, id, fields)
        return self.store.last_act

    def remove(self, record, id: str) -> None:
        with self.store.write("周丽", "删除") as act:
            act.remove(record, id)

    def known(self) -> dict[str, int]:
        with self.store.read() as conn:
            return known(conn)

    def parcel(self, since: Vector | None = None) -> Parcel:
        with self.store.read() as conn:
            return collect(conn, since or {})

    def look(self, parcel: Parcel) -> Outlook:
        with self.store.read() as conn:
            return foresee(conn, Identity.load(conn) or Identity.fresh(), parcel).outlook()

    def take(self, parcel: Parcel) -> Outlook:
        with self.store.receive() as (conn, identity):
            return take(conn, identity, parcel)

    def digests(self) -> tuple[str, str]:
        with self.store.read() as conn:
            return digest(conn), replayed_digest(conn)

    def rows(self, statement) -> list[tuple]:
        with self.store.read() as conn:
            return [tuple(row) for row in conn.execute(statement)]

    def read(self, statement: str, *values: object) -> list[tuple]:
        """Return what plain SQL finds: for an oracle that asks a hundred thousand times, and not through the program."""
        return self.database.read(statement, values)

    def state(self) -> object:
        return self.database.state()

    def back_up(self) -> Any:
        return self.database.image()

    def restore(self, image: Any, *, renewed: bool = True) -> None:
        """Put a backup in the place of the database; unless `renewed`, with the fault of keeping the identity."""
        self.database = self.kept_in(self.kept_in.marked(image) if renewed else image)
        self.reopen()

    def reopen(self) -> None:
        """Open the database as if the program had been started anew."""
        self.store = Store(self.database, KEY, self.clock)


def exchange(*replicas: Replica) -> None:
    """Let everybody learn what anybody knows: one takes from all, then all from that one."""
    first, *others = replicas
    for other in others:
        first.take(other.parcel(first.known()))
    for other in others:
        other.take(first.parcel(other.known()))
