"""Two computers under one identity: the copy issues its acts again under a new one, and nothing of either is lost."""

import json
import random
from contextlib import suppress

import pytest
from sqlalchemy import select

from tests.sync.replicas import Replica, exchange
from villagebranch.db import history
from villagebranch.db.journal import SyncAct, SyncChange, SyncConflict, broken_link
from villagebranch.domain.errors import Refused, Trouble
from villagebranch.records.household import Household
from villagebranch.records.household_member import HouseholdMember
from villagebranch.records.kept import HouseholdState
from villagebranch.records.person import Person
from villagebranch.records.visit import Visit
from villagebranch.sync.check import Reused
from villagebranch.sync.conflicts import conflicts
from villagebranch.sync.parcel import Parcel
from villagebranch.sync.renewal import Renewed, parted, renew


@pytest.fixture
def copied() -> tuple[Replica, Replica, Replica, str]:
    """A laptop, an exact copy of it, another laptop of the branch, and a person whom all three know."""
    original, copy, other = Replica(), Replica(), Replica()
    person = original.add(Person, name="陆根发", phone="13800000000")
    exchange(original, other)
    copy.restore(original.back_up(), renewed=False)
    return original, copy, other, person


def renewed(replica: Replica, parcel: Parcel) -> Renewed:
    with replica.store.receive() as (conn, identity):
        done = renew(conn, identity, parted(conn, identity, parcel))
    replica.store.go_on_as(done.identity)
    return done


def settled(*replicas: Replica) -> bool:
    exchange(*replicas)
    return len({digest for replica in replicas for digest in replica.digests()}) == 1


def names(replica: Replica) -> list[str]:
    return sorted(name for (name,) in replica.rows(select(Person.name)))


def test_acts_of_the_copy_are_issued_again_and_both_sides_end_alike(copied):
    original, copy, other, person = copied
    original.add(Person, name="张桂芳")
    copy.add(Person, name="吴阿根")
    copy.set(Person, person, address="5组18号")
    exchange(original, other)
    with pytest.raises(Reused):
        other.take(copy.parcel())
    done = renewed(copy, other.parcel())
    assert (done.acts, done.records) == (2, 1)
    assert settled(copy, other, original)
    assert names(original) == ["吴阿根", "张桂芳", "陆根发"]
    assert original.rows(select(Person.address).where(Person.id == person)) == [("5组18号",)]


def test_two_records_with_one_id_are_two_again(copied):
    original, copy, other, _ = copied
    first, second = original.add(Person, name="张桂芳"), copy.add(Person, name="吴阿根")
    assert first == second
    exchange(original, other)
    renewed(copy, other.parcel())
    assert settled(copy, other, original)
    assert dict(original.rows(select(Person.id, Person.name)))[first] == "张桂芳"
    assert "吴阿根" in names(original)


def test_whatever_referred_to_such_a_record_refers_to_it_still(copied):
    original, copy, other, _ = copied
    for number in range(3):
        original.add(Person, name=f"甲{'一' * number}")
    home = copy.add(Household, door="18号")
    head = copy.add(Person, name="吴阿根")
    copy.add(HouseholdMember, household_id=home, person_id=head, relation="head")
    copy.add(Visit, household_id=home, visitors=head, occurred_on="2026-11-20", visit_type="home")
    exchange(original, other)
    renewed(copy, other.parcel())
    assert settled(copy, other, original)
    for replica in (copy, original):
        kept = select(HouseholdState.head_name, HouseholdState.people, HouseholdState.last_visit_on)
        assert replica.rows(kept) == [("吴阿根", 1, "2026-11-20")]


def test_one_field_written_by_both_is_a_conflict_and_not_lost(copied):
    original, copy, other, person = copied
    original.set(Person, person, phone="13800000001")
    copy.set(Person, person, phone="13800000002")
    exchange(original, other)
    renewed(copy, other.parcel())
    assert settled(copy, other, original)
    with original.store.read() as conn:
        (conflict,) = conflicts(conn)
    assert {side.values["phone"] for side in conflict.sides} == {"13800000001", "13800000002"}


def test_what_the_copy_had_taken_in_meanwhile_counts_as_seen(copied):
    """A field of another laptop that the copy had read and then changed is no conflict afterwards."""
    original, copy, other, person = copied
    late = Replica()
    exchange(other, late)
    late.set(Person, person, phone="13800000001")
    copy.take(late.parcel(copy.known()))
    copy.set(Person, person, phone="13800000002")
    original.add(Person, name="张桂芳")
    exchange(original, other)
    renewed(copy, other.parcel())
    assert settled(copy, other, original, late)
    assert original.rows(select(Person.phone).where(Person.id == person)) == [("13800000002",)]
    assert original.rows(select(SyncConflict.record)) == []


