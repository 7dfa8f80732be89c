"""Memory of the program over 5,000 people and 100,000 visits: its own share (PSS) once 本月 is painted, and at the peak of
showing every page, searching, scrolling through all visits, printing a month's visits and writing a year's as a workbook.

To reach: 160 MiB after the first paint, 350 MiB at the peak.
"""

from __future__ import annotations

import json
import os
import subprocess
import sys
from datetime import datetime
from pathlib import Path
from tempfile import TemporaryDirectory
from typing import TYPE_CHECKING

import village
from start_up import HOUSE, PASSWORD, settle

if TYPE_CHECKING:
    from PySide6.QtWidgets import QApplication

    from villagebranch.db.store import Store
    from villagebranch.ui.main_window import MainWindow

os.environ["QT_QPA_PLATFORM"] = "offscreen"
VISITED = (
    "visits",
    "issues",
    "meetings",
    "members",
    "households",
    "ledgers",
    "settings",
    "study",
    "visit",
    "removed",
)


class Meter:
    """Reads what this process alone holds, and remembers the most."""

    def __init__(self) -> None:
        self.most = 0.0

    def read(self) -> float:
        """Return the share of memory in MiB."""
        lines = Path("/proc/self/smaps_rollup").read_text().splitlines()
        share = sum(int(line.split()[1]) for line in lines if line.startswith("Pss:")) / 1024
        self.most = max(self.most, share)
        return share


def work(folder: Path) -> None:
    """Open the program on `folder` and use it, in this process."""
    from PySide6.QtWidgets import QApplication

    from villagebranch.db.place import Place
    from villagebranch.ui.app import Program

    meter, app, place = Meter(), QApplication([]), Place(folder)
    program = Program(app, place, village.clock)
    program.begin()
    app.processEvents()
    told = {"unlock page": meter.read()}
    from villagebranch.db.seat import take  # as the program does: once a password was typed

    program.enter(take(place, None, PASSWORD, program.clock))
    app.processEvents()
    told["本月 painted"] = meter.read()
    window = program.window
    assert window is not None
    for name in VISITED:
        window.show_page(name)
        app.processEvents()
        meter.read()
    told["every page shown"] = meter.read()
    window.desk.find("wang")
    told["after a search"] = meter.read()
    _scroll(window, app)
    told["all visits scrolled through"] = meter.read()
    _print(folder, window.desk.store, meter)
    told["after printing and a workbook"] = meter.read()
    told["peak"] = meter.most
    print(json.dumps(told, ensure_ascii=False), flush=True)
    os._exit(0)


def _scroll(window: MainWindow, app: QApplication) -> None:
    window.show_page("visits")
    bar = window.current.table.verticalScrollBar()
    for place in range(0, bar.maximum(), max(1, bar.maximum() // 200)):
        bar.setValue(place)
        app.processEvents()


def _print(folder: Path, store: Store, meter: Meter) -> None:
    from villagebranch.exchange.workbook_writer import write_table
    from villagebranch.ledgers import LEDGERS
    from villagebranch.ledgers.ledger import Asked
    from villagebranch.ledgers.pdf import write_pdf
    from villagebranch.resources import RESOURCES
    from villagebranch.services import visits

    wanted = visits.Wanted(period="2026")
    ledger = next(one for one in LEDGERS if one.name == "visit_list")
    with store.read() as conn:
        document = ledger.build(conn, Asked(village.TODAY))
        table = visits.listing(visits.rows(conn, visits.ids(conn, wanted)))
    meter.read()
    (folder / "visits.pdf").write_bytes(write_pdf(document, RESOURCES / "fonts").pdf)
    meter.read()
    (folder / "visits.xlsx").write_bytes(write_table(table, "走访", datetime(2026, 11, 23)))
    meter.read()


def main() -> None:
    with TemporaryDirectory() as name:
        folder = settle(Path(name, "village")).folder
        made = subprocess.run(
            [sys.executable, __file__, str(folder)], cwd=HOUSE, check=True, capture_output=True, text=True
        )
    told = json.loads(made.stdout.splitlines()[-1])
    print("memory of the program, its own share (PSS)")
    for what, share in told.items():
        print(f"  {what:<32}{share:>8.0f} MiB")
    print(json.dumps({"name": "memory", "mib": told}, ensure_ascii=False))


if __name__ == "__main__":
    if sys.argv[1:]:
        work(Path(sys.argv[1]))
    else:
        main()
