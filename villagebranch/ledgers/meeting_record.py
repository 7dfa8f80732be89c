"""会议记录 (L3–L7): the minutes of one meeting, or of a month's; each type has the lines that its form asks for."""

from collections.abc import Callable, Iterator

from sqlalchemy import Connection

from villagebranch.domain.codes import ATTENDANCE
from villagebranch.domain.dayshow import day_words
from villagebranch.domain.meetings import Roll
from villagebranch.domain.paper import Cell, Document, Form, Line, Sheet, name_on_paper, said
from villagebranch.ledgers.ledger import Asked, Ledger, head, pairs, unit, unit_words
from villagebranch.services.meeting_view import Item, MeetingView, ballot_of, get
from villagebranch.services.meeting_year import list_meetings

TITLES = {
    "general": "支部党员大会记录",
    "committee": "支部委员会会议记录",
    "group": "党小组会记录",
    "class": "党课记录",
    "theme_day": "主题党日活动记录",
    "org_life": "组织生活会记录",
}
_WIDTHS = (28.0, 60.0, 28.0, 46.0)
_NUMERALS = "一二三四五六七八九十"
_DECIDING = ("general", "committee", "org_life")


def build(conn: Connection, asked: Asked) -> Document:
    facts = unit(conn)
    if asked.blank:
        sheets = [_sheet(asked.meeting_type or "general", None)]
    else:
        sheets = [_sheet(view.meeting_type, view) for view in _wanted(conn, asked)]
    return Document("会议记录", sheets, unit_words(facts))


def wanted_ids(conn: Connection, asked: Asked) -> list[str]:
    """Return the meetings asked for: one, those of a month, or those of a year; of one type where it is given."""
    if asked.meeting_id:
        return [asked.meeting_id]
    year = asked.year or int((asked.month or f"{asked.today:%Y}")[:4])
    period = asked.month or ("" if asked.year else f"{asked.today:%Y-%m}")
    found = (row for row in list_meetings(conn, year) if row.starts_at.startswith(period))
    return [row.id for row in found if asked.meeting_type in ("", row.meeting_type)]


def _wanted(conn: Connection, asked: Asked) -> Iterator[MeetingView]:
    return (get(conn, id) for id in wanted_ids(conn, asked))


def _sheet(meeting_type: str, view: MeetingView | None) -> Sheet:
    lines = [*_when_and_where(view), *_roll_lines(meeting_type, view), *_body(meeting_type, view)]
    year = str(view["starts_at"])[:4] if view else "　　　　"
    signatures = ("主持人（签字）：", "记录人（签字）：", f"{year}年　　月　　日")
    number = f"（{view.number}）" if view and view.number else "（　　　　年第　　次）"
    return Sheet(TITLES[meeting_type], (Form(_WIDTHS, tuple(lines)),), subtitle=number, signatures=signatures)


def _when_and_where(view: MeetingView | None) -> Iterator[Line]:
    yield pairs(("时间", _time(view) if view else ""), ("地点", said(view.words("place")) if view else ""))
    people = (name_on_paper(view.chair), name_on_paper(view.recorder)) if view else ("", "")
    yield pairs(("主持人", people[0]), ("记录人", people[1]))


def _time(view: MeetingView) -> str:
    starts, ends = str(view["starts_at"]), str(view["ends_at"] or "")
    return day_words(starts) + (f"—{ends[-5:]}" if len(ends) > 10 else "")


def _roll_lines(meeting_type: str, view: MeetingView | None) -> Iterator[Line]:
    counts = _counted(meeting_type, view.roll) if view else ("　　人", "　　人")
    yield pairs(("应到", counts[0]), ("实到", counts[1]))
    yield _wide("缺席及原因", _absent(view) if view else "", 10.0)
    label = "群众及积极分子参加" if meeting_type == "theme_day" else "列席"
    yield _wide(label, said(view.words("guests"), "无") if view else "", 10.0)


