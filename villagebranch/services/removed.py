"""最近删除: what was deleted within a year, and bringing it back with what went with it."""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from datetime import date

from sqlalchemy import Connection, Select, select
from sqlalchemy.orm import InstrumentedAttribute

from villagebranch.db.journal import Act, SyncAct, SyncChange
from villagebranch.db.record import Record
from villagebranch.domain.errors import Refused
from villagebranch.domain.table import Column, Table
from villagebranch.domain.values import Text
from villagebranch.records.agenda_item import AgendaItem
from villagebranch.records.attendance import Attendance
from villagebranch.records.cadre import Cadre
from villagebranch.records.household import Household
from villagebranch.records.household_member import HouseholdMember
from villagebranch.records.issue import Issue
from villagebranch.records.meeting import Meeting
from villagebranch.records.member import Member
from villagebranch.records.person import Person
from villagebranch.records.visit import Visit
from villagebranch.services.titles import titles

KEPT_DAYS = 365

_Owner = InstrumentedAttribute[str] | InstrumentedAttribute[str | None]
_KINDS: tuple[type[Record], ...] = (Member, Household, HouseholdMember, Visit, Issue, Meeting, Cadre)
_WITH: Mapping[type[Record], Sequence[tuple[type[Record], _Owner]]] = {
    Household: ((HouseholdMember, HouseholdMember.household_id),),
    Visit: ((Issue, Issue.visit_id),),
    Meeting: ((Attendance, Attendance.meeting_id), (AgendaItem, AgendaItem.meeting_id)),
}
"""What goes with a record when it is deleted, and comes back with it: it bears the very same time."""

_PERSON: Mapping[type[Record], InstrumentedAttribute[str]] = {
    Member: Member.person_id,
    HouseholdMember: HouseholdMember.person_id,
    Cadre: Cadre.person_id,
}


@dataclass(frozen=True)
class Gone:
    """Something deleted: its sort, what it is called, when (ISO time) and by whom."""

    kind: str
    id: str
    sort: str
    title: str
    at: str
    author: str


def gone(conn: Connection, today: date) -> list[Gone]:
    """Return what was deleted within the last year, latest first; what went with something else is not named by itself."""
    since = date.fromordinal(today.toordinal() - KEPT_DAYS).isoformat()
    found = []
    for record in _KINDS:
        rows = conn.execute(_deleted(record, since)).all()
        called = titles(conn, record.__tablename__, (row.id for row in rows))
        found += [
            Gone(record.__tablename__, id, record.label, called.get(id, ""), at, author or "")
            for id, at, author in rows
        ]
    return sorted(found, key=lambda one: one.at, reverse=True)


def _deleted(record: type[Record], since: str) -> Select[tuple[str, str | None, str | None]]:
    of_record = (SyncChange.kind == record.__tablename__) & (SyncChange.record == record.id)
    by = (
        select(SyncAct.author)
        .join(SyncChange, (SyncChange.replica == SyncAct.replica) & (SyncChange.number == SyncAct.number))
        .where(of_record, SyncAct.at == record.removed_at)
        .order_by(SyncAct.stamp.desc())
        .limit(1)
        .scalar_subquery()
    )
    query = select(record.id, record.removed_at, by).where(record.removed_at >= since)
    for owner, parts in _WITH.items():
        for part, link in parts:
            if part is record:
                together = select(owner.id).where(owner.id == link, owner.removed_at == record.removed_at)
                query = query.where(~together.exists())
    return query


def restore(act: Act, kind: str, id: str) -> None:
    """Bring a deleted record back, the person behind it, and what was deleted together with it. Raises `Refused`."""
    record = next(one for one in _KINDS if one.__tablename__ == kind)
    at = act.conn.scalar(select(record.removed_at).where(record.id == id))
    for part, link in _WITH.get(record, ()):
        together = select(part.id).where(link == id, part.removed_at == at)
        for part_id in act.conn.scalars(together).all():
            _bring_back(act, part, part_id)
    _bring_back(act, record, id)


def _bring_back(act: Act, record: type[Record], id: str) -> None:
    if (link := _PERSON.get(record)) is not None:
        person = act.conn.scalar(select(link).where(record.id == id)) or ""
        if act.conn.scalar(select(record.id).where(link == person, record.removed_at.is_(None))):
            name = titles(act.conn, "person", [person]).get(person, "")
            raise Refused(f"{name} 现在已有一条{record.label}记录，不能再恢复旧的")
        act.set(Person, person, {"removed_at": None})
    act.set(record, id, {"removed_at": None})


def listing(rows: Sequence[Gone]) -> Table:
    """Return the list of the 最近删除 page; the id of a row is its kind and id with a space between."""
    columns = tuple(
        Column(name, label, Text(1000))
        for name, label in (("at", "删除时间"), ("sort", "类别"), ("title", "内容"), ("author", "删除人"))
    )
    cells = [(row.at[:16].replace("T", " "), row.sort, row.title, row.author or None) for row in rows]
    return Table(columns, cells, [f"{row.kind} {row.id}" for row in rows])
