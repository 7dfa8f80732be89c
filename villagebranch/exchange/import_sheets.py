"""Workbooks made to be imported: the blank template of a form, and the refused rows to mend and bring in again."""

from collections.abc import Iterator, Sequence
from datetime import datetime

from villagebranch.domain.rawrow import RawRow, RawTable, RowProblem
from villagebranch.domain.table import Column, Table
from villagebranch.domain.values import Choice, Choices, Day, IdNumber, Name, Phone, Text, Value, YesNo, plain
from villagebranch.exchange import fitting
from villagebranch.exchange.forms import FORMS, ImportColumn, ImportForm
from villagebranch.exchange.mapping import ColumnMapping
from villagebranch.exchange.workbook_reader import Grid
from villagebranch.exchange.workbook_writer import (
    ENTRY,
    NewWorkbook,
    put_rows,
    put_title,
    set_widths,
)

_ROWS = 1000
_TEXT = {"num_format": "@"}  # what is typed stays as it is typed
_REASON, _REMEDY = "原因", "怎么改"
_REMEDY_OTHERWISE = "按左边的原因改正，存盘后再导入本文件"

_LABELS = {column.name: column.field.label for form in FORMS for column in form.columns}

SheetRows = tuple[Grid, ColumnMapping, RawTable]


def write_template(form: ImportForm, created: datetime) -> bytes:
    """Return the blank workbook of a form: all cells are text, closed lists drop down, a second sheet explains."""
    title = f"{form.title}导入模板"
    book = NewWorkbook(title, created)
    sheet = book.sheet(form.title, landscape=True)
    labels = [column.field.label + ("（必填）" if column.field.required else "") for column in form.columns]
    widths = [
        fitting.column_width([label], least=column.field.width * 2.2)
        for label, column in zip(labels, form.columns, strict=True)
    ]
    set_widths(sheet, widths, book.format(ENTRY, border=0, **_TEXT))
    put_title(book, sheet, title, len(labels))
    put_rows(book, sheet, 1, Table(tuple(Column(label, label) for label in labels), ()), widths)
    _explain(book, form)
    for place, column in enumerate(form.columns):
        if options := _options(column.field.value):
            book.drop_down(sheet, (2, _ROWS), place, options)
    return book.content()


def _explain(book: NewWorkbook, form: ImportForm) -> None:
    columns = (Column("column", "列名"), Column("required", "要求"), Column("how", "怎么填"))
    rows = [
        (column.field.label, "必填" if column.field.required else "选填", "；".join(_how(column)))
        for column in form.columns
    ]
    sheet = book.sheet("填写说明")
    widths = (36.0, 16.0, 110.0)
    set_widths(sheet, widths)
    put_title(book, sheet, "填写说明", len(widths))
    put_rows(book, sheet, 1, Table(columns, rows), widths)


def _how(column: ImportColumn) -> Iterator[str]:
    """Yield what helps to fill a column."""
    if column.field.hint:
        yield column.field.hint
    if written := _writing(column.field.value):
        yield written
    if column.shared:
        yield "同一户的第一行填了，下面各行可以不填"


def _writing(value: Value) -> str:
    match value:
        case Choice(options=options):
            return "填 " + "、".join(options.values())
        case Choices(options=options):
            return "可填几项，用顿号隔开：" + "、".join(options.values())
        case YesNo():
            return "填 是 或 否"
        case Day(full=True):
            return "填到哪一天，如 2026-11-23"
        case Day():
            return "如 1978-02-11；只知道年月可填 1978.2，只知道年可填 1978"
        case IdNumber():
            return "18 位；本列已设为文本，末位 X 大小写都可以"
        case Phone():
            return "手机或固定电话，如 13800000000、0573-1234567"
        case Name():
            return "照证件填写，名字中间不用加空格"
        case Text(limit=limit):
            return f"最多 {limit} 个字"
    return ""


def _options(value: Value) -> list[str]:
    if isinstance(value, Choice):
        return list(value.options.values())
    return ["是", "否"] if isinstance(value, YesNo) else []


def write_refused(sheets: Sequence[SheetRows], problems: Sequence[RowProblem], created: datetime) -> bytes:
    """Return the rows of `sheets` that `problems` name, with their own columns and why they were refused.

    Each row stands for itself: what it shares with its household is written out. Mended, the workbook can be imported
    like any other; the two added columns are not looked at.
    """
    book = NewWorkbook("没有导入的行", created)
    for grid, mapping, table in sheets:
        refused = _by_row(grid.name, problems)
        if rows := [row for row in table.rows if row.number in refused]:
            _put_refused(book, grid, mapping, rows, refused)
    return book.content()


def _by_row(sheet: str, problems: Sequence[RowProblem]) -> dict[int, list[RowProblem]]:
    found: dict[int, list[RowProblem]] = {}
    for problem in problems:
        if problem.sheet == sheet:
            found.setdefault(problem.number, []).append(problem)
    return found


def _put_refused(
    book: NewWorkbook,
    grid: Grid,
    mapping: ColumnMapping,
    rows: Sequence[RawRow],
    refused: dict[int, list[RowProblem]],
) -> None:
    used = [place for place, label in enumerate(mapping.labels) if label or place in mapping.columns.values()]
    names = {place: name for name, place in mapping.columns.items()}
    added = [
        name for name in rows[0].values if name not in mapping.columns
    ]  # the group that stood above the rows
    columns = [Column(str(place), mapping.labels[place] or f"第 {place + 1} 列") for place in used]
    columns += [Column(name, _LABELS[name]) for name in added]
    columns += [Column("reason", _REASON), Column("remedy", _REMEDY)]
    written = []
    for row in rows:
        own = grid.rows[row.number - 1]
        cells = [row.values.get(names.get(place, ""), own[place]) for place in used]
        cells += [row.values[name] for name in added]
        problems = refused[row.number]
        reasons = "；".join(_reason(problem) for problem in problems)
        remedies = "；".join(dict.fromkeys(problem.remedy or _REMEDY_OTHERWISE for problem in problems))
        written.append((*map(plain, cells), reasons, remedies))
    sheet = book.sheet(grid.name, landscape=True)
    texts = list(zip(*written, strict=True))
    widths = [fitting.column_width([column.label, *texts[place]]) for place, column in enumerate(columns)]
    set_widths(sheet, widths)
    put_title(book, sheet, "没有导入的行：改好后存盘，可直接再导入本文件", len(columns))
    put_rows(book, sheet, 1, Table(tuple(columns), written), widths)


def _reason(problem: RowProblem) -> str:
    return f"{problem.column}：{problem.reason}" if problem.column else problem.reason
