"""Columns are found under titles and two-row headers, by their words and by what stands in them."""

from dataclasses import replace
from datetime import date
from pathlib import Path

import openpyxl
import pytest

from tests.exchange.books import IDS, grid, make, sifted, told
from villagebranch.exchange.forms import FORMS, HOUSEHOLDS, MEMBERS, VISITS, ImportForm
from villagebranch.exchange.mapping import guess, matching_sheets
from villagebranch.exchange.sifting import raw_rows
from villagebranch.exchange.workbook_reader import Workbook, read_workbook

PEOPLE = [
    ("张 丽", "女", IDS[1], "13800000001"),
    ("李强", "男", IDS[0], "13800000002"),
    ("王小军", "男", IDS[2], ""),
]


@pytest.mark.parametrize("form", FORMS, ids=lambda form: form.name)
def test_every_column_is_known_by_each_of_its_words(form: ImportForm) -> None:
    for column in form.columns:
        for word in column.words:
            labels = [word, *(other.words[0] for other in form.columns if other is not column)]
            found = guess(grid([labels[:1] + labels[1:], [""] * len(labels)]), form).columns
            assert column.name in found, word


def test_a_header_is_found_under_titles_and_notes() -> None:
    book = grid(
        [
            ["梅溪村党支部党员花名册"],
            ["填报单位：梅溪村党支部　姓名按入党时间排列", "", "", "2026年10月"],
            [],
            ["姓　名", "性别", "身份证号码", "手 机"],
            *PEOPLE,
        ]
    )
    mapping = guess(book, MEMBERS)
    assert mapping.header_row == 4
    assert mapping.columns == {"name": 0, "sex": 1, "id_number": 2, "phone": 3}


def test_two_merged_header_rows_are_read_downwards() -> None:
    book = grid(
        [
            ["党员信息表"],
            ["序号", "姓名", "入党情况", "", "联系方式", "", "备注"],
            ["", "", "入党时间", "转正时间", "手机", "住址", ""],
            [1, "张丽", "1998.7", "1999.7", "13800000001", "3组5号", ""],
        ],
        [(0, 0, 0, 6), (1, 0, 2, 0), (1, 1, 2, 1), (1, 2, 1, 3), (1, 4, 1, 5), (1, 6, 2, 6)],
    )
    mapping = guess(book, MEMBERS)
    assert mapping.header_row == 3
    assert mapping.columns == {"name": 1, "joined_on": 2, "full_on": 3, "phone": 4, "address": 5, "remark": 6}


def test_words_split_over_two_header_rows_are_joined() -> None:
    book = grid(
        [["姓名", "入党", "转正"], ["", "时间", "时间"], ["张丽", "1998.7", "1999.7"]], [(0, 0, 1, 0)]
    )
    assert guess(book, MEMBERS).columns == {"name": 0, "joined_on": 1, "full_on": 2}
    assert guess(book, MEMBERS).header_row == 2


def test_an_id_column_without_a_header_is_known_by_its_numbers() -> None:
    book = grid([["姓名", "性别", "", "手机"], *PEOPLE])
    assert guess(book, MEMBERS).columns["id_number"] == 2


def test_a_wrong_header_does_not_make_an_address_an_id_number() -> None:
    book = grid(
        [
            ["姓名", "性别", "身份证住址"],
            ["张丽", "女", "3组5号"],
            ["李强", "男", "4组1号"],
            ["王军", "男", "5组"],
        ]
    )
    columns = guess(book, MEMBERS).columns
    assert "id_number" not in columns


def test_a_sheet_without_any_header_is_known_by_names_and_id_numbers() -> None:
    mapping = guess(grid(PEOPLE), MEMBERS)
    assert mapping.header_row == 0
    assert mapping.columns["name"] == 0
    assert mapping.columns["id_number"] == 2


def test_a_page_of_words_is_no_roster() -> None:
    book = grid([["列名", "要求"], ["姓名", "必填"], ["性别", "选填"], ["民族", "选填"]])
    assert matching_sheets(Workbook((book,)), MEMBERS) == []


def test_the_head_of_a_household_is_the_person_where_the_book_lists_heads_only() -> None:
    book = grid(
        [["组别", "户主姓名", "联系电话"], ["1组", "张丽", "13800000001"], ["1组", "李强", "13800000002"]]
    )
    mapping, table = sifted(book, HOUSEHOLDS)
    assert mapping.columns["name"] == mapping.columns["head"] == 1
    assert [row.block for row in table.rows] == [2, 3]


def test_columns_may_stand_in_any_order_with_empty_ones_between() -> None:
    book = grid(
        [["手机", "", "组别", "", "姓名", "门牌号", "与户主关系"], ["", "", "2组", "", "张丽", "6号", "户主"]]
    )
    assert guess(book, HOUSEHOLDS).columns == {
        "phone": 0,
        "villager_group": 2,
        "name": 4,
        "door": 5,
        "relation": 6,
    }


