"""One village as its township knows it: its issues, its cadres' visits month by month, and when it reported."""

from __future__ import annotations

from collections.abc import Sequence
from typing import TYPE_CHECKING, Any

from PySide6.QtGui import QResizeEvent
from PySide6.QtWidgets import QGridLayout, QHBoxLayout, QVBoxLayout, QWidget

from villagebranch.domain import periods
from villagebranch.domain.dayshow import day_near, day_words
from villagebranch.domain.table import Table
from villagebranch.services import township_month, village_issues
from villagebranch.services.township_month import (
    CadreFigures,
    VillageFacts,
    VillageFigures,
    Ways,
)
from villagebranch.services.village_issues import IssueOfVillage, Wanted
from villagebranch.sync import cards, log
from villagebranch.sync.log import IN, Dealing
from villagebranch.ui.delegates import Tags
from villagebranch.ui.desk import Desk
from villagebranch.ui.list_page import EmptyState
from villagebranch.ui.page import Page
from villagebranch.ui.table_model import TableModel
from villagebranch.ui.table_view import TableView
from villagebranch.ui.theme import row_height
from villagebranch.ui.township_home_page import standing_words
from villagebranch.ui.township_issues import TONES, listing
from villagebranch.ui.two_parts import TwoParts
from villagebranch.ui.widgets import (
    Card,
    Facts,
    MenuButton,
    Pill,
    ProgressLine,
    Segments,
    Stack,
    clear,
    words,
)

if TYPE_CHECKING:
    from sqlalchemy import Connection

_MONTHS = 12
_REPORTS = 8
_LEAST_ROWS = 6
_VISITS = "visits"
_KEPT_AT_HOME = "这个村只报走访的户数和次数，谁家谈了什么不出村。村里自己选了报上来，这里才有。"


