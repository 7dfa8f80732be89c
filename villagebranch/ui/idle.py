"""Notices that nobody is at the keyboard any more."""

from collections.abc import Callable
from datetime import datetime, timedelta
from typing import cast

from PySide6.QtCore import QEvent, QObject, Qt, QTimer, Signal
from PySide6.QtGui import QGuiApplication
from PySide6.QtWidgets import QWidget

LOCKED_AFTER = timedelta(minutes=10)
_LOOK_EVERY = 20_000
_SLEPT = timedelta(minutes=2)  # between two looks: nothing but a machine that slept makes a timer so late
_SIGNS_OF_LIFE = (
    QEvent.Type.KeyPress,
    QEvent.Type.MouseButtonPress,
    QEvent.Type.MouseMove,
    QEvent.Type.Wheel,
    QEvent.Type.TouchBegin,
)


class Idle(QObject):
    """Emits `locked` when `window` has not been touched for ten minutes by the wall clock, and after the machine slept.

    Only what the window itself is sent is looked at: a filter on the whole application would see every repaint.
    """

    locked = Signal()

    def __init__(self, window: QWidget, clock: Callable[[], datetime]) -> None:
        super().__init__(window)
        self._clock, self._touched, self._looked = clock, clock(), clock()
        self._window = window
        self._look_again = QTimer(self, interval=_LOOK_EVERY)
        self._look_again.timeout.connect(self.look)
        self._look_again.start()
        window.windowHandle().installEventFilter(self)
        cast(QGuiApplication, QGuiApplication.instance()).applicationStateChanged.connect(self._state_changed)

    def eventFilter(self, watched: QObject, event: QEvent) -> bool:
        if event.type() in _SIGNS_OF_LIFE:
            self._touched = self._clock()
        return False

    def look(self) -> None:
        """Lock if it is time."""
        now, before = self._clock(), self._looked
        self._looked = now
        # A clock that went back does not keep the window open until it is there again.
        self._touched = min(self._touched, now)
        if now - self._touched >= LOCKED_AFTER or now - before >= _SLEPT:
            self._lock()

    def _lock(self) -> None:
        if self._window.isVisible():
            self._touched = self._clock()
            self.locked.emit()

    def _state_changed(self, state: Qt.ApplicationState) -> None:
        if state == Qt.ApplicationState.ApplicationSuspended:
            self._lock()
