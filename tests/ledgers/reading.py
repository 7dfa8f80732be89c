"""What others see in our PDFs: text and fonts by pypdf, rules by the operators of the page, ink by pdfium."""

import re
from io import BytesIO
from pathlib import Path
from typing import Any

import pypdfium2
from pypdf import PdfReader

from villagebranch.domain.paper import Document
from villagebranch.ledgers.pdf import Printed, write_pdf

FONTS = Path(__file__).parents[2] / "resources/fonts"
MM = 72 / 25.4


def printed(document: Document) -> Printed:
    return write_pdf(document, FONTS)


def reader(document: Document) -> PdfReader:
    return PdfReader(BytesIO(printed(document).pdf))


def texts(document: Document) -> list[str]:
    """Return the text of each page without spaces and line ends."""
    return [re.sub(r"\s", "", page.extract_text()) for page in reader(document).pages]


def fonts(document: Document) -> dict[str, Any]:
    """Return the font dictionaries of a document by name."""
    found = {}
    for page in reader(document).pages:
        for font in page["/Resources"]["/Font"].values():
            found[font.get_object()["/BaseFont"]] = font.get_object()
    return found


def levels(document: Document, page: int = 0) -> list[float]:
    """Return where horizontal rules stand, in millimetres from the top of the paper."""
    sheet = reader(document).pages[page]
    content = sheet.get_contents().get_data().decode("latin-1")
    rules = re.findall(r"^([\d.]+) ([\d.]+) m ([\d.]+) ([\d.]+) l$", content, re.MULTILINE)
    height = float(sheet.mediabox.height)
    return sorted({round((height - float(y1)) / MM, 1) for x1, y1, x2, y2 in rules if y1 == y2})


def inked(document: Document, page: int, left: float, top: float, right: float, bottom: float) -> bool:
    """Say whether anything is printed in a box, given in millimetres from the upper left corner of the paper."""
    pages = pypdfium2.PdfDocument(printed(document).pdf)
    scale = 3.0
    picture = pages[page].render(scale=scale / MM).to_pil().convert("L")
    pages.close()
    box = tuple(round(edge * scale) for edge in (left, top, right, bottom))
    return bool(picture.crop(box).getextrema()[0] < 200)
