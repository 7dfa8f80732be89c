"""群众反映问题办理公示 (回音壁, L18): put up in public, so only allowed columns, and words without names, phones and doors."""

from datetime import timedelta

from sqlalchemy import Connection

from villagebranch.domain.dayshow import day_short, day_words
from villagebranch.domain.masking import notice_columns, redact
from villagebranch.domain.paper import Document, Rows, Sheet, Words
from villagebranch.domain.periods import month_label
from villagebranch.domain.table import Column, Table
from villagebranch.domain.values import Stored
from villagebranch.ledgers.ledger import Asked, Ledger, numbered, unit, unit_words
from villagebranch.ledgers.monthly_issue_summary import progress
from villagebranch.services.branch import BranchFacts
from villagebranch.services.monthly_summary import summary
from villagebranch.services.people import villager_names

_COLUMNS = notice_columns(
    (
        Column("number", "序", width=12, align="center"),
        Column("words", "问题", width=84),
        Column("measure", "解决办法和措施"),
        Column("owner", "责任人", width=24, align="center"),
        Column("due_on", "完成时限", width=26, align="center"),
        Column("result", "办理结果", width=42),
    )
)
_DAYS_UP = 7


def build(conn: Connection, asked: Asked) -> Document:
    facts = unit(conn)
    month = asked.month or f"{asked.today:%Y-%m}"
    made = summary(conn, month, asked.today)
    names = villager_names(conn)
    rows: list[tuple[Stored, ...]] = []
    for row in () if asked.blank else made.rows:
        result = redact(progress(row, made, asked), names)
        told = (
            redact(row.words, names),
            redact(row.measure, names),
            row.owner,
            day_short(row.due_on),
            result,
        )
        rows.append(told)
    blank = Rows(Table(_COLUMNS, ()), blank_rows=6, row_height=11.0, fill=True)
    sheet = Sheet(
        "群众反映问题办理公示",
        (
            blank if asked.blank else Rows(Table(_COLUMNS, numbered(rows)), row_height=11.0),
            *_closing(facts, asked),
        ),
        subtitle="（回音壁 · 　　　　年　　月）" if asked.blank else f"（回音壁 · {month_label(month)}）",
        landscape=True,
        numbered=False,
        foot="反映人的姓名、门牌和电话不公示",
    )
    return Document("群众反映问题办理公示", (sheet,), unit_words(facts))


def _closing(facts: BranchFacts, asked: Asked) -> tuple[Words, ...]:
    until = asked.today + timedelta(days=_DAYS_UP - 1)
    span = (
        "　　年　　月　　日至　　月　　日"
        if asked.blank
        else f"{day_words(asked.today.isoformat())}至{day_words(until.isoformat())}"
    )
    phone = f"　电话 {facts.phone}" if facts.phone else ""
    told = f"公示期：{span}。对办理结果有意见的，请找村党支部：{facts.secretary}{phone}。"
    signed = (
        f"{unit_words(facts)}\n{'　　年　　月　　日' if asked.blank else day_words(asked.today.isoformat())}"
    )
    return (Words(told), Words(signed, "right"))


LEDGER = Ledger("issue_notice", "问题公示（回音壁）", "对外张贴 · 自动隐去隐私", ("month",), build)
