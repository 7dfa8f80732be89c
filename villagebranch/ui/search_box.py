"""A line edit that looks up what is typed, with the hits below it.

The hits lie over the window instead of in a popup of their own: a popup takes the keyboard away from input methods.
"""

from collections.abc import Sequence

from PySide6.QtCore import (
    QAbstractListModel,
    QModelIndex,
    QObject,
    QPoint,
    QSize,
    Qt,
    QTimer,
    Signal,
)
from PySide6.QtGui import QColor, QFocusEvent, QFont, QFontMetrics, QKeyEvent, QPainter
from PySide6.QtWidgets import (
    QFrame,
    QListView,
    QStyle,
    QStyledItemDelegate,
    QStyleOptionViewItem,
)

from villagebranch.ui import colours
from villagebranch.ui.delegates import paint_pill, smaller
from villagebranch.ui.desk import Find, Suggestion
from villagebranch.ui.noted_line import NotedLine
from villagebranch.ui.table_model import NOWHERE, AnyIndex
from villagebranch.ui.widgets import Role

_SHOWN = 8
_MIDDLE = Qt.AlignmentFlag.AlignVCenter


class _Hits(QAbstractListModel):
    def __init__(self, parent: QObject) -> None:
        super().__init__(parent)
        self.hits: Sequence[Suggestion] = ()

    def take(self, hits: Sequence[Suggestion]) -> None:
        self.beginResetModel()
        self.hits = hits
        self.endResetModel()

    def rowCount(self, parent: AnyIndex = NOWHERE) -> int:
        return 0 if parent.isValid() else len(self.hits)

    def data(self, index: AnyIndex, role: int = Qt.ItemDataRole.DisplayRole) -> str | None:
        if role not in (Qt.ItemDataRole.DisplayRole, Qt.ItemDataRole.AccessibleTextRole):
            return None
        hit = self.hits[index.row()]
        return " ".join(filter(None, (hit.title, hit.detail, hit.tag, hit.note)))


class _HitDelegate(QStyledItemDelegate):
    """Paints one hit: title, detail, tag, and the note at the right."""

    def sizeHint(self, option: QStyleOptionViewItem, index: AnyIndex) -> QSize:
        return QSize(200, option.fontMetrics.height() + 18)  # type: ignore[attr-defined]

    def paint(self, painter: QPainter, option: QStyleOptionViewItem, index: AnyIndex) -> None:
        hit: Suggestion = index.model().hits[index.row()]  # type: ignore[attr-defined]
        font, room = QFont(option.font), option.rect.adjusted(14, 0, -14, 0)  # type: ignore[attr-defined]
        painter.save()
        if option.state & QStyle.StateFlag.State_Selected:  # type: ignore[attr-defined]
            painter.fillRect(option.rect, QColor(colours.RED_TINT))  # type: ignore[attr-defined]
        painter.setPen(QColor(colours.MUTED))
        painter.setFont(smaller(font))
        painter.drawText(room, Qt.AlignmentFlag.AlignRight | _MIDDLE, hit.note)
        room.setRight(room.right() - painter.fontMetrics().horizontalAdvance(hit.note) - 16)
        painter.setPen(QColor(colours.TEXT))
        for text, weight in ((hit.title, QFont.Weight.Bold), (hit.detail, QFont.Weight.Normal)):
            font.setWeight(weight)
            painter.setFont(font)
            shown = QFontMetrics(font).elidedText(text, Qt.TextElideMode.ElideRight, max(0, room.width()))
            painter.drawText(room, _MIDDLE, shown)
            room.setLeft(room.left() + QFontMetrics(font).horizontalAdvance(shown) + 14)
        if hit.tag:
            paint_pill(painter, room, hit.tag, "amber")
        painter.restore()


class LookUp(NotedLine):
    """Calls `find` with what is typed and offers the hits: Up and Down choose, Enter or a click takes, Esc closes.

    `chosen` bears the `Suggestion`; the words in the line edit are then up to the owner.
    """

    chosen = Signal(object)

    def __init__(self, find: Find, note: str = "", role: Role = "muted") -> None:
        super().__init__(note, role)
        self._find = find
        self._model = _Hits(self)
        self._list: QListView | None = None
        self._soon = QTimer(self, singleShot=True, interval=0)
        self._soon.timeout.connect(self._look)
        self.textEdited.connect(lambda _text: self._soon.start())

    @property
    def hits(self) -> Sequence[Suggestion]:
        """What is offered now; () when the list is closed."""
        return self._model.hits if self._list is not None and self._list.isVisible() else ()

    def close_hits(self) -> None:
        """Take the list away."""
        if self._list is not None:
            self._list.hide()

    def keyPressEvent(self, event: QKeyEvent) -> None:
        if not self.hits or not self._steer(Qt.Key(event.key())):
            super().keyPressEvent(event)

    def focusOutEvent(self, event: QFocusEvent) -> None:
        super().focusOutEvent(event)
        self.close_hits()

    def _steer(self, key: Qt.Key) -> bool:
        if self._list is None:
            return False
        if key in (Qt.Key.Key_Down, Qt.Key.Key_Up):
            row = self._list.currentIndex().row() + (1 if key == Qt.Key.Key_Down else -1)
            self._list.setCurrentIndex(self._model.index(row % len(self.hits)))
        elif key in (Qt.Key.Key_Return, Qt.Key.Key_Enter):
            self._take(self._list.currentIndex())
        elif key == Qt.Key.Key_Escape:
            self.close_hits()
        else:
            return False
        return True

    def _look(self) -> None:
        hits = self._find(self.text().strip())[:_SHOWN] if self.text().strip() else ()
        self._model.take(hits)
        if not hits:
            self.close_hits()
            return
        shown = self._shown_list()
        shown.setCurrentIndex(self._model.index(0))
        height = sum(shown.sizeHintForRow(row) for row in range(len(hits))) + 12
        width = max(self.width(), 30 * self.fontMetrics().averageCharWidth())
        at = self.mapTo(self.window(), QPoint(0, self.height() + 4))
        at.setX(max(8, min(at.x(), self.window().width() - width - 8)))
        shown.setGeometry(at.x(), at.y(), width, min(height, self.window().height() - at.y() - 8))
        shown.show()
        shown.raise_()

    def _shown_list(self) -> QListView:
        if self._list is None or self._list.parent() is not self.window():
            self._list = QListView(self.window())
            self._list.setModel(self._model)
            self._list.setItemDelegate(_HitDelegate(self._list))
            self._list.setProperty("role", "hits")
            self._list.setFrameShape(QFrame.Shape.StyledPanel)
            self._list.setFocusPolicy(Qt.FocusPolicy.NoFocus)
            self._list.setAccessibleName("找到的")
            self._list.clicked.connect(self._take)
        return self._list

    def _take(self, index: QModelIndex) -> None:
        hit = self._model.hits[index.row()]
        self.close_hits()
        self.chosen.emit(hit)


class SearchBox(LookUp):
    """The search of the header: Ctrl + K from anywhere; what is chosen opens its page."""

    def __init__(self, find: Find, hint: str) -> None:
        super().__init__(find, "Ctrl K", "key")
        self.setProperty("role", "search")
        self.setPlaceholderText(hint)
        self.setAccessibleName("查找")
        self.textChanged.connect(lambda text: self.say("" if text else "Ctrl K"))
        self.chosen.connect(self.clear)

    def take_focus(self) -> None:
        """Be ready for typing, with what stood there selected."""
        self.setFocus(Qt.FocusReason.ShortcutFocusReason)
        self.selectAll()
