"""The journal: every write goes through an `Act`, which changes the records and leaves what it changed behind it.

One user action is one act, one transaction, and one row of `sync_act` (who, when, from which form) with a row of
`sync_change` for each record it touched. The acts of a replica form a hash chain. `exchange.md` says what they are for
besides history and undo: another replica can take them in.
"""

import hashlib
import json
import re
from collections import defaultdict
from collections.abc import Callable, Iterable, Iterator, Mapping, Sequence
from typing import Any, NamedTuple

from sqlalchemy import (
    BigInteger,
    Connection,
    Integer,
    LargeBinary,
    Table,
    Text,
    delete,
    insert,
    select,
)
from sqlalchemy.orm import Mapped, mapped_column

from villagebranch.db.authority import Authority
from villagebranch.db.identity import Identity
from villagebranch.db.record import Base, Record, answered, groups, record_tables
from villagebranch.db.rows import Row, insert_rows, update_rows
from villagebranch.domain.fields import Draft
from villagebranch.domain.values import Stored


class SyncAct(Base):
    """One user action. `stamp` is the hybrid logical clock; `undoes` names the acts that this one took back."""

    __tablename__ = "sync_act"

    replica: Mapped[str] = mapped_column(Text, primary_key=True)
    number: Mapped[int] = mapped_column(Integer, primary_key=True)
    stamp: Mapped[int] = mapped_column(BigInteger)
    author: Mapped[str] = mapped_column(Text)
    at: Mapped[str] = mapped_column(Text)
    form: Mapped[str] = mapped_column(Text)
    schema: Mapped[int] = mapped_column(Integer)
    undoes: Mapped[str | None] = mapped_column(Text)
    chain: Mapped[bytes] = mapped_column(LargeBinary)


class SyncChange(Base):
    """What one act made of one record: `fields` is a JSON object of column → value."""

    __tablename__ = "sync_change"

    replica: Mapped[str] = mapped_column(Text, primary_key=True)
    number: Mapped[int] = mapped_column(Integer, primary_key=True)
    item: Mapped[int] = mapped_column(Integer, primary_key=True)
    kind: Mapped[str] = mapped_column(Text)
    record: Mapped[str] = mapped_column(Text)
    fields: Mapped[str] = mapped_column(Text)


class SyncVector(Base):
    """From its act `number` on, `replica` had seen the acts in `vector` (a JSON object of replica → number)."""

    __tablename__ = "sync_vector"

    replica: Mapped[str] = mapped_column(Text, primary_key=True)
    number: Mapped[int] = mapped_column(Integer, primary_key=True)
    vector: Mapped[str] = mapped_column(Text)


class SyncConflict(Base):
    """A register of which replicas hold different values that none of them had seen; the next act on it settles it."""

    __tablename__ = "sync_conflict"

    kind: Mapped[str] = mapped_column(Text, primary_key=True)
    record: Mapped[str] = mapped_column(Text, primary_key=True)
    register: Mapped[str] = mapped_column(Text, primary_key=True)


class ActRef(NamedTuple):
    """The name of an act in every replica."""

    replica: str
    number: int

    def __str__(self) -> str:
        return f"{self.replica}:{self.number}"

    @classmethod
    def read(cls, text: str) -> "ActRef":
        """Return the reference that `str` made."""
        replica, _, number = text.rpartition(":")
        return cls(replica, int(number))


def runs(refs: Iterable[ActRef]) -> str:
    """Return the names of acts in short, `a:1 b:14-60`: neighbours of one replica as one run."""
    found: list[tuple[str, int, int]] = []
    for ref in sorted(refs):
        if found and found[-1][0] == ref.replica and found[-1][2] == ref.number - 1:
            found[-1] = (ref.replica, found[-1][1], ref.number)
        else:
            found.append((ref.replica, ref.number, ref.number))
    return " ".join(f"{code}:{a}" if a == b else f"{code}:{a}-{b}" for code, a, b in found)


