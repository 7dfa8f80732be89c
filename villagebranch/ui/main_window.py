"""The shell: rail, header, the page, and what the window says by itself."""

from __future__ import annotations

from collections.abc import Callable
from functools import partial
from typing import TYPE_CHECKING, cast

from PySide6.QtCore import Qt
from PySide6.QtGui import QKeySequence, QResizeEvent, QShortcut
from PySide6.QtWidgets import QHBoxLayout, QMainWindow, QSizePolicy, QStackedWidget, QVBoxLayout, QWidget

from villagebranch.db.cipher import Damaged
from villagebranch.domain.errors import Refused, Trouble
from villagebranch.ui import icons
from villagebranch.ui.alerts import Banner, CrashPage, Question, Toast, Underway
from villagebranch.ui.desk import Desk, Offer, Suggestion, Surroundings
from villagebranch.ui.page import Action, Page
from villagebranch.ui.pages import PAGES_OF, Entry
from villagebranch.ui.rail import Rail
from villagebranch.ui.search_box import SearchBox
from villagebranch.ui.theme import Theme
from villagebranch.ui.widgets import CutLabel, Scroll, button, clear, words
from villagebranch.ui.work import Work

if TYPE_CHECKING:
    from villagebranch.db.journal import ActRef

NARROW_RAIL_BELOW = 1000
_SEARCHED = {
    "branch": "查人、查户、查问题（拼音首字母也行）",
    "township": "查村、查问题（村名拼音首字母也行）",
}
PRACTICE = "练习库——随便试，不会影响真实资料"


class Header(QWidget):
    """Title, one-line summary, search, and the buttons of the page."""

    def __init__(self, search: SearchBox, back: QWidget) -> None:
        super().__init__()
        self.setProperty("role", "header")
        self.setAttribute(Qt.WidgetAttribute.WA_StyledBackground)
        self._title, self._summary = words("", "title"), CutLabel("muted")
        self._back = back
        self._buttons = QHBoxLayout()
        self._buttons.setSpacing(16)
        self._actions: tuple[Action, ...] = ()
        row = QHBoxLayout(self)
        row.setContentsMargins(24, 11, 24, 11)
        row.setSpacing(16)
        for widget in (back, self._title, self._summary):
            row.addWidget(widget)
        row.addStretch(1)
        row.addWidget(search, 4)
        row.addLayout(self._buttons)
        search.setMaximumWidth(360)
        self.setSizePolicy(QSizePolicy.Policy.Preferred, QSizePolicy.Policy.Fixed)

    def show_page(self, page: Page) -> None:
        """Say the page's title and summary, and offer its actions."""
        self._title.setText(page.title)
        self._summary.setText(page.summary)
        self._back.setVisible(page.goes_back())
        if page.buttons == self._actions:
            return
        self._actions = page.buttons
        clear(self._buttons)
        for action in sorted(page.buttons, key=lambda action: action.primary):
            made = button(action.label, action.done, primary=action.primary)
            if action.shortcut:
                # A key of its own: the one of a button waits until the button was seen going down.
                QShortcut(QKeySequence(action.shortcut), made).activated.connect(action.done)
                made.setToolTip(action.shortcut)
            self._buttons.addWidget(made)


