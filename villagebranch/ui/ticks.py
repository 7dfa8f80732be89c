"""Names with a tick each, in columns: one stop for Tab, the arrows go from name to name, Space ticks."""

from __future__ import annotations

from collections.abc import Sequence

from PySide6.QtCore import QEvent, QObject, Qt, Signal
from PySide6.QtGui import QKeyEvent, QResizeEvent
from PySide6.QtWidgets import QCheckBox, QGridLayout, QWidget

_COLUMNS = 4
# Sideways and down, in places.
_STEPS: dict[int, tuple[int, int]] = {
    Qt.Key.Key_Left: (-1, 0),
    Qt.Key.Key_Right: (1, 0),
    Qt.Key.Key_Up: (0, -1),
    Qt.Key.Key_Down: (0, 1),
}


class Ticks(QWidget):
    """The boxes in their order; `toggled` bears a place, `laid` says that the height may have changed."""

    toggled = Signal(int)
    laid = Signal()

    def __init__(self) -> None:
        super().__init__()
        self.boxes: list[QCheckBox] = []
        self.columns = _COLUMNS
        self._grid = QGridLayout(self)
        self._grid.setContentsMargins(0, 0, 0, 0)
        self._grid.setHorizontalSpacing(8)
        self._grid.setVerticalSpacing(0)

    def show_names(self, names: Sequence[str], ticked: Sequence[bool]) -> None:
        """Show these names in place of the others."""
        for box in self.boxes:
            box.hide()
            box.deleteLater()
        self.boxes = [QCheckBox(name, self) for name in names]
        for place, (box, present) in enumerate(zip(self.boxes, ticked, strict=True)):
            box.setChecked(present)
            box.setFocusPolicy(Qt.FocusPolicy.StrongFocus if place == 0 else Qt.FocusPolicy.ClickFocus)
            box.installEventFilter(self)
            box.toggled.connect(lambda _on, place=place: self.toggled.emit(place))
        self._lay()

    def take_focus(self) -> None:
        """Go to the name that Tab stops at."""
        for box in self.boxes:
            if box.focusPolicy() & Qt.FocusPolicy.TabFocus:
                box.setFocus(Qt.FocusReason.TabFocusReason)

    def eventFilter(self, watched: QObject, event: QEvent) -> bool:
        if event.type() == QEvent.Type.FocusIn:
            for box in self.boxes:
                box.setFocusPolicy(
                    Qt.FocusPolicy.StrongFocus if box is watched else Qt.FocusPolicy.ClickFocus
                )
        elif isinstance(event, QKeyEvent) and event.type() == QEvent.Type.KeyPress:
            return self._step(watched, event.key())
        return False

    def resizeEvent(self, event: QResizeEvent) -> None:
        super().resizeEvent(event)
        self._lay()

    def changeEvent(self, event: QEvent) -> None:
        super().changeEvent(event)
        if event.type() == QEvent.Type.FontChange:
            self._lay()

    def _step(self, watched: QObject, key: int) -> bool:
        if key not in _STEPS:
            return False
        sideways, down = _STEPS[key]
        place = next(place for place, box in enumerate(self.boxes) if box is watched)
        place += sideways + down * self.columns
        if 0 <= place < len(self.boxes):
            self.boxes[place].setFocus(Qt.FocusReason.TabFocusReason)
        return True

    def _lay(self) -> None:
        """Set as many columns as the longest name leaves room for."""
        widest = max((box.sizeHint().width() for box in self.boxes), default=1) + 8
        self.columns = max(1, min(_COLUMNS, self.width() // widest))
        for place, box in enumerate(self.boxes):
            self._grid.addWidget(box, place // self.columns, place % self.columns)
        for column in range(_COLUMNS):
            self._grid.setColumnStretch(column, 1 if column < self.columns else 0)
        self.laid.emit()
