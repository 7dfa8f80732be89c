"""Strangers' workbooks: what is whole is read, what is not ends in one sentence, and nothing takes the machine with it."""

import random
import struct
import zipfile
from contextlib import suppress
from datetime import date, datetime
from pathlib import Path

import openpyxl
import pytest
import xlsxwriter
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st

from tests.exchange.books import make
from villagebranch.domain.errors import Trouble
from villagebranch.exchange.workbook_child import Limits
from villagebranch.exchange.workbook_reader import Merge, read_workbook

FIXTURES = Path(__file__).parent / "fixtures"
DEMO = Path(__file__).parents[2] / "resources" / "demo"


def parts(**contents: str) -> dict[str, bytes]:
    """Return the parts of the smallest workbook, some of them replaced; `sheet` is the inside of the worksheet."""
    main = 'xmlns="http://schemas.openxmlformats.org/spreadsheetml/2006/main"'
    kind = "http://schemas.openxmlformats.org/officeDocument/2006/relationships"
    rels = 'xmlns="http://schemas.openxmlformats.org/package/2006/relationships"'
    sheet = contents.get("sheet", '<sheetData><row r="1"><c r="A1"><v>1</v></c></row></sheetData>')
    texts = {
        "[Content_Types].xml": "<Types/>",
        "_rels/.rels": f"<Relationships {rels}>"
        f'<Relationship Id="r1" Type="{kind}/officeDocument" Target="xl/workbook.xml"/></Relationships>',
        "xl/workbook.xml": f'<workbook {main} xmlns:r="{kind}">'
        '<sheets><sheet name="表" sheetId="1" r:id="r1"/></sheets></workbook>',
        "xl/_rels/workbook.xml.rels": f"<Relationships {rels}>"
        f'<Relationship Id="r1" Type="{kind}/worksheet" Target="worksheets/sheet1.xml"/>'
        f'<Relationship Id="r2" Type="{kind}/sharedStrings" Target="sharedStrings.xml"/></Relationships>',
        "xl/worksheets/sheet1.xml": f"{contents.get('before', '')}<worksheet {main}>{sheet}</worksheet>",
        "xl/sharedStrings.xml": f"<sst {main}>{contents.get('strings', '')}</sst>",
    }
    return {name: text.encode() for name, text in texts.items()}


def pack(path: Path, contents: dict[str, bytes]) -> Path:
    with zipfile.ZipFile(path, "w", zipfile.ZIP_DEFLATED) as archive:
        for name, content in contents.items():
            archive.writestr(name, content)
    return path


def refused(path: Path, **limits: int) -> str:
    with pytest.raises(Trouble) as told:
        read_workbook(path, Limits(**limits))
    assert path.name in str(told.value)
    return str(told.value)


def test_cells_keep_their_sort_and_their_place(tmp_path: Path) -> None:
    rows = [[None], [None, "周　丽", 3, 1987.7, True, date(1978, 2, 11), datetime(2025, 1, 2, 3, 4), "=1+1"]]
    book = openpyxl.Workbook()
    for row in rows:
        book.active.append(row)
    book.active["H2"].data_type = "s"
    book.active.merge_cells("B4:C6")
    book.save(tmp_path / "book.xlsx")
    grid = read_workbook(tmp_path / "book.xlsx").sheets[0]
    assert grid.rows[1] == [
        "",
        "周　丽",
        3,
        1987.7,
        True,
        date(1978, 2, 11),
        datetime(2025, 1, 2, 3, 4),
        "=1+1",
    ]
    assert grid.merges == [Merge(3, 1, 5, 2)]


def test_hours_and_faulty_formulas_do_no_harm(tmp_path: Path) -> None:
    with xlsxwriter.Workbook(tmp_path / "book.xlsx") as book:
        sheet = book.add_worksheet()
        sheet.write_number(0, 0, 0.5, book.add_format({"num_format": "hh:mm"}))
        sheet.write_number(0, 1, 1.5, book.add_format({"num_format": "[h]:mm"}))
        sheet.write_formula(0, 2, "=1/0", None, "#DIV/0!")
        sheet.write_formula(0, 3, "=1+1", None, 2)
    assert read_workbook(tmp_path / "book.xlsx").sheets[0].rows == [["12:00:00", "1 day, 12:00:00", "", 2]]


