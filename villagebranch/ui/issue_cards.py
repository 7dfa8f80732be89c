"""A column of issue cards: painted, not built of widgets, so that hundreds of them scroll at once."""

from __future__ import annotations

from collections.abc import Iterable, Sequence
from dataclasses import dataclass
from datetime import date
from typing import cast

from PySide6.QtCore import (
    QAbstractListModel,
    QByteArray,
    QMimeData,
    QModelIndex,
    QPoint,
    QRect,
    QSize,
    Qt,
    Signal,
)
from PySide6.QtGui import (
    QColor,
    QContextMenuEvent,
    QDragEnterEvent,
    QDragLeaveEvent,
    QDragMoveEvent,
    QDropEvent,
    QFontMetrics,
    QKeyEvent,
    QPainter,
    QPaintEvent,
    QPen,
    QResizeEvent,
)
from PySide6.QtWidgets import (
    QAbstractItemView,
    QFrame,
    QListView,
    QStyle,
    QStyledItemDelegate,
    QStyleOptionViewItem,
)

from villagebranch.domain import issues as rules
from villagebranch.domain.dayshow import day_near
from villagebranch.services.issues import IssueRow
from villagebranch.ui import colours
from villagebranch.ui.colours import Tone
from villagebranch.ui.delegates import paint_pill, paint_ring, smaller
from villagebranch.ui.table_model import NOWHERE, AnyIndex

_MIME = "application/x-villagebranch-issues"
_MIDDLE = Qt.AlignmentFlag.AlignVCenter
_ENTER = (Qt.Key.Key_Return, Qt.Key.Key_Enter)
_EDGE, _SIDE, _TOP, _GAP = 3, 14, 12, 10
_LONGEST = 80
_NEVER_FIRST = "，。、；：！？）」”"
TONES: dict[str, Tone] = {"muted": "grey", "info": "blue", "late": "red", "done": "green"}


@dataclass(frozen=True)
class Card:
    """What a card says: the issue, whose it is and when it came, who sees to it, and how it stands."""

    id: str
    title: str
    origin: str
    owner: str
    tag: str
    tone: Tone


def card_of(row: IssueRow, today: date) -> Card:
    """Return the card of an issue."""
    tag, tone = rules.card_tag(row.stage, row.due_on or None, row.resolved_on or None, today)
    came = f"{day_near(row.collected_on, today)} {row.shown('source')}"
    if row.stage == "escalated":
        came = "镇里已答复" if row.reply else "已上报镇里"
    origin = " · ".join(filter(None, (row.raised_by, came.strip())))
    owner = row.owner or ("未定责任人" if rules.is_open(row.stage) else "")
    return Card(row.id, row.words, origin, owner, tag, TONES[tone])


class CardModel(QAbstractListModel):
    """The cards of one column."""

    def __init__(self) -> None:
        super().__init__()
        self.cards: Sequence[Card] = ()

    def show_cards(self, cards: Sequence[Card]) -> None:
        """Show other cards."""
        self.beginResetModel()
        self.cards = cards
        self.endResetModel()

    # The names below are Qt's.

    def rowCount(self, parent: AnyIndex = NOWHERE) -> int:
        return 0 if parent.isValid() else len(self.cards)

    def data(self, index: AnyIndex, role: int = Qt.ItemDataRole.DisplayRole) -> str | None:
        if not index.isValid():
            return None
        card = self.cards[index.row()]
        match role:
            case Qt.ItemDataRole.DisplayRole | Qt.ItemDataRole.ToolTipRole:
                return card.title
            case Qt.ItemDataRole.AccessibleTextRole:
                return "，".join((card.title, card.origin, card.owner, card.tag))
        return None

    def flags(self, index: AnyIndex) -> Qt.ItemFlag:
        return super().flags(index) | Qt.ItemFlag.ItemIsDragEnabled

    def mimeTypes(self) -> list[str]:
        return [_MIME]

    def mimeData(self, indexes: Sequence[QModelIndex]) -> QMimeData:
        carried = QMimeData()
        ids = " ".join(self.cards[index.row()].id for index in indexes)
        carried.setData(_MIME, QByteArray(ids.encode()))
        return carried


