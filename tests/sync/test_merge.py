"""Replicas that exchange: what is shown, what is asked, what is refused, and the traps that were met in earlier trials."""

import re
from dataclasses import replace
from datetime import datetime
from hashlib import sha256

import pytest
from sqlalchemy import insert, select

from tests.sync.replicas import Replica, exchange
from villagebranch.db import history
from villagebranch.db.identity import LocalState
from villagebranch.db.journal import SyncAct, SyncConflict, SyncVector, broken_link
from villagebranch.db.migrate import scripts, statements
from villagebranch.records.attachment import Attachment, AttachmentBlob
from villagebranch.records.household import Household
from villagebranch.records.household_member import HouseholdMember
from villagebranch.records.kept import HouseholdState
from villagebranch.records.member import Member
from villagebranch.records.person import Person
from villagebranch.records.visit import Visit
from villagebranch.sync import merge
from villagebranch.sync.check import Forged, Missing, Reused
from villagebranch.sync.conflicts import Conflict, conflicts, settle
from villagebranch.sync.parcel import Change, Parcel

pytestmark = pytest.mark.usefixtures("everywhere")


@pytest.fixture
def pair() -> tuple[Replica, Replica]:
    return Replica(), Replica()


@pytest.fixture
def person(pair) -> str:
    """A person whom both replicas know."""
    id = pair[0].add(Person, name="陆根发", phone="13800000000")
    exchange(*pair)
    return id


def one(replica: Replica, column, id: str):
    return replica.rows(select(column).where(column.class_.id == id))[0][0]


def open_conflicts(replica: Replica) -> tuple[Conflict, ...]:
    with replica.store.read() as conn:
        return conflicts(conn)


def settled(replica: Replica, **values) -> None:
    with replica.store.write("王堃", "定夺") as act:
        settle(act, conflicts(act.conn)[0], values)


def same(*replicas: Replica) -> bool:
    return len({digest for replica in replicas for digest in replica.digests()}) == 1


def test_what_one_wrote_stands_at_the_other_with_its_author(pair):
    id = pair[0].add(Person, name="陆根发")
    exchange(*pair)
    assert one(pair[1], Person.name, id) == "陆根发"
    assert pair[1].rows(select(SyncAct.author, SyncAct.form)) == [("周丽", "添加")]
    assert same(*pair)


def test_different_fields_changed_on_both_sides_are_both_kept(pair, person):
    pair[0].set(Person, person, phone="13800000001")
    pair[1].set(Person, person, address="5组18号")
    exchange(*pair)
    assert pair[0].rows(select(Person.phone, Person.address)) == [("13800000001", "5组18号")]
    assert open_conflicts(pair[0]) == ()
    assert same(*pair)


def test_same_field_changed_on_both_sides_is_a_conflict_with_both_values_and_the_original(pair, person):
    pair[0].set(Person, person, phone="13800000001")
    pair[1].set(Person, person, phone="13800000002")
    exchange(*pair)
    (conflict,) = open_conflicts(pair[0])
    assert {side.values["phone"] for side in conflict.sides} == {"13800000001", "13800000002"}
    assert conflict.before == {"phone": "13800000000"}
    assert conflict.shown == {"phone": one(pair[1], Person.phone, person)}
    assert open_conflicts(pair[1]) == (conflict,)
    assert same(*pair)


@pytest.mark.parametrize("phone", ["13800000001", "13800000002", "13800000003"])
def test_settled_conflict_closes_everywhere_whichever_value_is_kept(pair, person, phone):
    pair[0].set(Person, person, phone="13800000001")
    pair[1].set(Person, person, phone="13800000002")
    exchange(*pair)
    settled(pair[1], phone=phone)
    exchange(*pair)
    assert [open_conflicts(replica) for replica in pair] == [(), ()]
    assert [one(replica, Person.phone, person) for replica in pair] == [phone, phone]
    assert same(*pair)


def test_loser_of_a_conflict_stays_in_the_history(pair, person):
    pair[0].set(Person, person, phone="13800000001")
    pair[1].set(Person, person, phone="13800000002")
    exchange(*pair)
    settled(pair[0], phone="13800000001")
    with pair[0].store.read() as conn:
        told = [edit.after for edit in history.history(conn, "person", person) if edit.field == "phone"]
    assert {"13800000001", "13800000002"} <= set(told)


