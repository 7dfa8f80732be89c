"""From the first painted page to the open window: who is at the keyboard, then the store, the search and the rail."""

from __future__ import annotations

import sys
from collections.abc import Callable
from contextlib import suppress
from dataclasses import replace
from datetime import date, datetime
from functools import partial
from pathlib import Path
from typing import TYPE_CHECKING, cast

from PySide6.QtCore import QObject, QSettings, Qt, QThreadPool, QTimer
from PySide6.QtGui import QGuiApplication
from PySide6.QtWidgets import QApplication, QWidget

from villagebranch.domain.errors import Refused, Trouble
from villagebranch.domain.safekeeping import last_backup
from villagebranch.ui.entrance import PAINTED, Entrance
from villagebranch.ui.theme import Theme

if TYPE_CHECKING:
    from villagebranch.db.backup import Backup
    from villagebranch.db.place import Place
    from villagebranch.db.seat import Seat
    from villagebranch.ui.desk import Find, Standing, Surroundings
    from villagebranch.ui.main_window import MainWindow


_PATIENCE = 1500  # milliseconds that a window has to answer a second start


def open_window(folder: Path | None, file: Path | None = None) -> int:
    """Open the window on a data folder (the usual one for None), and return the exit code when it is closed.

    `file` is a package to be looked at once the data is open.
    """
    QGuiApplication.setHighDpiScaleFactorRoundingPolicy(Qt.HighDpiScaleFactorRoundingPolicy.PassThrough)
    app = QApplication(sys.argv[:1])
    app.setApplicationName("连心册")
    from villagebranch.db.place import Place, usual_place

    program = Program(app, Place(folder) if folder else usual_place(), file=file)
    program.begin()
    return app.exec()


_COPIED = "这份资料像是从别处复制来的，已换上新编号，可以接着记。原来那份也在用的话，请给这台换一张新名片，再和别的电脑交换。"


class Program(QObject):
    """One run of the program: a door (first run or unlock page), then the main window of the seat that was opened."""

    def __init__(
        self,
        app: QApplication,
        place: Place,
        clock: Callable[[], datetime] = datetime.now,
        file: Path | None = None,
        home: Place | None = None,
    ) -> None:
        super().__init__(app)
        self.app, self.clock, self._file = app, clock, file
        self.theme = Theme(app, QSettings().value("points", 12, int))  # type: ignore[arg-type]
        self.shown: QWidget | None = None
        self.window: MainWindow | None = None
        self.entrance = Entrance(self, place, clock, self._show, home)
        self.entrance.entered.connect(self.enter)
        self.entrance.practice_wanted.connect(self.practise)
        app.setQuitOnLastWindowClosed(False)
        app.lastWindowClosed.connect(self.end)

    @property
    def place(self) -> Place:
        """Where the data are: they may be copied in from elsewhere before they are opened."""
        return self.entrance.place

    def begin(self) -> None:
        """Show the first page; a second start rings at the window that has the data open, and goes."""
        self.entrance.begin(self._file)
        if self.place.keys.exists():
            QTimer.singleShot(PAINTED, self, self._ring)
        else:
            self._file = None

    def _ring(self) -> None:
        from villagebranch.ui import doorbell

        if self.window is None and doorbell.ring(self.place, self._file):
            QTimer.singleShot(_PATIENCE, self, self._go_if_heard)

    def _go_if_heard(self) -> None:
        from villagebranch.ui import doorbell

        if self.window is None and doorbell.heard(self.place):
            self.app.quit()

    def answer(self, file: str) -> None:
        """Come to the front, and look at the package that a second start was to open."""
        for widget in self.app.topLevelWidgets():
            if widget.isVisible():
                widget.setWindowState(widget.windowState() & ~Qt.WindowState.WindowMinimized)
                widget.raise_()
                widget.activateWindow()
        if file and self.window is not None:
            self.window.go_to("exchange", file=Path(file))

    def practise(self) -> None:
        """Open the practice village (or township), made on the first call, in a window that cannot be mistaken."""
        from villagebranch import practice, practice_township
        from villagebranch.ui.door import Door
        from villagebranch.ui.work import Work

        township = self.window is not None and self.window.desk.role == "township"
        try:
            self.leave()
        except (Refused, Trouble) as failure:
            self.entrance.stop_with(failure)
            return
        made_up = "几个村子" if township else "一个村子"
        door = Door("练习库", f"正在打开。第一次要先编{made_up}，请等几秒到半分钟。")
        self._show(door)
        Work(door, self.entrance.stop_with).start(
            lambda _progress: (practice_township if township else practice).seat(self.place, self.clock),
            lambda opened: self.enter(opened, practice=True),
        )

    def enter(self, seat: Seat, page: str = "home", practice: bool = False) -> None:
        """Show the main window over an open seat."""
        from villagebranch.db import vault
        from villagebranch.ui.doorbell import Doorbell
        from villagebranch.ui.idle import Idle
        from villagebranch.ui.main_window import MainWindow

        around = replace(
            surroundings(seat, self.clock, practice),
            restart=self.restart,
            practise=self.practise,
            rescue=self.rescue,
        )
        window = MainWindow(around, self.theme)
        window.setAttribute(Qt.WidgetAttribute.WA_DeleteOnClose, False)
        window.resize(self.shown.size() if self.shown else window.minimumSize())
        self.window = window
        window.crash_page.watch(window.report)
        window.show_page(page)
        if seat.was_copied and not practice:
            seat.was_copied = False
            look = ("名片和交换对象", lambda: window.show_page("exchange", view="partners"))
            window.banner.say(_COPIED, tone="blue", offer=look)
        if self._file is not None and not practice:
            window.show_page("exchange", file=self._file)
            self._file = None
        self._show(window)
        QTimer.singleShot(PAINTED, self, lambda: self._make_findable(window))
        if not practice:
            QTimer.singleShot(PAINTED, self, lambda: self._back_up_daily(window, seat))
            Doorbell(window, seat.place).rung.connect(self.answer)
            # Read now: the window is locked also when the disk is gone.
            branch = vault.read(seat.place).branch
            Idle(window, self.clock).locked.connect(lambda: self.lock(seat, branch))

    def _back_up_daily(self, window: MainWindow, seat: Seat) -> None:
        """Make the backup of the day at its first start, aside from the window."""
        if window is self.window and seat.is_backup_due():
            window.desk.work.start(
                lambda _progress: seat.back_up("daily"), lambda _made: window.desk.changed()
            )

    def _make_findable(self, window: MainWindow) -> None:
        """Let the search read the names before the first key is pressed, unless the window was left already."""
        if window is self.window:
            QThreadPool.globalInstance().start(partial(_search_for_nothing, window.desk.find))

    def lock(self, seat: Seat, branch: str) -> None:
        """Put the unlock page before the window, which keeps what is being typed, until the same user is back."""
        window = self.window
        if window is None:
            return
        door = self.entrance.lock(seat, branch, lambda: self._unlocked(door))
        door.resize(window.size())
        door.show()
        window.hide()

    def _unlocked(self, door: QWidget) -> None:
        if self.window is not None:
            self.window.show()
        door.close()
        door.deleteLater()

    def restart(self, wanted: Backup | None) -> None:
        """Leave, put a backup in the place of the data where one is wanted, and begin again at the first page."""
        from villagebranch.db import backup

        assert self.window is not None
        seat = self.window.desk.seat
        try:
            self._leave_for(wanted)
            if wanted is not None and seat is not None:
                backup.restore(seat.place, wanted, seat.key, self.clock())
        except (Refused, Trouble) as failure:
            self.entrance.stop_with(
                Trouble(f"没有办成，资料没有动；关掉窗口再打开，就是原来的样子。{failure}")
            )
            return
        self.begin()

    def _leave_for(self, wanted: Backup | None) -> None:
        """Leave; what a backup is to replace need not be fit for one itself, for it is set aside as it is."""
        try:
            self.leave()
        except Trouble:
            if wanted is None:
                raise

    def rescue(self) -> None:
        """Leave data that turned out to be damaged, and go the ways back."""
        from villagebranch.db.keys import Opened

        assert self.window is not None
        seat = self.window.desk.seat
        with suppress(Trouble):
            self.leave()
        if seat is not None:
            self.entrance.ways_back.from_broken(Opened(seat.user, seat.key), "资料文件有损坏。")

    def leave(self) -> None:
        """Close the seat of the window, with a backup; what is being typed is kept as a draft."""
        if self.window is None:
            return
        from villagebranch.ui.drafts import Draft

        for draft in cast(list[Draft], self.window.findChildren(Draft)):
            draft.write()
        seat = self.window.desk.seat
        self.window.desk.work.wait()
        QThreadPool.globalInstance().waitForDone()
        self.window.hide()
        self.window = None
        sys.excepthook = sys.__excepthook__
        if seat is not None:
            try:
                seat.back_up("exit")
            finally:
                seat.close()

    def end(self) -> None:
        """Leave, remember the type size, and quit; a backup that could not be made is told first."""
        QSettings().setValue("points", self.theme.points)
        seat = self.window.desk.seat if self.window else None
        try:
            self.leave()
        except Trouble as trouble:
            self.entrance.could_not_back_up(seat, trouble)
        else:
            self.app.quit()

    def _show(self, widget: QWidget) -> None:
        before, self.shown = self.shown, widget
        widget.show()
        if before is not None:
            before.hide()
            before.deleteLater()


