"""各村本月: all villages of the township at a glance, their packages taken in one go, and what they ask to be answered."""

from __future__ import annotations

from collections.abc import Sequence

from PySide6.QtGui import QResizeEvent
from PySide6.QtWidgets import QGridLayout, QStackedWidget, QVBoxLayout, QWidget

from villagebranch.domain import periods
from villagebranch.domain.dayshow import day_near, days_between
from villagebranch.domain.names import village_of
from villagebranch.domain.table import Column, Table
from villagebranch.services import township_month, village_issues
from villagebranch.services.branch import branch
from villagebranch.services.township_month import VillageFigures
from villagebranch.services.village_issues import IssueOfVillage, Wanted
from villagebranch.sync import errands, handover
from villagebranch.sync.gathering import Outcome
from villagebranch.ui.answer_panel import answer_panel
from villagebranch.ui.ask_panel import AskPanel
from villagebranch.ui.colours import Tone
from villagebranch.ui.delegates import Alarm, Bar, Look, Tags
from villagebranch.ui.desk import Desk
from villagebranch.ui.escalated_card import EscalatedCard
from villagebranch.ui.gather_card import GatherCard
from villagebranch.ui.gather_results import GatherResults
from villagebranch.ui.list_page import EmptyState
from villagebranch.ui.page import Page, acting
from villagebranch.ui.safety import SafetyCard, safety_due
from villagebranch.ui.table_model import TableModel
from villagebranch.ui.table_view import TableView
from villagebranch.ui.theme import row_height
from villagebranch.ui.tile import Tile
from villagebranch.ui.two_parts import TwoParts
from villagebranch.ui.widgets import Card, Stack, clear

_COLUMNS = (
    Column("name", "村"),
    Column("reported", "最近一包"),
    Column("visits", "走访"),
    Column("new", "新收"),
    Column("resolved", "办结"),
    Column("overdue", "超期"),
    Column("standing", ""),
)
_VILLAGES, _OUTCOMES, _NONE = range(3)
_LEAST_ROWS = 6


