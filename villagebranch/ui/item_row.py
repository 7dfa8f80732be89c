"""One item of a meeting's agenda: a row that tells it in short, and its form below when it is unfolded."""

from __future__ import annotations

from collections.abc import Mapping
from typing import Any

from PySide6.QtCore import Signal
from PySide6.QtGui import QMouseEvent, QResizeEvent
from PySide6.QtWidgets import QHBoxLayout, QSizePolicy, QVBoxLayout, QWidget

from villagebranch.domain import meetings as rules
from villagebranch.domain.fields import Draft
from villagebranch.domain.meetings import Roll
from villagebranch.domain.values import Stored
from villagebranch.services.meeting_view import ITEM_FORM, ballot_of
from villagebranch.ui.agenda_form import AgendaForm
from villagebranch.ui.colours import Tone
from villagebranch.ui.desk import Desk
from villagebranch.ui.widgets import CutLabel, Pill, button, line, words

_NUMBER, _VERDICT = 1.5, 4  # widths, in characters
_SPEECH_FROM = 44
_LONGEST = 80
_BALLOT = ("votes_yes", "votes_no", "votes_abstain", "votes_written")


class ItemRow(QWidget):
    """One item: its row in short, and its form, which is made when it is first opened."""

    changed = Signal()
    toggled = Signal()
    moved = Signal(int)
    removed = Signal()
    ended = Signal()

    def __init__(self, desk: Desk, earlier: Mapping[str, str], id: str, stored: Mapping[str, Stored]) -> None:
        super().__init__()
        self.id = id
        self._desk, self._earlier = desk, earlier
        self._stored: dict[str, Stored] = dict.fromkeys(field.name for field in ITEM_FORM.fields) | dict(
            stored
        )
        self.form: AgendaForm | None = None
        self._meeting_type, self._roll = "general", rules.call_roll(())
        self._number, self._title, self._speech = words("", "muted"), CutLabel("text"), CutLabel("secondary")
        self._votes, self._verdict = CutLabel("secondary"), Pill()
        self._switch = button("改", self.toggled.emit, link=True)
        self._tools = QWidget()
        self._column = QVBoxLayout(self)
        self._column.setContentsMargins(0, 0, 0, 0)
        self._column.setSpacing(8)
        self._column.addLayout(self._in_short())
        self._column.addWidget(self._tools)
        self._column.addWidget(line())
        self._make_tools()

    def _in_short(self) -> QHBoxLayout:
        row = QHBoxLayout()
        row.setContentsMargins(12, 0, 12, 0)
        row.setSpacing(12)
        for label in (self._title, self._speech):
            label.setSizePolicy(QSizePolicy.Policy.Ignored, QSizePolicy.Policy.Preferred)
        row.addWidget(self._number)
        row.addWidget(self._title, 3)
        row.addWidget(self._speech, 5)
        row.addWidget(self._votes)
        row.addWidget(self._verdict)
        row.addWidget(self._switch)
        return row

    def _make_tools(self) -> None:
        row = QHBoxLayout(self._tools)
        row.setContentsMargins(12, 0, 12, 0)
        row.setSpacing(8)
        row.addWidget(button("往上移", lambda: self.moved.emit(-1)))
        row.addWidget(button("往下移", lambda: self.moved.emit(1)))
        row.addWidget(button("删去这一条", self.removed.emit))
        row.addStretch(1)
        self._tools.hide()

    # What stands in it.

    def value(self, name: str) -> Stored:
        """Return what stands in a field now."""
        return self.form.value(name) if self.form is not None else self._stored[name]

    def words(self, name: str) -> str:
        """Return a field as people read it."""
        return ITEM_FORM.field(name).value.show(self.value(name))

    def is_empty(self) -> bool:
        """Whether nothing was filled in yet."""
        if self.form is not None:
            return not any(self.form.typed().values())
        return not any(self._stored.values())

    def draft(self) -> Draft:
        """Return the checked item; show its problems and raise `Refused` where there are any."""
        return (dict(self._stored) if self.form is None else self.form.draft()) | {"id": self.id}

    def kept(self) -> dict[str, Any]:
        """Return what `Agenda.restore` takes."""
        if self.form is None:
            return {"id": self.id, "stored": self._stored}
        return {"id": self.id, "stored": {"issue_id": self.value("issue_id")}, "typed": self.form.typed()}

    def restore(self, typed: Mapping[str, str]) -> None:
        """Put back words that were not yet saved."""
        self._opened_form().restore({name: text for name, text in typed.items() if name != "issue_id"})

    # How it is shown.

    def unfold(self, open: bool) -> None:
        """Show the form, or only the row."""
        if open:
            self._opened_form()
        if self.form is not None:
            self.form.setVisible(open)
        self._tools.setVisible(open)
        self._switch.setText("收起" if open else "改")
        self.tell(self._number.text())

    def is_open(self) -> bool:
        """Whether the form is shown."""
        return self.form is not None and not self.form.isHidden()

    def stand(self, meeting_type: str, roll: Roll) -> None:
        """Reckon the votes anew for that meeting and those who came."""
        if self.form is not None and meeting_type != self._meeting_type:
            self.form.show_type(meeting_type)
        self._meeting_type, self._roll = meeting_type, roll
        self.tell(self._number.text())

    def tell(self, number: str) -> None:
        """Say the item in short, as it stands."""
        self._number.setText(number)
        self._switch.setAccessibleName(f"第 {number} 条：{self._switch.text()}")
        em = self.fontMetrics().horizontalAdvance("国")
        for label, width in ((self._number, _NUMBER), (self._verdict, _VERDICT)):
            label.setMinimumWidth(round(width * em))
        self._title.setText(self.words("title") or "（还没有写议题）")
        said = self.words("discussion") or self.words("resolution")
        self._speech.setText(" ".join(said.split())[:_LONGEST])
        self._reckon()

    def resizeEvent(self, event: QResizeEvent) -> None:
        super().resizeEvent(event)
        self._speech.setVisible(self.width() >= _SPEECH_FROM * self.fontMetrics().horizontalAdvance("国"))

    def mousePressEvent(self, event: QMouseEvent) -> None:
        if event.position().y() <= self._switch.geometry().bottom():
            self.toggled.emit()

    def _opened_form(self) -> AgendaForm:
        if self.form is None:
            self.form = AgendaForm(self._desk, self._earlier)
            self.form.setContentsMargins(12, 0, 12, 0)
            self.form.fill(self._stored)
            self.form.show_type(self._meeting_type)
            self.form.changed.connect(lambda: self.tell(self._number.text()))
            self.form.changed.connect(self.changed)
            self.form.ended.connect(self.ended)
            self._column.insertWidget(1, self.form)
        return self.form

    def _reckon(self) -> None:
        """Say what the votes come to, or what cannot be about them."""
        ballot = ballot_of({name: self.value(name) for name in _BALLOT})
        if ballot is None:
            self._show_verdict("", "", "green", "")
            return
        counted = f"赞成 {ballot.yes} · 反对 {ballot.no} · 弃权 {ballot.abstain}"
        if wrong := rules.ballot_problems(self._roll, ballot):
            self._show_verdict(counted, "请核对", "amber", "；".join(wrong.values()))
            return
        verdict = rules.vote(self._meeting_type, self._roll, ballot, election=bool(self.value("election")))
        self._show_verdict(counted, verdict.word, "green" if verdict.passed else "amber", verdict.sentence)

    def _show_verdict(self, counted: str, word: str, tone: Tone, sentence: str) -> None:
        self._votes.setText(counted)
        for label in (self._votes, self._verdict):
            label.setVisible(bool(counted))
        self._verdict.say(word, tone)
        self._verdict.setToolTip(sentence)
        if self.form is not None:
            self.form.verdict.setText(sentence)
            self.form.verdict.setHidden(not sentence)
