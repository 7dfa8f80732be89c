"""Taking in what others did: a parcel is checked, previewed and merged, whole or not at all.

Heads are not kept in a table of their own: they are derived from the journal, and only for the few records where two
replicas can have met. The journal holds every change anyhow, so nothing can go stale or be forgotten, local acts pay
nothing, and what only a newer program understands is there to be derived once this one understands it. Where all that
is known of a record had been seen by those who changed it (`_quiet`), its new values can be written as they come.
What is kept is the outcome: `sync_conflict`, the registers that nobody has decided yet.
"""

import json
from collections import defaultdict
from collections.abc import Iterable, Iterator, Mapping, Sequence
from dataclasses import dataclass, field
from operator import itemgetter

from sqlalchemy import Connection, bindparam, delete, func, insert, select

from villagebranch.db.among import among
from villagebranch.db.authority import Authority
from villagebranch.db.identity import Identity
from villagebranch.db.journal import (
    ActRef,
    SyncAct,
    SyncChange,
    SyncConflict,
    SyncVector,
    refresh_kept,
)
from villagebranch.db.record import answered, record_tables
from villagebranch.db.rows import Row, insert_rows, update_rows
from villagebranch.domain.fields import Draft
from villagebranch.sync.check import Fresh, fresh
from villagebranch.sync.parcel import ForeignAct, Parcel, known, logged_vector
from villagebranch.sync.photos import keep_photos
from villagebranch.sync.seals import check_seals, keep_seals
from villagebranch.sync.standing import REMOVED, Entry, Past, Standing, entries_of, standing
from villagebranch.sync.uncollected import uncollected

_HEAD = ForeignAct._fields[:8]
_FEW, _MANY = 2, 10
Name = tuple[str, str]
"""A record: its kind and its id."""


@dataclass(frozen=True)
class Outlook:
    """What a parcel will do, or did: counts of records by kind, and the names of those that ask for a decision.

    `known` counts the acts that were here already, `beyond` the records of kinds that only a newer program knows;
    `refused` are records of which something was not the sender's to write (`quarantine`). `drastic` says that so much
    would be deleted that a person must say yes to just that. `taken` names the new acts, and `changes` counts what they
    change.
    """

    acts: int
    known: int
    new: Mapping[str, int]
    changed: Mapping[str, int]
    deletions: Sequence[Name]
    conflicts: Sequence[tuple[str, str, str]]
    beyond: int
    drastic: bool = False
    taken: Sequence[ActRef] = ()
    changes: int = 0
    refused: Sequence[Name] = ()


Rows = dict[str, dict[str, Draft]]
"""Kind → id → fields."""


@dataclass
class Plan:
    """What is to be written: whole new rows, fields of rows that are here; `met` are the records that replicas met at,
    `told` is what the parcel tells of each record, and `living` counts the rows that are here now."""

    news: Sequence[Fresh]
    known: int
    past: Past
    living: int = 0
    told: Mapping[str, Mapping[str, Sequence[Entry]]] = field(default_factory=dict)
    deletions: list[Name] = field(default_factory=list)
    new: Rows = field(default_factory=dict)
    changed: Rows = field(default_factory=dict)
    met: dict[Name, Standing] = field(default_factory=dict)
    refused: list[Name] = field(default_factory=list)

    def conflicts(self) -> list[tuple[str, str, str]]:
        return [(*name, register) for name, outcome in self.met.items() for register in outcome.open]

    @property
    def drastic(self) -> bool:
        """Whether more is deleted than a slip would delete: more than 10 records, or more than 5 % of all, but for one or two."""
        return len(self.deletions) > max(_FEW, min(_MANY, self.living / 20))

    def outlook(self) -> Outlook:
        tables = record_tables()
        told = [*self.new.items(), *self.changed.items()]
        return Outlook(
            len(self.news),
            self.known,
            {kind: len(rows) for kind, rows in self.new.items() if rows and kind in tables},
            {kind: len(rows) for kind, rows in self.changed.items() if rows and kind in tables},
            self.deletions,
            self.conflicts(),
            sum(len(rows) for kind, rows in told if kind not in tables),
            self.drastic,
            [ActRef(one.act.replica, one.act.number) for one in self.news],
            sum(len(one.fields) for one in self.news),
            self.refused,
        )


