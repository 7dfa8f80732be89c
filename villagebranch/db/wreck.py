"""What is left in a damaged database, sorted by table: the rows, the journal, and the names of what is lost."""

import re
from collections import defaultdict
from collections.abc import Iterable, Iterator, Mapping, Sequence
from dataclasses import dataclass, field
from typing import NamedTuple

from sqlalchemy import Connection

from villagebranch.db.pages import DamagedFile, Row, Value

JOURNAL = ("sync_act", "sync_change", "sync_vector", "sync_conflict", "sync_seal")
COPIED = ("local_state", "partner", "exchange_log", "attachment_blob")
_ID = re.compile(r"[2-9a-z]{7}-[0-9a-z]{5,12}")

Told = dict[str, Value]


class Column(NamedTuple):
    """One column as the present schema has it; `is_row_id` where the row's own number stands for it."""

    name: str
    type: str
    filled: bool
    is_row_id: bool


Shape = tuple[Column, ...]


@dataclass
class Wreck:
    """`rows` are those that the tables' own trees lead to; `strays` stood on pages that nothing leads to any more, and may be
    older than what replaced them. `named` are the ids that an index knows of. All by table."""

    pages: int
    broken: int
    rows: Mapping[str, list[Told]]
    strays: Mapping[str, list[Told]] = field(default_factory=dict)
    named: Mapping[str, set[str]] = field(default_factory=dict)

    def all(self, table: str) -> list[Told]:
        """Return what was found of a table whose rows never change."""
        return [*self.rows.get(table, ()), *self.strays.get(table, ())]


def shapes(conn: Connection, records: Iterable[str]) -> dict[str, Shape]:
    """Return the columns of the tables that are worth saving, in the order in which a row has them."""
    return {table: tuple(_columns(conn, table)) for table in (*JOURNAL, *COPIED, *records)}


def _columns(conn: Connection, table: str) -> Iterator[Column]:
    told = conn.exec_driver_sql(f'PRAGMA table_info("{table}")').all()
    keys = [row for row in told if row[5]]
    for _, name, type, filled, _, key in told:
        yield Column(name, type, bool(filled), bool(key) and type == "INTEGER" and len(keys) == 1)


def look_through(file: DamagedFile, known: Mapping[str, Shape], records: Sequence[str]) -> Wreck:
    """Return all that can be read of `file`."""
    rows: dict[str, list[Told]] = {}
    named: dict[str, set[str]] = {}
    for table, shape in known.items():
        rows[table] = [_told(id, row, shape) for id, row in file.rows(table) if _fits(row, shape)]
    for table in records:
        named[table] = {str(row[0]) for row in file.keys(table) if row and _is_id(row[0])}
    wreck = Wreck(file.count, len(file.broken), rows, named=named)
    wreck.strays = _sort_strays(file, known, _kinds(wreck))
    return wreck


def _kinds(wreck: Wreck) -> dict[str, str]:
    """Return of which kind each id is that the journal or an index names."""
    found = {id: kind for kind, ids in wreck.named.items() for id in ids}
    return found | {str(row["record"]): str(row["kind"]) for row in wreck.rows["sync_change"]}


def _sort_strays(
    file: DamagedFile, known: Mapping[str, Shape], kinds: Mapping[str, str]
) -> dict[str, list[Told]]:
    """Find out of which table the rows of each stray page are: by what stands in them, and by the ids that are known."""
    found: dict[str, list[Told]] = defaultdict(list)
    waiting: list[tuple[list[str], list[tuple[int, Row]]]] = []
    for page in file.strays():
        fitting = [
            table for table, shape in known.items() if page and all(_fits(row, shape) for _, row in page)
        ]
        if len(fitting) == 1:
            _put(found, known, fitting[0], page)
        elif fitting:
            waiting.append((fitting, page))
    kinds = dict(kinds) | {str(row["record"]): str(row["kind"]) for row in found["sync_change"]}
    for fitting, page in waiting:
        for id, row in page:
            one = [table for table in fitting if kinds.get(_id_of(row, known[table])) == table]
            if len(one) == 1:
                _put(found, known, one[0], [(id, row)])
    return found


def _put(
    found: dict[str, list[Told]], known: Mapping[str, Shape], table: str, page: Iterable[tuple[int, Row]]
) -> None:
    found[table] += [_told(id, row, known[table]) for id, row in page]


def _told(row_id: int, row: Row, shape: Shape) -> Told:
    told = {column.name: value for column, value in zip(shape, row, strict=False)}
    return told | {column.name: row_id for column in shape if column.is_row_id}


def _fits(row: Row, shape: Shape) -> bool:
    """Tell whether a row can be of a table of this shape; columns that were added later may be missing at its end."""
    if len(row) > len(shape) or any(
        not _may_stand(value, column) for value, column in zip(row, shape, strict=False)
    ):
        return False
    names = [column.name for column in shape]
    if "removed_at" in names:
        return len(row) > names.index("removed_at") and _is_id(row[names.index("id")])
    return not any(column.filled for column in shape[len(row) :])


def _may_stand(value: Value, column: Column) -> bool:
    if value is None:
        return column.is_row_id or not column.filled
    kinds: dict[str, type] = {"TEXT": str, "BLOB": bytes, "INTEGER": int, "BIGINT": int}
    return isinstance(value, kinds.get(column.type, object))


def _is_id(value: Value) -> bool:
    return isinstance(value, str) and _ID.fullmatch(value) is not None


def _id_of(row: Row, shape: Shape) -> str:
    place = next((n for n, column in enumerate(shape) if column.name == "id"), -1)
    return str(row[place]) if 0 <= place < len(row) else ""
