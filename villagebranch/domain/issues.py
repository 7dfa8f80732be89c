"""The life of an issue, from the villager's words to the answer the villager is told, and the month's balance.

Four steps (practice.md § 6.1): 收集意见 = collected, 分析梳理 = sorted, 研究解决 = studied and assigned, 信息反馈 = fed back.
"""

from collections.abc import Iterable, Mapping
from dataclasses import dataclass
from datetime import date, timedelta
from typing import Literal

from villagebranch.domain.codes import ISSUE_STAGE
from villagebranch.domain.dayshow import day_near, day_short, days_between
from villagebranch.domain.periods import last_day, month_after, month_of
from villagebranch.domain.values import Stored

Tone = Literal["muted", "info", "late", "done"]

# What may follow each stage. Steps may be taken together (a meeting sorts, studies and assigns in one go), a person who
# is not satisfied reopens the matter, and what went up to the township comes back.
MOVES: Mapping[str, tuple[str, ...]] = {
    "collected": ("sorted", "studied", "assigned", "resolved", "explained", "escalated", "merged"),
    "sorted": ("studied", "assigned", "resolved", "explained", "escalated", "merged"),
    "studied": ("assigned", "in_progress", "resolved", "explained", "escalated", "merged"),
    "assigned": ("in_progress", "resolved", "explained", "escalated", "merged"),
    "in_progress": ("assigned", "resolved", "explained", "escalated", "merged"),
    "escalated": ("in_progress", "resolved", "explained", "merged"),
    "resolved": ("fed_back", "in_progress"),
    "explained": ("fed_back", "closed", "in_progress"),
    "fed_back": ("closed", "in_progress"),
    "closed": (),
    "merged": (),
}

_DECIDED = ("measure", "owner_id", "due_on")
_NEEDS: Mapping[str, tuple[str, ...]] = {
    "sorted": ("category",),
    "studied": _DECIDED,
    "assigned": _DECIDED,
    "resolved": ("resolved_on",),
    "explained": ("resolved_on", "result"),
    "escalated": ("escalated_on",),
    "merged": ("resolved_on", "merged_into"),
    "fed_back": ("fed_back_on", "fed_back_way"),
}
_ASK = {
    "category": "请选类别",
    "measure": "请填解决办法和措施",
    "owner_id": "请选责任人",
    "due_on": "请填完成时限",
    "resolved_on": "请填办结日期",
    "result": "请写明向群众解释了什么",
    "escalated_on": "请填上报日期",
    "merged_into": "请选并入哪一个问题",
    "fed_back_on": "请填反馈日期",
    "fed_back_way": "请选反馈方式",
}

UNSETTLED = ("collected", "sorted", "studied")
OPEN_STAGES = frozenset({"collected", "sorted", "studied", "assigned", "in_progress", "escalated"})

# The wall: four columns, the stages that stand in each, and the stage of a card that is dropped there.
WALL_COLUMNS = ("新收集", "已研究定责", "办理中", "办结待回访")
DROP_STAGES = ("sorted", "assigned", "in_progress", "resolved")
_ON_THE_WALL = {
    "collected": 0,
    "sorted": 0,
    "studied": 1,
    "assigned": 1,
    "in_progress": 2,
    "escalated": 2,
    "resolved": 3,
}


def wall_column(stage: str) -> int | None:
    """Return the place in `WALL_COLUMNS` of an issue, None where it has left the wall."""
    return _ON_THE_WALL.get(stage)


def is_open(stage: str) -> bool:
    """Return whether somebody still has to see to the matter."""
    return stage in OPEN_STAGES


def steps_to(now: str, to: str) -> tuple[str, ...]:
    """Return the stages that lead from `now` to `to`: one, or two where somebody has to be given the matter first;
    none where there is no way."""
    if to in MOVES[now]:
        return (to,)
    return ("assigned", to) if "assigned" in MOVES[now] and to in MOVES["assigned"] else ()


def needed_for(stage: str) -> tuple[str, ...]:
    """Return the fields that an issue must have when it enters `stage`."""
    return _NEEDS.get(stage, ())


def undecided(issue: Mapping[str, Stored]) -> dict[str, str]:
    """Return what has not been said yet of what is done, by whom and until when."""
    return {name: _ASK[name] for name in _DECIDED if not issue.get(name)}


