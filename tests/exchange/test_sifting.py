"""Rows that hold a record are kept, the others are listed with a reason; what a household shares reaches all its rows."""

from dataclasses import replace
from datetime import date
from pathlib import Path

import pytest

from tests.exchange.books import ID, IDS, grid, imported, make, sifted, told
from villagebranch.exchange.forms import HOUSEHOLDS, MEMBERS, VISITS
from villagebranch.exchange.workbook_reader import read_workbook

FIXTURES = Path(__file__).parent / "fixtures"
DEMO = Path(__file__).parents[2] / "resources" / "demo"
HOUSE = ["户号", "小组", "门牌", "姓名", "与户主关系"]


def test_the_three_sample_books_give_every_person_and_visit() -> None:
    members = imported(DEMO / "党员花名册.xlsx", MEMBERS)
    households = imported(DEMO / "农户信息.xlsx", HOUSEHOLDS)
    visits = imported(DEMO / "走访记录2025.xlsx", VISITS)
    assert len(members.rows) == 58
    assert [skipped.number for skipped in members.skipped] == [63]
    assert (len(households.rows), len({row.block for row in households.rows})) == (349, 127)
    assert len(visits.rows) == 540
    assert sum(row.values["words"] is not None for row in visits.rows) == 411


def test_an_old_workbook_is_read_like_a_new_one() -> None:
    table = imported(FIXTURES / "members.xls", MEMBERS)
    assert told(table, "name", "ethnicity", "born_on", "joined_on", "phone") == [
        ("周　丽", "868_汉族", date(1987, 7, 1), "2011.06", 13800000001),
        ("王大山", "汉", 1962.11, "198906", "13800000002"),
        ("吴・阿依", "维吾尔", "1990/2/3", date(2015, 7, 1), "0573-1234567"),
    ]
    assert [row.reason for row in table.skipped] == ["小计或合计行", "填表人、说明一类的文字"]


def test_merged_ranges_of_an_old_workbook_reach_all_rows_of_a_household() -> None:
    workbook = read_workbook(FIXTURES / "households.xls")
    for sheet, first in zip(workbook.sheets, (1, 3), strict=True):
        table = sifted(sheet, HOUSEHOLDS)[1]
        assert told(table, "number", "villager_group", "door", "name") == [
            (first, sheet.name, f"{first}号", "李强"),
            (first, sheet.name, f"{first}号", "赵敏"),
            (first, sheet.name, f"{first}号", "李小强"),
            (first + 1, sheet.name, f"{first + 1}号", "孙立"),
        ]
        assert [row.block for row in table.rows] == [2, 2, 2, 5]


def test_repeated_household_rows_are_one_household() -> None:
    book = grid(
        [
            HOUSE,
            [1, "1组", "1号", "张丽", "户主"],
            [1, "1组", "1号", "李强", "丈夫"],
            [2, "1组", "1号", "王军", "户主"],
            ["", "1组", "3号", "孙立", "户主"],
            ["", "2组", "3号", "周平", "户主"],
        ]
    )
    assert [row.block for row in sifted(book, HOUSEHOLDS)[1].rows] == [2, 2, 4, 5, 6]


def test_blank_cells_below_a_head_belong_to_the_household() -> None:
    book = grid(
        [
            HOUSE,
            [1, "1组", "1号", "张丽", "户主"],
            ["", "", "", "李强", "丈夫"],
            [2, "1组", "5号", "王军", "户主"],
            ["", "", "", "王小军", "长子"],
        ]
    )
    table = sifted(book, HOUSEHOLDS)[1]
    assert told(table, "number", "villager_group", "door") == [
        (1, "1组", "1号"),
        (1, "1组", "1号"),
        (2, "1组", "5号"),
        (2, "1组", "5号"),
    ]


def test_a_head_without_a_number_begins_a_household_and_takes_nothing_from_the_one_above() -> None:
    book = grid(
        [
            HOUSE,
            [1, "1组", "1号", "张丽", "户主"],
            [2, "1组", "2号", "李强", "户主"],
            ["", "", "", "王军", "户主"],
        ]
    )
    table = sifted(book, HOUSEHOLDS)[1]
    assert told(table, "number", "villager_group", "door")[2] == (None, None, None)
    assert table.rows[2].block == 4


def test_a_group_written_once_holds_until_the_next() -> None:
    book = grid(
        [
            HOUSE,
            [1, "1组", "1号", "张丽", "户主"],
            [2, "", "2号", "李强", "户主"],
            ["", "", "", "李小强", "儿子"],
            [3, "2组", "1号", "王军", "户主"],
        ]
    )
    assert told(sifted(book, HOUSEHOLDS)[1], "villager_group") == [("1组",), ("1组",), ("1组",), ("2组",)]


def test_a_merged_serial_number_holds_a_household_together() -> None:
    book = grid(
        [
            ["序号", "姓名", "关系", "电话"],
            [1, "张丽", "户主", ""],
            ["", "李强", "丈夫", ""],
            ["", "李小强", "户主", ""],
            [2, "王军", "户主", ""],
        ],
        [(1, 0, 3, 0)],
    )
    assert [row.block for row in sifted(book, HOUSEHOLDS)[1].rows] == [2, 2, 2, 5]


