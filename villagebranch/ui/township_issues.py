"""The issues of the villages as a list: whose, what, how far, and what the township has said."""

from __future__ import annotations

from collections.abc import Sequence
from datetime import date

from villagebranch.domain import issues as rules
from villagebranch.domain.dayshow import day_near
from villagebranch.domain.names import village_of
from villagebranch.domain.table import Column, Table
from villagebranch.records.township_reply import TownshipReply
from villagebranch.services.village_issues import IssueOfVillage
from villagebranch.ui.colours import Tone

TONES: dict[str, Tone] = {
    **dict.fromkeys(("已办结", "已反馈", "已销号", "已解释"), "green"),
    **dict.fromkeys(("办理中", "已交办"), "blue"),
    "已上报": "amber",
    "超期": "red",
    "待答复": "red",
}
_COLUMNS = (
    Column("village", "村"),
    Column("words", "问题"),
    Column("category", "类别"),
    Column("stage", "进展"),
    Column("collected_on", "收集"),
    Column("due_on", "时限"),
    Column("reply", "答复"),
)


def listing(found: Sequence[IssueOfVillage], today: date, *, village: bool = True) -> Table:
    """Return the list; without the `village` where it is one village's."""
    rows = [
        (
            village_of(one.village),
            one.words,
            one.shown("category") or "—",
            "、".join(state(one, today)),
            day_near(one.collected_on, today),
            day_near(one.due_on, today) or "—",
            disposition(one) or "—",
        )
        for one in found
    ]
    first = 0 if village else 1
    return Table(_COLUMNS[first:], [row[first:] for row in rows], [one.source for one in found])


def state(one: IssueOfVillage, today: date) -> list[str]:
    """Return how far an issue is, and what asks for somebody: 超期, 待答复."""
    late = rules.overdue_days(one.due_on or None, one.stage, today)
    told = ["待答复" if one.is_unanswered else one.shown("stage"), "超期" if late else ""]
    return [word for word in told if word]


def disposition(one: IssueOfVillage) -> str:
    """Return what the township decided last, as people read it."""
    return TownshipReply.kind().field("disposition").value.show(one.disposition or None)
