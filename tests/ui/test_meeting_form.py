"""记会议: the roll, the votes reckoned while typing, what is refused under its field, what is only said."""

import pytest
from PySide6.QtCore import Qt
from PySide6.QtTest import QTest
from PySide6.QtWidgets import QApplication, QWidget

from tests.ui.conftest import Office
from tests.ui.fingers import write
from tests.ui.test_member_page import press, said
from villagebranch.db import history
from villagebranch.records.agenda_item import AgendaItem
from villagebranch.records.issue import Issue
from villagebranch.records.meeting import Meeting
from villagebranch.records.member import Member
from villagebranch.records.person import Person
from villagebranch.services import issues
from villagebranch.services.meeting_view import MeetingView, get
from villagebranch.services.meeting_year import list_meetings
from villagebranch.ui.meeting_form import MeetingFormPage

CONTROL = Qt.KeyboardModifier.ControlModifier


@pytest.fixture
def page(office: Office) -> MeetingFormPage:
    made = office.show("meeting", meeting_type="general")
    QApplication.processEvents()
    return made


def key(code: Qt.Key, modifier: Qt.KeyboardModifier = Qt.KeyboardModifier.NoModifier) -> None:
    QTest.keyClick(QApplication.focusWidget(), code, modifier)


def tick(page: MeetingFormPage, name: str) -> None:
    boxes = page.sheet.roll._ticks.boxes
    next(box for box in boxes if box.text().startswith(name)).click()


def add_item(page: MeetingFormPage, **words: str) -> QWidget:
    page.sheet.agenda.begin()
    form = page.sheet.agenda.items[-1].form
    for name, text in words.items():
        form.editor(name).set_typed(text)
    form.changed.emit()
    return form


def kept(office: Office, page: MeetingFormPage) -> MeetingView:
    with office.village.store.read() as conn:
        return get(conn, page._id)


def held(office: Office) -> int:
    with office.village.store.read() as conn:
        return len(list_meetings(conn, 2026))


def add(office: Office, record: type, draft: dict) -> str:
    with office.village.store.write("周丽", "准备") as act:
        return act.add(record, draft)


def test_a_new_meeting_stands_ready_with_everybody_present(page):
    assert page.sheet.roll.roll.sentence == "应到 3 人 · 实到 3 人 · 缺席 0 人"
    assert page.sheet.roll._verdict.text() == "超过半数，会议有效"
    assert page.sheet.about.editor("chair_id").typed() == "王堃"
    assert "吴晓燕（预备）" in [box.text() for box in page.sheet.roll._ticks.boxes]


def test_each_tick_moves_the_figures_and_the_verdict(page):
    tick(page, "王堃")
    assert "应到 3 人 · 实到 2 人 · 缺席 1 人" in said(page)
    assert page.sheet.roll._verdict.text() == "达到半数，会议有效"
    tick(page, "周丽")
    assert page.sheet.roll._verdict.text() == "不足半数"
    assert any("还差 1 人到半数" in text for text in said(page))


def test_a_reason_for_staying_away_is_asked_and_shown_under_its_member(office, page):
    tick(page, "周丽")
    page.store()
    assert "请填请假原因" in said(page.sheet.roll)
    assert held(office) == 0
    write(QApplication.focusWidget(), "住院")
    page.store()
    assert [(seat.status, seat.reason) for seat in kept(office, page).seats][1] == ("leave", "住院")
    assert "没有到会：周丽（住院）" in said(page.sheet.roll)


def test_who_is_not_counted_leaves_the_number_due(page):
    tick(page, "周丽")
    absence = next(iter(page.sheet.roll._absences.values()))
    absence.status.combo.setCurrentText("不计入应到")
    assert page.sheet.roll.roll.due == 2


def test_a_tick_set_again_takes_the_reason_away(office, page):
    tick(page, "周丽")
    tick(page, "周丽")
    page.store()
    assert [seat.status for seat in kept(office, page).seats] == ["present"] * 3


def test_known_reasons_are_told_in_one_line_and_changed_on_request(office):
    with office.village.store.write("王堃", "改党员") as act:
        act.set(Member, office.village.ids["党员 周丽"], {"away": 1})
    page = office.show("meeting", meeting_type="general")
    assert "没有到会：周丽（流动在外）" in said(page.sheet.roll)
    press(page.sheet.roll, "改缺席原因")
    absence = next(iter(page.sheet.roll._absences.values()))
    assert absence.isVisible()
    assert absence.isAncestorOf(QApplication.focusWidget())


def test_two_of_one_name_are_told_apart(office, page):
    twin = add(office, Person, {"name": "周丽", "born_on": "1961"})
    add(office, Member, {"person_id": twin, "status": "full"})
    names = [box.text() for box in office.show("meeting", meeting_type="general").sheet.roll._ticks.boxes]
    assert {"周丽 61年生", "周丽 85年生"} <= set(names)


