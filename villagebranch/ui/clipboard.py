"""Cells to and from Excel and WPS: tab-separated text, with quotes around what holds a tab, a quote or a new line."""

import csv
import io
from collections.abc import Iterable, Sequence


def to_clipboard(grid: Iterable[Sequence[str]]) -> str:
    """Return the text that Excel and WPS paste as `grid`."""
    out = io.StringIO()
    csv.writer(out, dialect="excel-tab", lineterminator="\r\n").writerows(grid)
    return out.getvalue()


def from_clipboard(text: str) -> list[list[str]]:
    """Return the grid of a text that Excel or WPS copied; rows are filled up to the same length."""
    rows = list(csv.reader(io.StringIO(text, newline=""), dialect="excel-tab"))
    width = max(map(len, rows), default=0)
    return [row + [""] * (width - len(row)) for row in rows]
