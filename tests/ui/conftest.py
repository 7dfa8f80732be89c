"""The main window with the gallery's pages, over the sample village in a real database file."""

from collections.abc import Iterator
from dataclasses import dataclass
from datetime import datetime
from pathlib import Path

import pytest

from tests.samples import Village, open_store, settle
from tests.ui.gallery import window
from villagebranch.db.journal import ActRef
from villagebranch.db.keys import Cost
from villagebranch.db.place import Place
from villagebranch.db.seat import found
from villagebranch.ui.app import surroundings
from villagebranch.ui.main_window import MainWindow
from villagebranch.ui.page import Page
from villagebranch.ui.theme import Theme

CHEAP = Cost(memory=8 * 1024, passes=1, lanes=1)


@pytest.fixture
def undone() -> list[ActRef]:
    """The acts that the window asked to take back."""
    return []


@pytest.fixture
def shell(qtbot, theme: Theme, tmp_path: Path, undone: list[ActRef]) -> Iterator[MainWindow]:
    village = settle(open_store(tmp_path))
    made = window(village, tmp_path, theme, undone.append)
    qtbot.addWidget(made)
    made.resize(1366, 768)
    with qtbot.waitActive(made):
        made.show()
    made.show_page("home")
    yield made
    village.store.close()


@dataclass
class Office:
    """The window with the program's own pages over the sample village."""

    window: MainWindow
    village: Village

    @property
    def page(self) -> Page:
        return self.window.current

    def show(self, name: str, **what: object) -> Page:
        self.window.show_page(name, **what)
        return self.page


@pytest.fixture
def office(qtbot, theme: Theme, tmp_path: Path) -> Iterator[Office]:
    def clock() -> datetime:
        return datetime(2026, 11, 23, 9, 30)

    seat = found(Place(tmp_path / "village"), "梅溪村党支部", "王堃", "练习练习练习", clock, CHEAP)
    village = settle(seat.store)
    window = MainWindow(surroundings(seat, clock), theme)
    qtbot.addWidget(window)
    window.resize(1366, 768)
    with qtbot.waitActive(window):
        window.show()
    yield Office(window, village)
    window.desk.work.wait()
    seat.close()
