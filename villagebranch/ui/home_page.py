"""本月: what is due, most urgent first; the month's figures; visits against the quota; the month's ledgers a click away."""

from __future__ import annotations

from collections.abc import Sequence
from functools import partial

from PySide6.QtWidgets import QGridLayout, QHBoxLayout, QVBoxLayout, QWidget

from villagebranch.domain import periods
from villagebranch.domain.duties import read_duties
from villagebranch.domain.table import Column, Table
from villagebranch.domain.values import Text
from villagebranch.resources import RESOURCES
from villagebranch.services import cadres, monthly_summary, reminders
from villagebranch.services.cadres import Progress
from villagebranch.services.meeting_year import list_meetings
from villagebranch.services.reminders import MonthFigures, Reminder
from villagebranch.ui.colours import Tone
from villagebranch.ui.delegates import Tags
from villagebranch.ui.desk import Desk
from villagebranch.ui.list_page import EmptyState
from villagebranch.ui.page import Action, Page
from villagebranch.ui.safety import safety_due
from villagebranch.ui.table_model import TableModel
from villagebranch.ui.table_view import TableView
from villagebranch.ui.tile import Tile
from villagebranch.ui.widgets import Card, ProgressLine, Scroll, button, clear, words

_COLUMNS = (
    Column("tag", "类别", Text()),
    Column("title", "事项", Text()),
    Column("detail", "说明", Text()),
    Column("when", "时间", Text()),
)


