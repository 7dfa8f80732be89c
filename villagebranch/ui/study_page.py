"""月度研究会: the month's issues one after the other, from the keyboard; then the meeting, and the summary is frozen."""

from __future__ import annotations

from dataclasses import replace
from datetime import date
from typing import Any

from PySide6.QtGui import QResizeEvent
from PySide6.QtWidgets import QHBoxLayout, QVBoxLayout

from villagebranch.domain import periods
from villagebranch.domain.errors import Refused
from villagebranch.services import issues, monthly_summary, study
from villagebranch.services.meeting_year import meeting_words
from villagebranch.services.study import Study
from villagebranch.ui.desk import Desk
from villagebranch.ui.flow_layout import FlowLayout
from villagebranch.ui.issue_cards import Card as IssueCard
from villagebranch.ui.issue_cards import CardList, card_of
from villagebranch.ui.list_page import EmptyState
from villagebranch.ui.page import Page, acting
from villagebranch.ui.study_panes import NEW_MEETING, ClosedPane, ClosePane, SettlePane
from villagebranch.ui.widgets import Card, MenuButton, ProgressLine, Segments, Stack

_MONTHS_OFFERED = 13
_LIST_BESIDE_FROM = 44  # characters


class StudyPage(Page):
    """The study of the month that is due, or of the one that `open(month=…)` names."""

    title = "月度研究会"

    def __init__(self, desk: Desk) -> None:
        super().__init__(desk)
        self.study: Study
        self.list = CardList("研究的问题", "没有要研究的问题。")
        self.list.setDragEnabled(False)
        self.list.setSelectionMode(CardList.SelectionMode.SingleSelection)
        self.list.chosen.connect(self._go_to)
        self.settle, self.close_pane, self.closed = SettlePane(desk), ClosePane(desk), ClosedPane(desk)
        self.list.opened.connect(lambda _id: self.settle.take_focus())
        self.settle.settled.connect(self._settle)
        self.settle.put_off.connect(lambda: self._step(1))
        self.settle.stepped_back.connect(lambda: self._step(-1))
        self.close_pane.closed.connect(self._freeze)
        self.closed.reopened.connect(self._reopen)
        self._lay_out()
        with desk.store.read() as conn:
            self._turn_to(study.month_due(conn, desk.today()))

    def open(self, **what: Any) -> None:
        if "month" in what:
            self._turn_to(str(what["month"]))
        self._stage.choose(("settle",))

    def refresh(self) -> None:
        period, today = self._period, self.desk.today()
        with self.desk.store.read() as conn:
            self.study = study.study_of(conn, period, today)
            held = {row.id: meeting_words(conn, row.id) for row in study.meetings_of(conn, period)}
            meeting = meeting_words(conn, self.study.summary.meeting_id or "")
        self._show_list()
        self._stage.setVisible(not self._frozen)
        if self._frozen:
            self.closed.show_study(self.study, meeting)
        else:
            self.close_pane.show_study(self.study, held)
            self._show_issue(self.list.current_id())
        self._show_pane()

    def take_focus(self) -> None:
        shown = self._panes.currentWidget()
        if shown is self.settle:
            self.settle.take_focus()
        elif shown is self.closed:
            self.closed.first.setFocus()
        else:
            self._stage.take_focus()

    def goes_back(self) -> bool:
        return True

    def go_back(self) -> None:
        if self._keep():
            self.desk.show_page("issues")

    def resizeEvent(self, event: QResizeEvent) -> None:
        super().resizeEvent(event)
        self._aside.setVisible(self.width() >= _LIST_BESIDE_FROM * self.fontMetrics().horizontalAdvance("国"))

    # How the page is put together.

    def _lay_out(self) -> None:
        month = periods.month_of(self.desk.today())
        before = [periods.months_after(month, -back) for back in range(1, _MONTHS_OFFERED)]
        self._month = MenuButton(
            periods.month_label(month), {one: periods.month_label(one) for one in before}
        )
        self._stage = Segments({"settle": "一件一件定", "close": "研究会和定稿"})
        self._stage.choose(("settle",))
        self._month.changed.connect(self._turn_month)
        self._stage.changed.connect(self._turn_pane)
        self._progress = ProgressLine()
        self._aside = Card("要研究的问题", margin=14, spacing=10)
        self._aside.body.addWidget(self._progress)
        self._aside.body.addWidget(self.list, 1)
        self._panes = Stack()
        nothing = EmptyState("这个月没有要研究的问题。", "去定稿", self._show_close)
        for pane in (self.settle, self.close_pane, self.closed, nothing):
            self._panes.addWidget(pane)
        bar = FlowLayout(None, 8)
        bar.addWidget(self._month)
        bar.addWidget(self._stage)
        right = QVBoxLayout()
        right.setSpacing(14)
        right.addLayout(bar)
        right.addWidget(self._panes, 1)
        row = QHBoxLayout(self)
        row.addWidget(self._aside, 3)
        row.addLayout(right, 6)

    @property
    def _period(self) -> str:
        return self._month.chosen() or periods.month_of(self.desk.today())

    def _turn_to(self, period: str) -> None:
        self._month.choose("" if period == periods.month_of(self.desk.today()) else period)

    def _show_list(self) -> None:
        today, settled = self.desk.today(), {row.id for row in self.study.settled}
        self.list.blockSignals(True)
        cards = [card_of(row, today) for row in self.study.rows]
        self.list.show_cards(cards if self._frozen else [_marked(card, card.id in settled) for card in cards])
        if self.study.rows and not self.list.current_id():
            self.list.choose(self._next_waiting(0) or self.study.rows[0].id)
        self.list.blockSignals(False)
        self._progress.show_figures(len(settled), len(self.study.rows))
        self._progress.setHidden(self._frozen)
        self._aside.head.setText("汇总里的问题" if self._frozen else "要研究的问题")
        told = f"已定 {len(settled)} / {len(self.study.rows)}" if not self._frozen else "已定稿"
        self.say(f"{periods.month_label(self.study.summary.period)} · {told}")

    @property
    def _frozen(self) -> bool:
        return self.study.summary.frozen_at is not None

    def _show_issue(self, id: str) -> None:
        """Show an issue in the form; what is being typed about it stays."""
        row = next((row for row in self.study.rows if row.id == id), None)
        typing = self.settle.touched and self.settle.row is not None and self.settle.row.id == id
        if row is not None and not typing:
            self.settle.show_issue(row)

    def _show_pane(self) -> None:
        closing = self._stage.chosen() == ("close",)
        settling = self.settle if self.study.rows else self._panes.widget(3)
        self._panes.setCurrentWidget(
            self.closed if self._frozen else self.close_pane if closing else settling
        )

    # What is done.

    def _turn_month(self) -> None:
        self.settle.touched = False
        self._stage.choose(("settle",))
        self.list.choose("")
        self.refresh()
        self.take_focus()

    def _turn_pane(self) -> None:
        if self._keep():
            self.refresh()

    def _show_close(self) -> None:
        self._stage.choose(("close",))
        self.refresh()
        self.take_focus()

    def _go_to(self, id: str) -> None:
        """Follow the list; what was typed about the issue before is kept for later."""
        before = self.settle.row
        if not id or self._frozen or (before is not None and before.id == id):
            return
        if self._keep():
            self._show_issue(id)
        elif before is not None:
            self.list.choose(before.id)

    def _step(self, step: int) -> None:
        ids = [row.id for row in self.study.rows]
        place = ids.index(self.list.current_id()) + step
        if 0 <= place < len(ids):
            self.list.choose(ids[place])
            self.settle.take_focus()
        elif self._keep() and step > 0:
            self._show_close()

    def _keep(self) -> bool:
        """Keep what was typed but not settled; return whether that could be done."""
        if not self.settle.touched or self.settle.row is None:
            return True
        try:
            self._write(self.settle.row.id, final=False)
        except Refused as refused:
            self.desk.report(refused)
            return False
        return True

    @acting
    def _settle(self) -> None:
        if self.settle.row is None:
            return
        id = self.settle.row.id
        self._write(id, final=True)
        place = [row.id for row in self.study.rows].index(id)
        self.desk.done(f"已定 {len(self.study.settled)} / {len(self.study.rows)}")
        if waiting := self._next_waiting(place + 1):
            self.list.choose(waiting)
            self.settle.take_focus()
        else:
            self._show_close()

    def _write(self, id: str, *, final: bool) -> None:
        draft = self.settle.form.draft()
        try:
            with self.desk.store.write(self.desk.user, "研究定责") as act:
                issues.study(act, id, draft, self.desk.today(), final=final)
        except Refused as refused:
            self.settle.form.show_problems(refused.problems)
            raise
        self.settle.touched = False
        if final:
            self.settle.remember(draft)
        with self.desk.store.read() as conn:
            self.study = study.study_of(conn, self._period, self.desk.today())
        self._show_list()

    def _next_waiting(self, place: int) -> str:
        """Return the issue from a place on, else from the start, that is not settled; '' where all are."""
        settled = {row.id for row in self.study.settled}
        rows = (*self.study.rows[place:], *self.study.rows[:place])
        return next((row.id for row in rows if row.id not in settled), "")

    @acting
    def _reopen(self) -> None:
        with self.desk.store.write(self.desk.user, "取消定稿") as act:
            monthly_summary.reopen(act, self._period)
        self.desk.done(f"{periods.month_label(self._period)}的定稿已取消")
        self.refresh()

    @acting
    def _freeze(self) -> None:
        chosen, today = self.close_pane.meeting, self.desk.today()
        when = self.close_pane.when.draft() if chosen == NEW_MEETING else {}
        try:
            with self.desk.store.write(self.desk.user, "问题汇总定稿") as act:
                meeting: str | None = chosen or None
                if chosen == NEW_MEETING:
                    on = date.fromisoformat(str(when["on"]))
                    meeting = study.hold(act, self._period, on, self.study.settled, today)
                elif chosen:
                    study.put_on_agenda(act, chosen, self.study.settled, today)
                monthly_summary.freeze(act, self._period, today, meeting)
        except Refused as refused:
            self.close_pane.when.show_problems(refused.problems)
            raise
        self.desk.done(f"{periods.month_label(self._period)}的汇总已定稿")
        self.refresh()
        self.take_focus()


def _marked(card: IssueCard, settled: bool) -> IssueCard:
    return replace(card, tag="已定", tone="green") if settled else replace(card, tag="待定", tone="grey")
