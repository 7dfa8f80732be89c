"""通知要求: what the township asked of its villages, who has done it, and who has not."""

from __future__ import annotations

from datetime import date
from functools import partial

from PySide6.QtCore import Qt
from PySide6.QtWidgets import QGridLayout, QWidget

from villagebranch.domain.dayshow import day_near, day_words
from villagebranch.domain.names import village_of
from villagebranch.domain.table import Column, Table
from villagebranch.services import township_reply
from villagebranch.services.township_reply import Asked, Round
from villagebranch.ui.colours import Tone
from villagebranch.ui.delegates import Bar, Tags
from villagebranch.ui.desk import Desk
from villagebranch.ui.list_page import EmptyState, ListPage
from villagebranch.ui.page import Action, acting
from villagebranch.ui.pane import Pane
from villagebranch.ui.widgets import Pill, Segments, button, words

_COLUMNS = (
    Column("title", "事项"),
    Column("issued_on", "下发"),
    Column("due_on", "时限"),
    Column("done", "办完的村"),
    Column("standing", ""),
)
_TONES: dict[str, Tone] = {"都办完了": "green", "在办": "blue", "超期": "red"}


class AskedPage(ListPage):
    """A row for each matter, whichever number of villages it went to."""

    title = "通知要求"
    name = "instructions"
    looks = {"done": Bar(), "standing": Tags(_TONES)}
    detail_share = 42

    def __init__(self, desk: Desk) -> None:
        super().__init__(desk)
        self.buttons = (Action("写通知要求", self._begin, primary=True, shortcut="Ctrl+N"),)
        self._found: dict[str, Round] = {}
        self._state = Segments({"open": "没办完的", "": "全部"})
        self._state.choose(("",))
        self.add_filter(self._state)
        self.lay_out()

    def refresh(self) -> None:
        super().refresh()
        left = sum(not one.is_done for one in self._found.values())
        self.say(f"列出 {len(self._found)} 项 · 没办完 {left} 项")

    def rows(self) -> Table:
        today = self.desk.today()
        with self.desk.store.read() as conn:
            found = township_reply.rounds(conn)
        if self._state.chosen() == ("open",):
            found = [one for one in found if not one.is_done]
        self._found = {one.id: one for one in found}
        rows = [
            (
                one.title,
                day_near(one.issued_on, today),
                day_near(one.due_on, today) or "—",
                f"{one.done}/{len(one.asked)}",
                _standing(one, today.isoformat()),
            )
            for one in found
        ]
        return Table(_COLUMNS, rows, [one.id for one in found])

    def empty(self) -> EmptyState:
        return EmptyState(
            "这里没有通知要求。写给一个村、几个村或各村，随 U 盘带下去。", "写通知要求", self._begin
        )

    def detail(self, record: str) -> QWidget:
        one, today = self._found[record], self.desk.today()
        standing = _standing(one, today.isoformat())
        due = f"{day_words(one.due_on)}前办完" if one.due_on else ""
        pane = Pane(one.title, (f"{day_words(one.issued_on)}下发", due), (), [(standing, _TONES[standing])])
        if one.words:
            pane.add(words(one.words, wrap=True))
        pane.add_head(f"{one.done} 个村办完，{len(one.asked) - one.done} 个村没办完")
        pane.add(self._villages(one))
        pane.end()
        return pane

    def _villages(self, one: Round) -> QWidget:
        """Return a line for each village: how it stands, what it said, and the way to withdraw."""
        lines, top = QWidget(), Qt.AlignmentFlag.AlignTop
        grid = QGridLayout(lines)
        grid.setContentsMargins(0, 0, 0, 0)
        grid.setHorizontalSpacing(12)
        grid.setColumnStretch(2, 1)
        for row, asked in enumerate(one.asked):
            word, tone, told = _told(asked, self.desk.today())
            back = button("撤回", partial(self._withdraw, asked), link=True)
            back.setAccessibleName(f"撤回给{village_of(asked.village)}的「{asked.title}」")
            grid.addWidget(words(village_of(asked.village)), row, 0)
            grid.addWidget(Pill(word, tone), row, 1)
            grid.addWidget(words(told, "secondary", wrap=True), row, 2)
            grid.addWidget(back, row, 3, top)
        return lines

    def _begin(self) -> None:
        self.desk.show_page("instruct")

    @acting
    def _withdraw(self, asked: Asked) -> None:
        with self.desk.store.write(self.desk.user, "撤回通知要求", asked.village_id) as act:
            township_reply.withdraw_instruction(act, asked.id)
        self.desk.done("已撤回；已经送去的，下次导出时村里也会收到撤回")
        self.refresh()


def _standing(one: Round, today: str) -> str:
    if one.is_done:
        return "都办完了"
    return "超期" if one.due_on and one.due_on < today else "在办"


def _told(asked: Asked, today: date) -> tuple[str, Tone, str]:
    """Return how it stands in one village, in which tone, and what the village said."""
    late = bool(asked.due_on) and (asked.done_on or today.isoformat()) > asked.due_on
    if not asked.done_on:
        return ("超期", "red", "") if late else ("在办", "blue", "")
    told = (day_near(asked.done_on, today), "晚了" if late else "", asked.done_note)
    return "办完", "green", " · ".join(filter(None, told))
