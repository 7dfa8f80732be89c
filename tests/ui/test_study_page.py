"""The monthly study meeting, driven from the keyboard over the sample village."""

from typing import cast

import pytest
from PySide6.QtCore import Qt
from PySide6.QtTest import QTest
from PySide6.QtWidgets import QApplication, QLabel, QPushButton, QWidget

from tests.samples import TODAY, Village
from tests.ui.fingers import write
from tests.ui.walk import clipped, nameless
from villagebranch.services import issues, meetings, monthly_summary
from villagebranch.services.issues import IssueRow
from villagebranch.services.meeting_view import get
from villagebranch.services.meeting_year import list_meetings
from villagebranch.ui.study_page import StudyPage

CONTROL = Qt.KeyboardModifier.ControlModifier
NOVEMBER = "2026-11"


def raised(village: Village, words: str, on: str) -> str:
    with village.store.write("王堃", "收一条问题") as act:
        return issues.collect(act, {"words": words, "source": "来访", "collected_on": on}, TODAY)


@pytest.fixture
def page(office) -> StudyPage:
    """Three issues to study: two of November, one carried over."""
    for words, on in (("路灯不亮", "2026-11-03"), ("屋面漏雨", "2026-11-05"), ("沟渠堵塞", "2026-10-20")):
        office.village.ids[words] = raised(office.village, words, on)
    return cast(StudyPage, office.show("study"))


def key(key: Qt.Key, modifier: Qt.KeyboardModifier = Qt.KeyboardModifier.NoModifier) -> None:
    QTest.keyClick(cast(QWidget, QApplication.focusWidget()), key, modifier)


def typed(text: str) -> None:
    write(cast(QWidget, QApplication.focusWidget()), text)


def type_in(page: StudyPage, measure: str, owner: str, due: str) -> None:
    """Type as a person does: Tab out of the measure, Enter from field to field, until the last one is left."""
    typed(measure)
    key(Qt.Key.Key_Tab)
    key(Qt.Key.Key_Return)
    typed(owner)
    QTest.qWait(10)
    key(Qt.Key.Key_Return)
    key(Qt.Key.Key_Return)
    typed(due)


def one(office, words: str) -> IssueRow:
    with office.village.store.read() as conn:
        return issues.one(conn, office.village.ids[words])


def press(page: StudyPage, label: str) -> None:
    QApplication.processEvents()
    next(one for one in page.findChildren(QPushButton) if one.text() == label and one.isVisible()).click()


def told(page: StudyPage) -> str:
    QApplication.processEvents()
    return "\n".join(label.text() for label in page.findChildren(QLabel) if label.isVisible())


def test_the_new_issues_come_first_and_the_form_is_ready_for_typing(page):
    assert [card.title for card in page.list.model().cards] == ["路灯不亮", "屋面漏雨", "沟渠堵塞"]
    assert page.summary == "2026年11月 · 已定 0 / 3"
    assert page.settle.form.boxes["measure"].isAncestorOf(QApplication.focusWidget())


def test_an_issue_is_settled_from_the_keyboard_and_the_next_one_follows(page, office):
    type_in(page, "联系供电所", "周丽", "12-10")
    key(Qt.Key.Key_Return)
    row = one(office, "路灯不亮")
    assert (row.stage, row.measure, row.owner, row.due_on) == ("assigned", "联系供电所", "周丽", "2026-12-10")
    assert page.summary == "2026年11月 · 已定 1 / 3"
    assert page.settle.row.words == "屋面漏雨"
    assert page.settle.form.boxes["measure"].isAncestorOf(QApplication.focusWidget())


def test_what_is_the_same_as_before_is_taken_over_by_one_key(page, office):
    type_in(page, "联系供电所", "周丽", "12-10")
    key(Qt.Key.Key_Return, CONTROL)
    typed("修补屋面")
    key(Qt.Key.Key_D, CONTROL)
    key(Qt.Key.Key_Return, CONTROL)
    row = one(office, "屋面漏雨")
    assert (row.measure, row.owner, row.due_on) == ("修补屋面", "周丽", "2026-12-10")


