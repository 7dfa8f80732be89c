"""The store, the journal, history and undo, over real encrypted files and over a real server."""

import json
from contextlib import closing
from datetime import datetime
from pathlib import Path

import pytest
from sqlalchemy import insert, inspect, select

from tests.samples import Village, open_store
from villagebranch.db import history, journal, migrate
from villagebranch.db.identity import LocalState
from villagebranch.db.journal import SyncAct, SyncChange, SyncVector
from villagebranch.db.record import Base
from villagebranch.db.store import Store
from villagebranch.domain.errors import Trouble
from villagebranch.records import kept
from villagebranch.records.household import Household
from villagebranch.records.instruction import Instruction
from villagebranch.records.kept import HouseholdState, VisitVisitor
from villagebranch.records.person import Person
from villagebranch.records.visit import Visit

pytestmark = pytest.mark.usefixtures("everywhere")


def names(store: Store) -> list[str]:
    with store.read() as conn:
        return list(conn.scalars(select(Person.name).where(Person.removed_at.is_(None)).order_by(Person.id)))


def test_what_an_act_wrote_is_there_after_the_file_is_opened_again(tmp_path: Path) -> None:
    store = open_store(tmp_path)
    with store.write("王堃", "添人") as act:
        act.add(Person, {"name": "陆根发"})
    store.close()
    with closing(open_store(tmp_path)) as store:
        assert names(store) == ["陆根发"]


def test_an_exception_inside_an_act_leaves_nothing_behind(village: Village) -> None:
    with village.store.read() as conn:
        before = journal.digest(conn), conn.scalars(select(SyncAct.number)).all()

    def break_off() -> None:
        with village.store.write("王堃", "添人") as act:
            act.add(Person, {"name": "陆根发"})
            raise ZeroDivisionError

    with pytest.raises(ZeroDivisionError):
        break_off()
    with village.store.read() as conn:
        assert (journal.digest(conn), conn.scalars(select(SyncAct.number)).all()) == before


def test_an_act_that_changes_nothing_leaves_no_trace(village: Village) -> None:
    with village.store.write("王堃", "改名") as act:
        assert not act.set(Person, village.ids["周丽"], {"name": "周丽"})
    assert village.store.last_act is None


def test_the_journal_alone_tells_the_same_records(village: Village) -> None:
    with village.store.write("王堃", "改电话") as act:
        act.set(Person, village.ids["周丽"], {"phone": "13800000001"})
        act.remove(Household, village.ids["户 陆根发"])
    with village.store.read() as conn:
        assert journal.digest(conn) == journal.replayed_digest(conn)
        assert journal.broken_link(conn, village.store.replica) is None


def test_a_write_that_goes_around_the_door_is_refused(village: Village) -> None:
    with pytest.raises(RuntimeError, match="outside an act"), village.store.read() as conn:
        conn.execute(insert(Person.table()), {"id": "x"})
    with pytest.raises(RuntimeError, match="outside an act"), village.store.write("王堃", "绕路") as act:
        act.conn.execute(insert(Person.table()), {"id": "x"})


def test_a_write_in_plain_sql_shows_in_the_digest(village: Village) -> None:
    with village.store.write("王堃", "绕路") as act:
        act.conn.exec_driver_sql("UPDATE person SET name = '别人' WHERE name = '周丽'")
    with village.store.read() as conn:
        assert journal.digest(conn) != journal.replayed_digest(conn)


def test_a_change_of_an_old_act_breaks_the_chain_there(village: Village) -> None:
    with village.store.write("王堃", "改电话") as act:
        act.set(Person, village.ids["周丽"], {"phone": "13800000001"})
    with village.store.write("王堃", "篡改") as act:
        act.conn.exec_driver_sql("UPDATE sync_change SET fields = '{}' WHERE number = 2")
    with village.store.read() as conn:
        assert journal.broken_link(conn, village.store.replica) == 2


