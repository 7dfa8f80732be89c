"""A row of a list in two lines: what it is, and small below it what else is to be known."""

from PySide6.QtCore import QSize, Qt
from PySide6.QtGui import QColor, QFontMetrics, QPainter
from PySide6.QtWidgets import QListWidget, QListWidgetItem, QStyle, QStyledItemDelegate, QStyleOptionViewItem

from villagebranch.ui import colours
from villagebranch.ui.delegates import smaller
from villagebranch.ui.table_model import AnyIndex

_BELOW = Qt.ItemDataRole.UserRole
SIDE, _TOP = 14, 5


class TwoLines(QStyledItemDelegate):
    def sizeHint(self, option: QStyleOptionViewItem, index: AnyIndex) -> QSize:
        fonts = option.font, smaller(option.font)  # type: ignore[attr-defined]
        return QSize(0, sum(QFontMetrics(font).height() for font in fonts) + 2 * _TOP)

    def paint(self, painter: QPainter, option: QStyleOptionViewItem, index: AnyIndex) -> None:
        rect, chosen = option.rect, option.state & QStyle.StateFlag.State_Selected  # type: ignore[attr-defined]
        room = rect.adjusted(SIDE, _TOP, -SIDE, -_TOP)
        painter.save()
        if chosen:
            painter.fillRect(rect, QColor(colours.RED_TINT))
        for font, ink, side, role in (
            (option.font, colours.RED, Qt.AlignmentFlag.AlignTop, Qt.ItemDataRole.DisplayRole),  # type: ignore[attr-defined]
            (smaller(option.font), colours.MUTED, Qt.AlignmentFlag.AlignBottom, _BELOW),  # type: ignore[attr-defined]
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


def two_lines(texts: tuple[str, str], into: QListWidget) -> QListWidgetItem:
    """Put a row with these two lines at the end of a list."""
    item = QListWidgetItem(texts[0], into)
    item.setData(_BELOW, texts[1])
    item.setData(Qt.ItemDataRole.AccessibleTextRole, "，".join(filter(None, texts)))
    return item


def widest(rows: QListWidget) -> int:
    """Return what the longest words of a list need."""
    found = 0
    for role, font in ((Qt.ItemDataRole.DisplayRole, rows.font()), (_BELOW, smaller(rows.font()))):
        texts = (rows.item(row).data(role) for row in range(rows.count()))
        found = max(found, *map(QFontMetrics(font).horizontalAdvance, texts))
    return found + 2 * SIDE
