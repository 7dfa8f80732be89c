"""The store: an encrypted database, read through connections and written through acts."""

from collections.abc import Callable, Iterator, Mapping
from contextlib import contextmanager
from datetime import datetime
from pathlib import Path
from typing import Any

from sqlalchemy import Connection, Table, create_engine, event, select
from sqlalchemy.engine import Engine
from sqlalchemy.exc import DBAPIError
from sqlalchemy.pool import QueuePool
from sqlalchemy.sql.dml import UpdateBase
from sqlcipher3 import dbapi2

from villagebranch.db import migrate
from villagebranch.db.cipher import Key, in_words, open_raw
from villagebranch.db.identity import Identity
from villagebranch.db.journal import Act, ActRef, SyncAct
from villagebranch.db.record import journalled
from villagebranch.domain.errors import Trouble

Clock = Callable[[], datetime]


class Store:
    """One branch's database. `clock` tells the wall time of acts; `before_migration` may make a copy first.

    Raises `Trouble` where the file is damaged, foreign or made by a newer program.
    """

    def __init__(
        self, path: Path, key: Key, clock: Clock, before_migration: Callable[[], None] = lambda: None
    ) -> None:
        self.path, self._key, self._clock = path, key, clock
        self.last_act: ActRef | None = None
        self._engine = _engine(path, key)
        with self._engine.connect() as conn:
            behind = migrate.behind(conn)
        if behind and path.stat().st_size:
            before_migration()
        with self._transaction(immediate=True) as conn:
            self._identity = migrate.bring_up_to_date(conn)

    @property
    def replica(self) -> str:
        """The code of this replica, which stands at the head of each record id that it makes."""
        return self._identity.code

    def close(self) -> None:
        """Let go of the file."""
        self._engine.dispose()

    @contextmanager
    def read(self) -> Iterator[Connection]:
        """Yield a connection that sees one state of the database throughout."""
        with self._transaction(immediate=False) as conn:
            yield conn

    @contextmanager
    def write(self, author: str, form: str) -> Iterator[Act]:
        """Yield an act; at the end it is committed whole, or nothing of it is, and the exception goes on.

        After the block, `last_act` names what was written (None when nothing changed). Raises `Trouble` when the
        disk is full or gone; a commit whose outcome is unknown is looked up in the reopened file before it is told.
        """
        act: Act | None = None
        at = self._clock().isoformat(timespec="seconds")
        try:
            with self._transaction(immediate=True) as conn:
                self._identity = Identity.load(conn) or self._identity
                act = Act(conn, self._identity, author, at, form)
                ref = act.ref
                yield act
                self.last_act = act.seal()
        except Trouble:
            if act is None or not self._landed(ref, author, at):
                raise
            self.last_act = ref

    @contextmanager
    def receive(self) -> Iterator[tuple[Connection, Identity]]:
        """Yield a transaction for what other replicas did, with the identity whose clock it moves: all of it or nothing.

        Raises `Trouble` as `write` does.
        """
        with self._transaction(immediate=True) as conn:
            yield conn, Identity.load(conn) or self._identity

    def _landed(self, ref: ActRef, author: str, at: str) -> bool:
        """Reopen the file and tell whether an act whose commit failed is in it all the same."""
        self._engine.dispose()
        try:
            self._engine = _engine(self.path, self._key)
            with self.read() as conn:
                named = (SyncAct.replica == ref.replica) & (SyncAct.number == ref.number)
                row = conn.execute(select(SyncAct.author, SyncAct.at).where(named)).first()
                return row is not None and tuple(row) == (author, at)
        except Trouble:
            return False

    @contextmanager
    def _transaction(self, *, immediate: bool) -> Iterator[Connection]:
        try:
            with self._engine.connect() as conn:
                conn.exec_driver_sql("BEGIN IMMEDIATE" if immediate else "BEGIN")
                yield conn
                conn.commit()
        except DBAPIError as error:
            raise in_words(error.orig) if isinstance(error.orig, dbapi2.Error) else error from error


def _engine(path: Path, key: Key) -> Engine:
    engine = create_engine(
        "sqlite://",
        module=dbapi2,
        creator=lambda: open_raw(path, key),
        poolclass=QueuePool,
        hide_parameters=True,
    )
    event.listen(engine, "before_execute", _guard)
    return engine


def _guard(_conn: object, clause: Any, _many: object, _one: object, options: Mapping[str, object]) -> None:
    """Refuse a write to a record kind that does not come from an act: it would miss the journal."""
    if isinstance(clause, UpdateBase) and not options.get("act"):
        table = clause.table
        if isinstance(table, Table) and journalled(table):
            raise RuntimeError(f"a write to {table.name} outside an act")
