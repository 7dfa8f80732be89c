"""Every workbook that leaves the program: text cells only, never a formula or a link, numbers of people as text, rows fitted."""

import re
from collections.abc import Callable, Collection, Iterable, Iterator, Mapping, Sequence
from datetime import datetime
from functools import lru_cache
from io import BytesIO
from typing import Any

import xlsxwriter
from xlsxwriter.format import Format as Format
from xlsxwriter.utility import xl_col_to_name, xl_range_abs
from xlsxwriter.worksheet import Worksheet

from villagebranch.domain.table import Column, Table
from villagebranch.domain.values import Money, Stored, Whole
from villagebranch.exchange import fitting

SIZE = 10.5
LEAST = 23.25  # points, a little more than 8 mm: a row high enough to write in by hand
_PIXELS = 96 / 25.4
_INCH = 25.4
_PORTRAIT = 162.0  # millimetres between the margins

# What Chinese spreadsheet programs start from; the width of every column is counted in digits of this font.
_CHINESE = {
    "default_format_properties": {"font_name": "宋体", "font_size": 11},
    "default_column_width": 72,
    "default_row_height": 18,
}

Look = Mapping[str, Any]
TITLE: Look = {"font_name": "黑体", "font_size": 18, "align": "center"}
HEAD: Look = {"font_name": "黑体", "font_size": SIZE, "align": "center", "border": 1, "bg_color": "#F0EEE9"}
ENTRY: Look = {"font_name": "宋体", "font_size": SIZE, "border": 1}
NOTE: Look = {"font_name": "宋体", "font_size": SIZE}


class NewSheet(Worksheet):  # type: ignore[misc]
    """A worksheet whose last rows may be given as ready XML: a list of 50,000 rows costs a fifth of that cell by cell."""

    dim_rowmax: int

    def __init__(self) -> None:
        super().__init__()
        self._tail: Iterable[str] = ()
        self._tail_from = 0

    def end_with(self, first: int, shape: tuple[int, int], rows: Iterable[str]) -> None:
        """Let `rows`, of that many rows and columns, be the sheet from row `first` on; they are read as it is written."""
        self._tail, self._tail_from = rows, first
        self._check_dimensions(first + shape[0] - 1, shape[1] - 1)

    def _write_rows(self) -> None:
        whole = self.dim_rowmax
        if self._tail_from:
            self.dim_rowmax = self._tail_from - 1
        super()._write_rows()
        self.dim_rowmax = whole
        self.fh.writelines(self._tail)


class NewWorkbook:
    """A workbook being written; `content` closes it. All that it holds besides the cells comes from the arguments."""

    def __init__(self, title: str, created: datetime) -> None:
        self._file = BytesIO()
        # In memory: the rows are people, and temporary files outlive a crash.
        options = {"in_memory": True, "strings_to_formulas": False, "strings_to_urls": False}
        self._book = xlsxwriter.Workbook(self._file, options | _CHINESE)
        self._book.set_properties({"title": title, "author": "连心册", "created": created})
        self._formats: dict[tuple[tuple[str, Any], ...], Format] = {}
        self._names: set[str] = set()
        self._lists: Worksheet | None = None

    def sheet(self, name: str, landscape: bool = False, fitted: bool = True) -> NewSheet:
        """Add a worksheet for A4, bound at the left (at the top in landscape).

        A `fitted` one is made one page wide. Excel then ignores page breaks: one that has them is not fitted, and leaves
        some room at the right instead, because not every machine's digits, in which widths are counted, are the same.
        """
        sheet: NewSheet = self._book.add_worksheet(self._free_name(name), NewSheet)
        sheet.set_paper(9)
        sheet.center_horizontally()
        sheet.hide_gridlines(2)
        right = 20.0
        if fitted:
            sheet.fit_to_pages(1, 0)
        else:
            sheet.set_print_scale(95)
            right = 10.0
        if landscape:
            sheet.set_landscape()
        left, top, bottom = (20.0, 28.0, 16.0) if landscape else (28.0, 20.0, 18.0)
        sheet.set_margins(left / _INCH, right / _INCH, top / _INCH, bottom / _INCH)
        return sheet

    def _free_name(self, wanted: str) -> str:
        base = re.sub(r"[\[\]:*?/\\']", " ", wanted).strip()[:25] or "表"
        name, number = base, 2
        while name.lower() in self._names:
            name, number = f"{base} ({number})", number + 1
        self._names.add(name.lower())
        return name

    def format(self, look: Look, **more: Any) -> Format:
        """Return the format with these properties; text wraps and stands in the middle of its cell."""
        wanted = {"text_wrap": True, "valign": "vcenter", **look, **more}
        key = tuple(sorted(wanted.items()))
        if key not in self._formats:
            self._formats[key] = self._book.add_format(wanted)
        return self._formats[key]

    def drop_down(self, sheet: Worksheet, rows: tuple[int, int], place: int, options: Sequence[str]) -> None:
        """Let the cells of a column offer `options`; something else may be typed after a warning."""
        if self._lists is None:
            self._lists = self.sheet("选项")
            self._lists.hide()
        self._lists.write_column(0, place, options)
        source = f"=选项!{xl_range_abs(0, place, len(options) - 1, place)}"
        warning = {"error_type": "warning", "error_title": "不在可选项里", "error_message": "确定这样填吗？"}
        sheet.data_validation(
            rows[0], place, rows[1], place, {"validate": "list", "source": source} | warning
        )

    def content(self) -> bytes:
        self._book.close()
        return self._file.getvalue()


