"""群众反映问题月度汇总表 (L17): every issue carried over or new this month, with measure, owner and deadline."""

from sqlalchemy import Connection

from villagebranch.domain import issues as rules
from villagebranch.domain.paper import Document, Sheet
from villagebranch.domain.periods import last_day, month_label
from villagebranch.domain.values import Stored
from villagebranch.ledgers.issue_columns import OF_MONTH, columns, day_in_column
from villagebranch.ledgers.ledger import Asked, Ledger, filled_on, numbered, rows_or_blank, unit, unit_words
from villagebranch.services.issues import IssueRow
from villagebranch.services.meeting_year import meeting_words
from villagebranch.services.monthly_summary import Summary, summary

_COLUMNS = columns(
    number=9,
    collected_on=15,
    reporter=25,
    source_way=12,
    **OF_MONTH,
    fed_back=19,
    satisfaction=14,
)


def build(conn: Connection, asked: Asked) -> Document:
    facts = unit(conn)
    month = asked.month or f"{asked.today:%Y-%m}"
    made = summary(conn, month, asked.today)
    rows = numbered([_cells(row, made, asked) for row in made.rows])
    held = "　　月　　日" if asked.blank else meeting_words(conn, made.meeting_id or "")
    line = (f"单位：{unit_words(facts)}（盖章）", f"研究会：{held}" if held else "", "单位：件")
    state = "" if made.frozen_at else "，未定稿"
    sheet = Sheet(
        "群众反映问题月度汇总表",
        (rows_or_blank(_COLUMNS, rows, asked, "" if asked.blank else made.balance.sentence),),
        subtitle="（　　　　年　　月）" if asked.blank else f"（{month_label(month)}{state}）",
        line=line,
        signatures=("填表人：", "审核人：", "党支部书记（签字）：", f"填表日期：{filled_on(asked)}"),
        landscape=True,
    )
    return Document("群众反映问题月度汇总表", (sheet,), unit_words(facts))


def _cells(row: IssueRow, made: Summary, asked: Asked) -> tuple[Stored, ...]:
    year = made.period[:4]
    return (
        day_in_column(row.collected_on, year),
        row.raised_by,
        row.shown("source"),
        row.shown("category"),
        row.words,
        row.measure,
        row.lead,
        row.owner,
        day_in_column(row.due_on, year),
        progress(row, made, asked),
        f"{day_in_column(row.fed_back_on, year)} {row.shown('fed_back_way')}".strip(),
        row.shown("satisfaction"),
    )


def progress(row: IssueRow, made: Summary, asked: Asked) -> str:
    """Return how far it is at the end of the month, or today within it."""
    until = min(last_day(made.period), asked.today)
    late = rules.overdue_days(row.due_on or None, row.stage, until)
    so_far = row.result or row.shown("stage")
    return rules.progress_words(row.stage, row.resolved_on or None, so_far, late, row.reply)


LEDGER = Ledger("monthly_issue_summary", "问题月度汇总表", "每月一次 · A4 横向", ("month",), build)
