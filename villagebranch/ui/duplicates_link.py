"""The way to 查重 from a list: a button with the number of what is to be looked at, hidden where there is nothing."""

from __future__ import annotations

from collections.abc import Mapping

from PySide6.QtCore import QTimer
from PySide6.QtWidgets import QPushButton

from villagebranch.services.duplicates import suspicions
from villagebranch.services.spelling import pinyin
from villagebranch.sync.parcel import known
from villagebranch.ui.desk import Desk
from villagebranch.ui.work import Progress

_AFTER_THE_LIST = 500  # milliseconds: the list is painted first


class DuplicatesLink(QPushButton):
    """Counts aside, anew only after something was written or taken in."""

    def __init__(self, desk: Desk) -> None:
        super().__init__("查重")
        self.setAutoDefault(False)
        self._desk = desk
        self._counted: Mapping[str, int] | None = None
        self._soon = QTimer(self, singleShot=True, interval=_AFTER_THE_LIST)
        self._soon.timeout.connect(self._count)
        self.clicked.connect(lambda: desk.show_page("duplicates"))
        self.hide()

    def refresh(self) -> None:
        """Count soon, unless nothing was written since the last time."""
        with self._desk.store.read() as conn:
            now = known(conn)
        if self._counted != now:
            self._counted = now
            self._soon.start()

    def _count(self) -> None:
        page = self.parentWidget()
        if page is None or not page.isVisible():
            self._counted = None  # gone elsewhere, or closed: a thread must not outlive the window
            return

        def work(_progress: Progress) -> int:
            with self._desk.store.read() as conn:
                return len(suspicions(conn, pinyin()))

        self._desk.work.start(work, self._say)

    def _say(self, found: int) -> None:
        self.setText(f"查重 {found}")
        self.setVisible(found > 0)
