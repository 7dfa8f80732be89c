"""各村问题台账: the issues of the villages that a month carried over or brought, in the columns of the monthly summary (L17)."""

from collections.abc import Sequence
from datetime import date

from sqlalchemy import Connection

from villagebranch.domain import issues as rules
from villagebranch.domain.paper import Document, said
from villagebranch.domain.periods import first_day, last_day, month_label
from villagebranch.domain.values import Stored
from villagebranch.ledgers import of_villages
from villagebranch.ledgers.issue_columns import OF_MONTH, columns, day_in_column
from villagebranch.ledgers.ledger import Asked, Ledger, numbered, rows_or_blank
from villagebranch.services.village_issues import IssueOfVillage

_COLUMNS = columns(
    number=9,
    village=18,
    collected_on=15,
    villager_group=11,
    source_way=12,
    **OF_MONTH,
    fed_back=15,
    satisfaction=14,
)


def build(conn: Connection, asked: Asked) -> Document:
    month = asked.month or f"{asked.today:%Y-%m}"
    first, until = first_day(month).isoformat(), min(last_day(month), asked.today)
    found = [
        one
        for one in of_villages.issues(conn, asked)
        if one.collected_on <= last_day(month).isoformat() and (one.resolved_on or "9") >= first
    ]
    rows = numbered([_cells(one, until) for one in found])
    return of_villages.document(
        conn,
        asked,
        "各村群众反映问题台账",
        rows_or_blank(_COLUMNS, rows, asked, _balance(found, month) if found else ""),
        subtitle="（　　　　年　　月）" if asked.blank else f"（{month_label(month)}）",
        line=("谁反映的留在村里，这里只写到组", "单位：件"),
    )


def _cells(one: IssueOfVillage, until: date) -> tuple[Stored, ...]:
    running = one.resolved_on > until.isoformat()  # then, whatever it has come to since
    stage, result = ("in_progress", "办理中") if running else (one.stage, one.result or one.shown("stage"))
    late = rules.overdue_days(one.due_on or None, stage, until)
    told = "" if one.fed_back_on > until.isoformat() else one.fed_back_on
    return of_villages.cells(
        _COLUMNS,
        one,
        until,
        result=rules.progress_words(stage, one.resolved_on or None, result, late),
        fed_back=said(day_in_column(told, f"{until:%Y}")),
        satisfaction=said(one.shown("satisfaction") if told else ""),
    )


def _balance(found: Sequence[IssueOfVillage], month: str) -> str:
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