def test_arrows_go_from_name_to_name_and_tab_leaves_the_names(page):
    page.sheet.roll.take_focus()
    boxes = page.sheet.roll._ticks.boxes
    key(Qt.Key.Key_Right)
    assert QApplication.focusWidget() is boxes[1]
    key(Qt.Key.Key_Space)
    assert not boxes[1].isChecked()
    key(Qt.Key.Key_Tab)
    assert page.sheet.roll._absences[page.sheet.roll.due[1].person_id].isAncestorOf(
        QApplication.focusWidget()
    )
    key(Qt.Key.Key_Tab)
    key(Qt.Key.Key_Tab)
    assert QApplication.focusWidget().text() == "添一条议题　Ctrl+I"


def test_the_verdict_on_a_motion_follows_the_votes_as_they_are_typed(page):
    form = add_item(page, title="吴晓燕按期转正", votes_yes="2", votes_no="0")
    item = page.sheet.agenda.items[0]
    assert (item._verdict.text(), item._votes.text()) == ("通过", "赞成 2 · 反对 0 · 弃权 0")
    assert "应到有表决权 2 人，赞成 2" in form.verdict.text()
    form.editor("votes_yes").set_typed("1")
    form.changed.emit()
    assert item._verdict.text() == "未通过"


def test_more_votes_than_voters_are_pointed_out_at_once_and_refused(office, page):
    form = add_item(page, title="修路", votes_yes="9", resolution="同意")
    assert page.sheet.agenda.items[0]._verdict.text() == "请核对"
    page.store()
    assert held(office) == 0
    assert "只有 2 人" in form.boxes["votes_yes"]._problem.text()


def test_a_vote_without_a_resolution_is_refused_in_its_item(page):
    add_item(page, title="其他事")
    form = add_item(page, title="修路", votes_yes="2")
    page.sheet.agenda.open(page.sheet.agenda.items[0])
    page.store()
    assert form.isVisible()
    assert form.boxes["resolution"]._problem.text() == "有表决就要写明决议"


def test_a_member_less_moves_the_votes_that_can_be(page):
    add_item(page, title="修路", votes_yes="2", resolution="同意")
    tick(page, "王堃")
    assert page.sheet.agenda.items[0]._verdict.text() == "请核对"


def test_an_election_asks_for_four_fifths(page):
    add_item(page, title="选举委员", election="是")
    assert page.sheet.roll._verdict.text() == "达到五分之四，可以选举"
    tick(page, "周丽")
    assert page.sheet.roll._verdict.text() == "不足五分之四"


def test_a_whole_meeting_from_the_keyboard(office, page):
    page.take_focus()
    for _ in range(6):
        key(Qt.Key.Key_Return)
    write(QApplication.focusWidget(), "镇组织委员 钱志明")
    key(Qt.Key.Key_Return)
    assert QApplication.focusWidget() in page.sheet.roll._ticks.boxes
    key(Qt.Key.Key_I, CONTROL)
    write(QApplication.focusWidget(), "3组机耕路修复方案")
    key(Qt.Key.Key_S, CONTROL)
    view = kept(office, page)
    assert (view["guests"], view.items[0].words("title")) == ("镇组织委员 钱志明", "3组机耕路修复方案")
    assert page.summary == "2026-11-23 · 第四季度 · 2026年第1次"


def test_saving_twice_keeps_one_meeting_with_one_item(office, page):
    add_item(page, title="修路")
    page.store()
    page.store()
    assert held(office) == 1
    assert len(kept(office, page).items) == 1


def test_what_is_unusual_is_saved_and_said(office, page):
    add_item(page, title="发展党员", votes_yes="2", resolution="同意", major="是")
    page.store()
    assert held(office) == 1
    assert page.banner.isVisible()
    assert any("一般先经支委会讨论" in text for text in said(page.banner))


def test_a_major_matter_cites_what_the_committee_discussed_before(office):
    meeting = add(office, Meeting, {"meeting_type": "committee", "starts_at": "2026-11-05"})
    item = add(office, AgendaItem, {"meeting_id": meeting, "position": 1, "title": "讨论 发展党员"})
    page = office.show("meeting", meeting_type="general")
    form = add_item(page, title="发展党员", major="是")
    form.editor("earlier_id").combo.setCurrentIndex(1)
    page.store()
    assert kept(office, page).items[0]["earlier_id"] == item
    assert not page.banner.isVisible()


def test_an_open_issue_becomes_an_item_and_is_assigned_by_what_was_settled(office, page):
    issue = {"words": "3组机耕路塌方", "collected_on": "2026-11-06", "stage": "collected", "source": "home"}
    id = add(office, Issue, issue)
    press(page, "从问题里选")
    key(Qt.Key.Key_Return)
    assert page.sheet.offer.table.table_model.rowCount() == 0
    key(Qt.Key.Key_Escape)
    form = page.sheet.agenda.items[0].form
    assert (form.editor("title").typed(), form.editor("issue_id").typed()) == (
        "3组机耕路塌方",
        "3组机耕路塌方",
    )
    for name, text in {"resolution": "村里出资修复", "owner_id": "周丽", "due_on": "2026-12-10"}.items():
        form.editor(name).set_typed(text)
    page.store()
    with office.village.store.read() as conn:
        row = issues.one(conn, id)
    assert (row.stage, row.measure, row.owner) == ("assigned", "村里出资修复", "周丽")


