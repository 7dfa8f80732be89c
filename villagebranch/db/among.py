"""Many ids at once: they travel as one value, to the database so that a statement is the same for any number of them,
and from it because the driver takes longer over 100,000 rows than the database does."""

import json
from collections.abc import Collection
from typing import Any

from sqlalchemy import ColumnElement, Connection, Dialect, Select, Text, bindparam, func, select
from sqlalchemy.ext.compiler import compiles
from sqlalchemy.orm import InstrumentedAttribute
from sqlalchemy.sql.compiler import SQLCompiler
from sqlalchemy.sql.functions import GenericFunction
from sqlalchemy.types import TypeDecorator


class _Several(TypeDecorator[Collection[str]]):
    impl = Text
    cache_ok = True

    def process_bind_param(self, value: Collection[str] | None, dialect: Dialect) -> str:
        return json.dumps(list(value or ()))


class _Each(GenericFunction[str]):
    """The texts in a JSON list, one row each."""

    name = "json_each"
    inherit_cache = True


@compiles(_Each, "postgresql")
def _each(each: _Each, compiler: SQLCompiler, **kw: Any) -> str:
    return f"jsonb_array_elements_text(CAST({compiler.process(each.clauses, **kw)} AS JSONB))"


def among(
    column: InstrumentedAttribute[Any] | ColumnElement[Any], ids: Collection[str] = ()
) -> ColumnElement[bool]:
    """Return the condition that `column` is one of `ids`.

    A statement that is asked often is made once, and given its ids each time: `conn.execute(_ROWS, {"ids": ids})`.
    """
    values = _Each(bindparam("ids", ids, type_=_Several())).table_valued("value")
    return column.in_(select(values.c.value))


def ids_of(conn: Connection, query: Select[tuple[str]]) -> list[str]:
    """Return the ids that `query` selects, in its order; no id has a space in it."""
    rows = query.subquery()
    return (conn.scalar(select(func.aggregate_strings(rows.c[0], " "))) or "").split()
