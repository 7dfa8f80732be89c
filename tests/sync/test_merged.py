"""People and households that are merged on one computer while another goes on: nobody is lost, and all agree."""

import random
from contextlib import suppress

import pytest
from sqlalchemy import select

from tests.sync.replicas import Replica, exchange
from villagebranch.db import history
from villagebranch.domain.errors import Refused
from villagebranch.domain.names import Pinyin
from villagebranch.records.household import Household
from villagebranch.records.household_member import HouseholdMember
from villagebranch.records.kept import Merged
from villagebranch.records.person import Person
from villagebranch.records.visit import Visit
from villagebranch.services import merging
from villagebranch.services.duplicates import duplicates, tell_apart
from villagebranch.services.stragglers import Straggler, bring_over, stragglers
from villagebranch.sync.conflicts import conflicts


@pytest.fixture
def pair() -> tuple[Replica, Replica]:
    return Replica(), Replica()


@pytest.fixture
def people(pair) -> tuple[str, str, str]:
    """One person under three records, which both computers know, smallest id first."""
    ids = [pair[0].add(Person, name="陆根发", born_on="1954-03-01") for _ in range(3)]
    home = pair[0].add(Household, door="18号")
    for id in ids:
        pair[0].add(HouseholdMember, household_id=home, person_id=id, relation="head")
    exchange(*pair)
    return ids[0], ids[1], ids[2]


def merge(replica: Replica, keep: str, gone: str, kind: str = "person") -> None:
    with replica.store.write("周丽", merging.ACTS[kind]) as act:
        merging.merge(act, kind, keep, gone)


def undo(replica: Replica) -> None:
    last = replica.store.last_act
    with replica.store.write("周丽", "撤销") as act:
        history.undo(act, last)


def visit(replica: Replica, person: str, **fields) -> str:
    return replica.add(Visit, visitors=person, occurred_on="2026-11-20", visit_type="home", **fields)


def late(replica: Replica) -> list[Straggler]:
    with replica.store.read() as conn:
        return stragglers(conn)


def brought_over(replica: Replica) -> None:
    for one in late(replica):
        with replica.store.write("周丽", "并过去") as act:
            bring_over(act, one.kind, one.gone)


def merged(replica: Replica) -> dict[str, str]:
    return dict(replica.rows(select(Merged.id, Merged.survivor)))


def alike(*replicas: Replica) -> bool:
    told = {digest for replica in replicas for digest in replica.digests()}
    return len(told) == 1 and len({frozenset(merged(one).items()) for one in replicas}) == 1


def test_merge_and_its_undo_travel(pair, people):
    a, b = pair
    before = b.digests()
    merge(a, people[0], people[1])
    exchange(a, b)
    assert merged(b) == {people[1]: people[0]}
    undo(a)
    exchange(a, b)
    assert merged(b) == {}
    assert (b.digests(), alike(a, b)) == (before, True)


def test_visit_that_another_computer_wrote_to_the_merged_one_is_found_and_brought_over(pair, people):
    a, b = pair
    merge(a, people[0], people[1])
    written = visit(b, people[1])
    b.set(Person, people[1], phone="13800000001")
    exchange(a, b)
    (one,) = late(a)
    assert (one.keep, one.gone, one.records) == (people[0], people[1], {"走访": 1})
    assert {field.label: value for field, value in one.late} == {"联系电话": "13800000001"}
    brought_over(a)
    assert late(a) == []
    exchange(a, b)
    assert late(b) == []
    assert b.rows(select(Visit.visitors).where(Visit.id == written)) == [(people[0],)]
    assert b.rows(select(Person.phone).where(Person.id == people[0])) == [("13800000001",)]
    assert alike(a, b)


def test_bringing_over_is_undone_exactly(pair, people):
    a, b = pair
    merge(a, people[0], people[1])
    visit(b, people[1])
    exchange(a, b)
    before = a.digests()
    brought_over(a)
    undo(a)
    assert a.digests() == before
    assert len(late(a)) == 1


def test_opposite_directions_leave_the_smaller_one_and_lose_nothing(pair, people):
    a, b = pair
    visits = [visit(a, id) for id in people[:2]]
    exchange(a, b)
    merge(a, people[0], people[1])
    merge(b, people[1], people[0])
    exchange(a, b)
    assert merged(a) == merged(b) == {people[1]: people[0]}
    for replica in pair:
        brought_over(replica)
    exchange(a, b)
    assert alike(a, b)
    for id in visits:
        assert a.rows(select(Visit.visitors).where(Visit.id == id)) == [(people[0],)]
    lives = select(HouseholdMember.person_id).where(HouseholdMember.removed_at.is_(None))
    assert sorted(a.rows(lives)) == [(people[0],), (people[2],)]
    with a.store.read() as conn:
        assert conflicts(conn) == ()


