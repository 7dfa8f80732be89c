"""What others wrote that was not theirs to write: it stays in the journal, comes into no record, and is listed here."""

import json
from dataclasses import dataclass

from sqlalchemy import Connection, select

from villagebranch.db.authority import Authority, SyncSeal
from villagebranch.db.journal import ActRef, SyncAct, SyncChange
from villagebranch.db.record import answered, record_tables
from villagebranch.domain.fields import Draft


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