def test_stamps_count_on_when_the_clock_goes_back(tmp_path: Path) -> None:
    times = iter([datetime(2026, 11, 23), datetime(2009, 1, 1), datetime(2099, 1, 1), datetime(2026, 11, 24)])
    with closing(open_store(tmp_path, lambda: next(times))) as store:
        for number in range(4):
            with store.write("王堃", "添人") as act:
                act.add(Person, {"name": "甲乙丙丁"[number]})
        with store.read() as conn:
            stamps = conn.scalars(select(SyncAct.stamp).order_by(SyncAct.number)).all()
    assert list(stamps) == sorted(set(stamps))


def test_acts_to_several_villages_are_written_each_in_its_stream_and_all_or_none(tmp_path: Path) -> None:
    with closing(open_store(tmp_path)) as store:
        told = {"title": "上报年报", "issued_on": "2026-11-23"}
        with pytest.raises(KeyError), store.write_each("陆明华", "下通知要求", ["a", "b"]) as (a, b):
            b.add(Instruction, {**told, "no_such_field": a.add(Instruction, told)})
        with store.write_each("陆明华", "下通知要求", ["a", "b"]) as acts:
            ids = [act.add(Instruction, told) for act in acts]
        with store.read() as conn:
            written = conn.execute(select(SyncChange.record, SyncChange.replica, SyncChange.number)).all()
            assert {record for record, _, _ in written} == set(ids)
            assert sorted(store.stream_of(journal.ActRef(code, number)) for _, code, number in written) == [
                "a",
                "b",
            ]
            assert journal.digest(conn) == journal.replayed_digest(conn)


def test_ids_are_short_and_carry_the_replica(village: Village) -> None:
    assert all(id.startswith(f"{village.store.replica}-") and len(id) <= 13 for id in village.ids.values())


def test_a_restored_database_goes_on_under_a_new_name(village: Village, tmp_path: Path) -> None:
    old = village.store.replica
    with village.store.write("王堃", "恢复") as act:
        act.conn.execute(insert(LocalState), {"key": "restored_from", "value": "2026-11-22"})
    village.store.close()
    with closing(open_store(tmp_path)) as store:
        with store.write("王堃", "添人") as act:
            assert act.add(Person, {"name": "陆根发"}).startswith(store.replica)
        with store.read() as conn:
            vector = conn.scalars(select(SyncVector.vector).where(SyncVector.replica == store.replica)).one()
            assert journal.broken_link(conn, store.replica) is None
    assert store.replica != old
    assert json.loads(vector) == {old: 1}


def test_history_tells_each_field_with_what_stood_there_before(village: Village) -> None:
    for phone in ("13800000001", "13800000002"):
        with village.store.write("周丽", "改电话") as act:
            act.set(Person, village.ids["周丽"], {"phone": phone})
    with village.store.read() as conn:
        edits = [e for e in history.history(conn, "person", village.ids["周丽"]) if e.field == "phone"]
    assert [(e.before, e.after, e.author) for e in edits] == [
        (None, "13800000001", "周丽"),
        ("13800000001", "13800000002", "周丽"),
    ]


def undo(store: Store, ref: journal.ActRef | None) -> history.Undone:
    assert ref is not None
    with store.write("王堃", "撤销") as act:
        return history.undo(act, ref)


def test_an_undo_can_be_undone_also_after_a_restart(village: Village, tmp_path: Path) -> None:
    store = village.store
    with store.write("王堃", "改名") as act:
        act.set(Person, village.ids["周丽"], {"name": "周莉"})
        act.add(Person, {"name": "新人"})
    changed = store.last_act
    store.close()
    with closing(open_store(tmp_path)) as store:
        assert undo(store, changed) == history.Undone(2, 0)
        assert "周丽" in names(store)
        assert "新人" not in names(store)
        undo(store, store.last_act)
        assert {"周莉", "新人"} <= set(names(store))


def test_undo_leaves_what_somebody_changed_since(village: Village) -> None:
    with village.store.write("王堃", "改") as act:
        act.set(Person, village.ids["周丽"], {"phone": "13800000001"})
        act.set(Person, village.ids["王堃"], {"phone": "13800000002"})
    first = village.store.last_act
    with village.store.write("周丽", "改") as act:
        act.set(Person, village.ids["周丽"], {"phone": "13900000001"})
    assert undo(village.store, first) == history.Undone(1, 1)
    with village.store.read() as conn:
        assert conn.scalar(select(Person.phone).where(Person.id == village.ids["周丽"])) == "13900000001"


