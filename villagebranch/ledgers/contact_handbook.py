"""联系服务群众手册 (L15): a booklet for each cadre: cover, linked households, the month's visits and what came of them."""

from collections.abc import Sequence

from sqlalchemy import Connection

from villagebranch.domain import issues as issue_rules
from villagebranch.domain.dayshow import day_short
from villagebranch.domain.paper import Cover, Document, Sheet, name_on_paper, said
from villagebranch.domain.periods import last_day, month_label
from villagebranch.domain.table import Column
from villagebranch.domain.values import Stored
from villagebranch.ledgers.ledger import Asked, Ledger, numbered, rows_or_blank, unit, unit_words
from villagebranch.records.household import Household
from villagebranch.services import cadres, visits
from villagebranch.services.cadres import InOffice
from villagebranch.services.issues import KIND as ISSUE
from villagebranch.services.visits import Heard, VisitRow

_HOUSEHOLDS = (
    Column("number", "序", width=9, align="center"),
    Column("head", "户主", width=19, align="center"),
    Column("villager_group", "组别", width=13, align="center"),
    Column("door", "门牌", width=16, align="center"),
    Column("people", "人口", width=11, align="center"),
    Column("tags", "户类型", width=25, align="center"),
    Column("phone", "联系电话", width=30, align="center"),
    Column("card_given", "联系卡", width=14, align="center"),
    Column("last_visit_on", "最近走访", align="center"),
)
_VISITS = (
    Column("number", "序", width=8, align="center"),
    Column("occurred_on", "日期", width=14, align="center"),
    Column("head", "户主", width=15, align="center"),
    Column("visit_type", "走访方式", width=19, align="center"),
    Column("account", "走访情况"),
    Column("words", "反映的问题", width=23),
    Column("result", "办理情况", width=22),
    Column("satisfaction", "评价", width=12, align="center"),
)
_BLANK_CLOSING = "本月小结：走访　　户、　　次，收到问题　　件，已办结　　件，在办　　件。"


def build(conn: Connection, asked: Asked) -> Document:
    facts = unit(conn)
    month = asked.month or f"{asked.today:%Y-%m}"
    on = min(last_day(month), asked.today)
    sheets: list[Sheet] = []
    for cadre in cadres.cadres(conn, on):
        if asked.person_id in ("", cadre.person_id) and not asked.blank:
            sheets += _booklet(conn, unit_words(facts), cadre, month, asked)
    if asked.blank:
        sheets = [
            _cover(unit_words(facts), "", month),
            _household_sheet((), "", asked),
            _month_sheet((), "", "本月应访　　户，已访　　户", _BLANK_CLOSING, asked),
        ]
    return Document("联系服务群众手册", sheets, unit_words(facts), booklet=True)


def _booklet(conn: Connection, unit_name: str, cadre: InOffice, month: str, asked: Asked) -> list[Sheet]:
    who = f"{cadre.name}（{cadre.post}）" if cadre.post else cadre.name
    linked = cadres.linked(conn, cadre.id, min(last_day(month), asked.today))
    progress = {one.cadre_id: one for one in cadres.progress(conn, month, asked.today)}[cadre.id]
    found = visits.rows(conn, visits.ids(conn, visits.Wanted(period=month, person_id=cadre.person_id))[::-1])
    tags = Household.kind().field("tags").value
    households = [
        (
            name_on_paper(one.head_name),
            one.villager_group,
            one.door,
            one.people,
            said(tags.show(one.tags), "无"),
            said(one.phone, "无"),
            "已发" if one.card_given else "未发",
            said(one.last_visit_on, "未走访"),
        )
        for one in linked
    ]
    counted = f"本月应访 {progress.quota} 户，已访 {progress.done} 户"
    return [
        _cover(unit_name, who, month),
        _household_sheet(numbered(households), who, asked),
        _month_sheet(
            numbered([_visit(row) for row in found]), who, counted, _closing(found), asked, len(linked)
        ),
    ]


def _cover(unit_name: str, who: str, month: str) -> Sheet:
    lines = (("单　位", unit_name), ("联系人", who), ("年　度", f"{month[:4]} 年" if who else "　　　　年"))
    return Sheet("", (Cover("联系服务群众手册", lines, ("只写事，不写评价人",)),), numbered=False)


def _household_sheet(rows: Sequence[tuple[Stored, ...]], who: str, asked: Asked) -> Sheet:
    counted = "" if asked.blank else f"共 {len(rows)} 户"
    return Sheet("联系户名单", (rows_or_blank(_HOUSEHOLDS, rows, asked),), line=(f"联系人：{who}", counted))


def _month_sheet(
    rows: Sequence[tuple[Stored, ...]], who: str, counted: str, closing: str, asked: Asked, linked: int = 0
) -> Sheet:
    month = "　　　　年　　月" if asked.blank else month_label(asked.month or f"{asked.today:%Y-%m}")
    return Sheet(
        "联系服务群众手册",
        (rows_or_blank(_VISITS, rows, asked, closing),),
        subtitle=f"（{month}走访页）",
        line=(f"走访人：{who}", f"联系 {linked} 户" if linked else "", counted),
        signatures=("走访人（签字）：", "党支部书记（签字）：", "　　年　　月　　日"),
    )


def _visit(row: VisitRow) -> tuple[Stored, ...]:
    head = row.where.split(" 户")[0] if row.household_id else row.where
    heard = row.issues
    return (
        day_short(row.occurred_on),
        name_on_paper(head),
        row.type_words,
        said(row.account),
        "；".join(one.words for one in heard) or "无",
        "；".join(_result(one) for one in heard) or "—",
        "；".join(_value("satisfaction", one.satisfaction) for one in heard if one.satisfaction) or "—",
    )


def _result(heard: Heard) -> str:
    told = heard.result or _value("stage", heard.stage)
    return (
        f"{told}，限{day_short(heard.due_on)}" if heard.due_on and issue_rules.is_open(heard.stage) else told
    )


def _value(name: str, stored: str) -> str:
    return ISSUE.field(name).value.show(stored or None)


def _closing(found: Sequence[VisitRow]) -> str:
    heard = [one for row in found for one in row.issues]
    still_open = [one for one in heard if issue_rules.is_open(one.stage)]
    escalated = sum(one.stage == "escalated" for one in still_open)
    households = len({row.household_id for row in found if row.household_id})
    told = f"本月小结：走访 {households} 户、{len(found)} 次，收到问题 {len(heard)} 件，已办结 {len(heard) - len(still_open)} 件，"
    return told + f"在办 {len(still_open)} 件" + (f"，其中上报 {escalated} 件。" if escalated else "。")


LEDGER = Ledger("contact_handbook", "联系服务群众手册", "每人一本 · 按月成册", ("month", "cadre"), build)