class HomePage(Page):
    """What the secretary sees first: nothing here is typed, everything comes from what was recorded."""

    title = "本月"

    def __init__(self, desk: Desk) -> None:
        super().__init__(desk)
        self.buttons = (Action("记走访", lambda: desk.show_page("visit"), primary=True, shortcut="Ctrl+N"),)
        self._duties = read_duties((RESOURCES / "rules" / "duties.json").read_text(encoding="utf-8"))
        self._due: Sequence[Reminder] = ()
        self._tiles = QGridLayout()
        self._tiles.setSpacing(16)
        self._list = Card("该办的事", "按紧急程度排列，双击直接办理", margin=0)
        self._table: TableView | None = None
        self._quota, self._books = Card("", ""), Card("月底一键成册")
        left = QVBoxLayout()
        left.setSpacing(16)
        left.addLayout(self._tiles)
        left.addWidget(self._list, 1)
        right = QWidget()
        column = QVBoxLayout(right)
        column.setContentsMargins(0, 0, 0, 0)
        column.setSpacing(16)
        column.addWidget(self._quota)
        column.addWidget(self._books, 1)
        row = QHBoxLayout(self)
        row.addLayout(left, 21)
        row.addWidget(Scroll(right), 10)

    def refresh(self) -> None:
        today = self.desk.today()
        month = periods.month_of(today)
        with self.desk.store.read() as conn:
            figures = reminders.month_figures(conn, today)
            self._due = (*safety_due(self.desk), *reminders.due(conn, today, self._duties))
            progress = cadres.progress(conn, month, today)
            held = [row for row in list_meetings(conn, today.year) if row.starts_at.startswith(month)]
            frozen = monthly_summary.frozen(conn, month) is not None
        self._show_figures(figures)
        self._show_due()
        self._show_quota(progress)
        self._show_books(month, len(progress), len(held), frozen)
        self.say(f"{periods.month_label(month)} · 第{periods.week_of_year(today)}周")

    def take_focus(self) -> None:
        if self._table is not None:
            self._table.setFocus()

    def _show_figures(self, of: MonthFigures) -> None:
        clear(self._tiles)
        covered = f"覆盖 {of.households} 户中的 {of.covered} 户（近一年）"
        asked = f"本季度回访 {of.asked} 件"
        satisfied = "—" if of.satisfied is None else f"{of.satisfied}%"
        late = f"最久超期 {of.longest_overdue} 天" if of.overdue else "没有超期"
        tiles = (
            Tile("本月走访", f"{of.visited}", f" / {of.quota} 户", covered),
            Tile("新收问题", f"{of.new_issues}", "", f"办结 {of.resolved} · 在办 {of.in_hand}"),
            Tile("超期问题", f"{of.overdue}", "", late, "red" if of.overdue else None),
            Tile("回访满意", satisfied, "", asked, "green" if of.satisfied is not None else None),
        )
        for place, tile in enumerate(tiles):
            self._tiles.addWidget(tile, 0, place)
            self._tiles.setColumnStretch(place, 1)

    def _show_due(self) -> None:
        rows = [(one.tag, one.title, one.detail, one.when) for one in self._due]
        table = Table(_COLUMNS, rows, [str(place) for place in range(len(rows))])
        tones: dict[str, Tone] = {one.when: one.tone for one in self._due}
        clear(self._list.body)
        self._list.body.setContentsMargins(1, 14, 1, 1)
        head = QHBoxLayout()
        head.setContentsMargins(18, 0, 18, 6)
        head.addWidget(words("该办的事", "head"))
        head.addStretch(1)
        head.addWidget(words("按紧急程度排列，双击直接办理", "muted"))
        self._list.body.addLayout(head)
        if not rows:
            self._list.body.addWidget(
                EmptyState("该办的都办了。", "记走访", lambda: self.desk.show_page("visit")), 1
            )
            self._table = None
            return
        looks = {"tag": Tags({}), "when": Tags(tones)}
        self._table = TableView(TableModel(table, today=self.desk.today), looks=looks, name="due")
        self._table.setAccessibleName("该办的事")
        self._table.setFrameShape(TableView.Shape.NoFrame)
        self._table.horizontalHeader().hide()
        self._table.opened.connect(self._act_on)
        self._list.body.addWidget(self._table, 1)

    def _act_on(self, place: str) -> None:
        one = self._due[int(place)]
        self.desk.show_page(one.page, **one.what)

    def _show_quota(self, progress: Sequence[Progress]) -> None:
        clear(self._quota.body)
        head = QHBoxLayout()
        same = {one.quota for one in progress}
        head.addWidget(words(f"每人每月走访 {same.pop()} 户" if len(same) == 1 else "每人每月走访", "head"))
        head.addStretch(1)
        head.addWidget(words(f"还剩 {periods.days_left_in_month(self.desk.today())} 天", "muted"))
        self._quota.body.addLayout(head)
        if not progress:
            self._quota.body.addWidget(words("还没有登记村干部。", "muted"))
            self._quota.body.addWidget(button("去登记", lambda: self.desk.show_page("settings")))
        grid = QGridLayout()
        grid.setHorizontalSpacing(16)
        grid.setColumnStretch(1, 1)
        for place, one in enumerate(progress):
            grid.addWidget(words(one.name), place, 0)
            grid.addWidget(ProgressLine(one.done, one.quota), place, 1)
        self._quota.body.addLayout(grid)

    def _show_books(self, month: str, cadres_at_work: int, meetings_held: int, frozen: bool) -> None:
        clear(self._books.body)
        self._books.body.addWidget(words("月底一键成册", "head"))
        self._books.body.addWidget(
            words("本月已记的内容会自动进入下列台账，不用再抄一遍。", "muted", wrap=True)
        )
        number = int(month[5:])
        books = (
            (f"联系服务群众手册（{cadres_at_work} 本）", {"name": "contact_handbook", "month": month}),
            (f"{number}月走访台账", {"name": "visit_list", "month": month}),
            (
                f"{number}月问题汇总表" + ("（已定稿）" if frozen else "（未定稿）"),
                {"name": "monthly_issue_summary", "month": month},
            ),
            (f"会议记录（{meetings_held} 次）", {"name": "meeting_record", "month": month}),
        )
        for label, what in books:
            row = QHBoxLayout()
            row.addWidget(words(label, wrap=True), 1)
            row.addWidget(button("预览", partial(self.desk.show_page, "ledgers", **what)))
            self._books.body.addLayout(row)
        self._books.body.addStretch(1)
