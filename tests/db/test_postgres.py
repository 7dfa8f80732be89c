"""A PostgreSQL server in place of the file: several seats at once, a server that dies, and the same answers as SQLite."""

import subprocess
import sys
from contextlib import closing
from datetime import datetime
from pathlib import Path

import pytest
from sqlalchemy import func, insert, make_url, select, update

from tests import samples
from tests.cluster import CLERK, PASSWORD, Cluster, running
from tests.db.lost_answer import losing_answers
from tests.samples import settle
from villagebranch.db import journal
from villagebranch.db.cipher import Key
from villagebranch.db.identity import LocalState
from villagebranch.db.journal import SyncAct
from villagebranch.db.postgres import Server
from villagebranch.db.store import Store
from villagebranch.domain.errors import Refused, Trouble
from villagebranch.records.member import Member
from villagebranch.records.person import Person
from villagebranch.sync.merge import take
from villagebranch.sync.parcel import collect

KEY = Key(b"k" * 32)
SAVING = """
import sys
from datetime import datetime
from tests.db.test_postgres import Person, opened

with opened(sys.argv[1]) as store:
    print("ready", flush=True)
    sys.stdin.readline()
    for number in range(int(sys.argv[3])):
        with store.write(sys.argv[2], "添人") as act:
            act.add_many(Person, [{"name": f"{sys.argv[2]}{number}"}, {"name": "家属"}])
        print(store.last_act, flush=True)
"""


def opened(address: str) -> "closing[Store]":
    return closing(Store(Server(address), KEY, lambda: datetime(2026, 11, 23, 9, 30)))


def seat(address: str, name: str, acts: int) -> subprocess.Popen:
    """Start another seat, which saves so many acts once it is told to."""
    command = [sys.executable, "-c", SAVING, address, name, str(acts)]
    started = subprocess.Popen(
        command, stdin=subprocess.PIPE, stdout=subprocess.PIPE, stderr=subprocess.PIPE, text=True
    )
    assert started.stdout.readline() == "ready\n", started.stderr.read()
    return started


def let_go(seats: list[subprocess.Popen]) -> None:
    for one in seats:
        one.stdin.write("go\n")
        one.stdin.flush()


def sound(store: Store) -> list[int]:
    """Hold the journal against itself, and return the numbers of its acts."""
    with store.read() as conn:
        assert journal.broken_link(conn, store.replica) is None
        assert journal.digest(conn) == journal.replayed_digest(conn)
        return list(conn.scalars(select(SyncAct.number).order_by(SyncAct.number)))


def test_seats_that_save_at_once_count_without_a_gap_in_one_chain(cluster: Cluster, tmp_path: Path) -> None:
    address = cluster.address(tmp_path)
    seats = [seat(address, name, 20) for name in "甲乙丙"]
    let_go(seats)
    told = [one.communicate() for one in seats]
    assert [err for _, err in told] == ["", "", ""]
    with opened(address) as store:
        assert sound(store) == list(range(1, 61))
        with store.read() as conn:
            assert conn.scalar(select(func.count()).select_from(Person)) == 120
            numbers = conn.execute(select(SyncAct.author, SyncAct.number)).tuples().all()
    for (out, _), name in zip(told, "甲乙丙", strict=True):
        said = {int(line.rpartition(":")[2]) for line in out.split()}
        assert said == {number for author, number in numbers if author == name}


def test_seats_that_begin_at_once_make_one_township(cluster: Cluster, tmp_path: Path) -> None:
    address = cluster.address(tmp_path)
    script = "import sys; from tests.db.test_postgres import opened\nwith opened(sys.argv[1]) as s: print(s.replica)"
    command = [sys.executable, "-c", script, address]
    seats = [subprocess.Popen(command, stdout=subprocess.PIPE, text=True) for _ in range(2)]
    assert len({one.communicate()[0] for one in seats}) == 1


