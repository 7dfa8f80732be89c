"""The life of an issue. Source (practice.md § 6.1): 收集意见、分析梳理、研究解决、信息反馈; it ends when the villager has been told.

collected → sorted → studied → assigned → in_progress → resolved → fed_back → closed, with the side exits explained
(cannot be done, and the villager was told why), escalated (handed to the township, and coming back) and merged.
"""

from collections.abc import Mapping
from datetime import date

from villagebranch.domain.values import Stored

_NEXT: dict[str, tuple[str, ...]] = {
    "collected": (
        "sorted",
        "studied",
        "assigned",
        "in_progress",
        "resolved",
        "explained",
        "escalated",
        "merged",
    ),
    "sorted": ("studied", "assigned", "in_progress", "resolved", "explained", "escalated", "merged"),
    "studied": ("assigned", "in_progress", "resolved", "explained", "escalated", "merged"),
    "assigned": ("in_progress", "resolved", "explained", "escalated", "merged"),
    "in_progress": ("resolved", "explained", "escalated", "merged"),
    "escalated": ("in_progress", "resolved", "explained"),
    "resolved": ("fed_back", "in_progress"),
    "explained": ("closed", "in_progress"),
    "fed_back": ("closed", "in_progress"),
    "closed": ("in_progress",),
    "merged": (),
}

OPEN_STAGES = ("collected", "sorted", "studied", "assigned", "in_progress", "escalated")
WAITING_STAGES = ("resolved",)  # done, and the villager does not know it yet

WALL = (
    ("new", "新收集", ("collected", "sorted")),
    ("assigned", "已研究定责", ("studied", "assigned")),
    ("in_progress", "办理中", ("in_progress", "escalated")),
    ("resolved", "办结待回访", ("resolved",)),
)
"""The columns of the wall: name, title, and the stages that stand in it."""

_NEEDS: dict[str, tuple[str, ...]] = {
    "assigned": ("measure", "owner_id", "due_on"),
    "fed_back": ("fed_back_way",),
    "explained": ("result",),
    "merged": ("merged_into",),
}
_ASKED = {
    "measure": "请写解决办法和措施",
    "owner_id": "请定责任人",
    "due_on": "请定完成时限",
    "fed_back_way": "请写怎样告诉群众的",
    "result": "请写怎样解释的",
    "merged_into": "请选并入哪个问题",
}


def next_stages(stage: str) -> tuple[str, ...]:
    """Return the stages that may follow."""
    return _NEXT[stage]


def missing(stage: str, fields: Mapping[str, Stored]) -> dict[str, str]:
    """Return what an issue lacks before it can enter a stage: field → sentence. Assigning takes a measure, an owner
    and a deadline (研究解决办法和措施，并落实责任人和时间节点)."""
    return {name: _ASKED[name] for name in _NEEDS.get(stage, ()) if not fields.get(name)}


def wall_column(stage: str) -> str | None:
    """Return the name of the wall's column for a stage, or None for what has left the wall."""
    return next((name for name, _, stages in WALL if stage in stages), None)


def is_open(stage: str) -> bool:
    """Tell whether the issue still waits for a solution."""
    return stage in OPEN_STAGES


def overdue_days(due_on: str | None, stage: str, today: date) -> int:
    """Return by how many days an open issue has passed its deadline, 0 where it has not."""
    if not due_on or not is_open(stage):
        return 0
    return max(0, (today - date.fromisoformat(due_on)).days)


def time_left(due_on: str | None, stage: str, today: date) -> str:
    """Return the words on a card: 还剩 2 天, 今天到期, 超期 4 天, 待研究."""
    if stage in ("collected", "sorted"):
        return "待研究"
    if not due_on or not is_open(stage):
        return ""
    left = (date.fromisoformat(due_on) - today).days
    return f"还剩 {left} 天" if left > 0 else "今天到期" if left == 0 else f"超期 {-left} 天"
