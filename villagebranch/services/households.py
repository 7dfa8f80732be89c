"""Households: who lives there, who keeps contact, when somebody was last there and what became of what was said."""

import re
from collections import defaultdict
from collections.abc import Collection, Iterable, Mapping, Sequence
from dataclasses import dataclass
from datetime import date

from sqlalchemy import Connection, Row, func, select

from villagebranch.db.among import among
from villagebranch.db.journal import Act
from villagebranch.domain import visits as visit_rules
from villagebranch.domain.errors import Refused
from villagebranch.domain.fields import Draft, Kind
from villagebranch.domain.table import Column, Table
from villagebranch.domain.values import Day, Name, Stored, Whole
from villagebranch.records.cadre import Cadre
from villagebranch.records.household import Household
from villagebranch.records.household_link import HouseholdLink
from villagebranch.records.household_member import HouseholdMember
from villagebranch.records.kept import HouseholdState, living, survivors_of
from villagebranch.records.member import Member
from villagebranch.records.person import Person
from villagebranch.services.cadres import holds
from villagebranch.services.people import household_words, known_person

DUE, VISITED = "该走访了", "已走访"


@dataclass(frozen=True)
class HouseholdRow:
    """One household with its kept columns and the cadre in contact on the day asked for."""

    id: str
    values: Mapping[str, Stored]
    head: str
    people: int
    last_visit_on: str | None
    cadre_id: str | None
    cadre: str

    @property
    def words(self) -> str:
        """How the household is spoken of."""
        return household_words(self.head, self.values["villager_group"], self.values["door"])

    def is_due(self, today: date) -> bool:
        """Tell whether somebody should visit."""
        return visit_rules.is_due(str(self.values["tags"] or ""), self.last_visit_on, today)


@dataclass(frozen=True)
class Resident:
    """One person of a household; `person` holds the fields of the person by name."""

    id: str
    person_id: str
    name: str
    relation: str
    person: Mapping[str, Stored]
    member_id: str | None
    away: bool


def households(conn: Connection, today: date, ids: Iterable[str] | None = None) -> list[HouseholdRow]:
    """Return the households in the order of their doors; of one that was merged away, the one that it lives on in."""
    query = select(
        Household.id,
        HouseholdState.head_name,
        HouseholdState.people,
        HouseholdState.last_visit_on,
        *(getattr(Household, name) for name in _HOUSEHOLD),
    ).outerjoin(HouseholdState, HouseholdState.household_id == Household.id)
    query = query.where(living(Household))
    wanted = None if ids is None else survivors_of(conn, ids).values()
    if wanted is not None:
        query = query.where(among(Household.id, wanted))
    cadres = contacts(conn, today, wanted)
    rows = []
    for id, head, people, last_visit_on, *stored in conn.execute(query).all():
        values = dict(zip(_HOUSEHOLD, stored, strict=True))
        contact = cadres.get(id, (None, ""))
        rows.append(HouseholdRow(id, values, head or "", people or 0, last_visit_on, *contact))
    return sorted(
        rows,
        key=lambda row: (place_order(row.values["villager_group"]), place_order(row.values["door"]), row.id),
    )


_HOUSEHOLD = tuple(field.name for field in Household.kind().fields)


def place_order(text: Stored) -> tuple[int, str]:
    """Return a key that puts 2组 before 10组."""
    digits = re.sub(r"\D", "", str(text or ""))
    return (int(digits) if digits else 10**6, str(text or ""))


def contacts(
    conn: Connection, on: date, households: Collection[str] | None = None
) -> dict[str, tuple[str, str]]:
    """Return the cadre in contact with each household, or some of them, on a day: household id → (cadre id, name)."""
    query = (
        select(HouseholdLink.household_id, Cadre.id, Person.name)
        .join(Cadre, Cadre.id == HouseholdLink.cadre_id)
        .join(Person, Person.id == Cadre.person_id)
        .where(HouseholdLink.removed_at.is_(None), Cadre.removed_at.is_(None))
        .where(holds(HouseholdLink.from_on, HouseholdLink.to_on, on))
        .order_by(HouseholdLink.from_on, HouseholdLink.id)
    )
    if households is not None:
        query = query.where(among(HouseholdLink.household_id, households))
    return {household: (cadre, name) for household, cadre, name in conn.execute(query).all()}


def family(conn: Connection, household_id: str) -> list[Resident]:
    """Return the people of a household, its head first."""
    return families(conn, [household_id]).get(household_id, [])


