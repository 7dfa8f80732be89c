"""Every page over the practice village and a township: nothing cut off at any size, a name for all that takes the focus."""

from collections.abc import Iterator, Mapping
from datetime import datetime

import pytest
from sqlalchemy import select

from tests import township
from tests.ui.walk import nameless, orphans, settled
from villagebranch import practice
from villagebranch.db.place import Place
from villagebranch.db.seat import Seat
from villagebranch.records.household import Household
from villagebranch.records.village import Village
from villagebranch.ui.app import surroundings
from villagebranch.ui.main_window import MainWindow
from villagebranch.ui.pages import PAGES_OF
from villagebranch.ui.theme import STEPS, Theme

# The smallest window is a little smaller than 1366 x 768 at 150 %.
SCREENS = {"100 %": (1366, 768), "125 %": (1093, 614), "smallest": (900, 480)}
WRITTEN = [(role, entry.name) for role, pages in PAGES_OF.items() for entry in pages]
Seats = Mapping[str, Seat]

every_page = pytest.mark.parametrize(("role", "page"), WRITTEN, ids=lambda part: part)


def clock() -> datetime:
    return datetime(2026, 11, 23, 9, 30)


@pytest.fixture(scope="module")
def seats(tmp_path_factory) -> Iterator[Seats]:
    """A branch's and a township's."""
    opened = {
        "branch": practice.seat(Place(tmp_path_factory.mktemp("village")), clock),
        "township": township.seat(tmp_path_factory.mktemp("town")),
    }
    township.settle(opened["township"].store)
    yield opened
    for one in opened.values():
        one.close()


@pytest.fixture
def practised(qtbot, theme: Theme, seats: Seats, role: str) -> MainWindow:
    window = MainWindow(surroundings(seats[role], clock), theme)
    qtbot.addWidget(window)
    window.resize(1366, 768)
    with qtbot.waitActive(window):
        window.show()
    return window


def what(page: str, seats: Seats) -> dict[str, str]:
    """What a page must be told when it is opened."""
    asked = {"resident": ("household_id", "branch", Household), "village": ("id", "township", Village)}
    if page not in asked:
        return {}
    name, role, record = asked[page]
    with seats[role].store.read() as conn:
        return {name: conn.scalars(select(record.id)).first()}


@pytest.mark.parametrize("role", PAGES_OF)
@pytest.mark.parametrize("steps", range(0, len(STEPS), 2), ids=lambda step: f"{STEPS[step]} pt")
@pytest.mark.parametrize("screen", SCREENS.values(), ids=SCREENS)
def test_no_page_is_cut_off_at_any_size(practised, seats, theme, screen, steps, role):
    practised.resize(*screen)
    for _ in range(steps):
        theme.zoom(1)
    cut = {}
    for page in (page for whose, page in WRITTEN if whose == role):
        practised.show_page(page, **what(page, seats))
        if found := settled(practised):
            cut[page] = found
    assert cut == {}


@every_page
def test_every_page_can_be_heard_and_holds_its_widgets(practised, seats, page):
    practised.show_page(page, **what(page, seats))
    assert nameless(practised) == []
    assert orphans() == []


@every_page
def test_a_page_has_one_red_button_at_most_in_its_header(practised, seats, page):
    practised.show_page(page, **what(page, seats))
    assert sum(button.primary for button in practised.current.buttons) <= 1
    assert practised.current.title
