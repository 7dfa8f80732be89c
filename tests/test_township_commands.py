"""Two villages and their township exchange by commands: reports go up, answers and instructions come down."""

import shutil
from collections.abc import Iterator
from pathlib import Path

import openpyxl
import pytest

from tests.laptops import Laptop


@pytest.fixture(scope="module", autouse=True)
def secrets() -> Iterator[None]:
    with pytest.MonkeyPatch.context() as patch:
        patch.setenv("VILLAGEBRANCH_PASSWORD", "lianxin-2026")
        patch.setenv("VILLAGEBRANCH_PASSPHRASE", "梅溪村党支部 2026")
        yield


@pytest.fixture(scope="module")
def founded(tmp_path_factory) -> Path:
    """Two laptops (a, b) of 梅溪村, one (c) of 石桥村, and the township (t); everybody knows whom they need to."""
    folder = tmp_path_factory.mktemp("founded")
    a, b, c, t = (Laptop(folder / name) for name in "abct")
    a("init", "--branch", "梅溪村党支部", "--user", "周丽")
    c("init", "--branch", "石桥村党支部", "--user", "钱明")
    t("init", "--role", "township", "--branch", "枫泾镇党建办", "--user", "陆明华")
    person = a("add", "person", "name=周丽")["id"]
    a("add", "cadre", f"person_id={person}", "post=组织委员", "from_on=2021-01-01")
    house = a("add", "household", "villager_group=5组", "door=18号")["id"]
    a("add", "visit", f"household_id={house}", f"visitors={person}", "visit_type=home", "occurred_on=今天",
      "account=老人说腿脚不便")  # fmt: skip
    a("add", "issue", "words=3组机耕路塌方", "category=road", "stage=escalated", "collected_on=今天",
      "escalated_on=今天", "reporter=陆根发")  # fmt: skip
    b("init", "--join", a("package", "export", "--snapshot", "--out", folder)["file"], "--user", "吴晓燕")
    for village in (a, b, c):
        t("partner", "add", village("card", "--out", folder)["file"])
    card = t("card", "--out", folder)["file"]
    a("partner", "add", card)
    c("partner", "add", card)
    a("partner", "add", b("card", "--out", folder)["file"])
    b.take(a.export("吴晓燕", folder))
    return folder


@pytest.fixture
def four(founded: Path, tmp_path: Path) -> tuple[Laptop, Laptop, Laptop, Laptop]:
    for name in "abct":
        shutil.copytree(founded / name, tmp_path / name)
    a, b, c, t = (Laptop(tmp_path / name) for name in "abct")
    return a, b, c, t


@pytest.fixture
def stick(tmp_path: Path) -> Path:
    return tmp_path / "stick"


TOWN = "枫泾镇党建办"


def issue_at(township: Laptop) -> dict:
    (issue,) = township("show", "issues")
    return issue


def test_report_puts_the_village_into_figures_and_keeps_names_and_accounts_at_home(four, stick):
    a, _, c, t = four
    a.export(TOWN, stick)
    c.export(TOWN, stick)
    assert {one["from"] for one in t.take(stick)} == {"梅溪村党支部", "石桥村党支部"}
    meixi, shiqiao = t("villages")
    assert (meixi["name"], meixi["visited"], meixi["quota"], meixi["escalated"]) == ("梅溪村党支部", 1, 10, 1)
    assert (shiqiao["visited"], shiqiao["quota"]) == (0, 0)
    assert t("digest")["villages"]["梅溪村党支部"] == a("digest")["reported"]
    dump = str(t("show", "issues"))
    assert "3组机耕路塌方" in dump
    assert "陆根发" not in dump


def test_packages_that_come_in_one_go_share_one_backup(four, stick):
    a, _, c, t = four
    for village in (a, c):
        village.export(TOWN, stick)
    t.take(stick)
    assert len([*(t.folder / "backups").glob("*-merge*")]) == 1


