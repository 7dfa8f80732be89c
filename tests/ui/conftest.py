"""The main window with the gallery's pages, over the sample village in a real database file."""

from collections.abc import Iterator
from pathlib import Path

import pytest

from tests.samples import open_store, settle
from tests.ui.gallery import window
from villagebranch.db.journal import ActRef
from villagebranch.ui.main_window import MainWindow
from villagebranch.ui.theme import Theme


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