def read_runs(text: str) -> list[tuple[str, int, int]]:
    """Return what `runs` wrote: replica, first and last number. What another program wrote may be anything: it is left out."""
    matches = (re.fullmatch(r"(\w+):(\d{1,18})(?:-(\d{1,18}))?", part) for part in text.split(" "))
    return [(one[1], int(one[2]), int(one[3] or one[2])) for one in matches if one]


Derive = Callable[[Connection, Sequence[str]], None]
_derived: dict[str, list[Derive]] = defaultdict(list)


def derives(table: str) -> Callable[[Derive], Derive]:
    """Register a function that refreshes kept columns after records of `table` changed (their ids are given)."""

    def register(refresh: Derive) -> Derive:
        _derived[table].append(refresh)
        return refresh

    return register


def refresh_kept(conn: Connection, touched: Mapping[str, Sequence[str]]) -> None:
    """Refresh the kept columns after records changed (table → ids)."""
    for table, ids in touched.items():
        for refresh in _derived[table]:
            refresh(conn, ids)


BY_ACT = {"act": True}  # what the store's guard looks for


class Act:
    """One user action under way: it changes records at once, and seals its changes into the journal at the end."""

    def __init__(self, conn: Connection, identity: Identity, author: str, at: str, form: str) -> None:
        self.conn = conn
        self.author, self.at, self.form = author, at, form
        self.undoes: Sequence[ActRef] = ()
        self._identity = identity
        self._changes: dict[tuple[str, str], Draft] = {}

    @property
    def ref(self) -> ActRef:
        """The name that this act will have once it is committed."""
        return ActRef(self._identity.code, self._identity.acts + 1)

    def add(self, record: type[Record], draft: Mapping[str, Stored]) -> str:
        """Add a record with the values of `draft` and return its id."""
        return self.add_many(record, [draft])[0]

    def add_many(self, record: type[Record], drafts: Iterable[Mapping[str, Stored]]) -> list[str]:
        """Add records of one kind at one stroke and return their ids, in order."""
        table = record.table()
        rows = [_given(draft) | {"id": self._identity.next_id()} for draft in drafts]
        given, columns = set().union(*rows), table.columns.keys()
        if unknown := given - set(columns):
            raise KeyError(f"{table.name} has no {', '.join(sorted(unknown))}")
        # Only what is given: the driver takes longer over an empty value than over any other.
        names = [name for name in columns if name in given]
        insert_rows(self.conn, table, names, [tuple(map(row.get, names)) for row in rows])
        ids = [str(row.pop("id")) for row in rows]
        self._changes |= zip(((table.name, id) for id in ids), rows, strict=True)
        return ids

    def set(self, record: type[Record], id: str, draft: Mapping[str, Stored]) -> bool:
        """Change fields of a record, and tell whether any was different from what stood there."""
        return self.put(record.table(), {id: draft}) > 0

    def remove(self, record: type[Record], id: str) -> None:
        """Delete a record: it stays, marked, for a year and for the other replicas."""
        self.set(record, id, {"removed_at": self.at})

    def put(self, table: Table, drafts: Mapping[str, Mapping[str, Stored]]) -> int:
        """Change fields of many records of one table (id → fields), and return how many records differ afterwards."""
        present = rows_by_id(self.conn, table, list(drafts))
        changed: dict[str, Draft] = {}
        for id, draft in drafts.items():
            row = present[id]
            if fields := {name: value for name, value in draft.items() if row[name] != value}:
                changed[id] = _whole(table.name, row, fields)
        self._write(table, changed)
        return len(changed)

    def adopt(self, table: Table, drafts: Mapping[str, Draft]) -> None:
        """Set fields of records under the ids that they always had, and make those that are not there: what was salvaged."""
        here: set[str] = set()
        for some in _by_500(list(drafts)):
            here.update(self.conn.scalars(select(table.c.id).where(table.c.id.in_(some))))
        if missing := [id for id in drafts if id not in here]:
            self.conn.execute(insert(table), [{"id": id} for id in missing], execution_options=BY_ACT)
            self._changes |= {(table.name, id): {} for id in missing}
        self.put(table, drafts)

    def affirm(self, table: Table, id: str, fields: Draft) -> None:
        """Set fields of a record and journal them also where they stood so already: this settles a conflict."""
        row = rows_by_id(self.conn, table, [id])[id]
        self._write(table, {id: _whole(table.name, row, fields)})

    def _write(self, table: Table, changed: Mapping[str, Draft]) -> None:
        by_shape: dict[tuple[str, ...], list[Row]] = defaultdict(list)
        for id, fields in changed.items():
            self._changes[table.name, id] = self._changes.get((table.name, id), {}) | fields
            by_shape[tuple(fields)].append((*fields.values(), id))
        for names, rows in by_shape.items():
            update_rows(self.conn, table, names, rows)

    def seal(self) -> ActRef | None:
        """Write the changes to the journal; return the act's name, or None when nothing was changed."""
        touched: dict[str, list[str]] = defaultdict(list)
        for table, id in self._changes:
            touched[table].append(id)
        refresh_kept(self.conn, touched)
        if not self._changes:
            return None
        self._hold_authority()
        ref = self.ref
        stamp = self._identity.tick(self.at)
        head = [ref.replica, ref.number, stamp, self.author, self.at, self.form, self._identity.schema]
        head.append(runs(self.undoes) or None)
        told = [(kind, id, canonical(fields)) for (kind, id), fields in self._changes.items()]
        rows = [(ref.replica, ref.number, item, *change) for item, change in enumerate(told)]
        seen = self.conn.scalar(
            select(SyncVector.vector).where(
                SyncVector.replica == ref.replica, SyncVector.number == ref.number
            )
        )
        chain = link(self._identity.chain, head, seen, told)
        self.conn.execute(insert(SyncAct), dict(zip(_HEAD, head, strict=True)) | {"chain": chain})
        insert_rows(self.conn, SyncChange.__table__, _CHANGE, rows)
        self._identity.acted(ref.number, chain)
        self._identity.save(self.conn)
        self._close_conflicts()
        return ref

    def _hold_authority(self) -> None:
        """Refuse what the other computers would put into quarantine."""
        own = self.ref.replica
        asked = [key for key in self._changes if self._identity.stream or answered(key[0]) is not None]
        authority = Authority(self.conn, frozenset([own] if self._identity.stream else [])) if asked else None
        for kind, id in asked:
            fields = self._changes[kind, id]
            if authority is None or authority.lawful(kind, own, fields) != fields:
                raise RuntimeError(f"{kind} is not for this stream to write")

    def _close_conflicts(self) -> None:
        """Whoever changes a register here has seen all its values, so its conflict is settled."""
        standing = self.conn.execute(select(SyncConflict.kind, SyncConflict.record, SyncConflict.register))
        closed = [row for row in standing if row.register in self._changes.get((row.kind, row.record), ())]
        for kind, record, name in closed:
            one = (SyncConflict.kind == kind) & (SyncConflict.record == record)
            self.conn.execute(delete(SyncConflict).where(one, SyncConflict.register == name))


