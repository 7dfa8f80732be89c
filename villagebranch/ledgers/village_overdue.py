"""超期问题表: the open issues of the villages whose deadline has passed, and room to say why."""

from sqlalchemy import Connection

from villagebranch.domain import issues as rules
from villagebranch.domain.dayshow import day_near, day_words
from villagebranch.domain.names import village_of
from villagebranch.domain.paper import Document, Sheet, name_on_paper, said
from villagebranch.domain.table import Column
from villagebranch.domain.values import Stored
from villagebranch.ledgers.ledger import (
    Asked,
    Ledger,
    filled_on,
    numbered,
    rows_or_blank,
    unit,
    unit_words,
    villages_issues,
)
from villagebranch.services.village_issues import IssueOfVillage

_COLUMNS = (
    Column("number", "序", width=10, align="center"),
    Column("village", "村", width=22, align="center"),
    Column("words", "问题"),
    Column("category", "类别", width=14, align="center"),
    Column("lead", "责任领导", width=19, align="center"),
    Column("owner", "责任人", width=19, align="center"),
    Column("collected_on", "收集日期", width=22, align="center"),
    Column("due_on", "完成时限", width=22, align="center"),
    Column("late", "超期", width=16, align="center"),
    Column("stage", "进展", width=17, align="center"),
    Column("why", "原因和打算", width=42),
)


def build(conn: Connection, asked: Asked) -> Document:
    facts = unit(conn)
    found = villages_issues(conn, asked, state="overdue")
    rows = numbered([_cells(one, asked) for one in found])
    villages = len({one.village_id for one in found})
    sheet = Sheet(
        "各村超期问题表",
        (rows_or_blank(_COLUMNS, rows, asked, f"共 {villages} 个村、{len(found)} 件。" if found else ""),),
        subtitle="" if asked.blank else f"（截至{day_words(asked.today.isoformat())}）",
        line=(f"单位：{unit_words(facts)}", "按村名排列，不排名次"),
        signatures=("填表人：", "审核人：", f"填表日期：{filled_on(asked)}"),
        landscape=True,
    )
    return Document("各村超期问题表", (sheet,), unit_words(facts))


def _cells(one: IssueOfVillage, asked: Asked) -> tuple[Stored, ...]:
    return (
        village_of(one.village),
        one.words,
        said(one.shown("category")),
        said(name_on_paper(one.lead)),
        said(name_on_paper(one.owner)),
        day_near(one.collected_on, asked.today),
        day_near(one.due_on, asked.today),
        f"{rules.overdue_days(one.due_on, one.stage, asked.today)} 天",
        one.shown("stage"),
        "",
    )


LEDGER = Ledger("village_overdue", "超期问题表", "随时 · A4 横向", ("village",), build, role="township")