class MainWindow(QMainWindow):
    """The window of an open store."""

    def __init__(self, around: Surroundings, theme: Theme, pages: tuple[Entry, ...] = ()) -> None:
        super().__init__()
        pages = pages or PAGES_OF[around.role]
        self.setWindowTitle("连心册")
        self.setWindowIcon(icons.application_icon())
        self.setMinimumSize(900, 480)
        self._around, self._theme = around, theme
        self._entries = {entry.name: entry for entry in pages}
        self._made: dict[str, Page] = {}
        self.rail = Rail(tuple(entry for entry in pages if not entry.under))
        self.search = SearchBox(around.find, _SEARCHED[around.role])
        self.stack = QStackedWidget()
        self.header = Header(self.search, button("返回", self._go_back))
        self.banner, self.practice_band, self.underway = Banner(), Banner(), Underway()
        self._lay_out()
        self.toast, self.question, self.crash_page = Toast(self), Question(self), CrashPage(self)
        self.desk = self._make_desk()
        self._connect()
        if around.practice:
            self.practice_band.say(PRACTICE, tone="amber", stays=True)

    def show_page(self, name: str, /, **what: object) -> None:
        """Show the page `name`, made now if it is the first time; `what` goes to its `open`."""
        page = self._made.get(name) or self._make(name)
        self.banner.hide()
        page.open(**what)
        self.stack.setCurrentIndex(list(self._made).index(name))
        self.rail.mark(self._entries[name].under or name)
        self.refresh()
        page.take_focus()

    def refresh(self) -> None:
        """Let the page shown and the rail read everything anew."""
        page = self.current
        for step in (page.refresh, self._count):
            try:
                step()
            except (Refused, Trouble) as failure:
                self.report(failure)
        self.header.show_page(page)

    @property
    def current(self) -> Page:
        """The page shown."""
        return cast(Page, cast(Scroll, self.stack.currentWidget()).widget())

    @property
    def _here(self) -> str:
        return next(name for name, page in self._made.items() if page is self.current)

    def report(self, failure: Exception) -> None:
        """Show what a person can mend; anything else is our bug and goes to the crash page.

        What a form has already put under its fields is only said for a moment; the rest stays until it is read.
        """
        if not isinstance(failure, (Refused, Trouble)):
            raise failure
        if isinstance(failure, Refused) and "" not in failure.problems:
            self.toast.say(str(failure))
        elif isinstance(failure, Damaged) and self._around.seat is not None:
            self.banner.say(str(failure), offer=("恢复或抢救", self._around.rescue))
        else:
            self.banner.say(str(failure))

    def _make(self, name: str) -> Page:
        page = self._entries[name].make(self.desk)
        page.setContentsMargins(24, 20, 24, 20)
        if (layout := page.layout()) is not None:
            layout.setContentsMargins(0, 0, 0, 0)
            layout.setSpacing(20)
        page.header_changed.connect(lambda: self._header_changed(page))
        self._made[name] = page
        self.stack.addWidget(Scroll(page))
        return page

    def _header_changed(self, page: Page) -> None:
        if self.stack.count() and page is self.current:
            self.header.show_page(page)

    def _make_desk(self) -> Desk:
        around = self._around
        return Desk(
            store=around.store,
            folder=around.folder,
            user=around.user,
            today=around.today,
            find=around.find,
            work=Work(self, self.report),
            show_page=self.show_page,
            toast=self._say,
            confirm=self.question.ask,
            report=self.report,
            changed=self._count,
            sources=around.sources,
            seat=around.seat,
            restart=around.restart,
            practise=around.practise,
            practice=around.practice,
            role=around.role,
        )

    def _lay_out(self) -> None:
        right = QVBoxLayout()
        right.setSpacing(0)
        for widget in (self.practice_band, self.header, self.banner, self.underway):
            right.addWidget(widget)
        right.addWidget(self.stack, 1)
        within = QWidget()
        row = QHBoxLayout(within)
        row.setContentsMargins(0, 0, 0, 0)
        row.setSpacing(0)
        row.addWidget(self.rail)
        row.addLayout(right, 1)
        self.setCentralWidget(within)

    def _connect(self) -> None:
        self.rail.went.connect(self.go_to)
        self.search.chosen.connect(self._open_hit)
        self.desk.work.started.connect(self.underway.follow)
        self._on_key("Ctrl+K", self.search.take_focus)
        self._on_key("F1", self._help)
        for place, name in enumerate(self.rail.buttons, 1):
            self._on_key(f"Alt+{place}", partial(self.go_to, name))
        for keys, step in (("Ctrl++", 1), ("Ctrl+=", 1), ("Ctrl+-", -1), ("Ctrl+0", 0)):
            self._on_key(keys, partial(self._theme.zoom, step))

    def _on_key(self, keys: str, done: Callable[[], None]) -> None:
        QShortcut(QKeySequence(keys), self).activated.connect(done)

    def _help(self) -> None:
        """Show the manual's page for this screen."""
        if self._here != "help" and "help" in self._entries:
            self.show_page("help", topic=self._here)

    def _open_hit(self, hit: Suggestion) -> None:
        self.go_to(hit.page, id=hit.id)

    def go_to(self, name: str, **what: object) -> None:
        """Show a page that the person asked the window for; what is typed and not saved is asked about first."""
        self.rail.mark(self._entries[self._here].under or self._here)
        self._leave("离开", partial(self.show_page, name, **what))

    def _leave(self, way: str, go: Callable[[], None]) -> None:
        page = self.current
        if not page.unsaved():
            go()
            return

        def leave() -> None:
            page.discard()
            go()

        self.question.ask("这一页的改动还没有存。", f"不存，{way}", "接着改", leave)

    def _say(self, text: str, undo_act: ActRef | None = None, offer: Offer | None = None) -> None:
        self.banner.hide()
        self.toast.say(text, offer if undo_act is None else ("撤销", lambda: self._undo(undo_act)))

    def _undo(self, act: ActRef) -> None:
        try:
            self._around.undo(act)
        except (Refused, Trouble) as failure:
            self.report(failure)
            return
        self.toast.say("已撤销")
        self.refresh()

    def _count(self) -> None:
        self.rail.say(self._around.standing())

    def _go_back(self) -> None:
        def go() -> None:
            self.current.go_back()
            self.header.show_page(self.current)

        self._leave("返回", go)

    def resizeEvent(self, event: QResizeEvent) -> None:
        super().resizeEvent(event)
        self.rail.narrow(self.width() < NARROW_RAIL_BELOW)
