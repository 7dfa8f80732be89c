"""Databases of replicas on a PostgreSQL server: the same tests and histories as in memory, over what a township has."""

from collections.abc import Iterator
from contextlib import contextmanager
from datetime import datetime
from typing import ClassVar

from sqlalchemy import Connection, Engine, Table, event, insert, inspect, select

from tests.cluster import Cluster
from tests.sync.replicas import KEY, BrokenOff
from villagebranch.db.identity import LocalState
from villagebranch.db.journal import BY_ACT
from villagebranch.db.migrate import scripts
from villagebranch.db.postgres import Server
from villagebranch.db.record import Base
from villagebranch.db.store import Store
from villagebranch.domain.errors import Trouble

Image = dict[str, list[dict]]
"""Table → its rows."""

_EMPTYING = "; ".join(f"DELETE FROM {name}" for name in Base.metadata.tables)
_PART = 60  # steps of SQLite's interpreter for a statement, roughly


class OnServer(Server):
    """A database on the server of the tests. Making one takes long, so that one which nobody needs is used again."""

    cluster: ClassVar[Cluster]
    _used: ClassVar[list["OnServer"]] = []
    _spare: ClassVar[list[tuple[str, Engine]]] = []

    def __init__(self, image: Image) -> None:
        address, engine = self._spare.pop() if self._spare else (self.cluster.address(object()), None)
        super().__init__(address)
        self._address, self._engine, self._broken = address, engine or super().engine(), False
        self._used.append(self)
        if engine is None:
            Store(self, KEY, datetime.now).close()
        with self._engine.connect() as conn:
            _fill(conn, image)

    @classmethod
    def forget(cls) -> None:
        """Let go of all databases; one whose tables a test has changed is not used again."""
        for one in cls._used:
            with one._engine.connect() as conn:
                whole = set(inspect(conn).get_table_names()) >= Base.metadata.tables.keys()
            if whole:
                cls._spare.append((one._address, one._engine))
            else:
                one._engine.dispose()
        cls._used.clear()

    @classmethod
    def close(cls) -> None:
        """Let go of all connections."""
        for _, engine in cls._spare:
            engine.dispose()
        cls._spare.clear()

    def engine(self) -> Engine:
        return self._engine

    def in_words(self, error: BaseException) -> Trouble:
        trouble = super().in_words(error)
        return BrokenOff() if self._broken else trouble

    @contextmanager
    def breaking(self, steps: int) -> Iterator[None]:
        """Take the connection away from what is done within, after some statements."""
        left = steps // _PART

        def count(conn: Connection, *_: object) -> None:
            nonlocal left
            left -= 1
            if left < 0 and not self._broken:
                self._broken = True
                pid = conn.connection.dbapi_connection.info.backend_pid
                self.cluster.run(f"SELECT pg_terminate_backend({pid}, 5000)")

        event.listen(self._engine, "before_cursor_execute", count)
        try:
            yield
        finally:
            event.remove(self._engine, "before_cursor_execute", count)
            self._broken = False

    def read(self, statement: str, values: tuple) -> list[tuple]:
        with self._engine.connect() as conn:
            done = conn.exec_driver_sql(statement.replace("?", "%s"), values)
            return [tuple(row) for row in done] if done.returns_rows else []

    def image(self) -> Image:
        """Return what a backup holds: it is equal where nothing is different."""
        with self._engine.connect() as conn:
            return {table.name: _rows(conn, table) for table in Base.metadata.sorted_tables}

    state = image

    @staticmethod
    def empty() -> Image:
        """Return the image of a database that has its tables and nothing in them."""
        return {LocalState.__tablename__: [{"key": "schema", "value": str(max(scripts()))}]}

    @staticmethod
    def marked(image: Image) -> Image:
        """Return a backup with the mark that the program leaves in each backup that it makes."""
        mark = {"key": "restored_from", "value": "2026-11-22"}
        return image | {LocalState.__tablename__: [*image[LocalState.__tablename__], mark]}


def _rows(conn: Connection, table: Table) -> list[dict]:
    rows = conn.execute(select(table).order_by(*table.primary_key.columns))
    return [dict(row._mapping) for row in rows]


def _fill(conn: Connection, image: Image) -> None:
    conn.exec_driver_sql(_EMPTYING, execution_options={"no_parameters": True})
    for name, rows in image.items():
        if rows:
            conn.execute(insert(Base.metadata.tables[name]), rows, execution_options=BY_ACT)