@pytest.mark.parametrize(
    ("source", "ending"), [("members.xls", "xlsx"), ("members.xls", "et"), ("book.xlsx", "xls")]
)
def test_a_workbook_is_known_by_its_content_and_not_by_its_ending(
    tmp_path: Path, source: str, ending: str
) -> None:
    (tmp_path / f"改名.{ending}").write_bytes(_WHOLE[source])
    assert "村党支部党员" in str(read_workbook(tmp_path / f"改名.{ending}").sheets[0].rows[0][0])


def test_an_empty_worksheet_has_no_rows(tmp_path: Path) -> None:
    assert read_workbook(make(tmp_path / "book.xlsx", [])).sheets[0].rows == []


def test_a_cell_formatted_far_away_does_not_make_a_book_large(tmp_path: Path) -> None:
    with xlsxwriter.Workbook(tmp_path / "book.xlsx") as book:
        sheet = book.add_worksheet()
        sheet.write_string(0, 0, "姓名")
        sheet.write_blank(1_000_000, 16_000, None, book.add_format({"bold": True}))
    assert read_workbook(tmp_path / "book.xlsx").sheets[0].rows == [["姓名"]]


def test_the_smallest_workbook_is_read(tmp_path: Path) -> None:
    assert read_workbook(pack(tmp_path / "book.xlsx", parts())).sheets[0].rows == [[1]]


@pytest.mark.parametrize(
    ("name", "content", "said"),
    [
        ("空.xlsx", b"", "空的"),
        ("网页.xls", b"\xef\xbb\xbf<html><table><tr><td>1</td></tr></table></html>", "网页"),
        ("文本.xlsx", "姓名,性别\n张丽,女\n".encode("gbk"), "文本"),
        ("图片.xlsx", b"\x89PNG\r\n\x1a\n\0\0\0\0", "不是 Excel 表格"),
        ("乱.xlsx", random.Random(1).randbytes(5000), "不是 Excel 表格"),
        ("断头.xlsx", b"PK\x03\x04" + random.Random(2).randbytes(5000), "已损坏"),
        ("乱.xls", bytes.fromhex("d0cf11e0a1b11ae1") + random.Random(3).randbytes(5000), "不是 Excel 表格"),
        ("加密.xlsx", bytes.fromhex("d0cf11e0a1b11ae1") + "EncryptedPackage".encode("utf-16-le"), "密码"),
        ("坏.xls", bytes.fromhex("d0cf11e0a1b11ae1") + "Workbook".encode("utf-16-le") * 100, "已损坏"),
    ],
)
def test_what_is_no_workbook_is_named(tmp_path: Path, name: str, content: bytes, said: str) -> None:
    (tmp_path / name).write_bytes(content)
    assert said in refused(tmp_path / name)


def test_a_missing_file_and_a_folder_are_named(tmp_path: Path) -> None:
    assert "找不到" in refused(tmp_path / "没有.xlsx")
    (tmp_path / "夹.xlsx").mkdir()
    assert "打不开" in refused(tmp_path / "夹.xlsx")


def test_a_word_document_and_a_plain_archive_are_no_workbooks(tmp_path: Path) -> None:
    assert "不是 Excel 表格" in refused(pack(tmp_path / "a.xlsx", {"word/document.xml": b"<x/>"}))


@pytest.mark.parametrize("keep", [0.2, 0.5, 0.9, 0.99])
def test_a_workbook_cut_off_is_damaged(tmp_path: Path, keep: float) -> None:
    whole = (DEMO / "党员花名册.xlsx").read_bytes()
    (tmp_path / "半本.xlsx").write_bytes(whole[: int(len(whole) * keep)])
    assert "损坏" in refused(tmp_path / "半本.xlsx")


def test_a_part_packed_too_tightly_is_refused(tmp_path: Path) -> None:
    bomb = parts() | {"xl/media/image1.bin": bytes(60 << 20)}
    assert "太大" in refused(pack(tmp_path / "book.xlsx", bomb))


def test_many_parts_that_are_large_together_are_refused(tmp_path: Path) -> None:
    noise = random.Random(1).randbytes(1 << 18) + bytes(7 << 20)
    bomb = parts() | {f"xl/media/{number}": noise for number in range(16)}
    assert "太大" in refused(pack(tmp_path / "book.xlsx", bomb))


def test_a_size_that_lies_is_not_believed(tmp_path: Path) -> None:
    path = pack(tmp_path / "book.xlsx", parts() | {"xl/media/image1.bin": bytes(60 << 20)})
    honest = path.read_bytes()
    lying = honest.replace(struct.pack("<I", 60 << 20), struct.pack("<I", 100))
    assert lying != honest
    path.write_bytes(lying)
    refused(path)


