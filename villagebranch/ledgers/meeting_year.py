"""三会一课年度统计表 (L8): how often each type met in each month and who came; then each member's year."""

from collections.abc import Mapping, Sequence
from dataclasses import replace

from sqlalchemy import Connection

from villagebranch.domain.codes import MEETING_TYPE
from villagebranch.domain.dayshow import day_short
from villagebranch.domain.paper import Document, Rows, Sheet, Words, name_on_paper
from villagebranch.domain.periods import months_of
from villagebranch.domain.table import Column, Table
from villagebranch.domain.values import Stored
from villagebranch.ledgers.ledger import Asked, Ledger, filled_on, unit, unit_words
from villagebranch.services.meeting_year import (
    Matrix,
    MeetingRow,
    Tally,
    attendance_matrix,
    list_meetings,
    tallies,
)

_TYPES = ("general", "committee", "group", "class", "theme_day")
_SHORT = {
    "general": "大会",
    "committee": "支委会",
    "group": "小组会",
    "class": "党课",
    "theme_day": "党日",
    "org_life": "组织生活会",
}
_FIGURES = {"次数": 11.0, "应到": 11.5, "实到": 11.5, "到会率": 14.8}
_MEETINGS_ACROSS = 16
_MARK = 14.0
_SIGNS = "✓ 到　假 请假　流 流动在外　缺 缺席　免 不作硬性要求　— 不计入应到"


def build(conn: Connection, asked: Asked) -> Document:
    facts = unit(conn)
    year = asked.year or int((asked.month or f"{asked.today:%Y}")[:4])
    held = () if asked.blank else list_meetings(conn, year)
    matrix = Matrix((), ()) if asked.blank else _groups_joined(attendance_matrix(conn, year))
    line = (f"单位：{unit_words(facts)}（盖章）", "" if asked.blank else f"{year} 年")
    signatures = ("填表人：", "审核人（党支部书记）：", f"填表日期：{filled_on(asked)}")
    figures = Sheet(
        "三会一课年度统计表", (_figures(year, held, asked),), line=line, signatures=signatures, landscape=True
    )
    sheets = [figures, *(_members(part, line) for part in _parts(matrix, asked))]
    return Document("三会一课年度统计表", sheets, unit_words(facts), booklet=True)


def _figures(year: int, held: Sequence[MeetingRow], asked: Asked) -> Rows:
    counted = tallies(held)
    columns = [Column("month", "月份", width=13, align="center")]
    columns += [
        Column(f"{kind}{figure}", figure, width=width, align="center")
        for kind in _TYPES
        for figure, width in _FIGURES.items()
    ]
    rows = [(f"{int(month[5:])}月", *_row(counted, [month])) for month in months_of(year)]
    rows.append(("全年", *_row(counted, months_of(year))))
    if asked.blank:
        rows = [(row[0], *[""] * (len(columns) - 1)) for row in rows]
    heads = tuple((MEETING_TYPE.show(kind), len(_FIGURES)) for kind in _TYPES)
    return Rows(Table(tuple(columns), rows), groups=(("", 1), *heads))


def _row(counted: Mapping[tuple[str, str], Tally], months: Sequence[str]) -> list[Stored]:
    cells: list[Stored] = []
    for kind in _TYPES:
        found = [counted[month, kind] for month in months if (month, kind) in counted]
        due, present = sum(one.due for one in found), sum(one.present for one in found)
        rate = f"{100 * present / due:.0f}%" if due else ""
        cells += [sum(one.count for one in found), due, present, rate] if found else ["", "", "", ""]
    return cells


def _groups_joined(matrix: Matrix) -> Matrix:
    """Return the year with the meetings that several party groups held on one day as one: a member came to one of them."""
    places: dict[tuple[str, str], list[int]] = {}
    for place, one in enumerate(matrix.meetings):
        apart = one.id if one.meeting_type != "group" else ""
        places.setdefault((one.starts_at[:10], apart), []).append(place)
    columns = list(places.values())
    return Matrix(
        tuple(matrix.meetings[column[0]] for column in columns),
        tuple(
            replace(one, marks=tuple("".join(one.marks[place] for place in column)[:1] for column in columns))
            for one in matrix.members
        ),
    )


def _parts(matrix: Matrix, asked: Asked) -> list[Matrix | None]:
    """Cut the year into sheets of so many meetings as stand side by side."""
    if asked.blank:
        return [None]
    starts = range(0, len(matrix.meetings), _MEETINGS_ACROSS)
    return [
        Matrix(
            matrix.meetings[start : start + _MEETINGS_ACROSS],
            tuple(replace(one, marks=one.marks[start : start + _MEETINGS_ACROSS]) for one in matrix.members),
        )
        for start in starts
    ]


def _members(part: Matrix | None, line: tuple[str, ...]) -> Sheet:
    columns = [
        Column("number", "序", width=10, align="center"),
        Column("name", "姓名", width=20, align="center"),
    ]
    if part is None:
        columns += [Column(str(place), "", width=_MARK, align="center") for place in range(_MEETINGS_ACROSS)]
        body = Rows(Table(tuple(columns), ()), blank_rows=10, fill=True)
    else:
        columns += [
            Column(
                one.id,
                f"{_SHORT[one.meeting_type]}\n{day_short(one.starts_at[:10])}",
                width=_MARK,
                align="center",
            )
            for one in part.meetings
        ]
        rows: list[tuple[Stored, ...]] = [
            (place, name_on_paper(one.name), *one.marks) for place, one in enumerate(part.members, 1)
        ]
        body = Rows(Table(tuple(columns), rows))
    return Sheet("党员参加组织生活情况", (body, Words(_SIGNS, size=10.5)), line=line, landscape=True)


LEDGER = Ledger("meeting_year", "三会一课年度统计表", "一年一次 · A4 横向", ("year",), build)
