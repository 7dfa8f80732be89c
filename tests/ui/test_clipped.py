"""Nothing is cut off: three scalings of a 1366 x 768 screen, and the smallest window, in three type sizes."""

import pytest

from tests.ui.walk import nameless, orphans, settled
from villagebranch.ui.main_window import MainWindow
from villagebranch.ui.theme import STEPS, Theme

SCREENS = {"100 %": (1366, 768), "125 %": (1093, 614), "150 %": (911, 512), "smallest": (900, 480)}


@pytest.mark.parametrize("steps", [0, 2, len(STEPS) - 1], ids=["12 pt", "16 pt", "20 pt"])
@pytest.mark.parametrize("screen", SCREENS.values(), ids=SCREENS)
@pytest.mark.parametrize("page", ["home", "households", "visit"])
def test_no_word_is_cut_off(shell: MainWindow, theme: Theme, page, screen, steps):
    shell.resize(*screen)
    shell.show_page(page)
    for _ in range(steps):
        theme.zoom(1)
    assert settled(shell) == []
    assert shell.size().toTuple() == screen


@pytest.mark.parametrize("page", ["home", "households", "visit"])
def test_whatever_takes_the_focus_has_a_name(shell: MainWindow, page):
    shell.show_page(page)
    assert nameless(shell) == []


@pytest.mark.parametrize("page", ["home", "households", "visit"])
def test_every_widget_belongs_to_a_window(shell: MainWindow, page):
    shell.show_page(page)
    assert orphans() == []