class _CardDelegate(QStyledItemDelegate):
    """Paints a card: a coloured edge, the issue on at most two lines, its origin, its owner and its tag."""

    def sizeHint(self, option: QStyleOptionViewItem, index: AnyIndex) -> QSize:
        view = cast(QListView, self.parent())
        width = view.viewport().width()
        lines = _title_lines(cast(CardModel, index.model()).cards[index.row()].title, view, width)
        inner = len(lines) * view.fontMetrics().lineSpacing() + 2 * _small(view).lineSpacing() + 12
        return QSize(width, inner + 2 * _TOP + _GAP)

    def paint(self, painter: QPainter, option: QStyleOptionViewItem, index: AnyIndex) -> None:
        view = cast(QListView, self.parent())
        card = cast(CardModel, index.model()).cards[index.row()]
        rect: QRect = option.rect.adjusted(1, 1, -1, -_GAP)  # type: ignore[attr-defined]
        state: QStyle.StateFlag = option.state  # type: ignore[attr-defined]
        painter.save()
        _paint_ground(painter, rect, card.tone, bool(state & QStyle.StateFlag.State_Selected))
        room = rect.adjusted(_EDGE + _SIDE, _TOP, -_SIDE, -_TOP)
        painter.setFont(view.font())
        painter.setPen(QColor(colours.TEXT))
        for line in _title_lines(card.title, view, rect.width() + 2):
            painter.drawText(room, Qt.AlignmentFlag.AlignTop, line)
            room.setTop(room.top() + painter.fontMetrics().lineSpacing())
        painter.setFont(smaller(view.font()))
        room.setTop(room.top() + 2)
        _draw(painter, room, Qt.AlignmentFlag.AlignTop, card.origin, colours.MUTED)
        foot = QRect(room.left(), rect.bottom() - _TOP - _small(view).lineSpacing() - 1, room.width(), 0)
        foot.setBottom(rect.bottom() - _TOP + 3)
        tag = min(_small(view).horizontalAdvance(card.tag) + 16, foot.width())
        _draw(painter, foot.adjusted(0, 0, -tag - 8, 0), _MIDDLE, card.owner, colours.SECONDARY)
        painter.setFont(view.font())
        paint_pill(painter, foot.adjusted(foot.width() - tag, 0, 0, 0), card.tag, card.tone)
        painter.restore()
        if state & QStyle.StateFlag.State_HasFocus:
            paint_ring(painter, rect)


def _small(view: QListView) -> QFontMetrics:
    return QFontMetrics(smaller(view.font()))


def _title_lines(title: str, view: QListView, width: int) -> list[str]:
    """Break a title into one line or two; the second is cut where it is too long."""
    metrics, room = view.fontMetrics(), width - 2 - _EDGE - 2 * _SIDE
    text = " ".join(title[:_LONGEST].split())
    if metrics.horizontalAdvance(text) <= room:
        return [text]
    first = next((n for n in range(len(text), 1, -1) if metrics.horizontalAdvance(text[:n]) <= room), 1)
    first -= text[first] in _NEVER_FIRST
    return [text[:first], metrics.elidedText(text[first:].lstrip(), Qt.TextElideMode.ElideRight, room)]


def _draw(painter: QPainter, room: QRect, side: Qt.AlignmentFlag, text: str, ink: str) -> None:
    painter.setPen(QColor(ink))
    shown = painter.fontMetrics().elidedText(text, Qt.TextElideMode.ElideRight, room.width())
    painter.drawText(room, side, shown)


def _paint_ground(painter: QPainter, rect: QRect, tone: Tone, chosen: bool) -> None:
    painter.setRenderHint(QPainter.RenderHint.Antialiasing)
    painter.setPen(Qt.PenStyle.NoPen)
    painter.setBrush(QColor(colours.BORDER if tone == "grey" else colours.TONES[tone][0]))
    painter.drawRoundedRect(rect, 8, 8)
    painter.setPen(QPen(QColor(colours.BORDER if chosen else colours.LINE), 1))
    painter.setBrush(QColor(colours.CARD))
    painter.drawRoundedRect(rect.adjusted(_EDGE, 0, 0, 0), 8, 8)


