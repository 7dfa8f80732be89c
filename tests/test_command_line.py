"""The commands, called as scripts call them: JSON out, exit codes, a real data folder."""

import json
import shutil
from contextlib import redirect_stdout
from io import BytesIO, StringIO
from pathlib import Path
from typing import Any

import openpyxl
import pytest
from pypdf import PdfReader

from villagebranch.__main__ import main
from villagebranch.resources import RESOURCES

DEMO = RESOURCES / "demo"
PASSWORD = "lianxin-2026"


BOOKS = (("members", "党员花名册"), ("households", "农户信息"), ("visits", "走访记录2025"))


@pytest.fixture(scope="module")
def imported(tmp_path_factory: pytest.TempPathFactory) -> Path:
    """A data folder into which the three books were brought by the commands, once."""
    folder = tmp_path_factory.mktemp("imported") / "data"
    with pytest.MonkeyPatch.context() as patch, redirect_stdout(StringIO()):
        patch.setenv("VILLAGEBRANCH_PASSWORD", PASSWORD)
        main(["--data", str(folder), "init", "--branch", "梅溪村党支部", "--township", "枫泾镇"])
        for book, file in BOOKS:
            main(["--data", str(folder), "import", book, str(DEMO / f"{file}.xlsx"), "--apply"])
    return folder


@pytest.fixture
def command(tmp_path: Path, monkeypatch: pytest.MonkeyPatch, capsys: pytest.CaptureFixture[str]):
    """Run one command on the folder of the test; return its exit code and what it answered."""
    monkeypatch.setenv("VILLAGEBRANCH_PASSWORD", PASSWORD)

    def run(*words: str | Path) -> tuple[int, Any]:
        code = main(["--data", str(tmp_path / "data"), *map(str, words)])
        return code, json.loads(capsys.readouterr().out)

    return run


@pytest.fixture
def village(command, imported: Path, tmp_path: Path):
    shutil.copytree(imported, tmp_path / "data")
    return command


def test_init_makes_a_data_folder_once(command) -> None:
    assert command("init", "--branch", "梅溪村党支部", "--township", "枫泾镇")[0] == 0
    code, answer = command("init", "--branch", "别的村", "--township", "枫泾镇")
    assert code == 2
    assert "已经有一份资料" in answer["error"]


def test_an_import_without_apply_writes_nothing(command) -> None:
    command("init", "--branch", "梅溪村党支部", "--township", "枫泾镇")
    code, answer = command("import", "members", DEMO / "党员花名册.xlsx")
    assert (code, answer["new"], answer["applied"]) == (0, 58, False)
    assert command("show", "members")[1] == []


def test_the_three_books_arrive_at_the_expected_figures(village) -> None:
    expected = json.loads((DEMO / "expected.json").read_text(encoding="utf-8"))
    shown = {what: village("show", what)[1] for what in ("members", "households", "visits", "issues")}
    assert {what: len(rows) for what, rows in shown.items()} == {
        what: expected[what] for what in ("members", "households", "visits", "issues")
    }
    assert sum(len(row["people"]) for row in shown["households"]) == expected["people"]
    first = next(row for row in shown["members"] if row["id_number"] == expected["first_member"]["id"])
    told = {
        "name": "王堃",
        "sex": "male",
        "born_on": "1978-02-11",
        "phone": "13284859676",
        "post": "党支部书记",
    }
    assert {name: first[name] for name in told} == told


def test_the_wrong_check_digit_is_listed_with_its_row(command) -> None:
    command("init", "--branch", "梅溪村党支部", "--township", "枫泾镇")
    refused = command("import", "members", DEMO / "党员花名册.xlsx", "--apply")[1]["refused"]
    assert [(one["row"], one["column"]) for one in refused] == [(16, "公民身份号码")]
    assert "校验位" in refused[0]["reason"]


def test_a_second_import_adds_nothing(village) -> None:
    answer = village("import", "visits", DEMO / "走访记录2025.xlsx", "--apply")[1]
    assert (answer["new"], answer["changed"], answer["same"]) == (0, 0, 540)


def test_a_ledger_comes_as_pdf_and_as_workbook(village, tmp_path: Path) -> None:
    pdf, book = tmp_path / "roster.pdf", tmp_path / "roster.xlsx"
    code, answer = village("ledger", "member_roster", "--out", pdf)
    assert (code, answer["missing"]) == (0, [])
    assert len(PdfReader(BytesIO(pdf.read_bytes())).pages) == answer["pages"]
    assert village("ledger", "member_roster", "--out", book)[0] == 0
    assert openpyxl.load_workbook(book).sheetnames == ["党员名册"]


def test_a_handbook_is_printed_for_a_cadre_whose_name_a_villager_has_too(village, tmp_path: Path) -> None:
    words = (
        "ledger",
        "contact_handbook",
        "--month",
        "2025-11",
        "--person",
        "罗文斌",
        "--out",
        tmp_path / "a.pdf",
    )
    code, answer = village(*words)
    assert (code, answer["pages"] >= 3) == (0, True)


def test_a_name_that_nobody_has_is_said(village, tmp_path: Path) -> None:
    code, answer = village("ledger", "contact_handbook", "--person", "没这人", "--out", tmp_path / "a.pdf")
    assert (code, answer["problems"]) == (2, {"person": "没有「没这人」这个人"})


def test_the_roster_has_id_numbers_only_where_the_archive_copy_is_asked_for(village, tmp_path: Path) -> None:
    texts = []
    for more in ([], ["--archive"]):
        assert village("ledger", "member_roster", *more, "--out", tmp_path / "a.pdf")[0] == 0
        texts.append("".join(page.extract_text() for page in PdfReader(tmp_path / "a.pdf").pages))
    assert ["公民身份号码" in text for text in texts] == [False, True]


def test_the_list_of_ledgers_names_what_each_asks(village) -> None:
    listed = {one["name"]: one for one in village("ledger", "--list")[1]}
    assert {"contact_handbook", "monthly_issue_summary", "issue_notice", "meeting_record"} <= listed.keys()
    assert listed["contact_handbook"]["asks"] == ["month", "cadre"]


def test_visits_of_a_month_bear_glossary_names(village) -> None:
    rows = village("show", "visits", "--month", "2025-11")[1]
    assert rows
    assert all(row["occurred_on"].startswith("2025-11") for row in rows)
    assert {row["visit_type"] for row in rows} <= {"home", "liaison", "field"}


def test_check_finds_a_sound_village(village) -> None:
    code, answer = village("check")
    assert (code, answer["integrity"], answer["journal"], answer["chain"]) == (0, "ok", "ok", "ok")
    assert answer["counts"]["visit"] == 540


def test_a_wrong_password_is_said_and_ends_with_2(village, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setenv("VILLAGEBRANCH_PASSWORD", "something else")
    code, answer = village("show", "members")
    assert code == 2
    assert "密码不对" in answer["problems"]["password"]


def test_a_missing_book_is_said_in_words(village) -> None:
    code, answer = village("import", "members", DEMO / "没有这个文件.xlsx")
    assert code == 2
    assert "找不到" in answer["error"]
