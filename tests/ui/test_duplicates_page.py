"""查重: pairs side by side, made one or told apart, and what came late brought over."""

import pytest
from PySide6.QtWidgets import QApplication, QPushButton, QRadioButton
from sqlalchemy import select

from tests.ui.conftest import Office
from tests.ui.test_member_page import press, said
from tests.ui.walk import settled
from villagebranch.db import history
from villagebranch.records.household import Household
from villagebranch.records.household_member import HouseholdMember
from villagebranch.records.kept import Merged
from villagebranch.records.not_same import NotSame
from villagebranch.records.person import Person
from villagebranch.records.visit import Visit
from villagebranch.ui.duplicates_page import DuplicatesPage
from villagebranch.ui.side_by_side import SideBySide
from villagebranch.ui.theme import STEPS


def add(office: Office, record, **fields) -> str:
    with office.village.store.write("吴晓燕", "添加") as act:
        return act.add(record, fields)


def rows(office: Office, *columns) -> list[tuple]:
    with office.village.store.read() as conn:
        return [tuple(row) for row in conn.execute(select(*columns))]


@pytest.fixture
def again(office: Office) -> str:
    """张桂芳 once more, as another laptop knows her; her household of the first stands for one of the second."""
    with office.village.store.write("周丽", "改") as act:
        act.set(Person, office.village.ids["张桂芳"], {"born_on": "1954-02", "phone": "13800000001"})
        act.set(Household, office.village.ids["户 张桂芳"], {"phone": None})
    return add(office, Person, name="张桂芳", born_on="1954-02-11", phone="13800000002", sex="female")


@pytest.fixture
def page(office: Office, again) -> DuplicatesPage:
    return office.show("duplicates")


def listed(page: DuplicatesPage) -> list[list[str]]:
    table = page.table.table_model.table
    return [table.texts(row) for row in table.rows]


def test_pair_stands_in_the_list_with_its_reason_and_side_by_side_with_both_values(page):
    assert listed(page) == [["人员", "张桂芳", "同名、同年同月生"]]
    told = said(page)
    assert "1954-02" in told
    assert "1954-02-11" in told
    assert "138****0001" in told
    assert page.summary == "1 处要看一看"


def test_one_press_makes_one_of_two_with_the_chosen_values(office, page, again):
    sides = page.findChild(SideBySide)
    keep = office.village.ids["张桂芳"]
    assert sides.chosen() == {
        f"person:{keep}:{name}": n for name, n in (("sex", 1), ("born_on", 1), ("phone", 0))
    }
    sides.choose({f"person:{keep}:phone": 1})
    press(page, "并成一人")
    assert rows(office, Merged.id, Merged.survivor) == [(again, keep)]
    found = [row for row in rows(office, Person.id, Person.born_on, Person.phone) if row[0] == keep]
    assert found == [(keep, "1954-02-11", "13800000002")]
    assert listed(page) == []


def test_toast_takes_the_merge_back(office, page):
    press(page, "并成一人")
    press(office.window, "撤销")
    assert rows(office, Merged.id) == []
    assert len(listed(page)) == 1


def test_pair_that_was_told_apart_is_not_asked_again(office, page):
    press(page, "不是同一人")
    assert len(rows(office, NotSame.id)) == 1
    assert listed(page) == []
    press(office.window, "撤销")
    assert len(listed(page)) == 1


def test_families_become_one_with_their_people_unless_unticked(office, again):
    home = add(office, Household, villager_group="3组", door="1号")
    add(office, HouseholdMember, household_id=home, person_id=again, relation="head")
    page = office.show("duplicates", id=f"household {office.village.ids['户 张桂芳']} {home}")
    QApplication.processEvents()
    assert "同名的家人也各并成一人：张桂芳" in [
        box.text() for box in page.findChildren(type(page._with_people))
    ]
    press(page, "并成一户")
    assert {id for (id,) in rows(office, Merged.id)} == {home, again}


def test_what_came_late_is_brought_over(office, page, again):
    press(page, "并成一人")
    add(office, Visit, visitors=again, occurred_on="2026-11-20", visit_type="home", place="村口")
    page.refresh()
    assert listed(page) == [["人员", "张桂芳", "并了以后又来了走访 1 条"]]
    press(page, "并过去")
    assert rows(office, Visit.visitors) == [(office.village.ids["张桂芳"],)]
    assert listed(page) == []


def test_choice_is_made_from_the_keyboard(page):
    radios = page.findChildren(QRadioButton)
    assert all(radio.accessibleName() for radio in radios)
    radios[0].setFocus()
    assert radios[0].hasFocus()


def test_list_of_households_leads_here_when_something_is_to_be_looked_at(office, again, qtbot):
    page = office.show("households")
    (link,) = (one for one in page.findChildren(QPushButton) if one.text().startswith("查重"))
    qtbot.waitUntil(lambda: link.text() == "查重 1")
    link.click()
    assert isinstance(office.page, DuplicatesPage)


def test_merged_household_opens_as_the_one_that_it_lives_on_in(office, again):
    home = add(office, Household, villager_group="3组", door="1号")
    add(office, HouseholdMember, household_id=home, person_id=again, relation="head")
    page = office.show("duplicates", id=f"household {office.village.ids['户 张桂芳']} {home}")
    press(page, "并成一户")
    assert office.show("households", id=home).table.chosen_id() == office.village.ids["户 张桂芳"]


def test_undo_from_the_list_of_acts_works_after_a_restart(office, page):
    press(page, "并成一人")
    with office.village.store.read() as conn:
        ref = history.acts(conn)[0].ref
    with office.village.store.write("周丽", "撤销") as act:
        assert history.undo(act, ref).kept == 0
    assert rows(office, Merged.id) == []


@pytest.mark.parametrize("size", [(1366, 768), (900, 480)], ids=["large", "smallest"])
def test_pair_is_not_cut_off_in_the_largest_type(office, again, theme, size):
    home = add(office, Household, villager_group="3组", door="1号", note="白天多在地里，傍晚去好找")
    add(office, HouseholdMember, household_id=home, person_id=again, relation="head")
    office.window.resize(*size)
    for _ in STEPS:
        theme.zoom(1)
    for id in (
        f"household {office.village.ids['户 张桂芳']} {home}",
        f"person {office.village.ids['张桂芳']} {again}",
    ):
        office.show("home")
        office.show("duplicates", id=id)
        assert settled(office.window) == []
