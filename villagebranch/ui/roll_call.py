"""点名: who is due as tick boxes; who did not come is asked for the reason below, and the figures follow each tick."""

from __future__ import annotations

from collections.abc import Callable, Mapping, Sequence
from dataclasses import replace
from datetime import date

from PySide6.QtCore import Qt, Signal
from PySide6.QtGui import QKeyEvent, QResizeEvent
from PySide6.QtWidgets import QGridLayout, QHBoxLayout, QVBoxLayout, QWidget

from villagebranch.domain import meetings as rules
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
        self._settled: set[str] = set()
        self._absences: dict[str, Absence] = {}
        self._told, self._verdict = words("", "secondary"), Pill()
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
        head.addWidget(self._told)
        head.addStretch(1)
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
        self._absences = {}
        self._called = {one.person_id: one.name + (f" {one.known_by}" if one.known_by else "") for one in due}
        names = [self._called[one.person_id] + ("" if one.can_vote else "（预备）") for one in due]
        self._ticks.show_names(names, [one.status == "present" for one in due])
        for one in due:
            if one.status != "present":
                self._add_absence(one, one.status, one.reason)
        self._settled = {id for id, absence in self._absences.items() if not absence.asks()}
        self._lay()

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
        return rules.call_roll((self._status(place), one.can_vote) for place, one in enumerate(self.due))

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
                "status": self._status(place),
                "reason": self._absences[one.person_id].reason.typed() if self._is_away(place) else "",
                "can_vote": int(one.can_vote),
            }
            for place, one in enumerate(self.due)
        ]

    def take_focus(self) -> None:
        """Start with the name that Tab stops at."""
        self._ticks.take_focus()

    def show_problems(self, problems: Mapping[str, str]) -> None:
        """Put each sentence (`attendance.2.reason`) under its member, with the first in sight."""
        for place, one in reversed(list(enumerate(self.due))):
            if absence := self._absences.get(one.person_id):
                prefix = f"attendance.{place}."
                told = {key[len(prefix) :]: said for key, said in problems.items() if key.startswith(prefix)}
                absence.say_problem(told)
                if told:
                    self._settled.discard(one.person_id)
        self._lay()

    def keyPressEvent(self, event: QKeyEvent) -> None:
        if event.key() in (Qt.Key.Key_Return, Qt.Key.Key_Enter):
            self.focusNextChild()
        else:
            super().keyPressEvent(event)

    def resizeEvent(self, event: QResizeEvent) -> None:
        super().resizeEvent(event)
        self._lay()

    def _is_away(self, place: int) -> bool:
        return not self._ticks.boxes[place].isChecked()

    def _status(self, place: int) -> str:
        if not self._is_away(place):
            return "present"
        return self._absences[self.due[place].person_id].code

    def _toggle(self, place: int) -> None:
        member = self.due[place]
        if self._is_away(place):
            self._add_absence(member, "leave", "")
        else:
            gone = self._absences.pop(member.person_id)
            self._settled.discard(member.person_id)
            gone.hide()
            gone.deleteLater()
        self._lay()
        self.changed.emit()

    def _unfold(self) -> None:
        first = next(one.person_id for one in self.due if one.person_id in self._settled)
        self._settled = set()
        self._lay()
        self._absences[first].status.take_focus()

    def _add_absence(self, member: Attendee, status: str, reason: str) -> None:
        made = Absence(member.person_id, self._called[member.person_id], self._today)
        made.status.set_stored(status)
        made.reason.set_stored(reason)
        made.setParent(self._frame)
        made.hide()
        for editor in (made.status, made.reason):
            editor.changed.connect(self.changed)
        self._absences[member.person_id] = made

    def _fit(self) -> None:
        shown = self._ticks.sizeHint().height()
        row = self._ticks.boxes[0].sizeHint().height() if self._ticks.boxes else 0
        self._window.setFixedHeight(max(1, min(shown, round(_ROWS_IN_SIGHT * row))))

    def _lay(self) -> None:
        """Tell in one line who is away and why; who is still to be asked about has a row, two abreast where there is room."""
        em = self.fontMetrics().horizontalAdvance("国")
        abreast = 2 if self.width() >= _TWO_ABREAST_FROM * em else 1
        away = [self._absences[one.person_id] for one in self.due if one.person_id in self._absences]
        settled = [absence for absence in away if absence.person_id in self._settled]
        self._why_not.setText("缺席：" + "、".join(absence.in_words() for absence in settled))
        for widget in (self._why_not, self._change):
            widget.setVisible(bool(settled))
        for absence in settled:
            absence.hide()
        for place, absence in enumerate(one for one in away if one not in settled):
            absence.name.setMinimumWidth(4 * em)
            self._below.addWidget(absence, place // abreast, place % abreast)
            absence.show()
        for column in range(2):
            self._below.setColumnStretch(column, 1 if column < abreast else 0)
        self.rearranged.emit()
