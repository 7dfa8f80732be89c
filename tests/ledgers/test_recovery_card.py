"""The recovery card on paper, read back: all digits, once, on one page, and the same as a QR code."""

from datetime import date
from io import BytesIO

import pytest
import segno
from PIL import Image
from pypdf import PdfReader

from villagebranch.domain.recovery_card import card_of
from villagebranch.ledgers import recovery_card
from villagebranch.ledgers.pdf import write_pdf
from villagebranch.resources import RESOURCES

CARD = card_of(40719226155077120338618429970841)


@pytest.fixture(scope="module")
def page():
    printed = write_pdf(recovery_card.build(CARD, "新黎村党支部", date(2026, 11, 26)), RESOURCES / "fonts")
    assert (printed.pages, printed.missing) == (1, ())
    return PdfReader(BytesIO(printed.pdf)).pages[0]


def test_the_digits_stand_on_it_in_order(page):
    words = page.extract_text()
    places = [words.index(group) for group in CARD]
    assert places == sorted(places)
    assert "新黎村党支部" in words
    assert "2026年11月26日" in words


def test_the_code_beside_them_says_the_same(page):
    (drawn,) = page.images
    modules = segno.make("".join(CARD), error="q", micro=False).matrix
    picture = Image.open(BytesIO(drawn.data)).convert("1")
    across = [4 * 8 + 8 * n + 4 for n in range(len(modules))]
    assert [[picture.getpixel((x, y)) == 0 for x in across] for y in across] == [
        [bool(dark) for dark in row] for row in modules
    ]
