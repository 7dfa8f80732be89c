"""上报问题答复表: what the villages took up to the township in a year, and what was answered."""

from sqlalchemy import Connection

from villagebranch.domain.codes import DISPOSITION
from villagebranch.domain.dayshow import days_between
from villagebranch.domain.paper import Document, said
from villagebranch.domain.values import Stored
from villagebranch.ledgers import of_villages
from villagebranch.ledgers.issue_columns import columns, day_in_column
from villagebranch.ledgers.ledger import Asked, Ledger, numbered, rows_or_blank
from villagebranch.services.village_issues import IssueOfVillage

_COLUMNS = columns(
    number=10,
    village=22,
    escalated_on=20,
    words=None,
    category=14,
    asked=38,
    replied_on=20,
    disposition=25,
    reply=42,
    stage=18,
)


def build(conn: Connection, asked: Asked) -> Document:
    year = str(asked.year or asked.today.year)
    found = [
        one for one in of_villages.issues(conn, asked, state="escalated") if one.escalated_on.startswith(year)
    ]
    waiting = [one for one in found if one.is_unanswered]
    longest = max((days_between(one.escalated_on, asked.today) or 0 for one in waiting), default=0)
    told = f"上报 {len(found)} 件，等着答复 {len(waiting)} 件"
    told += f"，最久 {longest} 天。" if waiting else "。"
    rows = numbered([_cells(one, asked) for one in found])
    return of_villages.document(
        conn,
        asked,
        "各村上报问题答复表",
        rows_or_blank(_COLUMNS, rows, asked, told if found else ""),
        subtitle="（　　　　年）" if asked.blank else f"（{year}年）",
    )


def _cells(one: IssueOfVillage, asked: Asked) -> tuple[Stored, ...]:
    answered = not one.is_unanswered
    on = day_in_column(one.replied_on, f"{asked.today:%Y}")
    return of_villages.cells(
        _COLUMNS,
        one,
        asked.today,
        replied_on=said(on if answered else ""),
        disposition=said(DISPOSITION.show(one.disposition or None)) if answered else "待答复",
        reply=said(one.reply if answered else ""),
    )


LEDGER = Ledger(
    "village_answers", "上报问题答复表", "按年 · A4 横向", ("year", "village"), build, role="township"
)