class CardList(QListView):
    """One column. `opened` bears the id of a card entered or double-clicked; `sideways` (-1, 1) asks for the column
    beside; `stepped` (-1, 1) wants the chosen cards moved there; `dropped` bears the ids of cards from another column;
    `menu_wanted` where to open what can be done with the chosen ones; `chosen` the id of the current card."""

    opened = Signal(str)
    chosen = Signal(str)
    sideways = Signal(int)
    stepped = Signal(int)
    dropped = Signal(object)
    menu_wanted = Signal(QPoint)

    def __init__(self, name: str, empty: str) -> None:
        super().__init__()
        self._empty, self._aimed = empty, False
        self._cards = CardModel()
        self._cards.setParent(self)
        self.setModel(self._cards)
        self.setItemDelegate(_CardDelegate(self))
        self.setAccessibleName(name)
        self.setProperty("role", "cards")
        self.setFrameShape(QFrame.Shape.NoFrame)
        self.setVerticalScrollMode(QAbstractItemView.ScrollMode.ScrollPerPixel)
        self.setHorizontalScrollBarPolicy(Qt.ScrollBarPolicy.ScrollBarAlwaysOff)
        self.setSelectionMode(QAbstractItemView.SelectionMode.ExtendedSelection)
        self.setDragDropMode(QAbstractItemView.DragDropMode.DragDrop)
        self.setDefaultDropAction(Qt.DropAction.CopyAction)
        self.viewport().setAutoFillBackground(False)
        self.doubleClicked.connect(lambda index: self.opened.emit(self._cards.cards[index.row()].id))
        self.selectionModel().currentChanged.connect(lambda *_: self.chosen.emit(self.current_id()))

    def show_cards(self, cards: Sequence[Card]) -> None:
        """Show other cards; the current one stays the current one where it is still here, else its place does."""
        kept, row = self.current_id(), self.currentIndex().row()
        self._cards.show_cards(cards)
        if not self.choose(kept) and cards and row >= 0:
            self.setCurrentIndex(self._cards.index(min(row, len(cards) - 1)))

    def choose(self, id: str) -> bool:
        """Make a card the current one, and say whether it is here."""
        row = next((row for row, card in enumerate(self._cards.cards) if card.id == id), -1)
        if row >= 0:
            self.setCurrentIndex(self._cards.index(row))
        return row >= 0

    def current_id(self) -> str:
        """Return the id of the current card, '' where there is none."""
        row = self.currentIndex().row()
        return self._cards.cards[row].id if 0 <= row < len(self._cards.cards) else ""

    def chosen_ids(self) -> list[str]:
        """Return the ids of the selected cards, from top to bottom."""
        return [self._cards.cards[row].id for row in sorted(_rows(self.selectedIndexes()))]

    # The names below are Qt's.

    def sizeHint(self) -> QSize:
        return QSize(6 * self.fontMetrics().height(), 7 * self.fontMetrics().height())

    def minimumSizeHint(self) -> QSize:
        return self.sizeHint()

    def keyPressEvent(self, event: QKeyEvent) -> None:
        aside = {Qt.Key.Key_Left: -1, Qt.Key.Key_Right: 1}.get(Qt.Key(event.key()))
        if aside and event.modifiers() & Qt.KeyboardModifier.ControlModifier:
            self.stepped.emit(aside)
        elif aside:
            self.sideways.emit(aside)
        elif event.key() in _ENTER and not event.modifiers() and self.current_id():
            self.opened.emit(self.current_id())
        else:
            super().keyPressEvent(event)

    def contextMenuEvent(self, event: QContextMenuEvent) -> None:
        if self.chosen_ids():
            by_key = event.reason() == QContextMenuEvent.Reason.Keyboard
            at = self.visualRect(self.currentIndex()).center() if by_key else event.pos()
            self.menu_wanted.emit(self.viewport().mapToGlobal(at))

    def dragEnterEvent(self, event: QDragEnterEvent) -> None:
        self._look_at_drag(event)

    def dragMoveEvent(self, event: QDragMoveEvent) -> None:
        self._look_at_drag(event)

    def dragLeaveEvent(self, event: QDragLeaveEvent) -> None:
        self._aim(False)

    def dropEvent(self, event: QDropEvent) -> None:
        self._look_at_drag(event)
        self._aim(False)
        if event.isAccepted():
            ids = bytes(event.mimeData().data(_MIME).data()).decode().split()
            self.dropped.emit(ids)

    def resizeEvent(self, event: QResizeEvent) -> None:
        super().resizeEvent(event)
        self.scheduleDelayedItemsLayout()

    def paintEvent(self, event: QPaintEvent) -> None:
        super().paintEvent(event)
        if not self._cards.cards:
            painter = QPainter(self.viewport())
            painter.setFont(smaller(self.font()))
            painter.setPen(QColor(colours.MUTED))
            room = self.viewport().rect().adjusted(8, 8, -8, -8)
            painter.drawText(room, Qt.AlignmentFlag.AlignTop | Qt.TextFlag.TextWordWrap, self._empty)
        if self._aimed or (self.hasFocus() and not self._cards.cards):
            paint_ring(QPainter(self.viewport()), self.viewport().rect())

    def _look_at_drag(self, event: QDropEvent) -> None:
        """Take cards of other columns only."""
        if event.source() is not self and event.mimeData().hasFormat(_MIME):
            event.setDropAction(Qt.DropAction.CopyAction)
            event.accept()
            self._aim(True)
        else:
            event.ignore()

    def _aim(self, aimed: bool) -> None:
        """Show that a card let go now falls into this column."""
        if aimed != self._aimed:
            self._aimed = aimed
            self.viewport().update()


def _rows(indexes: Iterable[QModelIndex]) -> set[int]:
    return {index.row() for index in indexes}
