"""What both sides changed, to be decided: one, or all of them the same way."""

from __future__ import annotations

from collections.abc import Callable, Mapping, Sequence

from PySide6.QtWidgets import QVBoxLayout, QWidget

from villagebranch.domain.fields import Draft
from villagebranch.sync.disputes import Matter
from villagebranch.ui.conflict_view import ConflictView
from villagebranch.ui.flow_layout import FlowLayout
from villagebranch.ui.list_page import EmptyState
from villagebranch.ui.widgets import button, words

_WHY = (
    "同一条记录，两台电脑各自改过，改得不一样。程序不替您拿主意：请选对的一方；拿不准的先放着，不影响别的。"
)
_ASK = "请书记或副书记来定。"


class ConflictsView(QWidget):
    """Shows the matters; `settle` is called with what was chosen, `leave` to go back."""

    def __init__(
        self,
        matters: Sequence[Matter],
        settle: Callable[[Mapping[str, Draft]], None],
        leave: Callable[[], None],
        *,
        may: bool,
    ) -> None:
        super().__init__()
        column = QVBoxLayout(self)
        column.setContentsMargins(20, 16, 20, 18)
        column.setSpacing(14)
        if not matters:
            column.addWidget(EmptyState("没有要定夺的了，两边一样。", "返回", leave), 1)
            return
        count = sum(len(matter.disputes) for matter in matters)
        column.addWidget(words(f"两边都改过，等您定夺（{count} 处）", "title", wrap=True))
        column.addWidget(words(_WHY if may else _ASK, "secondary", wrap=True))
        self.conflicts = ConflictView(matters, locked=not may)
        self.conflicts.changed.connect(self._count)
        column.addWidget(self.conflicts)
        self._go = button("定下来", lambda: settle(self.conflicts.chosen()), primary=True)
        self._go.setVisible(may)
        tools = FlowLayout(None, 10)
        tools.addWidget(self._go)
        column.addLayout(tools)
        column.addStretch(1)
        self._count()

    def _count(self) -> None:
        chosen = len(self.conflicts.chosen())
        self._go.setText(f"定下来（{chosen} 处）" if chosen else "定下来")
        self._go.setEnabled(chosen > 0)
