"""Every ledger over the practice village, or a township: filled and blank, as PDF read back and as workbook."""

from collections.abc import Iterator
from datetime import date, datetime
from io import BytesIO
from pathlib import Path

import openpyxl
import pytest
from pypdf import PdfReader

from tests import township
from villagebranch import ledgers, practice, practice_month
from villagebranch.db.place import Place
from villagebranch.db.seat import Seat
from villagebranch.domain.paper import Document, Rows
from villagebranch.exchange.workbook_document import write_document
from villagebranch.ledgers import LEDGERS
from villagebranch.ledgers.ledger import Asked, Ledger
from villagebranch.ledgers.pdf import write_pdf
from villagebranch.resources import RESOURCES
from villagebranch.services import households, people, township_month

TODAY = date(2026, 11, 23)
NOT_LEDGERS = {"__init__", "issue_columns", "ledger", "of_villages", "pdf", "recovery_card"}

every_ledger = pytest.mark.parametrize("one", LEDGERS, ids=lambda one: one.name)


@pytest.fixture(scope="module")
def village(tmp_path_factory: pytest.TempPathFactory) -> Iterator[Seat]:
    place = Place(tmp_path_factory.mktemp("village"))
    seat = practice.seat(place, lambda: datetime(2026, 11, 23, 9, 41))
    practice_month.hold_general_meeting(seat, date(2026, 11, 20))
    practice_month.study_month(seat, TODAY)
    yield seat
    seat.close()


@pytest.fixture(scope="module")
def town(tmp_path_factory: pytest.TempPathFactory) -> Iterator[Seat]:
    seat = township.seat(tmp_path_factory.mktemp("town"))
    township.settle(seat.store)
    yield seat
    seat.close()


@pytest.fixture
def kept(one: Ledger, village: Seat, town: Seat) -> Seat:
    """Where this ledger is kept."""
    return village if one.role == "branch" else town


def built(seat: Seat, one: Ledger, *, blank: bool = False, **more: object) -> Document:
    with seat.store.read() as conn:
        return one.build(conn, Asked(TODAY, month="2026-11", blank=blank, **more))


def grid(document: Document) -> list[tuple[object, ...]]:
    """Return the rows of the first table."""
    (block,) = (block for block in document.sheets[0].blocks if isinstance(block, Rows))
    return list(block.table.rows)


def pages(document: Document) -> list[str]:
    printed = write_pdf(document, RESOURCES / "fonts")
    assert printed.missing == ()
    return [page.extract_text() for page in PdfReader(BytesIO(printed.pdf)).pages]


def test_the_registry_names_every_file_of_the_folder() -> None:
    files = {path.stem for path in Path(ledgers.__file__).parent.glob("*.py")} - NOT_LEDGERS
    assert {one.name for one in LEDGERS} == files


@every_ledger
def test_a_ledger_prints_with_its_unit_and_page_numbers(kept: Seat, one: Ledger) -> None:
    document = built(kept, one)
    texts = pages(document)
    numbered = [sheet.numbered for sheet in document.sheets]
    assert any(("梅溪村党支部" if one.role == "branch" else township.TOWN) in text for text in texts)
    assert any("页" in text and "共" in text for text in texts) == any(numbered)


@every_ledger
def test_a_blank_ledger_bears_nobody_s_name(village: Seat, kept: Seat, one: Ledger) -> None:
    text = "".join(pages(built(kept, one, blank=True))).replace("王堃", "", 1)
    with village.store.read() as conn:
        named = [row.words("name") for row in people.members(conn)]
    named += [
        name for told in township.VILLAGES for name in (told.name[:3], *(who for who, _, _ in told.cadres))
    ]
    if one.role == "branch":
        named.remove("梅溪村")
    assert not [name for name in named if name in text]


@every_ledger
def test_a_table_fits_the_width_of_its_sheet(kept: Seat, one: Ledger) -> None:
    for sheet in built(kept, one).sheets:
        for block in sheet.blocks:
            if isinstance(block, Rows):
                assert sum(column.width or 10 for column in block.table.columns) <= (
                    257 if sheet.landscape else 162
                )