def _search_for_nothing(find: Find) -> None:
    # A disk that is gone is told when something is searched for.
    with suppress(Trouble):
        find("")


def surroundings(seat: Seat, clock: Callable[[], datetime], practice: bool = False) -> Surroundings:
    """Return what the main window needs of an open seat."""
    from villagebranch.db import history
    from villagebranch.db.identity import role
    from villagebranch.db.journal import ActRef
    from villagebranch.ui.desk import Surroundings
    from villagebranch.ui.finding import Finding
    from villagebranch.ui.township_finding import TownshipFinding

    with seat.store.read() as conn:
        whose = role(conn)
    finding = (Finding if whose == "branch" else TownshipFinding)(seat.store, lambda: clock().date())

    def undo(ref: ActRef) -> None:
        with seat.store.write(seat.user.name, "撤销", seat.store.stream_of(ref)) as act:
            history.undo(act, ref)

    return Surroundings(
        store=seat.store,
        folder=seat.place.folder,
        user=seat.user.name,
        today=lambda: clock().date(),
        standing=lambda: standing(seat, clock().date()),
        find=finding.find,
        undo=undo,
        sources=finding.sources,
        seat=seat,
        practice=practice,
        role=whose,
    )


def standing(seat: Seat, today: date) -> Standing:
    """Return what the rail says."""
    from villagebranch.db import vault
    from villagebranch.db.identity import role
    from villagebranch.services import branch, issues, village_issues
    from villagebranch.services.disputed import disputed
    from villagebranch.ui.desk import Standing

    with seat.store.read() as conn:
        name, ours = branch.branch(conn).name, role(conn) == "branch"
        waiting = issues.overdue(conn, today) if ours else village_issues.unanswered(conn, today)
        undecided = len(disputed(conn))
    keys = vault.read(seat.place)
    said = f"上次备份：{last_backup(keys.carried, keys.backed_up, today)}"
    said = "资料在服务器上" if seat.served else said
    return Standing(name, seat.user.name, said, {"issues": waiting, "exchange": undecided})
