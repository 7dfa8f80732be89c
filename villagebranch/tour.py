"""The guided tour: a whole month on the practice village, from its books to printed ledgers, with a picture of each page; and
what its township sees.

It drives the real window over a real store; without a display it runs offscreen. What it made and counted stands in
`summary.json`.
"""

import json
import os
import subprocess
import sys
import tempfile
import time
from collections.abc import Iterator, Mapping
from contextlib import contextmanager
from datetime import date, datetime
from pathlib import Path
from typing import TYPE_CHECKING, Any

if TYPE_CHECKING:
    from PySide6.QtWidgets import QApplication, QWidget

    from villagebranch.db.seat import Seat
    from villagebranch.ui.main_window import MainWindow

NOW = datetime(2026, 11, 23, 9, 41)  # noqa: DTZ001 - the wall clock of the village
MONTH = "2026-11"
SIZE = (1366, 768)
SCALES = ("1", "1.25", "1.5")
ANSWERED = "40-issue-answered"
TOWNSHIP_SHOWN = ("home", "issues", "instructions", "ledgers")


def walk(out: Path, scale: str = "") -> int:
    """Make the tour in the folder `out` (made anew), or, with `scale`, only the pictures of a village that is there."""
    if not os.environ.get("DISPLAY") and not os.environ.get("WAYLAND_DISPLAY") and sys.platform == "linux":
        os.environ.setdefault("QT_QPA_PLATFORM", "offscreen")
    if scale:
        _pictures(out, scale)
        return 0
    begun = time.monotonic()
    out.mkdir(parents=True, exist_ok=True)
    told = _month(out) | {"ledgers": _ledgers(out)}
    for factor in SCALES:
        _at_scale(out, factor)
    told["pictures"] = sorted(path.relative_to(out).as_posix() for path in (out / "pictures").rglob("*.png"))
    told["seconds"] = round(time.monotonic() - begun, 1)
    (out / "summary.json").write_text(json.dumps(told, ensure_ascii=False, indent=1), encoding="utf-8")
    print(f"导览走完了，用了 {told['seconds']} 秒。")
    print(f"台账在 {out / 'ledgers'}，界面图片在 {out / 'pictures'}，各项数字在 {out / 'summary.json'}。")
    return 0


def self_check() -> int:
    """Prove that an installed program works: a new database, a window, one ledger; exit code 0 when all is well."""
    os.environ["QT_QPA_PLATFORM"] = "offscreen"
    from villagebranch import practice
    from villagebranch.db.place import Place

    with tempfile.TemporaryDirectory() as folder:
        seat = practice.start(Place(Path(folder) / "village"), lambda: NOW)
        practice.bring_in(seat, "members", NOW.date())
        with _window(seat) as (_, window):
            window.show_page("members")
            picture = window.grab()
        pdf, pages = _print(seat, "member_roster", blank=False)
        seat.close()
    well = not picture.isNull() and pages > 0 and pdf.startswith(b"%PDF")
    print("自检通过" if well else "自检没有通过")
    return 0 if well else 1


def _month(out: Path) -> dict[str, Any]:
    """Bring the village's books in and live through its November."""
    from villagebranch import practice, practice_colleague, practice_month
    from villagebranch.db.place import Place

    today = NOW.date()
    seat = practice.start(Place(_fresh(out / "village")), lambda: NOW)
    imported = {name: practice.bring_in(seat, name, today) for name in practice.BOOKS}
    practice.settle(seat, today)
    practice_month.live_through(seat, today)
    _type_a_visit(seat)
    practice_month.hold_general_meeting(seat, date(2026, 11, 20))
    practice_month.study_month(seat, today)
    seat.back_up("asked")
    _hear_the_township(seat, out)
    told = {
        "imported": {
            name: {kind: tally.new for kind, tally in plan.tallies.items()} for name, plan in imported.items()
        },
        "refused": [
            {"book": practice.BOOKS[name], "row": one.number, "column": one.column, "reason": one.reason}
            for name, plan in imported.items()
            for one in plan.refused
        ],
        "month": _figures(seat),
    }
    practice_colleague.package(seat, _fresh(out / "colleague"), lambda: NOW)
    practice_colleague.enter_twice(seat, today)
    seat.close()
    return told


