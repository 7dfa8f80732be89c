"""Tables: columns share the width, the header row stands on every page, rows stay whole while a page can hold them."""

from collections.abc import Callable, Sequence
from dataclasses import dataclass
from functools import lru_cache
from itertools import accumulate, pairwise

from villagebranch.domain.paper import Rows
from villagebranch.domain.table import Column, Table
from villagebranch.ledgers.press.breaking import balanced, wrap
from villagebranch.ledgers.press.flow import Flow
from villagebranch.ledgers.press.fonts import Pen
from villagebranch.ledgers.press.leaf import Setting, set_lines
from villagebranch.ledgers.press.page import MM

_PAD = 1.4 * MM
_PAD_CENTRED = 1.0 * MM
_PAD_ABOVE = 1.5 * MM
_LEAST_REST = 15 * MM
_LOOKED_AT = 200
_LEAST_ROW = 8 * MM
_CLOSING = 10 * MM


@dataclass(frozen=True)
class _Track:
    """A column on paper: where its text begins, and how a text is set in it."""

    x: float
    set: Callable[[str], Setting]


def place(flow: Flow, block: Rows, tail: float) -> None:
    """Put a table on the pages; what follows in the next `tail` points stays with its last row."""
    _Rows(flow, block).place(tail)


def shared(pen: Pen, table: Table, width: float) -> list[float]:
    """Return the columns' widths in points, `width` in all: fixed ones as said, the others share the rest."""
    fixed = sum(column.width or 0.0 for column in table.columns) * MM
    wants = _wants(pen, table)
    least = {place: min(want, _LEAST_REST) for place, want in wants.items()}
    rest = max(width - fixed, sum(least.values()))
    if sum(wants.values()) > rest:
        roots = {place: want**0.5 for place, want in wants.items()}
        wants = {place: max(rest * root / sum(roots.values()), least[place]) for place, root in roots.items()}
    spare = (rest - sum(wants.values())) / max(len(wants), 1)
    scale = (width - rest) / fixed if wants and fixed else width / fixed if fixed else 1.0
    return [
        column.width * MM * scale if column.width is not None else wants[number] + spare
        for number, column in enumerate(table.columns)
    ]


def _wants(pen: Pen, table: Table) -> dict[int, float]:
    """Return how wide each column without a width would like to be, by its place: its longest text on one line."""
    texts = [[column.label for column in table.columns], *map(table.texts, table.rows[:_LOOKED_AT])]
    return {
        number: max(pen.width(row[number]) for row in texts) + 2 * _PAD
        for number, column in enumerate(table.columns)
        if column.width is None
    }


