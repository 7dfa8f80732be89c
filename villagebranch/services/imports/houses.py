"""Households of a book, gathered from their rows, and found again among those that the database has."""

from collections.abc import Hashable, Iterable, Mapping, Sequence
from dataclasses import dataclass, field
from functools import cached_property

from sqlalchemy import Connection, select

from villagebranch.domain import codes
from villagebranch.domain.fields import Draft
from villagebranch.domain.values import Stored
from villagebranch.records.household import Household
from villagebranch.records.kept import HouseholdState, living
from villagebranch.records.person import Person
from villagebranch.services.imports import places
from villagebranch.services.imports.pairing import pair
from villagebranch.services.imports.reading import Reading


@dataclass
class House:
    """A household: `draft` holds its own fields, `head` is the name of its head and `head_number` the ID number.
    `places` are the positions of its rows in the book, `head_at` that of its head's row."""

    draft: Mapping[str, Stored]
    head: str
    head_number: Stored = None
    id: str = ""
    head_id: str = ""
    places: list[int] = field(default_factory=list)
    head_at: int | None = None

    @cached_property
    def where(self) -> tuple[str, str]:
        """Group and door as the ledgers write them, '' for what is not known."""
        return places.settle(self.draft.get("villager_group"), self.draft.get("door"))

    @cached_property
    def door(self) -> str:
        """The door as one text, '' where it is not known."""
        return "".join(self.where) if all(self.where) else ""

    @property
    def words(self) -> str:
        """How people speak of the household: 罗喆户（1组1号）."""
        number = f"户号 {self.draft['number']}" if self.draft.get("number") else ""
        return f"{self.head}户（{self.door or number or '没有门牌'}）"


def known_houses(conn: Connection) -> list[House]:
    """Return the households that are there."""
    query = (
        select(*Household.table().columns, Person.id.label("head_id"), Person.name, Person.id_number)
        .outerjoin(HouseholdState, HouseholdState.household_id == Household.id)
        .outerjoin(Person, Person.id == HouseholdState.head_id)
    )
    rows = conn.execute(query.where(living(Household))).mappings()
    return [
        House(dict(row), row["name"] or "", row["id_number"], row["id"], row["head_id"] or "") for row in rows
    ]


def gather(readings: Sequence[Reading]) -> list[House]:
    """Return the households that the rows form, each with its head found and its own fields put together."""
    blocks: dict[tuple[str, int], list[int]] = {}
    for place, reading in enumerate(readings):
        blocks.setdefault((reading.row.sheet, reading.row.block), []).append(place)
    return [_house(readings, block) for block in blocks.values()]


def _house(readings: Sequence[Reading], block: list[int]) -> House:
    head_at = _find_head(readings, block)
    told = [readings[place].draft for place in block]
    head: Draft = {"name": told[0].get("head")} if head_at is None else readings[head_at].draft
    head["relation"] = "head"
    _compare_head(readings, block, str(head.get("name") or ""))
    draft: Draft = {}
    for name in ("number", "villager_group", "door", "card_given"):
        draft[name] = next((one[name] for one in told if name in one), None)
    draft["tags"] = codes.TAGS.parse(" ".join(str(one["tags"]) for one in told if "tags" in one))
    draft["phone"] = head.get("phone") or told[0].get("phone")
    draft["note"] = head.get("note")
    group, door = places.settle(draft["villager_group"], draft["door"])
    draft |= {"villager_group": group or None, "door": door or None}
    said = {field: value for field, value in draft.items() if value is not None}
    return House(said, str(head.get("name") or ""), head.get("id_number"), places=block, head_at=head_at)


def _find_head(readings: Sequence[Reading], block: Sequence[int]) -> int | None:
    """Return whose row the head's is: said so, or named as head, or first in a household without relations."""
    heads = [place for place in block if readings[place].draft.get("relation") == "head"]
    for other in heads[1:]:
        first = readings[heads[0]].row.number
        readings[other].refuse("relation", f"第 {first} 行已经是这一户的户主，请核对与户主关系")
    if heads:
        return heads[0]
    told = {place: readings[place].draft for place in block}
    named = [place for place, draft in told.items() if "head" in draft and draft.get("name") == draft["head"]]
    if named:
        return named[0]
    said = told[block[0]]
    return block[0] if "head" not in said and "relation" not in said else None


def _compare_head(readings: Sequence[Reading], block: Sequence[int], head: str) -> None:
    """List a head who is named otherwise on a row of the household."""
    for place in block:
        if head and readings[place].draft.get("head", head) != head:
            named = readings[place].draft["head"]
            readings[place].leave_out(
                "head", f"户主写的是{named}，而这一户与户主关系填「户主」的是{head}，请核对"
            )
            return


def find_again(told: Sequence[House], known: Sequence[House]) -> dict[int, House]:
    """Return which known household each of `told` is, by its place; where several could be meant, nothing is returned."""
    pairs = pair(
        told, known, _keys, (_same_door_and_head, _same_door_and_number, _same_door, _moved, _by_rest)
    )
    return {place: known[other] for place, other in pairs.items()}


def mistakable(house: House, known: Iterable[House]) -> list[House]:
    """Return the known households that a household which was not found again may be."""
    return [other for other in known if _same_door(house, other) or _by_rest(house, other)]


def _keys(house: House) -> list[Hashable]:
    keys = {"door": house.door, "number": house.draft.get("number"), "head": house.head}
    return [key for key in keys.items() if key[1]]


def _same_door(one: House, other: House) -> bool:
    return bool(one.door) and one.door == other.door


def _same_door_and_head(one: House, other: House) -> bool:
    return _same_door(one, other) and one.head == other.head


def _same_number(one: House, other: House) -> bool:
    return one.draft.get("number") is not None and one.draft["number"] == other.draft.get("number")


def _same_door_and_number(one: House, other: House) -> bool:
    return _same_door(one, other) and _same_number(one, other)


def _moved(one: House, other: House) -> bool:
    """The number with the same head, or where a door is not known: numbers alone are given anew from year to year."""
    return _same_number(one, other) and (one.head == other.head or not (one.door and other.door))


def _by_rest(one: House, other: House) -> bool:
    """The head alone, where the book gives neither door nor number."""
    if one.door or "number" in one.draft or not one.head:
        return False
    numbers = {one.head_number, other.head_number} - {None}
    return one.head == other.head and len(numbers) < 2
