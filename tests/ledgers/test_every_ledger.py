"""Every ledger over the practice village: filled and blank, as PDF read back and as workbook."""

from collections.abc import Iterator
from datetime import date, datetime
from io import BytesIO
from pathlib import Path

import openpyxl
import pytest
from pypdf import PdfReader

from villagebranch import ledgers, practice, practice_month
from villagebranch.db.place import Place
from villagebranch.db.seat import Seat
from villagebranch.domain.paper import Document, Rows
from villagebranch.exchange.workbook_document import write_document
from villagebranch.ledgers import LEDGERS
from villagebranch.ledgers.ledger import Asked, Ledger
from villagebranch.ledgers.pdf import write_pdf
from villagebranch.resources import RESOURCES
from villagebranch.services import households, people

TODAY = date(2026, 11, 23)
NOT_LEDGERS = {"__init__", "ledger", "pdf", "recovery_card"}

every_ledger = pytest.mark.parametrize("one", LEDGERS, ids=lambda one: one.name)


@pytest.fixture(scope="module")
def village(tmp_path_factory: pytest.TempPathFactory) -> Iterator[Seat]:
    place = Place(tmp_path_factory.mktemp("village"))
    seat = practice.seat(place, lambda: datetime(2026, 11, 23, 9, 41))
    practice_month.hold_general_meeting(seat, date(2026, 11, 20))
    practice_month.study_month(seat, TODAY)
    yield seat
    seat.close()


def built(village: Seat, one: Ledger, *, blank: bool = False, **more: object) -> Document:
    with village.store.read() as conn:
        return one.build(conn, Asked(TODAY, month="2026-11", blank=blank, **more))


def pages(document: Document) -> list[str]:
    printed = write_pdf(document, RESOURCES / "fonts")
    assert printed.missing == ()
    return [page.extract_text() for page in PdfReader(BytesIO(printed.pdf)).pages]


def test_the_registry_names_every_file_of_the_folder() -> None:
    files = {path.stem for path in Path(ledgers.__file__).parent.glob("*.py")} - NOT_LEDGERS
    assert {one.name for one in LEDGERS} == files


@every_ledger
def test_a_ledger_prints_with_its_unit_and_page_numbers(village: Seat, one: Ledger) -> None:
    document = built(village, one)
    texts = pages(document)
    numbered = [sheet.numbered for sheet in document.sheets]
    assert any("梅溪村党支部" in text for text in texts)
    assert any("页" in text and "共" in text for text in texts) == any(numbered)


@every_ledger
def test_a_blank_ledger_bears_nobody_s_name(village: Seat, one: Ledger) -> None:
    text = "".join(pages(built(village, one, blank=True))).replace("王堃", "", 1)
    with village.store.read() as conn:
        named = [row.words("name") for row in people.members(conn)]
    assert not [name for name in named if name in text]


@every_ledger
def test_a_table_fits_the_width_of_its_sheet(village: Seat, one: Ledger) -> None:
    for sheet in built(village, one).sheets:
        for block in sheet.blocks:
            if isinstance(block, Rows):
                assert sum(column.width or 10 for column in block.table.columns) <= (
                    257 if sheet.landscape else 162
                )


@every_ledger
def test_a_ledger_is_a_workbook_too(village: Seat, one: Ledger) -> None:
    document = built(village, one)
    book = openpyxl.load_workbook(BytesIO(write_document(document, datetime(2026, 11, 23))))
    assert book.sheetnames
    formulas = [cell for sheet in book for row in sheet for cell in row if cell.data_type == "f"]
    assert formulas == []


def test_the_summary_s_last_line_says_the_balance(village: Seat) -> None:
    texts = "".join(pages(built(village, ledgers.ledger("monthly_issue_summary"))))
    assert "上月结转" in texts
    assert "未定稿" not in texts


