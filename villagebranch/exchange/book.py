"""A village's own book as one thing: read safely, its sheets recognised, its rows sifted; what an import starts from."""

from collections.abc import Mapping
from dataclasses import dataclass
from pathlib import Path

from villagebranch.domain.errors import Trouble
from villagebranch.domain.rawrow import RawRow, SkippedRow
from villagebranch.exchange.forms import ImportForm
from villagebranch.exchange.mapping import ColumnMapping, matching_sheets
from villagebranch.exchange.sifting import raw_rows
from villagebranch.exchange.workbook_reader import Grid, read_workbook


@dataclass(frozen=True)
class Book:
    """The sheets that fit a form, each with the columns that were guessed; a person may put other columns in place."""

    form: ImportForm
    sheets: tuple[tuple[Grid, ColumnMapping], ...]
    hidden: tuple[str, ...]

    def rows(
        self, mappings: Mapping[str, ColumnMapping] | None = None
    ) -> tuple[list[RawRow], list[SkippedRow]]:
        """Return the rows that hold records, and those that hold none with the reason; `mappings` is by sheet name."""
        rows: list[RawRow] = []
        skipped: list[SkippedRow] = []
        for grid, guessed in self.sheets:
            sifted = raw_rows(grid, (mappings or {}).get(grid.name, guessed), self.form)
            rows += sifted.rows
            skipped += sifted.skipped
        return rows, skipped


def read_book(path: Path, form: ImportForm) -> Book:
    """Read `path` as a book of this form; raise `Trouble` where none of its sheets looks like one."""
    workbook = read_workbook(path)
    sheets = tuple(matching_sheets(workbook, form))
    if not sheets:
        named = "、".join(column.words[0] for column in form.columns[:6])
        raise Trouble(f"在「{path.name}」里没有找到{form.title}的表头。表头里要有这样的列：{named}。")
    return Book(form, sheets, workbook.hidden)
