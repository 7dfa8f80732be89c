"""The band on a record's own page that says what of it two computers changed, and leads to where that is decided."""

from __future__ import annotations

from collections.abc import Callable, Iterable

from PySide6.QtWidgets import QFrame, QHBoxLayout, QWidget

from villagebranch.services.disputed import Disputed
from villagebranch.ui.desk import Desk
from villagebranch.ui.widgets import button, words


class DisputeBand(QFrame):
    """Names the fields in question."""

    def __init__(self, desk: Desk, found: Iterable[Disputed]) -> None:
        super().__init__()
        self.setProperty("band", "amber")
        labels = "、".join(dict.fromkeys(one.label for one in found))
        told = words(f"两边都改过，还没有定夺：{labels}。", wrap=True)
        go = button("去定夺", lambda: desk.show_page("exchange", view="conflicts"))
        row = QHBoxLayout(self)
        row.setContentsMargins(12, 8, 12, 8)
        row.setSpacing(12)
        row.addWidget(told, 1)
        row.addWidget(go)


def tell_disputed(add: Callable[[QWidget], object], desk: Desk, found: Iterable[Disputed]) -> None:
    """Let `add` put the band into a page where there is something in question."""
    if shown := list(found):
        add(DisputeBand(desk, shown))
