"""走访台账: the month's visits of everybody, one line each."""

from sqlalchemy import Connection

from villagebranch.domain.dayshow import day_short
from villagebranch.domain.paper import Document, Sheet, name_on_paper, said
from villagebranch.domain.periods import month_label
from villagebranch.domain.table import Column
from villagebranch.ledgers.ledger import Asked, Ledger, filled_on, numbered, rows_or_blank, unit, unit_words
from villagebranch.services import visits

_COLUMNS = (
    Column("number", "序", width=10, align="center"),
    Column("occurred_on", "日期", width=16, align="center"),
    Column("visitors", "走访人", width=26, align="center"),
    Column("where", "走访哪一户", width=44),
    Column("visit_type", "走访方式", width=22, align="center"),
    Column("account", "走访情况"),
    Column("words", "反映的问题", width=44),
    Column("recorded", "补录", width=12, align="center"),
)


def build(conn: Connection, asked: Asked) -> Document:
    facts = unit(conn)
    month = asked.month or f"{asked.today:%Y-%m}"
    found = visits.rows(conn, visits.ids(conn, visits.Wanted(period=month))[::-1]) if not asked.blank else []
    rows = [
        (
            day_short(row.occurred_on),
            name_on_paper(row.visitors),
            row.where,
            row.type_words,
            said(row.account),
            "；".join(one.words for one in row.issues) or "无",
            "补录" if row.backfilled else "—",
        )
        for row in found
    ]
    heard = sum(len(row.issues) for row in found)
    households = len({row.household_id for row in found if row.household_id})
    closing = "" if asked.blank else f"本月走访 {households} 户、{len(found)} 次，收到问题 {heard} 件。"
    sheet = Sheet(
        "走访台账",
        (rows_or_blank(_COLUMNS, numbered(rows), asked, closing),),
        subtitle="（　　　　年　　月）" if asked.blank else f"（{month_label(month)}）",
        line=(f"单位：{unit_words(facts)}（盖章）",),
        signatures=("填表人：", "审核人（党支部书记）：", f"填表日期：{filled_on(asked)}"),
        landscape=True,
    )
    return Document("走访台账", (sheet,), unit_words(facts))


LEDGER = Ledger("visit_list", "走访台账", "按月 · A4 横向", ("month",), build)
