"""会议: the meetings of a year beside what the rules ask of that year."""

from __future__ import annotations

from typing import Any

from PySide6.QtCore import QSettings
from PySide6.QtWidgets import QBoxLayout, QFrame, QHBoxLayout, QStackedWidget

from villagebranch.domain.codes import MEETING_TYPE
from villagebranch.services.meeting_year import list_meetings, listing, years
from villagebranch.ui.desk import Desk
from villagebranch.ui.list_page import EmptyState
from villagebranch.ui.page import Action
from villagebranch.ui.saving import save_list
from villagebranch.ui.table_model import TableModel
from villagebranch.ui.table_view import TableView
from villagebranch.ui.widgets import Card, MenuButton, button
from villagebranch.ui.year_duties import DutiesPage

_ROWS_AT_LEAST = 6


class MeetingPage(DutiesPage):
    """Lists the meetings; Enter opens one. `open(id=…)` chooses that meeting, `open(meeting_type=…)` shows one type."""

    title = "会议"

    def __init__(self, desk: Desk) -> None:
        super().__init__(desk)
        self.buttons = (Action("记会议", self._begin, primary=True, shortcut="Ctrl+N"),)
        self._wanted = ""
        self._year = MenuButton(f"{desk.today().year}年")
        self._type = MenuButton("全部会议", MEETING_TYPE.options)
        for chosen in (self._year, self._type):
            chosen.changed.connect(self.refresh)
        settings = QSettings(str(desk.folder / "screen.ini"), QSettings.Format.IniFormat, self)
        self.table = TableView(TableModel(listing(()), today=desk.today), settings=settings, name="meetings")
        self.table.setAccessibleName("会议")
        self.table.setFrameShape(QFrame.Shape.NoFrame)
        self.table.opened.connect(lambda id: desk.show_page("meeting", id=id))
        self.duties.opened.connect(self._begin)
        self._stack = QStackedWidget()
        self._stack.addWidget(self.table)
        self._stack.addWidget(
            EmptyState("这里还没有会议。记下一次，它会自动进入会议记录和年度统计。", "记会议", self._begin)
        )
        self._row = QHBoxLayout(self)
        self._row.addWidget(self._list_card(), 72)
        self._row.addWidget(self.duties, 28)

    def _list_card(self) -> Card:
        card = Card(margin=0, spacing=0)
        card.body.setContentsMargins(1, 1, 1, 1)
        bar = QHBoxLayout()
        bar.setContentsMargins(13, 11, 13, 11)
        bar.setSpacing(8)
        bar.addWidget(self._year)
        bar.addWidget(self._type)
        bar.addStretch(1)
        bar.addWidget(button("导出", lambda: save_list(self, "会议", lambda: self.table.table_model.table)))
        bar.addWidget(button("打印年度统计", self._print_year))
        card.body.addLayout(bar)
        card.body.addWidget(self._stack, 1)
        return card

    def open(self, **what: Any) -> None:
        self._wanted = str(what.get("id", ""))
        if "meeting_type" in what:
            self._type.choose(what["meeting_type"])

    def refresh(self) -> None:
        today = self.desk.today()
        with self.desk.store.read() as conn:
            known = [str(year) for year in years(conn) if year != today.year]
            self._year.offer({year: f"{year}年" for year in known})
            year = int(self._year.chosen() or today.year)
            held = list_meetings(conn, year)
        shown = [row for row in held if self._type.chosen() in ("", row.meeting_type)]
        self.table.table_model.show_table(listing(shown))
        self._stack.setCurrentIndex(0 if shown else 1)
        if self._wanted:
            self.table.choose(self._wanted)
        elif not self.table.currentIndex().isValid():
            self.table.selectRow(0)
        self._wanted = ""
        self.duties.show_year(year)
        self.duties.show_type(self._type.chosen())
        self.say(f"{year}年 {len(held)} 次" + (f" · 列出 {len(shown)} 次" if len(shown) != len(held) else ""))

    def take_focus(self) -> None:
        self.table.setFocus()

    def arrange(self, beside: bool) -> None:
        """Put the duties under the list where there is no room beside it."""
        ways = QBoxLayout.Direction
        self._row.setDirection(ways.LeftToRight if beside else ways.TopToBottom)
        row = self.table.verticalHeader().defaultSectionSize()
        self._stack.setMinimumHeight(0 if beside else _ROWS_AT_LEAST * row)

    def _begin(self, meeting_type: str = "", party_group: str = "") -> None:
        wanted = meeting_type or self._type.chosen()
        self.desk.show_page(
            "meeting", **({"meeting_type": wanted, "party_group": party_group} if wanted else {})
        )

    def _print_year(self) -> None:
        self.desk.show_page(
            "ledgers", name="meeting_year", year=int(self._year.chosen() or self.desk.today().year)
        )
