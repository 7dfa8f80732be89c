"""Notices that nobody is at the keyboard any more."""

from collections.abc import Callable
from datetime import datetime, timedelta

from PySide6.QtCore import QEvent, QObject, QTimer, Signal
from PySide6.QtWidgets import QWidget

LOCKED_AFTER = timedelta(minutes=10)
_LOOK_EVERY = 20_000
_SIGNS_OF_LIFE = (
    QEvent.Type.KeyPress,
    QEvent.Type.MouseButtonPress,
    QEvent.Type.MouseMove,
    QEvent.Type.Wheel,
    QEvent.Type.TouchBegin,
)


class Idle(QObject):
    """Emits `locked` when `window` has not been touched for ten minutes by the wall clock, a sleep of the machine included.

    Only what the window itself is sent is looked at: a filter on the whole application would see every repaint.
    """

    locked = Signal()

    def __init__(self, window: QWidget, clock: Callable[[], datetime]) -> None:
        super().__init__(window)
        self._clock, self._touched = clock, clock()
        self._window = window
        self._look_again = QTimer(self, interval=_LOOK_EVERY)
        self._look_again.timeout.connect(self.look)
        self._look_again.start()
        window.windowHandle().installEventFilter(self)

    def eventFilter(self, watched: QObject, event: QEvent) -> bool:
        if event.type() in _SIGNS_OF_LIFE:
            self._touched = self._clock()
        return False

    def look(self) -> None:
        """Lock if it is time."""
        if self._window.isVisible() and self._clock() - self._touched >= LOCKED_AFTER:
            self._touched = self._clock()
            self.locked.emit()