def awaits_study(issue: Mapping[str, Stored]) -> bool:
    """Return whether a meeting still has to study an open issue. Those of an older book may be in hand without anybody
    being answerable for them."""
    return is_open(str(issue["stage"])) and (issue["stage"] in UNSETTLED or bool(undecided(issue)))


def move_problems(issue: Mapping[str, Stored], to: str) -> dict[str, str]:
    """Return why `issue` (its fields, those that the form is about to set included) cannot move on `to` a stage."""
    now = str(issue["stage"])
    if to not in MOVES[now]:
        further = "、".join(ISSUE_STAGE.show(stage) for stage in MOVES[now])
        told = f"下一步可以是：{further}" if further else "不再变动"
        return {"stage": f"「{ISSUE_STAGE.show(now)}」不能转为「{ISSUE_STAGE.show(to)}」，{told}"}
    return {name: _ASK[name] for name in needed_for(to) if not issue.get(name)}


def usual_deadlines(today: date) -> dict[str, date]:
    """Return the time limits that are given most often, by what they are called."""
    month = month_of(today)
    next_month = last_day(month_after(month))
    month_on = next_month.replace(day=min(today.day, next_month.day))
    return {"本月底": last_day(month), "两周后": today + timedelta(days=14), "一个月后": month_on}


def overdue_days(due_on: str | None, stage: str, today: date) -> int:
    """Return by how many days an open issue is late; 0 where it is not, or has no time limit."""
    late = days_between(due_on, today)
    return max(late or 0, 0) if is_open(stage) else 0


def card_tag(stage: str, due_on: str | None, resolved_on: str | None, today: date) -> tuple[str, Tone]:
    """Return the words on an issue's card, and their tone: 待研究, 还剩 2 天, 超期 4 天, 10-14 办结."""
    if not is_open(stage):
        return f"{day_near(resolved_on, today)} {_END[stage]}".strip(), "done"
    late = days_between(due_on, today)
    if late is None:
        return ("待研究", "muted") if wall_column(stage) == 0 else ("未定时限", "muted")
    if late > 0:
        return f"超期 {late} 天", "late"
    return (f"还剩 {-late} 天" if late else "今天到期"), "info"


_END = {"resolved": "办结", "fed_back": "办结", "closed": "办结", "explained": "已解释", "merged": "已并入"}


def progress_words(
    stage: str, resolved_on: str | None, result: str | None, overdue: int = 0, reply: str = ""
) -> str:
    """Return what a ledger says of the progress: 11-05 办结; 上报镇，在办（超期4天）; the township's `reply`; or the result
    so far."""
    if not is_open(stage):
        return f"{day_short(resolved_on)} {_END[stage]}".strip()
    words = (reply or "上报镇，在办") if stage == "escalated" else result or ""
    return f"{words}（超期{overdue}天）" if overdue else words


def satisfied_percent(answers: Iterable[str | None]) -> int | None:
    """Return the share of villagers asked who are satisfied or fairly so, None where nobody was asked."""
    given = [answer for answer in answers if answer]
    return round(100 * sum(answer != "unsatisfied" for answer in given) / len(given)) if given else None


@dataclass(frozen=True)
class Balance:
    """A month's issues: carried over, new, closed in it; of those still open, how many are late or escalated.

    Issues that were carried over and have been deleted since are `withdrawn`, so that the balance still closes.
    """

    opening: int
    new: int
    closed: int
    fed_back: int
    overdue: int = 0
    escalated: int = 0
    withdrawn: int = 0

    @property
    def closing(self) -> int:
        return self.opening + self.new - self.closed - self.withdrawn

    @property
    def sentence(self) -> str:
        marked = {"超期": self.overdue, "上报镇": self.escalated}
        among = "、".join(f"{word} {number} 件" for word, number in marked.items() if number)
        withdrawn = f"，撤回 {self.withdrawn} 件" if self.withdrawn else ""
        return (
            f"上月结转 {self.opening} 件，本月新收 {self.new} 件；"
            f"本月办结 {self.closed} 件，已反馈 {self.fed_back} 件{withdrawn}；"
            f"结转下月 {self.closing} 件{f'，其中{among}' if among else ''}。"
        )
