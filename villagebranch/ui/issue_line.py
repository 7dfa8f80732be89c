"""An issue in one line, as it stands beside a visit or a household: how far it is, its words, and the way to it."""

from __future__ import annotations

from PySide6.QtWidgets import QHBoxLayout, QWidget

from villagebranch.domain import issues as rules
from villagebranch.services.issues import KIND
from villagebranch.services.visits import Heard
from villagebranch.ui.desk import Desk
from villagebranch.ui.widgets import Pill, button, words


class IssueLine(QWidget):
    """How far it is, its words, and 看办理, which opens the issue."""

    def __init__(self, desk: Desk, heard: Heard) -> None:
        super().__init__()
        row = QHBoxLayout(self)
        row.setContentsMargins(0, 0, 0, 0)
        stage = KIND.field("stage").value.show(heard.stage)
        row.addWidget(Pill(stage, "blue" if rules.is_open(heard.stage) else "green"))
        row.addWidget(words(heard.words, wrap=True), 1)
        row.addWidget(button("看办理", lambda: desk.show_page("issues", id=heard.id)))
