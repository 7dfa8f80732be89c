"""Where a file that leaves the program is to be written: the system's own dialog, in Chinese."""

from __future__ import annotations

from pathlib import Path

from PySide6.QtCore import QStandardPaths, QUrl
from PySide6.QtGui import QDesktopServices
from PySide6.QtWidgets import QFileDialog, QWidget

from villagebranch.ui.desk import Desk

WORKBOOK = "表格 (*.xlsx)"
PDF = "PDF 文件 (*.pdf)"
_FORBIDDEN = str.maketrans(dict.fromkeys('\\/:*?"<>|\n', " "))


def ask_where(parent: QWidget, title: str, name: str, sort: str) -> Path | None:
    """Let the person choose where to save a file called `name`; None where the dialog was closed without."""
    documents = QStandardPaths.writableLocation(QStandardPaths.StandardLocation.DocumentsLocation)
    usual = Path(documents) / name.translate(_FORBIDDEN)
    chosen, _ = QFileDialog.getSaveFileName(parent, title, str(usual), sort)
    return Path(chosen) if chosen else None


def say_saved(desk: Desk, where: Path) -> None:
    """Say that a file was written, and offer to open its folder."""
    folder = QUrl.fromLocalFile(str(where.parent))
    desk.toast(f"已存好：{where.name}", offer=("打开文件夹", lambda: QDesktopServices.openUrl(folder)))
