"""Traps of the design that the other tests of exchange do not spring: by their numbers there."""

from datetime import datetime, timedelta

import pytest
from sqlalchemy import select, update

from tests.sync.replicas import Replica, exchange
from villagebranch.db.journal import SyncAct, SyncConflict
from villagebranch.db.record import record_tables
from villagebranch.records.household import Household
from villagebranch.records.kept import HouseholdState
from villagebranch.records.person import Person
from villagebranch.records.visit import Visit


@pytest.fixture
def pair() -> tuple[Replica, Replica]:
    return Replica(), Replica()


@pytest.mark.parametrize("kind", ["person", "well", 'person"; DROP TABLE person; --'])
def test_trap_4_names_of_columns_and_kinds_from_a_file_never_reach_sql(pair, kind):
    a, b = pair
    id = a.add(Person, name="陆根发")
    b.take(a.parcel())
    with a.store.write("周丽", "假的") as act:
        act._changes[kind, id] = {"name = 'x'; DROP TABLE person; --": "x", "rowid": 7, '"': "y"}
    before = b.rows(select(Person.__table__))
    b.take(a.parcel(b.known()))
    assert b.rows(select(Person.__table__)) == before
    assert b.parcel().acts == a.parcel().acts  # kept for a program that knows such names, and sent on


def test_trap_6_bulk_update_outside_an_act_is_refused_for_every_kind(pair):
    for table in record_tables().values():
        with (
            pytest.raises(RuntimeError, match="outside an act"),
            pair[0].store.write("周丽", "一次全改") as act,
        ):
            act.conn.execute(update(table).values(removed_at="2026-11-23"))


def test_trap_6_bulk_change_through_an_act_is_a_change_of_each_record(pair):
    a, b = pair
    with a.store.write("周丽", "导入") as act:
        ids = act.add_many(Person, [{"name": f"村民{number}"} for number in range(2578)])
    with a.store.write("周丽", "一次全改") as act:
        act.put(Person.table(), {id: {"phone": "13800000001"} for id in ids})
    b.take(a.parcel())
    assert b.rows(select(Person.phone).distinct()) == [("13800000001",)]
    assert len(set(a.digests() + b.digests())) == 1


def test_trap_7_fields_that_the_program_keeps_itself_make_no_conflict(pair):
    a, b = pair
    home, person = a.add(Household, door="1号"), a.add(Person, name="周丽")
    exchange(a, b)
    for replica, day in ((a, "2026-11-20"), (b, "2026-11-21")):
        visit = {"household_id": home, "visitors": person, "visit_type": "home"}
        replica.add(Visit, **visit, occurred_on=day)
    exchange(a, b)
    for replica in pair:
        assert replica.rows(select(HouseholdState.last_visit_on)) == [("2026-11-21",)]
        assert replica.rows(select(SyncConflict.__table__)) == []


def test_trap_8_clock_that_jumps_back_within_a_session_lets_the_later_act_win(pair):
    a, b = pair
    id = a.add(Person, name="陆根发", phone="13800000000")
    for hours, phone in ((0, "13800000001"), (-30, "13800000002"), (-24 * 365 * 17, "13800000003")):
        a.store._clock = lambda hours=hours: datetime(2026, 11, 23, 9, 30) + timedelta(hours=hours)
        a.set(Person, id, phone=phone)
    b.take(a.parcel())
    stamps = [stamp for (stamp,) in a.rows(select(SyncAct.stamp).order_by(SyncAct.number))]
    assert stamps == sorted(set(stamps))
    assert b.rows(select(Person.phone)) == [("13800000003",)]
    assert a.rows(select(Person.phone)) == [("13800000003",)]
