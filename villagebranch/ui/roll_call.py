"""点名: who is due as tick boxes; who did not come is asked for the reason below, and the figures follow each tick."""

from __future__ import annotations

from collections.abc import Callable, Mapping, Sequence
from dataclasses import replace
from datetime import date

from PySide6.QtCore import Qt, Signal
from PySide6.QtGui import QKeyEvent, QResizeEvent
from PySide6.QtWidgets import QGridLayout, QHBoxLayout, QVBoxLayout, QWidget

from villagebranch.domain import meetings as rules
from villagebranch.domain.codes import ATTENDANCE
from villagebranch.domain.meetings import Roll, Verdict
from villagebranch.services.meeting_view import Attendee
from villagebranch.ui.absence import Absence
from villagebranch.ui.ticks import Ticks
from villagebranch.ui.widgets import Card, Pill, Scroll, button, words

_ROWS_IN_SIGHT = 4.5  # half a row says that there are more
_TWO_ABREAST_FROM = 46


class RollCall(QWidget):
    """The roll of one meeting. `raw` gives what `services.meetings.save` takes."""

    changed = Signal()
    rearranged = Signal()

    def __init__(self, today: Callable[[], date]) -> None:
        super().__init__()
        self._today = today
        self.due: Sequence[Attendee] = ()
        self._called: dict[str, str] = {}
        self._settled: dict[str, Attendee] = {}
        self._absences: dict[str, Absence] = {}
        self._told, self._verdict = words("", "secondary", wrap=True), Pill()
        self._why = words("", "muted", wrap=True)
        self._ticks = Ticks()
        self._ticks.toggled.connect(self._toggle)
        self._window = Scroll(self._ticks)
        self._ticks.laid.connect(self._fit)
        self._why_not = words("", "secondary", wrap=True)
        self._change = button("改缺席原因", self._unfold)
        self._below = QGridLayout()
        self._below.setHorizontalSpacing(24)
        self._below.setVerticalSpacing(6)
        head = QHBoxLayout()
        head.setSpacing(16)
        head.addWidget(words("到会", "head"))
        head.addWidget(self._told, 1)
        head.addWidget(self._verdict)
        self._frame = Card(margin=10, spacing=8)
        self._frame.body.addWidget(self._window)
        told = QHBoxLayout()
        told.setSpacing(16)
        told.addWidget(self._why_not, 1)
        told.addWidget(self._change)
        self._frame.body.addLayout(told)
        self._frame.body.addLayout(self._below)
        column = QVBoxLayout(self)
        column.setContentsMargins(0, 0, 0, 0)
        column.setSpacing(6)
        column.addLayout(head)
        column.addWidget(self._why)
        column.addWidget(self._frame)

    def show_due(self, due: Sequence[Attendee]) -> None:
        """Call the roll of these members, as they are said to have come or not."""
        self.due = due
        for absence in self._absences.values():
            absence.hide()
            absence.deleteLater()
        self._absences, self._settled = {}, {}
        self._called = {one.person_id: one.name + (f" {one.known_by}" if one.known_by else "") for one in due}
        names = [self._called[one.person_id] + ("" if one.can_vote else "（预备）") for one in due]
        self._ticks.show_names(names, [one.status == "present" for one in due])
        for one in due:
            if one.status != "present":
                self._take_away(one)
        self._rearrange()

    def restore(self, due: Sequence[Attendee], said: Sequence[Mapping[str, object]]) -> None:
        """Call the roll of `due` with what `raw` gave before in place of what is usual."""
        rows = {str(row["person_id"]): row for row in said}
        self.show_due(
            [
                replace(one, status=str(row["status"]), reason=str(row["reason"] or ""))
                if (row := rows.get(one.person_id))
                else one
                for one in due
            ]
        )

    @property
    def roll(self) -> Roll:
        """How many are due and how many came, as it stands on the page."""
        return rules.call_roll((self._status(one.person_id), one.can_vote) for one in self.due)

    def tell(self, verdict: Verdict) -> None:
        """Say whether the meeting can do its business."""
        self._told.setText(self.roll.sentence)
        self._verdict.say(verdict.word, "green" if verdict.passed else "amber")
        self._verdict.setToolTip(verdict.sentence)
        self._why.setText(verdict.sentence)
        self._why.setHidden(verdict.passed)

    def raw(self) -> list[dict[str, object]]:
        """Return a row for each member on the roll."""
        return [
            {
                "person_id": one.person_id,
                "status": self._status(one.person_id),
                "reason": self._reason(one.person_id),
                "can_vote": int(one.can_vote),
            }
            for one in self.due
        ]

    def take_focus(self) -> None:
        """Start with the name that Tab stops at."""
        self._ticks.take_focus()

    def show_problems(self, problems: Mapping[str, str]) -> None:
        """Put each sentence (`attendance.2.reason`) under its member, with the first in sight."""
        for place, one in reversed(list(enumerate(self.due))):
            prefix = f"attendance.{place}."
            told = {key[len(prefix) :]: said for key, said in problems.items() if key.startswith(prefix)}
            if told and one.person_id in self._settled:
                self._ask(self._settled.pop(one.person_id))
            if absence := self._absences.get(one.person_id):
                absence.say_problem(told)
        self._rearrange()

    def keyPressEvent(self, event: QKeyEvent) -> None:
        if event.key() in (Qt.Key.Key_Return, Qt.Key.Key_Enter):
            self.focusNextChild()
        else:
            super().keyPressEvent(event)

    def resizeEvent(self, event: QResizeEvent) -> None:
        super().resizeEvent(event)
        self._lay()

    def _status(self, id: str) -> str:
        if id in self._settled:
            return self._settled[id].status
        return self._absences[id].code if id in self._absences else "present"

    def _reason(self, id: str) -> str:
        if id in self._settled:
            return self._settled[id].reason
        return self._absences[id].reason.typed() if id in self._absences else ""

    def _toggle(self, place: int) -> None:
        member = self.due[place]
        if not self._ticks.boxes[place].isChecked():
            self._take_away(replace(member, status="leave", reason=""))
        elif gone := self._absences.pop(member.person_id, None):
            gone.hide()
            gone.deleteLater()
        else:
            del self._settled[member.person_id]
        self._rearrange()
        self.changed.emit()

    def _take_away(self, member: Attendee) -> None:
        """Ask about somebody who did not come, unless all is said."""
        if rules.attendance_problem(member.status, member.reason):
            self._ask(member)
        else:
            self._settled[member.person_id] = member

    def _ask(self, member: Attendee) -> None:
        made = Absence(self._called[member.person_id], self._today)
        made.status.set_stored(member.status)
        made.reason.set_stored(member.reason)
        made.setParent(self._frame)
        for editor in (made.status, made.reason):
            editor.changed.connect(self.changed)
        self._absences[member.person_id] = made

    def _unfold(self) -> None:
        """Ask about everybody who did not come."""
        settled, self._settled = self._settled, {}
        for member in settled.values():
            self._ask(member)
        self._rearrange()
        self._absences[next(iter(settled))].status.take_focus()

    def _fit(self) -> None:
        shown = self._ticks.sizeHint().height()
        row = self._ticks.boxes[0].sizeHint().height() if self._ticks.boxes else 0
        self._window.setFixedHeight(max(1, min(shown, round(_ROWS_IN_SIGHT * row))))

    def _rearrange(self) -> None:
        """Tell in one line who is away and why; who is still to be asked about has a row below."""
        settled = [self._settled[one.person_id] for one in self.due if one.person_id in self._settled]
        self._why_not.setText("没有到会：" + "、".join(map(self._in_words, settled)))
        for widget in (self._why_not, self._change):
            widget.setVisible(bool(settled))
        self._lay()
        self.rearranged.emit()

    def _in_words(self, member: Attendee) -> str:
        return f"{self._called[member.person_id]}（{member.reason or ATTENDANCE.show(member.status)}）"

    def _lay(self) -> None:
        """Place the rows in the order of the roll, two abreast where there is room."""
        em = self.fontMetrics().horizontalAdvance("国")
        abreast = 2 if self.width() >= _TWO_ABREAST_FROM * em else 1
        asked = [self._absences[one.person_id] for one in self.due if one.person_id in self._absences]
        for place, absence in enumerate(asked):
            absence.name.setMinimumWidth(max(4 * em, absence.name.sizeHint().width()))
            self._below.addWidget(absence, place // abreast, place % abreast)
            absence.show()
        for column in range(2):
            self._below.setColumnStretch(column, 1 if column < abreast else 0)
