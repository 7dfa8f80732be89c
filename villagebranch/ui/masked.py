"""Private values on the screen: masked, and shown for half a minute to who asks for them."""

from __future__ import annotations

from PySide6.QtCore import QTimer
from PySide6.QtWidgets import QHBoxLayout, QLabel, QWidget

from villagebranch.domain.fields import Field
from villagebranch.domain.masking import masked
from villagebranch.domain.values import Stored
from villagebranch.ui.widgets import button, words

_SHOWN_MILLISECONDS = 30_000


class Masks(QWidget):
    """The private values of one pane. `label` gives the words for each; this widget is 显示, which shows all, after the
    first of them where that is given."""

    def __init__(self, field: Field | None = None, stored: Stored = None) -> None:
        super().__init__()
        self._labels: dict[QLabel, tuple[str, str]] = {}
        self.button = button("显示", self._turn, link=True)
        self.button.setAccessibleName("显示号码和住址")
        self._over = QTimer(self, singleShot=True, interval=_SHOWN_MILLISECONDS)
        self._over.timeout.connect(self.hide_again)
        row = QHBoxLayout(self)
        row.setContentsMargins(0, 0, 0, 0)
        row.setSpacing(12)
        row.addWidget(self.button)
        row.addStretch(1)
        self.button.hide()
        if field is not None:
            row.insertWidget(0, self.label(field, stored))

    def label(self, field: Field, stored: Stored) -> QLabel:
        """Return the words for a value, masked until 显示 is pressed."""
        return self.label_of(masked(field, stored), field.value.show(stored))

    def label_of(self, hidden: str, plain: str) -> QLabel:
        """Return the words for what is `hidden` until 显示 is pressed, and `plain` then."""
        made = words(hidden or "—", wrap=True)
        if hidden != plain:
            self._labels[made] = (hidden, plain)
            self.button.show()
        return made

    def hide_again(self) -> None:
        """Mask the values."""
        self._over.stop()
        self._say("显示", 0)

    def _turn(self) -> None:
        if self._over.isActive():
            self.hide_again()
            return
        self._over.start()
        self._say("遮住", 1)

    def _say(self, act: str, which: int) -> None:
        self.button.setText(act)
        for label, writings in self._labels.items():
            label.setText(writings[which])
