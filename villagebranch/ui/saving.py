"""Where a file that leaves the program is to be written: the system's own dialog, in Chinese."""

from __future__ import annotations

from collections.abc import Callable
from datetime import datetime
from pathlib import Path

from PySide6.QtCore import QStandardPaths, QUrl
from PySide6.QtGui import QDesktopServices
from PySide6.QtWidgets import QFileDialog, QWidget

from villagebranch.db.files import write_whole
from villagebranch.domain.table import Table
from villagebranch.exchange.workbook_writer import write_table
from villagebranch.ui.desk import Desk
from villagebranch.ui.page import Page

WORKBOOK = "表格 (*.xlsx)"
PDF = "PDF 文件 (*.pdf)"
_FORBIDDEN = str.maketrans(dict.fromkeys('\\/:*?"<>|\n', " "))


def ask_where(parent: QWidget, title: str, name: str, sort: str) -> Path | None:
    """Let the person choose where to save a file called `name`; None where the dialog was closed without."""
    documents = QStandardPaths.writableLocation(QStandardPaths.StandardLocation.DocumentsLocation)
    usual = Path(documents) / name.translate(_FORBIDDEN)
    chosen, _ = QFileDialog.getSaveFileName(parent, title, str(usual), sort)
    return Path(chosen) if chosen else None


def ask_folder(parent: QWidget, title: str) -> Path | None:
    """Let the person choose a folder for several files; None where the dialog was closed without."""
    documents = QStandardPaths.writableLocation(QStandardPaths.StandardLocation.DocumentsLocation)
    chosen = QFileDialog.getExistingDirectory(parent, title, documents)
    return Path(chosen) if chosen else None


def say_saved(desk: Desk, where: Path, what: str = "") -> None:
    """Say that a file, or `what` in the folder `where`, was written, and offer to open the folder."""
    folder = QUrl.fromLocalFile(str(where if what else where.parent))
    said = f"已存好：{what or where.name}"
    desk.toast(said, offer=("打开文件夹", lambda: QDesktopServices.openUrl(folder)))


def save_list(page: Page, title: str, table: Callable[[], Table]) -> None:
    """Write a list as a workbook where the person wants it, aside from the window; `table` is asked once that is known."""
    where = ask_where(page, f"导出{title}", f"{title} {page.desk.today()}.xlsx", WORKBOOK)
    if where is None:
        return
    told = table()
    page.desk.work.start(
        lambda _progress: write_whole(where, write_table(told, title, datetime.now())),
        lambda _written: say_saved(page.desk, where),
    )
