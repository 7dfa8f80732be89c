"""台账: what is chosen is what is shown, saved, exported and printed."""

from io import BytesIO
from pathlib import Path
from threading import Event

import pytest
from openpyxl import load_workbook
from pypdf import PdfReader
from PySide6.QtCore import Qt
from PySide6.QtTest import QTest
from PySide6.QtWidgets import QApplication, QFileDialog, QLabel, QPushButton

from tests.samples import TODAY
from tests.ui.conftest import Office
from tests.ui.fingers import write
from tests.ui.test_printing import into_file
from villagebranch.ledgers import ledgers_of
from villagebranch.services import visits
from villagebranch.ui import ledger_page
from villagebranch.ui.ledger_page import LedgerPage


def settled(office: Office) -> LedgerPage:
    """Wait for the pages that were asked for last."""
    office.window.desk.work.wait()
    QApplication.processEvents()
    assert isinstance(office.page, LedgerPage)
    return office.page


def show(office: Office, **what: object) -> LedgerPage:
    office.window.show_page("ledgers", **what)
    return settled(office)


def text(page: LedgerPage) -> str:
    assert page.made
    assert page.made.printed
    return "".join(one.extract_text() for one in PdfReader(BytesIO(page.made.printed.pdf)).pages)


def said(page: LedgerPage) -> list[str]:
    return [one.text() for one in page.findChildren(QLabel) if one.isVisible() and one.text()]


def press(page: LedgerPage, label: str) -> None:
    next(one for one in page.findChildren(QPushButton) if one.isVisible() and one.text() == label).click()


def saved_as(monkeypatch: pytest.MonkeyPatch, tmp_path: Path) -> list[Path]:
    """Answer the system's dialog with the name that it proposes, in the test's own folder; return what was proposed."""
    proposed: list[Path] = []

    def answer(_parent: object, _title: str, name: str, _sort: str) -> tuple[str, str]:
        proposed.append(tmp_path / Path(name).name)
        return str(proposed[-1]), ""

    monkeypatch.setattr(QFileDialog, "getSaveFileName", answer)
    return proposed


@pytest.fixture
def visit(office: Office) -> str:
    """A visit of last month, with an issue."""
    told = {
        "household_id": office.village.ids["户 陆根发"],
        "occurred_on": "2026-10-20",
        "visitors": office.village.ids["周丽"],
        "visit_type": "home",
        "account": "屋面漏雨，要修。",
    }
    with office.village.store.write("周丽", "记一次走访") as act:
        return visits.record(act, told, [{"words": "屋面漏雨", "category": "housing"}], TODAY)


def test_every_ledger_is_shown_or_says_that_there_is_nothing(office):
    page = show(office)
    for row, ledger in enumerate(ledgers_of("branch")):
        page.list.setCurrentRow(row)
        settled(office)
        assert page.made.ledger is ledger
        assert page.view.isVisible() == bool(page.made.printed)
        assert page.view.isVisible() or any(ledger.label in words for words in said(page))


def test_another_page_opens_a_ledger_with_its_answers(office):
    page = show(office, name="contact_handbook", month="2026-10", person=office.village.ids["周丽"])
    assert page.made.asked.month == "2026-10"
    assert "周　丽" in text(page) or "周丽" in text(page)
    assert "王　堃" not in text(page)
    assert page.questions.words() == ["2026年10月", "周丽"]


def test_a_visit_s_sheet_is_shown_whatever_month_was_open(office, visit):
    page = show(office, name="visit_diary", visit=visit)
    assert "屋面漏雨" in text(page)
    assert page.made.asked.month == "2026-10"


def test_an_answer_makes_the_pages_anew_and_the_rest_stands(office, visit):
    page = show(office, name="visit_list")
    assert "屋面漏雨" not in text(page)
    page.questions._month._take("2026-10")
    settled(office)
    assert "屋面漏雨" in text(page)


def test_of_two_quick_answers_only_the_last_is_shown(office, visit):
    page = show(office, name="visit_list")
    page.questions._month._take("2026-09")
    page.questions._month._take("2026-10")
    assert not any(tool.isEnabled() for tool in page._tools)
    settled(office)
    assert page.made.asked.month == "2026-10"
    assert all(tool.isEnabled() for tool in page._tools)


def test_one_household_is_found_by_typing(office, qtbot):
    page = show(office, name="household_card")
    assert page.made.printed.pages == 2
    line = page.questions._household.line
    line.setFocus()
    write(line, "张桂芳")
    qtbot.waitUntil(lambda: len(line.hits) == 1)
    QTest.keyClick(line, Qt.Key.Key_Return)
    settled(office)
    assert page.made.printed.pages == 1
    line.clear()
    line.editingFinished.emit()
    assert settled(office).made.printed.pages == 2


def test_one_member_is_found_among_members_only(office, qtbot):
    page = show(office, name="member_card")
    line = page.questions._member.line
    line.setFocus()
    write(line, "张桂芳")
    QApplication.processEvents()
    assert line.hits == ()
    line.clear()
    write(line, "周丽")
    qtbot.waitUntil(lambda: len(line.hits) == 1)
    line.editingFinished.emit()
    assert settled(office).made.asked.person_id == office.village.ids["周丽"]


