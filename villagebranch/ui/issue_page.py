"""问题: the wall of all that is in hand, the list of every issue, and one issue in full with the steps that follow."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import replace
from functools import partial
from typing import Any

from PySide6.QtCore import QPoint, QSettings, QTimer
from PySide6.QtGui import QResizeEvent
from PySide6.QtWidgets import QFrame, QHBoxLayout, QLineEdit, QMenu, QStackedWidget, QVBoxLayout, QWidget

from villagebranch.db.journal import Act
from villagebranch.domain import issues as rules
from villagebranch.domain import periods
from villagebranch.domain.codes import ISSUE_CATEGORY
from villagebranch.domain.fields import Draft
from villagebranch.domain.table import Table
from villagebranch.domain.values import Stored
from villagebranch.services import cadres, issues
from villagebranch.services.issues import Wanted
from villagebranch.ui.ask_panel import AskPanel
from villagebranch.ui.delegates import Tags
from villagebranch.ui.desk import Desk
from villagebranch.ui.flow_layout import FlowLayout
from villagebranch.ui.issue_detail import IssueDetail, Offered, about, moves, verb
from villagebranch.ui.issue_wall import Wall
from villagebranch.ui.lazy_rows import LazyRows, Row
from villagebranch.ui.list_page import DETAIL_BESIDE_FROM, EmptyState
from villagebranch.ui.page import Action, Page, acting
from villagebranch.ui.saving import save_list
from villagebranch.ui.table_model import TableModel
from villagebranch.ui.table_view import TableView
from villagebranch.ui.widgets import Card, MenuButton, Segments, button, clear

_MONTHS_OFFERED = 24
_TODAY_UNLESS_SAID = ("resolved_on", "fed_back_on", "escalated_on")
_LOOK = Tags({"已办结": "green", "已反馈": "green", "已销号": "green", "办理中": "blue", "已交办": "blue"})


class IssuePage(Page):
    """The wall, or the list. `open(id=…)` shows one issue, `open(month=…)` those collected in a month."""

    title = "问题墙"

    def __init__(self, desk: Desk) -> None:
        super().__init__(desk)
        self._opened = ""
        self._detail: IssueDetail | None = None
        self.panel: AskPanel | None = None
        study = Action("开月度研究会", lambda: desk.show_page("study"))
        notice = Action("打印公示", lambda: desk.show_page("ledgers", name="issue_notice"), primary=True)
        # One red button at a time: while a panel is open it is the panel's.
        self._usual_buttons = (study, notice)
        self._panel_buttons = (study, replace(notice, primary=False))
        self.buttons = self._usual_buttons
        self._make_filters()
        self.wall = Wall()
        self.wall.opened.connect(self._open_issue)
        self.wall.move_wanted.connect(self._move)
        self.wall.menu_wanted.connect(self._show_menu)
        self.table = self._make_table()
        self._lay_out()

    def open(self, **what: Any) -> None:
        self._close_panel()
        self._opened = str(what.get("id", ""))
        if "month" in what:
            self._month.choose(str(what["month"]))

    def refresh(self) -> None:
        today, listed = self.desk.today(), self._view.chosen() == ("list",)
        with self.desk.store.read() as conn:
            self._owner.offer({one.person_id: one.name for one in cadres.cadres(conn, today)})
            open_ones = len(issues.ids(conn, Wanted(stages=tuple(rules.OPEN_STAGES))))
            overdue = issues.overdue(conn, today)
            there = issues.rows(conn, [self._opened]) if self._opened else []
            columns = issues.wall(conn, today, self._wanted())
            ids = issues.ids(conn, self._wanted()) if listed else []
        self.wall.show_columns(columns, today)
        self.table.table_model.show_table(self._listing(ids))
        shown = bool(ids) if listed else any(column.total for column in columns)
        self._views.setCurrentIndex(2 if not shown else 1 if listed else 0)
        self._export.setVisible(listed)
        self._show_detail(there[0].id if there else "")
        self.say(f"在办 {open_ones} 件 · 超期 {overdue} 件")

    def take_focus(self) -> None:
        if self._detail is not None:
            self._detail.take_focus()
        elif self._views.currentIndex() == 1:
            self.table.setFocus()
        else:
            self.wall.take_focus()

    def goes_back(self) -> bool:
        return self._detail is not None or (self.panel is not None and not self._has_room())

    def go_back(self) -> None:
        if self.panel is not None and not self._has_room():
            self._close_panel()
        else:
            left, self._opened = self._opened, ""
            self._show_detail("")
            self._return_to(left)

    def resizeEvent(self, event: QResizeEvent) -> None:
        super().resizeEvent(event)
        self._arrange()

    # How the page is put together.

    def _make_filters(self) -> None:
        month = periods.month_of(self.desk.today())
        offered = [periods.months_after(month, -back) for back in range(_MONTHS_OFFERED)]
        self._view = Segments({"wall": "问题墙", "list": "全部列表"})
        self._view.choose(("wall",))
        self._month = MenuButton("全部月份", {one: periods.month_label(one) for one in offered})
        self._category = MenuButton("全部类别", ISSUE_CATEGORY.options)
        self._owner = MenuButton("全部责任人")
        self._words = QLineEdit()
        self._words.setPlaceholderText("按字或姓名找")
        self._words.setAccessibleName("按字或姓名找问题")
        self._words.setClearButtonEnabled(True)
        self._soon = QTimer(self, singleShot=True, interval=150)
        self._soon.timeout.connect(self.refresh)
        self._words.textChanged.connect(lambda _text: self._soon.start())
        for chosen in (self._view, self._month, self._category, self._owner):
            chosen.changed.connect(self.refresh)

    def _make_table(self) -> TableView:
        settings = QSettings(str(self.desk.folder / "screen.ini"), QSettings.Format.IniFormat, self)
        model = TableModel(issues.listing(()), today=self.desk.today)
        table = TableView(model, looks={"stage": _LOOK}, settings=settings, name="issues")
        table.setAccessibleName("全部问题")
        table.setFrameShape(QFrame.Shape.NoFrame)
        table.opened.connect(self._open_issue)
        return table

    def _lay_out(self) -> None:
        self._views = QStackedWidget()
        self._views.addWidget(self.wall)
        listed = Card(margin=0)
        listed.body.setContentsMargins(1, 1, 1, 1)
        listed.body.addWidget(self.table)
        self._views.addWidget(listed)
        self._views.addWidget(
            EmptyState("这里没有问题。走访时记下的会自动到这里来。", "收一条问题", self._collect)
        )
        self._main = QWidget()
        column = QVBoxLayout(self._main)
        column.setContentsMargins(0, 0, 0, 0)
        column.setSpacing(14)
        column.addLayout(self._bar())
        column.addWidget(self._views, 1)
        self._detail_room, self._panel_room = QWidget(), QWidget()
        self._detail_place, self._panel_place = QVBoxLayout(self._detail_room), QVBoxLayout(self._panel_room)
        for place in (self._detail_place, self._panel_place):
            place.setContentsMargins(0, 0, 0, 0)
        row = QHBoxLayout(self)
        row.addWidget(self._main, 7)
        row.addWidget(self._detail_room, 7)
        row.addWidget(self._panel_room, 3)
        self._arrange()

    def _bar(self) -> QHBoxLayout:
        filters = FlowLayout(None, 8)
        for chosen in (self._view, self._month, self._category, self._owner, self._words):
            filters.addWidget(chosen)
        self._export = button("导出表格", self._save_list)
        collect = button("收一条问题", self._collect)
        collect.setShortcut("Ctrl+N")
        collect.setToolTip("Ctrl+N　来访、电话、会议上提出的")
        filters.addWidget(self._export)
        filters.addWidget(collect)
        bar = QHBoxLayout()
        bar.addLayout(filters, 1)
        return bar

    def _has_room(self) -> bool:
        return self.window().width() >= DETAIL_BESIDE_FROM

    def _arrange(self) -> None:
        alone = self.panel is not None and not self._has_room()
        self._main.setVisible(self._detail is None and not alone)
        self._detail_room.setVisible(self._detail is not None and not alone)
        self._panel_room.setVisible(self.panel is not None)
        self.buttons = self._usual_buttons if self.panel is None else self._panel_buttons
        self.title = "问题墙" if self._detail is None and self._view.chosen() == ("wall",) else "问题"
        self.header_changed.emit()

    # What is shown.

    def _wanted(self) -> Wanted:
        return Wanted(
            period=self._month.chosen(),
            owner_id=self._owner.chosen(),
            category=self._category.chosen(),
            words=self._words.text().strip(),
        )

    def _listing(self, ids: Sequence[str]) -> Table:
        return Table(issues.listing(()).columns, LazyRows(ids, self._rows_of), ids)

    def _rows_of(self, ids: Sequence[str]) -> Sequence[Row]:
        with self.desk.store.read() as conn:
            return issues.listing(issues.rows(conn, ids)).rows

    def _open_issue(self, id: str) -> None:
        self._opened = id
        self._show_detail(id)
        self.take_focus()

    def _show_detail(self, id: str) -> None:
        clear(self._detail_place)
        self._opened, self._detail = id, None
        if id:
            offered = Offered(lambda to: self._move([id], to), partial(self._correct, id), self.refresh)
            self._detail = IssueDetail(self.desk, id, offered)
            self._detail_place.addWidget(self._detail)
        self._arrange()

    def _return_to(self, id: str) -> None:
        if self._detail is not None:
            self._detail.take_focus()
        elif self._views.currentIndex() == 1:
            self.table.choose(id)
            self.table.setFocus()
        else:
            self.wall.choose(id)

    def _show_menu(self, ids: Sequence[str], at: QPoint) -> None:
        with self.desk.store.read() as conn:
            rows = issues.rows(conn, ids)
        menu = QMenu(self)
        menu.addAction("看办理情况", lambda: self._open_issue(ids[0]))
        menu.addSeparator()
        for to in moves(rows[0].stage):
            if all(to in rules.MOVES[row.stage] for row in rows):
                menu.addAction(verb(rows[0].stage, to), partial(self._move, ids, to))
        menu.popup(at)

    # What is done.

    @acting
    def _move(self, ids: Sequence[str], to: str) -> None:
        """Take issues a step further: at once where nothing has to be asked, else after the panel."""
        with self.desk.store.read() as conn:
            rows = issues.rows(conn, ids)
        label = verb(rows[0].stage, to)
        form = max((issues.form_for(row.stage, to) for row in rows), key=lambda form: len(form.fields))
        if form.fields:
            today = self.desk.today().isoformat()
            stored: dict[str, Stored] = {
                one.name: today for one in form.fields if one.name in _TODAY_UNLESS_SAID
            }
            if len(rows) == 1:
                known = {one.name: getattr(rows[0], one.name) or None for one in form.fields}
                stored = known | stored
            self._ask(AskPanel(self.desk, form, label, about(rows), stored, partial(self._advance, ids, to)))
            return
        with self.desk.store.write(self.desk.user, label) as act:
            self._advance(ids, to, act, {})
        self.desk.done(f"{label}：{about(rows)}")
        self._after(ids[0])

    def _advance(self, ids: Sequence[str], to: str, act: Act, draft: Draft) -> None:
        for id in ids:
            issues.advance(act, id, to, self.desk.today(), draft)

    def _correct(self, id: str) -> None:
        with self.desk.store.read() as conn:
            row = issues.one(conn, id)
        form = issues.form_to_correct(row)
        stored = {one.name: getattr(row, one.name) or None for one in form.fields}

        def write(act: Act, draft: Draft) -> None:
            issues.correct(act, id, draft, self.desk.today())

        self._ask(AskPanel(self.desk, form, "改内容", about([row]), stored, write))

    def _collect(self) -> None:
        def write(act: Act, draft: Draft) -> None:
            issues.collect(act, draft, self.desk.today())

        stored = {"collected_on": self.desk.today().isoformat()}
        told = "不是走访时听到的：来访、电话、会议上提出的。"
        self._ask(AskPanel(self.desk, issues.COLLECT_FORM, "收一条问题", told, stored, write))

    def _ask(self, panel: AskPanel) -> None:
        self._close_panel()
        self.panel = panel
        current = self._opened or self.wall.current_id()
        panel.written.connect(lambda: self._after(current))
        panel.left.connect(lambda: self._leave_panel(current))
        self._panel_place.addWidget(panel)
        self._arrange()
        panel.take_focus()

    def _after(self, id: str) -> None:
        """Go on with the issue that was written, where it stands now."""
        self._close_panel()
        self.refresh()
        self._return_to(id)

    def _leave_panel(self, id: str) -> None:
        self._close_panel()
        self._return_to(id)

    def _close_panel(self) -> None:
        clear(self._panel_place)
        self.panel = None
        self._arrange()

    @acting
    def _save_list(self) -> None:
        save_list(self, "群众反映的问题", self._listed)

    def _listed(self) -> Table:
        with self.desk.store.read() as conn:
            return issues.listing(issues.rows(conn, issues.ids(conn, self._wanted())), whole=True)
