"""Where a file that leaves the program is to be written: the system's own dialog, in Chinese."""

from __future__ import annotations

from pathlib import Path

from PySide6.QtCore import QStandardPaths
from PySide6.QtWidgets import QFileDialog, QWidget

WORKBOOK = "表格 (*.xlsx)"


def ask_where(parent: QWidget, title: str, name: str, sort: str) -> Path | None:
    """Let the person choose where to save a file called `name`; None where the dialog was closed without."""
    documents = QStandardPaths.writableLocation(QStandardPaths.StandardLocation.DocumentsLocation)
    chosen, _ = QFileDialog.getSaveFileName(parent, title, str(Path(documents) / name), sort)
    return Path(chosen) if chosen else None
