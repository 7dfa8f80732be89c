"""Workbooks that leave the program: text stays text, rows are fitted, and other programs read what we wrote."""

import zipfile
from datetime import datetime
from io import BytesIO
from pathlib import Path

import openpyxl
import pytest
from openpyxl.worksheet.worksheet import Worksheet
from PIL import Image

from tests.exchange.books import ID
from villagebranch.domain import codes
from villagebranch.domain.paper import Cell, Cover, Document, Form, Line, Rows, Sheet, Words
from villagebranch.domain.table import Column, Table
from villagebranch.domain.values import Day, IdNumber, Money, Name, Phone, Text, Whole
from villagebranch.exchange.workbook_document import column_widths, write_document
from villagebranch.exchange.workbook_reader import read_workbook
from villagebranch.exchange.workbook_writer import LEAST, write_table

CREATED = datetime(2026, 11, 23, 8, 30)
DANGEROUS = (
    "=1+1",
    "+86",
    "-5",
    "@x",
    '=HYPERLINK("http://x")',
    "http://example.com",
    "{=1}",
    "1987.7",
    "0012",
)


def table(*rows: tuple[str | int | None, ...]) -> Table:
    columns = (
        Column("name", "姓名", Name()),
        Column("id_number", "公民身份号码", IdNumber()),
        Column("phone", "联系电话", Phone()),
        Column("born_on", "出生日期", Day()),
        Column("sex", "性别", codes.SEX),
        Column("paid", "金额", Money()),
        Column("people", "人数", Whole()),
        Column("account", "走访情况", Text(2000)),
    )
    return Table(columns, rows)


def opened(content: bytes) -> Worksheet:
    return openpyxl.load_workbook(BytesIO(content)).worksheets[0]


def test_a_list_is_written_with_title_header_and_what_the_screen_shows() -> None:
    row = ("张丽", ID, "13800000001", "1987-07", "female", 1250, 3, "谈收成")
    sheet = opened(write_table(table(row, (None,) * 8), "党员名册", CREATED))
    assert sheet["A1"].value == "党员名册"
    assert [cell.value for cell in sheet[2]][:3] == ["姓名", "公民身份号码", "联系电话"]
    assert [cell.value for cell in sheet[3]] == [
        "张丽",
        ID,
        "13800000001",
        "1987-07",
        "女",
        12.5,
        3,
        "谈收成",
    ]
    assert {cell.value for cell in sheet[4]} <= {None, ""}
    assert sheet.freeze_panes == "A3"
    assert sheet.print_title_rows == "$2:$2"
    assert sheet.page_setup.paperSize == 9


@pytest.mark.parametrize("text", DANGEROUS)
def test_no_text_becomes_a_formula_a_link_or_a_number(text: str) -> None:
    document = Document(
        "账",
        [
            Sheet(
                text,
                (
                    Words(text),
                    Form((1, 1), (Line((Cell(text, columns=2),)),)),
                    Rows(Table((Column("a", text),), [(text,)])),
                ),
            )
        ],
    )
    for content in (
        write_table(Table((Column("a", text),), [(text,)]), text, CREATED),
        write_document(document, CREATED),
    ):
        book = openpyxl.load_workbook(BytesIO(content))
        cells = [
            cell for sheet in book for row in sheet.iter_rows() for cell in row if cell.value is not None
        ]
        assert {cell.value for cell in cells} == {text}
        assert {cell.data_type for cell in cells} == {"s"}
        assert not any(cell.hyperlink for cell in cells)
        with zipfile.ZipFile(BytesIO(content)) as archive:
            assert not any(b"<f>" in archive.read(name) for name in archive.namelist())


def test_rows_are_as_high_as_their_text() -> None:
    long = "屋后水沟堵塞，下雨进水，想请村里来看。" * 12
    sheet = opened(
        write_table(table(*(("张丽",) + (None,) * 6 + (text,) for text in ("短", long))), "表", CREATED)
    )
    assert sheet.row_dimensions[3].height == LEAST
    width = sheet.column_dimensions["H"].width * 8 / 96 * 72 / 10.5  # in full-width characters
    assert sheet.row_dimensions[4].height >= len(long) / width * 10.5 * 1.2


def test_the_same_table_gives_the_same_bytes() -> None:
    one, other = (write_table(table(("张丽",) + (None,) * 7), "表", CREATED) for _ in range(2))
    assert one == other
    assert openpyxl.load_workbook(BytesIO(one)).properties.created == CREATED


@pytest.mark.parametrize("name", ["a/b:c*d?e[f]g\\h", "", "'引号'", "很长的名字" * 20, "History"])
def test_any_title_makes_a_sheet_that_opens(name: str) -> None:
    document = Document(name, [Sheet(name, (Words("一"),)), Sheet(name, (Words("二"),), landscape=True)])
    names = openpyxl.load_workbook(BytesIO(write_document(document, CREATED))).sheetnames
    assert len(set(names)) == 2
    assert all(0 < len(each) <= 31 for each in names)


