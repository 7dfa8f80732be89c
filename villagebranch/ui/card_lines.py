"""Fields for the groups of a recovery card: each says at once whether its group was copied rightly."""

from __future__ import annotations

from PySide6.QtCore import Signal
from PySide6.QtWidgets import QGridLayout, QLineEdit, QVBoxLayout, QWidget

from villagebranch.domain.errors import Unreadable
from villagebranch.domain.recovery_card import DIGITS, GROUPS, Card, digits, read_group
from villagebranch.ui.widgets import set_property, words

_ROW = GROUPS // 2


class GroupLine(QWidget):
    """One group, the one at `place` (from 0). `filled` bears what was typed beyond it: a card scanned or pasted as a whole."""

    filled = Signal(str)
    changed = Signal()

    def __init__(self, label: str, place: int) -> None:
        super().__init__()
        self.place = place
        self.line = QLineEdit()
        self._said = words("", "problem", wrap=True)
        asked = words(label, "label")
        asked.setBuddy(self.line)
        self.line.setAccessibleName(label)
        self.line.textEdited.connect(self._typed)
        self.line.editingFinished.connect(self._left)
        column = QVBoxLayout(self)
        column.setContentsMargins(0, 0, 0, 0)
        column.setSpacing(4)
        for widget in (asked, self.line, self._said):
            column.addWidget(widget)
        column.addStretch(1)
        self._said.hide()
        self.setFocusProxy(self.line)

    @property
    def group(self) -> str:
        """What was typed, '' unless it is a group of this place."""
        return self.line.text() if self._problem() == "" else ""

    def put(self, text: str) -> None:
        """Take the digits of `text`; the rest goes on in `filled`."""
        typed = digits(text)
        self.line.setText(typed[:DIGITS])
        full = len(typed) >= DIGITS
        self.say(self._problem() if full else "", right=full)
        self.changed.emit()
        if full and (self.group or typed[DIGITS:]):
            self.filled.emit(typed[DIGITS:])

    def say(self, problem: str, *, right: bool = False) -> None:
        """Show what is wrong with the group, or that nothing is."""
        self._said.setText(problem or ("✓ 对" if right else ""))
        self._said.setVisible(bool(problem) or right)
        set_property(self._said, "ink", None if problem else "green")
        set_property(self.line, "wrong", bool(problem))

    def _typed(self, text: str) -> None:
        self.put(text)

    def _left(self) -> None:
        if self.line.text():
            self.say(self._problem(), right=True)

    def _problem(self) -> str:
        try:
            read_group(self.line.text(), self.place)
        except Unreadable as unreadable:
            return str(unreadable)
        return ""


class CardLines(QWidget):
    """A field for each group, in two rows as on the card; a right group leads on to the next field."""

    changed = Signal()
    completed = Signal()

    def __init__(self) -> None:
        super().__init__()
        self.lines = [GroupLine(f"第 {place + 1} 组", place) for place in range(GROUPS)]
        grid = QGridLayout(self)
        grid.setContentsMargins(0, 0, 0, 0)
        grid.setHorizontalSpacing(16)
        grid.setVerticalSpacing(12)
        for place, line in enumerate(self.lines):
            grid.addWidget(line, place // _ROW, place % _ROW)
            grid.setColumnStretch(place % _ROW, 1)
            line.filled.connect(lambda rest, place=place: self._go_on(place, rest))
            line.changed.connect(self.changed)
            line.line.returnPressed.connect(self.completed)
        self.setFocusProxy(self.lines[0])

    def card(self) -> Card | None:
        """Return the card, None as long as a group is missing or wrong."""
        groups = tuple(line.group for line in self.lines)
        return groups if all(groups) else None

    def point_out(self) -> None:
        """Say under each group what it lacks, and go to the first of them."""
        wanting = [line for line in self.lines if not line.group]
        for line in wanting:
            line.put(line.line.text())
            if not line.line.text():
                line.say("还没有填")
        if wanting:
            wanting[0].line.setFocus()

    def _go_on(self, place: int, rest: str) -> None:
        if place + 1 < GROUPS:
            following = self.lines[place + 1]
            following.line.setFocus()
            following.line.selectAll()
            if rest:
                following.put(rest)
