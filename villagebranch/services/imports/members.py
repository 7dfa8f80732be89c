"""Bringing in the roster of party members: people, memberships, and who of them is a cadre by post."""

from collections.abc import Mapping, Sequence
from dataclasses import replace
from datetime import date

from sqlalchemy import Connection, select

from villagebranch.domain.fields import Draft, Field, Kind
from villagebranch.domain.rawrow import RawRow
from villagebranch.domain.values import Name
from villagebranch.records.cadre import Cadre
from villagebranch.records.member import Member
from villagebranch.records.person import Person
from villagebranch.services.imports import places
from villagebranch.services.imports.people import Someone, known_people, recognise
from villagebranch.services.imports.plan import Plan, Tally
from villagebranch.services.imports.reading import Reading, conclude, pick, read, take_from_number
from villagebranch.services.imports.writes import Writes
from villagebranch.services.people import MEMBER_FORM

_OF_PERSON = [one.name for one in Person.kind().fields]
_OF_MEMBER = [one.name for one in Member.kind().fields]

FORM = Kind(
    "members",
    "导入党员花名册",
    (
        *(
            replace(one, required=one.name == "name")
            for one in MEMBER_FORM.fields
            if one.name != "contact_id"
        ),
        Field("contact", "支部联系人", Name()),
    ),
    MEMBER_FORM.rule,
)
"""What a row may tell of a party member; the contact keeper is named."""


def plan_members(conn: Connection, rows: Sequence[RawRow], today: date) -> Plan:
    """Return what importing these rows of a roster would do."""
    readings = [_read(row, today) for row in rows]
    told = [Someone(reading.draft, places.place(None, reading.draft.get("address"))) for reading in readings]
    met = recognise(readings, told, known_people(conn))
    members = _standing(conn, Member)
    for place, reading in enumerate(readings):
        _settle_status(reading, members.get(met[place].id) if place in met else None, today)
    writes = Writes()
    cadres = _standing(conn, Cadre)
    ids: dict[int, tuple[str, str]] = {}
    for place, reading in enumerate(readings):
        if not reading.refused:
            person_id = _write_person(writes, reading, met.get(place))
            member = members.get(person_id)
            ids[place] = person_id, _write_member(writes, reading, person_id, member)
            _write_cadre(writes, reading, person_id, member, cadres.get(person_id))
    _write_contacts(writes, readings, ids, conn)
    tallies = {"members": Tally.of(reading.outcome for reading in readings)}
    return conclude(FORM, tallies, readings, writes, today, plan_members)


def _read(row: RawRow, today: date) -> Reading:
    reading = read(row, FORM, today)
    take_from_number(reading)
    return reading


def _standing(conn: Connection, record: type[Member] | type[Cadre]) -> dict[str, Draft]:
    """Return memberships, or cadres in office, by the id of the person."""
    query = select(*record.table().columns).where(record.removed_at.is_(None))
    if issubclass(record, Cadre):
        query = query.where(record.to_on.is_(None))
    return {row["person_id"]: dict(row) for row in conn.execute(query).mappings()}


def _settle_status(reading: Reading, member: Draft | None, today: date) -> None:
    """Tell full from probationary members by their dates where the row does not say.

    Probation lasts a year and is prolonged by one at most (发展党员工作细则): who joined before that is a full member.
    """
    draft = reading.draft
    if reading.refused or "status" in draft:
        return
    joined, full = str(draft.get("joined_on") or ""), str(draft.get("full_on") or "")
    if full[:1].isdigit():
        draft["status"] = "full" if full <= today.isoformat()[: len(full)] else "probationary"
    elif member is not None:
        return
    elif not joined[:1].isdigit():
        reading.refuse("status", "看不出是正式党员还是预备党员，请填人员类别，或填入党日期")
    elif joined < f"{today.year - 2}{today.isoformat()[4:]}":
        draft["status"] = "full"
        reading.notes.append("没有转正日期，入党已满两年，按正式党员收")
    else:
        draft["status"] = "probationary"


def _write_person(writes: Writes, reading: Reading, known: Someone | None) -> str:
    person = pick(reading.draft, _OF_PERSON)
    if known is None:
        return writes.add(Person, person)
    reading.amend(writes, Person, known.id, known.draft, person)
    return known.id


def _write_member(writes: Writes, reading: Reading, person_id: str, member: Draft | None) -> str:
    told = pick(reading.draft, _OF_MEMBER)
    if member is None:
        reading.new = True
        return writes.add(Member, told | {"person_id": person_id})
    reading.amend(writes, Member, str(member["id"]), member, told)
    return str(member["id"])


def _write_cadre(
    writes: Writes, reading: Reading, person_id: str, member: Draft | None, cadre: Draft | None
) -> None:
    """Keep the cadres in step with posts that are new to the roster: a secretary or committee member visits."""
    post, before = str(reading.draft.get("post") or ""), member["post"] if member else None
    if post == before or not ("书记" in post or "委员" in post):
        return
    if cadre is None:
        writes.add(Cadre, {"person_id": person_id, "post": post})
        reading.notes.append("同时记为村干部")
    elif cadre["post"] == before:
        writes.set(Cadre, str(cadre["id"]), {"post": post})


def _write_contacts(
    writes: Writes, readings: Sequence[Reading], ids: Mapping[int, tuple[str, str]], conn: Connection
) -> None:
    """Link the contact keepers, who may stand further down in the same book."""
    if not any("contact" in readings[place].draft for place in ids):
        return
    query = select(Member.id, Member.contact_id, Person.id, Person.name).join(
        Person, Person.id == Member.person_id
    )
    rows = conn.execute(query.where(Member.removed_at.is_(None))).all()
    keepers: dict[str, set[str]] = {}
    for _, _, person_id, name in rows:
        keepers.setdefault(name, set()).add(person_id)
    for place, (person_id, _) in ids.items():
        keepers.setdefault(readings[place].who, set()).add(person_id)
    names = {person_id: name for name, people in keepers.items() for person_id in people}
    before = {member_id: {"contact_id": contact} for member_id, contact, _, _ in rows}
    for place, (_, member_id) in ids.items():
        if name := readings[place].draft.get("contact"):
            people = keepers.get(str(name), set())
            if len(people) == 1:
                told = {"contact_id": next(iter(people))}
                readings[place].amend(writes, Member, member_id, before.get(member_id, {}), told, names)
            else:
                many = f"党员名册里有 {len(people)} 个「{name}」" if people else f"党员名册里没有「{name}」"
                readings[place].leave_out("contact", f"{many}，认不出支部联系人")