def _counted(meeting_type: str, roll: Roll) -> tuple[str, str]:
    if meeting_type not in _DECIDING:
        return f"{roll.due} 人", f"{roll.present} 人"
    due, present = (
        f"{roll.due} 人（有表决权 {roll.due_voters} 人）",
        f"{roll.present} 人（有表决权 {roll.present_voters} 人）",
    )
    return due, present


def _absent(view: MeetingView) -> str:
    away = [seat for seat in view.seats if seat.status != "present"]
    return "、".join(f"{seat.name}（{seat.reason or ATTENDANCE.show(seat.status)}）" for seat in away) or "无"


def _body(meeting_type: str, view: MeetingView | None) -> Iterator[Line]:
    if meeting_type == "group":
        yield _wide("党小组", said(view.words("party_group")) if view else "", 10.0)
    if meeting_type == "class":
        told = (said(view.words("lecturer")), said(view.words("hours"))) if view else ("", "")
        yield pairs(("授课人及职务", told[0]), ("学时", told[1]))
    if meeting_type in ("class", "theme_day", "org_life"):
        yield _wide(
            "题目" if meeting_type == "class" else "主题", said(view.words("title")) if view else "", 10.0
        )
    if meeting_type != "class":
        yield _wide("议题" if meeting_type != "theme_day" else "活动内容", _agenda(view), 14.0)
    label = {"class": "内容提要", "theme_day": "活动情况"}.get(meeting_type, "讨论发言")
    yield _wide(label, _discussion(view), 60.0 if view else 100.0, top=True)
    if meeting_type in _DECIDING:
        yield _wide("表决", _votes(view), 18.0)
        yield _wide("决议" if meeting_type != "committee" else "决定", _resolutions(view), 22.0)
    else:
        label = {"class": "讨论或测试", "theme_day": "效果"}.get(meeting_type, "意见建议")
        yield _wide(label, said(view.words("outcome")) if view else "", 20.0)


def _wide(label: str, text: str, height: float, *, top: bool = False) -> Line:
    return Line((head(label), Cell(text, columns=3, top=top)), height)


def _numbered(view: MeetingView, told: Callable[[Item], str]) -> str:
    several = len(view.items) > 1
    lines = []
    for place, item in enumerate(view.items):
        if text := told(item):
            lines.append(f"{_NUMERALS[place % 10]}、{text}" if several else text)
    return "\n".join(lines)


def _agenda(view: MeetingView | None) -> str:
    if view is None:
        return ""
    return said(_numbered(view, lambda item: item.words("title")) or view.words("title"), "无")


def _discussion(view: MeetingView | None) -> str:
    if view is None:
        return ""
    parts = (_numbered(view, _said_on), view.words("discussion"))
    return said("\n".join(part for part in parts if part), "无")


def _said_on(item: Item) -> str:
    discussion = item.words("discussion")
    return f"（{item.reporter}汇报）{discussion}" if item.reporter and discussion else discussion


def _votes(view: MeetingView | None) -> str:
    if view is None:
        return ""
    return said(_numbered(view, _voted), "无表决事项")


def _voted(item: Item) -> str:
    ballot = ballot_of(item.values)
    if ballot is None:
        return ""
    way = f"{item.words('vote_way')}，" if item["vote_way"] else ""
    written = f"（其中书面意见 {ballot.written}）" if ballot.written else ""
    counted = f"{way}赞成 {ballot.yes}{written}，反对 {ballot.no}，弃权 {ballot.abstain}。"
    return counted + (item.verdict.sentence if item.verdict else "")


def _resolutions(view: MeetingView | None) -> str:
    return "" if view is None else said(_numbered(view, _resolved), "无")


def _resolved(item: Item) -> str:
    duty = "，".join(
        part
        for part in (
            item.owner and f"责任人：{item.owner}",
            item["due_on"] and f"{day_words(str(item['due_on']))}前完成",
        )
        if part
    )
    resolution = item.words("resolution")
    return f"{resolution.rstrip('。')}（{duty}）。" if duty and resolution else resolution


LEDGER = Ledger(
    "meeting_record", "会议记录", "一会一记 · A4 纵向", ("month", "meeting_type", "meeting"), build
)
