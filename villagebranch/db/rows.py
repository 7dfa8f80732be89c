"""Writing very many rows: the statement is put into SQL once, and the driver gets plain tuples."""

from collections.abc import Iterable, Mapping, Sequence
from itertools import chain
from operator import itemgetter

from sqlalchemy import Connection, Executable
from sqlalchemy.sql.compiler import SQLCompiler


def write_rows(
    conn: Connection, statement: Executable, names: Sequence[str], rows: Iterable[Mapping[str, object]]
) -> None:
    """Execute an insert, update or delete once for each row; `names` are the parameters that each row gives.

    The caller is one of the two doors to the records, an act or a merge: nothing is checked here.
    """
    left = iter(rows)
    if (first := next(left, None)) is None:
        return
    given = chain((first,), left)
    compiled = statement.compile(dialect=conn.dialect, column_keys=list(names))  # type: ignore[attr-defined]
    assert isinstance(compiled, SQLCompiler)
    order = compiled.positiontup
    if order is None:
        many: Sequence[object] = [dict(row) for row in given]
    elif len(order) == 1:
        many = [(row[order[0]],) for row in given]
    else:
        many = list(map(itemgetter(*order), given))
    conn.exec_driver_sql(str(compiled), many)
