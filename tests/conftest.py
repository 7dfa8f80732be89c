"""What every test needs: Qt without a screen, and the look of the program on the one application."""

import os
from collections.abc import Iterator
from typing import TYPE_CHECKING

import pytest

if TYPE_CHECKING:
    from villagebranch.ui.theme import Theme

os.environ.setdefault("QT_QPA_PLATFORM", "offscreen")


@pytest.fixture(scope="session")
def dressed(qapp) -> "Theme":
    """The application with its fonts and style sheet, made once."""
    from villagebranch.ui.theme import Theme

    return Theme(qapp)


@pytest.fixture
def theme(dressed) -> Iterator["Theme"]:
    """The theme, at its usual size again after the test."""
    yield dressed
    dressed.zoom(0)
