"""各村问题台账: the issues of the villages that a month carried over or brought, in the columns of the monthly summary (L17)."""

from collections.abc import Sequence
from datetime import date

from sqlalchemy import Connection

from villagebranch.domain import issues as rules
from villagebranch.domain.dayshow import day_near
from villagebranch.domain.names import village_of
from villagebranch.domain.paper import Document, Sheet
from villagebranch.domain.periods import first_day, last_day, month_label
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
    Column("number", "序", width=9, align="center"),
    Column("village", "村", width=18, align="center"),
    Column("collected_on", "收集日期", width=15, align="center"),
    Column("villager_group", "组", width=11, align="center"),
    Column("source_way", "来源", width=12, align="center"),
    Column("category", "类别", width=12, align="center"),
    Column("words", "问题"),
    Column("measure", "解决办法和措施", width=34),
    Column("lead", "责任领导", width=16, align="center"),
    Column("owner", "责任人", width=16, align="center"),
    Column("due_on", "完成时限", width=15, align="center"),
    Column("result", "办理结果", width=29),
    Column("fed_back", "反馈", width=15, align="center"),
    Column("satisfaction", "满意度", width=14, align="center"),
)


def build(conn: Connection, asked: Asked) -> Document:
    facts = unit(conn)
    month = asked.month or f"{asked.today:%Y-%m}"
    first, until = first_day(month).isoformat(), min(last_day(month), asked.today)
    found = [
        one
        for one in villages_issues(conn, asked)
        if one.collected_on <= last_day(month).isoformat() and (one.resolved_on or "9") >= first
    ]
    sheet = Sheet(
        "各村群众反映问题台账",
        (
            rows_or_blank(
                _COLUMNS,
                numbered([_cells(one, until) for one in found]),
                asked,
                _balance(found, month, asked),
            ),
        ),
        subtitle="（　　　　年　　月）" if asked.blank else f"（{month_label(month)}）",
        line=(f"单位：{unit_words(facts)}", "谁反映的留在村里，这里只写到组", "单位：件"),
        signatures=("填表人：", "审核人：", f"填表日期：{filled_on(asked)}"),
        landscape=True,
    )
    return Document("各村群众反映问题台账", (sheet,), unit_words(facts))


def _cells(one: IssueOfVillage, until: date) -> tuple[Stored, ...]:
    running = one.resolved_on > until.isoformat()  # then, whatever it has come to since
    stage, result = ("in_progress", "办理中") if running else (one.stage, one.result or one.shown("stage"))
    late = rules.overdue_days(one.due_on or None, stage, until)
    told = "" if one.fed_back_on > until.isoformat() else one.fed_back_on
    return (
        village_of(one.village),
        day_near(one.collected_on, until),
        one.villager_group,
        one.shown("source_way"),
        one.shown("category"),
        one.words,
        one.measure,
        one.lead,
        one.owner,
        day_near(one.due_on, until),
        rules.progress_words(stage, one.resolved_on or None, result, late),
        day_near(told, until),
        one.shown("satisfaction") if told else "",
    )


def _balance(found: Sequence[IssueOfVillage], month: str, asked: Asked) -> str:
    if asked.blank or not found:
        return ""
    new = sum(one.collected_on.startswith(month) for one in found)
    resolved = sum(one.resolved_on.startswith(month) for one in found)
    carried = f"上月结转 {len(found) - new} 件，本月新收 {new} 件"
    return f"{carried}，办结 {resolved} 件，结转下月 {len(found) - resolved} 件。"


LEDGER = Ledger(
    "village_issue_list",
    "各村问题台账",
    "每月一次 · A4 横向",
    ("month", "village"),
    build,
    role="township",
)
