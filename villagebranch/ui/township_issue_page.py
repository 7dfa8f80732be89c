"""问题 of the township: the issues of all villages, one of them in full, and the answer to what was taken up."""

from __future__ import annotations

from collections.abc import Sequence
from functools import partial
from typing import TYPE_CHECKING, Any

from PySide6.QtWidgets import QWidget

from villagebranch.domain import periods
from villagebranch.domain.codes import ISSUE_CATEGORY
from villagebranch.domain.dayshow import day_near, day_words
from villagebranch.domain.names import village_of
from villagebranch.domain.table import Table
from villagebranch.records.reported import VillageIssue
from villagebranch.services import township_month, township_reply, village_issues
from villagebranch.services.township_reply import Answer
from villagebranch.services.village_issues import IssueOfVillage, Wanted
from villagebranch.ui.answer_panel import answer_panel
from villagebranch.ui.ask_panel import AskPanel
from villagebranch.ui.delegates import Tags
from villagebranch.ui.desk import Desk
from villagebranch.ui.lazy_rows import LazyRows, Row
from villagebranch.ui.list_page import EmptyState, ListPage
from villagebranch.ui.page import Action, acting
from villagebranch.ui.pane import Pane
from villagebranch.ui.saving import save_list
from villagebranch.ui.township_issues import TONES, listing, state
from villagebranch.ui.widgets import Facts, MenuButton, Segments, button, set_property, words

if TYPE_CHECKING:
    from sqlalchemy import Connection

_STATES = {"unanswered": "待答复", "open": "在办", "overdue": "超期", "escalated": "上报", "": "全部"}
_FACTS = (
    *("source_way", "collected_on", "escalated_on", "asked", "measure", "lead", "owner", "due_on"),
    *("resolved_on", "result", "fed_back_on", "satisfaction"),
)


class TownshipIssuePage(ListPage):
    """`open(id=…)` shows one issue, by its id in the village's books."""

    title = "各村的问题"
    name = "township_issues"
    looks = {"stage": Tags(TONES)}
    detail_share = 38

    def __init__(self, desk: Desk) -> None:
        super().__init__(desk)
        self.buttons = (Action("导出", lambda: save_list(self, self.title, self._whole)),)
        self._answering = ""
        self.panel: AskPanel | None = None
        self._village, self._category = MenuButton("各村"), MenuButton("全部类别", ISSUE_CATEGORY.options)
        self._state = Segments(_STATES)
        self._state.choose(("open",))
        for chosen in (self._state, self._village, self._category):
            self.add_filter(chosen)
        self.lay_out()

    def open(self, **what: Any) -> None:
        super().open(**what)
        self._answering = ""
        if "state" in what or "id" in what:
            self._village.choose("")
            self._category.choose("")
            self._state.choose((str(what.get("state", "")),))

    def refresh(self) -> None:
        today = self.desk.today()
        with self.desk.store.read() as conn:
            villages = township_month.villages(conn, periods.month_of(today), today)
        self._village.offer({one.id: village_of(one.name) for one in villages})
        super().refresh()
        running, waiting = sum(one.in_hand for one in villages), sum(one.escalated for one in villages)
        self._state.label("unanswered", f"待答复 {waiting}" if waiting else "待答复")
        self.say(f"在办 {running} 件 · 等镇里答复 {waiting} 件")

    def rows(self) -> Table:
        with self.desk.store.read() as conn:
            ids = self._ids(conn)
        return Table(listing((), self.desk.today()).columns, LazyRows(ids, self._rows_of), ids)

    def _ids(self, conn: Connection) -> Sequence[str]:
        wanted = Wanted(self._village.chosen(), self._category.chosen(), self._state.chosen()[0])
        return village_issues.ids(conn, wanted, self.desk.today())

    def _rows_of(self, ids: Sequence[str]) -> Sequence[Row]:
        with self.desk.store.read() as conn:
            return listing(village_issues.rows(conn, ids), self.desk.today()).rows

    def _whole(self) -> Table:
        """Return what is listed, for a workbook."""
        with self.desk.store.read() as conn:
            return listing(village_issues.rows(conn, self._ids(conn)), self.desk.today())

    def unsaved(self) -> bool:
        return bool(self._answering) and self.panel is not None and self.panel.unsaved()

    def discard(self) -> None:
        self._answering = ""

    def empty(self) -> EmptyState:
        return EmptyState(
            "这里没有问题。各村的问题随上报的包来。", "去收包", lambda: self.desk.show_page("home")
        )

    def detail(self, record: str) -> QWidget:
        with self.desk.store.read() as conn:
            (one,) = village_issues.rows(conn, [record])
            answers = township_reply.answers(conn, record)
        if self._answering == record:
            return self._panel(one)
        self._answering = ""
        tools = []
        if one.escalated_on:
            label = "再答复一次" if answers and not one.is_unanswered else "答复"
            tools.append(button(label, partial(self._answer, record), primary=one.is_unanswered))
        tags = [(word, TONES.get(word, "grey")) for word in state(one, self.desk.today())]
        where = f"{village_of(one.village)} {one.villager_group}".strip()
        pane = Pane(one.words, (where, one.shown("category")), tools, tags)
        pane.add(self._course(one))
        pane.add_head("镇里的答复")
        if not answers:
            pane.add(words("还没有答复。" if one.escalated_on else "村里没有上报这一件。", "muted"))
        for told in answers:
            self._add_answer(pane, one, told)
        pane.end()
        return pane

    def _course(self, one: IssueOfVillage) -> Facts:
        facts = Facts()
        for name in _FACTS:
            if told := one.shown(name):
                facts.add(VillageIssue.kind().field(name).label, told)
        return facts

    def _add_answer(self, pane: Pane, one: IssueOfVillage, told: Answer) -> None:
        day = day_near(told.replied_on, self.desk.today())
        back = button("撤回", partial(self._withdraw, one, told), link=True)
        back.setAccessibleName(f"撤回 {day_words(told.replied_on)} 的答复")
        pane.add_head(f"{day}　{told.said}", back)
        said = " · ".join(filter(None, (told.words, told.replied_by)))
        if said:
            pane.add(words(said, "secondary", wrap=True))

    def _panel(self, one: IssueOfVillage) -> QWidget:
        panel = answer_panel(self.desk, one)
        panel.written.connect(self._leave)
        panel.left.connect(self._leave)
        set_property(panel, "role", "")  # it stands on the card of the detail
        self.panel = panel
        return panel

    def _answer(self, record: str) -> None:
        self._answering = record
        self._show_detail(record)
        if self.panel is not None:
            self.panel.take_focus()

    def _leave(self) -> None:
        self._answering = ""
        self.refresh()
        self.table.setFocus()

    @acting
    def _withdraw(self, one: IssueOfVillage, told: Answer) -> None:
        with self.desk.store.write(self.desk.user, "撤回答复", one.village_id) as act:
            township_reply.withdraw(act, told.id)
        self.desk.done("答复已撤回；已经送去的，下次导出时村里也会收到撤回")
        self.refresh()
