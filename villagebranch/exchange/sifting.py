"""Sift the rows of a worksheet: those that hold a record, and those that only look after the page (小计, 填表人)."""

import re
from collections.abc import Callable, Sequence, Set

from villagebranch.domain.rawrow import RawRow, RawTable, SkippedRow
from villagebranch.domain.values import Day, plain
from villagebranch.exchange.blocks import Households, Merged, Values
from villagebranch.exchange.forms import ImportForm
from villagebranch.exchange.mapping import ColumnMapping
from villagebranch.exchange.workbook_reader import Grid, cleaned

_TOTAL = re.compile(r"(本页|本组|本村|全村|\S{0,6}组)?(小计|合计|共计|总计|累计)[:：]?(\d.{0,20})?")
_FOOT = re.compile(
    r"(填表|制表|填报|审核|审批|负责|经办|复核|统计|记录|书记|组长)(人|单位|日期|时间|签字|签名)?([:：(（\d]|$)"
    r"|(注|备注|说明|附注|填表说明|注意事项)\d?[:：、.]|(填写)?(示例|样例|例)[:：]"
    r"|[(（]?(盖章|公章)|第.{1,5}页|共\d+[人户名条次]"
)
_GROUP = re.compile(r"第?[\d一二三四五六七八九十]{1,3}(村民)?小?组|\S{1,4}[村民]?小?组")
_YEAR = re.compile(r"(20\d\d)(?!\d)")
_DAY_OF_YEAR = re.compile(r"(\d{1,2})[月./-](\d{1,2})[日号]?")


def raw_rows(grid: Grid, mapping: ColumnMapping, form: ImportForm) -> RawTable:
    """Return the rows below the header: each with content is either a raw row or skipped with a reason.

    Cells of a merged range hold what the range holds; in a form with shared columns this is so for these only. Shared
    columns are also carried down over the blank cells of one household. A group that stands above its rows, or is the
    name of the sheet, and a year that stands only in the title are added to the rows.
    """
    rows: list[RawRow] = []
    skipped: list[SkippedRow] = []
    complete = _completing(grid, mapping, form)
    above = {_compact(cell) for row in grid.rows[: mapping.header_row] for cell in row}
    required = {column.name for column in form.columns if column.field.required}
    wide = {merge.top for merge in grid.merges if merge.right - merge.left >= 2}
    wants_group = (
        any(c.name == "villager_group" for c in form.columns) and "villager_group" not in mapping.columns
    )
    group = _group_of(grid.name) if wants_group else ""
    for index in range(mapping.header_row, len(grid.rows)):
        cells = grid.rows[index]
        texts = [text for cell in cells if (text := _compact(cell))]
        if not texts:
            continue
        values = {name: cleaned(cells[place]) for name, place in mapping.columns.items()}
        if wants_group and len(texts) == 1 and _group_of(texts[0]):
            group = texts[0]
            skipped.append(SkippedRow(grid.name, index + 1, f"只写了「{group}」，已作为下面各行的小组"))
        elif reason := _reason_to_skip(texts, values, index in wide, above, required):
            skipped.append(SkippedRow(grid.name, index + 1, reason))
        else:
            block = complete(index, values)
            if group:
                values["villager_group"] = group
            rows.append(RawRow(grid.name, index + 1, values, block + 1))
    return RawTable(rows, skipped)


def _compact(cell: object) -> str:
    return re.sub(r"[\s\u3000]+", "", plain(cell))


def _group_of(text: str) -> str:
    return text if _GROUP.fullmatch(_compact(text)) else ""


def _completing(grid: Grid, mapping: ColumnMapping, form: ImportForm) -> Callable[[int, Values], int]:
    """Return what fills in a row what it shares with others, and tells the index of the first row of its household."""
    if any(column.shared for column in form.columns):
        return Households(grid, mapping, form).complete
    merged = Merged(grid, mapping.header_row)
    year = _year(grid, mapping)
    days = [column.name for column in form.columns if column.field.value == Day(full=True)]

    def complete(index: int, values: Values) -> int:
        merged.fill(index, values, mapping.columns)
        for name in days:
            if year and (found := _DAY_OF_YEAR.fullmatch(_compact(values.get(name)))):
                values[name] = f"{year}-{found[1]}-{found[2]}"
        return index

    return complete


def _year(grid: Grid, mapping: ColumnMapping) -> str:
    """Return the one year that the title or the name of the sheet says, or ''."""
    above = [plain(cell) for row in grid.rows[: mapping.header_row] for cell in row]
    years = {year for text in (grid.name, *above) for year in _YEAR.findall(text)}
    return years.pop() if len(years) == 1 else ""


def _reason_to_skip(
    texts: Sequence[str],
    values: Values,
    wide: bool,
    above: Set[str],
    required: Set[str],
) -> str:
    """Say why a row is no record, or ''; `above` is what stands above the data, `required` what no record lacks."""
    said = [name for name, value in values.items() if value is not None]
    if any(_TOTAL.fullmatch(text) for text in texts):
        return "小计或合计行"
    if _FOOT.match(texts[0]):
        return "填表人、说明一类的文字"
    if wide and len(texts) == 1:
        return "横跨整行的标题或说明"
    if sum(text in above for text in texts) > len(texts) / 2:
        return "重复的标题或表头"
    if len(texts) >= 3 and texts == [str(number) for number in range(1, len(texts) + 1)]:
        return "只有栏号的一行"
    if not said:
        return "要导入的各列都没有内容"
    if len(texts) == 1 and not required & set(said):
        return "整行只有一格有内容，不成一条记录"
    return ""
