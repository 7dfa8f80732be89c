"""How much room text takes in a cell: spreadsheet programs do not fit the height of wrapped rows, so we say it."""

from collections.abc import Sequence

_EM = 25.4 / 72  # millimetres a point
_PADDING = 2.5  # millimetres that a cell keeps free at its sides
_LEADING = 1.35
TALLEST = 400.0  # points; no spreadsheet program takes a row above 409


def half_widths(text: str) -> int:
    """Return the width of one line of text, counted in Latin letters: a Chinese character is two, as in GB 18030 bytes."""
    return len(text) if text.isascii() else len(text.encode("gb18030", "replace"))


def room(width: float, size: float) -> int:
    """Return how many half widths of type of `size` points fit on a line of a cell `width` millimetres wide."""
    return max(2, int((width - _PADDING) / (size * _EM / 2)))


def lines(text: str, room: int) -> int:
    """Return how many lines `text` takes where a line has `room` half widths; a full one never ends in half a character."""
    full = room - room % 2
    if "\n" not in text:
        return -(-half_widths(text) // full) or 1
    return sum(lines(line, room) for line in text.split("\n"))


def height(count: int, size: float) -> float:
    """Return the height in points of `count` lines of type of `size` points."""
    return round(count * size * _LEADING + 6, 1)


def column_width(texts: Sequence[str], least: float = 14.0, most: float = 60.0) -> float:
    """Return a width in millimetres in which nearly all of `texts` take one line of 10.5 points."""
    longest = sorted((max(map(half_widths, text.split("\n"))) for text in texts), reverse=True)
    usual = longest[len(longest) // 50] if longest else 0
    return min(most, max(least, usual * 10.5 * _EM / 2 + _PADDING + 1.5))
