"""Asking for records by their ids, however many: they travel as one value, so that the statement is always the same."""

import json
from collections.abc import Collection
from typing import Any

from sqlalchemy import ColumnElement, Dialect, Text, bindparam, func, select
from sqlalchemy.orm import InstrumentedAttribute
from sqlalchemy.types import TypeDecorator


class _Several(TypeDecorator[Collection[str]]):
    impl = Text
    cache_ok = True

    def process_bind_param(self, value: Collection[str] | None, dialect: Dialect) -> str:
        return json.dumps(list(value or ()))


def among(column: InstrumentedAttribute[Any]) -> ColumnElement[bool]:
    """Return the condition that `column` is one of the parameter `ids` of the statement.

    A statement with it is made once, at the head of its module: `conn.execute(_ROWS, {"ids": ids})`.
    """
    ids = func.json_each(bindparam("ids", type_=_Several())).table_valued("value")
    return column.in_(select(ids.c.value))
