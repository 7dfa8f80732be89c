"""After an upgrade: what newer programs had sent, and the journal alone could keep until now, comes into the records."""

import json
from collections import defaultdict

from sqlalchemy import Connection, Table, insert, select, update

from villagebranch.db.among import among
from villagebranch.db.authority import Authority
from villagebranch.db.journal import BY_ACT, SyncAct, SyncChange, SyncConflict, refresh_kept
from villagebranch.db.record import record_tables
from villagebranch.domain.fields import Draft

_by = (SyncAct.replica == SyncChange.replica) & (SyncAct.number == SyncChange.number)
_told = (
    select(SyncChange.record, SyncChange.replica, SyncChange.fields)
    .join(SyncAct, _by)
    .where(among(SyncChange.record))
)
_order = (SyncAct.stamp, SyncAct.replica)


def catch_up(conn: Connection, schema: int) -> None:
    """Write anew, from the journal, the records that programs beyond `schema` have touched."""
    newer = select(SyncChange.kind, SyncChange.record).join(SyncAct, _by).where(SyncAct.schema > schema)
    touched: dict[str, list[str]] = defaultdict(list)
    for kind, record in conn.execute(newer.distinct()):
        touched[kind].append(record)
    known = {kind: ids for kind, ids in touched.items() if kind in record_tables()}
    for kind, ids in known.items():
        _rewrite(conn, record_tables()[kind], ids)
    refresh_kept(conn, known)


def _rewrite(conn: Connection, table: Table, ids: list[str]) -> None:
    values: dict[str, Draft] = {id: {} for id in ids}
    of_kind = _told.where(SyncChange.kind == table.name).order_by(*_order)
    authority = Authority(conn)
    for record, replica, fields in conn.execute(of_kind, {"ids": ids}):
        told = authority.lawful(table.name, replica, json.loads(fields)) or {}
        values[record] |= {name: told[name] for name in told if name in table.columns}
    contested = (SyncConflict.kind == table.name) & (SyncConflict.register == "removed_at")
    for record in conn.scalars(select(SyncConflict.record).where(contested)):
        if record in values:
            values[record]["removed_at"] = None
    here = set(conn.scalars(select(table.c.id)))
    for id, row in values.items():
        writing = update(table).where(table.c.id == id) if id in here else insert(table).values(id=id)
        if row or id not in here:
            conn.execute(writing.values(row), execution_options=BY_ACT)