def test_too_many_parts_are_refused(tmp_path: Path) -> None:
    many = parts() | {f"xl/media/{number}": b"" for number in range(300)}
    assert "安全" in refused(pack(tmp_path / "book.xlsx", many))


@pytest.mark.parametrize("padding", [0, 300_000, (1 << 18) - 95])
def test_a_document_type_is_refused_wherever_it_stands(tmp_path: Path, padding: int) -> None:
    before = f'<?xml version="1.0"?><!--{" " * padding}--><!DOCTYPE x [<!ENTITY a "b">]>'
    assert "安全" in refused(pack(tmp_path / "book.xlsx", parts(before=before)))


def test_a_locked_archive_asks_to_take_the_password_off(tmp_path: Path) -> None:
    path = pack(tmp_path / "book.xlsx", parts())
    content = bytearray(path.read_bytes())
    for mark, flags in ((b"PK\x03\x04", 6), (b"PK\x01\x02", 8)):
        content[content.index(mark) + flags] |= 1
    path.write_bytes(content)
    assert "密码" in refused(path)


def test_two_cells_a_world_apart_do_not_fill_the_memory(tmp_path: Path) -> None:
    sheet = '<sheetData><row r="1"><c r="A1"><v>1</v></c></row><row r="1048576"><c r="XFD1048576"><v>1</v></c></row></sheetData>'
    refused(pack(tmp_path / "book.xlsx", parts(sheet=sheet)))


def test_one_long_text_in_every_cell_does_not_fill_the_memory(tmp_path: Path) -> None:
    cells = "".join(f'<row r="{n}">' + '<c t="s"><v>0</v></c>' * 100 + "</row>" for n in range(1, 2000))
    book = parts(sheet=f"<sheetData>{cells}</sheetData>", strings=f"<si><t>{'长' * 30_000}</t></si>")
    refused(pack(tmp_path / "book.xlsx", book))


def test_more_rows_or_columns_than_a_village_has_are_refused(tmp_path: Path) -> None:
    path = make(tmp_path / "book.xlsx", [["姓名"] * 5] * 30)
    assert "30 行" in refused(path, rows=29)
    assert "5 列" in refused(path, columns=4)
    assert len(read_workbook(path, Limits(rows=30, columns=5)).sheets[0].rows) == 30


def test_a_book_that_takes_too_long_is_given_up(tmp_path: Path) -> None:
    path = make(tmp_path / "book.xlsx", [["姓名"]])
    assert "损坏，或内容太多" in refused(path, seconds=0)


def test_the_child_has_no_more_memory_than_it_is_given(tmp_path: Path) -> None:
    cells = '<row><c t="s"><v>0</v></c></row>' * 1000
    book = parts(sheet=f"<sheetData>{cells}</sheetData>", strings=f"<si><t>{'长' * 10_000}</t></si>")
    path = pack(tmp_path / "book.xlsx", book)
    assert len(read_workbook(path).sheets[0].rows) == 1000
    assert "内容太多" in refused(path, memory=48 << 20)


def test_macros_and_links_to_other_books_are_left_alone(tmp_path: Path) -> None:
    book = parts() | {"xl/vbaProject.bin": b"Sub Auto_Open()", "xl/externalLinks/externalLink1.xml": b"<x/>"}
    assert read_workbook(pack(tmp_path / "book.xlsm", book)).sheets[0].rows == [[1]]


_WHOLE = {name: (FIXTURES / name).read_bytes() for name in ("members.xls", "households.xls")}
_WHOLE["book.xlsx"] = (DEMO / "党员花名册.xlsx").read_bytes()


@settings(max_examples=40, deadline=None, suppress_health_check=[HealthCheck.function_scoped_fixture])
@given(
    name=st.sampled_from(sorted(_WHOLE)),
    flips=st.lists(st.tuples(st.floats(0, 1, exclude_max=True), st.integers(0, 255)), min_size=1, max_size=8),
    keep=st.floats(0.5, 1),
)
def test_flipped_bytes_end_in_rows_or_in_trouble(
    tmp_path: Path, name: str, flips: list[tuple[float, int]], keep: float
) -> None:
    content = bytearray(_WHOLE[name])
    for place, value in flips:
        content[int(place * len(content))] = value
    path = tmp_path / name
    path.write_bytes(content[: max(1, int(len(content) * keep))])
    with suppress(Trouble):
        read_workbook(path)
