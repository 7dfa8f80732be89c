"""上报问题答复表: what the villages took up to the township in a year, and what was answered."""

from sqlalchemy import Connection

from villagebranch.domain.codes import DISPOSITION
from villagebranch.domain.dayshow import day_near, days_between
from villagebranch.domain.names import village_of
from villagebranch.domain.paper import Document, Sheet, said
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
    Column("escalated_on", "上报日期", width=20, align="center"),
    Column("words", "问题"),
    Column("category", "类别", width=14, align="center"),
    Column("asked", "请镇里解决什么", width=38),
    Column("replied_on", "答复日期", width=20, align="center"),
    Column("disposition", "答复", width=25, align="center"),
    Column("reply", "答复内容", width=42),
    Column("stage", "现在", width=18, align="center"),
)


def build(conn: Connection, asked: Asked) -> Document:
    facts = unit(conn)
    year = asked.year or asked.today.year
    found = [
        one for one in villages_issues(conn, asked, state="escalated") if one.escalated_on[:4] == str(year)
    ]
    waiting = [one for one in found if one.is_unanswered]
    longest = max((days_between(one.escalated_on, asked.today) or 0 for one in waiting), default=0)
    told = f"上报 {len(found)} 件，等着答复 {len(waiting)} 件" + (
        f"，最久 {longest} 天。" if waiting else "。"
    )
    rows = numbered([_cells(one, asked) for one in found])
    sheet = Sheet(
        "各村上报问题答复表",
        (rows_or_blank(_COLUMNS, rows, asked, told if found else ""),),
        subtitle="（　　　　年）" if asked.blank else f"（{year}年）",
        line=(f"单位：{unit_words(facts)}",),
        signatures=("填表人：", "审核人：", f"填表日期：{filled_on(asked)}"),
        landscape=True,
    )
    return Document("各村上报问题答复表", (sheet,), unit_words(facts))


def _cells(one: IssueOfVillage, asked: Asked) -> tuple[Stored, ...]:
    waiting = one.is_unanswered
    return (
        village_of(one.village),
        day_near(one.escalated_on, asked.today),
        one.words,
        said(one.shown("category")),
        said(one.asked),
        said("" if waiting else day_near(one.replied_on, asked.today)),
        "待答复" if waiting else said(DISPOSITION.show(one.disposition or None)),
        said("" if waiting else one.reply),
        one.shown("stage"),
    )


LEDGER = Ledger(
    "village_answers", "上报问题答复表", "按年 · A4 横向", ("year", "village"), build, role="township"
)