def _hear_the_township(seat: "Seat", out: Path) -> None:
    """Let the practice township take in what the village reports, and the village what comes down for it."""
    from villagebranch import practice_township
    from villagebranch.db.place import Place

    _fresh(out / "practice-township")
    town = practice_township.seat(Place(out), lambda: NOW, leaving_out="梅溪")
    practice_township.exchange(town, seat, _fresh(out / "stick"), NOW.date())
    town.close()


def _fresh(folder: Path) -> Path:
    """Return `folder` without the files of an earlier tour."""
    for path in sorted(folder.rglob("*"), reverse=True) if folder.exists() else ():
        path.rmdir() if path.is_dir() else path.unlink()
    return folder


def _figures(seat: "Seat") -> dict[str, Any]:
    from villagebranch.db import journal
    from villagebranch.services import monthly_summary, visits
    from villagebranch.services.meeting_year import list_meetings

    with seat.store.read() as conn:
        balance = monthly_summary.summary(conn, MONTH, NOW.date()).balance
        return {
            "visits": visits.count(conn, visits.Wanted(period=MONTH)),
            "meetings": sum(row.starts_at.startswith(MONTH) for row in list_meetings(conn, NOW.year)),
            "balance": balance.sentence,
            "journal_agrees": journal.digest(conn) == journal.replayed_digest(conn),
        }


@contextmanager
def _window(seat: "Seat") -> Iterator[tuple["QApplication", "MainWindow"]]:
    """Yield the main window of a seat, shown."""
    from PySide6.QtCore import Qt
    from PySide6.QtGui import QGuiApplication
    from PySide6.QtWidgets import QApplication

    if QApplication.instance() is None:
        QGuiApplication.setHighDpiScaleFactorRoundingPolicy(Qt.HighDpiScaleFactorRoundingPolicy.PassThrough)
    app = QApplication.instance() or QApplication(sys.argv[:1])
    assert isinstance(app, QApplication)
    from villagebranch.ui.app import surroundings
    from villagebranch.ui.main_window import MainWindow
    from villagebranch.ui.theme import Theme

    window = MainWindow(surroundings(seat, lambda: NOW), Theme(app))
    ratio = window.devicePixelRatioF()
    window.resize(round(SIZE[0] / ratio), round(SIZE[1] / ratio))
    window.show_page("home")
    window.show()
    window.activateWindow()
    try:
        yield app, window
    finally:
        window.desk.work.wait()
        window.close()


def _settle(app: "QApplication", milliseconds: int = 60) -> None:
    """Let the window paint and answer for a while."""
    until = time.monotonic() + milliseconds / 1000
    while time.monotonic() < until:
        app.processEvents()


def _type_a_visit(seat: "Seat") -> None:
    """Record one visit through the window, with the keyboard alone."""
    from PySide6.QtCore import Qt
    from PySide6.QtTest import QTest
    from PySide6.QtWidgets import QLineEdit, QPlainTextEdit

    with _window(seat) as (app, window):
        _settle(app)
        keys = Qt.Key
        QTest.keyClick(window, keys.Key_N, Qt.KeyboardModifier.ControlModifier)
        _settle(app)

        def focused() -> "QWidget":
            found = app.focusWidget()
            assert found is not None
            return found

        QTest.keyClicks(focused(), "luo")
        _settle(app)
        QTest.keyClick(focused(), keys.Key_Return)
        while not isinstance(box := focused(), QPlainTextEdit):
            QTest.keyClick(box, keys.Key_Return)
        box.insertPlainText("老人血压偏高，药快吃完了；稻谷已经晒干，没有车送粮站。")
        QTest.keyClick(focused(), keys.Key_I, Qt.KeyboardModifier.ControlModifier)
        line = focused()
        assert isinstance(line, QLineEdit)
        line.insert("稻谷没有车送粮站")
        QTest.keyClick(focused(), keys.Key_Return, Qt.KeyboardModifier.ControlModifier)
        _settle(app)