def test_settling_is_undone_like_any_other_act(pair, person):
    pair[0].set(Person, person, phone="13800000001")
    pair[1].set(Person, person, phone="13800000002")
    exchange(*pair)
    shown = one(pair[0], Person.phone, person)
    settled(pair[0], phone="13800000003")
    settlement = pair[0].store.last_act
    with pair[0].store.write("王堃", "撤销") as act:
        history.undo(act, settlement)
    exchange(*pair)
    assert one(pair[1], Person.phone, person) == shown
    assert same(*pair)


def test_two_who_settle_differently_are_asked_again(pair, person):
    pair[0].set(Person, person, phone="13800000001")
    pair[1].set(Person, person, phone="13800000002")
    exchange(*pair)
    settled(pair[0], phone="13800000001")
    settled(pair[1], phone="13800000002")
    exchange(*pair)
    assert len(open_conflicts(pair[0])) == 1
    assert open_conflicts(pair[0]) == open_conflicts(pair[1])


def test_fields_that_mean_something_together_are_one_conflict_and_never_mixed(pair):
    first, second = (pair[0].add(Household, door=door) for door in ("1号", "2号"))
    visit = pair[0].add(Visit, household_id=first, occurred_on="2026-11-20", visitors="x", visit_type="home")
    exchange(*pair)
    pair[0].set(Visit, visit, household_id=None, place="3组机耕路")
    pair[1].set(Visit, visit, household_id=second)
    exchange(*pair)
    (conflict,) = open_conflicts(pair[0])
    assert conflict.fields == ("household_id", "place")
    assert pair[0].rows(select(Visit.household_id, Visit.place))[0] in {(None, "3组机耕路"), (second, None)}
    assert same(*pair)


def test_other_fields_of_a_group_are_nobodys_edit_in_the_history(pair):
    id = pair[0].add(Member, status="full", away=1, away_place="上海")
    pair[0].set(Member, id, away_place="杭州")
    with pair[0].store.read() as conn:
        told = [(edit.field, edit.after) for edit in history.history(conn, "member", id)[3:]]
    assert told == [("away_place", "杭州")]


def test_delete_against_edit_is_a_conflict_and_the_record_stays(pair, person):
    pair[0].remove(Person, person)
    pair[1].set(Person, person, phone="13800000001")
    exchange(*pair)
    assert [one(replica, Person.removed_at, person) for replica in pair] == [None, None]
    (conflict,) = open_conflicts(pair[0])
    assert conflict.register == "removed_at"
    assert [sorted(side.values) for side in conflict.sides] == [["removed_at"], ["phone"]]
    assert same(*pair)


@pytest.mark.parametrize("removed_at", [None, "2026-11-23T09:30:00"])
def test_delete_against_edit_is_settled_either_way(pair, person, removed_at):
    pair[0].remove(Person, person)
    pair[1].set(Person, person, phone="13800000001")
    exchange(*pair)
    settled(pair[0], removed_at=removed_at)
    exchange(*pair)
    assert [one(replica, Person.removed_at, person) for replica in pair] == [removed_at, removed_at]
    assert open_conflicts(pair[1]) == ()
    assert same(*pair)


def test_further_edit_does_not_bring_the_deletion_through(pair, person):
    pair[0].remove(Person, person)
    pair[1].set(Person, person, phone="13800000001")
    exchange(*pair)
    pair[1].set(Person, person, phone="13800000002")
    exchange(*pair)
    assert one(pair[0], Person.removed_at, person) is None
    assert len(open_conflicts(pair[0])) == 1


def test_both_delete_and_nobody_is_asked(pair, person):
    pair[0].remove(Person, person)
    pair[1].clock = pair[1].store._clock = lambda: datetime(2026, 11, 24)
    pair[1].remove(Person, person)
    exchange(*pair)
    assert one(pair[0], Person.removed_at, person) == "2026-11-24T00:00:00"
    assert open_conflicts(pair[0]) == ()
    assert same(*pair)


def test_kept_columns_follow_what_others_did(pair):
    a, b = pair
    house = a.add(Household, door="1号")
    head = a.add(Person, name="陆根发")
    a.add(HouseholdMember, household_id=house, person_id=head, relation="head")
    a.add(Visit, household_id=house, occurred_on="2026-11-20", visitors=head, visit_type="home")
    exchange(a, b)
    kept = select(HouseholdState.household_id, HouseholdState.head_name, HouseholdState.last_visit_on)
    assert b.rows(kept) == [(house, "陆根发", "2026-11-20")]


# What travels: late, twice, out of order, not at all.