def _given(draft: Mapping[str, Stored]) -> Draft:
    return {name: value for name, value in draft.items() if value is not None and name != "id"}


def _whole(table: str, row: Mapping[str, Stored], fields: Draft) -> Draft:
    """Return `fields` with the rest of each group that one of them belongs to, as it stands in `row`."""
    together = groups(table)
    names = {other for name in fields for other in together.get(name, (name,))}
    return {name: fields[name] if name in fields else row[name] for name in sorted(names)}


_CHANGE = ("replica", "number", "item", "kind", "record", "fields")
_HEAD = ("replica", "number", "stamp", "author", "at", "form", "schema", "undoes")


def link(
    previous: bytes, head: Sequence[object], seen: str | None, changes: Iterable[tuple[str, str, str]]
) -> bytes:
    """Return the hash that ties an act to the one before it: SHA-256 over the canonical JSON of both.

    `seen` is the vector that was logged for the act, None for most.
    """
    digest = hashlib.sha256(previous)
    told = [f"[{','.join([QUOTED[type(value)](value) for value in head])}]", seen or ""]
    told += [f"[{_text(kind)},{_text(record)},{_text(fields)}]" for kind, record, fields in changes]
    digest.update("".join(told).encode())
    return digest.digest()


canonical = json.JSONEncoder(ensure_ascii=False, separators=(",", ":"), sort_keys=True).encode
_text = json.encoder.encode_basestring
QUOTED: Mapping[type, Callable[[Any], str]] = {str: _text, int: str, type(None): lambda _: "null"}
"""How `canonical` writes a value of each sort that is stored."""


