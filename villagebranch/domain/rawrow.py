"""Rows of a stranger's workbook, on their way from the cells to the records."""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass


@dataclass(frozen=True)
class RawRow:
    """One row, nothing read from it yet: `values` maps a field's name to what its cell holds (None when blank).

    `number` is the row's number on the worksheet `sheet`, from 1. `block` is the number of the first row of the household
    that the row belongs to; where rows stand alone it is the row's own number.
    """

    sheet: str
    number: int
    values: Mapping[str, object]
    block: int


@dataclass(frozen=True)
class SkippedRow:
    """A row that holds no record (小计, a repeated header, a footer), and why we think so."""

    sheet: str
    number: int
    reason: str


@dataclass(frozen=True)
class RawTable:
    """What one worksheet gave: every row with content is in one of the two lists."""

    rows: Sequence[RawRow]
    skipped: Sequence[SkippedRow]


@dataclass(frozen=True)
class RowProblem:
    """Why a row is refused: the label of its column ('' for the whole row), the reason, and how to mend it."""

    sheet: str
    number: int
    column: str
    reason: str
    remedy: str = ""
