"""签到表: the names of those who are due, with room to sign, two side by side."""

from collections.abc import Sequence

from sqlalchemy import Connection

from villagebranch.domain.codes import MEETING_TYPE
from villagebranch.domain.dayshow import day_words
from villagebranch.domain.paper import Document, Rows, Sheet, name_on_paper
from villagebranch.domain.table import Column, Table
from villagebranch.domain.values import Stored
from villagebranch.ledgers.ledger import Asked, Ledger, unit, unit_words
from villagebranch.ledgers.meeting_record import wanted_ids
from villagebranch.services.meeting_view import MeetingView, get

_HALF = (("序", 12.0), ("姓名", 26.0), ("签到", None))
_COLUMNS = tuple(
    Column(f"{label}{side}", label, width=width, align="center")
    for side in ("left", "right")
    for label, width in _HALF
)
_LINES = 16


def build(conn: Connection, asked: Asked) -> Document:
    facts = unit(conn)
    views = [] if asked.blank else [get(conn, id) for id in wanted_ids(conn, asked)]
    sheets = [_sheet(view.meeting_type, view) for view in views]
    if asked.blank:
        sheets = [_sheet(asked.meeting_type or "general", None)]
    return Document("签到表", sheets, unit_words(facts))


def _sheet(meeting_type: str, view: MeetingView | None) -> Sheet:
    names = [name_on_paper(seat.name) for seat in view.seats if seat.status != "excluded"] if view else []
    when = f"时间：{day_words(str(view['starts_at']))}" if view else "时间："
    place = f"地点：{view.words('place')}" if view else "地点："
    return Sheet(
        f"{MEETING_TYPE.show(meeting_type)}签到表",
        (Rows(Table(_COLUMNS, _side_by_side(names)), row_height=11.5),),
        subtitle=f"（{view.number}）" if view and view.number else "（　　　　年第　　次）",
        line=(when, place, f"应到 {len(names)} 人" if view else "应到　　人"),
        signatures=("实到：　　　人", "请假：　　　人", "记录人（签字）："),
    )


def _side_by_side(names: Sequence[str]) -> list[tuple[Stored, ...]]:
    """Return the names as rows of two; each page of 32 is read down its left half, then down its right."""
    rows: list[tuple[Stored, ...]] = []
    for start in range(0, max(len(names), 1), 2 * _LINES):
        page = names[start : start + 2 * _LINES]
        lines = max(_LINES, (len(page) + 1) // 2) if start == 0 else (len(page) + 1) // 2
        for line in range(lines):
            pair = (
                (start + place + 1, page[place] if place < len(page) else "", "")
                for place in (line, line + lines)
            )
            rows.append(tuple(cell for cells in pair for cell in cells))
    return rows


LEDGER = Ledger("sign_in_sheet", "签到表", "会前打印 · A4 纵向", ("month", "meeting_type", "meeting"), build)
