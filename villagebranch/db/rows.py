"""Writing very many rows: the statement is put into SQL once, and the driver gets plain tuples."""

from collections.abc import Mapping, Sequence
from operator import itemgetter

from sqlalchemy import Connection
from sqlalchemy.sql.compiler import SQLCompiler
from sqlalchemy.sql.dml import Delete, Insert, Update

Row = tuple[object, ...]


def write_rows(
    conn: Connection, statement: Insert | Update | Delete, names: Sequence[str], rows: Sequence[Row]
) -> None:
    """Execute an insert, update or delete once for each row; `names` are the parameters, in the order that rows give them.

    The caller is one of the two doors to the records, an act or a merge: nothing is checked here.
    """
    if not rows:
        return
    columns = list(names) if isinstance(statement, Insert) else None
    compiled = statement.compile(dialect=conn.dialect, column_keys=columns)
    assert isinstance(compiled, SQLCompiler)
    order = compiled.positiontup
    many: Sequence[Row | Mapping[str, object]] = rows
    if order is None:
        many = [dict(zip(names, row, strict=True)) for row in rows]
    elif order != list(names):
        many = list(map(itemgetter(*map(names.index, order)), rows))
    conn.exec_driver_sql(str(compiled), many)