def test_answer_reaches_the_issue_on_both_laptops_of_the_village(four, stick):
    a, b, _, t = four
    t.take(a.export(TOWN, stick))
    t("answer", issue_at(t)["source"], "disposition=solved", "words=已派人抢修")
    (reply,) = [one for one in t("package", "export", "--replies", "--out", stick) if one["acts"]]
    assert a.take(reply["file"])[0]["new"] == {"township_reply": 1}
    b.take(a.export("吴晓燕", stick))
    assert a("digest")["digest"] == b("digest")["digest"]
    assert b("check")["journal"] == "ok"


def test_second_laptop_learns_from_the_first_whom_to_report_to(four, stick):
    a, b, _, t = four
    t.take(a.export(TOWN, stick))
    assert TOWN in [one["name"] for one in b("partner", "list")]
    again = t.take(b.export(TOWN, stick))[0]
    assert (again["new"], again["changed"], again["deletions"]) == ({}, {}, 0)


def test_stale_report_changes_nothing(four, stick):
    a, _, _, t = four
    early = a.export(TOWN, stick)
    a("set", "issue", a("show", "issues")[0]["id"], "measure=申请镇里抢修")
    t.take(a.export(TOWN, stick))
    digest = t("digest")["digest"]
    assert t.take(early)[0]["known"] == 1
    assert t("digest")["digest"] == digest


def test_reports_of_two_laptops_that_have_not_met_are_joined_and_marked(four, stick):
    a, b, _, t = four
    a("add", "issue", "words=路灯不亮", "stage=collected", "collected_on=今天")
    b("add", "issue", "words=水管漏水", "stage=collected", "collected_on=今天")
    t.take(a.export(TOWN, stick))
    t.take(b.export(TOWN, stick))
    assert {one["words"] for one in t("show", "issues")} == {"3组机耕路塌方", "路灯不亮", "水管漏水"}
    assert t("villages")[0]["apart"]
    b.take(a.export("吴晓燕", stick))
    t.take(b.export(TOWN, stick))
    assert not t("villages")[0]["apart"]
    assert t("digest")["villages"]["梅溪村党支部"] == b("digest")["reported"]


def test_instruction_is_done_in_the_village_and_seen_at_the_township(four, stick):
    a, _, _, t = four
    t.take(a.export(TOWN, stick))
    (made,) = t("instruct", "--to", "梅溪村党支部", "title=上报年报", "due_on=2026-12-31")
    (reply,) = [one for one in t("package", "export", "--replies", "--out", stick) if one["acts"]]
    a.take(reply["file"])
    assert "乡镇写的" in a("set", "instruction", made["id"], "title=不报了", ends=2)["error"]
    a("set", "instruction", made["id"], "done_on=今天", "done_note=已报")
    assert t.take(a.export(TOWN, stick))[0]["new"] == {"instruction_report": 1}


def test_village_does_not_take_what_is_not_the_townships_to_send(four, stick):
    a, _, c, _ = four
    up = c.export(TOWN, stick)
    assert "另一台电脑" in a.take(up, ends=2)["error"]


def test_visits_go_up_only_where_the_branch_chose_so(four, stick):
    a, _, _, t = four
    t.take(a.export(TOWN, stick))
    kept = t("check")["counts"]
    assert (kept["village_visit"], kept["village_issue"]) == (0, 1)
    a("set", "branch", a("show", "branch")[0]["id"], "report_visits=是")
    assert t.take(a.export(TOWN, stick))[0]["new"] == {"village_visit": 1}


def test_ledger_of_a_township_is_printed_for_one_village(four, stick, tmp_path):
    a, _, c, t = four
    t.take(a.export(TOWN, stick), c.export(TOWN, stick))
    out = tmp_path / "答复.xlsx"
    t("ledger", "village_answers", "--village", "梅溪村党支部", "--out", out)
    cells = [str(cell.value) for row in openpyxl.load_workbook(out).active for cell in row]
    assert "3组机耕路塌方" in cells
    assert "没有叫" in t("ledger", "village_answers", "--village", "东村", "--out", out, ends=2)["error"]
