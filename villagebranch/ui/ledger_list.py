"""The ledgers to choose from: the name of each, and below it how often it is made and on what paper."""

from collections.abc import Sequence

from PySide6.QtCore import QModelIndex, QPersistentModelIndex, QSize, Qt, Signal
from PySide6.QtGui import QColor, QFontMetrics, QPainter
from PySide6.QtWidgets import QListWidget, QListWidgetItem, QStyle, QStyledItemDelegate, QStyleOptionViewItem

from villagebranch.ledgers.ledger import Ledger
from villagebranch.ui import colours
from villagebranch.ui.delegates import smaller

_AnyIndex = QModelIndex | QPersistentModelIndex
_RHYTHM = Qt.ItemDataRole.UserRole
_SIDE, _TOP = 14, 5


class _TwoLines(QStyledItemDelegate):
    def sizeHint(self, option: QStyleOptionViewItem, index: _AnyIndex) -> QSize:
        fonts = option.font, smaller(option.font)  # type: ignore[attr-defined]
        return QSize(0, sum(QFontMetrics(font).height() for font in fonts) + 2 * _TOP)

    def paint(self, painter: QPainter, option: QStyleOptionViewItem, index: _AnyIndex) -> None:
        rect, chosen = option.rect, option.state & QStyle.StateFlag.State_Selected  # type: ignore[attr-defined]
        room = rect.adjusted(_SIDE, _TOP, -_SIDE, -_TOP)
        painter.save()
        if chosen:
            painter.fillRect(rect, QColor(colours.RED_TINT))
        for font, ink, side, role in (
            (option.font, colours.RED, Qt.AlignmentFlag.AlignTop, Qt.ItemDataRole.DisplayRole),  # type: ignore[attr-defined]
            (smaller(option.font), colours.MUTED, Qt.AlignmentFlag.AlignBottom, _RHYTHM),  # type: ignore[attr-defined]
        ):
            painter.setFont(font)
            painter.setPen(QColor(ink if chosen or ink == colours.MUTED else colours.TEXT))
            text = painter.fontMetrics().elidedText(
                index.data(role), Qt.TextElideMode.ElideRight, room.width()
            )
            painter.drawText(room, side, text)
        painter.setPen(QColor(colours.LINE))
        painter.drawLine(rect.bottomLeft(), rect.bottomRight())
        painter.restore()


class LedgerList(QListWidget):
    """Lists ledgers; `went` bears the place of the one that was chosen."""

    went = Signal(int)

    def __init__(self, ledgers: Sequence[Ledger]) -> None:
        super().__init__()
        self.setItemDelegate(_TwoLines(self))
        self.setHorizontalScrollBarPolicy(Qt.ScrollBarPolicy.ScrollBarAlwaysOff)
        self.setAccessibleName("台账")
        for ledger in ledgers:
            item = QListWidgetItem(ledger.label, self)
            item.setData(_RHYTHM, ledger.rhythm)
            item.setData(Qt.ItemDataRole.AccessibleTextRole, f"{ledger.label}，{ledger.rhythm}")
        self.currentRowChanged.connect(self.went)

    def sizeHint(self) -> QSize:
        return QSize(self._wanted_width(), 0)

    def minimumSizeHint(self) -> QSize:
        return QSize(self._wanted_width(), 6 * self.fontMetrics().height())

    def _wanted_width(self) -> int:
        """Return what the longest words need beside the scroll bar."""
        widest = 0
        for role, font in ((Qt.ItemDataRole.DisplayRole, self.font()), (_RHYTHM, smaller(self.font()))):
            texts = (self.item(row).data(role) for row in range(self.count()))
            widest = max(widest, *map(QFontMetrics(font).horizontalAdvance, texts))
        return widest + 2 * _SIDE + self.verticalScrollBar().sizeHint().width() + 4
