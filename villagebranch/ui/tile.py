"""One figure of the month, large, with its words."""

from __future__ import annotations

from PySide6.QtCore import Qt
from PySide6.QtWidgets import QHBoxLayout

from villagebranch.ui.colours import Tone
from villagebranch.ui.widgets import Card, words


class Tile(Card):
    """`figure` stands large before `rest`, between its label and what is said `below`."""

    def __init__(self, label: str, figure: str, rest: str, below: str, tone: Tone | None = None) -> None:
        super().__init__(spacing=4)
        self.body.addWidget(words(label, "secondary"))
        line = QHBoxLayout()
        line.setSpacing(0)
        line.addWidget(words(figure, "figure", tone=tone), 0, Qt.AlignmentFlag.AlignBaseline)
        line.addWidget(words(rest, "muted"), 0, Qt.AlignmentFlag.AlignBaseline)
        line.addStretch(1)
        self.body.addLayout(line)
        self.body.addWidget(words(below, "muted", wrap=True))
        self.body.addStretch(1)
