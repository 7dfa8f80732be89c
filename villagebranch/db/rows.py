"""Writing very many rows: a statement is put into SQL once, and the driver gets plain tuples.

The callers are one of the two doors to the records, an act or a merge: nothing is checked here.
"""

from collections.abc import Mapping, Sequence
from functools import lru_cache
from operator import itemgetter
from typing import NamedTuple

from sqlalchemy import Connection, Dialect, FromClause, Table, bindparam, insert, update
from sqlalchemy.sql.compiler import Compiled, SQLCompiler

Row = tuple[object, ...]
_STATEMENTS = 500  # a shape of row is one


class _Spoken(NamedTuple):
    """A statement in SQL: its parameters as rows give them, and in the order that it wants them, None where it names them."""

    sql: str
    names: tuple[str, ...]
    order: tuple[str, ...] | None


def insert_rows(conn: Connection, table: FromClause, names: Sequence[str], rows: Sequence[Row]) -> None:
    """Insert rows that give the columns `names`, in this order."""
    if rows:
        _write(conn, _inserting(conn.dialect, table, tuple(names)), rows)


def update_rows(conn: Connection, table: Table, names: Sequence[str], rows: Sequence[Row]) -> None:
    """Change the columns `names` of records: rows give their values, in this order, and then the id."""
    if rows and names:
        _write(conn, _updating(conn.dialect, table, tuple(names)), rows)


@lru_cache(_STATEMENTS)
def _inserting(dialect: Dialect, table: Table, names: tuple[str, ...]) -> _Spoken:
    return _spoken(insert(table).compile(dialect=dialect, column_keys=list(names)), names)


@lru_cache(_STATEMENTS)
def _updating(dialect: Dialect, table: Table, names: tuple[str, ...]) -> _Spoken:
    new = {name: f"new_{name}" for name in names}
    changing = update(table).where(table.c.id == bindparam("the_id"))
    changing = changing.values({name: bindparam(value) for name, value in new.items()})
    return _spoken(changing.compile(dialect=dialect), (*new.values(), "the_id"))


def _spoken(compiled: Compiled, names: tuple[str, ...]) -> _Spoken:
    assert isinstance(compiled, SQLCompiler)
    order = compiled.positiontup
    return _Spoken(str(compiled), names, None if order is None else tuple(order))


def _write(conn: Connection, statement: _Spoken, rows: Sequence[Row]) -> None:
    sql, names, order = statement
    many: Sequence[Row | Mapping[str, object]] = rows
    if order is None:
        many = [dict(zip(names, row, strict=True)) for row in rows]
    elif order != names:
        many = list(map(itemgetter(*map(names.index, order)), rows))
    conn.exec_driver_sql(sql, many)
