"""The panes of the monthly study: settling one issue, closing the month, and a month that is closed."""

from __future__ import annotations

from collections.abc import Callable, Mapping

from PySide6.QtCore import Qt, Signal
from PySide6.QtGui import QKeySequence, QShortcut
from PySide6.QtWidgets import QHBoxLayout, QVBoxLayout, QWidget

from villagebranch.domain import periods
from villagebranch.domain.dayshow import day_near, day_words
from villagebranch.domain.values import Stored
from villagebranch.services.issues import STUDY_FORM, IssueRow
from villagebranch.services.study import MEETING_FORM, Study
from villagebranch.ui.ask_panel import with_deadlines
from villagebranch.ui.desk import Desk
from villagebranch.ui.flow_layout import FlowLayout
from villagebranch.ui.record_form import RecordForm
from villagebranch.ui.widgets import Card, MenuButton, Scroll, button, line, words

NEW_MEETING = "new"
_REPEATED = ("lead_id", "owner_id", "due_on")


class SettlePane(Card):
    """One issue and what is settled about it; the page writes, and goes on when asked to."""

    settled = Signal()
    put_off = Signal()
    stepped_back = Signal()

    def __init__(self, desk: Desk) -> None:
        super().__init__(margin=24, spacing=12)
        self.desk = desk
        self.row: IssueRow | None = None
        self.touched = False
        self._before: Mapping[str, Stored] = {}
        self._words, self._origin = words("", "title", wrap=True), words("", "secondary", wrap=True)
        self._answer = words("", "secondary", wrap=True)
        self.form = RecordForm(STUDY_FORM, desk.today, desk.sources, special=with_deadlines(STUDY_FORM, desk))
        self.form.changed.connect(self._touch)
        for done in (self.form.next_wanted, self.form.save_wanted, self.form.ended):
            done.connect(self.settled)
        within = QWidget()
        column = QVBoxLayout(within)
        column.setContentsMargins(0, 0, 0, 0)
        column.setSpacing(8)
        column.addWidget(self.form)
        column.addLayout(self._repeats())
        column.addStretch(1)
        # The villager's words stay in sight while the form below them scrolls.
        for told in (self._words, self._origin, self._answer, line()):
            self.body.addWidget(told)
        self.body.addWidget(Scroll(within), 1)
        self.body.addLayout(self._foot())
        steps: tuple[tuple[str, Callable[[], None]], ...] = (
            ("Ctrl+D", self.repeat),
            ("Ctrl+Down", self.put_off.emit),
            ("Ctrl+Up", self.stepped_back.emit),
        )
        for keys, step in steps:
            shortcut = QShortcut(
                QKeySequence(keys), self, context=Qt.ShortcutContext.WidgetWithChildrenShortcut
            )
            shortcut.activated.connect(step)

    def show_issue(self, row: IssueRow) -> None:
        """Show an issue with what is settled so far."""
        self.row = row
        came = f"{day_near(row.collected_on, self.desk.today())} {row.shown('source')}"
        self._words.setText(row.words)
        self._origin.setText(
            " · ".join(filter(None, (row.place or row.reporter, came, row.shown("category"))))
        )
        self._answer.setText(f"当场答复：{row.answer}")
        self._answer.setVisible(bool(row.answer))
        self.form.fill({one.name: getattr(row, one.name) or None for one in STUDY_FORM.fields})
        self.touched = False

    def remember(self, settled: Mapping[str, Stored]) -> None:
        """Keep what was settled for one issue, for those that are to be settled alike."""
        self._before = settled
        self._repeat.setEnabled(True)

    def repeat(self) -> None:
        """Take lead, owner and deadline from the issue settled before; what was already filled in stays."""
        for name in _REPEATED:
            if not self.form.editor(name).typed():
                self.form.editor(name).set_stored(self._before.get(name))
                self.touched = True

    def take_focus(self) -> None:
        """Start with the measure."""
        self.form.take_focus()

    def _repeats(self) -> FlowLayout:
        row = FlowLayout(None, 8)
        self._repeat = button("责任人、时限同上一件　Ctrl+D", self.repeat)
        self._repeat.setEnabled(False)
        row.addWidget(self._repeat)
        return row

    def _foot(self) -> FlowLayout:
        foot = FlowLayout(None, 10)
        foot.addWidget(button("定了，下一件　Ctrl+Enter", self.settled.emit, primary=True))
        foot.addWidget(button("先放一放　Ctrl+↓", self.put_off.emit))
        foot.addWidget(button("上一件　Ctrl+↑", self.stepped_back.emit))
        return foot

    def _touch(self) -> None:
        self.touched = True


