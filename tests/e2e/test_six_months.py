"""Half a year of mishaps between two laptops and a township ends with the same everywhere, and goes on by the windows."""

from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path

import pytest
from PySide6.QtWidgets import QApplication, QPushButton, QRadioButton, QWidget

from tests.e2e.six_months import PASSPHRASE, PASSWORD, TOWN, Computer, HalfYear, lived_through
from villagebranch.db import disks
from villagebranch.db.disks import Disk
from villagebranch.records.person import Person
from villagebranch.services import people
from villagebranch.sync import cards
from villagebranch.ui.app import surroundings
from villagebranch.ui.main_window import MainWindow
from villagebranch.ui.theme import Theme

pytestmark = [pytest.mark.slow, pytest.mark.timeout(900)]


@pytest.fixture
def half(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> HalfYear:
    monkeypatch.setenv("VILLAGEBRANCH_PASSWORD", PASSWORD)
    monkeypatch.setenv("VILLAGEBRANCH_PASSPHRASE", PASSPHRASE)
    return lived_through(tmp_path)


def test_all_know_the_same_after_half_a_year_and_after_a_round_through_the_windows(
    half: HalfYear, theme: Theme, qtbot, monkeypatch, tmp_path
):
    counts = half.judge()
    print(counts)
    assert (counts["lost"], counts["diverged"]) == (0, 0)
    assert min(counts[what] for what in ("double", "damaged", "restored", "gaps", "lost on the way")) > 0
    stick = tmp_path / "E"
    stick.mkdir()
    monkeypatch.setattr(disks, "sticks", lambda: (Disk(stick, "vfat", removable=True),))
    hand_over_by_windows(Windows(theme, qtbot, stick), half)
    assert half.judge()["lost"] == 0


class Windows:
    """What somebody does with the mouse in the window of whichever computer they sit at."""

    def __init__(self, theme: Theme, qtbot, stick: Path) -> None:
        self.theme, self.qtbot, self.stick = theme, qtbot, stick

    @contextmanager
    def of(self, computer: Computer) -> Iterator[MainWindow]:
        with computer.sat_at() as held:
            window = MainWindow(surroundings(held, computer.clock), self.theme)
            self.qtbot.addWidget(window)
            window.resize(1366, 768)
            with self.qtbot.waitActive(window):
                window.show()
            yield window
            self.wait(window)
            window.hide()

    def wait(self, window: MainWindow) -> None:
        window.desk.work.wait()
        self.qtbot.wait(50)
        window.desk.work.wait()
        QApplication.processEvents()

    def press(self, window: MainWindow, label: str) -> None:
        self.qtbot.waitUntil(lambda: bool(self._buttons(window, label)), timeout=10_000)
        self._buttons(window, label)[0].click()
        self.wait(window)

    def _buttons(self, within: QWidget, label: str) -> list[QPushButton]:
        QApplication.processEvents()
        found = within.findChildren(QPushButton)
        return [one for one in found if one.isVisible() and one.isEnabled() and one.text() == label]

    def send(self, sender: Computer, to: str) -> Path:
        """Send by the one button for a partner, and return what lies on the stick."""
        before = set(self.stick.rglob("*.vbx"))
        with self.of(sender) as window:
            window.show_page("exchange")
            self.wait(window)
            self.press(window, f"导出给 {to}")
        (path,) = set(self.stick.rglob("*.vbx")) - before
        return path

    def take(self, taker: Computer, path: Path, keep: str = "") -> None:
        """Look at a package and take it in; `keep` names the choice that settles what both changed."""
        with self.of(taker) as window:
            window.show_page("exchange", file=path)
            self.wait(window)
            if keep:
                (radio,) = [
                    one for one in window.findChildren(QRadioButton) if one.accessibleName().startswith(keep)
                ]
                radio.click()
            self.press(window, "收下")


def called(at: Computer, other: Computer) -> str:
    with other.sat_at() as held, held.store.receive() as (conn, _):
        mark = cards.keys(conn).card("").fingerprint
    return next(one["name"] for one in at("partner", "list") if one["fingerprint"] == mark)


def hand_over_by_windows(windows: Windows, half: HalfYear) -> None:
    """Both laptops change one phone; it is decided in a window, taken over by the other, and reported to the township."""
    with half.a.sat_at() as held, held.store.read() as conn:
        person = people.members(conn)[5].person_id
    half.both(Person, person, "phone", "13800009991", "13900009992")
    from_a = windows.send(half.a, called(half.a, half.b))
    windows.take(half.b, from_a, keep="联系电话：这台电脑")
    half.expected.clear()
    windows.take(half.a, windows.send(half.b, called(half.b, half.a)))
    windows.send(half.a, TOWN)
    for path in windows.stick.rglob("*交换*.vbx"):
        path.unlink()
    with windows.of(half.t) as window:
        window.show_page("home")
        windows.press(window, "从 U 盘收 1 包")