@uncollected()
def take(conn: Connection, identity: Identity, parcel: Parcel) -> Outlook:
    """Take a parcel in, within the caller's transaction; what is here already is left out.

    Raises `Missing`, `Reused` or `Forged` before anything is written. The caller commits, and saves nothing if it raises.
    """
    plan = foresee(conn, identity, parcel)
    if plan.news:
        _write_journal(conn, plan.news)
        _write_records(conn, plan)
        _write_conflicts(conn, plan)
        identity.saw(max(one.act.stamp for one in plan.news))
        _log_vector(conn, identity, parcel)
        identity.save(conn)
    keep_seals(conn, parcel.seals)
    keep_photos(conn, parcel.photos)
    return plan.outlook()


def foresee(conn: Connection, identity: Identity, parcel: Parcel) -> Plan:
    """Return what a parcel comes to here, without writing. Raises what `take` raises."""
    here = known(conn, identity)
    news = fresh(conn, parcel, identity.code, here)
    sealed = check_seals(conn, parcel, {one.act.replica for one in news})
    past = Past(conn, (one.act for one in news))
    incoming: dict[str, dict[str, list[Entry]]] = defaultdict(lambda: defaultdict(list))
    plan = Plan(news, len(parcel.acts) - len(news), past, told=incoming)
    if not news:
        return plan
    authority = Authority(conn, sealed)
    for act, _chain, told_by_act in news:
        replica, number, stamp = act[:3]
        for (kind, record, _), fields in zip(act.changes, told_by_act, strict=True):
            lawful = authority.lawful(kind, replica, fields)
            if lawful is not None:
                incoming[kind][record].append(Entry(stamp, replica, number, lawful))
            if lawful is not fields and lawful != fields:
                plan.refused.append((kind, record))
    open_here = _open(conn)
    for kind, told in incoming.items():
        places = _places(conn, kind, list(told) if here else [], authority)
        loud = [
            id
            for id, entries in told.items()
            if (id in places or len(entries) > 1)
            and ((kind, id) in open_here or not _quiet(entries, places.get(id, ()), past))
        ]
        held = entries_of(conn, kind, loud, authority)
        met = {id: standing(kind, held.get(id, []) + told[id], past) for id in loud}
        values = {id: one[0].fields if len(one) == 1 else _latest(one) for id, one in told.items()}
        values |= {id: _touched(told[id], outcome) for id, outcome in met.items()}
        plan.new[kind] = {id: row for id, row in values.items() if id not in places}
        plan.changed[kind] = {id: row for id, row in values.items() if id in places}
        plan.met |= {(kind, id): outcome for id, outcome in met.items()}
        plan.deletions += _deleted(conn, kind, plan.changed[kind])
    if _FEW < len(plan.deletions) <= _MANY:
        plan.living = _living(conn)
    return plan


def _deleted(conn: Connection, kind: str, changed: Mapping[str, Draft]) -> list[Name]:
    """Return the records that are here now and would be deleted."""
    gone = [id for id, row in changed.items() if row.get(REMOVED) is not None]
    if not gone or kind not in record_tables():
        return []
    table = record_tables()[kind]
    found = conn.scalars(
        select(table.c.id).where(among(table.c.id), table.c[REMOVED].is_(None)), {"ids": gone}
    )
    return [(kind, id) for id in found]


def _living(conn: Connection) -> int:
    """Return how many records there are."""
    counts = (select(func.count()).where(table.c[REMOVED].is_(None)) for table in record_tables().values())
    return sum(conn.scalar(count) or 0 for count in counts)


def _open(conn: Connection) -> set[Name]:
    return {(kind, record) for kind, record in conn.execute(_CONTESTED).all()}


_CONTESTED = select(SyncConflict.kind, SyncConflict.record)


_PLACES = select(SyncChange.record, SyncChange.replica, SyncChange.number).where(
    SyncChange.kind == bindparam("kind"), among(SyncChange.record)
)