@every_ledger
def test_a_ledger_is_a_workbook_too(kept: Seat, one: Ledger) -> None:
    document = built(kept, one)
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
    assert "330424197802119558" in "".join(pages(built(village, roster, archive=True)))
    daily = "".join(pages(built(village, roster)))
    assert "330424197802119558" not in daily
    assert "13284859676" not in daily
    assert "132****9676" in daily


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


def test_progress_of_the_villages_is_summed_by_village_in_the_order_of_their_names(town: Seat) -> None:
    document = built(town, ledgers.ledger("village_visit_progress"))
    rows = grid(document)
    assert [row[:3] for row in rows] == [
        ("—", "柳浜村", "—"),
        (1, "梅溪村", "王　堃"),
        (2, "梅溪村", "周　丽"),
        ("小计", "梅溪村", "2 人"),
        (3, "石桥村", "钱　明"),
        (4, "石桥村", "朱桂英"),
        ("小计", "石桥村", "2 人"),
    ]
    assert rows[3][4:7] == (20, 18, "90%")
    assert "应走访 40 户，已走访 25 户，完成 62%" in "".join(pages(document))


def test_progress_of_the_year_is_that_of_its_months_up_to_the_one_asked_for(town: Seat) -> None:
    document = built(town, ledgers.ledger("village_visit_progress"), whole_year=True)
    assert document.sheets[0].subtitle == "（2026年1月至11月）"
    assert next(row[4:6] for row in grid(document) if row[1] == "柳浜村") == (10, 0)
    assert next(row[4:6] for row in grid(document) if row[2] == "周　丽") == (20, 20)


def test_the_issues_of_a_month_close_with_its_balance(town: Seat) -> None:
    text = "".join(pages(built(town, ledgers.ledger("village_issue_list"))))
    assert "上月结转 2 件，本月新收 3 件，办结 1 件，结转下月 4 件" in text


def test_an_issue_resolved_since_was_running_in_the_month_before(town: Seat) -> None:
    with town.store.read() as conn:
        earlier = ledgers.ledger("village_issue_list").build(conn, Asked(TODAY, month="2026-10"))
    assert [row[6] for row in grid(earlier)] == ["路灯不亮", "泵站夜间停机"]


def test_no_cell_of_the_villages_issues_is_empty_but_where_people_write(town: Seat) -> None:
    for name in ("village_issue_list", "village_answers", "village_overdue"):
        document = built(town, ledgers.ledger(name))
        (block,) = document.sheets[0].blocks
        empty = {
            column.label
            for row in block.table.rows
            for column, cell in zip(block.table.columns, row, strict=True)
            if cell == ""
        }
        assert empty <= {"原因和打算"}


def test_the_ages_of_open_issues_add_up(town: Seat) -> None:
    rows = grid(built(town, ledgers.ledger("village_issue_ages")))
    assert [row[1:7] for row in rows] == [
        ("梅溪村", "设施", 0, 0, 1, 1),
        ("梅溪村", "道路", 1, 0, 0, 1),
        ("石桥村", "教育", 1, 0, 0, 1),
        ("石桥村", "水利", 0, 1, 0, 1),
    ]


def test_what_is_late_says_by_how_many_days(town: Seat) -> None:
    rows = grid(built(town, ledgers.ledger("village_overdue")))
    assert [(row[2], row[8]) for row in rows] == [
        ("3组机耕路塌方，农机过不去", "4 天"),
        ("泵站夜间停机", "22 天"),
    ]


def test_the_answers_of_one_village_leave_out_the_others(town: Seat) -> None:
    with town.store.read() as conn:
        names = {name: id for id, name in township_month.names(conn).items()}
    rows = grid(built(town, ledgers.ledger("village_answers"), village_id=names["石桥村党支部"]))
    assert [(row[3], row[7]) for row in rows] == [("校车不进村", "待答复")]


def test_a_township_keeps_other_ledgers_than_a_branch() -> None:
    assert not {*ledgers.ledgers_of("branch")} & {*ledgers.ledgers_of("township")}
    assert len(ledgers.ledgers_of("township")) == 5
