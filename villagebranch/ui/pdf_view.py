"""Shows a printed document page below page, each page drawn when it comes into sight."""

from __future__ import annotations

from collections import OrderedDict
from collections.abc import Iterator
from itertools import accumulate

from PySide6.QtCore import QRect, QSize, Qt, Signal
from PySide6.QtGui import (
    QColor,
    QFocusEvent,
    QKeyEvent,
    QPainter,
    QPaintEvent,
    QPixmap,
    QResizeEvent,
    QWheelEvent,
)
from PySide6.QtWidgets import QAbstractScrollArea, QVBoxLayout

from villagebranch.ledgers.pdf import Printed
from villagebranch.ui import colours
from villagebranch.ui.delegates import paint_ring
from villagebranch.ui.pdf_pages import PdfPages
from villagebranch.ui.widgets import MenuButton

_WIDTH, _WHOLE = "", "whole"
_ZOOMS = {_WHOLE: "整页", _WIDTH: "页宽", "100": "100%", "150": "150%", "200": "200%"}
_GAP = 16
_WIDEST = 1.5
"""A page that fills a very wide window is no larger than this, as a multiple of its size on paper."""
_KEPT = 8


class PdfView(QAbstractScrollArea):
    """A scroll view of pages, with its zoom in the corner. `turned` tells which page (from 0) is at the top."""

    turned = Signal(int)

    def __init__(self) -> None:
        super().__init__()
        self.setFrameShape(QAbstractScrollArea.Shape.NoFrame)
        self.setFocusPolicy(Qt.FocusPolicy.StrongFocus)
        self.setAccessibleName("预览")
        self.zoom = MenuButton(_ZOOMS[_WIDTH], {code: label for code, label in _ZOOMS.items() if code})
        self.zoom.setAccessibleName("预览大小")
        self.zoom.changed.connect(self._zoom)
        corner = QVBoxLayout(self.viewport())
        corner.addWidget(self.zoom, 0, Qt.AlignmentFlag.AlignRight | Qt.AlignmentFlag.AlignBottom)
        self._pages: PdfPages | None = None
        self._sizes: tuple[tuple[int, int], ...] = ()
        self._tops: list[int] = [0]
        self._drawn: OrderedDict[tuple[int, int], QPixmap] = OrderedDict()
        self._top = 0
        self.verticalScrollBar().valueChanged.connect(self._turn)

    def show_pages(self, printed: Printed | None) -> None:
        """Show a document from its first page; None shows nothing."""
        if self._pages is not None:
            self._pages.close()
        self._pages = PdfPages(printed.pdf) if printed else None
        self._sizes = printed.sizes if printed else ()
        self._drawn.clear()
        self._lay_out()
        self.verticalScrollBar().setValue(0)

    @property
    def page(self) -> int:
        """The page (from 0) that lies across the upper part of the view."""
        middle = self.verticalScrollBar().value() + self.viewport().height() // 3
        return max(0, sum(top <= middle for top in self._tops[:-1]) - 1)

    def go_to(self, page: int) -> None:
        """Scroll to a page (from 0)."""
        self.verticalScrollBar().setValue(self._tops[page] - _GAP)

    def places(self) -> Iterator[tuple[int, QRect]]:
        """Yield the pages in sight and where each lies in the view."""
        down, across = self.verticalScrollBar().value(), self.horizontalScrollBar().value()
        room = max(self.viewport().width(), self._widest() + 2 * _GAP)
        for number, size in enumerate(self._sizes):
            width, height = self._pixels(size)
            place = QRect((room - width) // 2 - across, self._tops[number] - down, width, height)
            if place.intersects(self.viewport().rect()):
                yield number, place

    # What Qt calls.

    def paintEvent(self, event: QPaintEvent) -> None:
        painter = QPainter(self.viewport())
        painter.fillRect(self.viewport().rect(), QColor(colours.GREY_TINT))
        for number, place in self.places():
            painter.drawPixmap(place, self._page(number, place.width()))
            painter.setPen(QColor(colours.LINE))
            painter.drawRect(place.adjusted(-1, -1, 0, 0))
        if self.hasFocus():
            paint_ring(painter, self.viewport().rect())

    def focusInEvent(self, event: QFocusEvent) -> None:
        self.viewport().update()

    def focusOutEvent(self, event: QFocusEvent) -> None:
        self.viewport().update()

    def resizeEvent(self, event: QResizeEvent) -> None:
        top = self.page
        self._lay_out()
        if top:
            self.go_to(top)

    def minimumSizeHint(self) -> QSize:
        return QSize(12 * self.fontMetrics().height(), 8 * self.fontMetrics().height())

    def keyPressEvent(self, event: QKeyEvent) -> None:
        match event.key():
            case Qt.Key.Key_Home:
                self.go_to(0)
            case Qt.Key.Key_End:
                self.verticalScrollBar().setValue(self.verticalScrollBar().maximum())
            case _:
                super().keyPressEvent(event)

    def wheelEvent(self, event: QWheelEvent) -> None:
        if not event.modifiers() & Qt.KeyboardModifier.ControlModifier:
            super().wheelEvent(event)
            return
        steps = list(_ZOOMS)
        place = steps.index(self.zoom.chosen()) + (1 if event.angleDelta().y() > 0 else -1)
        self.zoom.choose(steps[max(0, min(place, len(steps) - 1))])
        self._zoom()

    # Inner workings.

    def _zoom(self) -> None:
        """Take another size; the page at the top stays there."""
        top = self.page
        self._drawn.clear()
        self._lay_out()
        self.go_to(top)

    def _lay_out(self) -> None:
        heights = [self._pixels(size)[1] + _GAP for size in self._sizes]
        self._tops = list(accumulate(heights, initial=_GAP))
        view = self.viewport().size()
        for bar, length, seen in (
            (self.verticalScrollBar(), self._tops[-1], view.height()),
            (self.horizontalScrollBar(), self._widest() + 2 * _GAP, view.width()),
        ):
            bar.setRange(0, max(0, length - seen))
            bar.setPageStep(seen)
            bar.setSingleStep(3 * self.fontMetrics().height())
        self.viewport().update()
        self._turn()

    def _turn(self) -> None:
        if self.page != self._top:
            self._top = self.page
            self.turned.emit(self._top)

    def _pixels(self, size: tuple[int, int]) -> tuple[int, int]:
        scale = self._scale()
        return round(size[0] * scale), round(size[1] * scale)

    def _scale(self) -> float:
        """Return how many pixels of the screen a millimetre takes."""
        paper, zoom = self.logicalDpiX() / 25.4, self.zoom.chosen()
        if zoom.isdigit():
            return paper * int(zoom) / 100
        # As if the scroll bar were always there: its coming and going must not change what it depends on.
        room = self.width() - self.verticalScrollBar().sizeHint().width() - 2 * _GAP
        widest, highest = (max((size[side] for size in self._sizes), default=1) for side in (0, 1))
        fill = min(room / widest, _WIDEST * paper)
        if zoom == _WHOLE:
            fill = min(fill, (self.height() - 2 * _GAP) / highest)
        return max(fill, 0.2)

    def _widest(self) -> int:
        return max((self._pixels(size)[0] for size in self._sizes), default=0)

    def _page(self, number: int, width: int) -> QPixmap:
        ratio = self.devicePixelRatioF()
        key = number, round(width * ratio)
        if key not in self._drawn and self._pages is not None:
            picture = self._pages.for_screen(*key)
            picture.setDevicePixelRatio(ratio)
            self._drawn[key] = QPixmap.fromImage(picture)
            if len(self._drawn) > _KEPT:
                self._drawn.popitem(last=False)
        self._drawn.move_to_end(key)
        return self._drawn[key]
