"""Watches the sticks while a page is shown: what lies on them is read aside, and told when it became different."""

from __future__ import annotations

from collections.abc import Callable
from pathlib import Path

from PySide6.QtCore import QObject, QTimer, Signal
from PySide6.QtWidgets import QWidget

from villagebranch.db import disks
from villagebranch.sync import stick
from villagebranch.sync.cards import Keys
from villagebranch.sync.stick import Seen
from villagebranch.ui.work import Progress, Work

_EVERY_MILLISECONDS = 3000


class StickWatch(QObject):
    """Emits `changed` after another look; `roots` are the sticks that are plugged in, `seen` the packages on them."""

    changed = Signal()

    def __init__(self, page: QWidget, keys: Callable[[], Keys]) -> None:
        super().__init__(page)
        self.roots: tuple[Path, ...] = ()
        self.seen: list[Seen] = []
        self._keys = keys
        self._looking = False
        self._before: object = None
        self._work = Work(page, self._failed)
        self._timer = QTimer(self, interval=_EVERY_MILLISECONDS)
        self._timer.timeout.connect(self.look)

    def start(self) -> None:
        """Look now, and every few seconds."""
        self._before = None
        self._timer.start()
        self.look()

    def stop(self) -> None:
        """Look no more."""
        self._timer.stop()

    def look(self) -> None:
        """Look once, unless a slow stick is still being read."""
        if self._looking:
            return
        self._looking = True
        before, keys = self._before, self._keys()

        def work(_progress: Progress) -> tuple[object, tuple[Path, ...], list[Seen] | None]:
            roots = tuple(disk.mount for disk in disks.sticks())
            there = stick.listing(roots)
            return there, roots, None if there == before else stick.look(roots, keys)

        self._work.start(work, self._looked)

    def _looked(self, told: tuple[object, tuple[Path, ...], list[Seen] | None]) -> None:
        self._looking = False
        self._before, roots, seen = told
        if seen is not None:
            self.roots, self.seen = roots, seen
            self.changed.emit()

    def _failed(self, failure: Exception) -> None:
        self._looking = False
        raise failure
