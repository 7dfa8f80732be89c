"""Bringing in the book of households: the door, its people, and who of them is the head."""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass, replace
from datetime import date

from sqlalchemy import Connection

from villagebranch.domain.fields import Draft, Field, Kind
from villagebranch.domain.rawrow import RawRow
from villagebranch.domain.values import Name
from villagebranch.records.household import Household
from villagebranch.records.household_member import HouseholdMember
from villagebranch.records.person import Person
from villagebranch.services.imports.houses import House, find_again, gather, known_houses, mistakable
from villagebranch.services.imports.people import Someone, known_people, recognise
from villagebranch.services.imports.places import door_words, group_words
from villagebranch.services.imports.plan import Difference, Outcome, Plan, Tally
from villagebranch.services.imports.reading import Reading, conclude, pick, read, take_from_number
from villagebranch.services.imports.writes import Writes

_OF_PERSON = ("name", "sex", "ethnicity", "born_on", "education", "id_number")
_BY_NAME = {
    **{one.name: one for one in Household.kind().fields},
    **{name: Person.kind().field(name) for name in _OF_PERSON},
    "relation": replace(HouseholdMember.kind().field("relation"), required=False),
    "head": Field("head", "户主", Name(), width=8),
}

FORM = Kind("households", "导入群众户", tuple(_BY_NAME.values()))
"""What a row may tell of a household and of one person in it; `head` names the head on every row of some books."""


def plan_households(conn: Connection, rows: Sequence[RawRow], today: date) -> Plan:
    """Return what importing these rows of a household book would do."""
    readings = [read(row, FORM, today) for row in rows]
    for reading in readings:
        take_from_number(reading)
    houses = gather(readings)
    standing = known_houses(conn)
    found = find_again(houses, standing)
    taken = {house.id for house in found.values()}
    for place, house in enumerate(houses):
        if place not in found:
            _refuse_unclear(readings, house, [other for other in standing if other.id not in taken])
    met = recognise(readings, _people(readings, houses, found), known_people(conn))
    book = _Book(readings, met, Writes(), {house.id: house.words for house in standing})
    outcomes = [book.bring_in(house, found.get(place)) for place, house in enumerate(houses)]
    tallies = {"households": Tally.of(outcomes), "people": Tally.of(reading.outcome for reading in readings)}
    return conclude(FORM, tallies, readings, book.writes, today, plan_households)


def _refuse_unclear(readings: Sequence[Reading], house: House, free: Sequence[House]) -> None:
    """Refuse a new household without a head, and one that may be any of several that are there."""
    if maybe := mistakable(house, free):
        listed = "、".join(other.words for other in maybe[:3])
        _refuse_whole(readings, house, "door", f"认不出是在册的哪一户（{listed}），请补上户号或户主")
    elif house.head_at is None:
        _refuse_whole(readings, house, "relation", "这一户没有写明户主，请在「与户主关系」里注明户主")


def _refuse_whole(readings: Sequence[Reading], house: House, column: str, reason: str) -> None:
    """Refuse a household, which its head's row explains; its people are kept together."""
    first = house.places[0] if house.head_at is None else house.head_at
    if not readings[first].refused:
        readings[first].refuse(column, reason)
    _refuse_rest(readings, house, readings[first])


def _refuse_rest(readings: Sequence[Reading], house: House, head: Reading) -> None:
    for place in house.places:
        if not readings[place].refused:
            readings[place].refuse("", f"同一户的第 {head.row.number} 行没有收，这一户先不导入")


def _people(
    readings: Sequence[Reading], houses: Sequence[House], found: Mapping[int, House]
) -> list[Someone]:
    """Return the person of each row, with the door of the household and, where that is known, its id."""
    people = {}
    for number, house in enumerate(houses):
        id = found[number].id if number in found else None
        for place in house.places:
            draft = readings[place].draft
            people[place] = Someone(
                draft, house.door, {"household_id": id, "relation": draft.get("relation")}
            )
    return [people[place] for place in range(len(readings))]


@dataclass
class _Book:
    """The book on its way into the database: who was met again (by place), and how each known household is called."""

    readings: Sequence[Reading]
    met: Mapping[int, Someone]
    writes: Writes
    words: Mapping[str, str]

    def bring_in(self, house: House, known: House | None) -> Outcome:
        """Write one household with its people, unless its head is refused."""
        self._keep_together(house, known)
        people = [place for place in house.places if not self.readings[place].refused]
        if not people:
            return "refused"
        if known is None:
            id = self.writes.add(Household, house.draft)
        else:
            id = known.id
            first = people[0] if house.head_at is None else house.head_at
            self.readings[first].amend(self.writes, Household, id, known.draft, _otherwise(house, known))
        for place in people:
            self._seat(place, house, id)
        if known is None:
            return "new"
        outcomes = {self.readings[place].outcome for place in people}
        return "changed" if outcomes & {"new", "changed"} else "same"

    def _keep_together(self, house: House, known: House | None) -> None:
        if house.head_at is None:
            return
        if (head := self.readings[house.head_at]).refused:
            _refuse_rest(self.readings, house, head)
        elif known is not None and known.head_id:
            listed = {self.met[place].id for place in house.places if place in self.met}
            if known.head_id not in listed:
                reason = f"这一户在册的户主是{known.head}，表里是{house.head}；如已换户主，请先在群众户页改好"
                _refuse_whole(self.readings, house, "relation", reason)

    def _seat(self, place: int, house: House, household_id: str) -> None:
        """Write one person and the place in the household; who lived in another one has moved."""
        reading, known = self.readings[place], self.met.get(place)
        told = _seat_told(reading, place == house.head_at)
        seat = known.seat if known else {}
        stays = seat.get("household_id") == household_id
        if not stays and "relation" not in told:
            reading.refuse("relation", "请填与户主关系")
            return
        person_id = self._person(reading, known, house, place == house.head_at)
        if stays:
            reading.amend(self.writes, HouseholdMember, str(seat["id"]), seat, told)
            return
        self.writes.add(HouseholdMember, told | {"household_id": household_id, "person_id": person_id})
        if seat:
            self.writes.remove(HouseholdMember, str(seat["id"]))
            before = self.words[str(seat["household_id"])]
            reading.differences.append(Difference("所在户", before, house.words))
            if seat["relation"] == "head":
                reading.notes.append(f"{before}没有了户主，请补上")
        else:
            reading.new = True

    def _person(self, reading: Reading, known: Someone | None, house: House, is_head: bool) -> str:
        person = pick(reading.draft, _OF_PERSON)
        phone = reading.draft.get("phone")
        if phone and not is_head and phone != house.draft.get("phone"):
            person["phone"] = phone  # the head's telephone is the household's
        if known is None:
            return self.writes.add(Person, person)
        reading.amend(self.writes, Person, known.id, known.draft, person)
        return known.id


def _seat_told(reading: Reading, is_head: bool) -> Draft:
    """Return what a row tells of the place in the household; the remark on the head's row is about the household."""
    told = pick(reading.draft, ("relation",))
    return told if is_head or "note" not in reading.draft else told | {"remark": reading.draft["note"]}


def _otherwise(house: House, known: House) -> Draft:
    """Return what the book tells of a household, without a group or a door that is only written another way."""
    ways = {"villager_group": group_words, "door": door_words}
    return {
        name: value
        for name, value in house.draft.items()
        if name not in ways or ways[name](known.draft[name]) != value
    }