def rows_by_id(conn: Connection, table: Table, ids: Sequence[str]) -> dict[str, dict[str, Stored]]:
    """Return the rows of `table` with these ids as dicts; raise KeyError for an id that is not there."""
    found: dict[str, dict[str, Stored]] = {}
    for part in _by_500(ids):
        for row in conn.execute(select(table).where(table.c.id.in_(part))).mappings():
            found[row["id"]] = dict(row)
    if missing := [id for id in ids if id not in found]:
        raise KeyError(f"{table.name}: {missing[:3]}")
    return found


def _by_500(ids: Sequence[str]) -> Iterator[Sequence[str]]:
    return (ids[start : start + 500] for start in range(0, len(ids), 500))


def digest(conn: Connection) -> str:
    """Return a hash over all records as they stand: equal where knowledge is equal."""
    state = {
        (name, str(row["id"])): {k: v for k, v in row.items() if k != "id" and v is not None}
        for name, table in record_tables().items()
        for row in conn.execute(select(table)).mappings()
    }
    return _digest_of(state)


def replayed_digest(conn: Connection) -> str:
    """Return the same hash over the records as the journal alone tells them; a difference means a write that missed it.

    What only a newer program knows, and what was not its writer's to write, is left out; a record that one deleted while
    another changed it stands.
    """
    columns = {name: set(table.columns.keys()) for name, table in record_tables().items()}
    state: dict[tuple[str, str], Draft] = defaultdict(dict)
    authority = Authority(conn)
    changes = select(SyncChange.kind, SyncChange.replica, SyncChange.record, SyncChange.fields).join(
        SyncAct, (SyncAct.replica == SyncChange.replica) & (SyncAct.number == SyncChange.number)
    )
    for kind, replica, record, fields in conn.execute(
        changes.order_by(SyncAct.stamp, SyncAct.replica, SyncChange.item)
    ):
        told = authority.lawful(kind, replica, json.loads(fields)) if kind in columns else None
        if told is not None:
            state[kind, record] |= {name: told[name] for name in told.keys() & columns[kind]}
    contested = select(SyncConflict.kind, SyncConflict.record).where(SyncConflict.register == "removed_at")
    for kind, record in conn.execute(contested):
        if kind in columns:
            state[kind, record]["removed_at"] = None
    return _digest_of(
        {key: {k: v for k, v in fields.items() if v is not None} for key, fields in state.items()}
    )


def _digest_of(state: Mapping[tuple[str, str], Mapping[str, Stored]]) -> str:
    total = hashlib.sha256()
    for key in sorted(state):
        total.update(canonical([*key, state[key]]).encode())
    return total.hexdigest()


def broken_link(conn: Connection, replica: str) -> int | None:
    """Return the number of the first act of `replica` whose hash does not follow from the one before, or None."""
    previous = b""
    parts: dict[int, list[tuple[str, str, str]]] = defaultdict(list)
    changes = select(SyncChange.number, SyncChange.kind, SyncChange.record, SyncChange.fields)
    for number, kind, record, fields in conn.execute(
        changes.where(SyncChange.replica == replica).order_by(SyncChange.item)
    ):
        parts[number].append((kind, record, fields))
    logged = select(SyncVector.number, SyncVector.vector).where(SyncVector.replica == replica)
    seen = {number: vector for number, vector in conn.execute(logged)}
    acts = select(*(getattr(SyncAct, name) for name in _HEAD), SyncAct.chain)
    for *head, chain in conn.execute(acts.where(SyncAct.replica == replica).order_by(SyncAct.number)):
        previous = link(previous, head, seen.get(head[1]), parts[head[1]])
        if previous != chain:
            return int(head[1])
    return None