def test_a_form_becomes_merged_cells_that_hold_its_words(tmp_path: Path) -> None:
    photo = BytesIO()
    Image.new("RGB", (300, 400)).save(photo, "JPEG")
    form = Form(
        (1, 2, 1, 1),
        (
            Line(
                (
                    Cell("姓名", "head"),
                    Cell("张丽"),
                    Cell("照片", "head", rows=2),
                    Cell(rows=2, image=photo.getvalue()),
                )
            ),
            Line((Cell("性别", "head"), Cell("女"))),
            Line((Cell("情况", "head"), Cell("谈收成\n" * 90, columns=3, top=True))),
        ),
    )
    sheet = Sheet("采集表", (form,), "（2026年）", ("梅溪村", "第1号"), ("本人签字：", "书记签字："))
    path = tmp_path / "表.xlsx"
    path.write_bytes(write_document(Document("采集表", [sheet], "梅溪村 & 党支部"), CREATED))
    grid = read_workbook(path).sheets[0]
    texts = [cell for row in grid.rows for cell in row if cell]
    assert texts[0] == "采集表"
    assert texts[3:8] == ["姓名", "张丽", "照片", "性别", "女"]
    assert texts[-1].split() == ["本人签字：", "书记签字："]
    assert sum(merge.bottom > merge.top for merge in grid.merges) >= 4, (
        "two reaching down, two over several rows"
    )
    opened_sheet = opened(path.read_bytes())
    assert max(size.height for size in opened_sheet.row_dimensions.values()) <= 409
    assert opened_sheet.oddFooter.left.text == "梅溪村 && 党支部"
    assert len(opened_sheet._images) == 1


def test_sheets_of_one_title_stand_below_one_another_on_pages_of_their_own() -> None:
    pages = [Sheet("走访记录表", (Words(f"第{number}次"),)) for number in range(3)]
    book = openpyxl.load_workbook(
        BytesIO(
            write_document(
                Document("册", [Sheet("封面", (Cover("手册", (("村", "梅溪村"),)),)), *pages]), CREATED
            )
        )
    )
    assert book.sheetnames == ["封面", "走访记录表"]
    sheet = book["走访记录表"]
    assert [row.value for row in sheet["A"]] == [
        "走访记录表",
        "第0次",
        "走访记录表",
        "第1次",
        "走访记录表",
        "第2次",
    ]
    assert [mark.id for mark in sheet.row_breaks.brk] == [2, 4]


def test_blank_rows_and_the_closing_row_of_a_table_are_there_to_be_filled() -> None:
    sheet = Sheet("名册", (Rows(table(("张丽",) + (None,) * 7), blank_rows=3, closing="合计 1 人"),))
    written = opened(write_document(Document("名册", [sheet]), CREATED))
    assert written.max_row == 1 + 1 + 1 + 3 + 1
    assert written["A7"].value == "合计 1 人"
    assert written.print_title_rows == "$2:$2"


def test_columns_without_a_width_share_what_the_others_leave() -> None:
    columns = (Column("a", "甲", width=40), Column("b", "乙"), Column("c", "丙"))
    assert column_widths(Table(columns, ()), 160) == [40, 60, 60]
    assert sum(column_widths(Table((*columns, Column("d", "丁", width=200)), ()), 160)) == pytest.approx(160)


def test_a_table_wider_than_the_page_lies_on_its_side() -> None:
    wide = Table(tuple(Column(str(n), "列", width=40) for n in range(6)), ())
    assert opened(write_table(wide, "宽表", CREATED)).page_setup.orientation == "landscape"
    assert (
        opened(write_table(Table(wide.columns[:3], ()), "窄表", CREATED)).page_setup.orientation == "portrait"
    )


@pytest.mark.parametrize(
    ("text", "read"),
    [
        ("甲<乙>&\"丙'", "甲<乙>&\"丙'"),
        ("第一行\n第二行", "第一行\n第二行"),
        ("　周 丽 ", "　周 丽 "),
        ("铃\x07声\x0b", "铃声"),
        ("_x0041_", "_x0041_"),
        ("𬱖㛃䶮", "𬱖㛃䶮"),
        ("半\ud800个", "半个"),
    ],
)
def test_every_character_of_a_list_is_read_back_by_two_programs(tmp_path: Path, text: str, read: str) -> None:
    content = write_table(Table((Column("a", "内容"),), [(text,)]), "表", CREATED)
    assert openpyxl.load_workbook(BytesIO(content)).active["A3"].value in (
        read,
        read.replace("_x0041_", "_x005F_x0041_"),
    )
    (tmp_path / "表.xlsx").write_bytes(content)
    assert read_workbook(tmp_path / "表.xlsx").sheets[0].rows[2] == [read]


def test_a_long_list_keeps_its_order_and_its_extent() -> None:
    sheet = opened(
        write_table(
            Table((Column("n", "序", Whole()), Column("a", "甲")), [(n, str(n)) for n in range(3000)]),
            "表",
            CREATED,
        )
    )
    assert sheet.dimensions == "A1:B3002"
    assert [(row[0].value, row[1].value) for row in sheet.iter_rows(min_row=3)] == [
        (n, str(n)) for n in range(3000)
    ]