def _print(seat: "Seat", name: str, *, blank: bool) -> tuple[bytes, int]:
    from villagebranch.ledgers import ledger
    from villagebranch.ledgers.ledger import Asked
    from villagebranch.ledgers.pdf import write_pdf
    from villagebranch.resources import RESOURCES

    with seat.store.read() as conn:
        document = ledger(name).build(conn, Asked(NOW.date(), month=MONTH, blank=blank))
    printed = write_pdf(document, RESOURCES / "fonts")
    assert not printed.missing, f"{name}: no glyph for {printed.missing}"
    return printed.pdf, printed.pages


def _ledgers(out: Path) -> dict[str, int]:
    """Print every ledger, filled and blank; return the pages of each file."""
    from villagebranch import practice, practice_township
    from villagebranch.db.place import Place
    from villagebranch.ledgers import ledgers_of

    folder = _fresh(out / "ledgers")
    folder.mkdir(parents=True, exist_ok=True)
    pages = {}
    for role, seat in (
        ("branch", practice.reopen(Place(out / "village"), lambda: NOW)),
        ("township", practice_township.seat(Place(out), lambda: NOW)),
    ):
        for one in ledgers_of(role):
            for blank in (False, True):
                file = folder / f"{one.label}{'（空白）' if blank else ''}.pdf"
                pdf, pages[file.name] = _print(seat, one.name, blank=blank)
                file.write_bytes(pdf)
        seat.close()
    return pages


def _at_scale(out: Path, factor: str) -> None:
    """Take the pictures in a process of its own: Qt reads the scale of the screen once, at the start."""
    program = [sys.executable] if getattr(sys, "frozen", False) else [sys.executable, "-m", "villagebranch"]
    subprocess.run(
        [*program, "tour", str(out), factor], check=True, env=os.environ | {"QT_SCALE_FACTOR": factor}
    )


def _pictures(out: Path, factor: str) -> None:
    from villagebranch import practice, practice_township
    from villagebranch.db.place import Place
    from villagebranch.services import from_township
    from villagebranch.ui.pages import PAGES

    folder = _fresh(out / "pictures" / f"{round(float(factor) * 100)}")
    folder.mkdir(parents=True, exist_ok=True)
    seat = practice.reopen(Place(out / "village"), lambda: NOW)
    shown = {
        f"{number:02}-{entry.name}": (entry.name, _shown(seat, entry.name, out))
        for number, entry in enumerate(PAGES, 1)
    }
    with seat.store.read() as conn:
        _, reply = from_township.unheeded(conn)[0]
    _grab(seat, folder, shown | {ANSWERED: ("issues", {"id": reply.issue_id})})
    seat.close()
    seat = practice_township.seat(Place(out), lambda: NOW)
    _grab(
        seat,
        folder,
        {f"{number}-township-{page}": (page, {}) for number, page in enumerate(TOWNSHIP_SHOWN, 41)},
    )
    seat.close()


def _grab(seat: "Seat", folder: Path, shown: Mapping[str, tuple[str, Mapping[str, str]]]) -> None:
    """Save a picture of each page, called by the name of its file."""
    with _window(seat) as (app, window):
        for file, (page, what) in shown.items():
            window.show_page(page, **what)
            window.desk.work.wait()
            _settle(app)  # what came back is shown first, then painted
            _settle(app, 250)
            window.grab().save(str(folder / f"{file}.png"))


def _shown(seat: "Seat", page: str, out: Path) -> dict[str, str]:
    """Return what makes a page worth a picture."""
    from villagebranch.services import households, people, visits
    from villagebranch.services.meeting_year import list_meetings

    with seat.store.read() as conn:
        match page:
            case "visit" | "resident":
                return {"household_id": households.households(conn, NOW.date())[3].id}
            case "household":
                return {"id": households.households(conn, NOW.date())[3].id}
            case "member":
                return {"id": people.members(conn)[0].id}
            case "visits":
                return {"id": visits.ids(conn, visits.Wanted(), limit=1)[0]}
            case "meeting":
                held = [row for row in list_meetings(conn, NOW.year) if row.meeting_type == "general"]
                return {"id": held[-1].id}
            case "ledgers":
                return {"name": "contact_handbook", "month": MONTH}
            case "import":
                return {"book": "members"}
            case "exchange":
                return {"file": str(next((out / "colleague" / "stick").rglob("*.vbx")))}
            case _:
                return {}