def test_server_killed_while_seats_save_keeps_what_was_told_and_no_half_act(tmp_path: Path) -> None:
    with running() as cluster:
        address = cluster.address(tmp_path)
        with opened(address):
            pass
        seats = [seat(address, name, 10_000) for name in ("甲", "乙")]
        let_go(seats)
        told = [one.stdout.readline() for one in seats for _ in range(5)]
        cluster.stop()
        ends = [one.communicate() for one in seats]
        assert all("Trouble: " in err.splitlines()[-1] and "服务器" in err for _, err in ends)
        told += [line for out, _ in ends for line in out.splitlines()]
        cluster.start()
        with opened(address) as store:
            numbers = sound(store)
            assert {int(line.rpartition(":")[2]) for line in told} <= set(numbers)
            assert numbers == list(range(1, len(numbers) + 1))
            with store.write("甲", "添人") as act:
                act.add(Person, {"name": "又好了"})
            assert store.last_act.number == len(numbers) + 1


def test_act_under_way_when_the_server_dies_is_told_and_gone(tmp_path: Path) -> None:
    with running() as cluster, opened(cluster.address(tmp_path)) as store:
        village = settle(store)

        def rename() -> None:
            with store.write("王堃", "改名") as act:
                act.set(Person, village.ids["周丽"], {"name": "周莉"})
                cluster.stop()

        with pytest.raises(Trouble, match="断了"):
            rename()
        with pytest.raises(Trouble, match="连不上"), store.read():
            pass
        cluster.start()
        assert sound(store) == [1]


def test_commit_whose_answer_was_lost_is_looked_up_and_found(cluster: Cluster, tmp_path: Path) -> None:
    with losing_answers(cluster, tmp_path) as address, opened(address) as store:
        with store.write("王堃", "添人") as act:
            act.add(Person, {"name": "陆根发"})
        assert store.last_act.number == 1
        assert sound(store) == [1]


def test_seat_that_waits_too_long_for_another_is_told(cluster: Cluster, tmp_path: Path, monkeypatch) -> None:
    address = cluster.address(tmp_path)
    monkeypatch.setattr(Server, "begin_writing", Server.begin_writing.replace("30s", "50ms"))
    with opened(address) as one, opened(address) as other, one.write("甲", "添人") as act:
        act.add(Person, {"name": "先到"})
        with pytest.raises(Trouble, match="正忙"), other.write("乙", "添人"):
            pass


def test_reader_sees_one_state_while_another_seat_saves(cluster: Cluster, tmp_path: Path) -> None:
    address = cluster.address(tmp_path)
    count = select(func.count()).select_from(Person)
    with opened(address) as one, opened(address) as other, one.read() as conn:
        assert conn.scalar(count) == 0
        with other.write("乙", "添人") as act:
            act.add(Person, {"name": "后来"})
        assert conn.scalar(count) == 0


def test_nothing_can_be_written_where_only_reading_was_meant(cluster: Cluster, tmp_path: Path) -> None:
    with (
        opened(cluster.address(tmp_path)) as store,
        pytest.raises(Trouble, match="只让读"),
        store.read() as conn,
    ):
        conn.execute(update(LocalState).values(value="x"))


@pytest.mark.parametrize(
    ("change", "sentence"),
    [
        (lambda at: at.replace("/v", "/nowhere"), "没有这个库"),
        (lambda at: at.replace("postgres@", "nobody@"), "不认这个用户"),
        (lambda at: at.replace("postgres@", f"{CLERK}:wrong@"), "不认这个用户或密码"),
        (lambda at: at.replace("host=", "host=/nowhere"), "连不上"),
        (lambda at: at.replace("postgres@", f"{CLERK}:{PASSWORD}@"), "权限不够"),
    ],
)
def test_what_stands_in_the_way_of_opening_is_said(cluster, tmp_path, change, sentence) -> None:
    with pytest.raises(Trouble, match=sentence):
        Store(Server(change(cluster.address(tmp_path))), KEY, datetime.now)


@pytest.mark.parametrize(
    "address",
    ["", "village.db", "mysql://h/x", "sqlite:///x.db", "postgresql://host", "postgresql+nothing://h/x"],
)
def test_address_of_something_else_is_refused(address: str) -> None:
    with pytest.raises(Refused, match="postgresql"):
        Server(address)