def test_what_is_missing_is_said_and_nothing_is_settled(page, office):
    typed("联系供电所")
    key(Qt.Key.Key_Return, CONTROL)
    assert "请选责任人" in told(page)
    assert page.settle.row.words == "路灯不亮"
    assert one(office, "路灯不亮").measure == ""


def test_an_issue_put_off_keeps_what_was_typed(page, office):
    typed("联系供电所")
    key(Qt.Key.Key_Down, CONTROL)
    assert page.settle.row.words == "屋面漏雨"
    row = one(office, "路灯不亮")
    assert (row.stage, row.measure) == ("collected", "联系供电所")
    key(Qt.Key.Key_Up, CONTROL)
    assert page.settle.form.editor("measure").typed() == "联系供电所"


def test_after_the_last_issue_the_closing_is_shown_with_what_the_balance_will_say(page):
    for _ in range(3):
        type_in(page, "报修", "周丽", "12-10")
        key(Qt.Key.Key_Return)
    assert "上月结转 1 件，本月新收 2 件；本月办结 0 件，已反馈 0 件；结转下月 3 件。" in told(page)
    assert "还有" not in told(page)


def freeze(page: StudyPage) -> None:
    press(page, "研究会和定稿")
    press(page, "定稿")


def test_freezing_records_the_meeting_with_what_was_settled_and_offers_the_books(page, office):
    type_in(page, "报修", "周丽", "12-10")
    key(Qt.Key.Key_Return)
    press(page, "研究会和定稿")
    assert "还有 2 件没有定措施、责任人和时限" in told(page)
    press(page, "定稿")
    assert "2026年11月的汇总已经定稿" in told(page)
    assert "研究会：2026年11月23日 支部委员会会议" in told(page)
    with office.village.store.read() as conn:
        (meeting,) = list_meetings(conn, 2026)
        assert [item.words("title") for item in get(conn, meeting.id).items] == ["路灯不亮"]
        frozen = monthly_summary.frozen(conn, NOVEMBER)
    assert frozen is not None
    assert frozen.meeting_id == meeting.id


def test_a_meeting_of_the_month_is_linked_where_there_is_one(page, office):
    with office.village.store.write("王堃", "记会议") as act:
        view = meetings.draft(act.conn, "committee", TODAY)
        held = meetings.save(act, view.values, (), [{"title": "党费"}], TODAY).id
    page.refresh()
    freeze(page)
    with office.village.store.read() as conn:
        frozen = monthly_summary.frozen(conn, NOVEMBER)
    assert frozen is not None
    assert frozen.meeting_id == held


def test_a_meeting_that_is_still_ahead_freezes_nothing(page, office):
    press(page, "研究会和定稿")
    page.close_pane.when.editor("on").set_typed("2026-11-30")
    press(page, "定稿")
    assert "这一天还没有到" in told(page)
    with office.village.store.read() as conn:
        assert monthly_summary.frozen(conn, NOVEMBER) is None


def test_a_frozen_month_opens_again(page):
    freeze(page)
    press(page, "取消定稿")
    assert page.summary == "2026年11月 · 已定 0 / 3"


def test_back_keeps_what_was_typed_and_leads_to_the_wall(page, office):
    typed("联系供电所")
    page.go_back()
    assert office.page.title == "问题墙"
    assert one(office, "路灯不亮").measure == "联系供电所"


def test_a_month_without_issues_goes_straight_to_its_closing(office):
    page = cast(StudyPage, office.show("study"))
    assert "这个月没有要研究的问题。" in told(page)
    press(page, "去定稿")
    assert "上月结转 0 件" in told(page)


@pytest.mark.parametrize("size", [(1366, 768), (1093, 614), (900, 480)])
def test_nothing_of_the_study_is_cut_off(page, office, theme, qtbot, size):
    office.window.resize(*size)
    for steps in (0, 4):
        for _ in range(steps):
            theme.zoom(1)
        for pane in ("一件一件定", "研究会和定稿"):
            press(page, pane)
            qtbot.wait(20)
            assert office.window.size().toTuple() == size
            assert clipped(office.window) + nameless(office.window) == []