def test_undo_keeps_a_new_household_that_has_been_visited_since(village: Village) -> None:
    with village.store.write("王堃", "导入") as act:
        used, unused = act.add_many(Household, [{"door": "1号"}, {"door": "2号"}])
    imported = village.store.last_act
    with village.store.write("周丽", "记走访") as act:
        visit = {
            "household_id": used,
            "occurred_on": "2026-11-23",
            "visitors": village.ids["周丽"],
            "visit_type": "home",
        }
        act.add(Visit, visit)
    assert undo(village.store, imported) == history.Undone(1, 1)
    with village.store.read() as conn:
        left = conn.scalars(select(Household.id).where(Household.removed_at.is_(None))).all()
    assert used in left
    assert unused not in left


def test_the_list_of_acts_says_which_were_taken_back(village: Village) -> None:
    with village.store.write("王堃", "改") as act:
        act.set(Person, village.ids["周丽"], {"phone": "13800000001"})
    changed = village.store.last_act
    undo(village.store, changed)
    with village.store.read() as conn:
        done = {str(one.ref): one for one in history.acts(conn)}
    assert done[str(changed)].undone_by == village.store.last_act
    assert done[str(village.store.last_act)].undone_by is None


def test_kept_columns_follow_a_visit_that_moves_to_another_household(village: Village) -> None:
    first, second = village.ids["户 陆根发"], village.ids["户 张桂芳"]
    draft = {
        "household_id": first,
        "occurred_on": "2026-11-20",
        "visitors": village.ids["周丽"],
        "visit_type": "home",
    }
    with village.store.write("周丽", "记走访") as act:
        visit = act.add(Visit, draft)
    with village.store.write("周丽", "改走访") as act:
        act.set(Visit, visit, {"household_id": second})
    with village.store.read() as conn:
        last = dict(conn.execute(select(HouseholdState.household_id, HouseholdState.last_visit_on)).all())
    assert (last[first], last[second]) == (None, "2026-11-20")


def test_kept_columns_made_anew_are_what_they_were(village: Village) -> None:
    draft = {"household_id": village.ids["户 陆根发"], "occurred_on": "2026-11-20", "visit_type": "home"}
    with village.store.write("周丽", "记走访") as act:
        act.add(Visit, draft | {"visitors": f"{village.ids['周丽']} {village.ids['王堃']}"})
    with village.store.write("周丽", "重建") as act:
        before = [
            sorted(act.conn.execute(select(t.__table__)).all(), key=str)
            for t in (VisitVisitor, HouseholdState)
        ]
        kept.rebuild(act.conn)
        after = [
            sorted(act.conn.execute(select(t.__table__)).all(), key=str)
            for t in (VisitVisitor, HouseholdState)
        ]
    assert after == before


def test_the_migrations_make_the_tables_that_the_records_declare(village: Village) -> None:
    with village.store.read() as conn:
        found = inspect(conn)
        made = {name: {c["name"] for c in found.get_columns(name)} for name in found.get_table_names()}
    declared = {name: set(table.columns.keys()) for name, table in Base.metadata.tables.items()}
    made["sync_change"].discard("rowid")  # a server has no such number of its own accord
    assert made == declared


def test_a_database_of_a_newer_program_is_left_alone(village: Village, tmp_path: Path) -> None:
    with village.store.write("王堃", "升级") as act:
        act.conn.exec_driver_sql("UPDATE local_state SET value = '999' WHERE key = 'schema'")
    village.store.close()
    with pytest.raises(Trouble, match="先升级程序"):
        open_store(tmp_path)


def test_every_change_of_an_act_bears_its_number(village: Village) -> None:
    with village.store.read() as conn:
        assert set(conn.scalars(select(SyncChange.number))) == {1}
        assert migrate.behind(conn) is False
