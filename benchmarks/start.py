"""The first painted page beside a bare PySide6 window, and beside importing all first; then the way from the password in.

To reach: at most 1.5 times the bare window, at most 0.35 times importing all first.
"""

import os
import pkgutil
import tempfile
from datetime import datetime
from importlib import import_module
from multiprocessing import Process
from pathlib import Path

from measure import compare

os.environ.setdefault("QT_QPA_PLATFORM", "offscreen")
HEAVY = (
    "sqlalchemy",
    "reportlab.pdfgen.canvas",
    "uharfbuzz",
    "openpyxl",
    "xlsxwriter",
    "pypdfium2",
    "PIL.Image",
    "cryptography.fernet",
)


def clock() -> datetime:
    return datetime(2026, 11, 23, 9, 30)


def bare() -> None:
    """A window with a table, a line edit and a button, as small as PySide6 allows."""
    from PySide6.QtWidgets import (
        QApplication,
        QLineEdit,
        QMainWindow,
        QPushButton,
        QTableWidget,
        QVBoxLayout,
        QWidget,
    )

    app = QApplication([])
    window, inner = QMainWindow(), QWidget()
    column = QVBoxLayout(inner)
    for widget in (QLineEdit("连心册"), QTableWidget(20, 5), QPushButton("打开")):
        column.addWidget(widget)
    window.setCentralWidget(inner)
    window.show()
    app.processEvents()
    window.grab()


def first_page(folder: Path) -> None:
    """Our unlock page, over data."""
    from PySide6.QtWidgets import QApplication

    from villagebranch.db.place import Place
    from villagebranch.ui import app as ours

    ours._warm_up = lambda: None  # what is imported while the password is typed comes after the first page
    app = QApplication([])
    program = ours.Program(app, Place(folder), clock)
    program.begin()
    assert program.shown is not None
    program.shown.grab()


def all_first(folder: Path) -> None:
    """The same, had every module been imported before."""
    import villagebranch

    for name in HEAVY:
        import_module(name)
    for module in pkgutil.walk_packages(villagebranch.__path__, "villagebranch."):
        if not module.name.endswith("__main__"):
            import_module(module.name)
    first_page(folder)


def make(data: Path) -> None:
    """A new branch in `data`."""
    from villagebranch.db.place import Place
    from villagebranch.db.seat import found

    found(Place(data), "梅溪村党支部", "王堃", "练习练习练习", clock).close()


def main() -> None:
    with tempfile.TemporaryDirectory() as folder:
        data = Path(folder) / "data"
        making = Process(
            target=make, args=(data,)
        )  # in a process of its own, so that its imports help nobody
        making.start()
        making.join()
        peers = {"bare PySide6 window": bare, "all imported first": lambda: all_first(data)}
        compare("first painted page", lambda: first_page(data), peers)


if __name__ == "__main__":
    main()