def test_parcel_that_comes_twice_changes_nothing(pair, person):
    parcel = pair[0].parcel()
    pair[1].set(Person, person, phone="13800000001")
    before = pair[1].digests(), pair[1].known(), pair[1].rows(select(SyncVector.__table__))
    outlook = pair[1].take(parcel)
    assert (outlook.acts, outlook.known) == (0, 1)
    assert (pair[1].digests(), pair[1].known(), pair[1].rows(select(SyncVector.__table__))) == before


def test_stale_parcel_does_not_bring_old_values_back(pair, person):
    stale = pair[0].parcel()
    pair[0].set(Person, person, phone="13800000001")
    exchange(*pair)
    pair[1].take(stale)
    assert one(pair[1], Person.phone, person) == "13800000001"


def test_parcel_after_a_lost_one_applies_nothing_and_says_what_is_missing(pair, person):
    held = pair[1].known()
    pair[0].set(Person, person, phone="13800000001")
    lost = pair[0].known()
    pair[0].set(Person, person, phone="13800000002")
    with pytest.raises(Missing, match="2026-11-23 当天的改动") as failure:
        pair[1].take(pair[0].parcel(lost))
    assert failure.value.gaps == {pair[0].code: (2, 2)}
    assert pair[1].known() == held
    pair[1].take(pair[0].parcel(held))
    assert one(pair[1], Person.phone, person) == "13800000002"


def test_prerequisites_hold_for_all_replicas_not_only_for_the_sender(pair, person):
    """Trap 2: B answered an act of A that C has not got; the parcel itself has only acts of B."""
    a, b = pair
    c = Replica()
    c.take(b.parcel())
    a.set(Person, person, phone="13800000001")
    exchange(a, b)
    b.set(Person, person, phone="13800000002")
    parcel = b.parcel(a.known())
    assert {act.replica for act in parcel.acts} == {b.code}
    with pytest.raises(Missing):
        c.take(parcel)


def test_preview_tells_what_will_happen_before_a_byte_is_written(pair, person):
    gone = pair[0].add(Person, name="旧人")
    exchange(*pair)
    pair[0].add(Person, name="新人")
    pair[0].set(Person, person, phone="13800000001")
    pair[0].remove(Person, gone)
    pair[0].remove(Person, pair[0].add(Person, name="没有来过的人"))
    pair[1].set(Person, person, phone="13800000002")
    before = pair[1].state()
    outlook = pair[1].look(pair[0].parcel())
    assert pair[1].state() == before
    assert (outlook.new, outlook.changed) == ({"person": 2}, {"person": 2})
    assert (outlook.deletions, outlook.conflicts) == ([("person", gone)], [("person", person, "phone")])
    assert pair[1].take(pair[0].parcel()) == outlook


# Traps already met, by their numbers in the design.


def test_trap_1_tie_is_broken_alike_everywhere_and_equal_heads_are_kept(pair, person):
    a, b = pair
    c = Replica()
    exchange(a, b, c)
    a.set(Person, person, phone="13800000001")
    b.set(Person, person, phone="13800000001")
    c.take(a.parcel(c.known()))
    c.set(Person, person, phone="13800000003")
    exchange(a, b, c)
    assert same(a, b, c)
    (conflict,) = open_conflicts(a)  # c knew a's value, but not b's equal one
    assert {side.ref.replica for side in conflict.sides} == {b.code, c.code}


def test_trap_5_restored_backup_that_kept_its_identity_is_named_on_both_sides(pair, person):
    a, b = pair
    backup = a.back_up()
    a.set(Person, person, phone="13800000001")
    exchange(a, b)
    a.restore(backup, renewed=False)
    with pytest.raises(Reused, match=a.code):
        a.take(b.parcel())
    a.set(Person, person, phone="13800000002")
    for parcel in (a.parcel(), a.parcel(b.known())):
        with pytest.raises(Reused, match=a.code):
            b.take(parcel)
    a.set(Person, person, phone="13800000003")
    with pytest.raises(Reused, match=a.code):
        b.take(a.parcel())


def test_trap_5_third_replica_sees_that_the_others_speak_of_different_acts(pair, person):
    a, b = pair
    c = Replica()
    backup = a.back_up()
    a.set(Person, person, phone="13800000001")
    b.take(a.parcel())
    a.restore(backup, renewed=False)
    a.set(Person, person, phone="13800000002")
    c.take(a.parcel())
    with pytest.raises(Reused, match=a.code):
        c.take(b.parcel(c.known()))