def _places(
    conn: Connection, kind: str, records: Sequence[str], authority: Authority
) -> dict[str, list[tuple[str, int]]]:
    """Return the acts that lawfully touched these records, of those in the journal: records without any are not here."""
    found: dict[str, list[tuple[str, int]]] = defaultdict(list)
    if answered(kind) is not None:
        for record, entries in entries_of(conn, kind, records, authority).items():
            found[record] = [(entry.replica, entry.number) for entry in entries]
        return found
    told = conn.execute(_PLACES, {"kind": kind, "ids": records}).all() if records else ()
    for record, replica, number in told:
        if not authority.is_township(replica):
            found[record].append((replica, number))
    return found


def _quiet(entries: Sequence[Entry], here: Iterable[tuple[str, int]], past: Past) -> bool:
    """Tell whether one replica alone changed a record, and had seen all that is known of it here before it did."""
    first = entries[0]
    if any(entry.replica != first.replica for entry in entries):
        return False
    if not here:
        return True
    seen = past.seen(first.replica, first.number)
    return all(replica == first.replica or number <= seen.get(replica, 0) for replica, number in here)


def _latest(entries: Sequence[Entry]) -> Draft:
    return {name: value for entry in entries for name, value in entry.fields.items()}


def _touched(entries: Sequence[Entry], outcome: Standing) -> Draft:
    """Return what is shown of the fields that these entries may have changed; a deletion may be stayed by any of them."""
    names = {name for entry in entries for name in entry.fields} | {REMOVED}
    return {name: value for name, value in outcome.values.items() if name in names}


def _write_journal(conn: Connection, news: Sequence[Fresh]) -> None:
    heads = [(*act.head, chain) for act, chain, _ in news]
    insert_rows(conn, SyncAct.__table__, (*_HEAD, "chain"), heads)
    changes = [
        (act.replica, act.number, item, kind, record, text)
        for act, _, _ in news
        for item, (kind, record, text) in enumerate(act.changes)
    ]
    insert_rows(conn, SyncChange.__table__, SyncChange.__table__.columns.keys(), changes)
    vectors = [(act.replica, act.number, act.vector) for act, _, _ in news if act.vector is not None]
    insert_rows(conn, SyncVector.__table__, ("replica", "number", "vector"), vectors)


def _write_records(conn: Connection, plan: Plan) -> None:
    tables = record_tables()
    for kind in plan.new.keys() & tables.keys():
        columns = tables[kind].columns.keys()
        for names, rows in _by_shape(plan.new[kind], columns):
            insert_rows(conn, tables[kind], [*names, "id"], rows)
        for names, rows in _by_shape(plan.changed[kind], columns):
            update_rows(conn, tables[kind], names, rows)
    refresh_kept(conn, {kind: [*rows, *plan.changed[kind]] for kind, rows in plan.new.items()})


def _by_shape(rows: Mapping[str, Draft], columns: Sequence[str]) -> Iterator[tuple[list[str], list[Row]]]:
    """Group the rows by the names of their fields, each group being one statement: the names in the order of the columns,
    and for each row the values with its id at the end. What is no column here, only a newer program knows."""
    groups: dict[tuple[str, ...], dict[str, Draft]] = defaultdict(dict)
    for id, fields in rows.items():
        groups[tuple(fields)][id] = fields
    for shape, group in groups.items():
        names = [name for name in columns if name in shape]
        values = (map(itemgetter(name), group.values()) for name in names)
        yield names, list(zip(*values, group, strict=True))


def _write_conflicts(conn: Connection, plan: Plan) -> None:
    if plan.met:
        one = (SyncConflict.kind == bindparam("the_kind")) & (SyncConflict.record == bindparam("the_id"))
        met = [{"the_kind": kind, "the_id": id} for kind, id in plan.met]
        conn.execute(delete(SyncConflict).where(one), met)
    if found := plan.conflicts():
        names = ("kind", "record", "register")
        conn.execute(insert(SyncConflict), [dict(zip(names, one, strict=True)) for one in found])


def _log_vector(conn: Connection, identity: Identity, parcel: Parcel) -> None:
    """Log what this replica has seen from now on, for the act that it will write next."""
    seen = logged_vector(conn, identity.code)
    seen |= {replica: max(seen.get(replica, 0), number) for replica, number in parcel.knowledge.items()}
    seen.pop(identity.code, None)
    place = {"replica": identity.code, "number": identity.acts + 1}
    conn.execute(delete(SyncVector).filter_by(**place))
    conn.execute(insert(SyncVector), place | {"vector": json.dumps(seen, sort_keys=True)})