def families(conn: Connection, household_ids: Sequence[str]) -> dict[str, list[Resident]]:
    """Return the people of these households by household, each head first."""
    found: dict[str, list[Resident]] = defaultdict(list)
    for home, id, relation, member_id, away, person_id, *values in conn.execute(
        _FAMILIES, {"ids": household_ids}
    ).all():
        person = dict(zip(_PERSON, values, strict=True))
        name = str(person["name"])
        found[home].append(Resident(id, person_id, name, relation, person, member_id, bool(away)))
    relation_of = HouseholdMember.kind().field("relation").value
    for residents in found.values():
        residents.sort(key=lambda one: (relation_of.sort_key(one.relation), one.id))
    return found


_PERSON = tuple(field.name for field in Person.kind().fields)
_FAMILIES = (
    select(
        HouseholdMember.household_id,
        HouseholdMember.id,
        HouseholdMember.relation,
        Member.id,
        Member.away,
        Person.id,
        *(getattr(Person, name) for name in _PERSON),
    )
    .join(Person, Person.id == HouseholdMember.person_id)
    .outerjoin(Member, (Member.person_id == Person.id) & Member.removed_at.is_(None))
    .where(among(HouseholdMember.household_id))
    .where(HouseholdMember.removed_at.is_(None), Person.removed_at.is_(None))
)
HOUSEHOLD_FORM = Kind("household", "群众户", Household.kind().fields)
RESIDENT_FORM = Kind(
    "resident",
    "家庭成员",
    (
        Person.kind().field("name"),
        HouseholdMember.kind().field("relation"),
        *(Person.kind().field(name) for name in ("sex", "born_on", "phone", "id_number")),
    ),
)


def save_household(act: Act, raw: Mapping[str, object], today: date, id: str | None = None) -> str:
    """Add a household with its head (`head` in `raw`), or change one; return its id. Raises `Refused`."""
    draft = HOUSEHOLD_FORM.draft(raw, today, partial=id is not None)
    head = Name().parse(raw.get("head"), today) if id is None or "head" in raw else None
    if id is not None:
        act.set(Household, id, draft)
        _name_head(act, id, head)
        return id
    if head is None:
        raise Refused({"head": "请填户主姓名"})
    id = act.add(Household, draft)
    _move_in_as_head(act, id, {"name": head, "phone": draft["phone"]})
    return id


def _name_head(act: Act, id: str, name: Stored) -> None:
    """Correct the name of a household's head, or name the first one; another of the family becomes head by relation."""
    living = family(act.conn, id)
    head = _head(living)
    if name is None or (head and head.name == name):
        return
    if any(one.name == name for one in living):
        raise Refused({"head": f"要换户主，请在家庭成员里先改原户主的关系，再把 {name} 改成户主"})
    if head:
        act.set(Person, head.person_id, {"name": name})
    else:
        _move_in_as_head(act, id, {"name": name})


def _move_in_as_head(act: Act, id: str, person: Draft) -> None:
    settle(act, act.add(Person, person), {"household_id": id, "relation": "head"})


def save_resident(
    act: Act, household_id: str, raw: Mapping[str, object], today: date, id: str | None = None
) -> str:
    """Add a person to a household, or change one (`id` of the place in it), who may also come from another household.

    Returns the place's id. Raises `Refused`.
    """
    draft = RESIDENT_FORM.draft(raw, today, partial=id is not None)
    place: Draft = {"household_id": household_id}
    if "relation" in draft:
        place["relation"] = draft.pop("relation")
    person_id = _person_at(act.conn, id) if id else known_person(act.conn, draft)
    if person_id is None:
        person_id = act.add(Person, draft)
    elif id is not None:
        act.set(Person, person_id, draft)
    return settle(act, person_id, place)


def _person_at(conn: Connection, id: str) -> str | None:
    return conn.scalar(select(HouseholdMember.person_id).where(HouseholdMember.id == id))


def settle(act: Act, person_id: str, place: Mapping[str, Stored]) -> str:
    """Let a person live in the household of `place`, in the `relation` given there; return the place's id, '' for none.

    Whoever lived elsewhere moves. Raises `Refused` for a second head, and where a household is left without one.
    """
    home, before = place["household_id"], _place(act.conn, person_id)
    if before and before.household_id != home:
        _check_may_leave(act.conn, before.household_id, person_id)
    if home is None:
        if before:
            act.remove(HouseholdMember, before.id)
        return ""
    relation = place.get("relation", before.relation if before else None)
    if relation is None:
        raise Refused({"relation": "请填与户主关系"})
    others = [one for one in family(act.conn, str(home)) if one.person_id != person_id]
    if relation == "head" and (head := _head(others)):
        raise Refused({"relation": f"户主已经是 {head.name}，请先改他的关系"})
    draft = {"household_id": home, "relation": relation}
    if before is None:
        return act.add(HouseholdMember, draft | {"person_id": person_id})
    act.set(HouseholdMember, before.id, draft)
    return str(before.id)