def test_database_that_cannot_hold_every_character_is_refused(cluster: Cluster) -> None:
    cluster.run("CREATE DATABASE latin TEMPLATE template0 ENCODING 'LATIN1' LOCALE 'C'")
    with pytest.raises(Trouble, match="UTF-8"):
        Store(Server(f"postgresql://postgres@/latin?host={cluster.folder}"), KEY, datetime.now)


@pytest.mark.parametrize(
    ("code", "sentence"),
    [
        ("53100", "磁盘或内存满了"),
        ("53300", "人太多了"),
        ("40P01", "正忙"),
        ("57P01", "断了"),
        ("58030", "有损坏"),
        ("XX001", "有损坏"),
        ("54000", "太长"),
    ],
)
def test_every_trouble_of_a_server_has_its_sentence(cluster: Cluster, tmp_path: Path, code, sentence) -> None:
    raising = f"DO $$ BEGIN RAISE EXCEPTION 'x' USING ERRCODE = '{code}'; END $$"
    with (
        opened(cluster.address(tmp_path)) as store,
        pytest.raises(Trouble, match=sentence),
        store.write("甲", "试") as act,
    ):
        act.conn.exec_driver_sql(raising)


def test_fault_of_our_own_is_no_trouble(cluster: Cluster, tmp_path: Path) -> None:
    with (
        opened(cluster.address(tmp_path)) as store,
        pytest.raises(Exception, match="nothing") as told,
        store.read() as conn,
    ):
        conn.exec_driver_sql("SELECT nothing")
    assert not isinstance(told.value, Trouble)


def test_same_parcel_makes_the_same_digest_in_a_file_and_on_a_server(
    cluster: Cluster, tmp_path: Path
) -> None:
    with closing(samples.open_store(tmp_path)) as file, opened(cluster.address(tmp_path)) as server:
        settle(file)
        with file.write("周丽", "改") as act:
            numbers = {"dues_fen": 2**62, "away_place": "𠮷", "remark": "甲\n乙"}
            act.add(Member, {"person_id": "x", "status": "full"} | numbers)
        give(file, server)
        with server.write("镇里", "批") as act:
            act.add(Person, {"name": "镇里的人"})
        give(server, file)
        assert digest(file) == digest(server)
        assert len(sound(server)) == 3


def give(giver: Store, taker: Store) -> None:
    with giver.read() as conn:
        parcel = collect(conn, {})
    with taker.receive() as (conn, identity):
        take(conn, identity, parcel)


def digest(store: Store) -> str:
    with store.read() as conn:
        return journal.digest(conn)


def test_copy_of_a_database_goes_on_under_a_new_name_and_the_original_under_its_own(
    cluster, tmp_path
) -> None:
    names = []
    original = cluster.address(tmp_path)
    for copied in (False, False, True):
        template = str(make_url(original).database)
        server = Server(cluster.address("copy", template=template) if copied else original)
        with closing(Store(server, KEY, datetime.now, witness=server.witness)) as store:
            with store.write("王堃", "添人") as act:
                act.add(Person, {"name": "陆根发"})
            names.append(store.replica)
            sound(store)
    assert names[0] == names[1] != names[2]


def test_order_is_that_of_sqlite_with_what_is_empty_and_with_every_script(
    cluster: Cluster, tmp_path: Path
) -> None:
    names = ["周丽", "a", "B", "b", None, "É", "𠮷", "", "王 堃", "王堃"]
    asked = [select(Person.name).order_by(order, Person.id) for order in (Person.name, Person.name.desc())]
    with closing(samples.open_store(tmp_path)) as file, opened(cluster.address(tmp_path)) as server:
        told = []
        for store in (file, server):
            with store.write("王堃", "添人") as act:
                for name in names:
                    act.add(Person, {"name": name})
            with store.read() as conn:
                told.append([list(conn.scalars(question)) for question in asked])
    assert told[0] == told[1]


def test_engine_refuses_a_write_around_the_door_here_too(cluster: Cluster, tmp_path: Path) -> None:
    with (
        opened(cluster.address(tmp_path)) as store,
        pytest.raises(RuntimeError, match="outside an act"),
        store.read() as conn,
    ):
        conn.execute(insert(Person.table()), {"id": "x"})