def test_undone_act_stays_undone_and_can_be_done_again(copied):
    original, copy, other, person = copied
    act = copy.set(Person, person, phone="13800000001")
    with copy.store.write("周丽", "撤销") as undoing:
        history.undo(undoing, act)
    original.add(Person, name="张桂芳")
    exchange(original, other)
    done = renewed(copy, other.parcel())
    told = copy.rows(select(SyncAct.undoes).where(SyncAct.undoes.is_not(None)))
    assert told == [(f"{done.identity.code}:1",)]
    with copy.store.write("周丽", "恢复") as redoing:
        history.undo(redoing, copy.store.last_act or history.acts(redoing.conn)[0].ref)
    assert settled(copy, other, original)


def test_chain_of_the_new_identity_holds_and_the_common_past_is_untouched(copied):
    original, copy, other, person = copied
    original.add(Person, name="张桂芳")
    for number in range(3):
        copy.set(Person, person, phone=f"1380000001{number}")
    exchange(original, other)
    done = renewed(copy, other.parcel())
    copy.add(Person, name="新人")
    with copy.store.read() as conn:
        assert broken_link(conn, original.code) is None
        assert broken_link(conn, done.identity.code) is None
    acts = select(SyncAct.replica, SyncAct.number)
    assert (original.code, 1) in copy.rows(acts)
    assert (done.identity.code, 4) in copy.rows(acts)


def test_nothing_is_issued_again_where_only_the_original_went_on(copied):
    original, copy, other, _ = copied
    original.add(Person, name="张桂芳")
    exchange(original, other)
    assert renewed(copy, other.parcel()).acts == 0
    copy.add(Person, name="吴阿根")
    assert settled(copy, other, original)


def test_package_that_shows_no_other_computer_is_refused(copied):
    original, copy, other, _ = copied
    for parcel in (other.parcel(), Replica().parcel()):
        with pytest.raises(Refused, match="不用换"):
            renewed(copy, parcel)
    assert copy.code == original.code


def test_package_that_begins_too_late_asks_for_all(copied):
    original, copy, other, _ = copied
    for name in ("张桂芳", "李秀英"):
        original.add(Person, name=name)
        copy.add(Person, name="吴阿根")
    exchange(original, other)
    late = other.parcel({original.code: 2, other.code: 0})
    with pytest.raises(Trouble, match="全部资料"):
        renewed(copy, late)
    assert renewed(copy, other.parcel()).acts == 2


def test_third_computer_that_built_upon_the_copy_stands_in_the_way(copied):
    original, copy, other, person = copied
    third = Replica()
    copy.set(Person, person, phone="13800000001")
    exchange(copy, third)
    third.set(Person, person, phone="13800000002")
    exchange(copy, third)
    original.add(Person, name="张桂芳")
    exchange(original, other)
    before = copy.digests()
    with pytest.raises(Trouble, match="别的电脑收过"):
        renewed(copy, other.parcel())
    assert copy.digests() == before
    done = renewed(original, copy.parcel())
    assert done.acts == 1
    assert json.loads(
        original.rows(select(SyncChange.fields).where(SyncChange.replica == done.identity.code))[0][0]
    )


def busy(replica: Replica, chance: random.Random, made: list[str]) -> None:
    """Do one random thing on a laptop, and remember whom it entered."""
    ids = [id for (id,) in replica.rows(select(Person.id).order_by(Person.id))]
    match chance.choice(("person", "person", "phone", "home", "visit", "undo")):
        case "person":
            made.append(f"{replica.code}{'一' * len(made)}")
            replica.add(Person, name=made[-1])
            replica.store.last_act = None
        case "phone":
            replica.set(Person, chance.choice(ids), phone=f"138{chance.randrange(10**8):08}")
        case "home":
            home = replica.add(Household, door=f"{chance.randrange(99)}号")
            replica.add(HouseholdMember, household_id=home, person_id=chance.choice(ids), relation="head")
        case "visit":
            replica.add(
                Visit, visitors=" ".join(chance.sample(ids, 1)), occurred_on="2026-11-20", visit_type="home"
            )
        case "undo" if replica.store.last_act is not None:
            with replica.store.write("周丽", "撤销") as act:
                history.undo(act, replica.store.last_act)


@pytest.mark.parametrize("seed", range(6))
def test_whatever_the_two_did_meanwhile_all_agree_and_nobody_is_lost(seed, copied):
    chance = random.Random(seed)
    original, copy, other, _ = copied
    made: list[str] = []
    for _ in range(30):
        one = chance.choice((original, copy, copy, other))
        busy(one, chance, made)
        if chance.random() < 0.2:
            exchange(original, other)
        if chance.random() < 0.1:  # what the other wrote by itself comes to the copy as well
            with suppress(Reused):
                copy.take(other.parcel(copy.known()))
    original.add(Person, name="最后")
    exchange(original, other)
    renewed(copy, other.parcel())
    assert settled(copy, other, original)
    assert set(names(original)) >= {*made, "最后"}
    for replica in (original, copy, other):
        codes = replica.known()
        with replica.store.read() as conn:
            assert [broken_link(conn, code) for code in codes] == [None] * len(codes)
