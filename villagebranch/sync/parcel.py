"""A parcel: the acts that a peer may lack, from which point on, and up to which; what a package file carries inside."""

import json
from collections import defaultdict
from collections.abc import Collection, Iterable, Mapping, Sequence
from dataclasses import dataclass, field
from typing import Any, NamedTuple

from sqlalchemy import (
    Connection,
    Integer,
    Select,
    Text,
    bindparam,
    column,
    func,
    select,
    tuple_,
    values,
)

from villagebranch.db.among import among
from villagebranch.db.identity import Identity
from villagebranch.db.journal import SyncAct, SyncChange, SyncVector
from villagebranch.domain.fields import Draft
from villagebranch.sync.photos import photos_of

Vector = Mapping[str, int]
"""How many acts of each replica are known."""


class Change(NamedTuple):
    """What an act made of one record; `fields` is the JSON that its replica wrote, and goes on unchanged."""

    kind: str
    record: str
    fields: str


def read_fields(texts: Sequence[str]) -> list[Draft]:
    """Return the JSON objects that these texts are, read at one stroke, or raise ValueError or RecursionError.

    Objects of plain values, which is for the caller to hold: then no text can borrow from the next, since each begins an
    object and none can begin inside another, nor go on behind a line break within a string.
    """
    joined = ",\n".join(texts)
    read: list[Draft] = json.loads(f"[{joined}]")
    if len(read) != len(texts) or not all(text.startswith("{") for text in texts):
        raise ValueError("not one object each")
    if "\\ud" in joined or "\\uD" in joined:
        json.dumps(read, ensure_ascii=False).encode()  # half a character is no text: ValueError
    return read


class ForeignAct(NamedTuple):
    """An act as it travels. `vector` is what its replica logged for it: JSON, None for most acts.

    `fields` are those of each change where somebody has read them already, to spare reading them twice.
    """

    replica: str
    number: int
    stamp: int
    author: str
    at: str
    form: str
    schema: int
    undoes: str | None
    vector: str | None
    changes: tuple[Change, ...]
    fields: tuple[Draft, ...] | None = None

    @property
    def head(self) -> tuple[str, int, int, str, str, str, int, str | None]:
        """The part that the hash chain takes in as the head."""
        return self[:8]


class Point(NamedTuple):
    """A place in the chain of a replica; before its first act, that is number 0 and no hash."""

    number: int
    chain: bytes


class Seal(NamedTuple):
    """A township's signature (Ed25519, by the key `sign` in hex) under its stream `replica` up to act `number`."""

    replica: str
    number: int
    chain: bytes
    sign: str
    signature: bytes


@dataclass(frozen=True)
class Parcel:
    """All acts between two states of knowledge: who has `start` of every replica has `end` of every one afterwards.

    `photos` are those that the acts put with records (hash → JPEG), `seals` a township's under its streams.
    """

    start: Mapping[str, Point]
    end: Mapping[str, Point]
    acts: Sequence[ForeignAct]
    photos: Mapping[str, bytes] = field(default_factory=dict)
    seals: Sequence[Seal] = ()

    @property
    def knowledge(self) -> dict[str, int]:
        """What the sender knew: also its acknowledgement of what it was sent."""
        return {replica: point.number for replica, point in self.end.items()}


_latest = (
    select(SyncVector.vector)
    .where(SyncVector.replica == bindparam("code"))
    .order_by(SyncVector.number.desc())
    .limit(1)
)
_of_act = (SyncAct.replica == bindparam("code")) & (SyncAct.number == bindparam("place"))
_chain = select(SyncAct.chain).where(_of_act)
_stamp = select(SyncAct.stamp).where(_of_act)


def stamp(conn: Connection, replica: str, number: int) -> int:
    """Return the stamp of an act that is in the journal."""
    return conn.scalars(_stamp, {"code": replica, "place": number}).one()


def logged_vector(conn: Connection, replica: str) -> dict[str, int]:
    """Return what `replica` had seen of the others when it last took something in."""
    latest = conn.scalar(_latest, {"code": replica})
    return {str(code): int(number) for code, number in json.loads(latest or "{}").items()}


