"""What is typed but not yet saved: kept on the disk, sealed, a second after the last touch, so that a power cut costs
nothing and a stranger reads nothing."""

from __future__ import annotations

import json
from datetime import datetime
from typing import Any

from PySide6.QtCore import QObject, QTimer, Signal

from villagebranch.db.files import write_whole
from villagebranch.db.sealed import seal, unseal
from villagebranch.domain.errors import Trouble
from villagebranch.ui.desk import Desk


class Draft(QObject):
    """The draft of one page, in a file called `name`; `saved` bears the time, such as 09:41. Without a seat, whose key
    seals it, nothing is written."""

    saved = Signal(str)

    def __init__(self, page: QObject, desk: Desk, name: str) -> None:
        super().__init__(page)
        self._path = desk.folder / "drafts" / name
        self._key = desk.seat.key if desk.seat else None
        self._kept: dict[str, Any] = {}
        self._soon = QTimer(self, singleShot=True, interval=1000)
        self._soon.timeout.connect(self.write)

    def keep(self, typed: dict[str, Any]) -> None:
        """Write `typed` shortly."""
        self._kept = typed
        self._soon.start()

    def write(self) -> None:
        """Write at once what is waiting. A full disk costs the draft, not the typing."""
        self._soon.stop()
        if not self._kept or self._key is None:
            return
        try:
            self._path.parent.mkdir(parents=True, exist_ok=True)
            write_whole(self._path, seal(self._key, json.dumps(self._kept, ensure_ascii=False).encode()))
        except (OSError, Trouble):
            return
        self.saved.emit(f"{datetime.now():%H:%M}")

    def read(self) -> dict[str, Any] | None:
        """Return what was kept, or None."""
        try:
            opened = unseal(self._key, self._path.read_bytes()) if self._key else None
        except OSError:
            return None
        return json.loads(opened) if opened else None

    def forget(self) -> None:
        """The page was saved: the draft goes."""
        self._soon.stop()
        self._kept = {}
        self._path.unlink(missing_ok=True)
