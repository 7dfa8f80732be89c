"""Two seats of a township over one PostgreSQL server, driven by commands: real folders, a real server."""

import json
import sys
from contextlib import redirect_stdout
from dataclasses import replace
from io import StringIO
from pathlib import Path

import pytest
from sqlalchemy import make_url

from tests import township
from tests.cluster import CLERK, PASSWORD, Cluster
from tests.township import CHEAP, clock
from villagebranch.__main__ import main
from villagebranch.db.place import Place
from villagebranch.db.seat import found
from villagebranch.resources import RESOURCES
from villagebranch.services import township_reply, village_issues
from villagebranch.sync import errands, handover
from villagebranch.sync.cards import keep_partner, new_keys


@pytest.fixture(autouse=True)
def secrets(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setenv("VILLAGEBRANCH_PASSWORD", "lianxin-2026")
    monkeypatch.setenv("VILLAGEBRANCH_PASSPHRASE", "梅溪村党支部 2026")


def run(folder: Path, *words: object, ends: int = 0) -> dict:
    with redirect_stdout(StringIO()) as told:
        assert main(["--data", str(folder), *map(str, words)]) == ends, told.getvalue()
    return json.loads(told.getvalue())


@pytest.fixture
def address(cluster: Cluster, tmp_path: Path) -> str:
    """The address of a database that belongs to a clerk, with the password in it."""
    made = make_url(cluster.address(tmp_path, user=f"{CLERK}:{PASSWORD}"))
    cluster.run(f"ALTER DATABASE {made.database} OWNER TO {CLERK}")
    return made.render_as_string(hide_password=False)


@pytest.fixture
def first(address: str, tmp_path: Path) -> Path:
    folder = tmp_path / "first"
    run(folder, "--database", address, "init", "--branch", "枫泾镇党委", "--user", "周丽")
    return folder


def test_folder_remembers_the_server_and_hides_its_password(first: Path) -> None:
    kept = "".join(file.read_text() for file in first.iterdir() if file.is_file())
    assert "@/v" in kept
    assert PASSWORD not in kept
    assert run(first, "add", "person", "name=陆根发")["kind"] == "person"
    assert not (first / "village.db").exists()


def test_second_seat_finds_what_the_first_has_written_and_the_other_way_round(
    first, address, tmp_path
) -> None:
    second = tmp_path / "second"
    assert run(second, "--database", address, "init", "--user", "吴晓燕")["branch"] == "枫泾镇党委"
    id = run(first, "add", "person", "name=陆根发")["id"]
    assert run(second, "set", "person", id, "phone=13800000000")["changed"]
    assert run(first, "digest") == run(second, "digest")
    told = run(second, "check")
    assert (told["journal"], told["chain"], told["integrity"]) == ("ok", "ok", "server")
    assert told["counts"]["branch"] == 1


def test_import_does_not_look_for_a_backup_that_is_the_servers(first: Path) -> None:
    book = RESOURCES / "demo" / "农户信息.xlsx"
    assert run(first, "import", "households", book, "--apply")["applied"]
    assert not list((first / "backups").iterdir())


def test_snapshot_of_a_laptop_makes_the_same_township_on_a_server(address, tmp_path) -> None:
    laptop, server = tmp_path / "laptop", tmp_path / "server"
    run(laptop, "init", "--branch", "梅溪村党支部")
    run(laptop, "import", "households", RESOURCES / "demo" / "农户信息.xlsx", "--apply")
    snapshot = run(laptop, "package", "export", "--snapshot", "--out", tmp_path)["file"]
    run(server, "--database", address, "init", "--join", snapshot)
    assert run(server, "digest")["digest"] == run(laptop, "digest")["digest"]


def test_folder_with_a_file_is_not_turned_towards_a_server(address, tmp_path) -> None:
    run(tmp_path / "laptop", "init", "--branch", "梅溪村党支部")
    refused = run(tmp_path / "laptop", "--database", address, "digest", ends=2)
    assert "已经有资料文件" in refused["problems"]["database"]


def test_installation_without_the_driver_says_so(tmp_path, monkeypatch) -> None:
    monkeypatch.setitem(sys.modules, "psycopg", None)
    monkeypatch.delitem(sys.modules, "villagebranch.db.postgres", raising=False)
    told = run(tmp_path / "new", "--database", "postgresql://h/x", "init", "--branch", "枫泾镇党委", ends=2)
    assert "没有数据库服务器的驱动" in told["error"]


def test_begin_that_fails_leaves_the_folder_free_for_the_next(address, tmp_path) -> None:
    folder = tmp_path / "new"
    wrong = make_url(address).set(password="wrong").render_as_string(hide_password=False)
    assert "密码" in run(folder, "--database", wrong, "init", "--branch", "枫泾镇党委", ends=2)["error"]
    assert "name" in run(folder, "--database", address, "init", ends=2)["problems"]
    run(folder, "--database", address, "init", "--branch", "枫泾镇党委")


def test_address_that_is_damaged_can_be_written_again(first: Path, address: str) -> None:
    (first / "server.json").write_text("{")
    assert "--database" in run(first, "digest", ends=2)["error"]
    run(first, "--database", address, "digest")
    run(first, "digest")


def test_what_waits_for_the_villages_is_counted_on_the_server(cluster: Cluster, tmp_path: Path) -> None:
    address = cluster.address(tmp_path)
    seat = found(Place(tmp_path / "town"), township.TOWN, "陆明华", "lianxin-2026", clock, CHEAP, address)
    ids = township.settle(seat.store)
    with seat.store.receive() as (conn, _):
        for told in township.VILLAGES:
            card = replace(new_keys().card(told.name), unit=told.name, branch=f"{told.code}-branch")
            keep_partner(conn, card)
    with seat.store.write("陆明华", "下通知要求", ids["梅溪村党支部"]) as act:
        township_reply.instruct(act, {"title": "上报年度党员名册"}, clock().date())
    with seat.store.read() as conn:
        to = handover.latest_reporters(conn)
        waiting = dict(zip((card.unit for card in to), errands.waiting(conn, to), strict=True))
        listed = village_issues.found(conn, village_issues.Wanted(), clock().date())
    seat.close()
    assert {unit for unit, told in waiting.items() if told.changes} == {"梅溪村党支部"}
    assert len(listed) == 5
