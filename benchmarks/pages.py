"""Every page read anew and painted, over 5,000 people and 100,000 visits: ours beside the same page of an empty branch.

To reach: 100 ms for a list, 150 ms for 本月, and 10 ms for what the rail says after each act.
"""

import json
import os
import statistics
import time
from collections.abc import Callable
from datetime import date
from pathlib import Path
from tempfile import TemporaryDirectory

import village

os.environ["QT_QPA_PLATFORM"] = "offscreen"

from PySide6.QtWidgets import QApplication
from start_up import CHEAP, PASSWORD

from villagebranch.db import seat as seats
from villagebranch.db.place import Place
from villagebranch.services import branch
from villagebranch.ui.app import surroundings
from villagebranch.ui.main_window import MainWindow
from villagebranch.ui.theme import Theme

PAGES = ("home", "visits", "issues", "meetings", "members", "households", "ledgers", "study", "removed")
VISITS, ROUNDS = 100_000, 7


def opened(folder: Path, theme: Theme, visits: int) -> MainWindow:
    """Return the window over a new branch, with the village and so many visits, or with nothing for 0."""
    seat = seats.found(Place(folder), "梅溪村党支部", "王堃", PASSWORD, village.clock, CHEAP)
    if visits:
        village.settle(seat.store, visits)
    else:
        with seat.store.write("王堃", "建资料") as act:
            branch.save(act, {"name": "梅溪村党支部"}, date(2026, 11, 23))
    window = MainWindow(surroundings(seat, village.clock), theme)
    window.resize(1366, 768)
    window.show()
    return window


def cost(work: Callable[[MainWindow], None], window: MainWindow) -> float:
    """Return the CPU milliseconds of doing something once with a window."""
    start = time.process_time()
    work(window)
    return (time.process_time() - start) * 1000


def main() -> None:
    app = QApplication([])
    theme = Theme(app)
    figures = {}
    with TemporaryDirectory() as name:
        large, empty = opened(Path(name, "large"), theme, VISITS), opened(Path(name, "empty"), theme, 0)

        def shown(window: MainWindow) -> None:
            window.current.refresh()
            app.processEvents()

        works = dict.fromkeys(PAGES, shown) | {"the rail": lambda window: window.desk.changed()}
        for what, work in works.items():
            for window in (large, empty):
                window.show_page(what if what in PAGES else "home")
                app.processEvents()
            runs = [(cost(work, large), cost(work, empty)) for _ in range(ROUNDS)]
            ours, bare = (statistics.median(each) for each in zip(*runs, strict=True))
            figures[what] = {"ms": round(ours, 1), "empty_ms": round(bare, 1)}
            print(f"  {what:<12}{ours:>8.1f} ms   {ours / bare:>6.1f} x the page of an empty branch")
        for window in (large, empty):
            window.close()
            window.desk.seat.close()
    print(json.dumps({"name": "pages over a large village", "pages": figures}))


if __name__ == "__main__":
    main()
