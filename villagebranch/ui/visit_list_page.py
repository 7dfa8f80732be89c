"""走访: every visit, latest first; the chosen one in full beside the list."""

from __future__ import annotations

from collections.abc import Sequence

from PySide6.QtWidgets import QWidget

from villagebranch.domain import periods
from villagebranch.domain.codes import VISIT_TYPE
from villagebranch.domain.dayshow import day_words
from villagebranch.domain.table import Table
from villagebranch.services import cadres, histories, visits
from villagebranch.services.disputed import of_parts
from villagebranch.services.histories import Part
from villagebranch.services.visits import Wanted
from villagebranch.ui.colours import Tone
from villagebranch.ui.delegates import Tags
from villagebranch.ui.desk import Desk
from villagebranch.ui.dispute_band import tell_disputed
from villagebranch.ui.history_view import HistoryView
from villagebranch.ui.issue_line import IssueLine
from villagebranch.ui.lazy_rows import LazyRows, Row
from villagebranch.ui.list_page import EmptyState, ListPage
from villagebranch.ui.page import Action, acting
from villagebranch.ui.pane import Pane
from villagebranch.ui.photos import PhotoStrip
from villagebranch.ui.saving import save_list
from villagebranch.ui.widgets import MenuButton, Segments, button, words

_MONTHS_OFFERED = 24


class VisitListPage(ListPage):
    """The visits of a month or of all time, by a person, in a way, with issues only."""

    name = "visits"
    title = "走访"
    looks = {
        "visit_type": Tags({"上门家访": "green", "实地巡访": "amber", "联系走访": "blue"}),
        "state": Tags({}),
    }
    detail_share = 32

    def __init__(self, desk: Desk) -> None:
        super().__init__(desk)
        self.buttons = (Action("记走访", lambda: desk.show_page("visit"), primary=True, shortcut="Ctrl+N"),)
        month = periods.month_of(desk.today())
        offered = [periods.months_after(month, -back) for back in range(_MONTHS_OFFERED)]
        self._month = MenuButton("全部月份", {one: periods.month_label(one) for one in offered})
        self._person = MenuButton("全部走访人")
        self._way = MenuButton("三种方式", VISIT_TYPE.options)
        self._heard = Segments({"issue": "有问题的"}, many=True)
        for chosen in (self._month, self._person, self._way, self._heard):
            self.add_filter(chosen)
        self.add_button("导出", lambda: save_list(self, "走访", self._whole))
        self.add_button("从表格导入", lambda: desk.show_page("import", book="visits"))
        self.add_button(
            "打印台账", lambda: desk.show_page("ledgers", name="visit_list", month=self._month.chosen())
        )
        self.lay_out()

    def refresh(self) -> None:
        with self.desk.store.read() as conn:
            self._person.offer({one.person_id: one.name for one in cadres.cadres(conn, self.desk.today())})
        super().refresh()
        with self.desk.store.read() as conn:
            month = visits.count(conn, Wanted(period=periods.month_of(self.desk.today())))
        self.say(f"本月 {month} 次 · 列出 {self.table.table_model.rowCount()} 次")

    def _asked(self) -> Wanted:
        return Wanted(
            period=self._month.chosen(),
            person_id=self._person.chosen(),
            visit_type=self._way.chosen(),
            with_issue=bool(self._heard.chosen()),
        )

    def rows(self) -> Table:
        with self.desk.store.read() as conn:
            ids = visits.ids(conn, self._asked())
            columns = visits.listing([]).columns
        return Table(columns, LazyRows(ids, self._rows_of), ids)

    def _rows_of(self, ids: Sequence[str]) -> Sequence[Row]:
        with self.desk.store.read() as conn:
            return visits.listing(visits.rows(conn, ids)).rows

    def _whole(self) -> Table:
        """Return what is listed with the account of each visit, for a workbook."""
        with self.desk.store.read() as conn:
            return visits.listing(visits.rows(conn, visits.ids(conn, self._asked())), whole=True)

    def empty(self) -> EmptyState:
        return EmptyState(
            "这里还没有走访。记下第一次走访，它会自动进入手册、户卡和台账。",
            "记走访",
            lambda: self.desk.show_page("visit"),
        )

    def detail(self, record: str) -> QWidget:
        with self.desk.store.read() as conn:
            row = visits.rows(conn, [record])[0]
            parts = [Part("visit", record), *(Part("issue", heard.id) for heard in row.issues)]
            told, open_here = histories.tell(conn, parts[:1]), of_parts(conn, parts)
        tools = (
            button("编辑", lambda: self.desk.show_page("visit", id=record)),
            button("打印记录表", lambda: self.desk.show_page("ledgers", name="visit_diary", visit=record)),
            button("删除", lambda: self._remove(record)),
        )
        late: list[tuple[str, Tone]] = [("补录", "grey")] if row.backfilled else []
        facts = (day_words(row.occurred_on), row.type_words, row.visitors)
        pane = Pane(row.where or "走访", facts, tools, late)
        tell_disputed(pane.add, self.desk, open_here)
        pane.add(words(row.account or "没有写走访情况。", wrap=True))
        if row.issues:
            pane.add_head("反映的问题")
            for heard in row.issues:
                pane.add(IssueLine(self.desk, heard))
        photos = PhotoStrip(self.desk)
        photos.show_of("visit", record)
        pane.add(photos)
        pane.add(HistoryView(self.desk, told, self.refresh))
        pane.end()
        return pane

    @acting
    def _remove(self, record: str) -> None:
        with self.desk.store.write(self.desk.user, "删除走访") as act:
            visits.remove(act, record)
        self.desk.done("走访已删除，反映的问题也一起删了")
        self.refresh()