def known(conn: Connection, own: Identity | None = None) -> dict[str, int]:
    """Return how many acts of each replica this database holds; `own` is its identity where it is at hand."""
    own = own or Identity.load(conn)
    if own is None:
        return {}
    return logged_vector(conn, own.code) | ({own.code: own.acts} if own.acts else {})


def known_to(conn: Connection, streams: Sequence[Identity]) -> list[Vector]:
    """Return how many acts of each replica belong to each of these streams, by one question for all of them."""
    codes = [own.code for own in streams]
    last = select(SyncVector.replica, func.max(SyncVector.number)).where(among(SyncVector.replica, codes))
    latest = tuple_(SyncVector.replica, SyncVector.number).in_(last.group_by(SyncVector.replica))
    logged = {
        code: json.loads(vector)
        for code, vector in conn.execute(select(SyncVector.replica, SyncVector.vector).where(latest))
    }
    return [logged.get(own.code, {}) | ({own.code: own.acts} if own.acts else {}) for own in streams]


def changes_after(conn: Connection, places: Collection[tuple[str, int]]) -> dict[tuple[str, int], int]:
    """Return how many changes replicas made after acts of theirs, places of their chains, by one question for all of them."""
    if not places:
        return {}
    told = values(column("replica", Text), column("number", Integer)).data(list(places)).cte("place")
    later = (SyncChange.replica == told.c.replica) & (SyncChange.number > told.c.number)
    query = select(told.c.replica, told.c.number, func.count()).join(SyncChange, later)
    rows = conn.execute(query.group_by(told.c.replica, told.c.number))
    return {(code, number): count for code, number, count in rows}


def chains(conn: Connection, places: Vector) -> dict[str, Point]:
    """Return the points of the chains at these numbers, 0 being the beginning."""
    return {
        replica: Point(
            number, conn.scalars(_chain, {"code": replica, "place": number}).one() if number else b""
        )
        for replica, number in places.items()
    }


def collect(conn: Connection, since: Vector, held: Vector | None = None) -> Parcel:
    """Return everything known here that a peer lacks who last acknowledged `since`; {} for a snapshot of all.

    `held` says what is here of these replicas where only their acts are to travel.
    """
    held = known(conn) if held is None else held
    start = {replica: min(number, since.get(replica, 0)) for replica, number in held.items()}
    acts = [act for replica in sorted(held) for act in acts_of(conn, replica, start[replica], held[replica])]
    end = chains(conn, held)
    earlier = chains(conn, {replica: n for replica, n in start.items() if n != held[replica]})
    photos = photos_of(conn, (change for act in acts for change in act.changes))
    return Parcel(end | earlier, end, acts, photos)


def _after(table: type[SyncAct | SyncChange], *names: str) -> Select[Any]:
    """Return the question for these columns of what a replica did after an act."""
    columns = (getattr(table, name) for name in names)
    return select(*columns).where(table.replica == bindparam("code"), table.number > bindparam("after"))


_heads_after = _after(SyncAct, *ForeignAct._fields[:8]).order_by(SyncAct.number)
_changes_after = _after(SyncChange, "number", *Change._fields).order_by(SyncChange.number, SyncChange.item)
_vectors = select(SyncVector.number, SyncVector.vector).where(SyncVector.replica == bindparam("code"))


def acts_of(conn: Connection, replica: str, after: int, until: int) -> Iterable[ForeignAct]:
    """Yield what a replica did after one act, until another."""
    if after == until:
        return
    asked = {"code": replica, "after": after}
    changes: dict[int, list[Change]] = defaultdict(list)
    for number, kind, record, fields in conn.execute(_changes_after, asked).all():
        changes[number].append(Change(kind, record, fields))
    vectors = {number: vector for number, vector in conn.execute(_vectors, {"code": replica})}
    for head in conn.execute(_heads_after, asked).all():
        yield ForeignAct._make((*head, vectors.get(head[1]), tuple(changes[head[1]]), None))
