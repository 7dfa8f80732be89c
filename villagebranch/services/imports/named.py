"""Whom and which household a book means by a name: a name that fits several is refused, with what would tell them apart."""

import re
from collections.abc import Iterable

from sqlalchemy import Connection, select

from villagebranch.domain.errors import Unreadable
from villagebranch.domain.values import Name, Stored
from villagebranch.records.cadre import Cadre
from villagebranch.records.member import Member
from villagebranch.services.imports import places
from villagebranch.services.imports.houses import House, known_houses
from villagebranch.services.imports.people import Someone, known_people


class Named:
    """The people and households of the village by name. `names` maps the id of a person to the name."""

    def __init__(self, conn: Connection) -> None:
        people = known_people(conn)
        self.names = {one.id: one.told("name") for one in people}
        self._houses = known_houses(conn)
        self._circles = [
            _by_name(one for one in people if one.id in ids)
            for ids in (_ids(conn, Cadre), _ids(conn, Member), self.names.keys())
        ]
        by_id = {house.id: house for house in self._houses}
        self._heads: dict[str, list[House]] = {}
        self._residents: dict[str, list[House]] = {}
        for house in self._houses:
            self._heads.setdefault(house.head, []).append(house)
        for one in people:
            if one.seat:
                home = by_id[str(one.seat["household_id"])]
                self._residents.setdefault(one.told("name"), []).append(home)

    def people(self, text: str) -> str:
        """Return the ids of the people named in `text` (王堃、罗文斌), as they are stored; raise `Unreadable`."""
        found = []
        for part in re.split(r"[、,，;；/\n]+|\s+(?:和|与)\s+", text):
            padded = str(Name().parse(part)) in self._circles[-1]
            found += [self.person(str(Name().parse(name))) for name in ([part] if padded else part.split())]
        if not found:
            raise Unreadable("请填走访人")
        return " ".join(dict.fromkeys(found))

    def person(self, name: str) -> str:
        """Return whom a name means: a cadre before a party member, a party member before a villager."""
        for circle in self._circles:
            people = circle.get(name, [])
            if len(people) == 1:
                return people[0].id
            if people:
                listed = "、".join(one.words for one in people[:3])
                first = circle is self._circles[0]
                remedy = "请在走访页记这一次" if first else "请先把他记为村干部（设置里），再导入"
                raise Unreadable(f"叫「{name}」的有 {len(people)} 人：{listed}，认不出是哪一位，{remedy}")
        raise Unreadable(f"在册的人里没有「{name}」，请核对姓名，或先导入党员花名册")

    def household(self, head: Stored, group: Stored, door: Stored) -> str:
        """Return the household of a head, or of somebody who lives there, in a group, behind a door."""
        if not self._houses:
            raise Unreadable("还没有群众户，请先导入群众户")
        where = places.settle(group, door)
        pools = [self._heads, self._residents] if head else [{"": self._houses}]
        named = [pool.get(str(head or ""), []) for pool in pools]
        for houses in named:
            fitting = [house for house in houses if _fits(house, *where)]
            if len(fitting) == 1:
                return fitting[0].id
            if fitting:
                listed = "、".join(house.words for house in fitting[:4])
                raise Unreadable(f"有 {len(fitting)} 户都对得上：{listed}，请写明门牌")
        raise Unreadable(
            _not_found(str(head or ""), "".join(where), [house for pool in named for house in pool])
        )


def _ids(conn: Connection, record: type[Cadre] | type[Member]) -> set[str]:
    return set(conn.scalars(select(record.person_id).where(record.removed_at.is_(None))))


def _by_name(people: Iterable[Someone]) -> dict[str, list[Someone]]:
    found: dict[str, list[Someone]] = {}
    for one in people:
        found.setdefault(one.told("name"), []).append(one)
    return found


def _fits(house: House, group: str, door: str) -> bool:
    at_group, at_door = house.where
    return (not group or not at_group or group == at_group) and (not door or not at_door or door == at_door)


def _not_found(head: str, where: str, elsewhere: list[House]) -> str:
    if elsewhere:
        return f"{where}没有「{head}」；在册的有{elsewhere[0].words}，请核对小组和门牌"
    return f"群众户里没有「{head or where}」这一户，请核对户主姓名，或先把这一户补上"
