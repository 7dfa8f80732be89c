"""The walker itself: what it must find when it is there."""

import pytest
from PySide6.QtWidgets import QLineEdit, QPushButton, QWidget

from tests.ui.walk import clipped, nameless, orphans
from villagebranch.ui.widgets import words


@pytest.fixture
def window(theme, qtbot) -> QWidget:
    made = QWidget()
    qtbot.addWidget(made)
    made.resize(400, 200)
    made.show()
    return made


def test_a_label_without_room_is_found(window: QWidget):
    label = words("联系服务群众手册")
    label.setParent(window)
    label.setFixedWidth(40)
    label.show()
    assert len(clipped(window)) == 1


def test_a_button_half_outside_is_found(window: QWidget):
    button = QPushButton("存好", window)
    button.move(380, 0)
    button.show()
    assert "outside" in clipped(window)[0]


def test_words_that_wrap_without_height_are_found(window: QWidget):
    label = words("本月已记的内容会自动进入下列台账，不用再抄一遍。", wrap=True)
    label.setParent(window)
    label.setGeometry(0, 0, 120, 30)
    label.show()
    assert len(clipped(window)) == 1


def test_a_field_without_a_name_is_found(window: QWidget):
    QLineEdit(window).show()
    assert nameless(window) == ["QLineEdit in QWidget"]


def test_a_widget_without_a_window_is_found(window: QWidget):
    before = orphans()
    stray = words("没有家")
    assert [one for one in orphans() if one not in before] == [stray]
