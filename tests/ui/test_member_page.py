"""党员: the roster, the person beside it, the form, and what can be taken back."""

from pathlib import Path

import pytest
from openpyxl import load_workbook
from PySide6.QtCore import Qt
from PySide6.QtTest import QTest
from PySide6.QtWidgets import QApplication, QFileDialog, QLabel, QPushButton, QWidget

from tests.samples import TODAY
from tests.ui.conftest import Office
from villagebranch.domain.idnumber import check_character
from villagebranch.records.member import Member
from villagebranch.services import people
from villagebranch.ui.masked import Masks
from villagebranch.ui.member_page import MemberPage
from villagebranch.ui.widgets import MenuButton

ID_NUMBER = "33042119950203002" + check_character("33042119950203002")


@pytest.fixture
def page(office: Office) -> MemberPage:
    with office.village.store.write("周丽", "改党员资料") as act:
        secret = {"id_number": ID_NUMBER, "phone": "13800002207"}
        people.save_member(act, secret, TODAY, office.village.ids["党员 吴晓燕"])
    made = office.show("members", id=office.village.ids["党员 吴晓燕"])
    QApplication.processEvents()
    return made


def press(within: QWidget, text: str) -> None:
    QApplication.processEvents()
    shown = [one for one in within.findChildren(QPushButton) if one.isVisible() and one.text() == text]
    shown[0].click()


def said(within: QWidget) -> list[str]:
    QApplication.processEvents()
    return [one.text() for one in within.findChildren(QLabel) if one.isVisible()]


def names(page: MemberPage) -> list[str]:
    model = page.table.table_model
    return [model.text(row, 0) for row in range(model.rowCount())]


def party_group(office: Office, name: str = "吴晓燕") -> object:
    with office.village.store.read() as conn:
        return people.members(conn, [office.village.ids[f"党员 {name}"]])[0]["party_group"]


def test_roster_comes_in_the_order_of_posts_with_its_counts(page):
    assert names(page) == ["王堃", "周丽", "吴晓燕"]
    assert page.summary == "3 人 · 正式 2 · 预备 1 · 流动 0"
    assert [button.text() for button in page._sort.findChildren(QPushButton)] == [
        "在册 3",
        "流动 0",
        "预备 1",
    ]


def test_probationary_members_alone_are_listed_by_one_button(page):
    press(page, "预备 1")
    assert names(page) == ["吴晓燕"]


def test_list_without_rows_offers_the_way_out(page):
    press(page, "流动 0")
    assert names(page) == []
    press(page, "看全部党员")
    assert len(names(page)) == 3


def test_member_who_is_filtered_away_is_shown_when_opened_by_name(office, page):
    press(page, "预备 1")
    office.show("members", id=office.village.ids["党员 周丽"])
    assert page.table.chosen_id() == office.village.ids["党员 周丽"]


def test_numbers_are_masked_until_they_are_asked_for(page):
    hidden = {f"{ID_NUMBER[:4]} **** **** {ID_NUMBER[-4:]}", "138****2207"}
    assert hidden <= set(said(page))
    press(page, "显示")
    assert {ID_NUMBER, "13800002207"} <= set(said(page))
    press(page, "遮住")
    assert hidden <= set(said(page))


def test_numbers_are_masked_again_by_themselves(page):
    press(page, "显示")
    page.findChildren(Masks)[-1].hide_again()
    assert ID_NUMBER not in said(page)


def test_enter_opens_the_form_and_saving_shows_the_change_in_the_history(office, page):
    page.table.setFocus()
    QTest.keyClick(page.table, Qt.Key.Key_Return)
    form = office.page
    assert form.title == "改党员资料"
    form.fields._forms[1].editor("party_group").set_typed("第二党小组")
    QTest.keyClick(form.fields._forms[1], Qt.Key.Key_S, Qt.KeyboardModifier.ControlModifier)
    assert office.page is page
    assert any("第一党小组" in text and "第二党小组" in text for text in said(page))


def test_put_back_is_one_click(office, page):
    with office.village.store.write("周丽", "改党员资料") as act:
        people.save_member(act, {"party_group": "第二党小组"}, TODAY, office.village.ids["党员 吴晓燕"])
    page.refresh()
    press(page, "改回")
    assert party_group(office) == "第一党小组"


