"""A private value on the screen: masked, and shown for half a minute to who asks for it."""

from __future__ import annotations

from PySide6.QtCore import QTimer
from PySide6.QtWidgets import QHBoxLayout, QWidget

from villagebranch.domain.fields import Field
from villagebranch.domain.masking import masked
from villagebranch.domain.values import Stored
from villagebranch.ui.widgets import button, words

_SHOWN_MILLISECONDS = 30_000


class Masked(QWidget):
    """One field of a record; 显示 stands beside it where there is something to hide."""

    def __init__(self, field: Field, stored: Stored) -> None:
        super().__init__()
        self._plain, self._masked = field.value.show(stored), masked(field, stored)
        self.words = words(self._masked or "—", wrap=True)
        self.button = button("显示", self._turn, link=True)
        self.button.setAccessibleName(f"显示{field.label}")
        self._over = QTimer(self, singleShot=True, interval=_SHOWN_MILLISECONDS)
        self._over.timeout.connect(self.hide_again)
        row = QHBoxLayout(self)
        row.setContentsMargins(0, 0, 0, 0)
        row.setSpacing(12)
        row.addWidget(self.words)
        row.addWidget(self.button)
        row.addStretch(1)
        self.button.setVisible(self._plain != self._masked)

    def hide_again(self) -> None:
        """Mask the value."""
        self._over.stop()
        self.words.setText(self._masked)
        self.button.setText("显示")

    def _turn(self) -> None:
        if self._over.isActive():
            self.hide_again()
            return
        self.words.setText(self._plain)
        self.button.setText("遮住")
        self._over.start()
