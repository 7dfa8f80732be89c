"""Printing, into a file that is read back: which page stands on which side of the paper, and where on it."""

from pathlib import Path

import pypdfium2
import pytest
from pypdf import PdfReader
from PySide6.QtPrintSupport import QPrinter

from tests.ledgers.forms import document, meeting_sheet, member_roster, monthly_summary
from tests.ledgers.reading import printed
from villagebranch.domain.errors import Trouble
from villagebranch.domain.paper import Document, Sheet, Words
from villagebranch.ledgers.pdf import Printed
from villagebranch.ui.printing import chosen_pages, leaf_sides, new_printer, print_pages
from villagebranch.ui.work import Stopped

LONG = "\n".join(f"第{number}条意见：机耕路要修。" for number in range(120))
DRAFTED = 60  # dots per inch: enough to see where something stands


def minutes(*discussions: str) -> Printed:
    """Minutes of several meetings, each a paper of its own."""
    return printed(document(*(meeting_sheet(discussion) for discussion in discussions)))


def into_file(file: Path, of: Printed) -> QPrinter:
    printer = new_printer(of)
    printer.setOutputFormat(QPrinter.OutputFormat.PdfFormat)
    printer.setOutputFileName(str(file))
    printer.setResolution(DRAFTED)
    return printer


def quiet(_text: str, _part: float) -> None:
    """Hear nothing of how far the printing is."""


def on_paper(tmp_path: Path, of: Printed, *, two_sided: bool = True) -> PdfReader:
    print_pages(into_file(tmp_path / "printed.pdf", of), of, two_sided, quiet)
    return PdfReader(tmp_path / "printed.pdf")


def empty_sides(reader: PdfReader) -> list[int]:
    return [number for number, page in enumerate(reader.pages) if not page.images]


def ink(reader: PdfReader, number: int) -> tuple[int, int, int, int]:
    """Return the box in millimetres that is inked on a side."""
    page = pypdfium2.PdfDocument(reader.stream)[number]
    grey = page.render(scale=1).to_pil().convert("L").point(lambda shade: 255 if shade < 128 else 0)
    return tuple(round(edge * 25.4 / 72) for edge in grey.getbbox())


@pytest.fixture
def three_papers() -> Printed:
    """Three pages, one page, two pages."""
    made = minutes(LONG, "没有意见。", LONG[: len(LONG) // 2])
    assert (made.pages, made.fronts) == (6, (0, 3, 4))
    return made


def test_on_both_sides_each_paper_begins_on_a_leaf_of_its_own(qapp, tmp_path, three_papers):
    reader = on_paper(tmp_path, three_papers)
    assert len(reader.pages) == 8
    assert empty_sides(reader) == [3, 5]


def test_on_one_side_nothing_is_left_empty(qapp, tmp_path, three_papers):
    reader = on_paper(tmp_path, three_papers, two_sided=False)
    assert len(reader.pages) == 6
    assert empty_sides(reader) == []


def test_a_range_that_begins_with_a_back_leaves_its_front_empty(three_papers):
    assert list(leaf_sides(three_papers, [1, 2], True)) == [None, 1, 2]
    assert list(leaf_sides(three_papers, [1, 2], False)) == [1, 2]


def test_only_the_pages_asked_for_are_printed(qapp, tmp_path, three_papers):
    printer = into_file(tmp_path / "some.pdf", three_papers)
    printer.setPrintRange(QPrinter.PrintRange.PageRange)
    printer.setFromTo(3, 9)
    assert list(chosen_pages(printer, three_papers)) == [2, 3, 4, 5]


def test_upright_and_landscape_pages_lie_as_they_were_set(qapp, tmp_path):
    mixed = printed(
        document(*monthly_summary().sheets, meeting_sheet("没有意见。"), *member_roster(3).sheets)
    )
    sizes = [
        (round(page.mediabox.width), round(page.mediabox.height)) for page in on_paper(tmp_path, mixed).pages
    ]
    assert sizes == [(842, 595), (842, 595), (595, 842), (595, 842), (842, 595)]


@pytest.mark.parametrize(
    ("landscape", "edge"), [(False, 0), (True, 1)], ids=["upright: left", "landscape: top"]
)
def test_backs_printed_as_fronts_leave_the_binding_edge_free(qapp, tmp_path, landscape, edge):
    sheet = Sheet("", (Words("走访民情日记" * 1200),), landscape=landscape)
    of = printed(Document("日记", (sheet,), "梅溪村党支部"))
    front, back = (ink(on_paper(tmp_path, of, two_sided=False), side)[edge] for side in (2, 1))
    assert abs(front - back) <= 1
    assert front >= 27


def test_several_copies_each_begin_on_a_leaf_of_their_own(qapp, tmp_path):
    one = minutes("没有意见。")
    printer = into_file(tmp_path / "copies.pdf", one)
    printer.setCopyCount(3)
    assert not printer.supportsMultipleCopies()
    assert print_pages(printer, one, True, quiet) == 5
    assert empty_sides(PdfReader(tmp_path / "copies.pdf")) == [1, 3]


def test_printing_tells_how_far_it_is_and_can_be_stopped(qapp, tmp_path, three_papers):
    heard = []

    def stop_at_three(text: str, _part: float) -> None:
        heard.append(text)
        if len(heard) == 3:
            raise Stopped

    with pytest.raises(Stopped):
        print_pages(into_file(tmp_path / "stopped.pdf", three_papers), three_papers, True, stop_at_three)
    assert heard == [f"正在打印第 {side} 面，共 8 面" for side in (1, 2, 3)]


def test_a_printer_that_does_not_answer_is_told_in_words(qapp, tmp_path, three_papers):
    with pytest.raises(Trouble, match="打印机没有应答"):
        on_paper(tmp_path / "no folder", three_papers)
