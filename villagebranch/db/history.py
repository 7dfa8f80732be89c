"""What the journal is first of all for: the history of a record, the list of acts, and taking an act back."""

import json
from collections import defaultdict
from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass

from sqlalchemy import Connection, Table, func, select

from villagebranch.db.among import among
from villagebranch.db.authority import Authority
from villagebranch.db.journal import (
    Act,
    ActRef,
    SyncAct,
    SyncChange,
    SyncConflict,
    SyncVector,
    read_runs,
    rows_by_id,
    runs,
)
from villagebranch.db.record import groups, record_tables
from villagebranch.domain.fields import Draft, Field
from villagebranch.domain.values import Link, Links, Stored


@dataclass(frozen=True)
class Edit:
    """One field of one record became another value. `before` is None also where the record was new."""

    at: str
    author: str
    form: str
    field: str
    before: Stored
    after: Stored
    ref: ActRef


@dataclass(frozen=True)
class Done:
    """One act as the list of acts shows it; `undone_by` names the act that took it back."""

    ref: ActRef
    at: str
    author: str
    form: str
    records: int
    undone_by: ActRef | None


@dataclass(frozen=True)
class Undone:
    """How many records went back, and how many stayed because they were changed or used since."""

    back: int
    kept: int


_joined = (SyncAct.replica == SyncChange.replica) & (SyncAct.number == SyncChange.number)
_order = (SyncAct.stamp, SyncAct.replica, SyncChange.item)


def history(conn: Connection, kind: str, record: str) -> list[Edit]:
    """Return every change of a field of one record, oldest first."""
    query = select(
        SyncAct.at, SyncAct.author, SyncAct.form, SyncAct.replica, SyncAct.number, SyncChange.fields
    )
    of_record = (SyncChange.kind == kind) & (SyncChange.record == record)
    together, authority = groups(kind), Authority(conn)
    edits: list[Edit] = []
    state: Draft = {}
    for at, author, form, replica, number, fields in conn.execute(
        query.join(SyncChange, _joined).where(of_record).order_by(*_order)
    ):
        for name, after in (authority.lawful(kind, replica, json.loads(fields)) or {}).items():
            # The rest of a group goes along with the field that was changed: that is nobody's edit.
            if name not in together or state.get(name) != after:
                edits.append(Edit(at, author, form, name, state.get(name), after, ActRef(replica, number)))
            state[name] = after
    return edits


def acts(conn: Connection, limit: int = 100) -> list[Done]:
    """Return the latest acts, newest first."""
    count = select(func.count()).where(_joined).correlate(SyncAct).scalar_subquery()
    query = select(SyncAct.replica, SyncAct.number, SyncAct.at, SyncAct.author, SyncAct.form, count)
    rows = conn.execute(query.order_by(SyncAct.stamp.desc()).limit(limit)).all()
    undone = Undoings(conn)
    done = []
    for replica, number, at, author, form, records in rows:
        ref = ActRef(replica, number)
        done.append(Done(ref, at, author, form, records or 0, undone.of(ref)))
    return done


def disputed(conn: Connection) -> list[tuple[str, str, str]]:
    """Return kind, record and register of every conflict that is open: of living records, and of kinds known here."""
    found: list[tuple[str, str, str]] = []
    for kind in sorted(set(conn.scalars(select(SyncConflict.kind))) & record_tables().keys()):
        table = record_tables()[kind]
        query = select(SyncConflict.record, SyncConflict.register).join(
            table, table.c.id == SyncConflict.record
        )
        living = query.where(SyncConflict.kind == kind, table.c.removed_at.is_(None))
        rows = conn.execute(living.order_by(SyncConflict.record, SyncConflict.register))
        found += [(kind, record, name) for record, name in rows if name in table.columns]
    return found


class Undoings:
    """Which act took back which; one that was itself taken back no longer counts."""

    def __init__(self, conn: Connection) -> None:
        self._by_words: dict[str, ActRef] = {}
        self._wide: list[tuple[str, int, int, ActRef]] = []
        undoing = select(SyncAct.undoes, SyncAct.replica, SyncAct.number).where(SyncAct.undoes.is_not(None))
        for undoes, replica, number in conn.execute(undoing.order_by(SyncAct.stamp.desc())):
            ref = ActRef(replica, number)
            if self.of(ref) is None:
                self._by_words[undoes] = ref
                self._wide += [(*run, ref) for run in read_runs(undoes) if undoes != f"{run[0]}:{run[1]}"]

    def of(self, ref: ActRef) -> ActRef | None:
        """Return the act that took `ref` back, alone or with others."""
        covering = (
            by
            for replica, first, last, by in self._wide
            if replica == ref.replica and first <= ref.number <= last
        )
        return self._by_words.get(str(ref)) or next(covering, None)

    def of_all(self, words: str) -> ActRef | None:
        """Return the act that took back just those acts that `journal.runs` put into these words."""
        return self._by_words.get(words)


