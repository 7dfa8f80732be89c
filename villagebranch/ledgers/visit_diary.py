"""走访记录表 / 民情日记 (L16): a page for each visit, with room for what is written by hand."""

from collections.abc import Sequence

from sqlalchemy import Connection

from villagebranch.domain.dayshow import day_words
from villagebranch.domain.paper import Cell, Document, Form, Line, Sheet, name_on_paper, said
from villagebranch.ledgers.ledger import Asked, Ledger, head, pairs, unit, unit_words
from villagebranch.services import households, issues, visits
from villagebranch.services.households import Resident
from villagebranch.services.issues import IssueRow
from villagebranch.services.visits import VisitRow


def build(conn: Connection, asked: Asked) -> Document:
    facts = unit(conn)
    month = asked.month or f"{asked.today:%Y-%m}"
    wanted = visits.Wanted(period=month, person_id=asked.person_id)
    ids = [asked.visit_id] if asked.visit_id else visits.ids(conn, wanted)[::-1]
    sheets = _sheets(conn, visits.rows(conn, ids)) if not asked.blank else [_sheet({})]
    return Document("走访记录表", sheets, unit_words(facts))


def _sheets(conn: Connection, rows: Sequence[VisitRow]) -> list[Sheet]:
    living = households.families(conn, [row.household_id for row in rows if row.household_id])
    heard = {one.id: one for one in issues.rows(conn, [one.id for row in rows for one in row.issues])}
    return [
        _sheet(_entries(row, living.get(row.household_id or "", ()), [heard[one.id] for one in row.issues]))
        for row in rows
    ]


def _entries(row: VisitRow, family: Sequence[Resident], heard: Sequence[IssueRow]) -> dict[str, str]:
    plans = [f"{number}. {plan}" for number, one in enumerate(heard, 1) if (plan := _plan(one))]
    return {
        "时间": day_words(row.occurred_on),
        "地点": said(row.where),
        "对象": said("".join(name_on_paper(one.name) for one in family[:1])),
        "走访人员": name_on_paper(row.visitors),
        "记录人": name_on_paper(row.visitors.split("、")[0]),
        "走访方式": row.type_words,
        "家庭情况": f"常住 {len(family)} 人" if family else "—",
        "走访情况": said(row.account, "无"),
        "诉求与建议": "\n".join(f"{number}. {one.words}" for number, one in enumerate(heard, 1)) or "无",
        "当场答复": "\n".join(f"{number}. {one.answer}" for number, one in enumerate(heard, 1) if one.answer)
        or "—",
        "后续工作": "\n".join(plans) or "—",
    }


def _plan(of: IssueRow) -> str:
    """Return what will be done about an issue: 派人查看（责任人：周丽，2026年12月10日前办好）."""
    who = of.owner and f"责任人：{of.owner}"
    until = of.due_on and f"{day_words(of.due_on)}前办好"
    duty = "，".join(filter(None, (who, until)))
    return f"{of.measure}（{duty}）" if of.measure and duty else of.measure or duty


def _sheet(told: dict[str, str]) -> Sheet:
    def two(first: str, second: str) -> Line:
        return pairs((first, told.get(first, "")), (second, told.get(second, "")))

    def tall(label: str, height: float) -> Line:
        return Line((head(label), Cell(told.get(label, ""), columns=3, top=True)), height)

    lines = (
        two("时间", "走访方式"),
        two("地点", "对象"),
        two("走访人员", "记录人"),
        pairs(("家庭情况", told.get("家庭情况", "")), columns=3),
        tall("走访情况", 62.0),
        tall("诉求与建议", 36.0),
        tall("当场答复", 22.0),
        tall("后续工作", 30.0),
        Line((head("走访体会"), Cell("", columns=3, top=True)), 22.0),
    )
    signatures = ("走访人（签字）：", "记录人（签字）：", "　　年　　月　　日")
    return Sheet("走访记录表", (Form((26.0, 60.0, 24.0, 52.0), lines),), signatures=signatures)


LEDGER = Ledger("visit_diary", "走访记录表", "一次一张 · A4 纵向", ("month", "cadre"), build)
