"""A second start rings at the window that has the data open: it leaves word in the data folder, and goes."""

from __future__ import annotations

from contextlib import suppress
from pathlib import Path

from PySide6.QtCore import QFileSystemWatcher, QObject, Signal

from villagebranch.db.files import write_whole
from villagebranch.db.place import Place, hold
from villagebranch.domain.errors import Trouble


class Doorbell(QObject):
    """Watches the folder; `rung` bears the file that the second start was to open, '' where it was to open none."""

    rung = Signal(str)

    def __init__(self, parent: QObject, place: Place) -> None:
        super().__init__(parent)
        self._word = _word(place)
        self._word.unlink(missing_ok=True)
        self._watcher = QFileSystemWatcher([str(place.folder)], self)
        self._watcher.directoryChanged.connect(lambda _folder: self.look())

    def look(self) -> None:
        """Take the word that was left, if there is one."""
        try:
            text = self._word.read_text(encoding="utf-8")
            self._word.unlink()
        except OSError:
            return
        self.rung.emit(text)


def ring(place: Place, file: Path | None) -> bool:
    """Leave word if another window has the data open, and tell whether one has."""
    try:
        with hold(place):
            return False
    except Trouble:
        # On a disk that takes no writing nobody has it open, and no word can be left.
        with suppress(Trouble):
            write_whole(_word(place), str(file.absolute()).encode() if file else b"")
            return True
        return False


def heard(place: Place) -> bool:
    """Tell whether the word that was left has been taken; if not, take it back."""
    word = _word(place)
    if not word.exists():
        return True
    with suppress(OSError):
        word.unlink()
    return False


def _word(place: Place) -> Path:
    return place.folder / "wanted"
