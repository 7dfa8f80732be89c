"""One issue: the villager's words, all that is known, the steps so far, and the steps that can follow."""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import dataclass
from functools import partial

from PySide6.QtGui import QResizeEvent
from PySide6.QtWidgets import QBoxLayout, QHBoxLayout, QVBoxLayout, QWidget

from villagebranch.domain import issues as rules
from villagebranch.domain.dayshow import day_near
from villagebranch.services import histories, issues
from villagebranch.services.disputed import of_parts
from villagebranch.services.histories import Part
from villagebranch.services.issues import Event, IssueRow
from villagebranch.ui.desk import Desk
from villagebranch.ui.dispute_band import tell_disputed
from villagebranch.ui.flow_layout import FlowLayout
from villagebranch.ui.history_view import HistoryView
from villagebranch.ui.issue_cards import TONES
from villagebranch.ui.page import acting
from villagebranch.ui.widgets import Card, Facts, Pill, Scroll, button, words

_VERBS = {
    "sorted": "分好类",
    "assigned": "研究定责",
    "in_progress": "开始办理",
    "resolved": "办结",
    "fed_back": "已告诉群众",
    "closed": "销号",
    "explained": "解释说明",
    "escalated": "上报镇里",
    "merged": "并入另一件",
}
_BESIDE_FROM = 44  # characters
_FACTS = (
    *("category", "issue_kind", "source", "answer", "measure", "lead", "owner", "due_on"),
    *("escalated_on", "resolved_on", "result", "fed_back_on", "fed_back_way", "satisfaction"),
)


def verb(now: str, to: str) -> str:
    """Return the act that takes an issue from one stage to another, as its button says it."""
    if to == "in_progress" and not rules.is_open(now):
        return "重新办理"
    if to == "in_progress" and now == "escalated":
        return "镇里有答复，接着办"
    return "改派责任人" if to == "assigned" and now == "in_progress" else _VERBS[to]


def moves(now: str) -> list[str]:
    """Return the stages that are offered next; to study is to assign, in one go."""
    return [to for to in rules.MOVES[now] if to in _VERBS]


@dataclass(frozen=True)
class Offered:
    """What the page does for the detail: take a step, and correct; `read_again` follows whatever was written here."""

    move: Callable[[str], None]
    correct: Callable[[], None]
    read_again: Callable[[], None]


