"""问题分类账龄表: how many open issues of each village stand in a category, and for how long."""

from sqlalchemy import Connection

from villagebranch.domain.codes import ISSUE_CATEGORY
from villagebranch.domain.dayshow import day_words
from villagebranch.domain.names import village_of
from villagebranch.domain.paper import Document, Sheet, said
from villagebranch.domain.table import Column
from villagebranch.ledgers.ledger import Asked, Ledger, filled_on, numbered, rows_or_blank, unit, unit_words
from villagebranch.services import village_issues

_COLUMNS = (
    Column("number", "序", width=14, align="center"),
    Column("village", "村", width=45, align="center"),
    Column("category", "类别", width=35, align="center"),
    Column("within_30", "30 天以内", width=32, align="center"),
    Column("within_90", "31 至 90 天", width=32, align="center"),
    Column("older", "90 天以上", width=32, align="center"),
    Column("all", "合计", width=26, align="center"),
    Column("note", "说明"),
)


def build(conn: Connection, asked: Asked) -> Document:
    facts = unit(conn)
    found = [] if asked.blank else village_issues.by_age(conn, asked.today, asked.village_id)
    rows = [
        (
            village_of(one.village),
            said(ISSUE_CATEGORY.show(one.category or None), "未分类"),
            one.within_30,
            one.within_90,
            one.older,
            one.total,
            "",
        )
        for one in found
    ]
    sums = [sum(getattr(one, name) for one in found) for name in ("total", "within_30", "within_90", "older")]
    closing = (
        "合计在办 {} 件：30 天以内 {} 件，31 至 90 天 {} 件，90 天以上 {} 件。".format(*sums) if found else ""
    )
    sheet = Sheet(
        "各村在办问题分类账龄表",
        (rows_or_blank(_COLUMNS, numbered(rows), asked, closing),),
        subtitle="" if asked.blank else f"（截至{day_words(asked.today.isoformat())}）",
        line=(f"单位：{unit_words(facts)}", "从收集之日算起", "单位：件"),
        signatures=("填表人：", "审核人：", f"填表日期：{filled_on(asked)}"),
        landscape=True,
    )
    return Document("各村在办问题分类账龄表", (sheet,), unit_words(facts))


LEDGER = Ledger(
    "village_issue_ages", "问题分类账龄表", "随时 · A4 横向", ("village",), build, role="township"
)
