"""Tables: columns share the width, the header row stands on every page, rows stay whole while a page can hold them."""

from collections.abc import Callable, Sequence
from dataclasses import dataclass
from functools import lru_cache
from itertools import accumulate

from villagebranch.domain.paper import Rows
from villagebranch.domain.table import Column, Table
from villagebranch.ledgers.press.breaking import balanced, wrap
from villagebranch.ledgers.press.flow import Flow
from villagebranch.ledgers.press.fonts import Pen
from villagebranch.ledgers.press.leaf import Setting, set_lines
from villagebranch.ledgers.press.page import MM

PAD = 1.4 * MM
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
    rest = max(width - fixed, _LEAST_REST * len(wants))
    if sum(wants.values()) > rest:
        wants = {name: want**0.5 for name, want in wants.items()}
        wants = {name: max(rest * want / sum(wants.values()), _LEAST_REST) for name, want in wants.items()}
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
        number: max(pen.width(row[number]) for row in texts) + 2 * PAD
        for number, column in enumerate(table.columns)
        if column.width is None
    }


class _Rows:
    def __init__(self, flow: Flow, block: Rows) -> None:
        self.flow = flow
        self.block = block
        columns = block.table.columns
        widths = shared(flow.pens.entry, block.table, flow.width)
        self.edges = [0.0, *accumulate(widths)]
        self.pen = flow.pens.entry
        self.tracks = [
            _track(self.pen, column, x + PAD, width - 2 * PAD)
            for column, x, width in zip(columns, self.edges, widths, strict=False)
        ]
        head = flow.pens.head
        self.heads = [
            set_lines(head, balanced(head, column.label, width - 2 * PAD), width - 2 * PAD, "center")
            for column, width in zip(columns, widths, strict=True)
        ]
        self.head_height = self._height(self.heads, _LEAST_ROW)
        self.least = min(max(block.row_height * MM, _LEAST_ROW), flow.height / 3)
        self.ys: list[float] = []

    def place(self, tail: float) -> None:
        table, block = self.block.table, self.block
        closing = self._closing()
        tail += _closing_height(closing)
        last = len(table.rows) + block.blank_rows - 1
        self._begin(self._first_height() + (tail if last < 1 else 0))
        for number, row in enumerate(table.rows):
            self._row(table.texts(row), tail if number == last else 0.0)
        blank = [""] * len(table.columns)
        for number in range(len(table.rows), last + 1):
            self._row(blank, tail if number == last else 0.0)
        if block.fill:
            for _ in range(int((self.flow.room - tail) / self.least)):
                self._row(blank, 0.0)
        self._end(closing)

    def _first_height(self) -> float:
        table = self.block.table
        texts = table.texts(table.rows[0]) if table.rows else []
        first = self._height(
            [track.set(text) for track, text in zip(self.tracks, texts, strict=False)], self.least
        )
        return min(first, self.flow.height / 2)

    def _row(self, texts: list[str], tail: float) -> None:
        flow = self.flow
        cells = [track.set(text) for track, text in zip(self.tracks, texts, strict=True)]
        height = self._height(cells, self.least)
        if height + tail > flow.room + 0.01:
            if height + tail > flow.height - self.head_height:
                self._flow_over(cells, tail)
                return
            self._turn()
        self._draw(cells, height)

    def _flow_over(self, cells: list[Setting], tail: float) -> None:
        """Set a row that no page can hold: as many lines as there is room for on each, two at least on the last."""
        while True:
            lines = max(len(cell.lines) for cell in cells)
            height = self._height(cells, self.least)
            if height + tail <= self.flow.room:
                self._draw(cells, height)
                return
            fitting = min(int((self.flow.room - 2 * _PAD_ABOVE) / self.pen.leading), max(lines - 2, 1))
            if fitting >= 2:
                part = [cell.part(0, fitting) for cell in cells]
                self._draw(part, self._height(part, 0), top=True)
                cells = [cell.part(fitting, None) for cell in cells]
            self._turn()

    def _draw(self, cells: Sequence[Setting], height: float, top: bool = False) -> None:
        flow, fit = self.flow, self.flow.leaf.fit
        for track, cell in zip(self.tracks, cells, strict=True):
            if cell.lines:
                fit(track.x, flow.y, 2 * _PAD_ABOVE + cell.height if top else height, cell)
        flow.y += height
        self.ys.append(flow.y)

    @staticmethod
    def _height(cells: Sequence[Setting], least: float) -> float:
        return max(max([cell.height for cell in cells], default=0.0) + 2 * _PAD_ABOVE, least)

    def _begin(self, first: float) -> None:
        """Write the header row where it and a row of `first` points have room."""
        if self.head_height + first > self.flow.room:
            self.flow.turn()
        self.ys = [self.flow.y]
        self._draw(self.heads, self.head_height)

    def _turn(self) -> None:
        self.flow.leaf.grid(self.edges, self.ys)
        self.flow.turn()
        self._begin(0)

    def _closing(self) -> Setting:
        text, width = self.block.closing, self.flow.width - 4 * PAD
        return set_lines(self.pen, wrap(self.pen, text, width), width, "left")

    def _end(self, closing: Setting) -> None:
        flow, leaf = self.flow, self.flow.leaf
        leaf.grid(self.edges, self.ys)
        if closing.lines:
            height = _closing_height(closing)
            leaf.fit(2 * PAD, flow.y, height, closing)
            leaf.grid((0.0, flow.width), (flow.y, flow.y + height))
            flow.y += height


def _closing_height(closing: Setting) -> float:
    return max(closing.height + 2 * _PAD_ABOVE, _CLOSING) if closing.lines else 0.0


def _track(pen: Pen, column: Column, x: float, width: float) -> _Track:
    @lru_cache(2048)
    def set_text(text: str) -> Setting:
        return set_lines(pen, wrap(pen, text, width), width, column.alignment)

    return _Track(x, set_text)
