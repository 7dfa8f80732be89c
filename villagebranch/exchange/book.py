"""A village's own book as one thing: read safely, its sheets recognised, its rows sifted; what an import starts from."""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from pathlib import Path

from villagebranch.domain.errors import Trouble
from villagebranch.domain.rawrow import RawRow, SkippedRow
from villagebranch.exchange.forms import ImportForm
from villagebranch.exchange.import_sheets import SheetRows
from villagebranch.exchange.mapping import ColumnMapping, matching_sheets
from villagebranch.exchange.sifting import raw_rows
from villagebranch.exchange.workbook_reader import Grid, Workbook, read_workbook


@dataclass(frozen=True)
class Book:
    """The sheets that fit a form, each with the columns that were guessed; a person may put other columns in place."""

    form: ImportForm
    sheets: tuple[tuple[Grid, ColumnMapping], ...]
    hidden: tuple[str, ...]

    def sifted(self, mappings: Mapping[str, ColumnMapping] | None = None) -> list[SheetRows]:
        """Return each sheet with its columns and its rows; `mappings` (by sheet name) take the place of the guesses."""
        chosen = [(grid, (mappings or {}).get(grid.name, guessed)) for grid, guessed in self.sheets]
        return [(grid, mapping, raw_rows(grid, mapping, self.form)) for grid, mapping in chosen]

    def rows(self) -> tuple[list[RawRow], list[SkippedRow]]:
        """Return the rows that hold records by the guessed columns, and those that hold none with the reason."""
        return rows_of(self.sifted())


def rows_of(sheets: Sequence[SheetRows]) -> tuple[list[RawRow], list[SkippedRow]]:
    """Return the rows of all sheets, and what was skipped in them."""
    rows = [row for _, _, sifted in sheets for row in sifted.rows]
    return rows, [row for _, _, sifted in sheets for row in sifted.skipped]


def read_book(path: Path, form: ImportForm) -> Book:
    """Read `path` as a book of this form; raise `Trouble` where none of its sheets looks like one."""
    return _book(read_workbook(path), form, path.name)


def pasted_book(cells: Sequence[Sequence[str]], form: ImportForm) -> Book:
    """Take cells that were copied from Excel or WPS as a book of this form; raise `Trouble` where they are none."""
    return _book(Workbook((Grid(PASTED, cells),)), form, PASTED)


PASTED = "粘贴的内容"


def _book(workbook: Workbook, form: ImportForm, name: str) -> Book:
    sheets = tuple(matching_sheets(workbook, form))
    if not sheets:
        named = "、".join(column.words[0] for column in form.columns[:6])
        raise Trouble(f"在「{name}」里没有找到{form.title}的表头。表头里要有这样的列：{named}。")
    return Book(form, sheets, workbook.hidden)
