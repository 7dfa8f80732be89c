"""Writing very many rows: the statement is put into SQL once, and the driver gets plain tuples."""

from collections.abc import Iterable, Mapping, Sequence
from operator import itemgetter

from sqlalchemy import Connection, Executable
from sqlalchemy.sql.compiler import SQLCompiler


def write_rows(
    conn: Connection, statement: Executable, names: Sequence[str], rows: Iterable[Mapping[str, object]]
) -> None:
    """Execute an insert, update or delete once for each row; `names` are the parameters that each row gives.

    The caller is one of the two doors to the records, an act or a merge: nothing is checked here.
    """
    compiled = statement.compile(dialect=conn.dialect, column_keys=list(names))  # type: ignore[attr-defined]
    assert isinstance(compiled, SQLCompiler)
    order = compiled.positiontup
    if order is None:
        many: Sequence[object] = [dict(row) for row in rows]
    elif len(order) == 1:
        many = [(row[order[0]],) for row in rows]
    else:
        many = list(map(itemgetter(*order), rows))
    if many:
        conn.exec_driver_sql(str(compiled), many)
