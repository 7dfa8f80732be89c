"""What others wrote that was not theirs to write: it stays in the journal, comes into no record, and is listed here."""

import json
from collections.abc import Mapping
from dataclasses import dataclass

from sqlalchemy import Connection, select

from villagebranch.db.authority import Authority, SyncSeal
from villagebranch.db.journal import ActRef, SyncAct, SyncChange
from villagebranch.db.record import answered, record_tables
from villagebranch.domain.fields import Draft, Kind
from villagebranch.records import KINDS
from villagebranch.services.titles import titles


@dataclass(frozen=True)
class Quarantined:
    """A change of a record that was not its writer's to make: `fields` came into no record."""

    ref: ActRef
    at: str
    author: str
    kind: str
    record: str
    fields: Draft


def quarantined(conn: Connection) -> list[Quarantined]:
    """Return what was refused of what others sent, latest first."""
    authority = Authority(conn)
    townships = [name for name in record_tables() if answered(name) is not None]
    sealed = select(SyncSeal.replica)
    told = (
        select(
            SyncChange.replica,
            SyncChange.number,
            SyncAct.at,
            SyncAct.author,
            SyncChange.kind,
            SyncChange.record,
            SyncChange.fields,
        )
        .join(SyncAct, (SyncAct.replica == SyncChange.replica) & (SyncAct.number == SyncChange.number))
        .where(SyncChange.kind.in_(townships) | SyncChange.replica.in_(sealed))
    )
    found = []
    for replica, number, at, author, kind, record, text in conn.execute(told.order_by(SyncAct.stamp.desc())):
        fields = json.loads(text)
        allowed = authority.lawful(kind, replica, fields) or {}
        if refused := {name: fields[name] for name in fields if name not in allowed}:
            found.append(Quarantined(ActRef(replica, number), at, author, kind, record, refused))
    return found


@dataclass(frozen=True)
class Refusal:
    """The same in words: `what` is what the record is called, `fields` the labels of what came into no record."""

    at: str
    author: str
    what: str
    fields: str


def in_words(conn: Connection) -> list[Refusal]:
    """Return what was refused, latest first, as a person reads it; values are not told: they were never taken up."""
    found = quarantined(conn)
    kinds = {kind.__tablename__: kind.kind() for kind in KINDS}
    called = {kind: titles(conn, kind, (one.record for one in found if one.kind == kind)) for kind in kinds}
    return [
        Refusal(one.at, one.author, _what(one, kinds, called), _labels(one, kinds[one.kind]))
        for one in found
        if one.kind in kinds
    ]


def _what(one: Quarantined, kinds: Mapping[str, Kind], called: Mapping[str, Mapping[str, str]]) -> str:
    return f"{kinds[one.kind].label} {called[one.kind].get(one.record, '')}".strip()


def _labels(one: Quarantined, kind: Kind) -> str:
    known = {field.name: field.label for field in kind.fields}
    return "、".join(known.get(name, "删除") for name in one.fields)
