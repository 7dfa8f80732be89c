"""A line edit with a word at its right end: 今天, Ctrl K."""

from PySide6.QtCore import Qt
from PySide6.QtGui import QResizeEvent
from PySide6.QtWidgets import QLineEdit

from villagebranch.ui.widgets import Role, words


class NotedLine(QLineEdit):
    """Shows `note` at the right as long as the words leave room for it."""

    def __init__(self, note: str = "", role: Role = "muted") -> None:
        super().__init__()
        self._note = words(note, role)
        self._note.setParent(self)
        self._note.setAttribute(Qt.WidgetAttribute.WA_TransparentForMouseEvents)
        self.textChanged.connect(lambda _text: self._place())

    def say(self, note: str) -> None:
        """Show another word."""
        self._note.setText(note)
        self._place()

    def resizeEvent(self, event: QResizeEvent) -> None:
        super().resizeEvent(event)
        self._place()

    def _place(self) -> None:
        self.ensurePolished()
        self._note.adjustSize()
        self._note.move(self.width() - self._note.width() - 12, (self.height() - self._note.height()) // 2)
        taken = self.fontMetrics().horizontalAdvance(self.text() or self.placeholderText()) + 24
        self._note.setVisible(bool(self._note.text()) and self._note.x() > taken)
