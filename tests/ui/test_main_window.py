"""The shell: getting about, searching, and what the window says."""

import pytest
from PySide6.QtCore import Qt
from PySide6.QtWidgets import QApplication, QPushButton

from tests.ui.gallery import HouseholdsPage
from villagebranch.domain.errors import Refused, Trouble
from villagebranch.ui.main_window import PRACTICE, MainWindow

ALT, CTRL = Qt.KeyboardModifier.AltModifier, Qt.KeyboardModifier.ControlModifier


def press(window: MainWindow, words: str) -> None:
    """Click the button that shows `words`."""
    next(one for one in window.findChildren(QPushButton) if one.text() == words and one.isVisible()).click()


def test_a_page_is_made_when_it_is_first_shown(shell: MainWindow):
    assert not shell.findChildren(HouseholdsPage)
    shell.show_page("households")
    shell.show_page("home")
    shell.show_page("households")
    assert len(shell.findChildren(HouseholdsPage)) == 1


def test_alt_and_a_figure_opens_the_entry_of_the_rail(shell: MainWindow, qtbot):
    qtbot.keyClick(shell, Qt.Key.Key_5, ALT)
    assert isinstance(shell.current, HouseholdsPage)
    assert shell.rail.buttons["households"].isChecked()


def test_a_page_without_an_entry_marks_the_one_it_belongs_to(shell: MainWindow):
    shell.show_page("visit")
    assert shell.rail.buttons["visits"].isChecked()


def test_ctrl_k_searches_from_anywhere_and_enter_opens_the_hit(shell: MainWindow, qtbot):
    shell.show_page("visit")
    qtbot.keyClick(QApplication.focusWidget(), Qt.Key.Key_K, CTRL)
    assert QApplication.focusWidget() is shell.search
    qtbot.keyClicks(shell.search, "lgf")
    qtbot.waitUntil(lambda: len(shell.search.hits) == 2)
    qtbot.keyClick(shell.search, Qt.Key.Key_Return)
    assert isinstance(shell.current, HouseholdsPage)
    assert shell.search.text() == ""


def test_escape_closes_the_hits_and_keeps_the_words(shell: MainWindow, qtbot):
    qtbot.keyClicks(shell.search, "l")
    qtbot.waitUntil(lambda: bool(shell.search.hits))
    qtbot.keyClick(shell.search, Qt.Key.Key_Escape)
    assert (shell.search.hits, shell.search.text()) == ((), "l")


def test_an_act_is_taken_back_from_the_toast(shell: MainWindow, undone):
    shell.desk.done("已存好")
    press(shell, "撤销")
    assert undone == [shell.desk.store.last_act]
    assert not shell.toast.isHidden()


def test_trouble_is_said_in_a_banner_until_it_was_read(shell: MainWindow):
    shell.desk.report(Trouble("U 盘拔出来了，没有写成。"))
    assert shell.banner.isVisible()
    press(shell, "知道了")
    assert not shell.banner.isVisible()


def test_what_stands_under_its_field_is_only_said_for_a_moment(shell: MainWindow):
    shell.desk.report(Refused({"phone": "电话只能有数字"}))
    assert shell.toast.isVisible()
    assert not shell.banner.isVisible()


def test_many_problems_of_one_sort_are_said_once_and_stay_within_the_window(shell: MainWindow):
    same = {f"roll.{place}": "请填请假原因" for place in range(58)}
    shell.report(Refused(same))
    assert shell.toast.accessibleName() == "请填请假原因"
    shell.report(Refused({f"roll.{place}": f"第 {place} 位请填请假原因" for place in range(58)}))
    assert shell.rect().contains(shell.toast.geometry())


def test_our_own_bug_is_not_shown_as_the_persons_mistake(shell: MainWindow):
    with pytest.raises(KeyError):
        shell.desk.report(KeyError("x"))


def test_a_question_names_both_acts_and_gives_the_safe_one_the_focus(shell: MainWindow, qtbot):
    done = []
    shell.desk.confirm("删除选中的 3 人？", "删除 3 人", "不删除", lambda: done.append(True))
    assert QApplication.focusWidget().text() == "不删除"
    qtbot.keyClick(QApplication.focusWidget(), Qt.Key.Key_Escape)
    assert (done, shell.question.isVisible()) == ([], False)
    shell.desk.confirm("删除选中的 3 人？", "删除 3 人", "不删除", lambda: done.append(True))
    press(shell, "删除 3 人")
    assert done == [True]


def test_the_rail_counts_in_words_too(shell: MainWindow):
    assert shell.rail.buttons["issues"].accessibleName() == "问题，3 件待办"


def test_the_rail_narrows_below_1000_pixels(shell: MainWindow, qtbot):
    wide = shell.rail.width()
    shell.resize(950, 600)
    qtbot.waitUntil(lambda: shell.rail.width() < wide / 2)


def test_below_1200_pixels_the_detail_is_a_page_of_its_own(shell: MainWindow, qtbot):
    shell.resize(1100, 700)
    shell.show_page("households")
    page = shell.current
    assert not page.goes_back()
    qtbot.keyClick(page.table, Qt.Key.Key_Return)
    assert page.goes_back()
    press(shell, "返回")
    assert page.table.isVisible()
    assert not page.goes_back()


def test_the_practice_village_cannot_be_mistaken(qtbot, theme, tmp_path, undone):
    from tests.samples import open_store, settle
    from tests.ui.gallery import window

    shown = window(settle(open_store(tmp_path)), tmp_path, theme, practice=True)
    qtbot.addWidget(shown)
    shown.show()
    assert shown.practice_band.isVisible()
    assert shown.practice_band.accessibleName() == PRACTICE


def test_control_and_plus_enlarge_the_type(shell: MainWindow, theme, qtbot):
    qtbot.keyClick(shell, Qt.Key.Key_Plus, CTRL)
    assert theme.points == 14
    qtbot.keyClick(shell, Qt.Key.Key_0, CTRL)
    assert theme.points == 12


def test_the_diagnostics_of_a_bug_name_no_value():
    from villagebranch.ui.alerts import diagnostics

    try:
        raise ValueError("陆根发 330402195402111234")
    except ValueError as error:
        said = diagnostics(type(error), error.__traceback__)
    assert "ValueError" in said
    assert "test_main_window" in said
    assert "陆" not in said
    assert "3304" not in said
