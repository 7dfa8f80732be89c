"""The people of two households that become one: who of them is the same, and who is its head."""

from collections.abc import Iterable, Iterator, Mapping
from itertools import groupby

from sqlalchemy import Connection

from villagebranch.db.journal import Act
from villagebranch.domain.errors import Refused
from villagebranch.domain.values import Stored
from villagebranch.records.household_member import HouseholdMember
from villagebranch.services.households import Resident, families, family


def same_people(conn: Connection, keep: str, gone: str) -> list[tuple[str, str]]:
    """Return who lives in both households under two records: of the same name, and nothing says that they are two."""
    homes = families(conn, [keep, gone])
    here, there = ({one.name: one for one in _named_once(homes.get(id, []))} for id in (keep, gone))
    both = [(here[name], there[name]) for name in here if name in there]
    return [
        (one.person_id, other.person_id)
        for one, other in both
        if one.person_id != other.person_id and not contradict(one.person, other.person)
    ]


def _named_once(people: Iterable[Resident]) -> Iterator[Resident]:
    for _, bearers in groupby(sorted(people, key=lambda one: one.name), lambda one: one.name):
        first, *others = bearers
        if not others:
            yield first


def contradict(one: Mapping[str, Stored], other: Mapping[str, Stored]) -> bool:
    """Tell whether an ID number or a day of birth says that these are two people; a part of a day says nothing."""
    numbers = [str(each["id_number"] or "") for each in (one, other)]
    if all(number[:1].isdigit() for number in numbers):
        return numbers[0] != numbers[1]
    born, born_too = sorted((str(each["born_on"] or "") for each in (one, other)), key=len)
    return born[:1].isdigit() and born_too[:1].isdigit() and not born_too.startswith(born)


def head_of(conn: Connection, household: str) -> str:
    """Return the person who is head of a household, '' where nobody is."""
    return next((one.person_id for one in family(conn, household) if one.relation == "head"), "")


def two_heads(conn: Connection, keep: str, gone: str) -> tuple[str, str] | None:
    """Return the names of the heads of two households, where they are two people."""
    homes = families(conn, [keep, gone])
    heads = [one for id in (keep, gone) for one in homes.get(id, []) if one.relation == "head"]
    if len({one.name for one in heads}) < 2:
        return None
    return heads[0].name, heads[1].name


def leave_one_head(act: Act, household: str, head: str) -> None:
    """Let one person stay head of a household; another head, who came with a merge, becomes one of the family."""
    heads = [one for one in family(act.conn, household) if one.relation == "head"]
    staying = next((one for one in heads if one.person_id == head), heads[0] if heads else None)
    for other in heads:
        if other is not staying:
            act.set(HouseholdMember, other.id, {"relation": "other"})


def check_heads(conn: Connection, households: Iterable[str]) -> None:
    """Raise `Refused` for a household whose people have no head any more."""
    for living in families(conn, list(households)).values():
        if living and all(one.relation != "head" for one in living):
            named = "、".join(one.name for one in living[:3])
            raise Refused(f"这样一来，{named} 这一户就没有户主了。请先把这两户并成一户，或先给那一户换户主。")