def test_remarks_in_brackets_and_stars_do_not_hide_a_header() -> None:
    book = grid([["*姓名（必填）", "性别:", "出生年月\n（按身份证）"], ["张丽", "女", "1987.7"]])
    assert guess(book, MEMBERS).columns == {"name": 0, "sex": 1, "born_on": 2}


def test_each_sheet_that_fits_is_taken_and_the_hidden_one_is_named(tmp_path: Path) -> None:
    path = make(tmp_path / "book.xlsx", [["组别", "姓名", "关系"], ["1组", "张丽", "户主"]], sheet="1组")
    book = openpyxl.load_workbook(path)
    for name in ("2组", "旧表"):
        book.copy_worksheet(book["1组"]).title = name
    book["旧表"].sheet_state = "hidden"
    book.create_sheet("说明").append(["各组组长填写"])
    book.save(path)
    workbook = read_workbook(path)
    assert [grid.name for grid, _ in matching_sheets(workbook, HOUSEHOLDS)] == ["1组", "2组"]
    assert workbook.hidden == ("旧表",)


def test_columns_of_visits_are_told_apart() -> None:
    book = grid(
        [
            [
                "走访时间",
                "走访人员",
                "走访对象",
                "组别",
                "走访形式",
                "走访内容",
                "群众反映的问题",
                "类别",
                "办理情况",
                "办结时间",
            ],
            [
                date(2025, 1, 3),
                "张丽、李强",
                "王大山",
                "3组",
                "家访",
                "谈收成",
                "路灯不亮",
                "设施",
                "在办",
                "",
            ],
        ]
    )
    assert guess(book, VISITS).columns == {
        "occurred_on": 0,
        "visitors": 1,
        "head": 2,
        "villager_group": 3,
        "visit_type": 4,
        "account": 5,
        "words": 6,
        "category": 7,
        "result": 8,
        "resolved_on": 9,
    }


def test_the_person_can_put_another_column_in_its_place() -> None:
    book = grid([["姓名", "曾用名", "性别"], ["张丽", "张小丽", "女"]])
    mapping = replace(guess(book, MEMBERS), columns={"name": 1})
    assert told(raw_rows(book, mapping, MEMBERS), "name") == [("张小丽",)]


def test_the_name_of_the_head_and_the_name_of_the_person_are_told_apart_below_one_word() -> None:
    book = grid(
        [
            ["户主信息", "", "家庭成员", "", ""],
            ["姓名", "电话", "姓名", "与户主关系", "身份证号"],
            ["张丽", "13800000001", "张丽", "户主", IDS[1]],
            ["", "", "李强", "丈夫", IDS[0]],
        ],
        [(0, 0, 0, 1), (0, 2, 0, 4), (2, 0, 3, 0), (2, 1, 3, 1)],
    )
    mapping, table = sifted(book, HOUSEHOLDS)
    assert (mapping.columns["head"], mapping.columns["name"]) == (0, 2)
    assert told(table, "head", "name") == [("张丽", "张丽"), ("张丽", "李强")]
    assert [row.block for row in table.rows] == [3, 3]


def test_the_export_of_the_party_members_system_is_understood() -> None:
    head = [
        "序号",
        "姓名",
        "公民身份号码",
        "性别",
        "民族",
        "出生日期",
        "学历",
        "人员类别",
        "所在党支部",
        "加入党组织日期",
    ]
    head += [
        "转为正式党员日期",
        "工作岗位",
        "手机号码",
        "固定电话",
        "家庭住址",
        "党籍状态",
        "是否失联党员",
        "是否流动党员",
        "外出流向",
    ]
    row = [
        1,
        "张丽",
        IDS[1],
        "1_女",
        "868_汉族",
        "1967-11-20",
        "72_初中",
        "223_正式党员",
        "梅溪村党支部",
        "1998-07-01",
    ]
    row += ["1999-07-01", "农民", "13800000001", "0573-1234567", "5组23号", "正常", "否", "否", ""]
    columns = guess(grid([head, row]), MEMBERS).columns
    assert {head[place]: name for name, place in columns.items()} == {
        "姓名": "name",
        "公民身份号码": "id_number",
        "性别": "sex",
        "民族": "ethnicity",
        "出生日期": "born_on",
        "学历": "education",
        "人员类别": "status",
        "加入党组织日期": "joined_on",
        "转为正式党员日期": "full_on",
        "工作岗位": "occupation",
        "手机号码": "phone",
        "家庭住址": "address",
        "是否流动党员": "away",
        "外出流向": "away_place",
    }


def test_a_column_named_outright_is_taken_even_if_nothing_in_it_is_right() -> None:
    book = grid(
        [["姓名", "手机", "身份证号", "性别"], ["张丽", "668812", "3304", "x"], ["李强", "668813", "33", "y"]]
    )
    assert guess(book, MEMBERS).columns == {"name": 0, "phone": 1, "id_number": 2, "sex": 3}
