"""A computer that wrote under an identity which another one uses as well: its acts since the two parted are issued
again under a new identity, so that none is lost and exchange goes on."""

import json
import re
from collections import defaultdict
from collections.abc import Iterable, Iterator, Mapping, Sequence
from dataclasses import dataclass

from sqlalchemy import Connection, delete, insert, select

from villagebranch.db.among import among
from villagebranch.db.identity import Identity
from villagebranch.db.journal import (
    BY_ACT,
    ActRef,
    SyncAct,
    SyncChange,
    SyncConflict,
    SyncVector,
    link,
    read_runs,
    runs,
)
from villagebranch.db.record import record_tables
from villagebranch.domain.errors import Refused, Trouble
from villagebranch.records import kept
from villagebranch.sync.check import Forged
from villagebranch.sync.parcel import Change, ForeignAct, Parcel, acts_of, chains
from villagebranch.sync.standing import Past, entries_of, standing


@dataclass(frozen=True)
class Renewed:
    """The new identity, and how many acts and records were issued again under it."""

    identity: Identity
    acts: int
    records: int


def parting(conn: Connection, code: str, held: int, parcel: Parcel) -> int | None:
    """Return the number of the last act of `code` that `parcel` and this database have in common.

    `held` is how many are here. None where the two parted before the parcel begins.
    """
    start = parcel.start[code]
    if start.number > held or chains(conn, {code: start.number})[code] != start:
        return None
    chain, common = start.chain, start.number
    for act in (act for act in parcel.acts if act.replica == code):
        try:
            chain = link(chain, act.head, act.vector, act.changes)
        except UnicodeEncodeError as error:
            raise Forged from error
        if act.number > held or chains(conn, {code: act.number})[code].chain != chain:
            break
        common = act.number
    return common


def parted(conn: Connection, own: Identity, parcel: Parcel) -> int:
    """Return the number of the last act that this computer has in common with the other one of its identity.

    Raises `Refused` where `parcel` tells of no other one, and `Trouble` where the two parted before it begins.
    """
    if own.code not in parcel.end:
        raise Refused("这个包里没有用这台电脑编号的记录，不用换编号")
    common = parting(conn, own.code, own.acts, parcel)
    if common is None:
        raise Trouble(
            "两台电脑在这个包开始以前就分开了，看不出从哪一笔起不同。请对方送一份「全部资料」，再换一次编号。"
        )
    if common == parcel.end[own.code].number:
        raise Refused("这个包里的记录和这台电脑的一致，没有别的电脑在用同一个编号，不用换")
    return common


def renew(conn: Connection, old: Identity, common: int) -> Renewed:
    """Go on under a new identity: acts after `common` are issued again, and the records that they began get new ids.

    The other computer has used the same numbers for other acts, and the same ids for other records. Runs within the
    caller's transaction; raises `Trouble` where a third computer has built upon acts that are to be issued again.
    """
    _check_nobody_follows(conn, old.code, common)
    new = Identity.fresh(old.clock, old.schema)
    again = list(acts_of(conn, old.code, common, old.acts))
    ids = _begun(conn, old.code, common, again, new.code)
    seen = _seen(conn, old.code, common)
    for table in (SyncAct, SyncChange, SyncVector):
        conn.execute(delete(table).where(table.replica == old.code, table.number > common))
    rows = [{"replica": new.code, "number": number, "vector": vector} for number, vector in seen.items()]
    conn.execute(insert(SyncVector), rows)
    for act in again:
        _issue(conn, new, _renamed(act, new.code, common, ids), seen.get(act.number - common))
    touched: dict[str, set[str]] = defaultdict(set)
    for change in (change for act in again for change in act.changes):
        touched[change.kind] |= {change.record, ids.get(change.record, change.record)}
    for kind, records in touched.items():
        _tell_again(conn, kind, sorted(records))
    kept.rebuild(conn)
    new.ids = old.ids
    new.save(conn)
    return Renewed(new, len(again), len(ids))