def test_items_are_moved_and_deleted(office, page):
    for title in ("甲", "乙", "丙"):
        add_item(page, title=title)
    first = page.sheet.agenda.items[0]
    page.sheet.agenda.open(first)
    press(first, "往下移")
    page.sheet.agenda.open(page.sheet.agenda.items[2])
    press(page.sheet.agenda.items[2], "删去这一条")
    page.store()
    assert [item.words("title") for item in kept(office, page).items] == ["乙", "甲"]


def test_another_type_calls_another_roll_and_asks_other_things(page):
    type_editor = page.sheet.about.editor("meeting_type")
    type_editor.combo.setCurrentText("支部委员会会议")
    type_editor.finished.emit()
    assert [one.name for one in page.sheet.roll.due] == ["王堃", "周丽"]
    assert page.title == "支部委员会会议"
    type_editor.combo.setCurrentText("党课")
    type_editor.finished.emit()
    QApplication.processEvents()
    assert page.sheet.about.boxes["lecturer"].isVisible()
    assert not page.sheet.about.boxes["party_group"].isVisible()
    assert page.duties.table.chosen_id() == "class"


def test_who_joined_later_was_not_due(page):
    starts = page.sheet.about.editor("starts_at")
    starts.set_typed("2025-06-20")
    starts.finished.emit()
    assert [one.name for one in page.sheet.roll.due] == ["王堃", "周丽"]


def test_a_group_meets_alone(page, office):
    add(
        office,
        Member,
        {"person_id": office.village.ids["陆根发"], "status": "full", "party_group": "第二 小组"},
    )
    page = office.show("meeting", meeting_type="group", party_group="第二 小组")
    assert [one.name for one in page.sheet.roll.due] == ["陆根发"]
    page.store()
    assert kept(office, page)["party_group"] == "第二 小组"


def test_what_was_typed_outlives_the_program(office, page):
    tick(page, "周丽")
    add_item(page, title="修路", votes_yes="1", owner_id="王堃")
    page.sheet.about.editor("place").set_typed("3组祠堂")
    page.sheet.about.changed.emit()
    page._draft.write()
    office.show("home")
    again = office.show("meeting")
    assert again.sheet.about.editor("place").typed() == "3组祠堂"
    assert again.sheet.roll.roll.present == 2
    assert again.sheet.agenda.items[0].words("title") == "修路"
    assert any("没有存完" in text for text in said(again))
    press(again, "不要草稿，重新填")
    assert again.sheet.roll.roll.present == 3
    assert again._draft.read() is None


def test_a_draft_of_one_type_does_not_stand_in_the_way_of_another(office, page):
    add_item(page, title="修路")
    page._draft.write()
    assert office.show("meeting", meeting_type="class").sheet.agenda.items == []
    assert len(office.show("meeting", meeting_type="general").sheet.agenda.items) == 1


def test_a_saved_meeting_leaves_no_draft(page):
    add_item(page, title="修路")
    page._draft.write()
    page.store()
    assert page._draft.read() is None


def test_undoing_the_save_keeps_the_page_to_be_saved_again(office, page):
    add_item(page, title="修路")
    page.store()
    office.window._undo(office.village.store.last_act)
    assert held(office) == 0
    assert page.summary.endswith("还没有存")
    page.store()
    assert [item.words("title") for item in kept(office, page).items] == ["修路"]


def test_a_change_undone_shows_the_meeting_as_it_was(office, page):
    page.store()
    page.sheet.about.editor("place").set_typed("3组祠堂")
    page.store()
    office.window._undo(office.village.store.last_act)
    assert page.sheet.about.editor("place").typed() == "党群服务中心"


def test_leaving_a_changed_meeting_asks_first(office, page):
    page.store()
    tick(page, "吴晓燕")
    press(office.window.header, "返回")
    assert office.page is page
    press(office.window.question, "不存，返回")
    assert office.page.title == "会议"
    assert kept(office, page).roll.present == 3
    assert not office.show("meeting", id=page._id).touched


def test_deleting_takes_the_meeting_off_the_list_and_can_be_undone(office, page):
    page.store()
    press(page, "删除")
    assert (office.page.title, held(office)) == ("会议", 0)
    office.window._undo(office.village.store.last_act)
    assert held(office) == 1


def test_printing_saves_first_and_turns_to_the_ledger_of_this_meeting(office, page, qtbot):
    press(page, "打印签到表")
    assert held(office) == 1
    assert (office.page.title, office.page.ledger.name) == ("台账", "sign_in_sheet")
    assert office.page.questions.asked().meeting_id == page._id
    qtbot.waitSignal(office.page.settled).wait()


def test_the_journal_says_which_form_it_was(office, page):
    page.store()
    with office.village.store.read() as conn:
        assert history.acts(conn)[0].form == "记会议"
