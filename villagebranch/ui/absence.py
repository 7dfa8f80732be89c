"""Why a member did not come to a meeting: in which sense, and the reason in words."""

from __future__ import annotations

from collections.abc import Callable, Mapping
from datetime import date

from PySide6.QtWidgets import QGridLayout, QWidget

from villagebranch.domain.codes import ATTENDANCE
from villagebranch.domain.values import Choice
from villagebranch.services.meeting_view import SEAT_FORM
from villagebranch.ui.editors import LineEditor, ListEditor
from villagebranch.ui.widgets import words

_NOT_THERE = Choice({code: label for code, label in ATTENDANCE.options.items() if code != "present"})


class Absence(QWidget):
    """One member who did not come: in which sense, and why."""

    def __init__(self, name: str, today: Callable[[], date]) -> None:
        super().__init__()
        self.status, self.reason = ListEditor(_NOT_THERE), LineEditor(SEAT_FORM.field("reason").value, today)
        self.status.name(f"{name}：没有到会")
        self.reason.name(f"{name}：原因")
        self.reason.line.setPlaceholderText("原因")
        self._problem = words("", "problem", wrap=True)
        self._problem.hide()
        self.name = words(name)
        grid = QGridLayout(self)
        grid.setContentsMargins(0, 0, 0, 0)
        grid.setHorizontalSpacing(8)
        grid.setVerticalSpacing(2)
        for place, (widget, share) in enumerate(((self.name, 2), (self.status, 3), (self.reason, 4))):
            grid.addWidget(widget, 0, place)
            grid.setColumnStretch(place, share)
        grid.addWidget(self._problem, 1, 1, 1, 2)

    @property
    def code(self) -> str:
        """The status's code, '' for none."""
        return str(_NOT_THERE.parse(self.status.typed()) or "")

    def say_problem(self, told: Mapping[str, str]) -> None:
        """Show what is wrong with the status or the reason."""
        self.status.mark("status" in told)
        self.reason.mark("reason" in told)
        self._problem.setText("；".join(told.values()))
        self._problem.setVisible(bool(told))
        if told:
            (self.status if "status" in told else self.reason).take_focus()
