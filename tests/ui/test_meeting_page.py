"""会议: the meetings of a year, what the rules ask of that year, and the way to each meeting."""

import pytest
from PySide6.QtCore import Qt
from PySide6.QtTest import QTest
from PySide6.QtWidgets import QApplication

from tests.ui.conftest import Office
from tests.ui.test_member_page import said
from villagebranch.records.meeting import Meeting
from villagebranch.ui.meeting_form import MeetingFormPage
from villagebranch.ui.meeting_page import MeetingPage
from villagebranch.ui.widgets import MenuButton

HELD = (
    ("committee", "2026-11-05 14:00", "研究村道"),
    ("general", "2026-11-20 14:00", "讨论转正"),
    ("general", "2025-12-20 14:00", "年终总结"),
)


@pytest.fixture
def held(office: Office) -> dict[str, str]:
    with office.village.store.write("周丽", "记会议") as act:
        return {
            title: act.add(Meeting, {"meeting_type": kind, "starts_at": at, "title": title})
            for kind, at, title in HELD
        }


@pytest.fixture
def page(office: Office, held) -> MeetingPage:
    return office.show("meetings")


def listed(page: MeetingPage) -> list[str]:
    model = page.table.table_model
    return [model.text(row, 2) for row in range(model.rowCount())]


def duties(page: MeetingPage) -> list[tuple[str, str]]:
    model = page.duties.table.table_model
    return [(model.text(row, 0), model.text(row, 2)) for row in range(model.rowCount())]


def choose(menu: MenuButton, code: str) -> None:
    menu.choose(code)
    menu.changed.emit()


def test_meetings_of_the_year_are_listed_latest_first(page):
    assert listed(page) == ["讨论转正", "研究村道"]
    assert page.summary == "2026年 2 次"


def test_duties_of_the_year_stand_beside_with_their_source(page):
    assert ("支部党员大会", "1 / 4") in duties(page)
    assert ("支部委员会会议", "1 / 11") in duties(page)
    assert ("组织生活会", "待开") in duties(page)
    assert any("一般每季度召开 1 次" in text for text in said(page.duties))
    page.duties.table.choose("committee")
    assert any("第十二条" in text for text in said(page.duties))


def test_a_party_group_that_is_behind_is_named(page):
    page.duties.table.choose("group")
    assert any("第一党小组开得最少" in text for text in said(page.duties))


def test_one_type_is_listed_with_its_source_beside(page):
    choose(page._type, "committee")
    assert listed(page) == ["研究村道"]
    assert page.summary == "2026年 2 次 · 列出 1 次"
    assert page.duties.table.chosen_id() == "committee"


def test_an_earlier_year_is_chosen_and_shows_how_it_ended(page):
    choose(page._year, "2025")
    assert listed(page) == ["年终总结"]
    assert "2025年的组织生活" in said(page.duties)
    assert ("支部党员大会", "1 / 4") in duties(page)


def test_a_year_without_meetings_says_what_to_do(office):
    page = office.show("meetings")
    assert any("记下一次" in text for text in said(page))


def test_enter_opens_the_chosen_meeting_and_back_chooses_it_again(office, held, page):
    page.table.choose(held["研究村道"])
    QTest.keyClick(page.table, Qt.Key.Key_Return)
    assert isinstance(office.page, MeetingFormPage)
    assert office.page.title == "支部委员会会议"
    office.page.go_back()
    assert office.page is page
    assert page.table.chosen_id() == held["研究村道"]


def test_enter_on_a_duty_begins_that_meeting(office, page):
    page.duties.table.choose("org_life")
    QTest.keyClick(page.duties.table, Qt.Key.Key_Return)
    assert (office.page.title, office.page.summary) == ("组织生活会", "2026-11-23 · 第四季度 · 还没有存")


def test_a_new_meeting_takes_the_type_that_is_listed(office, page):
    choose(page._type, "class")
    page.buttons[0].done()
    assert office.page.title == "党课"


def test_a_reminder_opens_the_meeting_that_is_due(office):
    home = office.show("home")
    place = next(place for place, one in enumerate(home._due) if one.what.get("meeting_type") == "group")
    home._act_on(str(place))
    assert office.page.title == "党小组会"
    assert office.page.sheet.about.editor("party_group").typed() == "第一党小组"


def test_the_search_box_opens_the_meeting_itself(office, held):
    hit = next(one for one in office.window.desk.find("研究村道") if one.id == held["研究村道"])
    office.window.show_page(hit.page, id=hit.id)
    assert office.page.title == "支部委员会会议"


def test_below_a_wide_window_the_duties_come_under_the_list(office, page):
    office.window.resize(1000, 700)
    QApplication.processEvents()
    assert page.duties.y() > page.table.y()
