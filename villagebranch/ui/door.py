"""What the pages before the main window share: an empty canvas with one card in the middle."""

from PySide6.QtCore import QEvent, Qt
from PySide6.QtGui import QResizeEvent
from PySide6.QtWidgets import QHBoxLayout, QVBoxLayout, QWidget

from villagebranch.ui import icons
from villagebranch.ui.widgets import Card, Role, Scroll, words

_MARGIN = 40


class Door(QWidget):
    """A window of its own; `card.body` is the layout to fill, `characters` wide where the window has the room."""

    def __init__(self, head: str, said: str, *, role: Role = "logo", characters: int = 24) -> None:
        super().__init__()
        self._characters = characters
        self.setWindowTitle("连心册")
        self.setWindowIcon(icons.application_icon())
        self.setProperty("role", "canvas")
        self.setAttribute(Qt.WidgetAttribute.WA_StyledBackground)
        self.setMinimumSize(640, 480)
        self.resize(1366, 768)
        self.card = Card(margin=_MARGIN, spacing=12)
        self._fit()
        self.said = words(said, "secondary", wrap=True)
        self.card.body.addWidget(words(head, role))
        self.card.body.addWidget(self.said)
        self.card.body.addSpacing(8)
        middle = QWidget()
        across = QHBoxLayout(middle)
        across.addStretch(1)
        across.addWidget(self.card, 0, Qt.AlignmentFlag.AlignVCenter)
        across.addStretch(1)
        whole = QVBoxLayout(self)
        whole.setContentsMargins(0, 0, 0, 0)
        whole.addWidget(Scroll(middle))

    def changeEvent(self, event: QEvent) -> None:
        super().changeEvent(event)
        if event.type() == QEvent.Type.FontChange:
            self._fit()

    def resizeEvent(self, event: QResizeEvent) -> None:
        super().resizeEvent(event)
        self._fit()

    def widen(self, characters: int) -> None:
        """Take another width."""
        self._characters = characters
        self._fit()

    def _fit(self) -> None:
        wanted = self._characters * self.fontMetrics().horizontalAdvance("国") + 2 * _MARGIN
        self.card.setFixedWidth(min(wanted, self.width() - _MARGIN))
