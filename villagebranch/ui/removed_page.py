"""最近删除: what was deleted within a year, with the way back."""

from __future__ import annotations

from PySide6.QtWidgets import QWidget

from villagebranch.domain.dayshow import day_words
from villagebranch.domain.table import Table
from villagebranch.services import removed
from villagebranch.services.removed import KEPT_DAYS, Gone
from villagebranch.ui.desk import Desk
from villagebranch.ui.list_page import EmptyState, ListPage
from villagebranch.ui.page import acting
from villagebranch.ui.pane import Pane
from villagebranch.ui.widgets import MenuButton, button, words

_WHOLE = ("household", "visit", "meeting")


class RemovedPage(ListPage):
    """Everything people care for, latest first; several rows can be chosen and restored at once."""

    title, name = "最近删除", "removed"
    opened_from = "settings"
    detail_share = 32

    def __init__(self, desk: Desk) -> None:
        super().__init__(desk)
        self._sort = MenuButton("全部类别")
        self._gone: dict[str, Gone] = {}
        self.add_filter(self._sort)
        self.lay_out()

    def rows(self) -> Table:
        with self.desk.store.read() as conn:
            found = removed.gone(conn, self.desk.today())
        self._sort.offer({one.kind: one.sort for one in found})
        self._gone = {f"{one.kind} {one.id}": one for one in found}
        self.say(f"{len(found):,} 项，保留一年")
        chosen = self._sort.chosen()
        return removed.listing([one for one in found if chosen in ("", one.kind)])

    def detail(self, record: str) -> QWidget:
        one, chosen = self._gone[record], self.table.chosen_ids()
        if len(chosen) > 1:
            title, facts = f"已选 {len(chosen)} 项", ["可以一起恢复"]
        else:
            title, facts = one.sort, [f"{day_words(one.at[:10])}删除", one.author]
        pane = Pane(title, facts, (button("恢复", self._restore, primary=True),))
        if len(chosen) <= 1:
            pane.add(words(one.title, wrap=True))
        if one.kind in _WHOLE:
            pane.add(words("和它一起删除的内容会一同恢复。", "muted", wrap=True))
        pane.end()
        return pane

    def empty(self) -> EmptyState:
        return EmptyState(
            f"这里是空的。删除的党员、群众户、走访、问题、会议会在这里保留 {KEPT_DAYS} 天。",
            "返回设置",
            self.go_back,
        )

    @acting
    def _restore(self) -> None:
        chosen = [self._gone[id] for id in self.table.chosen_ids()]
        with self.desk.store.write(self.desk.user, "恢复") as act:
            for one in chosen:
                removed.restore(act, one.kind, one.id)
        self.desk.done(f"已恢复 {len(chosen)} 项")
        self.refresh()
