"""Sift the rows of a worksheet: those that hold a record, and those that only look after the page (小计, 填表人)."""

import re
from collections.abc import Sequence

from villagebranch.domain.rawrow import RawRow, RawTable, SkippedRow
from villagebranch.domain.values import plain
from villagebranch.exchange.blocks import Households, Merged
from villagebranch.exchange.forms import ImportForm
from villagebranch.exchange.headings import heading, likeness
from villagebranch.exchange.mapping import ColumnMapping
from villagebranch.exchange.workbook_reader import Cell, Grid, Merge, cleaned

_TOTAL = re.compile(r"(本页|本组|本村|全村|[^\d\s]{0,6}组)?(小计|合计|共计|总计|累计)([:：]|\d.{0,6})?")
_FOOT = re.compile(
    r"(填表|制表|填报|审核|审批|负责|经办|复核|统计|记录|书记|组长)(人|单位|日期|时间|签字|签名)?[:：(（]"
    r"|(注|备注|说明|附注|填表说明|注意事项)\d?[:：、.]|[(（]?(盖章|公章)|第.{1,5}页"
)


def raw_rows(grid: Grid, mapping: ColumnMapping, form: ImportForm) -> RawTable:
    """Return the rows below the header: each with content is either a raw row or skipped with a reason.

    Cells of a merged range hold what the range holds; in a form with shared columns this is so for these only. Shared
    columns are also carried down over the blank cells of one household.
    """
    rows: list[RawRow] = []
    skipped: list[SkippedRow] = []
    household_book = any(column.shared for column in form.columns)
    households = Households(grid, mapping, form)
    merged = Merged(grid, mapping.header_row)
    wide = {merge.top: merge for merge in grid.merges if merge.right > merge.left}
    for index in range(mapping.header_row, len(grid.rows)):
        cells = grid.rows[index]
        if not any(plain(cell) for cell in cells):
            continue
        values = {name: cleaned(cells[place]) for name, place in mapping.columns.items()}
        if reason := _reason_to_skip(cells, values, wide.get(index), mapping, form):
            skipped.append(SkippedRow(grid.name, index + 1, reason))
        else:
            if household_book:
                block = households.complete(index, values)
            else:
                merged.fill(index, values, mapping.columns)
                block = index
            rows.append(RawRow(grid.name, index + 1, values, block + 1))
    return RawTable(rows, skipped)


def _reason_to_skip(
    cells: Sequence[Cell],
    values: dict[str, Cell | None],
    wide: Merge | None,
    mapping: ColumnMapping,
    form: ImportForm,
) -> str:
    texts = [re.sub(r"[\s\u3000]+", "", plain(cell)) for cell in cells]
    texts = [text for text in texts if text]
    said = [name for name, value in values.items() if value is not None]
    required = {column.name for column in form.columns if column.field.required}
    if any(_TOTAL.fullmatch(text) for text in texts):
        return "小计或合计行"
    if _FOOT.match(texts[0]):
        return "填表人、说明一类的表尾"
    if wide and len(texts) == 1 and wide.right - wide.left + 1 >= len(cells) / 2:
        return "横跨整行的标题或说明"
    if sum(likeness(heading(values[name]), form.column(name).words) >= 0.95 for name in said) >= max(
        2, len(said) / 2
    ):
        return "重复的表头"
    if len(texts) >= 3 and texts == [str(number) for number in range(1, len(texts) + 1)]:
        return "只有栏号的一行"
    if not said:
        return "要导入的各列都没有内容"
    if len(texts) == 1 and not required & set(said):
        return "整行只有一格有内容，不成一条记录"
    return ""