def place_of(conn: Connection, person_id: str) -> Draft:
    """Return where a person lives, as `settle` takes it."""
    place = _place(conn, person_id)
    return {name: getattr(place, name, None) for name in ("household_id", "relation")}


def _place(conn: Connection, person_id: str) -> Row[tuple[str, str, str]] | None:
    lived = select(HouseholdMember.id, HouseholdMember.household_id, HouseholdMember.relation)
    return conn.execute(
        lived.where(HouseholdMember.person_id == person_id, HouseholdMember.removed_at.is_(None))
    ).first()


def _head(people: Iterable[Resident]) -> Resident | None:
    return next((one for one in people if one.relation == "head"), None)


def _check_may_leave(conn: Connection, household_id: str, person_id: str) -> None:
    living = family(conn, household_id)
    if (head := _head(living)) and head.person_id == person_id and len(living) > 1:
        raise Refused(f"{head.name} 是户主，请先把户主改成家里的另一个人")


def move_out(act: Act, id: str) -> None:
    """Let the person at a place leave the household; the person stays known. Raises `Refused` for a head with family."""
    home = act.conn.scalar(select(HouseholdMember.household_id).where(HouseholdMember.id == id))
    _check_may_leave(act.conn, home or "", _person_at(act.conn, id) or "")
    act.remove(HouseholdMember, id)


def remove_household(act: Act, id: str) -> None:
    """Delete a household and its people's places in it; people and visits stay."""
    for resident in family(act.conn, id):
        act.remove(HouseholdMember, resident.id)
    act.remove(Household, id)


_LISTING = (
    Column("head", "户主", Name()),
    Column("villager_group", "小组"),
    Column("door", "门牌"),
    Column("people", "人口", Whole(0, 99)),
    Column.of(HOUSEHOLD_FORM.field("tags")),
    Column("cadre", "联系人", Name()),
    Column("last_visit_on", "最近走访", Day()),
    Column("state", ""),
)


def listing(rows: Iterable[HouseholdRow], today: date) -> Table:
    """Return the list of the 群众户 page."""
    table_rows: list[tuple[Stored, ...]] = []
    ids = []
    for row in rows:
        place = (row.values["villager_group"], row.values["door"])
        visited = (row.last_visit_on, DUE if row.is_due(today) else VISITED)
        table_rows.append((row.head, *place, row.people, row.values["tags"], row.cadre, *visited))
        ids.append(row.id)
    return Table(_LISTING, table_rows, ids)


_BOOK_PERSON = ("sex", "ethnicity", "born_on", "education", "id_number")
_BOOK = (
    *(Column.of(HOUSEHOLD_FORM.field(name)) for name in ("number", "villager_group", "door")),
    Column("head", "户主", Name()),
    *(Column.of(RESIDENT_FORM.field(name)) for name in ("name", "relation")),
    *(Column.of(Person.kind().field(name)) for name in _BOOK_PERSON),
    *(Column.of(HOUSEHOLD_FORM.field(name)) for name in ("phone", "tags", "card_given", "note")),
)


def book(conn: Connection, rows: Sequence[HouseholdRow]) -> Table:
    """Return these households with their people, one person a row, as they are exported and can be imported again."""
    living = families(conn, [row.id for row in rows])
    cells: list[tuple[Stored, ...]] = []
    for row in rows:
        v = row.values
        for one in living.get(row.id, []):
            person = [one.person[name] for name in _BOOK_PERSON]
            home = (v["number"], v["villager_group"], v["door"], row.head, one.name, one.relation)
            cells.append((*home, *person, v["phone"], v["tags"], v["card_given"], v["note"]))
    return Table(_BOOK, cells)


_head_at_the_end = (
    select(Person.name)
    .join(HouseholdMember, HouseholdMember.person_id == Person.id)
    .where(HouseholdMember.household_id == Household.id, HouseholdMember.relation == "head")
    .where(HouseholdMember.removed_at == Household.removed_at)
    .limit(1)
    .scalar_subquery()
)


SAID = (func.coalesce(HouseholdState.head_name, _head_at_the_end), Household.villager_group, Household.door)
"""What `household_words` is made of, in a query over households and their state."""
_WORDS_OF = (
    select(Household.id, *SAID)
    .outerjoin(HouseholdState, HouseholdState.household_id == Household.id)
    .where(among(Household.id))
)


def words_of(conn: Connection, ids: Iterable[str | None]) -> dict[str, str]:
    """Return how these households are spoken of, by id (also removed ones: their visits remain)."""
    rows = conn.execute(_WORDS_OF, {"ids": {id for id in ids if id}}).all()
    return {id: household_words(head, group, door) for id, head, group, door in rows}
