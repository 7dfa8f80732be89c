"""查重: people and households that may be the same, and those whom a person has told apart."""

from collections import defaultdict
from collections.abc import Callable, Hashable, Iterable, Iterator, Mapping, Sequence
from dataclasses import dataclass
from itertools import combinations
from typing import NamedTuple, TypeVar

from sqlalchemy import Connection, select

from villagebranch.db.journal import Act
from villagebranch.domain.names import Pinyin
from villagebranch.records.household import Household
from villagebranch.records.household_member import HouseholdMember
from villagebranch.records.kept import HouseholdState, living, survivors_of
from villagebranch.records.not_same import NotSame
from villagebranch.records.person import Person
from villagebranch.services.households import words_of
from villagebranch.services.imports.places import place
from villagebranch.services.people import names
from villagebranch.services.stragglers import Straggler, stragglers


@dataclass(frozen=True)
class Pair:
    """Two living records that may be the same, the smaller id first: that one lives on. The reasons are in words."""

    kind: str
    keep: str
    gone: str
    reasons: tuple[str, ...]


class _Somebody(NamedTuple):
    id: str
    name: str
    born_on: str | None
    id_number: str | None
    phone: str | None
    sex: str | None
    household_id: str | None


class _Home(NamedTuple):
    id: str
    group: str | None
    door: str | None
    number: int | None
    phone: str | None
    head: str | None
    people: int | None


_Ids = tuple[str, str]
_Found = dict[_Ids, list[str]]
_Row = TypeVar("_Row", _Somebody, _Home)
_BY_ID, _BY_DOOR, _BY_NUMBER = "身份证号相同", "同户主、同门牌", "同户主、同户号"
_BORN, _BORN_MONTH, _BORN_YEAR = "同名、同生日", "同名、同年同月生", "同名、同年生"
_SHARED = "两户都有"
_ORDER = (_BY_ID, _BORN, _BY_DOOR, _SHARED, _BY_NUMBER, _BORN_MONTH)


def duplicates(conn: Connection, pinyin: Pinyin) -> list[Pair]:
    """Return the pairs that may be the same, the best reasons first; households before people, since those
    of one name become one along with them.

    Who has two different ID numbers, and whom a person has told apart, is not among them.
    """
    people = [_Somebody._make(row) for row in conn.execute(_PEOPLE).all()]
    homes = [_Home._make(row) for row in conn.execute(_HOMES).all()]
    apart = _told_apart(conn)
    found = {"household": _same_homes(homes, people), "person": _same_people(people, pinyin)}
    return [
        Pair(kind, *ids, tuple(reasons))
        for kind, pairs in found.items()
        for ids, reasons in sorted(pairs.items(), key=_rank)
        if ids not in apart
    ]


_PEOPLE = (
    select(
        Person.id,
        Person.name,
        Person.born_on,
        Person.id_number,
        Person.phone,
        Person.sex,
        HouseholdMember.household_id,
    )
    .outerjoin(
        HouseholdMember, (HouseholdMember.person_id == Person.id) & HouseholdMember.removed_at.is_(None)
    )
    .where(living(Person))
)
_HOMES = (
    select(
        Household.id,
        Household.villager_group,
        Household.door,
        Household.number,
        Household.phone,
        HouseholdState.head_name,
        HouseholdState.people,
    )
    .outerjoin(HouseholdState, HouseholdState.household_id == Household.id)
    .where(living(Household))
)


def _rank(pair: tuple[_Ids, Sequence[str]]) -> tuple[int, _Ids]:
    ids, reasons = pair
    ranks = [place for place, one in enumerate(_ORDER) for reason in reasons if reason.startswith(one)]
    return min(ranks, default=len(_ORDER)), ids


def _same_people(people: Sequence[_Somebody], pinyin: Pinyin) -> _Found:
    found: _Found = defaultdict(list)
    for one, other in _pairs(people, lambda row: _known(row.id_number) or None):
        _add(found, one, other, _BY_ID)
    for one, other in _pairs(people, lambda row: row.name):
        for reason in _namesakes(one, other):
            _add(found, one, other, reason)
    for one, other in _pairs(people, _house_and_year):
        if _sounds_same(one, other, pinyin):
            _add(found, one, other, "读音相同、同年生、同住一户")
    return found


def _pairs(rows: Iterable[_Row], key: Callable[[_Row], Hashable]) -> Iterator[tuple[_Row, _Row]]:
    """Yield the rows that have the same key, two by two; those without one stand alone."""
    groups: dict[Hashable, dict[str, _Row]] = defaultdict(dict)
    for row in rows:
        if (value := key(row)) is not None:
            groups[value][row.id] = row
    for group in groups.values():
        if len(group) > 1:
            yield from combinations(sorted(group.values(), key=lambda row: row.id), 2)