class TownshipHomePage(Page):
    """What the township sees first; villages stand in the order of their names and are never ranked."""

    title = "各村本月"

    def __init__(self, desk: Desk) -> None:
        super().__init__(desk)
        self._tones: dict[str, Tone] = {}
        self._tiles = QGridLayout()
        self._tiles.setSpacing(16)
        self.table = self._make_table()
        self._left = QStackedWidget()
        self.gather, self.escalated, self._safety = GatherCard(desk), EscalatedCard(desk), SafetyCard(desk)
        self.panel: AskPanel | None = None
        self._right = Stack()
        self._lay_out()
        self.table.opened.connect(lambda id: desk.show_page("village", id=id))
        self.gather.gathered.connect(self._show_outcomes)
        self.escalated.wanted.connect(self.answer)
        self.escalated.sent.connect(self.refresh)

    # What every page does.

    def open(self, **what: object) -> None:
        self._close_panel()
        self._left.setCurrentIndex(_VILLAGES)

    def refresh(self) -> None:
        today = self.desk.today()
        month = periods.month_of(today)
        with self.desk.store.read() as conn:
            unit = branch(conn).name
            villages = township_month.villages(conn, month, today)
            asked = village_issues.found(conn, Wanted(state="unanswered"), today)
            to = handover.latest_reporters(conn)
            replies = list(zip(to, errands.waiting(conn, to), strict=True))
        self._show_figures(villages, asked)
        self._show_villages(villages, month)
        self.escalated.show_what_waits(asked, replies)
        self._safety.show_due(list(safety_due(self.desk)))
        got = sum(one.standing(month) != "missing" for one in villages)
        self.say(f"{len(villages)} 个村 · 已收 {got} 包", f"{unit} · {self._title}")

    @property
    def _title(self) -> str:
        return "收包结果" if self.goes_back() else "各村本月"

    def take_focus(self) -> None:
        self.table.setFocus()

    def unsaved(self) -> bool:
        return self.panel is not None and self.panel.unsaved()

    def discard(self) -> None:
        self._close_panel()

    def goes_back(self) -> bool:
        return self._left.currentIndex() == _OUTCOMES

    def go_back(self) -> None:
        self._left.setCurrentIndex(_VILLAGES)
        self.refresh()
        self.table.setFocus()

    def resizeEvent(self, event: QResizeEvent) -> None:
        super().resizeEvent(event)
        self._parts.fit(self.window().width())

    # How the page is put together.

    def _make_table(self) -> TableView:
        looks: dict[str, Look] = {"visits": Bar(), "overdue": Alarm(), "standing": Tags(self._tones)}
        table = TableView(
            TableModel(Table(_COLUMNS, ()), today=self.desk.today), looks=looks, name="villages"
        )
        table.setAccessibleName("各村")
        table.setFrameShape(TableView.Shape.NoFrame)
        table.setSortingEnabled(False)
        table.setMinimumHeight(_LEAST_ROWS * row_height(self.fontMetrics()))
        return table

    def _lay_out(self) -> None:
        listed = Card("各村", "双击看这个村；不排名次，按村名排", margin=0, spacing=8)
        listed.body.setContentsMargins(1, 14, 1, 1)
        head = listed.body.itemAt(0).layout()
        assert head is not None
        head.setContentsMargins(17, 0, 17, 0)
        listed.body.addWidget(self.table, 1)
        told = "还没有村。先和各村互换名片；村里把上报的包放在 U 盘上送来，在右边收。"
        none = EmptyState(told, "去收名片", lambda: self.desk.show_page("exchange", view="partners"))
        for widget in (listed, QWidget(), none):
            self._left.addWidget(widget)
        first = QWidget()
        left = QVBoxLayout(first)
        left.setContentsMargins(0, 0, 0, 0)
        left.setSpacing(16)
        left.addLayout(self._tiles)
        left.addWidget(self._left, 1)
        usual = QWidget()
        column = QVBoxLayout(usual)
        column.setContentsMargins(0, 0, 0, 0)
        column.setSpacing(16)
        column.addWidget(self.gather)
        column.addWidget(self.escalated, 1)
        column.addWidget(self._safety)
        self._right.addWidget(usual)
        self._parts = TwoParts(self, first, self._right, (15, 7))

    # What is shown.

    def _show_figures(self, villages: Sequence[VillageFigures], asked: Sequence[IssueOfVillage]) -> None:
        def total(name: str) -> int:
            return sum(getattr(one, name) for one in villages)

        late = sum(one.overdue > 0 for one in villages)
        days = max((days_between(one.escalated_on, self.desk.today()) or 0 for one in asked), default=0)
        told = f"{total('cadres')} 名村干部"
        running = f"办结 {total('resolved')} · 在办 {total('in_hand')}"
        waiting = f"最久 {days} 天" if asked else "都答复了"
        tiles = (
            Tile("本月走访", f"{total('visited'):,}", f" / {total('quota'):,} 户", told),
            Tile("新收问题", f"{total('new'):,}", "", running),
            Tile(
                "超期问题",
                f"{total('overdue')}",
                "",
                f"{late} 个村" if late else "没有超期",
                "red" if late else None,
            ),
            Tile("上报镇里待答复", f"{len(asked)}", "", waiting, "red" if asked else None),
        )
        clear(self._tiles)
        for place, tile in enumerate(tiles):
            self._tiles.addWidget(tile, 0, place)
            self._tiles.setColumnStretch(place, 1)

    def _show_villages(self, villages: Sequence[VillageFigures], month: str) -> None:
        rows = []
        for one in villages:
            standing, tone = standing_words(one, month)
            self._tones[standing] = tone
            day = day_near(one.reported_at[:10], self.desk.today()) or "—"
            figures = (f"{one.visited}/{one.quota}", str(one.new), str(one.resolved), str(one.overdue))
            rows.append((village_of(one.name), day, *figures, standing))
        self.table.table_model.show_table(Table(_COLUMNS, rows, [one.id for one in villages]))
        if self._left.currentIndex() != _OUTCOMES:
            self._left.setCurrentIndex(_VILLAGES if rows else _NONE)

    def _show_outcomes(self, outcomes: Sequence[Outcome]) -> None:
        before = self._left.widget(_OUTCOMES)
        self._left.insertWidget(_OUTCOMES, GatherResults(outcomes, self.go_back, self._take_back))
        self._left.removeWidget(before)
        before.deleteLater()
        self._left.setCurrentIndex(_OUTCOMES)
        self.refresh()

    # What is done.

    def answer(self, source: str) -> None:
        """Ask for the answer to an issue, in place of the list that it stands in."""
        with self.desk.store.read() as conn:
            (one,) = village_issues.rows(conn, [source])
        self._close_panel()
        self.panel = answer_panel(self.desk, one)
        self.panel.written.connect(self._answered)
        self.panel.left.connect(self._close_panel)
        self._right.addWidget(self.panel)
        self._right.setCurrentWidget(self.panel)
        self.panel.take_focus()

    def _answered(self) -> None:
        self._close_panel()
        self.refresh()
        self.escalated.list.setFocus()

    def _close_panel(self) -> None:
        if self.panel is not None:
            self._right.removeWidget(self.panel)
            self.panel.deleteLater()
            self.panel = None

    @acting
    def _take_back(self, taken: Sequence[Outcome]) -> None:
        dealings = [one.taken.dealing for one in taken if one.taken and one.taken.dealing.acts]
        for dealing in reversed(dealings):
            with self.desk.store.write(self.desk.user, "撤销收到的包") as act:
                errands.take_back(act, dealing)
        self.desk.changed()
        self.desk.toast(f"收到的 {len(dealings)} 包已撤销，在「交换」的来往记录里还能恢复")
        self.go_back()


def standing_words(of: VillageFigures, month: str) -> tuple[str, Tone]:
    """Return how a village's report of a month stands, in words, and in which tone."""
    match of.standing(month):
        case "missing":
            return "本月未交", "amber"
        case "undecided":
            return f"{of.conflicts} 处要定夺", "red"
        case "apart":
            return "两台电脑还没互相交换", "amber"
        case "fine":
            return "收好", "green"