def test_trap_5_restored_backup_with_a_new_identity_gets_back_what_it_lost(pair, person):
    a, b = pair
    backup = a.back_up()
    a.set(Person, person, phone="13800000001")
    exchange(a, b)
    a.restore(backup)
    a.set(Person, person, address="5组18号")
    exchange(a, b)
    assert a.rows(select(Person.phone, Person.address)) == [("13800000001", "5组18号")]
    assert same(a, b)


def test_trap_7_identical_edits_on_both_sides_are_no_conflict(pair, person):
    for replica in pair:
        replica.set(Person, person, phone="13800000001")
    exchange(*pair)
    assert open_conflicts(pair[0]) == ()
    assert pair[0].rows(select(SyncConflict.__table__)) == []


@pytest.mark.parametrize("year", [2009, 2099])
def test_trap_8_wrong_year_loses_no_change_and_does_not_win_for_ever(pair, person, year):
    a, b = pair
    a.store._clock = lambda: datetime(year, 1, 1)
    a.set(Person, person, phone="13800000001")
    exchange(a, b)
    assert one(b, Person.phone, person) == "13800000001"
    b.set(Person, person, phone="13800000002")
    exchange(a, b)
    assert one(a, Person.phone, person) == "13800000002"
    assert open_conflicts(a) == ()


def test_trap_8_failed_import_leaves_data_clock_and_vectors_as_they_were(pair, person, monkeypatch):
    a, b = pair
    a.store._clock = lambda: datetime(2099, 1, 1)
    a.set(Person, person, phone="13800000001")
    before = b.state()

    def fail(*_):
        raise ZeroDivisionError

    monkeypatch.setattr(merge, "_write_conflicts", fail)
    with pytest.raises(ZeroDivisionError):
        b.take(a.parcel())
    assert b.state() == before
    b.set(Person, person, address="5组18号")
    stamps = b.rows(select(SyncAct.stamp).where(SyncAct.replica == b.code))
    assert datetime.fromtimestamp(stamps[0][0] / 1000).year == 2026


# What does not hold together is refused.


def forged(parcel: Parcel, **change) -> Parcel:
    return replace(parcel, acts=[*parcel.acts[:-1], parcel.acts[-1]._replace(**change)])


@pytest.mark.parametrize(
    "change",
    [
        {"author": "别人"},
        {"number": 3},
        {"stamp": 1},
        {"vector": '{"stranger":5}'},
        {"vector": "[" * 100_000},
        {"changes": ()},
        {"changes": (Change("person", "p-1", '{"name":NaN}'),)},
        {"changes": (Change("person", "p-1", '{"name":5}'),)},
        {"changes": (Change("person", "p-1", '{"id":"p-2"}'),)},
        {"changes": (Change("person", "p-1", "[" * 100_000),)},
        {"changes": (Change("person", "p-1", '["name"]'),)},
        {"changes": (Change("person", "p-1", '{"name":"\\ud800"}'),)},
        {"author": "\ud800"},
        {"changes": (Change("household", "h-1", f'{{"number":{2**63}}}'),)},
        {"changes": (Change("person", "p-1", "{}"), Change("person", "p-1", "{}"))},
    ],
)
def test_parcel_that_contradicts_itself_is_refused_and_changes_nothing(pair, person, change):
    pair[0].set(Person, person, phone="13800000001")
    before = pair[1].state()
    with pytest.raises(Forged):
        pair[1].take(forged(pair[0].parcel(), **change))
    assert pair[1].state() == before


def lying(pair, kind: str, **fields) -> Parcel:
    """Return a parcel of the first replica that holds together, whatever its last change says."""
    with pair[0].store.write("周丽", "假的") as act:
        act._changes[kind, "x-1"] = fields
    return pair[0].parcel()


@pytest.mark.parametrize(
    ("kind", "fields"),
    [
        ("household_member", {"household_id": None, "person_id": None}),
        ("visit", {"visitors": "p-1 p-1", "occurred_on": "2026-11-20"}),
        ("visit", {"visitors": "p-1", "occurred_on": None}),
        ("person", {"merged_into": "x-1"}),
    ],
)
def test_record_that_no_form_would_have_let_through_does_not_stop_the_merge(pair, kind, fields):
    pair[1].take(lying(pair, kind, **fields))
    assert same(pair[1])


def test_end_that_is_said_to_be_beyond_all_acts_is_refused_without_counting_up_to_it(pair, person):
    pair[0].set(Person, person, phone="13800000001")
    parcel = pair[0].parcel()
    ends = {code: point._replace(number=10**18) for code, point in parcel.end.items()}
    with pytest.raises(Forged):
        pair[1].take(replace(parcel, end=ends))


