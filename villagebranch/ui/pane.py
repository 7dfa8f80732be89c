"""The pane beside a list: who it is, what can be done, and below a line what is known."""

from __future__ import annotations

from collections.abc import Callable, Iterable, Sequence
from html import escape

from PySide6.QtCore import Qt
from PySide6.QtWidgets import QHBoxLayout, QLabel, QVBoxLayout, QWidget

from villagebranch.ui import colours
from villagebranch.ui.colours import Tone
from villagebranch.ui.flow_layout import FlowLayout
from villagebranch.ui.widgets import Pill, Role, line, words


class Pane(QWidget):
    """A title with its tags, a line of facts, and buttons; `add` puts something below."""

    def __init__(
        self,
        title: str,
        facts: Iterable[str],
        tools: Sequence[QWidget],
        tags: Iterable[tuple[str, Tone]] = (),
    ) -> None:
        super().__init__()
        self._column = QVBoxLayout(self)
        self._column.setSpacing(10)
        head = FlowLayout(None, 8)
        head.addWidget(words(title, "title"))
        for text, tone in tags:
            head.addWidget(Pill(text, tone))
        self._column.addLayout(head)
        self.add(words(" · ".join(filter(None, facts)), "secondary", wrap=True))
        buttons = FlowLayout(None, 8)
        for tool in tools:
            buttons.addWidget(tool)
        self._column.addLayout(buttons)
        self.add(line())

    def add(self, widget: QWidget) -> None:
        """Put a widget below the others."""
        self._column.addWidget(widget)

    def add_head(self, text: str, *tools: QWidget) -> None:
        """Put a heading below the others, with something small at its right."""
        row = QHBoxLayout()
        row.addWidget(words(text, "head"))
        row.addStretch(1)
        for tool in tools:
            row.addWidget(tool)
        self._column.addSpacing(4)
        self._column.addLayout(row)

    def end(self, *tools: QWidget) -> None:
        """Leave the rest of the pane empty, but for what is seldom done."""
        for tool in tools:
            self._column.addWidget(tool, 0, Qt.AlignmentFlag.AlignLeft)
        self._column.addStretch(1)


def inline_link(text: str, done: Callable[[], object], role: Role = "text") -> QLabel:
    """Return a link that is no higher than the words beside it."""
    label = words("", role)
    label.setTextFormat(Qt.TextFormat.RichText)
    label.setText(f"<a href='#' style='color:{colours.BLUE};text-decoration:none'>{escape(text)}</a>")
    mouse, keys = (
        Qt.TextInteractionFlag.LinksAccessibleByMouse,
        Qt.TextInteractionFlag.LinksAccessibleByKeyboard,
    )
    label.setTextInteractionFlags(mouse | keys)
    label.setAccessibleName(text)
    label.linkActivated.connect(lambda _href: done())
    return label


def cut(text: str, longest: int) -> str:
    """Return `text`, or its beginning where it is longer."""
    return text if len(text) <= longest else text[: longest - 1] + "…"
