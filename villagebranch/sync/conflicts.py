"""Registers that replicas gave different values without knowing of one another: listed, and settled by an ordinary act."""

from collections import defaultdict
from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass

from sqlalchemy import Connection, Table, bindparam, select

from villagebranch.db import history
from villagebranch.db.journal import Act, ActRef, SyncAct
from villagebranch.db.record import groups, record_tables
from villagebranch.domain.fields import Draft
from villagebranch.domain.values import Stored
from villagebranch.sync.merge import Plan
from villagebranch.sync.parcel import ForeignAct
from villagebranch.sync.standing import REMOVED, Entry, Past, Standing, entries_of, order, standing


@dataclass(frozen=True)
class Side:
    """One of the values that stand against each other, and who wrote it. For a deletion, `values` has `removed_at`."""

    ref: ActRef
    at: str
    author: str
    form: str
    values: Draft


@dataclass(frozen=True)
class Conflict:
    """A register in conflict. `fields` is the whole group, `shown` what stands in the record now, and `before` the
    latest value that all sides had seen."""

    kind: str
    record: str
    register: str
    fields: tuple[str, ...]
    sides: tuple[Side, ...]
    shown: Draft
    before: Draft

    def __str__(self) -> str:
        return f"{self.kind}:{self.record}:{self.register}"


def conflicts(conn: Connection) -> tuple[Conflict, ...]:
    """Return what is open, in the order of kinds and records; deleted records and newer kinds are left out."""
    wanted: dict[str, set[str]] = defaultdict(set)
    for kind, record, _register in history.disputed(conn):
        wanted[kind].add(record)
    tables, past, heads = record_tables(), Past(conn), _Heads(conn)
    found: list[Conflict] = []
    for kind in sorted(wanted):
        told = entries_of(conn, kind, sorted(wanted[kind]))
        for record in sorted(told):
            outcome = standing(kind, told[record], past)
            found += _of_record(heads, tables[kind], record, told[record], outcome, past)
    return tuple(found)


def foreseen(conn: Connection, plan: Plan) -> tuple[Conflict, ...]:
    """Return what would be open at the records where a parcel meets what is here, once it is taken in."""
    tables, heads = record_tables(), _Heads(conn, (one.act for one in plan.news))
    wanted: dict[str, list[str]] = defaultdict(list)
    for kind, record, _register in plan.conflicts():
        wanted[kind].append(record)
    found: list[Conflict] = []
    for kind in sorted(wanted.keys() & tables.keys()):
        held = entries_of(conn, kind, wanted[kind])
        for record in sorted(set(wanted[kind])):
            entries = [*held.get(record, ()), *plan.told[kind][record]]
            found += _of_record(heads, tables[kind], record, entries, plan.met[kind, record], plan.past)
    return tuple(found)


class _Heads:
    """When, by whom and from which form an act was done: of those on their way, and of those in the journal."""

    def __init__(self, conn: Connection, coming: Iterable[ForeignAct] = ()) -> None:
        self._conn = conn
        self._coming = {(act.replica, act.number): (act.at, act.author, act.form) for act in coming}

    def of(self, ref: ActRef) -> tuple[str, str, str]:
        if (ref.replica, ref.number) in self._coming:
            return self._coming[ref.replica, ref.number]
        at, author, form = self._conn.execute(_HEAD, ref._asdict()).one()
        return at, author, form


_HEAD = select(SyncAct.at, SyncAct.author, SyncAct.form).where(
    SyncAct.replica == bindparam("replica"), SyncAct.number == bindparam("number")
)


def _of_record(
    heads: _Heads, table: Table, record: str, entries: Sequence[Entry], outcome: Standing, past: Past
) -> list[Conflict]:
    if outcome.values.get(REMOVED) is not None:
        return []
    return [
        _conflict(heads, (table.name, record, register), entries, outcome, past)
        for register in sorted(outcome.open)
        if register in table.columns
    ]


def _conflict(
    heads: _Heads, name: tuple[str, str, str], entries: Sequence[Entry], outcome: Standing, past: Past
) -> Conflict:
    kind, record, register = name
    fields = groups(kind).get(register, (register,))
    against = outcome.open[register]
    common = [entry for entry in entries if all(past.knew(head, entry) for head in against)]
    before: Draft = {}
    for entry in sorted(common, key=order):
        before |= entry.fields
    shown = {field: outcome.values.get(field) for field in fields}
    sides = tuple(_side(heads, head, fields) for head in against)
    return Conflict(kind, record, register, fields, sides, shown, {f: before.get(f) for f in fields})


def _side(heads: _Heads, head: Entry, fields: Sequence[str]) -> Side:
    ref = ActRef(head.replica, head.number)
    at, author, form = heads.of(ref)
    # What is said against a deletion is an edit of other fields.
    told = head.fields if fields == (REMOVED,) else {field: head.fields.get(field) for field in fields}
    return Side(ref, at, author, form, told)


def settle(act: Act, conflict: Conflict, values: Mapping[str, Stored]) -> None:
    """Decide a conflict: `values` are some or all fields of its register, the rest stays as shown.

    For a deletion, `{"removed_at": None}` keeps the record and `{"removed_at": act.at}` deletes it.
    """
    chosen = {field: values.get(field, conflict.shown[field]) for field in conflict.fields}
    act.affirm(record_tables()[conflict.kind], conflict.record, chosen)
