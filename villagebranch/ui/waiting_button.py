"""The red button of a door: busy while the key is tried, and counting down the seconds after wrong ones."""

from __future__ import annotations

from collections.abc import Callable

from PySide6.QtCore import QTimer
from PySide6.QtWidgets import QPushButton


class WaitingButton(QPushButton):
    """Calls `done` when it is pressed; `label` names the act."""

    def __init__(self, label: str, done: Callable[[], object]) -> None:
        super().__init__(label)
        self._label, self._left = label, 0
        self.setProperty("primary", True)
        self.setAutoDefault(False)
        self.clicked.connect(lambda _checked=False: done())
        self._second = QTimer(self, interval=1000)
        self._second.timeout.connect(lambda: self.wait(self._left - 1))

    def be_busy(self, said: str = "请稍等…") -> None:
        """Take no press until `wait`."""
        self.setEnabled(False)
        self.setText(said)

    def wait(self, seconds: int) -> None:
        """Take no press for some seconds, and say how many are left."""
        self._left = seconds
        self.setEnabled(seconds <= 0)
        self.setText(f"等 {seconds} 秒再试" if seconds > 0 else self._label)
        if seconds > 0:
            self._second.start()
        else:
            self._second.stop()