def set_widths(sheet: Worksheet, widths: Sequence[float], look: Format | None = None) -> None:
    """Give the columns their widths in millimetres, and their blank cells a look."""
    for place, width in enumerate(widths):
        sheet.set_column_pixels(place, place, round(width * _PIXELS), look)


def put(
    sheet: Worksheet, row: int, columns: tuple[int, int], cell: str | float, look: Format, rows: int = 1
) -> None:
    """Write a cell over the columns from the first to the last of `columns`, and over `rows` rows."""
    first, last = columns
    if (first, 1) != (last, rows):
        sheet.merge_range(row, first, row + rows - 1, last, "", look)
    if isinstance(cell, str):
        sheet.write_string(row, first, cell, look)
    else:
        sheet.write_number(row, first, cell, look)


def write_table(table: Table, title: str, created: datetime) -> bytes:
    """Return a workbook with `title` above the table, as every list exports it."""
    book = NewWorkbook(title, created)
    widths = [column.width or _content_width(table, place) for place, column in enumerate(table.columns)]
    sheet = book.sheet(title, landscape=sum(widths) > _PORTRAIT)
    set_widths(sheet, widths)
    put_title(book, sheet, title, len(table.columns))
    put_rows(book, sheet, 1, Table(table.columns, ()), widths)
    looks = [book.format(ENTRY, **_number_look(column)) for column in table.columns]
    if table.rows:
        sheet.end_with(2, (len(table.rows), len(widths)), _ready_rows(table, looks, widths))
    return book.content()


def _ready_rows(table: Table, looks: Sequence[Format], widths: Sequence[float]) -> Iterator[str]:
    """Yield the rows of a list below its title and header as XML: every text in a cell of its own, inline."""
    columns = [
        (xl_col_to_name(place), _renderer(column, look, fitting.room(width, SIZE)))
        for place, (column, look, width) in enumerate(zip(table.columns, looks, widths, strict=True))
    ]
    for number, stored in enumerate(table.rows, 3):
        most = 1
        cells = []
        for (letter, render), value in zip(columns, stored, strict=True):
            cell, lines = render(value)
            cells.append(f'<c r="{letter}{number}"{cell}')
            if lines > most:
                most = lines
        yield f'<row r="{number}" ht="{_height(most)}" customHeight="1">{"".join(cells)}</row>'


