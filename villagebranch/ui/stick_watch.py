"""Watches the sticks while a page is shown: what lies on them is read aside, and told when it became different."""

from __future__ import annotations

from functools import cached_property
from pathlib import Path

from PySide6.QtCore import QEvent, QObject, QTimer, Signal
from PySide6.QtWidgets import QWidget

from villagebranch.db import disks
from villagebranch.db.store import Store
from villagebranch.sync import cards, stick
from villagebranch.sync.cards import Keys
from villagebranch.sync.stick import Seen
from villagebranch.ui.work import Progress, Work

_EVERY_MILLISECONDS = 3000


class StickWatch(QObject):
    """Emits `changed` after another look; `roots` are the sticks that are plugged in, `seen` the packages on them."""

    changed = Signal()

    def __init__(self, page: QWidget, store: Store) -> None:
        super().__init__(page)
        self._store = store
        self.roots: tuple[Path, ...] = ()
        self.seen: list[Seen] = []
        self._looking = False
        self._before: object = None
        self._work = Work(page, self._failed)
        self._timer = QTimer(self, interval=_EVERY_MILLISECONDS)
        self._timer.timeout.connect(self.look)
        page.installEventFilter(self)

    @cached_property
    def keys(self) -> Keys:
        """The keys of this computer, which open what was sent to it."""
        with self._store.receive() as (conn, _):
            return cards.keys(conn)

    def eventFilter(self, page: QObject, event: QEvent) -> bool:
        if event.type() == QEvent.Type.Show:
            self._before = None
            self._timer.start()
            self.look()
        elif event.type() == QEvent.Type.Hide:
            self._timer.stop()
        return super().eventFilter(page, event)

    def look(self) -> None:
        """Look once, unless a slow stick is still being read."""
        if self._looking:
            return
        self._looking = True
        before, keys = self._before, self.keys

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