def undo(act: Act, *refs: ActRef) -> Undone:
    """Take back what the acts `refs` changed, as part of `act`; an undo can be undone the same way.

    A field that another act changed since stays, and so does a new record that others have come to refer to, and what
    was not this computer's to write.
    """
    act.undoes = refs
    tables, authority = record_tables(), Authority(act.conn)
    changed: dict[str, dict[str, Draft]] = defaultdict(lambda: defaultdict(dict))
    for kind, record, fields in _changes_of(act.conn, refs):
        if kind in tables:  # a newer program may have changed more than this one knows
            told = authority.lawful(kind, act.ref.replica, json.loads(fields))
            if told is not None:
                changed[kind][record] |= {name: told[name] for name in told if name in tables[kind].columns}
    back, wanted = 0, 0
    for kind, records in changed.items():
        drafts, unchanged = _reversed(act, tables[kind], records, refs)
        wanted += len(records) - unchanged
        back += act.put(tables[kind], drafts) if drafts else 0
    kept = _keep_what_is_used(act, changed)
    return Undone(back - kept, wanted - back + kept)


def _changes_of(conn: Connection, refs: Iterable[ActRef]) -> list[tuple[str, str, str]]:
    """Return kind, record and fields of what these acts changed, in the order of their stamps."""
    query = select(SyncAct.stamp, SyncChange.item, SyncChange.kind, SyncChange.record, SyncChange.fields)
    query = query.join(SyncAct, _joined)
    found = [
        tuple(row)
        for replica, first, last in read_runs(runs(refs))
        for row in conn.execute(
            query.where(SyncChange.replica == replica, SyncChange.number.between(first, last))
        )
    ]
    return [(kind, record, fields) for _, _, kind, record, fields in sorted(found)]


def _reversed(
    act: Act, table: Table, records: dict[str, Draft], refs: Iterable[ActRef]
) -> tuple[dict[str, Draft], int]:
    """Return the fields to put back: what stood before, where nobody has changed the field since.

    With them, the number of records that the acts had only affirmed: there is nothing to put back.
    """
    before = _before(act.conn, table.name, records, refs)
    present = rows_by_id(act.conn, table, list(records))
    drafts: dict[str, Draft] = {}
    affirmed = [id for id, fields in records.items() if id in before and _agrees(fields, before[id])]
    for id, fields in records.items():
        if id not in before:
            since = any(present[id][name] != value for name, value in fields.items())
            drafts |= {} if since else {id: {"removed_at": act.at}}
        elif back := {
            name: before[id].get(name) for name in fields if _stands(table.name, name, fields, present[id])
        }:
            drafts[id] = back
    return drafts, len(affirmed)


def _agrees(fields: Draft, before: Draft) -> bool:
    return all(before.get(name) == value for name, value in fields.items())


def _stands(kind: str, name: str, fields: Draft, present: Mapping[str, Stored]) -> bool:
    """Tell whether a field, with the rest of its group, still is what an act made of it."""
    return all(present[one] == fields[one] for one in groups(kind).get(name, (name,)) if one in fields)


def unseen(conn: Connection, kind: str, records: Sequence[str], field: str) -> dict[str, list[Draft]]:
    """Return for each of these records what was done to it by acts that had not seen the latest one which set `field`."""
    told: dict[str, list[tuple[ActRef, Draft]]] = defaultdict(list)
    query = select(SyncChange.record, SyncAct.replica, SyncAct.number, SyncChange.fields)
    of_records = (SyncChange.kind == kind) & among(SyncChange.record, records)
    ordered = query.join(SyncChange, _joined).where(of_records).order_by(*_order)
    for record, replica, number, fields in conn.execute(ordered):
        told[record].append((ActRef(replica, number), json.loads(fields)))
    found = {}
    for record, changes in told.items():
        latest = [ref for ref, fields in changes if field in fields][-1:]
        seen = _seen(conn, latest[0]) if latest else {}
        found[record] = [
            fields for ref, fields in changes if latest and ref.number > seen.get(ref.replica, 0)
        ]
    return found