def _renderer(column: Column, look: Format, room: int) -> Callable[[Stored], tuple[str, int]]:
    """Return what makes of a value the XML of its cell, all but the place, and the number of its lines."""
    style = look._get_xf_index()

    @lru_cache(maxsize=4096)  # columns repeat themselves
    def render(value: Stored) -> tuple[str, int]:
        cell = _cell(column, value)
        if not isinstance(cell, str):
            return f' s="{style}"><v>{cell}</v></c>', 1
        space = "" if cell == cell.strip() else ' xml:space="preserve"'
        text = f"<is><t{space}>{_SPECIAL.sub(_in_xml, cell)}</t></is>"
        return f' s="{style}" t="inlineStr">{text}</c>', fitting.lines(cell, room)

    return render


# What XML does not take, and what Excel would take for a character's number.
_SPECIAL = re.compile("[&<>\x00-\x08\x0b-\x1f\ud800-\udfff\ufffe\uffff]|_x(?=[0-9A-Fa-f]{4}_)")


def _in_xml(found: re.Match[str]) -> str:
    return {"&": "&amp;", "<": "&lt;", ">": "&gt;", "_x": "_x005F_x"}.get(found[0], "")


def put_title(book: NewWorkbook, sheet: NewSheet, title: str, columns: int) -> None:
    """Write the title over the first row, and let title and header stay in view and on every page."""
    sheet.set_row(0, 36)
    put(sheet, 0, (0, columns - 1), title, book.format(TITLE))
    sheet.repeat_rows(1)
    sheet.freeze_panes(2, 0)


def _content_width(table: Table, place: int) -> float:
    column = table.columns[place]
    return fitting.column_width([column.label, *(column.value.show(row[place]) for row in table.rows[:300])])


def put_rows(
    book: NewWorkbook,
    sheet: Worksheet,
    top: int,
    table: Table,
    widths: Sequence[float],
    spans: Sequence[tuple[int, int]] = (),
    least: float = LEAST,
    sums: Collection[int] = (),
) -> int:
    """Write header and rows from row `top` on and fit their heights; return the row after the last.

    `widths` are in millimetres; each column of the table fills the sheet columns of its span, or one. The rows at the
    places `sums` are bold.
    """
    spans = spans or [(place, place) for place in range(len(widths))]
    rooms = [fitting.room(width, SIZE) for width in widths]
    labels = [column.label for column in table.columns]
    put_row(sheet, top, labels, [book.format(HEAD)] * len(labels), spans, rooms)
    looks, bold = (
        [book.format(ENTRY, bold=is_sum, **_number_look(column)) for column in table.columns]
        for is_sum in (False, True)
    )
    for place, stored in enumerate(table.rows):
        cells = [_cell(column, value) for column, value in zip(table.columns, stored, strict=True)]
        put_row(sheet, top + 1 + place, cells, bold if place in sums else looks, spans, rooms, least)
    return top + 1 + len(table.rows)


def put_row(
    sheet: Worksheet,
    row: int,
    cells: Sequence[str | float],
    looks: Sequence[Format],
    spans: Sequence[tuple[int, int]],
    rooms: Sequence[int],
    least: float = LEAST,
) -> None:
    """Write one row of cells and fit its height, `least` points or more."""
    count = 1
    for cell, look, span, room in zip(cells, looks, spans, rooms, strict=True):
        put(sheet, row, span, cell, look)
        if isinstance(cell, str):
            count = max(count, fitting.lines(cell, room))
    sheet.set_row(row, _height(count, least))


def _height(count: int, least: float = LEAST) -> float:
    return min(max(least, fitting.height(count, SIZE)), fitting.TALLEST)


def _number_look(column: Column) -> Look:
    if isinstance(column.value, Money):
        return {"align": column.alignment, "num_format": "0.00"}
    return {"align": column.alignment, "num_format": "0" if isinstance(column.value, Whole) else "@"}


def _cell(column: Column, stored: Stored) -> str | float:
    """Return a number where people may want to add up; all else, ID numbers and phones included, is text."""
    if isinstance(stored, int):
        if isinstance(column.value, Money):
            return stored / 100
        if isinstance(column.value, Whole) and not column.value.unit:
            return stored
    return column.value.show(stored)
