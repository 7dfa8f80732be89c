"""The wall: four columns of cards, moved by mouse or by keyboard."""

from __future__ import annotations

from collections.abc import Sequence
from datetime import date
from functools import partial
from typing import cast

from PySide6.QtCore import QEvent, QObject, QPoint, QSize, Qt, Signal
from PySide6.QtWidgets import QFrame, QHBoxLayout, QLabel, QScrollArea, QVBoxLayout, QWidget

from villagebranch.domain.issues import DROP_STAGES, WALL_COLUMNS
from villagebranch.services.issues import WallColumn
from villagebranch.ui.issue_cards import CardList, card_of
from villagebranch.ui.widgets import words

_EMPTY = (
    "没有新收集的问题。",
    "没有等着动手的问题。",
    "没有正在办的问题。",
    "没有等着回访的问题。",
)
# Beyond the last column the villager is told, and the card leaves the wall.
_STAGES = (*DROP_STAGES, "fed_back")


class Wall(QWidget):
    """`opened` bears an issue's id; `move_wanted` some ids and the stage that they should go to; `menu_wanted` ids
    and a place on the screen."""

    opened = Signal(str)
    move_wanted = Signal(object, str)
    menu_wanted = Signal(object, QPoint)

    def __init__(self) -> None:
        super().__init__()
        self.columns = [CardList(name, empty) for name, empty in zip(WALL_COLUMNS, _EMPTY, strict=True)]
        self._counts = [words("", "muted") for _ in WALL_COLUMNS]
        self._more = [words("", "muted", wrap=True) for _ in WALL_COLUMNS]
        inner = QWidget()
        row = QHBoxLayout(inner)
        row.setContentsMargins(0, 0, 0, 0)
        row.setSpacing(20)
        for place, name in enumerate(WALL_COLUMNS):
            row.addLayout(self._column(place, name), 1)
        self._area = _Sideways(inner)
        outer = QVBoxLayout(self)
        outer.setContentsMargins(0, 0, 0, 0)
        outer.setSpacing(8)
        outer.addWidget(self._area)
        told = "双击或回车看办理情况；拖到另一列，或按 Ctrl + → 办下一步；右键还有别的办法。"
        outer.addWidget(words(told, "muted", wrap=True))

    def show_columns(self, columns: Sequence[WallColumn], today: date) -> None:
        """Show what `services.issues.wall` returns."""
        for shown, count, more, column in zip(self.columns, self._counts, self._more, columns, strict=True):
            shown.show_cards([card_of(row, today) for row in column.cards])
            count.setText(str(column.total))
            hidden = column.total - len(column.cards)
            more.setText(f"还有 {hidden} 件没有列出，用上面的条件找，或看全部列表。")
            more.setVisible(hidden > 0)

    def choose(self, id: str) -> None:
        """Go to a card, in whatever column it stands now; one that has left the wall leaves its place to the next."""
        holding = (column for column in self.columns if column.choose(id))
        self._go_to(next(holding, self._area.last))

    def current_id(self) -> str:
        """Return the id of the card that has the focus, '' where none has."""
        return next((column.current_id() for column in self.columns if column.hasFocus()), "")

    def take_focus(self) -> None:
        """Go to the first card there is."""
        filled = [column for column in self.columns if column.model().rowCount()]
        self._go_to((filled or self.columns)[0])

    def _column(self, place: int, name: str) -> QVBoxLayout:
        cards = self.columns[place]
        head = QHBoxLayout()
        head.setSpacing(6)
        title: QLabel = words(name, "head")
        title.setBuddy(cards)
        head.addWidget(title)
        head.addWidget(self._counts[place])
        head.addStretch(1)
        column = QVBoxLayout()
        column.setSpacing(10)
        column.addLayout(head)
        column.addWidget(cards, 1)
        column.addWidget(self._more[place])
        cards.opened.connect(self.opened)
        cards.sideways.connect(partial(self._aside, place))
        cards.stepped.connect(lambda step: self._move(cards.chosen_ids(), place + step))
        # Queued: the move is written when the drag is over.
        cards.dropped.connect(lambda ids: self._move(ids, place), Qt.ConnectionType.QueuedConnection)
        cards.menu_wanted.connect(lambda at: self.menu_wanted.emit(cards.chosen_ids(), at))
        return column

    def _move(self, ids: Sequence[str], place: int) -> None:
        if ids and 0 <= place < len(_STAGES):
            self.move_wanted.emit(ids, _STAGES[place])

    def _aside(self, place: int, step: int) -> None:
        """Go to the next column at that side that has cards."""
        aside = self.columns[place + step :] if step > 0 else self.columns[:place][::-1]
        beside = next((column for column in aside if column.model().rowCount()), None)
        if beside is not None:
            self._go_to(beside)

    def _go_to(self, column: CardList) -> None:
        if not column.currentIndex().isValid():
            column.setCurrentIndex(column.model().index(0, 0))
        column.setFocus(Qt.FocusReason.OtherFocusReason)


class _Sideways(QScrollArea):
    """Scrolls the columns sideways where they do not fit, and follows the focus; `last` is the column that had it."""

    def __init__(self, inner: QWidget) -> None:
        super().__init__()
        self.setWidgetResizable(True)
        self.setFrameShape(QFrame.Shape.NoFrame)
        self.setFocusPolicy(Qt.FocusPolicy.NoFocus)
        self.setVerticalScrollBarPolicy(Qt.ScrollBarPolicy.ScrollBarAlwaysOff)
        self.setWidget(inner)
        for ground in (self.viewport(), inner):
            ground.setAutoFillBackground(False)
        columns = cast(list[CardList], inner.findChildren(CardList))
        self.last = columns[0]
        for column in columns:
            column.installEventFilter(self)

    def sizeHint(self) -> QSize:
        return QSize(12 * self.fontMetrics().height(), self.minimumSizeHint().height())

    def minimumSizeHint(self) -> QSize:
        bar = self.horizontalScrollBar().sizeHint().height()
        return QSize(12 * self.fontMetrics().height(), self.widget().minimumSizeHint().height() + bar)

    def eventFilter(self, watched: QObject, event: QEvent) -> bool:
        if event.type() == QEvent.Type.FocusIn and isinstance(watched, CardList):
            self.last = watched
            self.ensureWidgetVisible(watched, 0, 0)
        return super().eventFilter(watched, event)
