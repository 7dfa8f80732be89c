"""F1 opens the manual at the page for the screen, and every picture that the manual shows is there."""

import re

import pytest
from PySide6.QtCore import Qt
from PySide6.QtTest import QTest
from PySide6.QtWidgets import QApplication

from tests.ui.conftest import Office
from villagebranch.ui.help_page import MANUAL
from villagebranch.ui.pages import PAGES


def test_every_page_of_the_rail_has_its_page_in_the_manual():
    assert [
        entry.name for entry in PAGES if not entry.under and not (MANUAL / f"{entry.name}.md").exists()
    ] == []


@pytest.mark.parametrize("path", sorted(MANUAL.glob("*.md")), ids=lambda path: path.stem)
def test_every_picture_of_the_manual_is_there(path):
    named = re.findall(r"\((pictures/[^)]+)\)", path.read_text(encoding="utf-8"))
    assert [name for name in named if not (MANUAL / name).exists()] == []


def test_f1_tells_of_this_screen_and_escape_goes_back(office: Office):
    office.show("visits")
    QTest.keyClick(QApplication.focusWidget(), Qt.Key.Key_F1)
    assert office.page.title == "使用手册"
    assert "走访" in office.page._book.toPlainText().splitlines()[0]
    QTest.keyClick(QApplication.focusWidget(), Qt.Key.Key_Escape)
    assert office.page.title == "走访"