def test_chain_of_every_replica_can_be_followed_after_an_import(pair, person):
    pair[1].set(Person, person, phone="13800000001")
    exchange(*pair)
    pair[0].set(Person, person, phone="13800000002")
    exchange(*pair)
    with pair[1].store.read() as conn:
        assert [broken_link(conn, replica.code) for replica in pair] == [None, None]


def test_changed_vector_breaks_the_chain(pair, person):
    pair[1].set(Person, person, phone="13800000001")
    with pair[1].store.write("王堃", "篡改") as act:
        act.conn.exec_driver_sql("UPDATE sync_vector SET vector = '{}' WHERE number = 1")
    with pair[1].store.read() as conn:
        assert broken_link(conn, pair[1].code) == 1


# What only a newer program knows.


def from_newer_program(pair: tuple[Replica, Replica], change: Change) -> Parcel:
    """Return a parcel of the first replica with an act of a newer program at its end."""
    a, _ = pair
    a.add(Person, name="新程序")
    with a.store.write("周丽", "新") as act:
        act.conn.exec_driver_sql("UPDATE local_state SET value = '99' WHERE \"key\" = 'schema'")
        act._identity.schema = 99
        act._changes[change.kind, change.record] = {"shown_as": "老陆"}
    return a.parcel()


@pytest.mark.parametrize("kind", ["person", "well"])
def test_unknown_fields_and_kinds_are_kept_and_sent_on_unchanged(pair, person, kind):
    id = person if kind == "person" else "w-1"
    parcel = from_newer_program(pair, Change(kind, id, ""))
    outlook = pair[1].take(parcel)
    assert outlook.beyond == (kind == "well")
    assert pair[1].parcel().acts == parcel.acts
    c = Replica()
    c.take(pair[1].parcel())
    assert c.parcel().acts == parcel.acts
    assert same(pair[1], c)


def test_unknown_fields_appear_after_the_upgrade(pair, person):
    """The second schema brought `merged_into`: a database of the first has kept it in its journal."""
    a, b = pair
    a.set(Person, person, merged_into="p-9")
    b.take(a.parcel())
    with b.store.write("王堃", "退回旧版") as act:
        for undoing in _undoing_all_after(1):
            act.conn.exec_driver_sql(undoing)
        act.conn.exec_driver_sql("UPDATE local_state SET value = '1' WHERE \"key\" = 'schema'")
    b.reopen()
    assert one(b, Person.merged_into, person) == "p-9"
    assert b.rows(select(LocalState.value).where(LocalState.key == "schema")) == [(str(max(scripts())),)]
    assert same(a, b)


def _undoing_all_after(schema: int) -> list[str]:
    """Return the statements that take back what later migrations made."""
    made = [one for number, script in scripts().items() if number > schema for one in statements(script)]
    columns = [match for one in made if (match := re.match(r"ALTER TABLE (\w+) ADD COLUMN (\w+)", one))]
    others = [match for one in made if (match := re.match(r"CREATE (TABLE|INDEX) (\w+)", one))]
    tables = {match[2] for match in others if match[1] == "TABLE"}
    dropped = [f"DROP {match[1]} IF EXISTS {match[2]}" for match in sorted(others, key=lambda one: one[1])]
    left = [match for match in columns if match[1] not in tables]
    return dropped + [f"ALTER TABLE {match[1]} DROP COLUMN {match[2]}" for match in left]


# Photos.


def photographed(replica: Replica, content: bytes) -> str:
    told = sha256(content).hexdigest()
    with replica.store.write("周丽", "照片") as act:
        act.conn.execute(insert(AttachmentBlob), {"sha256": told, "bytes": content})
        act.add(Attachment, {"owner_kind": "visit", "owner_id": "v-1", "sha256": told})
    return told


def test_photos_travel_with_their_attachments_also_through_a_third(pair):
    a, b = pair
    c = Replica()
    told = photographed(a, b"jpeg")
    b.take(a.parcel())
    c.take(b.parcel())
    assert c.rows(select(AttachmentBlob.sha256, AttachmentBlob.bytes)) == [(told, b"jpeg")]
    assert a.parcel(a.known()).photos == {}


def test_photo_that_is_not_what_its_hash_says_is_refused(pair):
    a, b = pair
    told = photographed(a, b"jpeg")
    with pytest.raises(Forged):
        b.take(replace(a.parcel(), photos={told: b"other"}))
    assert b.known() == {}
