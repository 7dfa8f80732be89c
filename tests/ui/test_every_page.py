"""Every page over the practice village: nothing cut off at any size, a name for all that takes the focus."""

from collections.abc import Iterator
from datetime import datetime
from importlib.util import find_spec

import pytest
from sqlalchemy import select

from tests.ui.walk import nameless, orphans, settled
from villagebranch import practice
from villagebranch.db.place import Place
from villagebranch.db.seat import Seat
from villagebranch.records.household import Household
from villagebranch.ui.app import surroundings
from villagebranch.ui.main_window import MainWindow
from villagebranch.ui.pages import PAGES
from villagebranch.ui.theme import STEPS, Theme

# The smallest window is a little smaller than 1366 x 768 at 150 %.
SCREENS = {"100 %": (1366, 768), "125 %": (1093, 614), "smallest": (900, 480)}
MODULES = {entry.name: f"villagebranch.ui.{entry.factory.partition(':')[0]}" for entry in PAGES}
WRITTEN = [e.name for e in PAGES if find_spec(MODULES[e.name]) and find_spec(MODULES[e.under or e.name])]


def clock() -> datetime:
    return datetime(2026, 11, 23, 9, 30)


@pytest.fixture(scope="module")
def seat(tmp_path_factory) -> Iterator[Seat]:
    opened = practice.seat(Place(tmp_path_factory.mktemp("village")), clock)
    yield opened
    opened.close()


@pytest.fixture
def practised(qtbot, theme: Theme, seat: Seat) -> MainWindow:
    entries = tuple(entry for entry in PAGES if not entry.under or entry.name in WRITTEN)
    window = MainWindow(surroundings(seat, clock), theme, entries)
    qtbot.addWidget(window)
    window.resize(1366, 768)
    with qtbot.waitActive(window):
        window.show()
    return window


def what(page: str, seat: Seat) -> dict[str, str]:
    """What a page must be told when it is opened."""
    if page != "resident":
        return {}
    with seat.store.read() as conn:
        return {"household_id": conn.scalars(select(Household.id)).first()}


@pytest.mark.parametrize("steps", range(0, len(STEPS), 2), ids=lambda step: f"{STEPS[step]} pt")
@pytest.mark.parametrize("screen", SCREENS.values(), ids=SCREENS)
def test_no_page_is_cut_off_at_any_size(practised, seat, theme, screen, steps):
    practised.resize(*screen)
    for _ in range(steps):
        theme.zoom(1)
    cut = {}
    for page in WRITTEN:
        practised.show_page(page, **what(page, seat))
        if found := settled(practised):
            cut[page] = found
    assert cut == {}


@pytest.mark.parametrize("page", WRITTEN)
def test_every_page_can_be_heard_and_holds_its_widgets(practised, seat, page):
    practised.show_page(page, **what(page, seat))
    assert nameless(practised) == []
    assert orphans() == []


@pytest.mark.parametrize("page", WRITTEN)
def test_a_page_has_one_red_button_at_most_in_its_header(practised, seat, page):
    practised.show_page(page, **what(page, seat))
    assert sum(button.primary for button in practised.current.buttons) <= 1
    assert practised.current.title
