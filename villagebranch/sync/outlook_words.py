"""What a package does, in figures with their words: one line here for each thing that an `Outlook` counts."""

from collections.abc import Mapping
from dataclasses import dataclass

from villagebranch.records import KINDS
from villagebranch.sync.merge import Outlook

_LABELS = {kind.__tablename__: kind.label for kind in KINDS}
_NAMED = 3


@dataclass(frozen=True)
class Figure:
    """One count: what is counted, how many, and what is said below; `urgent` asks the person for something."""

    label: str
    count: int
    note: str
    urgent: bool = False


def figures(outlook: Outlook) -> list[Figure]:
    """Return the counts that a person must see, in the order of showing; the first three always, the others if any."""
    always = [
        Figure("新增", sum(outlook.new.values()), _by_kind(outlook.new)),
        Figure("改动", sum(outlook.changed.values()), _by_kind(outlook.changed)),
        Figure("两边都改过", len(outlook.conflicts), *_asked(len(outlook.conflicts))),
    ]
    others = [
        Figure(
            "删除",
            len(outlook.deletions),
            "数量很大，要单独确认" if outlook.drastic else "最近删除里能找回",
            outlook.drastic,
        ),
        Figure("已经有的", outlook.known, "以前收过，不会重复"),
        Figure("没有采纳", len(outlook.refused), "不归对方写的内容，单独列着"),
        Figure("新版本的内容", outlook.beyond, "先存着，升级程序后显示"),
    ]
    return always + [one for one in others if one.count]


def _asked(count: int) -> tuple[str, bool]:
    return ("需要您定夺", True) if count else ("没有", False)


def _by_kind(counts: Mapping[str, int]) -> str:
    """Return 走访 12、问题 3、党员 1 等, most first."""
    most = sorted(counts.items(), key=lambda one: -one[1])
    told = "、".join(f"{_LABELS.get(kind, kind)} {count}" for kind, count in most[:_NAMED])
    return told + ("等" if len(most) > _NAMED else "") if told else "没有"
