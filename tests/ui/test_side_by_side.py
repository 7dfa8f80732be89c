"""Side by side: which side stands, by mouse and by keyboard."""

import pytest
from PySide6.QtCore import Qt
from PySide6.QtTest import QSignalSpy
from PySide6.QtWidgets import QLabel, QRadioButton

from villagebranch.ui.side_by_side import Contest, SideBySide


@pytest.fixture
def sides(qtbot, theme) -> SideBySide:
    rows = (
        Contest("place", "流入地", ("新桥镇", "九亭镇"), 0, "原来是 上海市"),
        Contest("phone", "联系电话", ("136****5521", "139****0087"), 1),
        Contest("name", "姓名", ("陆建平", "陆建平")),
    )
    made = SideBySide(("我们这台电脑", "周丽的电脑"), rows)
    qtbot.addWidget(made)
    made.resize(800, 240)
    with qtbot.waitExposed(made):
        made.show()
    return made


def test_only_what_differs_asks_for_a_choice(sides):
    assert sides.chosen() == {"place": 0, "phone": 1}
    assert len(sides.findChildren(QRadioButton)) == 4


def test_click_on_the_words_chooses_that_side(sides, qtbot):
    spy = QSignalSpy(sides.changed)
    (label,) = (one for one in sides.findChildren(QLabel) if one.text() == "九亭镇")
    qtbot.mouseClick(label, Qt.MouseButton.LeftButton)
    assert (sides.chosen()["place"], spy.count()) == (1, 1)


def test_arrow_key_chooses_the_other_side_of_the_row(sides, qtbot):
    first = sides.findChildren(QRadioButton)[0]
    first.setFocus()
    qtbot.keyClick(first, Qt.Key.Key_Right)
    assert sides.chosen() == {"place": 1, "phone": 1}


def test_one_side_can_stand_in_every_row(sides):
    sides.choose_all(0)
    assert sides.chosen() == {"place": 0, "phone": 0}
    sides.choose({"phone": 1})
    assert sides.chosen() == {"place": 0, "phone": 1}


def test_each_choice_says_what_it_is_for_those_who_do_not_see_it(sides):
    names = [radio.accessibleName() for radio in sides.findChildren(QRadioButton)]
    assert names[0] == "流入地：我们这台电脑 新桥镇"
    assert len(set(names)) == 4
