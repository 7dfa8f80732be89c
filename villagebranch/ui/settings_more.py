"""导入、删除与练习: the ways to the import, to what was deleted, and to the practice village."""

from __future__ import annotations

from collections.abc import Callable

from PySide6.QtCore import Qt

from villagebranch.ui.desk import Desk
from villagebranch.ui.widgets import Card, button, words


class MoreSettings(Card):
    """One button with its words for each way."""

    def __init__(self, desk: Desk) -> None:
        super().__init__(margin=24, spacing=8)
        ours = desk.role == "branch"
        self.body.addWidget(words("导入、删除与练习" if ours else "练习", "title"))
        if ours:
            self._way(
                "从表格导入",
                "把村里原来的党员名册、群众户、走访记录带进来；先看一遍再收，收了也能撤销。",
                lambda: desk.show_page("import"),
            )
            self._way(
                "最近删除", "一年之内删掉的都在这里，点一下就能恢复。", lambda: desk.show_page("removed")
            )
        if not desk.practice:
            self._way(
                "打开练习库",
                f"编的{'村子' if ours else '乡镇和各村'}，随便试，不会影响真实资料。试完关掉窗口，再打开就是真实资料。",
                desk.practise,
            )
        told = (
            "字太小时按 Ctrl 加号放大，Ctrl 减号缩小，Ctrl 0 还原。Alt 加数字直接到各页，Ctrl K 直接去查找。"
        )
        self.body.addSpacing(12)
        self.body.addWidget(words(told, "muted", wrap=True))
        self.body.addStretch(1)

    def _way(self, label: str, told: str, go: Callable[[], None]) -> None:
        self.body.addSpacing(8)
        self.body.addWidget(button(label, go), 0, Qt.AlignmentFlag.AlignLeft)
        self.body.addWidget(words(told, "muted", wrap=True))

    def refresh(self) -> None:
        """Nothing here changes."""
