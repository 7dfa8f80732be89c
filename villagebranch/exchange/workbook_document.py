"""A document as a workbook: the forms that the printer makes, as sheets whose cells can still be changed.

All blocks of a worksheet stand on one fine grid: every edge that any of them needs is a column edge, and a cell that
reaches over several of these columns is a merged range.
"""

import math
from collections.abc import Iterable, Iterator, Sequence
from datetime import datetime
from io import BytesIO
from itertools import accumulate, pairwise

from PIL import Image

from villagebranch.domain.paper import Block, Cell, Cover, Document, Form, Line, Rows, Sheet, Words
from villagebranch.domain.table import Table
from villagebranch.domain.values import Align
from villagebranch.exchange import fitting
from villagebranch.exchange.workbook_writer import (
    ENTRY,
    HEAD,
    LEAST,
    NOTE,
    SIZE,
    TITLE,
    Format,
    Look,
    NewWorkbook,
    put,
    put_rows,
    set_widths,
)

_POINTS = 72 / 25.4  # in a millimetre
_WIDTHS = {False: 162.0, True: 257.0}  # millimetres between the margins, upright and landscape
_NEAR = 1.0  # millimetres: edges nearer than this are one
_FILL = 10  # a worksheet has no foot to fill down to: so many rows to write in
_FARTHEST = 10  # full-width spaces between two signatures
_MOST_BREAKS = 1000  # a worksheet cannot have more


def write_document(document: Document, created: datetime) -> bytes:
    """Return the workbook of `document`: sheets of one title stand below one another, each on a page of its own."""
    book = NewWorkbook(document.name, created)
    groups: dict[tuple[str, bool], list[Sheet]] = {}
    for sheet in document.sheets:
        groups.setdefault((sheet.title or document.name, sheet.landscape), []).append(sheet)
    for (title, landscape), sheets in groups.items():
        _Page(book, title, landscape, sheets).write(document.unit)
    return book.content()


