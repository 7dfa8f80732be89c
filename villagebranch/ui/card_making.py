"""A new recovery card on the screen: its digits and code, to be printed, and two groups typed back before it counts."""

from __future__ import annotations

import random
from collections.abc import Callable
from datetime import date
from typing import TYPE_CHECKING

from PySide6.QtCore import Qt, Signal
from PySide6.QtGui import QPixmap
from PySide6.QtWidgets import QFrame, QGridLayout, QHBoxLayout, QLabel, QVBoxLayout, QWidget

from villagebranch.domain.errors import Refused, Trouble
from villagebranch.domain.recovery_card import GROUPS, Card
from villagebranch.ledgers import recovery_card
from villagebranch.resources import RESOURCES
from villagebranch.ui.card_lines import GroupLine
from villagebranch.ui.flow_layout import FlowLayout
from villagebranch.ui.widgets import button, words
from villagebranch.ui.work import Work

if TYPE_CHECKING:
    from villagebranch.ledgers.pdf import Printed

TOLD = (
    "忘了密码时，只有它能打开资料。请打印出来，封好，交镇党建办或锁进柜子。不要拍照，不要存在电脑里。"
    "没有打印机，就工整地抄在纸上。"
)
_CODE = 132  # pixels: four for each module of the code and of its quiet zone


class CardFace(QFrame):
    """The digits in two rows, and beside them the same as a code."""

    def __init__(self, card: Card) -> None:
        super().__init__()
        self.setProperty("role", "ticket")
        grid = QGridLayout()
        grid.setHorizontalSpacing(24)
        grid.setVerticalSpacing(16)
        for place, group in enumerate(card):
            grid.addWidget(words(group, "digits"), *divmod(place, GROUPS // 2))
        code = QLabel()
        picture = QPixmap()
        picture.loadFromData(recovery_card.qr_code(card))
        code.setPixmap(picture)
        code.setScaledContents(True)
        code.setFixedSize(_CODE, _CODE)
        code.setAccessibleName("同样的数字，供扫码枪扫")
        row = QHBoxLayout(self)
        row.setContentsMargins(24, 20, 24, 20)
        row.addLayout(grid)
        row.addStretch(1)
        row.addWidget(code, 0, Qt.AlignmentFlag.AlignVCenter)


class CardMaking(QWidget):
    """Shows `card`, which opens the data of `branch` only after two groups of it were typed back: `keep`, on a thread.

    `kept` says that it counts. A `Refused` or `Trouble` of `keep` is shown, and it can be tried again.
    """

    kept = Signal()

    def __init__(self, card: Card, branch: str, today: date, keep: Callable[[Card], object]) -> None:
        super().__init__()
        self.card, self._branch, self._today, self._keep = card, branch, today, keep
        self._work = Work(self, self._refused)
        one, other = sorted(random.sample(range(GROUPS), 2))
        self.lines = (
            GroupLine(f"照着打印件，填第 {one + 1} 组", one),
            GroupLine(f"再填第 {other + 1} 组", other),
        )
        self._problem = words("", "problem", wrap=True)
        self._problem.hide()
        self._next = button("记好了，下一步", self._try, primary=True)
        self.lines[0].filled.connect(lambda _rest: self.lines[1].line.setFocus())
        for line in self.lines:
            line.line.returnPressed.connect(self._next.click)
        self.buttons = FlowLayout(None, 16)
        for widget in (
            *self.lines,
            _below_a_label(button("打印应急卡", self._print)),
            _below_a_label(self._next),
        ):
            self.buttons.addWidget(widget)
        column = QVBoxLayout(self)
        column.setContentsMargins(0, 0, 0, 0)
        column.setSpacing(16)
        column.addWidget(CardFace(card))
        column.addLayout(self.buttons)
        column.addWidget(self._problem)
        self.setFocusProxy(self.lines[0])

    def _try(self) -> None:
        wrong = [line for line in self.lines if line.line.text() != self.card[line.place]]
        for line in wrong:
            line.say("和卡上的不一样，请再看一遍" if line.line.text() else "请照着卡填这一组")
        if wrong:
            wrong[0].line.setFocus()
            return
        self._next.setEnabled(False)
        self._work.start(lambda _progress: self._keep(self.card), lambda _done: self.kept.emit())

    def _refused(self, failure: Exception) -> None:
        self._next.setEnabled(True)
        if not isinstance(failure, (Refused, Trouble)):
            raise failure
        self._problem.setText(str(failure))
        self._problem.show()

    def _print(self) -> None:
        from villagebranch.ledgers.pdf import write_pdf

        document = recovery_card.build(self.card, self._branch, self._today)
        self._work.start(
            lambda _progress: write_pdf(document, RESOURCES / "fonts"), self._send, self._refused
        )

    def _send(self, printed: Printed) -> None:
        """Ask for the printer and send the paper to it."""
        from villagebranch.ui.printing import ask_printer, print_pages

        if (printer := ask_printer(self, printed)) is not None:
            self._work.start(
                lambda progress: print_pages(printer, printed, False, progress.say),
                lambda _sides: self.lines[0].line.setFocus(),
                self._refused,
            )


def _below_a_label(made: QWidget) -> QWidget:
    """Return a button that stands level with the fields beside it, which have a label above."""
    level = QWidget()
    column = QVBoxLayout(level)
    column.setContentsMargins(0, 0, 0, 0)
    column.setSpacing(4)
    for widget in (words(" ", "label"), made):
        column.addWidget(widget)
    column.addStretch(1)
    return level
