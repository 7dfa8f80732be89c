"""What a PostgreSQL server is told by parcels it tells again as the file does: every ledger, every page, every list."""

from collections.abc import Iterator
from datetime import date, datetime
from pathlib import Path

import pytest
from PySide6.QtCore import QAbstractItemModel, QAbstractTableModel, QModelIndex
from PySide6.QtWidgets import QAbstractItemView, QApplication, QLabel, QWidget

from tests import township
from tests.cluster import Cluster
from villagebranch import practice, practice_month
from villagebranch.command_line import _SHOWN
from villagebranch.db.identity import role, take_role
from villagebranch.db.journal import digest, replayed_digest
from villagebranch.db.place import Place
from villagebranch.db.seat import BACKED_UP_THERE, Seat, found
from villagebranch.domain.names import Pinyin
from villagebranch.ledgers import LEDGERS
from villagebranch.ledgers.ledger import Asked, Ledger
from villagebranch.resources import RESOURCES
from villagebranch.services import search
from villagebranch.sync.merge import take
from villagebranch.sync.parcel import collect
from villagebranch.ui.app import surroundings
from villagebranch.ui.main_window import MainWindow
from villagebranch.ui.pages import PAGES_OF
from villagebranch.ui.theme import Theme

TODAY = date(2026, 11, 23)
Pair = tuple[Seat, Seat]

pytestmark = pytest.mark.slow


def clock() -> datetime:
    return datetime(2026, 11, 23, 9, 41)


def on_server(seat: Seat, folder: Path, cluster: Cluster) -> Seat:
    """Return a seat on the server that was told everything that `seat` knows."""
    told = found(Place(folder), "", "王堃", "练习练习练习", clock, township.CHEAP, cluster.address(folder))
    with seat.store.read() as conn:
        parcel, whose = collect(conn, {}), role(conn)
    with told.store.receive() as (conn, identity):
        take(conn, identity, parcel)
        take_role(conn, whose)
    return told


@pytest.fixture(scope="module")
def pairs(tmp_path_factory, cluster: Cluster) -> Iterator[dict[str, Pair]]:
    """The practice village and the sample township, each in a file and on the server."""
    village = practice.seat(Place(tmp_path_factory.mktemp("village")), clock)
    practice_month.hold_general_meeting(village, date(2026, 11, 20))
    practice_month.study_month(village, TODAY)
    town = township.seat(tmp_path_factory.mktemp("town"))
    township.settle(town.store)
    made = {
        whose: (seat, on_server(seat, tmp_path_factory.mktemp(f"served-{whose}"), cluster))
        for whose, seat in (("branch", village), ("township", town))
    }
    yield made
    for pair in made.values():
        for seat in pair:
            seat.close()


@pytest.mark.parametrize("whose", PAGES_OF)
def test_digest_is_the_same(pairs, whose):
    told = set()
    for seat in pairs[whose]:
        with seat.store.read() as conn:
            told |= {digest(conn), replayed_digest(conn)}
    assert len(told) == 1


@pytest.mark.parametrize("one", LEDGERS, ids=lambda one: one.name)
def test_ledger_is_the_same(pairs, one: Ledger):
    documents = []
    for seat in pairs[one.role]:
        with seat.store.read() as conn:
            documents.append(one.build(conn, Asked(TODAY, month="2026-11", year=2026)))
    assert documents[0] == documents[1]


@pytest.mark.parametrize("what", _SHOWN)
def test_list_is_the_same(pairs, what):
    lists = []
    for seat in pairs["branch"]:
        with seat.store.read() as conn:
            lists.append(_SHOWN[what](conn, "2026-11" if what in ("visits", "issues") else ""))
    assert lists[0] == lists[1]


def test_search_finds_the_same(pairs):
    pinyin = Pinyin((RESOURCES / "codes" / "pinyin.tsv").read_text(encoding="utf-8"))
    for word in ("zl", "陆", "5-18", "路"):
        hits = []
        for seat in pairs["branch"]:
            with seat.store.read() as conn:
                hits.append(search.Catalogue(conn, pinyin).find(word, TODAY))
        assert hits[0] == hits[1]


@pytest.mark.parametrize("whose", PAGES_OF)
def test_pages_say_the_same(pairs, theme: Theme, qtbot, whose):
    said = []
    for seat in pairs[whose]:
        window = MainWindow(surroundings(seat, clock, practice=True), theme)  # nobody is told to make backups
        qtbot.addWidget(window)
        window.resize(1366, 768)
        with qtbot.waitActive(window):
            window.show()
        said.append(
            {page.name: shown(window, page.name) for page in PAGES_OF[whose] if page.name not in TOLD_APART}
        )
        window.show_page("settings", section="backup")
        assert (BACKED_UP_THERE in words(window)) == seat.served
        window.desk.work.wait()
        window.close()
    assert said[0] == said[1]


# These say where the data is or what is drawn by chance, or are asked for somebody.
TOLD_APART = {"settings", "exchange", "recovery_card", "resident", "village"}


def shown(window: MainWindow, page: str) -> tuple[list[str], list[list[str]]]:
    """Return what a page says, in words and in tables."""
    window.show_page(page)
    window.desk.work.wait()
    QApplication.processEvents()
    return words(window.current), [
        cells(view.model()) for view in window.current.findChildren(QAbstractItemView)
    ]


def words(within: QWidget) -> list[str]:
    return [label.text() for label in within.findChildren(QLabel) if label.isVisible()]


def cells(model: QAbstractItemModel | None) -> list[str]:
    if model is None:
        return []
    rows = range(min(model.rowCount(QModelIndex()), 40))
    columns = range(model.columnCount() if isinstance(model, QAbstractTableModel) else 1)
    return [str(model.index(row, column).data()) for row in rows for column in columns]
