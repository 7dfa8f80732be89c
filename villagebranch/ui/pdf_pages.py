"""The pages of a PDF as pictures: the one place that draws them, for the screen and for the printer alike."""

from threading import Lock

import pypdfium2
from PySide6.QtGui import QImage

_ONE_AT_A_TIME = Lock()
"""pdfium must never be called from two threads at once, and a document may be printed while another is looked at."""


class PdfPages:
    """An open PDF; `close` it when it is no longer needed."""

    def __init__(self, pdf: bytes) -> None:
        with _ONE_AT_A_TIME:
            self._document = pypdfium2.PdfDocument(pdf)

    def for_screen(self, number: int, width: int) -> QImage:
        """Return page `number` (from 0), `width` pixels wide."""
        return self._drawn(number, width, QImage.Format.Format_RGB32, prefer_bgrx=True)

    def for_paper(self, number: int, width: int) -> QImage:
        """Return page `number` in black and greys, which is all that the forms have: a quarter of the memory."""
        return self._drawn(number, width, QImage.Format.Format_Grayscale8, grayscale=True)

    def _drawn(self, number: int, width: int, sort: QImage.Format, **how: bool) -> QImage:
        with _ONE_AT_A_TIME:
            page = self._document[number]
            drawn = page.render(scale=width / page.get_width(), may_draw_forms=False, **how)
            # A copy, for the picture goes on living when the page is closed.
            picture = QImage(drawn.buffer, drawn.width, drawn.height, drawn.stride, sort).copy()
            drawn.close()
            page.close()
        return picture

    def close(self) -> None:
        """Let go of the file's memory."""
        with _ONE_AT_A_TIME:
            self._document.close()
