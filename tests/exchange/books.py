"""Workbooks as strangers make them, written with other programs' libraries than the one that reads them."""

from collections.abc import Sequence
from pathlib import Path

import openpyxl

from villagebranch.domain.rawrow import RawTable
from villagebranch.exchange.forms import ImportForm
from villagebranch.exchange.mapping import ColumnMapping, guess
from villagebranch.exchange.sifting import raw_rows
from villagebranch.exchange.workbook_reader import Grid, Merge, read_workbook

ID = "330424196502101014"
IDS = ("330424196502101014", "330424196711200023", "330424198903050035", "330424199212240048")


def make(path: Path, rows: Sequence[Sequence[object]], merges: Sequence[str] = (), sheet: str = "表") -> Path:
    """Write one worksheet with openpyxl; `merges` are ranges such as A1:C1."""
    book = openpyxl.Workbook()
    book.active.title = sheet
    for row in rows:
        book.active.append(list(row))
    for merge in merges:
        book.active.merge_cells(merge)
    book.save(path)
    return path


def grid(rows: Sequence[Sequence[object]], merges: Sequence[tuple[int, int, int, int]] = ()) -> Grid:
    """Return a worksheet; `merges` are (top, left, bottom, right) from 0."""
    width = max(len(row) for row in rows)
    filled = [["" if cell is None else cell for cell in (*row, *[None] * (width - len(row)))] for row in rows]
    return Grid("表", filled, [Merge(*edges) for edges in merges])


def sifted(grid: Grid, form: ImportForm) -> tuple[ColumnMapping, RawTable]:
    mapping = guess(grid, form)
    return mapping, raw_rows(grid, mapping, form)


def imported(path: Path, form: ImportForm) -> RawTable:
    """Return the rows of the first worksheet of a file."""
    return sifted(read_workbook(path).sheets[0], form)[1]


def told(table: RawTable, *names: str) -> list[tuple[object, ...]]:
    return [tuple(row.values.get(name) for name in names) for row in table.rows]
