"""通知要求: what the township asks is seen, done with a word about it, and taken back."""

import pytest
from PySide6.QtWidgets import QApplication, QPushButton

from villagebranch.records.instruction import Instruction
from villagebranch.services import from_township


@pytest.fixture
def asked(office) -> str:
    with office.village.store.write("陆明华", "下通知要求", "town") as act:
        return act.add(Instruction, {"title": "上报年报", "issued_on": "2026-11-20", "due_on": "2026-11-22"})


def press(page, text: str) -> None:
    QApplication.processEvents()
    next(one for one in page.findChildren(QPushButton) if one.isVisible() and one.text() == text).click()


def open_ones(office) -> list[str]:
    with office.village.store.read() as conn:
        return [one.title for one in from_township.instructions(conn, open_only=True)]


def test_instruction_is_opened_from_the_first_page_done_and_taken_back(office, asked):
    page = office.show("instructions", id=asked)
    assert page.summary == "1 件待办，共 1 件"
    press(page, "办完了")
    assert open_ones(office) == []
    press(page, "还没有办完")
    assert open_ones(office) == ["上报年报"]
    press(office.window, "返回")
    assert office.page.title == "本月"


def test_nothing_asked_says_where_it_will_stand(office):
    assert office.show("instructions").summary == ""
