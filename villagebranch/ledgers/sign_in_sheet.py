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
_LINES = 18  # of two names, on a page
_LEAST = 8  # so that those who sit in find room too


def build(conn: Connection, asked: Asked) -> Document:
    facts = unit(conn)
    views = [] if asked.blank else [get(conn, id) for id in wanted_ids(conn, asked)]
    sheets = [sheet for view in views for sheet in _sheets(view.meeting_type, view)]
    if asked.blank:
        sheets = _sheets(asked.meeting_type or "general", None)
    return Document("签到表", sheets, unit_words(facts))


def _sheets(meeting_type: str, view: MeetingView | None) -> list[Sheet]:
    """Return a sheet for each page, the names shared out evenly and numbered through."""
    names = [name_on_paper(seat.name) for seat in view.seats if seat.status != "excluded"] if view else []
    pages = max(1, -(-len(names) // (2 * _LINES)))
    lines = max(_LEAST if view else _LINES - 2, -(-len(names) // (2 * pages)))
    when, place = (day_words(str(view["starts_at"])), view.words("place")) if view else ("", "")
    return [
        Sheet(
            f"{MEETING_TYPE.show(meeting_type)}签到表",
            (Rows(Table(_COLUMNS, _side_by_side(names, 2 * lines * page, lines)), row_height=11.0),),
            subtitle=f"（{view.number}）" if view and view.number else "（　　　　年第　　次）",
            line=(f"时间：{when}", f"地点：{place}", f"应到 {len(names)} 人" if view else "应到　　人"),
            signatures=("实到：　　　人", "请假：　　　人", "记录人（签字）："),
        )
        for page in range(pages)
    ]


def _side_by_side(names: Sequence[str], start: int, lines: int) -> list[tuple[Stored, ...]]:
    """Return `lines` rows of two names from `start` on: down the left half of the page, then down its right."""

    def signs(place: int) -> tuple[Stored, ...]:
        return (place + 1, names[place] if place < len(names) else "", "")

    return [(*signs(start + line), *signs(start + lines + line)) for line in range(lines)]


LEDGER = Ledger("sign_in_sheet", "签到表", "会前打印 · A4 纵向", ("month", "meeting_type", "meeting"), build)