def test_a_blank_form_asks_for_nobody(office):
    page = show(office, name="contact_handbook", person=office.village.ids["周丽"])
    press(page, "空白表")
    settled(office)
    assert "周" not in text(page)
    assert not page.questions._cadre.isEnabled()


def test_nothing_to_print_offers_the_blank_form(office):
    page = show(office, name="meeting_record")
    assert not page.view.isVisible()
    press(page, "看空白表")
    settled(office)
    assert page.view.isVisible()
    assert page.questions.words() == ["空白表"]


def test_the_notice_says_that_it_is_masked(office):
    assert "公示版：已自动隐去姓名、电话、门牌" in said(show(office, name="issue_notice"))


def test_the_roster_is_masked_unless_the_archive_copy_is_asked_for(office):
    page = show(office, name="member_roster")
    assert "公民身份号码" not in text(page)
    page.questions._copy._take("archive")
    settled(office)
    assert "公民身份号码" in text(page)
    assert any("妥善保管" in words for words in said(page))


def test_the_very_pages_are_saved_under_a_telling_name(office, monkeypatch, tmp_path):
    proposed = saved_as(monkeypatch, tmp_path)
    page = show(office, name="contact_handbook", month="2026-11", person=office.village.ids["周丽"])
    press(page, "存为 PDF")
    assert [path.name for path in proposed] == ["联系服务群众手册-2026年11月-周丽.pdf"]
    assert proposed[0].read_bytes() == page.made.printed.pdf
    assert office.window.toast._next.text() == "打开文件夹"


def test_a_ledger_is_exported_as_a_workbook(office, monkeypatch, tmp_path):
    proposed = saved_as(monkeypatch, tmp_path)
    press(show(office, name="member_roster"), "导出表格")
    settled(office)
    assert proposed[0].name == "党员名册-日常版.xlsx"
    assert load_workbook(proposed[0]).active["A1"].value == "党员名册"


def test_a_place_that_cannot_be_written_is_told_in_words(office, monkeypatch, tmp_path):
    monkeypatch.setattr(QFileDialog, "getSaveFileName", lambda *_: (str(tmp_path / "no" / "a.pdf"), ""))
    press(show(office, name="member_roster"), "存为 PDF")
    assert office.window.banner.isVisible()


def test_characters_that_no_font_has_are_named(office, visit):
    with office.village.store.write("周丽", "改走访") as act:
        stored = visits.stored(act.conn, visit) | {"account": "记号 \ue123 看不清。"}
        visits.record(act, stored, [], TODAY, visit)
    page = show(office, name="visit_diary", visit=visit)
    assert page._banner.isVisible()
    assert any("1 个字打印不出来" in words for words in said(page))


def test_only_pages_in_sight_are_drawn_and_the_page_is_told(office):
    page = show(office, name="household_card")
    page.view.go_to(1)
    QApplication.processEvents()
    assert "2 / 2 页" in said(page)
    page.view.zoom._take("whole")
    numbers = [number for number, _place in page.view.places()]
    assert numbers[0] == 1
    widths = {place.width() for _number, place in page.view.places()}
    assert max(widths) < page.view.viewport().width() / 2


def test_work_that_is_stopped_can_be_taken_up_again(office, qtbot):
    page = show(office, name="household_card")
    gate = Event()  # the ledger waits behind other work, so that it is stopped before it is done
    office.window.desk.work.start(lambda _progress: gate.wait(), lambda _done: None)
    page.refresh()
    page._job.progress.stop()
    gate.set()
    settled(office)
    qtbot.waitUntil(lambda: any("已经停下" in words for words in said(page)))
    press(page, "接着排版")
    assert settled(office).view.isVisible()


def test_the_very_pages_are_printed_while_the_window_goes_on(office, monkeypatch, tmp_path):
    page = show(office, name="household_card")
    printer = into_file(tmp_path / "cards.pdf", page.made.printed)
    monkeypatch.setattr(ledger_page, "ask_printer", lambda _parent, _printed: printer)
    press(page, "打印")
    settled(office)
    assert len(PdfReader(tmp_path / "cards.pdf").pages) == 2
    assert office.window.toast.isVisible()


def test_all_ledgers_of_a_month_are_saved_in_one_go(office, visit, monkeypatch, tmp_path):
    monkeypatch.setattr(QFileDialog, "getExistingDirectory", lambda *_: str(tmp_path))
    show(office, name="visit_list", month="2026-10").save_month()
    settled(office)
    names = sorted(path.name for path in (tmp_path / "2026年10月台账-2026-11-23").iterdir())
    assert "走访台账-2026年10月.pdf" in names
    assert "联系服务群众手册-2026年10月.pdf" in names
    assert not any(name.startswith("会议记录") for name in names)
    assert f"{len(names)} 册" in office.window.toast.accessibleName()
