"""Which column of a stranger's worksheet is which: guessed from the words above it and from what stands in it."""

import re
from collections import Counter
from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from datetime import date

from villagebranch.domain.errors import Unreadable
from villagebranch.domain.values import (
    Choice,
    Choices,
    Day,
    IdNumber,
    Money,
    Name,
    Phone,
    Value,
    Whole,
    YesNo,
    plain,
)
from villagebranch.exchange.forms import ImportColumn, ImportForm
from villagebranch.exchange.headings import ACCEPTED, find_header, likeness
from villagebranch.exchange.workbook_reader import Cell, Grid, Workbook


@dataclass(frozen=True)
class ColumnMapping:
    """What the person sees and may change before an import.

    `header_row` is the number (from 1) of the last header row, 0 where there is none: the rows after it are data.
    `columns` maps the name of a form's column to a column of the sheet (from 0). `labels` are the words
    above the sheet's columns.
    """

    sheet: str
    header_row: int
    columns: Mapping[str, int]
    labels: tuple[str, ...]

    def lacking(self, form: ImportForm) -> list[ImportColumn]:
        """Return the columns that `form` cannot do without and that were not found."""
        return [
            column for column in form.columns if column.field.required and column.name not in self.columns
        ]


def matching_sheets(workbook: Workbook, form: ImportForm) -> list[tuple[Grid, ColumnMapping]]:
    """Return the worksheets that hold what `form` asks for, with their guesses, in the order of the book."""
    guesses = [(grid, guess(grid, form)) for grid in workbook.sheets if grid.rows]
    return [(grid, mapping) for grid, mapping in guesses if not mapping.lacking(form)]


def guess(grid: Grid, form: ImportForm) -> ColumnMapping:
    """Guess where the header is and which column is which; a column without a guess is left out."""
    header = find_header(grid, form)
    start = header.bottom if header else 0
    width = len(grid.rows[0]) if grid.rows else 0
    labels = header.labels if header else ("",) * width
    samples = [_sample(grid.rows[start:], place) for place in range(width)]
    fitting = [
        (score, place, column)
        for place in range(width)
        for column in form.columns
        if (score := _score(labels[place], samples[place], column)) >= ACCEPTED
    ]
    found = _settled(fitting)
    if header is None and found.keys().isdisjoint({"id_number", "phone"}):
        found = {}  # without a header, only numbers of people tell a roster from a page of words
    return ColumnMapping(
        grid.name,
        start,
        {column.name: found[column.name] for column in form.columns if column.name in found},
        tuple(label.replace("\n", " ") for label in labels),
    )


def _settled(fitting: list[tuple[float, int, ImportColumn]]) -> dict[str, int]:
    """Give each column of the form the best place left; of two equally good ones the one that fewer others want."""
    rivals = Counter(place for _, place, _ in fitting)
    ordered = sorted(fitting, key=lambda each: (-round(each[0], 1), rivals[each[1]], -each[0], each[1]))
    found: dict[str, int] = {}
    for _, place, column in ordered:
        if column.name not in found and place not in found.values():
            found[column.name] = place
    for _, place, column in ordered:  # a book of heads of households: 户主 is the person, too
        if column.field.required:
            found.setdefault(column.name, place)
    return found


def _sample(rows: Sequence[Sequence[Cell]], place: int) -> list[Cell]:
    return [row[place] for row in rows[:500] if plain(row[place])][:200]


def _score(label: str, sample: Sequence[Cell], column: ImportColumn) -> float:
    """Weigh what stands above a column and what stands in it; below `ACCEPTED` it is not that column."""
    value = column.field.value
    words = likeness(label, column.words) if label else 0.0
    telling = isinstance(value, (IdNumber, Phone)) or (not label and isinstance(value, (Choice, Name)))
    if words < ACCEPTED and not (telling and len(sample) >= 3):
        return 0.0
    fitting = sum(_fits(value, cell) for cell in sample) / len(sample) if sample else 0.5
    if words >= ACCEPTED:
        score = words + _WEIGHTS.get(type(value), 0.0) * (2 * fitting - 1)
        return (
            max(score, ACCEPTED) if words > _NAMED else score
        )  # a column named outright is that one, whatever is in it
    return _WEIGHTS[type(value)] + fitting / 2 if fitting >= 0.9 else 0.0


_NAMED = 0.9


# How much the cells of a column speak for or against a sort of value: an ID number is like nothing else.
_WEIGHTS: dict[type[Value], float] = {
    IdNumber: 0.6,
    Phone: 0.4,
    Choice: 0.3,
    Choices: 0.3,
    Day: 0.3,
    Name: 0.2,
    Whole: 0.2,
    Money: 0.2,
    YesNo: 0.2,
}


def _fits(value: Value, cell: Cell) -> bool:
    """Tell whether a cell looks like such a value; a mistake of the clerk is no reason not to."""
    text = plain(cell)
    if isinstance(value, IdNumber):
        return re.fullmatch(r"\d{17}[\dXx]|\d{15}", text) is not None
    if isinstance(value, Phone):
        return re.fullmatch(r"1[3-9]\d{9}|0\d{2,3}-?\d{7,8}", text) is not None
    if isinstance(value, Name):
        return (
            re.fullmatch(r"[^\W\d_a-zA-Z]{1,4}([\s\u3000]*[^\W\d_a-zA-Z]|·[^\W\d_a-zA-Z]+)", text) is not None
        )
    try:
        return value.parse(cell, _ANY_DAY) is not None
    except Unreadable:
        return False


_ANY_DAY = date(2000, 1, 1)  # 「3月5日」 is a day in whatever year
