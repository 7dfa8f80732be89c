"""问题分类账龄表: how many open issues of each village stand in a category, and for how long."""

from sqlalchemy import Connection

from villagebranch.domain.codes import ISSUE_CATEGORY
from villagebranch.domain.dayshow import day_words
from villagebranch.domain.names import village_of
from villagebranch.domain.paper import Document, said
from villagebranch.domain.table import Column
from villagebranch.ledgers import of_villages
from villagebranch.ledgers.ledger import Asked, Ledger, numbered, rows_or_blank
from villagebranch.services import village_issues

_AGES = {"within_30": "30 天以内", "within_90": "31 至 90 天", "older": "90 天以上", "total": "合计"}
_COLUMNS = (
    Column("number", "序", width=14, align="center"),
    Column("village", "村", width=45, align="center"),
    Column("category", "类别", width=35, align="center"),
    *(Column(name, head, width=31, align="center") for name, head in _AGES.items()),
    Column("note", "说明"),
)


def build(conn: Connection, asked: Asked) -> Document:
    found = [] if asked.blank else village_issues.by_age(conn, asked.today, asked.village_id)
    rows = [
        (
            village_of(one.village),
            said(ISSUE_CATEGORY.show(one.category or None), "未分类"),
            *(getattr(one, name) for name in _AGES),
            "",
        )
        for one in found
    ]
    *ages, total = ((head, sum(getattr(one, name) for one in found)) for name, head in _AGES.items())
    closing = f"合计在办 {total[1]} 件：" + "，".join(f"{head} {count} 件" for head, count in ages) + "。"
    return of_villages.document(
        conn,
        asked,
        "各村在办问题分类账龄表",
        rows_or_blank(_COLUMNS, numbered(rows), asked, closing if found else ""),
        subtitle="" if asked.blank else f"（截至{day_words(asked.today.isoformat())}）",
        line=("从收集之日算起", "单位：件"),
    )


LEDGER = Ledger(
    "village_issue_ages", "问题分类账龄表", "随时 · A4 横向", ("village",), build, role="township"
)
