"""群众户: the households, the family beside them, who keeps contact, and 最近删除."""

import pytest
from PySide6.QtCore import Qt
from PySide6.QtTest import QTest
from PySide6.QtWidgets import QApplication

from tests.samples import TODAY
from tests.ui.conftest import Office
from tests.ui.test_member_page import press, said
from villagebranch.services import households, visits
from villagebranch.ui.family_table import FamilyTable
from villagebranch.ui.household_page import HouseholdPage
from villagebranch.ui.widgets import MenuButton


@pytest.fixture
def page(office: Office) -> HouseholdPage:
    home = office.village.ids["户 陆根发"]
    with office.village.store.write("周丽", "添家人") as act:
        households.save_resident(act, home, {"name": "王秀珍", "relation": "妻", "born_on": "1956"}, TODAY)
        raw = {"household_id": home, "occurred_on": "2026-10-06", "visit_type": "home"}
        raw |= {"visitors": office.village.ids["周丽"], "account": "送中秋慰问"}
        visits.record(act, raw, [{"words": "想装扶手"}], TODAY)
    made = office.show("households", id=home)
    QApplication.processEvents()
    return made


def heads(page: HouseholdPage) -> list[str]:
    model = page.table.table_model
    return [model.text(row, 0) for row in range(model.rowCount())]


def family(page: HouseholdPage) -> FamilyTable:
    QApplication.processEvents()
    return page.findChildren(FamilyTable)[-1]


def contact(office: Office, head: str) -> str:
    with office.village.store.read() as conn:
        return households.households(conn, TODAY, [office.village.ids[f"户 {head}"]])[0].cadre


def test_households_come_by_group_and_door_with_their_counts(page):
    assert heads(page) == ["张桂芳", "陆根发"]
    assert page.summary == "2 户 · 3 人"


def test_due_ones_alone_are_listed_by_one_button(page):
    press(page, "该走访了 2")
    assert heads(page) == ["张桂芳", "陆根发"]
    page._tag.choose("alone")
    page.refresh()
    assert heads(page) == ["张桂芳"]


def test_households_of_one_cadre_are_listed(office, page):
    page._cadre.choose(office.village.ids["干部 周丽"])
    page.refresh()
    assert heads(page) == ["陆根发"]


def test_family_stands_beside_with_relation_and_age(page):
    table = family(page).table.table_model
    assert [table.table.texts(row) for row in table.table.rows] == [
        ["陆根发", "户主", "72", ""],
        ["王秀珍", "配偶", "70", ""],
    ]


def test_visits_and_what_became_of_the_issues_stand_below(page):
    told = said(page)
    assert "上门家访 · 送中秋慰问" in told
    assert {"已收集", "想装扶手"} <= set(told)


def test_record_visit_begins_with_this_household(office, page):
    press(page, "记走访")
    assert office.page.form.editor("household_id").typed() == "陆根发 户 · 5组 18号"


def test_person_is_added_from_the_keyboard(office, page):
    press(page, "添家人")
    form = office.page
    form.fields.fill({"name": "陆建平", "relation": "son", "household_id": office.village.ids["户 陆根发"]})
    QTest.keyClick(form.fields._forms[0], Qt.Key.Key_S, Qt.KeyboardModifier.ControlModifier)
    assert office.page is page
    assert family(page).table.table_model.rowCount() == 3


def test_relation_is_changed_by_enter_on_the_person(office, page):
    family(page).table.selectRow(1)
    QTest.keyClick(family(page).table, Qt.Key.Key_Return)
    form = office.page
    assert form.title == "改家人资料"
    form.fields._forms[0].editor("relation").set_typed("母亲")
    press(form, "存好　Ctrl+S")
    assert family(page).table.table_model.text(1, 1) == "母亲"


def test_person_moves_out_and_undo_brings_the_person_back(office, page):
    family(page).table.selectRow(1)
    press(page, "迁出")
    assert family(page).table.table_model.rowCount() == 1
    press(office.window.toast, "撤销")
    assert family(page).table.table_model.rowCount() == 2


def test_head_with_family_does_not_move_out(office, page):
    family(page).table.selectRow(0)
    press(page, "迁出")
    assert office.window.banner.isVisible()
    assert family(page).table.table_model.rowCount() == 2


def test_several_households_get_one_contact_in_one_act(office, page):
    page.table.selectAll()
    QApplication.processEvents()
    pane = page.detail(page.table.chosen_id())
    pane.findChild(MenuButton)._take(office.village.ids["干部 王堃"])
    assert {contact(office, "陆根发"), contact(office, "张桂芳")} == {"王堃"}
    press(office.window.toast, "撤销")
    assert (contact(office, "陆根发"), contact(office, "张桂芳")) == ("周丽", "")


def test_new_household_begins_with_its_head(office, page):
    press(office.window.header, "添户")
    form = office.page
    form.fields.fill({"head": "陈阿毛", "villager_group": "1组", "door": "7号"})
    press(form, "存好　Ctrl+S")
    assert heads(page)[0] == "陈阿毛"
    assert page.table.chosen_id() in page.table.table_model.table.ids


def test_deleted_household_is_restored_from_the_page_of_what_was_deleted(office, page):
    page.table.setFocus()
    QTest.keyClick(page.table, Qt.Key.Key_Delete)
    assert heads(page) == ["张桂芳"]
    removed = office.show("removed")
    assert removed.table.table_model.text(0, 2) == "陆根发 户 · 5组 18号"
    press(removed, "恢复")
    assert removed.table.table_model.rowCount() == 0
    office.show("households")
    assert heads(page) == ["张桂芳", "陆根发"]