def test_a_phone_merged_over_a_household_stays_with_its_head() -> None:
    book = grid(
        [
            [*HOUSE, "手机"],
            [1, "1组", "1号", "张丽", "户主", "13800000001"],
            ["", "", "", "李强", "丈夫", ""],
        ],
        [(1, column, 2, column) for column in (0, 1, 2, 5)],
    )
    assert told(sifted(book, HOUSEHOLDS)[1], "phone") == [("13800000001",), (None,)]


def test_a_day_merged_over_several_visits_is_the_day_of_each() -> None:
    book = grid(
        [
            ["日期", "走访人", "户主", "走访情况"],
            ["2025-1-3", "张丽", "王军", "谈收成"],
            ["", "", "孙立", "谈打算"],
        ],
        [(1, 0, 2, 0), (1, 1, 2, 1)],
    )
    assert told(sifted(book, VISITS)[1], "occurred_on", "visitors") == [("2025-1-3", "张丽")] * 2


def test_what_only_looks_after_the_page_is_skipped_with_its_reason() -> None:
    people = ["姓名", "性别", "身份证号", "手机"]
    book = grid(
        [
            people,
            ["张丽", "女", ID, ""],
            ["本页小计", 1, "", ""],
            ["梅溪村党员花名册（续）"],
            people,
            ["李强", "男", IDS[2], ""],
            [1, 2, 3, 4],
            ["合　计：", "2人", "", ""],
            [],
            ["注：手机号以本人核实为准"],
            ["填表人：王军", "", "审核人：", ""],
        ],
        [(3, 0, 3, 3)],
    )
    table = sifted(book, MEMBERS)[1]
    assert told(table, "name") == [("张丽",), ("李强",)]
    assert [(row.number, row.reason) for row in table.skipped] == [
        (3, "小计或合计行"),
        (4, "横跨整行的标题或说明"),
        (5, "重复的标题或表头"),
        (7, "只有栏号的一行"),
        (8, "小计或合计行"),
        (10, "填表人、说明一类的文字"),
        (11, "填表人、说明一类的文字"),
    ]


def test_a_row_that_lacks_its_name_is_kept_to_be_refused() -> None:
    book = grid([["姓名", "性别", "手机"], ["", "女", "13800000001"], ["张丽", "", ""]])
    table = sifted(book, MEMBERS)[1]
    assert told(table, "name", "sex") == [(None, "女"), ("张丽", None)]
    assert table.skipped == []


def test_a_numbered_but_empty_row_is_listed_as_such() -> None:
    book = grid([["序号", "姓名", "性别"], [1, "张丽", "女"], [2, "", ""]])
    assert [row.reason for row in sifted(book, MEMBERS)[1].skipped] == ["要导入的各列都没有内容"]


def test_numbers_stay_numbers_so_that_a_lost_end_can_be_seen(tmp_path: Path) -> None:
    path = make(
        tmp_path / "book.xlsx", [["姓名", "身份证号", "出生年月"], ["张丽", 330424196502101014, 1987.7]]
    )
    ((number, day),) = told(imported(path, MEMBERS), "id_number", "born_on")
    assert isinstance(number, int)
    assert number > 10**17
    assert day == 1987.7


def test_every_row_with_content_is_in_one_of_the_two_lists() -> None:
    grid_, table = (
        read_workbook(DEMO / "党员花名册.xlsx").sheets[0],
        imported(DEMO / "党员花名册.xlsx", MEMBERS),
    )
    listed = [row.number for row in table.rows] + [row.number for row in table.skipped]
    full = [number for number, row in enumerate(grid_.rows, 1) if any(cell != "" for cell in row)]
    assert sorted(listed) == full[3:]


def test_a_group_above_its_rows_or_on_the_tab_is_the_group_of_its_rows() -> None:
    rows = [["户主", "电话"], ["张丽", "13800000001"], ["第二村民小组"], ["李强", "13800000002"]]
    table = sifted(replace(grid(rows), name="1组"), HOUSEHOLDS)[1]
    assert told(table, "villager_group", "head") == [("1组", "张丽"), ("第二村民小组", "李强")]
    assert table.skipped[0].reason == "只写了「第二村民小组」，已作为下面各行的小组"


def test_a_year_in_the_title_completes_days_without_one() -> None:
    rows = [
        ["梅溪村2025年走访记录"],
        ["日期", "走访人", "户主"],
        ["3月5日", "张丽", "李强"],
        ["12.31", "张丽", "王军"],
    ]
    assert told(sifted(grid(rows), VISITS)[1], "occurred_on") == [("2025-3-5",), ("2025-12-31",)]
    rows[0] = ["2024至2025年走访记录"]
    assert told(sifted(grid(rows), VISITS)[1], "occurred_on") == [("3月5日",), ("12.31",)]


@pytest.mark.parametrize(
    "text",
    [
        "1组小计",
        "合计：58人",
        "共58人，其中女12人",
        "制表日期 2026年10月",
        "负责人",
        "示例：张三",
        "第1页，共3页",
    ],
)
def test_a_line_that_sums_up_or_signs_is_no_person(text: str) -> None:
    table = sifted(grid([["姓名", "性别", "手机"], ["张丽", "女", ""], [text, "", ""]]), MEMBERS)[1]
    assert told(table, "name") == [("张丽",)]
    assert len(table.skipped) == 1
