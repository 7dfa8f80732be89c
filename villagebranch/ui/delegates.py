"""Cells that are more than words: tags on their grounds, bars, figures that ask for somebody; and the ring around the cell."""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass, field
from typing import cast

from PySide6.QtCore import QObject, QRect, Qt
from PySide6.QtGui import QColor, QFont, QFontMetrics, QPainter, QPen
from PySide6.QtWidgets import QStyle, QStyledItemDelegate, QStyleOptionViewItem

from villagebranch.domain.table import Column
from villagebranch.ui import colours
from villagebranch.ui.colours import Tone
from villagebranch.ui.style_sheet import small
from villagebranch.ui.table_model import AnyIndex, TableModel
from villagebranch.ui.widgets import paint_bar

_WIDEST = 26
_MIDDLE = Qt.AlignmentFlag.AlignVCenter


@dataclass(frozen=True)
class Tags:
    """Each word of a cell (parted by 、) on its tinted ground; `tones` gives the tone of a word, else it is grey."""

    tones: Mapping[str, Tone] = field(default_factory=dict)

    def paint(self, painter: QPainter, room: QRect, text: str) -> None:
        for word in filter(None, text.split("、")):
            room.setLeft(room.left() + paint_pill(painter, room, word, self.tones.get(word, "grey")) + 6)

    def beside(self, texts: Sequence[str], _metrics: QFontMetrics) -> int:
        """Return the width wanted besides that of the words."""
        return 18 * max((text.count("、") + 1 for text in texts), default=1)


@dataclass(frozen=True)
class Bar:
    """How much of what is due was done, 46/50: a bar, green when complete and amber on the way, with its figures."""

    def paint(self, painter: QPainter, room: QRect, text: str) -> None:
        done, _, due = text.partition("/")
        figures = max(
            painter.fontMetrics().horizontalAdvance(text), painter.fontMetrics().horizontalAdvance("000/000")
        )
        if int(due):
            paint_bar(painter, room.adjusted(0, 0, -figures - 16, 0), int(done), int(due), low="amber")
        painter.setPen(QColor(colours.SECONDARY))
        painter.drawText(room.adjusted(0, 0, -6, 0), Qt.AlignmentFlag.AlignRight | _MIDDLE, text)

    def beside(self, _texts: Sequence[str], metrics: QFontMetrics) -> int:
        return 8 * metrics.horizontalAdvance("国")


@dataclass(frozen=True)
class Alarm:
    """A figure that is red unless it is nought."""

    def paint(self, painter: QPainter, room: QRect, text: str) -> None:
        painter.setPen(QColor(colours.RED if text.strip("0") else colours.TEXT))
        painter.drawText(room, Qt.AlignmentFlag.AlignLeft | _MIDDLE, text)

    def beside(self, _texts: Sequence[str], _metrics: QFontMetrics) -> int:
        return 0


Look = Tags | Bar | Alarm


def smaller(font: QFont) -> QFont:
    """Return the font of secondary words beside `font`."""
    made = QFont(font)
    made.setPointSize(small(font.pointSize()))
    made.setWeight(QFont.Weight.Normal)
    return made


def paint_pill(painter: QPainter, room: QRect, text: str, tone: Tone) -> int:
    """Paint `text` on its ground at the left of `room` and return the width taken."""
    ink, ground = colours.TONES[tone]
    painter.save()
    painter.setFont(smaller(painter.font()))
    metrics = painter.fontMetrics()
    width = min(metrics.horizontalAdvance(text) + 16, room.width())
    height = min(metrics.height() + 4, room.height())
    pill = QRect(room.left(), room.center().y() - height // 2, width, height)
    painter.setRenderHint(QPainter.RenderHint.Antialiasing)
    painter.setPen(Qt.PenStyle.NoPen)
    painter.setBrush(QColor(ground))
    painter.drawRoundedRect(pill, 4, 4)
    painter.setPen(QColor(ink))
    shown = metrics.elidedText(text, Qt.TextElideMode.ElideRight, max(0, width - 12))
    painter.drawText(pill, Qt.AlignmentFlag.AlignCenter, shown)
    painter.restore()
    return width


class CellDelegate(QStyledItemDelegate):
    """Paints the cells of a `TableModel`, asking it once per cell; `looks` names the columns that are not mere words."""

    def __init__(self, parent: QObject, looks: Mapping[str, Look] | None = None) -> None:
        super().__init__(parent)
        self.looks: Mapping[str, Look] = looks or {}

    def paint(self, painter: QPainter, option: QStyleOptionViewItem, index: AnyIndex) -> None:
        model, row, place = cast(TableModel, index.model()), index.row(), index.column()
        rect: QRect = option.rect  # type: ignore[attr-defined]
        state: QStyle.StateFlag = option.state  # type: ignore[attr-defined]
        if state & QStyle.StateFlag.State_Selected:
            painter.fillRect(rect, QColor(colours.RED_TINT))
        painter.setFont(option.font)  # type: ignore[attr-defined]
        text, room = model.text(row, place), rect.adjusted(10, 0, -4, -1)
        if look := self.looks.get(model.table.columns[place].name):
            look.paint(painter, room, text)
        else:
            painter.setPen(QColor(colours.TEXT))
            shown = painter.fontMetrics().elidedText(text, Qt.TextElideMode.ElideRight, room.width())
            painter.drawText(room, model.alignment(place) | _MIDDLE, shown)
        painter.setPen(QColor(colours.LINE))
        painter.drawLine(rect.bottomLeft(), rect.bottomRight())
        if state & QStyle.StateFlag.State_HasFocus and model.is_editable:
            paint_ring(painter, rect)

    def natural_width(self, column: Column, texts: Sequence[str], metrics: QFontMetrics) -> int:
        """Return how wide a column with these texts wants to be; a long one is cut."""
        head = metrics.horizontalAdvance(column.label) + 16
        widest = max(map(metrics.horizontalAdvance, texts), default=0)
        if look := self.looks.get(column.name):
            widest += look.beside(texts, metrics)
        return min(max(head, widest), _WIDEST * metrics.horizontalAdvance("国")) + 24


def paint_ring(painter: QPainter, rect: QRect) -> None:
    """Paint the focus ring inside `rect`."""
    painter.save()
    painter.setRenderHint(QPainter.RenderHint.Antialiasing)
    painter.setPen(QPen(QColor(colours.FOCUS), 2))
    painter.setBrush(Qt.BrushStyle.NoBrush)
    painter.drawRoundedRect(rect.adjusted(1, 1, -1, -1), 6, 6)
    painter.restore()
