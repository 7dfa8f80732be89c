"""Knowing people again: one person is one record, whether villager, party member or cadre (记一次，册册有).

By ID number; else by name with the day of birth, the door or the telephone; else by name where only one person can be
meant. A guess is never made: the row is refused, and asks for what would tell.
"""

from collections.abc import Hashable, Iterator, Mapping, Sequence
from dataclasses import dataclass, field

from sqlalchemy import Connection, select

from villagebranch.domain.values import NONE, UNKNOWN, Stored
from villagebranch.records.household import Household
from villagebranch.records.household_member import HouseholdMember
from villagebranch.records.kept import living, survivors_of
from villagebranch.records.person import Person
from villagebranch.services.imports import places
from villagebranch.services.imports.pairing import pair
from villagebranch.services.imports.reading import Reading


@dataclass(frozen=True)
class Someone:
    """A person as the database or one row of a book tells of them: `draft` is the person, `seat` the place in a
    household (as `HouseholdMember`), `door` where the person lives."""

    draft: Mapping[str, Stored]
    door: str = ""
    seat: Mapping[str, Stored] = field(default_factory=dict)

    @property
    def id(self) -> str:
        return str(self.draft.get("id") or "")

    def told(self, name: str) -> str:
        """Return a field as text, '' where it tells nothing."""
        text = str(self.draft.get(name) or "")
        return "" if text in (NONE, UNKNOWN) else text

    @property
    def words(self) -> str:
        """How to tell this person from another of the name: 罗文斌（1973-07-26，7组5号）."""
        known = "，".join(part for part in (self.told("born_on"), self.door) if part)
        return f"{self.draft['name']}（{known or '没有出生日期和住址'}）"


def known_people(conn: Connection) -> list[Someone]:
    """Return everybody, with their place in a household where they have one: in the one that a merged one lives on in."""
    columns = (Household.id, Household.villager_group, Household.door)
    homes = {home.id: home for home in conn.execute(select(*columns).where(living(Household)))}
    lived = select(*HouseholdMember.table().columns).where(HouseholdMember.removed_at.is_(None))
    rows = [dict(seat) for seat in conn.execute(lived).mappings()]
    to = survivors_of(conn, {seat["household_id"] for seat in rows})
    seats = {}
    for place in rows:
        if (home := homes.get(to[place["household_id"]])) is not None:
            told = {"household_id": home.id, "villager_group": home.villager_group, "door": home.door}
            seats[place["person_id"]] = place | told
    people = []
    for row in conn.execute(select(*Person.table().columns).where(living(Person))).mappings():
        seat = seats.get(row["id"], {})
        door = (
            places.place(seat["villager_group"], seat["door"]) if seat else places.place(None, row["address"])
        )
        people.append(Someone(dict(row), door, seat))
    return people


def recognise(
    readings: Sequence[Reading], told: Sequence[Someone], known: Sequence[Someone]
) -> dict[int, Someone]:
    """Return who of `known` each reading is about, by its place in `readings`; the others are new to the village.

    Readings that tell of one person twice, or that could be about several people, are refused.
    """
    _refuse_repeated(readings, told)
    left = [place for place, reading in enumerate(readings) if not reading.refused]
    pairs = pair(
        [told[place] for place in left], known, _keys, (_same_number, _same_seat, _confirmed, _only_by_name)
    )
    met = {place: known[pairs[order]] for order, place in enumerate(left) if order in pairs}
    taken = {other.id for other in met.values()}
    namesakes: dict[str, list[Someone]] = {}
    for other in known:
        if other.id not in taken:
            namesakes.setdefault(other.told("name"), []).append(other)
    for place in left:
        if place not in met:
            _refuse_unsure(readings[place], told[place], namesakes.get(told[place].told("name"), []))
        elif met[place].told("name") != told[place].told("name"):
            readings[place].refuse("id_number", f"这个身份证号在册的是{met[place].words}，姓名不同，请核对")
    return met


def _keys(one: Someone) -> Iterator[Hashable]:
    yield "name", one.told("name")
    if number := one.told("id_number"):
        yield "number", number


def _same_number(one: Someone, other: Someone) -> bool:
    return bool(one.told("id_number")) and one.told("id_number") == other.told("id_number")


def _same_seat(one: Someone, other: Someone) -> bool:
    return (
        bool(one.seat.get("household_id"))
        and not _contradicts(one, other)
        and all(one.seat.get(name) == other.seat.get(name) for name in ("household_id", "relation"))
    )


def _confirmed(one: Someone, other: Someone) -> bool:
    """The name, and the month of birth, the door or the telephone."""
    return not _contradicts(one, other) and (
        min(len(one.told("born_on")), len(other.told("born_on"))) >= 7
        or any(a and a == b for a, b in ((one.door, other.door), (one.told("phone"), other.told("phone"))))
    )


def _only_by_name(one: Someone, other: Someone) -> bool:
    return not _contradicts(one, other) and not _apart(one, other)


def _contradicts(one: Someone, other: Someone) -> bool:
    """Tell whether two cannot be the same person."""
    if any(
        one.told(name) and other.told(name) and one.told(name) != other.told(name)
        for name in ("name", "id_number", "sex")
    ):
        return True
    born, as_well = one.told("born_on"), other.told("born_on")
    return not (born.startswith(as_well) or as_well.startswith(born))


def _apart(one: Someone, other: Someone) -> bool:
    return bool(one.door and other.door) and one.door != other.door


def _refuse_repeated(readings: Sequence[Reading], told: Sequence[Someone]) -> None:
    """Refuse rows that tell of a person whom an earlier row told of, and those that may or may not."""
    seen: dict[Hashable, list[int]] = {}
    for place, one in enumerate(told):
        if readings[place].refused:
            continue
        for other in dict.fromkeys(other for key in _keys(one) for other in seen.get(key, ())):
            _compare(readings[place], one, readings[other], told[other])
        for key in _keys(one):
            seen.setdefault(key, []).append(place)


def _compare(reading: Reading, one: Someone, earlier: Reading, other: Someone) -> None:
    first = f"第 {earlier.row.number} 行"
    if _same_number(one, other):
        reading.refuse("id_number", f"与{first}的身份证号相同，是重复的一行，或有一行抄错了号码")
    elif _contradicts(one, other) or one.seat.get("relation") != other.seat.get("relation"):
        return
    elif _confirmed(one, other):
        reading.refuse(
            "name", f"与{first}是同一个人（同名，出生日期、住址或电话也相同）；若是两个人，请补上公民身份号码"
        )
    elif not _apart(one, other):
        for each, there in ((reading, first), (earlier, f"第 {reading.row.number} 行")):
            if not each.refused:
                each.refuse("name", f"与{there}同名，分不清是不是同一个人，请补上公民身份号码或出生日期")


def _refuse_unsure(reading: Reading, one: Someone, namesakes: Sequence[Someone]) -> None:
    """Refuse a row that may be about one of `namesakes`; one that tells an ID or a birth away from there is not."""
    tells = bool(one.told("id_number") or one.told("born_on"))
    maybe = [
        other for other in namesakes if not _contradicts(one, other) and not (tells and _apart(one, other))
    ]
    if maybe:
        listed = "、".join(other.words for other in maybe[:3])
        remedy = "请先在册上给他补上公民身份号码或出生日期" if tells else "请补上公民身份号码或出生日期"
        reading.refuse("name", f"在册已有同名的{listed}，分不清是不是同一个人，{remedy}")