class VillagePage(Page):
    """`open(id=…)` says which village."""

    title = "一个村"

    def __init__(self, desk: Desk) -> None:
        super().__init__(desk)
        self._id = ""
        month = periods.month_of(desk.today())
        self._state = Segments({"open": "在办的问题", "": "全部问题", _VISITS: "走访"})
        self._state.choose(("open",))
        self._month = MenuButton(
            periods.month_label(month),
            {
                one: periods.month_label(one)
                for one in (periods.months_after(month, -n) for n in range(1, _MONTHS))
            },
        )
        for chosen in (self._state, self._month):
            chosen.changed.connect(self.refresh)
        model = TableModel(listing((), desk.today(), village=False), today=desk.today)
        self.table = TableView(model, looks={"stage": Tags(TONES)}, name="village_issues")
        self.table.setAccessibleName("这个村的问题")
        self.table.setFrameShape(TableView.Shape.NoFrame)
        self.table.opened.connect(lambda id: desk.show_page("issues", id=id))
        self.visits = TableView(TableModel(Table((), ()), today=desk.today), name="village_visits")
        self.visits.setAccessibleName("这个村的走访")
        self.visits.setFrameShape(TableView.Shape.NoFrame)
        self._facts, self._cadres, self._reports = Card("村里的情况"), Card("村干部走访"), Card("收到的上报")
        self._lay_out()

    def open(self, **what: Any) -> None:
        self._id = str(what.get("id", self._id))
        self._month.choose("")

    def refresh(self) -> None:
        today, month = self.desk.today(), self._month.chosen() or periods.month_of(self.desk.today())
        with self.desk.store.read() as conn:
            facts = township_month.facts(conn, self._id)
            one = next(one for one in township_month.villages(conn, month, today) if one.id == self._id)
            visits = township_month.visits(conn, self._id)
            progress = township_month.cadres(conn, self._id, month)
            ways = township_month.ways(conn, self._id, month)
            signs = {card.sign for card in cards.partners(conn) if card.branch == facts.branch}
            told = [one for one in log.dealings(conn, 500) if one.way == IN and one.sign in signs]
            found = self._issues(conn)
        self.table.table_model.show_table(listing(found, today, village=False))
        self.visits.table_model.show_table(visits)
        if self._state.chosen() == (_VISITS,):
            self._none.say(_KEPT_AT_HOME)
            self._shown.setCurrentWidget(self.visits if visits.rows else self._none)
        else:
            self._none.say("这里没有问题。")
            self._shown.setCurrentWidget(self.table if found else self._none)
        self._show_facts(facts, one)
        self._show_cadres(progress, ways)
        self._show_reports(told)
        self.say(f"在办 {one.in_hand} 件 · 超期 {one.overdue} 件", facts.name)

    def _issues(self, conn: Connection) -> Sequence[IssueOfVillage]:
        state = self._state.chosen()[0]
        wanted = Wanted(village_id=self._id, state="" if state == _VISITS else state)
        return village_issues.found(conn, wanted, self.desk.today())

    def take_focus(self) -> None:
        self.table.setFocus()

    def goes_back(self) -> bool:
        return True

    def go_back(self) -> None:
        self.desk.show_page("home")

    def resizeEvent(self, event: QResizeEvent) -> None:
        super().resizeEvent(event)
        self._parts.fit(self.window().width())

    def _lay_out(self) -> None:
        listed = Card(margin=0, spacing=0)
        listed.body.setContentsMargins(1, 1, 1, 1)
        bar = QHBoxLayout()
        bar.setContentsMargins(13, 11, 13, 11)
        bar.addWidget(self._state)
        bar.addStretch(1)
        listed.body.addLayout(bar)
        self._shown = Stack()
        self._shown.addWidget(self.table)
        self._none = EmptyState("")
        for widget in (self.visits, self._none):
            self._shown.addWidget(widget)
        listed.body.addWidget(self._shown, 1)
        right = QWidget()
        column = QVBoxLayout(right)
        column.setContentsMargins(0, 0, 0, 0)
        column.setSpacing(16)
        for card in (self._facts, self._cadres, self._reports):
            column.addWidget(card)
        column.addStretch(1)
        self._cadres.body.addWidget(self._month)
        self._visits = QGridLayout()
        self._visits.setHorizontalSpacing(16)
        self._visits.setColumnStretch(2, 1)
        self._cadres.body.addLayout(self._visits)
        self.table.setMinimumHeight(_LEAST_ROWS * row_height(self.fontMetrics()))
        self._parts = TwoParts(self, listed, right, (15, 8))

    def _show_facts(self, facts: VillageFacts, one: VillageFigures) -> None:
        _empty(self._facts)
        standing, tone = standing_words(one, periods.month_of(self.desk.today()))
        self._facts.body.addWidget(Pill(standing, tone))
        told = [
            ("书记", facts.secretary),
            ("户数", f"{facts.households} 户" if facts.households else ""),
            ("党员", f"{facts.members} 人" if facts.members else ""),
            ("最近一包", day_words(one.reported_at[:16].replace("T", " ")) or "还没有收到"),
        ]
        self._facts.body.addWidget(Facts(told))

    def _show_cadres(self, progress: Sequence[CadreFigures], ways: Ways) -> None:
        clear(self._visits)
        for place, one in enumerate(progress):
            self._visits.addWidget(words(one.name), place, 0)
            self._visits.addWidget(words(one.post, "muted"), place, 1)
            self._visits.addWidget(ProgressLine(one.visited, one.quota), place, 2)
        if not progress:
            self._visits.addWidget(words("这个月没有报来走访数字。", "muted"), 0, 0, 1, 3)
        told = f"联系走访 {ways.liaison} 次 · 上门家访 {ways.home} 次 · 实地巡访 {ways.patrol} 次"
        if ways != Ways():
            self._visits.addWidget(words(told, "muted", wrap=True), len(progress), 0, 1, 3)

    def _show_reports(self, told: Sequence[Dealing]) -> None:
        _empty(self._reports)
        for one in told[:_REPORTS]:
            what = f"{one.changes:,} 处" + ("，已撤销" if one.undone_by else "")
            day = day_near(one.at[:10], self.desk.today())
            self._reports.body.addWidget(words(f"{day} {one.at[11:16]}　{what}", "secondary"))
        if not told:
            self._reports.body.addWidget(words("还没有收到过。", "muted"))


def _empty(card: Card) -> None:
    """Take out all but the head."""
    while card.body.count() > 1:
        item = card.body.takeAt(1)
        widget = item.widget()
        widget.hide()
        widget.deleteLater()