def test_control_n_adds_a_member_with_household(office, page, qtbot):
    QTest.keyClick(office.window, Qt.Key.Key_N, Qt.KeyboardModifier.ControlModifier)
    qtbot.waitUntil(lambda: office.page.title == "添党员")
    form = office.page
    home = {"household_id": office.village.ids["户 陆根发"], "relation": "son"}
    form.fields.fill({"name": "陆建平", "status": "full"} | home)
    press(form, "存好　Ctrl+S")
    assert "陆建平" in names(page)
    assert any("陆根发 户 · 5组 18号" in text for text in said(page))


def test_what_is_wrong_stands_under_its_field_and_nothing_is_saved(office, page):
    form = office.show("member")
    form.fields.fill({"status": "full", "joined_on": "2012-01", "full_on": "2011-01", "name": "甲"})
    press(form, "存好　Ctrl+S")
    assert office.page is form
    assert "转正日期早于入党日期，请核对" in said(form)


def test_leaving_a_form_that_was_touched_asks_first(office, page):
    form = office.show("member")
    form.fields._forms[0].editor("name").changed.emit()
    office.window.header.findChild(QPushButton).click()
    assert office.page is form
    assert office.window.question.isVisible()
    office.window.question._go()
    assert office.page is page


def test_the_rail_asks_too_before_a_touched_form_is_left(office, page):
    office.show("member", id=office.village.ids["党员 吴晓燕"]).touch()
    office.window.rail.buttons["home"].click()
    assert office.page.title == "改党员资料"
    assert office.window.question.isVisible()
    press(office.window.question, "不存，离开")
    assert office.page.title == "本月"


def test_delete_key_takes_a_member_off_and_undo_brings_it_back(office, page):
    page.table.setFocus()
    QTest.keyClick(page.table, Qt.Key.Key_Delete)
    assert names(page) == ["王堃", "周丽"]
    press(office.window.toast, "撤销")
    assert names(page) == ["王堃", "周丽", "吴晓燕"]


def test_more_than_ten_are_deleted_only_after_asking(office, page, qtbot):
    with office.village.store.write("周丽", "练习") as act:
        for number in range(11):
            people.save_member(act, {"name": f"甲{'一' * number}乙", "status": "正式"}, TODAY)
    page.refresh()
    page.table.selectAll()
    press(page, "删除 14 人")
    assert len(names(page)) == 14
    assert office.window.question.isVisible()
    office.window.question._go()
    qtbot.waitUntil(lambda: names(page) == [])


def test_empty_roster_says_what_to_do_next(office, page):
    with office.village.store.write("周丽", "练习") as act:
        for name in ("王堃", "周丽", "吴晓燕"):
            act.remove(Member, office.village.ids[f"党员 {name}"])
    page.refresh()
    assert any("Excel 表可以直接导入" in text for text in said(page))


def test_export_writes_everything_known_as_text(page, tmp_path: Path, monkeypatch):
    where = tmp_path / "名册.xlsx"
    monkeypatch.setattr(QFileDialog, "getSaveFileName", lambda *_: (str(where), ""))
    page.export()
    page.desk.work.wait()
    rows = list(load_workbook(where).active.iter_rows(values_only=True))
    shown = dict(zip(rows[1], rows[4], strict=True))
    assert (shown["姓名"], shown["公民身份号码"], shown["人员类别"]) == ("吴晓燕", ID_NUMBER, "预备党员")


def test_rows_copied_from_excel_and_pasted_go_through_the_preview(office, page):
    copied = "姓名\t性别\t人员类别\t入党时间\r\n杜水根\t男\t正式党员\t1966.1\r\n"
    QApplication.clipboard().setText(copied)
    page.table.setFocus()
    QTest.keyClick(page.table, Qt.Key.Key_V, Qt.KeyboardModifier.ControlModifier)
    assert office.page.title == "从表格导入"
    press(office.page, "下一步：看一遍")
    press(office.page, "导入：新增 1")
    assert "杜水根" in names(office.show("members"))


def test_several_members_join_a_party_group_in_one_act(office, page):
    with office.village.store.write("周丽", "改党员资料") as act:
        people.save_member(act, {"party_group": "第二党小组"}, TODAY, office.village.ids["党员 周丽"])
    page.refresh()
    page.table.selectAll()
    pane = page.detail(page.table.chosen_id())
    pane.findChild(MenuButton)._take("第二党小组")
    assert {party_group(office, name) for name in ("王堃", "周丽", "吴晓燕")} == {"第二党小组"}