def _add(found: _Found, one: _Row, other: _Row, reason: str) -> None:
    reasons = found[one.id, other.id]
    if reason not in reasons:
        reasons.append(reason)


def _known(value: str | None) -> str:
    """Return a number or day that tells something: 「无」 and 「不详」 do not."""
    return value if value and value[0] in "+0123456789" else ""


def _namesakes(one: _Somebody, other: _Somebody) -> Iterator[str]:
    """Yield what speaks for two people of one name being the same."""
    if _numbers_differ(one, other):
        return
    born, born_too = sorted((_known(one.born_on), _known(other.born_on)), key=len)
    if born and born_too.startswith(born):
        yield {10: _BORN, 7: _BORN_MONTH}.get(len(born), _BORN_YEAR)
    if one.household_id and one.household_id == other.household_id:
        yield "同名、同住一户"
    if _known(one.phone) and one.phone == other.phone:
        yield "同名、同电话"


def _numbers_differ(one: _Somebody, other: _Somebody) -> bool:
    numbers = {_known(one.id_number), _known(other.id_number)}
    return "" not in numbers and len(numbers) > 1


def _house_and_year(row: _Somebody) -> Hashable:
    year = _known(row.born_on)[:4]
    return (row.household_id, year, len(row.name)) if row.household_id and year else None


def _sounds_same(one: _Somebody, other: _Somebody, pinyin: Pinyin) -> bool:
    if one.name == other.name or _numbers_differ(one, other):
        return False
    if one.sex and other.sex and one.sex != other.sex:
        return False
    return not set(pinyin.spellings(one.name)).isdisjoint(pinyin.spellings(other.name))


def _same_homes(homes: Sequence[_Home], people: Sequence[_Somebody]) -> _Found:
    found: _Found = defaultdict(list)
    for one, other in _pairs(homes, lambda row: row.head):
        if (at := place(one.group, one.door)) and at == place(other.group, other.door):
            _add(found, one, other, _BY_DOOR)
        if one.number and one.number == other.number:
            _add(found, one, other, _BY_NUMBER)
    for one, other in _pairs(homes, lambda row: (row.group, row.door) if row.door else None):
        if not one.people or not other.people:
            _add(found, one, other, "同门牌，有一户没有人")
    for one, other in _pairs(homes, lambda row: _known(row.phone) or None):
        _add(found, one, other, "联系电话相同")
    by_id = {row.id: row for row in homes}
    for name, ids in _shared(people):
        for first, second in combinations(sorted(ids & by_id.keys()), 2):
            _add(found, by_id[first], by_id[second], f"{_SHARED}{name}")
    return found


def _shared(people: Iterable[_Somebody]) -> Iterator[tuple[str, set[str]]]:
    """Yield who lives in several households, under one record or under several of one name and birthday."""
    lived: dict[tuple[str, str], set[str]] = defaultdict(set)
    for row in people:
        if row.household_id:
            lived[row.id, row.name].add(row.household_id)
            if len(born := _known(row.born_on)) == 10:
                lived[born, row.name].add(row.household_id)
    for (_, name), ids in lived.items():
        if len(ids) > 1:
            yield name, ids


def _told_apart(conn: Connection) -> set[_Ids]:
    """Return whom a person has told apart, each under the record that he or she lives on in."""
    rows = conn.execute(select(NotSame.one_id, NotSame.other_id).where(NotSame.removed_at.is_(None))).all()
    to = survivors_of(conn, (id for row in rows for id in row))
    return {(min(pair), max(pair)) for pair in ((to[one], to[other]) for one, other in rows)}


@dataclass(frozen=True)
class Suspicions:
    """What 查重 lists, first what came late to a merged record, with what each record is called (`words`, by id)."""

    found: Sequence[Pair | Straggler]
    words: Mapping[str, str]

    def __len__(self) -> int:
        return len(self.found)

    def named(self, one: Pair | Straggler) -> str:
        """Return what the two are called: once where they are called the same."""
        return " / ".join(dict.fromkeys(self.words.get(id, "") for id in (one.keep, one.gone)))


def suspicions(conn: Connection, pinyin: Pinyin) -> Suspicions:
    """Return all that is to be looked at."""
    found: list[Pair | Straggler] = [*stragglers(conn), *duplicates(conn, pinyin)]
    ids = [id for one in found for id in (one.keep, one.gone)]
    return Suspicions(found, {**names(conn, ids), **words_of(conn, ids)})


def tell_apart(act: Act, one: str, other: str) -> str:
    """Keep that two records are not the same, here and wherever the act arrives; return the id of that word."""
    return act.add(NotSame, {"one_id": min(one, other), "other_id": max(one, other)})