class ClosePane(Card):
    """The meeting that studied the month, the balance as it will be, and 定稿."""

    closed = Signal()

    def __init__(self, desk: Desk) -> None:
        super().__init__(margin=24, spacing=12)
        self.desk = desk
        self._offered: tuple[str, ...] = ()
        self._meeting = MenuButton("不记研究会")
        self._meeting.changed.connect(self._follow)
        self.when = RecordForm(MEETING_FORM, desk.today, columns=1)
        self._told, self._sentence = words("", "secondary", wrap=True), words("", wrap=True)
        self._warning = words("", tone="amber", wrap=True)
        self._after = words("", "secondary", wrap=True)
        within = QWidget()
        column = QVBoxLayout(within)
        column.setContentsMargins(0, 0, 0, 0)
        column.setSpacing(10)
        column.addWidget(words("研究会", "head"))
        for widget in (_left(self._meeting), self.when, self._told, line()):
            column.addWidget(widget)
        column.addWidget(words("定稿后，汇总表上这样写", "head"))
        for widget in (self._sentence, self._warning, self._after):
            column.addWidget(widget)
        column.addStretch(1)
        self.body.addWidget(Scroll(within), 1)
        self.body.addWidget(_left(button("定稿", self.closed.emit, primary=True)))
        self.when.ended.connect(self.closed)
        self.when.next_wanted.connect(self.closed)

    def show_study(self, study: Study, meetings: Mapping[str, str]) -> None:
        """Show what there is to close; `meetings` are those held (id → words), the latest first."""
        period, today = study.summary.period, self.desk.today()
        if self._offered != (period, *meetings):
            self._offered = (period, *meetings)
            self._meeting.offer({**meetings, NEW_MEETING: "新记一次支部委员会会议"})
            self._meeting.choose(next(iter(meetings), NEW_MEETING))
            self.when.fill({"on": min(periods.last_day(period), today).isoformat()})
        self._count = len(study.settled)
        self._sentence.setText(study.summary.balance.sentence)
        waiting = len(study.rows) - self._count
        self._warning.setText(f"还有 {waiting} 件没有定措施、责任人和时限，定稿后照样结转下月。")
        self._warning.setVisible(waiting > 0)
        ends = periods.last_day(period)
        early = f"本月还没有过完，到{ends.month}月{ends.day}日还会收到的也算在下月。" if today < ends else ""
        self._after.setText(f"定稿以后这个月的数字不再变，补记的问题算在下月。{early}")
        self._follow()

    @property
    def meeting(self) -> str:
        """The meeting chosen: an id, `NEW_MEETING`, or '' for none."""
        return self._meeting.chosen()

    def _follow(self) -> None:
        self.when.setVisible(self.meeting == NEW_MEETING)
        told = (
            f"已经定了的 {self._count} 件列为这次会的议题，措施写作决议。"
            if self.meeting
            else "汇总表上不写研究会。"
        )
        more = "到会情况先照平时的记，定稿后请到会议里核对。" if self.meeting == NEW_MEETING else ""
        self._told.setText(told + more)


class ClosedPane(Card):
    """A month that is frozen: what its summary says, the books to print, and the way back."""

    reopened = Signal()

    def __init__(self, desk: Desk) -> None:
        super().__init__(margin=24, spacing=12)
        self.desk = desk
        self._study: Study
        self._title, self._sentence = words("", "title", wrap=True), words("", wrap=True)
        self._when, self._meeting = words("", "secondary", wrap=True), words("", "secondary", wrap=True)
        for widget in (self._title, self._when, self._sentence, self._meeting):
            self.body.addWidget(widget)
        row = FlowLayout(None, 10)
        self.first = button("打印汇总表", lambda: self._print("monthly_issue_summary"), primary=True)
        self._open_meeting = button("看这次会议", self._show_meeting)
        notice = button("打印公示", lambda: self._print("issue_notice"))
        for made in (self.first, notice, self._open_meeting, button("取消定稿", self.reopened.emit)):
            row.addWidget(made)
        self.body.addLayout(row)
        self.body.addStretch(1)

    def show_study(self, study: Study, meeting: str) -> None:
        """Show a frozen month; `meeting` is how its meeting is spoken of, '' where there was none."""
        self._study = study
        self._title.setText(f"{periods.month_label(study.summary.period)}的汇总已经定稿")
        at = study.summary.frozen_at or ""
        self._when.setText(f"定稿时间 {day_words(at[:16].replace('T', ' '))}")
        self._sentence.setText(study.summary.balance.sentence)
        self._meeting.setText(f"研究会：{meeting}")
        for widget in (self._meeting, self._open_meeting):
            widget.setVisible(bool(meeting))

    def _print(self, ledger: str) -> None:
        self.desk.show_page("ledgers", name=ledger, month=self._study.summary.period)

    def _show_meeting(self) -> None:
        self.desk.show_page("meetings", id=self._study.summary.meeting_id)


def _left(widget: QWidget) -> QWidget:
    """Keep a widget at its own width."""
    holder = QWidget()
    row = QHBoxLayout(holder)
    row.setContentsMargins(0, 0, 0, 0)
    row.addWidget(widget)
    row.addStretch(1)
    return holder
