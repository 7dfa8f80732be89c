"""What is typed but not yet saved: kept on the disk a second after the last touch, so that a power cut costs nothing."""

from __future__ import annotations

import json
from datetime import datetime
from pathlib import Path
from typing import Any

from PySide6.QtCore import QObject, QTimer, Signal

from villagebranch.db.files import write_whole
from villagebranch.domain.errors import Trouble


class Draft(QObject):
    """One page's draft, in one file; `saved` bears the time, such as 09:41."""

    saved = Signal(str)

    def __init__(self, page: QObject, path: Path) -> None:
        super().__init__(page)
        self._path = path
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
        if not self._kept:
            return
        try:
            self._path.parent.mkdir(parents=True, exist_ok=True)
            write_whole(self._path, json.dumps(self._kept, ensure_ascii=False).encode())
        except (OSError, Trouble):
            return
        self.saved.emit(f"{datetime.now():%H:%M}")

    def read(self) -> dict[str, Any] | None:
        """Return what was kept, or None."""
        try:
            kept = json.loads(self._path.read_text(encoding="utf-8"))
        except (OSError, ValueError):
            return None
        return kept if isinstance(kept, dict) else None

    def forget(self) -> None:
        """The page was saved: the draft goes."""
        self._soon.stop()
        self._kept = {}
        self._path.unlink(missing_ok=True)
