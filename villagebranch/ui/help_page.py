"""F1: the manual's page for the screen one comes from, with its pictures."""

from __future__ import annotations

from typing import Any

from PySide6.QtCore import Qt, QUrl
from PySide6.QtGui import QImage, QKeySequence, QShortcut, QTextDocument
from PySide6.QtWidgets import QTextBrowser, QVBoxLayout

from villagebranch.resources import RESOURCES
from villagebranch.ui.desk import Desk
from villagebranch.ui.page import Page
from villagebranch.ui.widgets import Card

MANUAL = RESOURCES / "manual"
_SAME = {
    "member": "members",
    "household": "households",
    "resident": "households",
    "removed": "settings",
}

_IN_TOWNSHIP = dict.fromkeys(("home", "village", "issues", "instructions", "instruct", "ledgers"), "township")


class Book(QTextBrowser):
    """Shows a page of the manual; pictures are made as wide as the text."""

    def loadResource(self, kind: int, name: QUrl | str) -> Any:
        image = QImage(str(MANUAL / QUrl(name).toString()))
        if kind != QTextDocument.ResourceType.ImageResource or image.isNull():
            return super().loadResource(kind, QUrl(name))
        return image.scaledToWidth(min(image.width(), self.viewport().width() - 48))


class HelpPage(Page):
    """`open(topic=…)` shows the page of a screen; 返回 and Escape go back to it."""

    title = "使用手册"

    def __init__(self, desk: Desk) -> None:
        super().__init__(desk)
        self._from = "home"
        self._book = Book()
        self._book.setFrameShape(QTextBrowser.Shape.NoFrame)
        self._book.setAccessibleName("使用手册")
        card = Card(margin=24)
        card.body.addWidget(self._book)
        column = QVBoxLayout(self)
        column.addWidget(card)
        here = Qt.ShortcutContext.WidgetWithChildrenShortcut
        QShortcut(QKeySequence("Escape"), self, context=here).activated.connect(self.go_back)

    def open(self, **what: Any) -> None:
        self._from = str(what.get("topic", "home"))

    def refresh(self) -> None:
        same = _SAME if self.desk.role == "branch" else _IN_TOWNSHIP
        path = MANUAL / f"{same.get(self._from, self._from)}.md"
        self._book.setMarkdown((path if path.exists() else MANUAL / "home.md").read_text(encoding="utf-8"))

    def goes_back(self) -> bool:
        return True

    def go_back(self) -> None:
        self.desk.show_page(self._from)

    def take_focus(self) -> None:
        self._book.setFocus()
