"""What a package would do, record by record, in words: to be read before it is taken in."""

from collections.abc import Iterator, Mapping
from dataclasses import dataclass
from itertools import islice

from sqlalchemy import Connection

from villagebranch.db.journal import rows_by_id
from villagebranch.db.record import Record
from villagebranch.domain.fields import Draft, Field
from villagebranch.domain.masking import masked
from villagebranch.domain.values import Link, Links, Stored
from villagebranch.records import KINDS
from villagebranch.services.titles import titles
from villagebranch.sync.merge import Plan
from villagebranch.sync.standing import REMOVED

MOST = 500  # lines: who wants to read more reads it in the records
_NAMING = ("name", "words", "title", "occurred_on")
_NAMED_BY = 3  # fields, where a record has no name


@dataclass(frozen=True)
class Line:
    """One record: 新增, 改动 or 删除, of what sort, what it is called, and what becomes of it; private values are masked."""

    outcome: str
    sort: str
    what: str
    told: str


def lines(conn: Connection, plan: Plan) -> list[Line]:
    """Return the first lines of what a plan does, changes and deletions before what is new."""
    changed = (line for kind in KINDS for line in _changed(conn, plan, kind))
    new = (line for kind in KINDS for line in _new(conn, plan, kind))
    return list(islice((line for part in (changed, new) for line in part), MOST))


def _changed(conn: Connection, plan: Plan, record: type[Record]) -> Iterator[Line]:
    rows = dict(islice(plan.changed.get(record.__tablename__, {}).items(), MOST))
    present = rows_by_id(conn, record.table(), list(rows))
    called = titles(conn, record.__tablename__, rows)
    fields = {field.name: field for field in record.kind().fields}
    for id, row in rows.items():
        before = present[id]
        what = called.get(id) or _named(fields, before, {})
        if row.get(REMOVED) is not None and before[REMOVED] is None:
            yield Line("删除", record.label, what, "")
        elif told := [
            _change(fields[name], before[name], row[name])
            for name in row
            if name in fields and row[name] != before[name]
        ]:
            yield Line("改动", record.label, what, "；".join(told))


def _change(field: Field, before: Stored, after: Stored) -> str:
    if isinstance(field.value, (Link, Links)):
        return field.label
    return f"{field.label}：{masked(field, before) or '（空）'} → {masked(field, after) or '（空）'}"


def _new(conn: Connection, plan: Plan, record: type[Record]) -> Iterator[Line]:
    rows = dict(islice(plan.new.get(record.__tablename__, {}).items(), MOST))
    fields = {field.name: field for field in record.kind().fields}
    linked = _linked(conn, plan, fields, rows)
    for row in rows.values():
        yield Line("新增", record.label, _named(fields, row, linked), "")


def _named(fields: Mapping[str, Field], row: Mapping[str, Stored], linked: Mapping[str, str]) -> str:
    """Return what a record can be called that stands nowhere yet: by what it links to, and by its name or first fields."""
    links = [name for name, field in fields.items() if isinstance(field.value, (Link, Links))]
    called = [linked.get(id, "") for name in links for id in str(row.get(name) or "").split()]
    own = [name for name in _NAMING if name in fields and row.get(name) is not None]
    own = own or [name for name in fields if name not in links and row.get(name) is not None][:_NAMED_BY]
    said = [masked(fields[name], row[name]) for name in own]
    return " ".join(dict.fromkeys(part for part in (*called[:2], *said) if part))


def _linked(
    conn: Connection, plan: Plan, fields: Mapping[str, Field], rows: Mapping[str, Draft]
) -> dict[str, str]:
    """Return what these rows link to is called, by id: what is here, and people who come along."""
    wanted: dict[str, set[str]] = {}
    for name, field in fields.items():
        if isinstance(field.value, (Link, Links)):
            ids = {id for row in rows.values() for id in str(row.get(name) or "").split()}
            wanted[field.value.to] = wanted.get(field.value.to, set()) | ids
    coming = {id: str(row.get("name") or "") for id, row in plan.new.get("person", {}).items()}
    return coming | {
        id: words for kind, ids in wanted.items() for id, words in titles(conn, kind, ids).items()
    }
