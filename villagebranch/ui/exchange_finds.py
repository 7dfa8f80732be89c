"""What lies on the sticks, a line for each package: from whom, what it is, and whether it is for this computer."""

from __future__ import annotations

from collections.abc import Callable, Sequence
from functools import partial

from PySide6.QtWidgets import QHBoxLayout, QVBoxLayout, QWidget

from villagebranch.domain.dayshow import day_words
from villagebranch.sync.stick import Found, State
from villagebranch.ui.colours import Tone
from villagebranch.ui.list_page import EmptyState
from villagebranch.ui.widgets import Pill, button, line, words

KINDS = {
    "delta": "改动",
    "snapshot": "全部资料",
    "reply": "镇里的答复",
    "report": "上报",
    "request": "请求补送",
    "card": "名片",
}
_STATES: dict[State, tuple[str, Tone]] = {
    "new": ("还没有收", "blue"),
    "taken": ("已经收过", "grey"),
    "own": ("这台电脑送出的", "grey"),
    "elsewhere": ("给另一台电脑的", "grey"),
    "stranger": ("还不认识", "amber"),
    "broken": ("坏的", "red"),
}
_OPENS = ("new", "stranger", "taken")
_NOTHING = "没有找到 U 盘。插好 U 盘等几秒，里面的交换包会列在这里；也可以点「打开文件…」，或把文件拖进来。"
_EMPTY = "U 盘上没有交换包。要送给别人，用右边的「送出」；对方的包放在别的文件夹里时，点「打开文件…」。"


def size_words(size: int) -> str:
    """Return 128 KB or 3.4 MB."""
    return f"{size / (1 << 20):.1f} MB" if size >= 1 << 20 else f"{max(1, round(size / 1024))} KB"


class FindsView(QWidget):
    """The packages, newest first; `read` is called with the path of one, `choose` asks for a file elsewhere."""

    def __init__(
        self,
        found: Sequence[Found],
        sticks: int,
        read: Callable[[Found], None],
        choose: Callable[[], None],
    ) -> None:
        super().__init__()
        self.column = column = QVBoxLayout(self)
        column.setContentsMargins(18, 16, 18, 16)
        column.setSpacing(12)
        if not found:
            column.addWidget(EmptyState(_EMPTY if sticks else _NOTHING, "打开文件…", choose), 1)
            return
        column.addWidget(words("U 盘上的交换包", "head"))
        first = next((one for one in found if one.state == "new"), None)
        for one in found:
            column.addWidget(line())
            column.addWidget(_row(one, read, primary=one is first))
        column.addStretch(1)


def _row(one: Found, read: Callable[[Found], None], *, primary: bool) -> QWidget:
    made = QWidget()
    row = QHBoxLayout(made)
    row.setContentsMargins(0, 0, 0, 0)
    row.setSpacing(12)
    told = QVBoxLayout()
    told.setSpacing(2)
    title = _title(one)
    told.addWidget(words(title, wrap=True))
    told.addWidget(words(_facts(one), "muted", wrap=True))
    row.addLayout(told, 1)
    row.addWidget(Pill(*_STATES[one.state]))
    if one.state in _OPENS:
        label = "收名片" if one.seen.header and one.seen.header.kind == "card" else "看一遍"
        look = button(label, partial(read, one), primary=primary)
        look.setAccessibleName(f"{label} {title}")
        row.addWidget(look)
    return made


def _title(one: Found) -> str:
    header = one.seen.header
    if header is None:
        return one.seen.path.name
    if one.state == "own":
        return f"送出的{KINDS.get(header.kind, '')}"
    who = one.who.name if one.who else f"另一台电脑（{header.sender}）"
    return f"{who} 的{KINDS.get(header.kind, '')}"


def _facts(one: Found) -> str:
    header = one.seen.header
    if header is None:
        return one.seen.why
    made = day_words(header.made_at[:16].replace("T", " "))
    return f"{made} · {size_words(one.seen.size)} · {one.seen.path.name}"
