"""Where the header of a worksheet is, and what its words mean: titles above, two printed rows, merged cells."""

import re
from collections.abc import Sequence
from dataclasses import dataclass
from functools import lru_cache

from villagebranch.domain.values import plain
from villagebranch.exchange.forms import ImportForm
from villagebranch.exchange.workbook_reader import Grid

_LOOK_AT = 30  # titles, notes and an address above the header do not fill more rows than this
_DEEPEST = 3
ACCEPTED = 0.6


@dataclass(frozen=True)
class Header:
    """The rows from `top` up to but without `bottom` (from 0); `labels` are the words over each column, joined downwards."""

    top: int
    bottom: int
    labels: tuple[str, ...]


def find_header(grid: Grid, form: ImportForm) -> Header | None:
    """Return the rows whose words fit the columns of `form` best, or None where no row has two that fit."""
    rows = header_words(grid)
    found: Header | None = None
    best = 0.0
    for top in range(len(rows)):
        for bottom in range(top + 1, min(top + _DEEPEST, len(rows)) + 1):
            if not _several(rows[bottom - 1]):
                break
            labels = _stacked(rows[top:bottom])
            fits = _fits(labels, form)
            if len(fits) >= 2 and sum(fits) > best + 0.01:
                best, found = sum(fits), Header(top, bottom, labels)
    return found and Header(found.top, _whole(grid, found), found.labels)


def header_words(grid: Grid) -> list[list[str]]:
    """Return the words of the first rows, each merged range filled with its own."""
    rows = [[heading(cell) for cell in row] for row in grid.rows[:_LOOK_AT]]
    for merge in grid.merges:
        if merge.top >= len(rows) or merge.left >= len(rows[0]):
            continue
        for row in rows[merge.top : min(merge.bottom + 1, merge.top + _DEEPEST)]:
            end = min(merge.right + 1, len(row))
            row[merge.left : end] = [rows[merge.top][merge.left]] * (end - merge.left)
    return rows


def heading(cell: object) -> str:
    """Return the words of a header cell without padding, marks and remarks in brackets (手机（必填） → 手机)."""
    text = re.sub(r"[\s\u3000*＊:：]+", "", plain(cell))
    return re.sub(r"[(（\[【].*?[)）\]】]", "", text) or text


@lru_cache(maxsize=50_000)
def likeness(label: str, words: tuple[str, ...]) -> float:
    """Return how well a label (words stacked with line ends between them) names a column: 1.0 is its very word."""
    last = label.rpartition("\n")[2]
    return max(
        _like_word(each, word) - 0.005 * place
        for each in {last, label.replace("\n", "")}
        for place, word in enumerate(words)
    )


def _like_word(label: str, word: str) -> float:
    if label == word:
        return 1.0
    if len(word) >= 2 and word in label:
        return 0.5 + 0.45 * len(word) / len(label)
    if len(label) >= 2 and label in word:
        return 0.4 + 0.4 * len(label) / len(word)
    return 0.0


def _several(words: Sequence[str]) -> bool:
    """A title has one text in its row, a header several."""
    return len({word for word in words if word}) >= 2


def _stacked(rows: Sequence[Sequence[str]]) -> tuple[str, ...]:
    return tuple(
        "\n".join(dict.fromkeys(word for word in column if word)) for column in zip(*rows, strict=True)
    )


def _fits(labels: Sequence[str], form: ImportForm) -> list[float]:
    """Return the likeness of each column of `form` that some label names, no label counted twice."""
    pairs = sorted(
        (
            (score, place, column.name)
            for place, label in enumerate(labels)
            if 0 < len(label) <= 40
            for column in form.columns
            if (score := likeness(label, column.words)) >= ACCEPTED
        ),
        reverse=True,
    )
    places: set[int] = set()
    names: set[str] = set()
    fits = []
    for score, place, name in pairs:
        if place not in places and name not in names:
            places.add(place)
            names.add(name)
            fits.append(score)
    return fits


def _whole(grid: Grid, header: Header) -> int:
    """Return where the header ends when its cells are merged with rows below."""
    inside = (m.bottom + 1 for m in grid.merges if header.top <= m.top < header.bottom)
    return max([header.bottom, *(end for end in inside if end <= header.top + _DEEPEST)])