class IssueDetail(QWidget):
    """Made anew for each issue: its sheet, and beside or below it the steps and changes so far."""

    def __init__(self, desk: Desk, id: str, offered: Offered) -> None:
        super().__init__()
        self.desk = desk
        self._offered = offered
        with desk.store.read() as conn:
            self.row = issues.one(conn, id)
            parts = [Part("issue", id)]
            steps, tellings = issues.events(conn, id), histories.tell(conn, parts)
            self._open_here = of_parts(conn, parts)
        self._told = Card("办理经过", margin=24)
        for step in steps:
            self._told.body.addWidget(self._step(step))
        self._told.body.addSpacing(12)
        self._told.body.addWidget(HistoryView(desk, tellings, offered.read_again))
        self._told.body.addStretch(1)
        within = QWidget()
        self._row = QBoxLayout(QBoxLayout.Direction.LeftToRight, within)
        self._row.setContentsMargins(0, 0, 0, 0)
        self._row.setSpacing(20)
        self._row.addWidget(self._sheet(), 5)
        self._row.addWidget(self._told, 4)
        column = QVBoxLayout(self)
        column.setContentsMargins(0, 0, 0, 0)
        column.addWidget(Scroll(within))

    def resizeEvent(self, event: QResizeEvent) -> None:
        """Put what happened below where it has no room beside."""
        super().resizeEvent(event)
        beside = self.width() >= _BESIDE_FROM * self.fontMetrics().horizontalAdvance("国")
        way = QBoxLayout.Direction
        self._row.setDirection(way.LeftToRight if beside else way.TopToBottom)

    def take_focus(self) -> None:
        """Start with the step that is usually next."""
        self._first.setFocus()

    def _sheet(self) -> Card:
        sheet, row, today = Card(margin=24, spacing=12), self.row, self.desk.today()
        tag, tone = rules.card_tag(row.stage, row.due_on or None, row.resolved_on or None, today)
        pills = FlowLayout(None, 6)
        pills.addWidget(Pill(row.shown("stage"), "blue" if rules.is_open(row.stage) else "green"))
        pills.addWidget(Pill(tag, TONES[tone]))
        if row.confirmed:
            pills.addWidget(Pill("原话已确认", "grey"))
        sheet.body.addWidget(words(row.words, "title", wrap=True))
        sheet.body.addLayout(pills)
        tell_disputed(sheet.body.addWidget, self.desk, self._open_here)
        if row.reply:
            sheet.body.addWidget(_answer(row.reply))
        sheet.body.addLayout(self._acts())
        sheet.body.addWidget(self._facts())
        sheet.body.addLayout(self._tools())
        sheet.body.addStretch(1)
        return sheet

    def _acts(self) -> FlowLayout:
        acts = FlowLayout(None, 8)
        offered = moves(self.row.stage)
        made = [button(verb(self.row.stage, to), partial(self._offered.move, to)) for to in offered]
        for one in made:
            acts.addWidget(one)
        correct = button("改内容", self._offered.correct)
        acts.addWidget(correct)
        self._first = made[0] if made else correct
        return acts

    def _facts(self) -> Facts:
        row, facts = self.row, Facts()
        if row.household_id:
            shown = button(
                row.place, partial(self.desk.show_page, "households", id=row.household_id), link=True
            )
            facts.add("反映户", shown)
        if row.reporter:
            facts.add("反映人", row.reporter)
        facts.add("收集日期", row.collected_on)
        if row.visit_id:
            shown = button("看这次走访", partial(self.desk.show_page, "visits", id=row.visit_id), link=True)
            facts.add("来自走访", shown)
        for name in _FACTS:
            label = {"lead": "责任领导", "owner": "责任人"}.get(name) or issues.KIND.field(name).label
            told = getattr(row, name) if name in ("lead", "owner") else row.shown(name)
            if told or name in ("measure", "owner", "due_on"):
                facts.add(label, told)
        if row.merged_into:
            shown = button("看那一件", partial(self.desk.show_page, "issues", id=row.merged_into), link=True)
            facts.add("并入", shown)
        return facts

    def _tools(self) -> QHBoxLayout:
        tools = QHBoxLayout()
        tools.setSpacing(8)
        if not self.row.confirmed:
            tools.addWidget(button("原话确认无误", self._confirm))
        tools.addWidget(button("删除", self._remove))
        tools.addStretch(1)
        return tools

    def _step(self, step: Event) -> QWidget:
        day = day_near(step.happened_on, self.desk.today())
        told = " · ".join(filter(None, (f"{day}　{step.said}", step.by)))
        shown = QWidget()
        column = QVBoxLayout(shown)
        column.setContentsMargins(0, 0, 0, 6)
        column.setSpacing(2)
        column.addWidget(words(told, wrap=True))
        if step.note:
            column.addWidget(words(step.note, "secondary", wrap=True))
        return shown

    @acting
    def _confirm(self) -> None:
        with self.desk.store.write(self.desk.user, "确认原话") as act:
            issues.confirm(act, self.row.id)
        self.desk.done("原话已确认，以后不再改")
        self._offered.read_again()

    @acting
    def _remove(self) -> None:
        with self.desk.store.write(self.desk.user, "删除问题") as act:
            issues.remove(act, self.row.id)
        self.desk.done("问题已删除")
        self._offered.read_again()


def _answer(reply: str) -> QWidget:
    """Return the township's answer, set off from what the village wrote."""
    return words(reply, wrap=True, tone="blue")


def about(rows: list[IssueRow]) -> str:
    """Return which issues a panel is about."""
    return f"「{rows[0].words}」" if len(rows) == 1 else f"「{rows[0].words}」等 {len(rows)} 件"
