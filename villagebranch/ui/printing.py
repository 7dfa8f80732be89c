"""Sends the pages of a printed document to a printer: on both sides where it can, bound at the edge that was left free."""

from __future__ import annotations

from collections.abc import Callable, Iterator, Sequence

from PySide6.QtCore import QMarginsF, QRect
from PySide6.QtGui import QPageLayout, QPageSize, QPainter
from PySide6.QtPrintSupport import QAbstractPrintDialog, QPrintDialog, QPrinter
from PySide6.QtWidgets import QWidget

from villagebranch.domain.errors import Trouble
from villagebranch.ledgers.pdf import Printed
from villagebranch.ledgers.press.page import MM, frame
from villagebranch.ui.pdf_pages import PdfPages

_FINEST = 400
"""Dots per inch, in greys: edges stay sharp, and no page takes longer than the printer itself."""
_BOTH_SIDES = QPrinter.DuplexMode.DuplexLongSide
"""Portrait pages are bound at the left and landscape ones at the top, both a long edge; never left to the printer."""


def new_printer(printed: Printed) -> QPrinter:
    """Return a printer set up for the document: A4, both sides, every page, once."""
    printer = QPrinter(QPrinter.PrinterMode.HighResolution)
    printer.setFullPage(True)
    printer.setDuplex(_BOTH_SIDES)
    printer.setCreator("连心册")
    _take_paper(printer, printed.sizes[0])
    return printer


def ask_printer(parent: QWidget, printed: Printed) -> QPrinter | None:
    """Ask which printer, which pages and how many copies; None where the person leaves the dialog without printing."""
    printer = new_printer(printed)
    dialog = QPrintDialog(printer, parent)
    dialog.setWindowTitle("打印")
    dialog.setOption(QAbstractPrintDialog.PrintDialogOption.PrintPageRange)
    dialog.setMinMax(1, printed.pages)
    dialog.setFromTo(1, printed.pages)
    return printer if dialog.exec() else None


def is_two_sided(printer: QPrinter) -> bool:
    """Tell whether the person left it at both sides, and the printer can do it."""
    return printer.duplex() != QPrinter.DuplexMode.DuplexNone


def print_pages(
    printer: QPrinter, printed: Printed, two_sided: bool, say: Callable[[str, float], None]
) -> int:
    """Print what the person chose and return the number of sides sent; raise `Trouble` where the printer fails.

    `say` is told how far it is before each side; where it raises, what the printer has not taken yet is called back.
    """
    if two_sided:
        printer.setDuplex(_BOTH_SIDES)
    sides = list(leaf_sides(printed, chosen_pages(printer, printed), two_sided))
    sides = list(_copies(sides, 1 if printer.supportsMultipleCopies() else printer.copyCount(), two_sided))
    _take_paper(printer, printed.sizes[sides[0] or 0])
    painter, pages = QPainter(), PdfPages(printed.pdf)
    try:
        if not painter.begin(printer):
            raise Trouble("打印机没有应答，没有打印。请检查打印机是否开着、有没有连好，再试一次。")
        painter.setRenderHint(QPainter.RenderHint.LosslessImageRendering)
        for place, page in enumerate(sides):
            say(f"正在打印第 {place + 1} 面，共 {len(sides)} 面", place / len(sides))
            if place:
                _next_side(printer, printed, page)
            if page is not None:
                _draw(painter, printer, printed, pages, page, two_sided)
    except BaseException:
        printer.abort()
        raise
    finally:
        painter.end()
        pages.close()
    return len(sides)


def chosen_pages(printer: QPrinter, printed: Printed) -> Sequence[int]:
    """Return the pages (from 0) that the person asked for."""
    if printer.printRange() != QPrinter.PrintRange.PageRange or not printer.fromPage():
        return range(printed.pages)
    return range(printer.fromPage() - 1, min(printer.toPage(), printed.pages))


def leaf_sides(printed: Printed, pages: Sequence[int], two_sided: bool) -> Iterator[int | None]:
    """Yield what stands on each side of the paper, None for an empty one.

    Printed on both sides, a page is on the side that it was laid out for: its binding edge would be wrong on the other,
    and a paper of its own would begin on the back of another one.
    """
    side = 0
    for page in pages:
        if two_sided and side % 2 != _is_back(printed, page):
            yield None
            side += 1
        yield page
        side += 1


def _is_back(printed: Printed, page: int) -> bool:
    """Tell whether a page was laid out for the back of a leaf."""
    return (page - max(front for front in printed.fronts if front <= page)) % 2 == 1


def _copies(sides: list[int | None], copies: int, two_sided: bool) -> Iterator[int | None]:
    """Yield the sides so many times; each copy begins on a leaf of its own."""
    for copy in range(copies):
        if copy and two_sided and len(sides) % 2:
            yield None
        yield from sides


def _take_paper(printer: QPrinter, size: tuple[int, int]) -> None:
    """Let the next side be A4 in the direction of a page of `size`."""
    landscape = size[0] > size[1]
    way = QPageLayout.Orientation.Landscape if landscape else QPageLayout.Orientation.Portrait
    layout = QPageLayout(QPageSize(QPageSize.PageSizeId.A4), way, QMarginsF())
    layout.setMode(QPageLayout.Mode.FullPageMode)
    printer.setPageLayout(layout)


def _next_side(printer: QPrinter, printed: Printed, page: int | None) -> None:
    if page is not None:
        _take_paper(printer, printed.sizes[page])
    if not printer.newPage():
        raise Trouble("打印机中途停了，后面的没有打印。请检查纸和连线，再从没印出来的那一页打起。")


def _draw(
    painter: QPainter, printer: QPrinter, printed: Printed, pages: PdfPages, page: int, two_sided: bool
) -> None:
    """Draw a page over the whole paper; where only fronts are printed, a back is moved so that it is bound as a front."""
    dots = printer.resolution() / 25.4
    width, height = printed.sizes[page]
    moved = (0.0, 0.0) if two_sided or not _is_back(printed, page) else _from_back_to_front(width > height)
    picture = pages.for_paper(page, round(width * min(dots, _FINEST / 25.4)))
    painter.drawImage(QRect(*(round(length * dots) for length in (*moved, width, height))), picture)


def _from_back_to_front(landscape: bool) -> tuple[float, float]:
    """Return how far right and down what stands on a back has to go to leave the binding edge of a front free, in mm."""
    front, back = frame(1, landscape), frame(2, landscape)
    return (front.left - back.left) / MM, (back.top - front.top) / MM