class _Rows:
    def __init__(self, flow: Flow, block: Rows) -> None:
        self.flow = flow
        self.block = block
        self.pen = flow.pens.entry
        widths = shared(self.pen, block.table, flow.width)
        self.edges = [0.0, *accumulate(widths)]
        self.tracks, self.sum_tracks = (
            [
                _track(pen, column, x, width)
                for column, x, width in zip(block.table.columns, self.edges, widths, strict=False)
            ]
            for pen in (self.pen, flow.pens.head)
        )
        self.head = _Head(flow.pens.head, block, self.edges)
        self.least = min(max(block.row_height * MM, _LEAST_ROW), flow.height / 3)
        self.ys: list[float] = []

    def place(self, tail: float) -> None:
        table, block = self.block.table, self.block
        closing = self._closing()
        tail += _closing_height(closing)
        last = len(table.rows) + block.blank_rows - 1
        first = _height(self._cells(0), self.least) if table.rows else self.least
        self._begin(min(first, self.flow.height / 2) + (tail if last < 1 else 0))
        for number in range(last + 1):
            summed = number + 1 in block.sums
            follows = _height(self._cells(number + 1), self.least) if summed else 0.0
            self._row(self._cells(number), follows + (tail if number + summed == last else 0.0))
        if block.fill:
            for _ in range(int((self.flow.room - tail) / self.least)):
                self._row(self._cells(last + 1), 0.0)
        self._end(closing)

    def _cells(self, number: int) -> list[Setting]:
        """Return what stands in the cells of a row: of one behind the last, nothing."""
        table = self.block.table
        texts = table.texts(table.rows[number]) if number < len(table.rows) else [""] * len(table.columns)
        tracks = self.sum_tracks if number in self.block.sums else self.tracks
        return [track.set(text) for track, text in zip(tracks, texts, strict=True)]

    def _row(self, cells: list[Setting], tail: float) -> None:
        flow = self.flow
        height = _height(cells, self.least)
        if height + tail > flow.room + 0.01:
            if height + tail > flow.height - self.head.height:
                self._flow_over(cells, tail)
                return
            self._turn()
        self._draw(cells, height)

    def _flow_over(self, cells: list[Setting], tail: float) -> None:
        """Set a row that no page can hold: as many lines as there is room for on each, two at least on the last."""
        while True:
            lines = max(len(cell.lines) for cell in cells)
            height = _height(cells, self.least)
            if height + tail <= self.flow.room:
                self._draw(cells, height)
                return
            fitting = min(int((self.flow.room - 2 * _PAD_ABOVE) / self.pen.leading), max(lines - 2, 1))
            if fitting >= 2:
                part = [cell.part(0, fitting) for cell in cells]
                self._draw(part, _height(part, 0), top=True)
                cells = [cell.part(fitting, None) for cell in cells]
            self._turn()

    def _draw(self, cells: Sequence[Setting], height: float, top: bool = False) -> None:
        flow, fit = self.flow, self.flow.leaf.fit
        for track, cell in zip(self.tracks, cells, strict=True):
            if cell.lines:
                fit(track.x, flow.y, 2 * _PAD_ABOVE + cell.height if top else height, cell)
        flow.y += height
        self.ys.append(flow.y)

    def _begin(self, first: float) -> None:
        """Write the header row where it and a row of `first` points have room."""
        if self.head.height + first > self.flow.room:
            self.flow.turn()
        self.head.draw(self.flow)
        self.ys = [self.flow.y]

    def _turn(self) -> None:
        self.flow.leaf.grid(self.edges, self.ys)
        self.flow.turn()
        self._begin(0)

    def _closing(self) -> Setting:
        text, width = self.block.closing, self.flow.width - 4 * _PAD
        return set_lines(self.pen, wrap(self.pen, text, width), width, "left")

    def _end(self, closing: Setting) -> None:
        flow, leaf = self.flow, self.flow.leaf
        leaf.grid(self.edges, self.ys)
        if closing.lines:
            height = _closing_height(closing)
            leaf.fit(2 * _PAD, flow.y, height, closing)
            leaf.grid((0.0, flow.width), (flow.y, flow.y + height))
            flow.y += height


class _Head:
    """The header row: a head for each column, and others over columns that belong together."""

    def __init__(self, pen: Pen, block: Rows, edges: list[float]) -> None:
        self.pen = pen
        self.edges = edges
        places = [0, *accumulate(columns for _, columns in block.groups), len(edges) - 1]
        words = [*(words for words, _ in block.groups), ""]
        self.spans = [(*span, words) for span, words in zip(pairwise(places), words, strict=True)]
        self.upper = _height([self._set(words, first, end) for first, end, words in self.spans if words], 0.0)
        self.upper = max(self.upper, _LEAST_ROW) if block.groups else 0.0
        self.heads = [self._set(c.label, place, place + 1) for place, c in enumerate(block.table.columns)]
        self.height = self.upper + _height(self.heads, _LEAST_ROW)

    def _set(self, words: str, first: int, end: int) -> Setting:
        width = self.edges[end] - self.edges[first] - 2 * _PAD_CENTRED
        return set_lines(self.pen, balanced(self.pen, words, width), width, "center")

    def draw(self, flow: Flow) -> None:
        leaf, bottom = flow.leaf, flow.y + self.height
        for first, end, words in self.spans:
            edges = self.edges[first : end + 1]
            y = flow.y + (self.upper if words else 0.0)
            if words:
                leaf.grid((edges[0], edges[-1]), (flow.y, y))
                leaf.fit(edges[0] + _PAD_CENTRED, flow.y, self.upper, self._set(words, first, end))
            leaf.grid(edges, (y, bottom))
            for x, head in zip(edges, self.heads[first:end], strict=False):
                leaf.fit(x + _PAD_CENTRED, y, bottom - y, head)
        flow.y = bottom


def _height(cells: Sequence[Setting], least: float) -> float:
    return max(max([cell.height for cell in cells], default=0.0) + 2 * _PAD_ABOVE, least)


def _closing_height(closing: Setting) -> float:
    return max(closing.height + 2 * _PAD_ABOVE, _CLOSING) if closing.lines else 0.0


def _track(pen: Pen, column: Column, x: float, width: float) -> _Track:
    align = column.alignment
    pad = _PAD_CENTRED if align == "center" else _PAD
    inner = width - 2 * pad

    @lru_cache(2048)
    def set_text(text: str) -> Setting:
        return set_lines(pen, wrap(pen, text, inner), inner, align)

    return _Track(x + pad, set_text)