def test_chain_made_on_two_computers_ends_at_one_person(pair, people):
    a, b = pair
    merge(a, people[1], people[0])
    merge(b, people[2], people[1])
    written = visit(a, people[1])
    exchange(a, b)
    assert merged(a) == merged(b) == {people[0]: people[2], people[1]: people[2]}
    brought_over(b)
    exchange(a, b)
    assert late(a) == []
    assert a.rows(select(Visit.visitors).where(Visit.id == written)) == [(people[2],)]
    assert alike(a, b)


def test_ring_over_three_computers_loses_nobody(pair, people):
    replicas = (*pair, Replica())
    exchange(*replicas)
    for place, replica in enumerate(replicas):
        merge(replica, people[(place + 1) % 3], people[place])
    exchange(*replicas)
    assert merged(replicas[2]) == dict.fromkeys(people[1:], people[0])
    brought_over(replicas[1])
    exchange(*replicas)
    assert alike(*replicas)
    assert late(replicas[0]) == []


def test_deleting_the_survivor_elsewhere_does_not_lose_the_person(pair, people):
    a, b = pair
    merge(a, people[0], people[1])
    b.remove(Person, people[0])
    exchange(a, b)
    assert a.rows(select(Person.removed_at).where(Person.id == people[0])) == [(None,)]
    with b.store.read() as conn:
        assert [one.register for one in conflicts(conn)] == ["removed_at"]


def test_households_merged_both_ways_keep_every_visit(pair):
    a, b = pair
    homes = [a.add(Household, door="18号") for _ in range(2)]
    visits = [visit(a, "x", household_id=home) for home in homes]
    exchange(a, b)
    merge(a, homes[0], homes[1], "household")
    merge(b, homes[1], homes[0], "household")
    visits.append(visit(b, "x", household_id=homes[1]))
    exchange(a, b)
    brought_over(a)
    exchange(a, b)
    at = a.rows(select(Visit.household_id).where(Visit.id.in_(visits)))
    assert (at, alike(a, b)) == ([(homes[0],)] * 3, True)


def test_who_was_told_apart_on_one_computer_is_not_asked_on_the_other(pair, people):
    a, b = pair
    with a.store.write("周丽", "不是同一人") as act:
        tell_apart(act, people[0], people[1])
    exchange(a, b)
    with b.store.read() as conn:
        found = {(one.keep, one.gone) for one in duplicates(conn, Pinyin(""))}
    assert found == {(people[0], people[2]), (people[1], people[2])}


class Village:
    """Three computers that merge, undo, write and exchange at random, in any direction and without asking one another."""

    def __init__(self, seed: int) -> None:
        self.chance = random.Random(seed)
        self.replicas = [Replica() for _ in range(3)]
        first = self.replicas[0]
        self.people = [first.add(Person, name="陆根发", born_on="1954-03-01") for _ in range(5)]
        for id in self.people:
            home = first.add(Household, door="18号")
            first.add(HouseholdMember, household_id=home, person_id=id, relation="head")
        self.visits: list[str] = []
        exchange(*self.replicas)

    def step(self) -> None:
        replica = self.chance.choice(self.replicas)
        match self.chance.choice(("merge", "merge", "visit", "undo", "bring", "exchange")):
            case "merge":
                with suppress(Refused):
                    merge(replica, *self.chance.sample(self.people, 2))
            case "visit":
                self.visits.append(visit(replica, self.chance.choice(self.people)))
                replica.store.last_act = None  # an undone visit is gone, and rightly so
            case "undo" if replica.store.last_act is not None:
                undo(replica)
            case "bring":
                brought_over(replica)
            case "exchange":
                other = self.chance.choice([one for one in self.replicas if one is not replica])
                exchange(replica, other)


@pytest.mark.parametrize("seed", range(6))
def test_whatever_was_merged_by_whomever_all_agree_and_nobody_is_lost(seed):
    village = Village(seed)
    for _ in range(25):
        village.step()
    exchange(*village.replicas)
    assert alike(*village.replicas)
    for _ in range(3):  # an undone merge may leave more to bring over
        brought_over(village.replicas[0])
    exchange(*village.replicas)
    assert alike(*village.replicas)
    gone = merged(village.replicas[1])
    for person in village.people:
        survivor = gone.get(person, person)
        assert survivor not in gone
    known = {id for (id,) in village.replicas[1].rows(select(Person.id).where(Person.removed_at.is_(None)))}
    assert known.issuperset(village.people)
    told = village.replicas[1].rows(select(Visit.id, Visit.visitors).where(Visit.removed_at.is_(None)))
    assert {id for id, _ in told} == {*village.visits}
    assert all(set(visitors.split()) <= {*village.people} - gone.keys() for _, visitors in told)
