"""设置: the branch, the cadres and their quota, who may open the data, backups, what was done, and the practice village."""

from __future__ import annotations

from collections.abc import Callable, Mapping
from typing import Any

from PySide6.QtCore import QEvent, QSize, Qt
from PySide6.QtWidgets import QHBoxLayout, QListWidget, QStackedWidget, QWidget

from villagebranch.ui.acts_view import ActsView
from villagebranch.ui.desk import Desk
from villagebranch.ui.page import Page
from villagebranch.ui.settings_backup import BackupSettings
from villagebranch.ui.settings_branch import BranchSettings
from villagebranch.ui.settings_cadres import CadreSettings
from villagebranch.ui.settings_more import MoreSettings
from villagebranch.ui.settings_users import UserSettings
from villagebranch.ui.theme import control_height
from villagebranch.ui.widgets import Scroll

_Section = tuple[str, str, Callable[[Desk], Any]]
_OF_ALL: tuple[_Section, ...] = (
    ("users", "使用人与密码", UserSettings),
    ("backup", "备份与恢复", BackupSettings),
    ("acts", "操作记录", ActsView),
)
_SECTIONS: Mapping[str, tuple[_Section, ...]] = {
    "branch": (
        ("branch", "支部资料", BranchSettings),
        ("cadres", "村干部与走访户数", CadreSettings),
        *_OF_ALL,
        ("more", "导入、删除与练习", MoreSettings),
    ),
    "township": (("branch", "单位资料", BranchSettings), *_OF_ALL, ("more", "练习", MoreSettings)),
}


class SettingsPage(Page):
    """A list of sections beside the one chosen; `open(section=…)` chooses. A section has `refresh()`."""

    title = "设置"

    def __init__(self, desk: Desk) -> None:
        super().__init__(desk)
        self._sections = _SECTIONS[desk.role]
        self._list = QListWidget()
        self._list.setAccessibleName("设置的各部分")
        self._list.addItems([label for _, label, _ in self._sections])
        self._list.setFrameShape(QListWidget.Shape.NoFrame)
        self._stack = QStackedWidget()
        self._made: dict[int, Any] = {}
        self._list.currentRowChanged.connect(self._show)
        row = QHBoxLayout(self)
        row.addWidget(self._list, 0, Qt.AlignmentFlag.AlignTop)
        row.addWidget(self._stack, 1)
        self._fit()
        self._list.setCurrentRow(0)

    def open(self, **what: Any) -> None:
        names = [name for name, _, _ in self._sections]
        if what.get("section") in names:
            self._list.setCurrentRow(names.index(what["section"]))

    def refresh(self) -> None:
        self._made[self._list.currentRow()].refresh()

    def take_focus(self) -> None:
        self._list.setFocus()

    def changeEvent(self, event: QEvent) -> None:
        super().changeEvent(event)
        if event.type() == QEvent.Type.FontChange:
            self._fit()

    def _fit(self) -> None:
        """Make the sections as large as buttons, whatever the type size."""
        metrics = self.fontMetrics()
        for place in range(self._list.count()):
            self._list.item(place).setSizeHint(QSize(0, control_height(metrics) + 8))
        self._list.setFixedSize(
            metrics.horizontalAdvance("国") * 11, self._list.count() * (control_height(metrics) + 8) + 8
        )

    def _show(self, place: int) -> None:
        if place not in self._made:
            section: QWidget = self._sections[place][2](self.desk)
            self._made[place] = section
            self._stack.addWidget(Scroll(section))
        self._stack.setCurrentWidget(self._made[place].parentWidget().parentWidget())
        self._made[place].refresh()
