"""The store: a database, read through connections and written through acts."""

from collections.abc import Callable, Iterator, Mapping, Sequence
from contextlib import ExitStack, contextmanager
from datetime import datetime
from pathlib import Path
from typing import Any

from sqlalchemy import Connection, Table, event, select
from sqlalchemy.engine import Engine
from sqlalchemy.exc import DBAPIError
from sqlalchemy.sql.dml import UpdateBase

from villagebranch.db import migrate
from villagebranch.db.cipher import Key
from villagebranch.db.database import Database, EncryptedFile
from villagebranch.db.identity import Identity, streams
from villagebranch.db.journal import Act, ActRef, SyncAct
from villagebranch.db.record import journalled
from villagebranch.db.witness import Testimony
from villagebranch.domain.errors import Trouble

Clock = Callable[[], datetime]


class Store:
    """One branch's database, or one that a township's seats share: a file with its key, or a server. `clock` tells the
    wall time of acts; `before_migration` may make a copy first.

    Raises `Trouble` where the file is damaged, foreign or made by a newer program, or the server does not answer.
    """

    def __init__(
        self,
        database: Path | Database,
        key: Key,
        clock: Clock,
        before_migration: Callable[[], None] = lambda: None,
        witness: Testimony | None = None,
    ) -> None:
        self._database = EncryptedFile(database, key) if isinstance(database, Path) else database
        self._clock, self._witness = clock, witness
        self.last_act: ActRef | None = None
        self._engine = self._opened()
        with ExitStack() as failed:
            failed.callback(self.close)
            with self._transaction(self._database.begin_reading) as conn:
                behind = migrate.behind(conn)
            if behind:
                before_migration()
            with self._transaction(self._database.begin_writing) as conn:
                self._identity = migrate.bring_up_to_date(conn, witness)
            failed.pop_all()

    @property
    def replica(self) -> str:
        """The code of this replica, which stands at the head of each record id that it makes."""
        return self._identity.code

    def close(self) -> None:
        """Let go of the database."""
        self._engine.dispose()

    @contextmanager
    def read(self) -> Iterator[Connection]:
        """Yield a connection that sees one state of the database throughout."""
        with self._transaction(self._database.begin_reading) as conn:
            yield conn

    @contextmanager
    def write(self, author: str, form: str, stream: str = "") -> Iterator[Act]:
        """Yield an act; at the end it is committed whole, or nothing of it is, and the exception goes on.

        A township names the `stream` of the village that it writes to. After the block, `last_act` names what was written
        (None when nothing changed). Raises `Trouble` when the disk is full or gone, or the server; a commit whose outcome
        is unknown is looked up anew before it is told.
        """
        with self.write_each(author, form, [stream]) as (act,):
            yield act

    @contextmanager
    def write_each(self, author: str, form: str, streams: Sequence[str]) -> Iterator[list[Act]]:
        """Yield an act for each of these streams; at the end all of them are committed, or none, as `write` does."""
        sealed: list[tuple[ActRef, Identity]] = []
        at = self._clock().isoformat(timespec="seconds")
        try:
            with self._transaction(self._database.begin_writing) as conn:
                self._identity = Identity.load(conn) or self._identity
                each = [Identity.of_stream(conn, one) if one else self._identity for one in streams]
                acts = [Act(conn, identity, author, at, form) for identity in each]
                yield acts
                for act, identity in zip(acts, each, strict=True):
                    if ref := act.seal():
                        sealed.append((ref, identity))
        except Trouble:
            if not sealed or not self._landed(sealed[-1][0], sealed[-1][1].chain):
                raise
        self.last_act = sealed[-1][0] if sealed else None
        if sealed and "" in streams and self._witness is not None:
            self._witness.note(self._identity)

    def stream_of(self, ref: ActRef) -> str:
        """Return the stream that an act was written in, '' for this database's own: there it can be taken back."""
        with self.read() as conn:
            return streams(conn).get(ref.replica, "")

    @contextmanager
    def receive(self) -> Iterator[tuple[Connection, Identity]]:
        """Yield a transaction for what other replicas did, with the identity whose clock it moves: all of it or nothing.

        Raises `Trouble` as `write` does.
        """
        with self._transaction(self._database.begin_writing) as conn:
            yield conn, Identity.load(conn) or self._identity

    def go_on_as(self, identity: Identity) -> None:
        """Take up an identity that was given to this database within `receive`."""
        self._identity = identity
        if self._witness is not None:
            self._witness.note(identity)

    def _opened(self) -> Engine:
        engine = self._database.engine()
        event.listen(engine, "before_execute", _guard)
        return engine

    def _landed(self, ref: ActRef, chain: bytes) -> bool:
        """Connect anew and tell whether an act whose commit failed is there all the same.

        A server may still be at it: whoever may write there knows that it has come to an end.
        """
        begin = self._database.begin_writing if self._database.shared else self._database.begin_reading
        self._engine.dispose()
        try:
            self._engine = self._opened()
            with self._transaction(begin) as conn:
                named = (SyncAct.replica == ref.replica) & (SyncAct.number == ref.number)
                return conn.scalar(select(SyncAct.chain).where(named)) == chain
        except Trouble:
            return False

    @contextmanager
    def _transaction(self, begin: str) -> Iterator[Connection]:
        try:
            with self._engine.connect() as conn:
                conn.exec_driver_sql(begin, execution_options={"no_parameters": True})
                yield conn
                conn.commit()
        except DBAPIError as error:
            raise self._database.in_words(error.orig or error) from error


def _guard(_conn: object, clause: Any, _many: object, _one: object, options: Mapping[str, object]) -> None:
    """Refuse a write to a record kind that does not come from an act: it would miss the journal."""
    if isinstance(clause, UpdateBase) and not options.get("act"):
        table = clause.table
        if isinstance(table, Table) and journalled(table):
            raise RuntimeError(f"a write to {table.name} outside an act")
