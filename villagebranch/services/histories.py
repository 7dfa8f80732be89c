"""The history of a record in words: who changed which field from what to what, and putting a field back."""

from collections import defaultdict
from collections.abc import Iterable, Iterator, Mapping, Sequence
from dataclasses import dataclass

from sqlalchemy import Connection, select

from villagebranch.db import history
from villagebranch.db.history import Edit
from villagebranch.db.journal import Act, ActRef, rows_by_id
from villagebranch.db.record import Record
from villagebranch.domain.errors import Refused
from villagebranch.domain.fields import Field
from villagebranch.domain.masking import masked
from villagebranch.domain.values import Link, Links, Stored
from villagebranch.records import KINDS
from villagebranch.records.household_link import HouseholdLink
from villagebranch.records.household_member import HouseholdMember
from villagebranch.records.member import Member
from villagebranch.services.titles import titles

_RECORDS: Mapping[str, type[Record]] = {record.__tablename__: record for record in KINDS}
_BEGUN = {"household_member": "添家人", "household_link": "开始联系"}
_SETTLED = {"household_link"}  # the past of a contact is told, but another is begun in its place
_GONE = {"household_member": "迁出", "household_link": "不再联系"}


@dataclass(frozen=True)
class Part:
    """One of the records that a page shows as one thing; `subject` is said before what happened to it."""

    kind: str
    id: str
    subject: str = ""


@dataclass(frozen=True)
class Telling:
    """One line of a history, in words; private values are masked.

    `label` says what was changed; `before` and `after` are '' where there was nothing, and where the line is about the
    record as a whole. `edit` is what the journal says; `can_go_back` tells whether the field still
    stands as this line left it.
    """

    part: Part
    label: str
    before: str
    after: str
    edit: Edit
    can_go_back: bool


def of_member(conn: Connection, id: str) -> list[Part]:
    """Return what a party member consists of: the membership and the person."""
    person = conn.scalar(select(Member.person_id).where(Member.id == id))
    return [Part("member", id), *([Part("person", person)] if person else [])]


def of_household(conn: Connection, id: str) -> list[Part]:
    """Return what a household consists of: its own fields, who keeps contact, and its people, those who left too."""
    places = conn.execute(
        select(HouseholdMember.id, HouseholdMember.person_id, HouseholdMember.removed_at).where(
            HouseholdMember.household_id == id
        )
    ).all()
    links = conn.scalars(select(HouseholdLink.id).where(HouseholdLink.household_id == id)).all()
    names = titles(conn, "person", (place.person_id for place in places))
    keepers = titles(conn, "household_link", links)
    parts = [Part("household", id)]
    parts += [Part("household_link", link, keepers.get(link, "")) for link in links]
    parts += [Part("household_member", place.id, names.get(place.person_id, "")) for place in places]
    at_home = {place.person_id for place in places if place.removed_at is None}
    return parts + [Part("person", person, names.get(person, "")) for person in sorted(at_home)]


def tell(conn: Connection, parts: Iterable[Part]) -> list[Telling]:
    """Return what happened to these records, latest first; what one act began together is one line."""
    edits = [(part, history.history(conn, part.kind, part.id)) for part in parts]
    linked = _linked(conn, edits)
    begun: set[ActRef] = set()
    told: list[Telling] = []
    for part, of_part in edits:
        if of_part and (first := of_part[0].ref) not in begun:
            begun.add(first)
            told.append(_beginning(part, of_part[0]))
        told += _changes(part, of_part, linked)
    return sorted(told, key=lambda one: (one.edit.at, one.edit.ref.number), reverse=True)


def _beginning(part: Part, edit: Edit) -> Telling:
    if part.kind in _BEGUN:
        return Telling(part, _say(part, _BEGUN[part.kind]), "", "", edit, False)
    return Telling(part, _say(part, "建档"), "", edit.form, edit, False)


def _changes(part: Part, edits: Sequence[Edit], linked: Mapping[str, str]) -> Iterator[Telling]:
    fields = {field.name: field for field in _RECORDS[part.kind].kind().fields}
    latest = {edit.field: edit for edit in edits}
    for edit in edits:
        if edit.ref == edits[0].ref or edit.field not in fields.keys() | {"removed_at"}:
            continue
        if (field := fields.get(edit.field)) is None:
            words = _GONE.get(part.kind, "删除") if edit.after else "恢复"
            yield Telling(part, _say(part, words), "", "", edit, False)
            continue
        before, after = (_words(field, stored, linked) for stored in (edit.before, edit.after))
        back = latest[edit.field] is edit and part.kind not in _SETTLED
        back &= not (field.required and edit.before is None)
        yield Telling(part, _say(part, field.label), before, after, edit, back)


def _say(part: Part, words: str) -> str:
    return f"{part.subject} {words}".strip()


def _words(field: Field, stored: Stored, linked: Mapping[str, str]) -> str:
    if isinstance(field.value, (Link, Links)):
        return "、".join(linked.get(id, "") for id in str(stored or "").split())
    return masked(field, stored)


def _linked(conn: Connection, edits: Iterable[tuple[Part, Sequence[Edit]]]) -> dict[str, str]:
    """Return what the records that these edits link to are called, by id."""
    wanted: dict[str, set[str]] = defaultdict(set)
    for part, of_part in edits:
        targets = {
            field.name: field.value.to
            for field in _RECORDS[part.kind].kind().fields
            if isinstance(field.value, (Link, Links))
        }
        for edit in of_part:
            if edit.field in targets:
                wanted[targets[edit.field]] |= set(f"{edit.before or ''} {edit.after or ''}".split())
    return {id: words for kind, ids in wanted.items() for id, words in titles(conn, kind, ids).items()}


def put_back(act: Act, telling: Telling) -> None:
    """Give a field the value that it had before. Raises `Refused` where it was changed again, or contradicts another."""
    edit, record = telling.edit, _RECORDS[telling.part.kind]
    present = rows_by_id(act.conn, record.table(), [telling.part.id])[telling.part.id]
    if present[edit.field] != edit.after:
        raise Refused(f"「{telling.label}」后来又改过，请看最新的一条")
    if problems := record.rule(present | {edit.field: edit.before}):
        raise Refused("；".join(problems.values()))
    act.set(record, telling.part.id, {edit.field: edit.before})