def test_the_notice_names_no_villager_no_phone_and_no_door(village: Seat) -> None:
    text = "".join(pages(built(village, ledgers.ledger("issue_notice"))))
    with village.store.read() as conn:
        private = people.villager_names(conn)
        homes = households.households(conn, TODAY)
    doors = {f"{row.values['villager_group']}{row.values['door']}" for row in homes}
    phones = {str(row.values["phone"]) for row in homes if row.values["phone"]}
    assert not [word for word in private | doors | phones if word in text]


def test_the_archive_roster_has_id_numbers_and_the_other_masks_phones(village: Seat) -> None:
    roster = ledgers.ledger("member_roster")
    assert "330424197802119558" in "".join(pages(built(village, roster, print_mode="archive")))
    posted = "".join(pages(built(village, roster, print_mode="notice")))
    assert "330424197802119558" not in posted
    assert "13284859676" not in posted
    assert "132****9676" in posted


def test_a_handbook_of_one_cadre_holds_no_other(village: Seat) -> None:
    with village.store.read() as conn:
        cadre = next(row for row in people.members(conn) if row.words("name") == "黄堃")
    document = built(village, ledgers.ledger("contact_handbook"), person_id=cadre.person_id)
    assert [sheet.title for sheet in document.sheets] == ["", "联系户名单", "联系服务群众手册"]
    assert "黄堃" in pages(document)[0]


def test_minutes_say_who_was_absent_and_how_the_vote_went(village: Seat) -> None:
    text = "".join(pages(built(village, ledgers.ledger("meeting_record"), meeting_type="general")))
    assert "流动在外" in text
    assert "弃权 1" in text
    assert "3组机耕路" in text


def test_every_due_member_has_a_place_to_sign(village: Seat) -> None:
    document = built(village, ledgers.ledger("sign_in_sheet"), meeting_type="general")
    tables = [block.table for sheet in document.sheets for block in sheet.blocks if isinstance(block, Rows)]
    numbers = sorted(int(str(row[place])) for table in tables for row in table.rows for place in (0, 3))
    assert numbers == list(range(1, len(numbers) + 1))
    assert len(numbers) >= 58


def test_a_roster_of_61_members_goes_over_four_pages_and_loses_nobody(village: Seat) -> None:
    with village.store.write("王堃", "添党员") as act:
        for name in ("甲又一", "乙又二", "丙又三"):
            people.save_member(act, {"name": name, "status": "正式"}, TODAY)
    texts = pages(built(village, ledgers.ledger("member_roster")))
    assert len(texts) >= 4
    assert all(name in "".join(texts) for name in ("甲又一", "乙又二", "丙又三"))


def test_group_meetings_of_one_day_stand_in_one_column(village: Seat) -> None:
    sheets = built(village, ledgers.ledger("meeting_year")).sheets[1:]
    heads = [column.label for sheet in sheets for column in sheet.blocks[0].table.columns]
    assert heads.count("小组会\n11-18") == 1


def test_the_list_of_one_cadre_names_the_cadre_once_and_leaves_more_room_to_write(village: Seat) -> None:
    with village.store.read() as conn:
        cadre = next(row for row in people.members(conn) if row.words("name") == "黄堃")
    due_list = ledgers.ledger("visit_due_list")
    everybody, one = (
        built(village, due_list, **who).sheets[0] for who in ({}, {"person_id": cadre.person_id})
    )
    assert "联系人" in [column.label for column in everybody.blocks[0].table.columns]
    assert "联系人" not in [column.label for column in one.blocks[0].table.columns]
    assert one.line[0] == "联系人：黄堃"


def test_a_late_issue_says_what_is_being_done_about_it(village: Seat) -> None:
    rows = built(village, ledgers.ledger("monthly_issue_summary")).sheets[0].blocks[0].table.rows
    results = [str(row[10]) for row in rows if "超期" in str(row[10])]
    assert results
    assert not any(result.startswith("（") for result in results)