def _check_nobody_follows(conn: Connection, code: str, common: int) -> None:
    logged = select(SyncVector.vector).where(SyncVector.replica != code)
    if any(json.loads(vector).get(code, 0) > common for vector in conn.scalars(logged)):
        raise Trouble(
            "还有别的电脑收过这台在分开以后记的内容，这台不能换编号。没有改动。请在用同一个编号的另一台上换。"
        )


def _begun(conn: Connection, old: str, common: int, again: Iterable[ForeignAct], new: str) -> dict[str, str]:
    """Return the records that began in `again`, each with its new id."""
    ids = {change.record for act in again for change in act.changes if change.record.startswith(f"{old}-")}
    earlier = (SyncChange.replica != old) | (SyncChange.number <= common)
    here = set(conn.scalars(select(SyncChange.record).where(among(SyncChange.record, ids), earlier)))
    return {id: f"{new}{id.removeprefix(old)}" for id in sorted(ids - here)}


def _seen(conn: Connection, old: str, common: int) -> dict[int, str]:
    """Return what is to be logged for the new acts by their numbers: what was logged for the old ones, and the common past."""
    logged = select(SyncVector.number, SyncVector.vector).where(SyncVector.replica == old)
    found: dict[int, str] = {1: "{}"}
    for number, text in conn.execute(logged.order_by(SyncVector.number)):
        found[max(1, number - common)] = text
    past = {old: common} if common else {}
    return {number: json.dumps(json.loads(text) | past, sort_keys=True) for number, text in found.items()}


def _renamed(act: ForeignAct, new: str, common: int, ids: Mapping[str, str]) -> ForeignAct:
    """Return an act as the new identity's own; ids stand wherever they were written, within links and snapshots too."""
    pattern = re.compile(rf"{re.escape(act.replica)}-[0-9a-z]+")

    def told(text: str) -> str:
        return pattern.sub(lambda found: ids.get(found[0], found[0]), text)

    undoes = act.undoes and runs(_undone(act, new, common))
    changes = tuple(Change(one.kind, told(one.record), told(one.fields)) for one in act.changes)
    return act._replace(replica=new, number=act.number - common, undoes=undoes, changes=changes)


def _undone(act: ForeignAct, new: str, common: int) -> Iterator[ActRef]:
    for replica, first, last in read_runs(act.undoes or ""):
        for number in range(first, last + 1):
            is_again = replica == act.replica and number > common
            yield ActRef(new, number - common) if is_again else ActRef(replica, number)


def _issue(conn: Connection, new: Identity, act: ForeignAct, vector: str | None) -> None:
    chain = link(new.chain, act.head, vector, act.changes)
    conn.execute(insert(SyncAct), dict(zip(ForeignAct._fields[:8], act.head, strict=True)) | {"chain": chain})
    rows = [
        {"replica": act.replica, "number": act.number, "item": item, **change._asdict()}
        for item, change in enumerate(act.changes)
    ]
    conn.execute(insert(SyncChange), rows)
    new.acted(act.number, chain)


def _tell_again(conn: Connection, kind: str, records: Sequence[str]) -> None:
    """Write records anew as the journal tells them, and what is open about them."""
    told = entries_of(conn, kind, records)
    past = Past(conn)
    outcomes = {id: standing(kind, entries, past) for id, entries in told.items()}
    open_here = (SyncConflict.kind == kind) & among(SyncConflict.record, records)
    conn.execute(delete(SyncConflict).where(open_here))
    names = ("kind", "record", "register")
    found = [(kind, id, register) for id, outcome in outcomes.items() for register in outcome.open]
    if found:
        conn.execute(insert(SyncConflict), [dict(zip(names, one, strict=True)) for one in found])
    if (table := record_tables().get(kind)) is None:
        return  # only a newer program knows it
    conn.execute(delete(table).where(table.c.id.in_(records)), execution_options=BY_ACT)
    blank = dict.fromkeys(table.columns.keys())
    rows = [
        blank | {name: value for name, value in outcome.values.items() if name in blank} | {"id": id}
        for id, outcome in outcomes.items()
    ]
    if rows:
        conn.execute(insert(table), rows, execution_options=BY_ACT)
