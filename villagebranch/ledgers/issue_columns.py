"""Columns of the ledgers over issues: each is declared once here, under the head that it has on all of them."""

from dataclasses import replace

from villagebranch.domain.dayshow import day_short
from villagebranch.domain.table import Column
from villagebranch.records.reported import VillageIssue
from villagebranch.records.township_reply import TownshipReply

_REPLY = {"replied_on": "replied_on", "disposition": "disposition", "reply": "words"}
_HEADS = {
    "number": "序",
    "village": "村",
    "reporter": "反映人",
    **{one.name: one.label for one in VillageIssue.kind().fields if one.name != "village_id"},
    "fed_back": "反馈",
    "late": "超期",
    "why": "原因和打算",
    **{name: TownshipReply.kind().field(field).label for name, field in _REPLY.items()},
}
_SENTENCES = {"words", "measure", "result", "asked", "reply", "why"}
_COLUMNS = {name: Column(name, head, align="center") for name, head in _HEADS.items()} | {
    name: Column(name, _HEADS[name]) for name in _SENTENCES
}

OF_MONTH = {"category": 12, "words": None, "measure": 34, "lead": 16, "owner": 16, "due_on": 15, "result": 29}
"""What the monthly summary (L17) says of an issue, of one branch or of all villages: columns and their widths."""


def columns(**widths: float | None) -> tuple[Column, ...]:
    """Return the columns of these names, so wide (millimetres); None takes what the others leave."""
    return tuple(replace(_COLUMNS[name], width=width) for name, width in widths.items())


def day_in_column(stored: str, year: str) -> str:
    """Return a day of the ledger's year as 11-23; of another, with the year on a line above it."""
    return day_short(stored) if stored.startswith(year) else f"{stored[:4]}\n{day_short(stored)}".strip()
