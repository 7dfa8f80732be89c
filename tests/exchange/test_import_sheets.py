"""Blank templates and refused rows come back through the very import that they were made for."""

from datetime import datetime
from io import BytesIO
from pathlib import Path

import openpyxl
import pytest

from tests.exchange.books import IDS, make, sifted, told
from villagebranch.domain.rawrow import RowProblem
from villagebranch.exchange.forms import FORMS, HOUSEHOLDS, MEMBERS, ImportForm
from villagebranch.exchange.import_sheets import write_refused, write_template
from villagebranch.exchange.mapping import matching_sheets
from villagebranch.exchange.sifting import raw_rows
from villagebranch.exchange.workbook_reader import read_workbook

CREATED = datetime(2026, 11, 23)


def refused(path: Path, form: ImportForm, *problems: tuple[int, str, str]) -> bytes:
    sheets = [
        (grid, mapping, raw_rows(grid, mapping, form))
        for grid, mapping in matching_sheets(read_workbook(path), form)
    ]
    return write_refused(sheets, [RowProblem("表", *problem) for problem in problems], CREATED)


@pytest.mark.parametrize("form", FORMS, ids=lambda form: form.name)
def test_a_template_is_understood_column_by_column(tmp_path: Path, form: ImportForm) -> None:
    path = tmp_path / "template.xlsx"
    path.write_bytes(write_template(form, CREATED))
    ((grid, mapping),) = matching_sheets(read_workbook(path), form)
    assert mapping.columns == {column.name: place for place, column in enumerate(form.columns)}
    assert raw_rows(grid, mapping, form).rows == []


def test_what_is_typed_into_a_template_stays_text_and_closed_lists_drop_down() -> None:
    book = openpyxl.load_workbook(BytesIO(write_template(MEMBERS, CREATED)))
    sheet = book["党员名册"]
    place = [column.name for column in MEMBERS.columns].index
    letters = [
        openpyxl.utils.get_column_letter(place(name) + 1) for name in ("id_number", "phone", "joined_on")
    ]
    assert {sheet.column_dimensions[letter].number_format for letter in letters} == {"@"}
    lists = {str(rule.sqref).split(":")[0]: rule.formula1 for rule in sheet.data_validations.dataValidation}
    assert lists["C3"] == "选项!$C$1:$C$56"
    assert [book["选项"][cell].value for cell in ("C1", "C56")] == ["汉族", "基诺族"]
    assert book["选项"].sheet_state == "hidden"
    assert [row[0].value for row in book["填写说明"].iter_rows(min_row=3)] == [
        c.field.label for c in MEMBERS.columns
    ]


def test_refused_rows_are_mended_and_brought_in_again(tmp_path: Path) -> None:
    rows = [
        ["姓名", "性别", "身份证号", "备注"],
        ["张丽", "女", IDS[1][:-1] + "9", "@备注"],
        ["李强", "男", IDS[2], ""],
    ]
    path = make(tmp_path / "book.xlsx", rows)
    content = refused(path, MEMBERS, (2, "身份证号", "校验位不对"), (2, "", "与第 3 行重复"))
    book = openpyxl.load_workbook(BytesIO(content))
    assert [cell.value for cell in book["表"][2]] == ["姓名", "性别", "身份证号", "备注", "原因", "怎么改"]
    assert book["表"]["E3"].value == "身份证号：校验位不对；与第 3 行重复"
    book["表"]["C3"] = IDS[1]
    book.save(tmp_path / "mended.xlsx")
    table = sifted(read_workbook(tmp_path / "mended.xlsx").sheets[0], MEMBERS)[1]
    assert told(table, "name", "sex", "id_number", "remark") == [("张丽", "女", IDS[1], "@备注")]
    assert table.rows[0].values.keys() == {"name", "sex", "id_number", "remark"}


def test_a_refused_person_says_again_which_household_it_is(tmp_path: Path) -> None:
    head = ["户号", "组别", "门牌", "姓名", "关系", "身份证号"]
    rows = [head, [7, "3组", "5号", "张丽", "户主", ""], [None, None, None, "李强", "丈夫", "33"]]
    path = make(tmp_path / "book.xlsx", rows, [f"{letter}2:{letter}3" for letter in "ABC"])
    (tmp_path / "refused.xlsx").write_bytes(refused(path, HOUSEHOLDS, (3, "身份证号", "应为 18 位")))
    table = sifted(read_workbook(tmp_path / "refused.xlsx").sheets[0], HOUSEHOLDS)[1]
    assert told(table, "number", "villager_group", "door", "name") == [("7", "3组", "5号", "李强")]


def test_a_refused_row_takes_the_group_above_it_along(tmp_path: Path) -> None:
    rows = [["户主", "电话", "关系"], ["三组"], ["张丽", "138", "户主"]]
    (tmp_path / "refused.xlsx").write_bytes(
        refused(make(tmp_path / "book.xlsx", rows), HOUSEHOLDS, (3, "电话", "位数不对"))
    )
    table = sifted(read_workbook(tmp_path / "refused.xlsx").sheets[0], HOUSEHOLDS)[1]
    assert told(table, "villager_group", "name", "phone") == [("三组", "张丽", "138")]