def _seen(conn: Connection, ref: ActRef) -> Mapping[str, int]:
    """Return how many acts of each replica the act `ref` had seen, itself and its own replica's included."""
    logged = (SyncVector.replica == ref.replica) & (SyncVector.number <= ref.number)
    latest = select(SyncVector.vector).where(logged).order_by(SyncVector.number.desc()).limit(1)
    seen: Mapping[str, int] = json.loads(conn.scalar(latest) or "{}") | {ref.replica: ref.number}
    return seen


def _before(conn: Connection, kind: str, records: Iterable[str], refs: Iterable[ActRef]) -> dict[str, Draft]:
    """Return the state of those records that were there, as all acts made it that had not seen `refs`."""
    state: dict[str, Draft] = {}
    ids, refs, last = list(records), frozenset(refs), _latest_stamp(conn, refs)
    authority, later = Authority(conn), _Later(conn, refs)
    query = select(SyncAct.stamp, SyncAct.replica, SyncAct.number, SyncChange.record, SyncChange.fields)
    query = query.join(SyncChange, _joined).where(SyncChange.kind == kind)
    for start in range(0, len(ids), 500):
        of_part = query.where(SyncChange.record.in_(ids[start : start + 500]))
        for stamp, replica, number, record, fields in conn.execute(of_part.order_by(*_order)).all():
            ref = ActRef(replica, number)
            told = authority.lawful(kind, replica, json.loads(fields))
            # An act bears a later stamp than all that it had seen.
            if ref in refs or told is None or (stamp > last and later.has_seen(ref)):
                continue
            state.setdefault(record, {}).update(told)
    return state


class _Later:
    """Tells which acts had seen one of `refs`."""

    def __init__(self, conn: Connection, refs: Iterable[ActRef]) -> None:
        self._conn = conn
        self._first: dict[str, int] = {}
        self._told: dict[ActRef, bool] = {}
        for ref in refs:
            self._first[ref.replica] = min(ref.number, self._first.get(ref.replica, ref.number))

    def has_seen(self, ref: ActRef) -> bool:
        if ref not in self._told:
            seen = _seen(self._conn, ref)
            self._told[ref] = any(seen.get(code, 0) >= number for code, number in self._first.items())
        return self._told[ref]


def _latest_stamp(conn: Connection, refs: Iterable[ActRef]) -> int:
    stamps = (
        conn.scalar(
            select(func.max(SyncAct.stamp)).where(
                SyncAct.replica == replica, SyncAct.number.between(first, last)
            )
        )
        for replica, first, last in read_runs(runs(refs))
    )
    return max(stamp or 0 for stamp in stamps)


def _keep_what_is_used(act: Act, changed: dict[str, dict[str, Draft]]) -> int:
    """Bring back removed records that living ones refer to, until none is left hanging; return how many."""
    kept = 0
    while again := _hanging(act.conn, changed):
        for table, ids in again:
            kept += act.put(table, {id: {"removed_at": None} for id in ids})
    return kept


def _hanging(conn: Connection, changed: dict[str, dict[str, Draft]]) -> list[tuple[Table, list[str]]]:
    tables = record_tables()
    found = []
    for kind, records in changed.items():
        target = tables[kind]
        for id_part in (list(records)[start : start + 500] for start in range(0, len(records), 500)):
            gone = set(
                conn.scalars(
                    select(target.c.id).where(target.c.id.in_(id_part), target.c.removed_at.is_not(None))
                )
            )
            in_use = {id for table, name in links_to(kind) for id in used(conn, table, name, gone)}
            if in_use:
                found.append((target, sorted(in_use)))
    return found


def links_to(kind: str) -> list[tuple[Table, str]]:
    """Return every column of a record kind that holds ids of `kind`."""
    columns = [
        (table, column.name, column.info["field"].value)
        for table in record_tables().values()
        for column in table.columns
        if isinstance(column.info.get("field"), Field)
    ]
    return [
        (table, name)
        for table, name, value in columns
        if isinstance(value, (Link, Links)) and value.to == kind
    ]


def used(conn: Connection, table: Table, name: str, ids: set[str]) -> set[str]:
    """Return those of `ids` that living records of `table` have in the column `name`."""
    if not ids:
        return set()
    column, alive = table.c[name], table.c.removed_at.is_(None)
    several = isinstance(table.c[name].info["field"].value, Links)
    if not several:
        return set(conn.scalars(select(column).distinct().where(alive, column.in_(ids))))
    return {
        id for text in conn.scalars(select(column).distinct().where(alive)) for id in (text or "").split()
    } & ids
