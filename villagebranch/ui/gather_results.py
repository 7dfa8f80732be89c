"""What became of the packages that were taken in one go: a line for each, in words."""

from __future__ import annotations

from collections.abc import Callable, Sequence

from PySide6.QtCore import Qt
from PySide6.QtWidgets import QGridLayout, QHBoxLayout, QVBoxLayout, QWidget

from villagebranch.sync.gathering import Outcome
from villagebranch.ui.flow_layout import FlowLayout
from villagebranch.ui.widgets import Card, Pill, Scroll, button, words

_TOP = Qt.AlignmentFlag.AlignTop


class GatherResults(Card):
    """`leave` goes back to the villages, `take_back` is called with the outcomes to be undone."""

    def __init__(
        self,
        outcomes: Sequence[Outcome],
        leave: Callable[[], None],
        take_back: Callable[[Sequence[Outcome]], None],
    ) -> None:
        super().__init__(margin=18, spacing=12)
        taken = [one for one in outcomes if one.taken]
        left = len(outcomes) - len(taken)
        told = f"收好 {len(taken)} 包" + (f"，没收 {left} 包" if left else "")
        head = QHBoxLayout()
        head.addWidget(words(told, "head"))
        head.addStretch(1)
        self.body.addLayout(head)
        tools = FlowLayout(None, 8)
        tools.addWidget(button("看各村", leave))
        if any(one.taken.dealing.acts for one in taken if one.taken):
            tools.addWidget(button("撤销这次收的包", lambda: take_back(taken)))
        self.body.addLayout(tools)
        self.body.addWidget(Scroll(_lines(outcomes)), 1)


def _lines(outcomes: Sequence[Outcome]) -> QWidget:
    lines = QWidget()
    grid = QGridLayout()
    grid.setContentsMargins(0, 0, 0, 0)
    grid.setHorizontalSpacing(16)
    grid.setVerticalSpacing(10)
    grid.setColumnStretch(2, 1)
    for row, one in enumerate(outcomes):
        grid.addWidget(words(one.who or one.file), row, 0, _TOP)
        grid.addWidget(Pill("收好", "green") if one.taken else Pill("没收", "red"), row, 1, _TOP)
        grid.addWidget(words(one.said, "secondary", wrap=True), row, 2, _TOP)
    column = QVBoxLayout(lines)
    column.setContentsMargins(0, 0, 0, 0)
    column.addLayout(grid)
    column.addStretch(1)
    return lines
