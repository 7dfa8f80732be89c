"""Side by side: what two or more sources say of the same things, and which of it is to stand."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from functools import partial

from PySide6.QtCore import QEvent, QObject, Qt, Signal
from PySide6.QtWidgets import (
    QButtonGroup,
    QFrame,
    QGridLayout,
    QHBoxLayout,
    QLabel,
    QRadioButton,
    QSizePolicy,
    QWidget,
)

from villagebranch.ui.widgets import set_property, words

Said = str | QWidget
"""Words, or what shows them and is looked after elsewhere (a masked number)."""

_LABEL = 8  # characters: 「原来是」 with a masked telephone goes on two lines
UNDECIDED = -1
"""`Contest.chosen` where no side stands before the person chose one."""


@dataclass(frozen=True)
class Contest:
    """One row: what each side says. `chosen` is the place of the side that stands at first, None where all agree and
    nothing is to be chosen. `note` stands small under the label, such as the common original."""

    key: str
    label: str
    sides: tuple[Said, ...]
    chosen: int | None = None
    note: str = ""


class SideBySide(QFrame):
    """A table with a column for each side; in each row that asks for it, one side is chosen by a radio button.

    `changed` tells that the person chose; `chosen()` says which side stands for each key.
    """

    changed = Signal()

    def __init__(self, heads: Sequence[str], rows: Sequence[Contest]) -> None:
        super().__init__()
        self.setProperty("role", "sides")
        self._rows: dict[str, list[_Cell]] = {}
        self._grid = QGridLayout(self)
        self._grid.setContentsMargins(1, 1, 1, 1)
        self._grid.setSpacing(0)
        for place, head in enumerate(("", *heads)):
            self._grid.addWidget(_ground(words(head, "secondary", wrap=True), "head"), 0, place)
            self._grid.setColumnStretch(place, 1 if place else 0)
        self._grid.setColumnMinimumWidth(0, _LABEL * self.fontMetrics().horizontalAdvance("字"))
        for row in rows:
            self._add(row, heads)

    def chosen(self) -> dict[str, int]:
        """Return for each row in which there is a choice the place of the side that stands; undecided ones are left out."""
        return {
            key: place
            for key, cells in self._rows.items()
            for place, cell in enumerate(cells)
            if cell.is_chosen()
        }

    def choose_all(self, side: int) -> None:
        """Let one side stand in every row."""
        for cells in self._rows.values():
            cells[side].radio.setChecked(True)

    def choose(self, choices: Mapping[str, int]) -> None:
        """Let these sides stand."""
        for key, side in choices.items():
            self._rows[key][side].radio.setChecked(True)

    def _add(self, row: Contest, heads: Sequence[str]) -> None:
        at = self._grid.rowCount()
        label = words(row.label if not row.note else f"{row.label}\n{row.note}", "secondary", wrap=True)
        self._grid.addWidget(_ground(label, "label"), at, 0)
        if row.chosen is None:
            for place, said in enumerate(row.sides, 1):
                shown = words(said or "—", wrap=True) if isinstance(said, str) else said
                self._grid.addWidget(_ground(shown, "side"), at, place)
            return
        group = QButtonGroup(self)
        cells = [_Cell(said) for said in row.sides]
        for place, cell in enumerate(cells):
            cell.radio.setAccessibleName(f"{row.label}：{heads[place]} {cell.words}")
            group.addButton(cell.radio)
            cell.radio.setChecked(place == row.chosen)
            cell.mark()
            cell.radio.toggled.connect(partial(self._turned, cell))
            self._grid.addWidget(cell, at, place + 1)
        self._rows[row.key] = cells

    def _turned(self, cell: _Cell, on: bool) -> None:
        cell.mark()
        if on:
            self.changed.emit()


class _Cell(QFrame):
    """One side of one row; a click anywhere in it chooses it."""

    def __init__(self, said: Said) -> None:
        super().__init__()
        self.setProperty("role", "side")
        shown = words(said or "—（空）", wrap=True) if isinstance(said, str) else said
        shown.setSizePolicy(QSizePolicy.Policy.Expanding, QSizePolicy.Policy.Preferred)
        label = shown if isinstance(shown, QLabel) else shown.findChild(QLabel)
        self.words = label.text() if isinstance(label, QLabel) else ""
        self.radio = QRadioButton()
        row = QHBoxLayout(self)
        row.setContentsMargins(6, 4, 12, 4)
        row.setSpacing(2)
        row.addWidget(self.radio)
        row.addWidget(shown, 1)
        for one in (self, shown):
            one.installEventFilter(self)

    def is_chosen(self) -> bool:
        return self.radio.isChecked()

    def mark(self) -> None:
        """Tint the ground of the side that stands."""
        set_property(self, "stands", self.is_chosen())

    def eventFilter(self, _watched: QObject, event: QEvent) -> bool:
        if event.type() == QEvent.Type.MouseButtonRelease:
            self.radio.setChecked(True)
            self.radio.setFocus(Qt.FocusReason.MouseFocusReason)
        return False


def _ground(content: QWidget, role: str) -> QFrame:
    made = QFrame()
    made.setProperty("role", "side")
    made.setProperty("part", role)
    row = QHBoxLayout(made)
    row.setContentsMargins(12, 6, 12, 6)
    row.addWidget(content, 1)
    return made