class _Page:
    """One worksheet, filled from above: `_row` is the next free row."""

    def __init__(self, book: NewWorkbook, title: str, landscape: bool, sheets: Sequence[Sheet]) -> None:
        self._book, self._sheets = book, sheets
        self._width = _WIDTHS[landscape]
        blocks = [block for sheet in sheets for block in sheet.blocks]
        self._edges = _joined([0.0, self._width, *(e for block in blocks for e in self._edges_of(block))])
        self._all = (0, len(self._edges) - 2)
        self._sheet = book.sheet(title, landscape, fitted=len(sheets) == 1)
        self._row = 0

    def write(self, unit: str) -> None:
        set_widths(self._sheet, [right - left for left, right in pairwise(self._edges)])
        starts = []
        for sheet in self._sheets:
            starts.append(self._row)
            self._write_sheet(sheet)
        if len(starts) > 1:
            self._sheet.set_h_pagebreaks(starts[1:_MOST_BREAKS])
        foot = "第 &P 页　共 &N 页" if self._sheets[0].numbered else _escaped(self._sheets[0].foot)
        self._sheet.set_footer(f"&L{_escaped(unit)}&C{foot}")

    def _write_sheet(self, sheet: Sheet) -> None:
        if not any(isinstance(block, Cover) for block in sheet.blocks):
            self._words(sheet.title, 18, "center", TITLE, 36.0)
        if sheet.subtitle:
            self._words(sheet.subtitle, 12, "center")
        if any(sheet.line):
            self._words(self._spread([text for text in sheet.line if text], SIZE), SIZE)
        for block in sheet.blocks:
            self._write_block(block)
        if sheet.signatures:
            self._words(self._spread(sheet.signatures, 12.0), 12.0, least=40.0)

    def _write_block(self, block: Block) -> None:
        match block:
            case Rows():
                self._rows(block)
            case Form():
                self._form(block)
            case Words(text=text, align=align, size=size):
                self._words(text, size, align)
            case Cover():
                self._cover(block)

    def _words(
        self, text: str, size: float, align: Align = "left", look: Look = NOTE, least: float = LEAST
    ) -> None:
        """Write running text over the whole width."""
        need = fitting.height(fitting.lines(text, fitting.room(self._width, size)), size)
        rows = self._add_rows(max(least, need))
        put(
            self._sheet,
            rows[0],
            self._all,
            text,
            self._book.format(look, align=align, font_size=size),
            len(rows),
        )

    def _spread(self, texts: Sequence[str], size: float) -> str:
        """Return the texts on one line, as far from one another as the width allows."""
        free = fitting.room(self._width, size) - sum(map(fitting.half_widths, texts))
        return ("\u3000" * max(1, min(_FARTHEST, free // max(1, len(texts) - 1) // 2 - 1))).join(texts)

    def _cover(self, cover: Cover) -> None:
        self._words("", SIZE, least=120)
        self._words(cover.title, 30, "center", TITLE, 90)
        self._words("", SIZE, least=100)
        for label, value in cover.lines:
            self._words(f"{label}：{value}", 16, "center", least=36)
        self._words("", SIZE, least=120)
        for text in cover.foot:
            self._words(text, 14, "center", least=30)

    def _rows(self, block: Rows) -> None:
        widths = column_widths(block.table, self._width)
        spans = self._spans(widths)
        least = block.row_height * _POINTS
        head = self._row
        if block.groups:
            self._group_heads(block, spans)
        top = self._row
        self._row = put_rows(self._book, self._sheet, top, block.table, widths, spans, least, block.sums)
        if len(self._sheets) == 1 and sum(isinstance(b, Rows) for b in self._sheets[0].blocks) == 1:
            self._sheet.repeat_rows(head, top)
        for _ in range(block.blank_rows + _FILL * block.fill):
            (row,) = self._add_rows(least)
            for span in spans:
                put(self._sheet, row, span, "", self._book.format(ENTRY))
        if block.closing:
            (row,) = self._add_rows(least)
            put(self._sheet, row, (spans[0][0], spans[-1][1]), block.closing, self._book.format(ENTRY))

    def _group_heads(self, block: Rows, spans: Sequence[tuple[int, int]]) -> None:
        (row,) = self._add_rows(LEAST)
        ends = accumulate((columns for _, columns in block.groups), initial=0)
        for (words, _), (first, end) in zip(block.groups, pairwise(ends), strict=True):
            put(self._sheet, row, (spans[first][0], spans[end - 1][1]), words, self._book.format(HEAD))

    def _form(self, form: Form) -> None:
        widths = self._widths_of(form)
        spans = self._spans(widths)
        cells = list(_placed(form))
        rows = [self._add_rows(height) for height in _heights(form.lines, cells, widths)]
        for line, column, cell in cells:
            over = [row for each in rows[line : line + cell.rows] for row in each]
            span = spans[column][0], spans[column + cell.columns - 1][1]
            put(self._sheet, over[0], span, cell.text, self._look(cell), len(over))
            if cell.image:
                size = sum(widths[column : column + cell.columns]), form.lines[line].height * cell.rows
                self._image(over[0], span[0], cell.image, size)

    def _look(self, cell: Cell) -> Format:
        align = cell.align or ("center" if cell.role == "head" else "left")
        colour = {"font_color": "#646A73"} if cell.role == "muted" else {}
        look = HEAD if cell.role == "head" else ENTRY
        return self._book.format(look, align=align, valign="top" if cell.top else "vcenter", **colour)

    def _image(self, row: int, column: int, content: bytes, size: tuple[float, float]) -> None:
        """Set a picture in the cell whose upper left corner is given, as large as `size` (millimetres) allows."""
        with Image.open(BytesIO(content)) as picture:
            inches = [
                side / dpi for side, dpi in zip(picture.size, picture.info.get("dpi", (96, 96)), strict=True)
            ]
        scale = min((room - 2) / 25.4 / side for room, side in zip(size, inches, strict=True))
        placing = {"x_offset": 3, "y_offset": 3, "x_scale": scale, "y_scale": scale, "object_position": 1}
        self._sheet.insert_image(row, column, "", {"image_data": BytesIO(content), **placing})

    def _add_rows(self, height: float) -> list[int]:
        """Make room for one row of `height` points, in several rows where none may be so high; return their indexes."""
        count = math.ceil(height / fitting.TALLEST)
        added = list(range(self._row, self._row + count))
        for row in added:
            self._sheet.set_row(row, height / count)
        self._row += count
        return added

    def _widths_of(self, block: Block) -> list[float]:
        match block:
            case Form(widths=widths):
                return [width * self._width / sum(widths) for width in widths]
            case Rows(table=table):
                return column_widths(table, self._width)
        return [self._width]

    def _edges_of(self, block: Block) -> Iterator[float]:
        return accumulate(self._widths_of(block))

    def _spans(self, widths: Sequence[float]) -> list[tuple[int, int]]:
        """Return for columns of these widths the first and the last column of the sheet that each of them fills."""
        ends = [self._nearest(edge) for edge in accumulate(widths, initial=0.0)]
        return [(start, end - 1) for start, end in pairwise(ends)]

    def _nearest(self, edge: float) -> int:
        return min(range(len(self._edges)), key=lambda index: abs(self._edges[index] - edge))


def column_widths(table: Table, whole: float) -> list[float]:
    """Return the widths of the columns of `table` that together are `whole` millimetres."""
    given = [column.width or 0.0 for column in table.columns]
    open_ones = given.count(0.0)
    rest = max(whole - sum(given), 20.0 * open_ones)
    widths = [width or rest / open_ones for width in given]
    return [width * whole / sum(widths) for width in widths]


def _joined(edges: Iterable[float]) -> list[float]:
    """Return the edges in order, those that nearly coincide as one."""
    joined = [0.0]
    for edge in sorted(edges):
        if edge - joined[-1] > _NEAR:
            joined.append(edge)
    return joined


def _placed(form: Form) -> Iterator[tuple[int, int, Cell]]:
    """Yield line, column and cell of a form; a cell that reaches down pushes those of the lines below aside."""
    taken: set[tuple[int, int]] = set()
    for number, line in enumerate(form.lines):
        column = 0
        for cell in line.cells:
            while (number, column) in taken:
                column += 1
            yield number, column, cell
            taken |= {
                (number + down, column + right) for down in range(cell.rows) for right in range(cell.columns)
            }
            column += cell.columns


def _heights(
    lines: Sequence[Line], cells: Sequence[tuple[int, int, Cell]], widths: Sequence[float]
) -> list[float]:
    """Return the heights in points that the lines need for what stands in them."""
    heights = [line.height * _POINTS for line in lines]
    for number, column, cell in sorted(cells, key=lambda placed: placed[2].rows):
        room = fitting.room(sum(widths[column : column + cell.columns]), SIZE)
        need = fitting.height(fitting.lines(cell.text, room), SIZE)
        last = min(number + cell.rows, len(lines)) - 1
        heights[last] += max(0.0, need - sum(heights[number : last + 1]))
    return heights


def _escaped(text: str) -> str:
    return text.replace("&", "&&")
