"""Forms: a grid of labels and entries that reach over columns and lines.

Lines that a cell ties together stay on one page while it can hold them; the text of a line taller than the room left
flows over, and where the page turns inside a cell it is closed on both pages and its label stands on both.
"""

from collections.abc import Iterator
from dataclasses import dataclass
from itertools import accumulate

from villagebranch.domain.paper import Cell, Form
from villagebranch.ledgers.press.breaking import balanced, wrap
from villagebranch.ledgers.press.flow import Flow
from villagebranch.ledgers.press.leaf import Setting, set_lines, set_running
from villagebranch.ledgers.press.page import MM

_PAD = 2 * MM
_PAD_ABOVE = 1.8 * MM


@dataclass(frozen=True)
class _Box:
    """A cell in its place: from `first` to before `end` in lines, and its text set in lines."""

    cell: Cell
    first: int
    end: int
    x: float
    width: float
    text: Setting

    @property
    def height(self) -> float:
        return self.text.height + 2 * _PAD_ABOVE if self.text.lines else 0.0


@dataclass(frozen=True)
class _Strip:
    """A line, or the part of one that has its text lines `begin` to `stop`, as it stands on the page."""

    line: int
    y: float
    height: float
    begin: int = 0
    stop: int | None = None

    @property
    def whole(self) -> bool:
        return self.begin == 0 and self.stop is None


def place(flow: Flow, form: Form, tail: float) -> None:
    """Put a form on the pages; what follows in the next `tail` points stays with its last line."""
    _Form(flow, form).place(tail)


class _Form:
    def __init__(self, flow: Flow, form: Form) -> None:
        self.flow = flow
        self.boxes = list(_boxes(flow, form))
        self.heights = _heights(form, self.boxes, flow.height)
        self.strips: list[_Strip] = []

    def place(self, tail: float) -> None:
        flow, lines = self.flow, len(self.heights)
        for start, end in _bands(self.boxes, lines):
            rest = tail if end == lines else 0.0
            need = sum(self.heights[start:end]) + rest
            if end - start == 1 and self._text_height(start) + rest > flow.room:
                self._flow_over(start, rest)
                continue
            if flow.room < need <= flow.height:
                self._turn()
            for line in range(start, end):
                if self.heights[line] + (rest if line == end - 1 else 0.0) > flow.room + 0.01:
                    self._turn()
                self._strip(_Strip(line, flow.y, self.heights[line]))
        self._draw()

    def _strip(self, strip: _Strip) -> None:
        self.strips.append(strip)
        self.flow.y += strip.height

    def _turn(self) -> None:
        self._draw()
        self.strips = []
        self.flow.turn()

    def _text_height(self, line: int) -> float:
        return max((box.height for box in self.boxes if box.first == line), default=0.0)

    def _flow_over(self, line: int, tail: float) -> None:
        """Set as many text lines as there is room for on each page, two at least on the first and the last."""
        flow = self.flow
        boxes = [box for box in self.boxes if box.first == line]
        leading = max(box.text.pen.leading for box in boxes)
        begin, lines, least = 0, max(len(box.text.lines) for box in boxes), self.heights[line]
        while (height := (lines - begin) * leading + 2 * _PAD_ABOVE) + tail > flow.room:
            fitting = min(int((flow.room - 2 * _PAD_ABOVE) / leading), lines - begin - 2)
            if fitting >= 2:
                height = fitting * leading + 2 * _PAD_ABOVE
                self._strip(_Strip(line, flow.y, height, begin, begin + fitting))
                begin, least = begin + fitting, least - height
            self._turn()
        self._strip(_Strip(line, flow.y, min(max(height, least), flow.room - tail), begin))

    def _draw(self) -> None:
        """Draw every cell that has lines on this page, from the first of them to the last."""
        for box in self.boxes:
            strips = [strip for strip in self.strips if box.first <= strip.line < box.end]
            if strips:
                self._draw_box(box, strips)

    def _draw_box(self, box: _Box, strips: list[_Strip]) -> None:
        leaf, cell = self.flow.leaf, box.cell
        y, end = strips[0].y, strips[-1].y + strips[-1].height
        leaf.grid((box.x, box.x + box.width), (y, end))
        begins = strips[0].line == box.first and strips[0].begin == 0
        if cell.image and begins:
            leaf.picture(cell.image, box.x + _PAD, y + _PAD, box.width - 2 * _PAD, end - y - 2 * _PAD)
        text = box.text
        if cell.role != "head":
            text = text.part(strips[0].begin, strips[0].stop if strips[0].line == box.first else 0)
        at_top = cell.top or (cell.role != "head" and not strips[0].whole)
        leaf.fit(box.x + _PAD, y, 2 * _PAD_ABOVE + text.height if at_top else end - y, text)


def _boxes(flow: Flow, form: Form) -> Iterator[_Box]:
    """Yield the cells in their places; what a line leaves open becomes an empty cell."""
    scale = flow.width / sum(form.widths)
    edges = [0.0, *accumulate(width * scale for width in form.widths)]
    taken = [0] * len(form.widths)
    for number, line in enumerate(form.lines):
        cells = iter(line.cells)
        column = 0
        while column < len(taken):
            if taken[column] > number:
                column += 1
                continue
            cell = next(cells, Cell())
            reach = min(column + cell.columns, len(taken))
            end = min(number + cell.rows, len(form.lines))
            yield _box(flow, cell, number, end, edges[column], edges[reach] - edges[column])
            taken[column:reach] = [end] * (reach - column)
            column = reach


def _box(flow: Flow, cell: Cell, first: int, end: int, x: float, width: float) -> _Box:
    pen = {"head": flow.pens.head, "entry": flow.pens.entry, "muted": flow.pens.muted}[cell.role]
    align = cell.align or ("left" if cell.role == "entry" else "center")
    inner = width - 2 * _PAD
    if align == "left":
        text = set_running(pen, wrap(pen, cell.text, inner), inner)
    else:
        text = set_lines(pen, balanced(pen, cell.text, inner), inner, align)
    return _Box(cell, first, end, x, width, text)


def _heights(form: Form, boxes: list[_Box], page: float) -> list[float]:
    heights = [min(line.height * MM, page) for line in form.lines]
    for box in sorted(boxes, key=lambda box: box.end - box.first):
        lack = box.height - sum(heights[box.first : box.end])
        heights[box.end - 1] += max(lack, 0.0)
    return heights


def _bands(boxes: list[_Box], lines: int) -> Iterator[tuple[int, int]]:
    """Yield runs of lines that cells tie together, as (first, end)."""
    tied = {line for box in boxes for line in range(box.first + 1, box.end)}
    start = 0
    for line in range(1, lines + 1):
        if line not in tied:
            yield start, line
            start = line
