"""The page: what every screen of the window has in common, and how to write one.

A page is one class in one file, named in `pages.PAGES`; it is made when it is first shown:

    class HomePage(Page):
        title = "本月"

        def __init__(self, desk: Desk) -> None:
            super().__init__(desk)
            self.buttons = (Action("记走访", self._record, primary=True, shortcut="Ctrl+N"),)
            layout = QHBoxLayout(self)          # margins and spacing are the window's
            layout.addWidget(Card("该办的事"))

        def refresh(self) -> None:              # called each time the page is shown, and after an undo
            with self.desk.store.read() as conn:
                ...
            self.say("2026年11月 · 第48周")     # the one-line summary beside the title

`open(**what)` is called with the arguments of `desk.show_page(name, **what)`, before `refresh`.

Writing: one `with desk.store.write(author=desk.user, form="…") as act:` in a method wrapped by `acting`, which shows a
`Refused` or a `Trouble` instead of crashing; after the block `desk.done("已存好")` says so and offers 撤销.

Building blocks: `widgets` (Card, button, words, Pill, Segments, MenuButton, Facts, ProgressLine, Scroll), `flow_layout`,
`record_form.RecordForm`, `list_page.ListPage`, `table_view.TableView` over a `domain.table.Table`, `desk.work` for
what takes longer than 100 ms.
"""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import dataclass
from functools import wraps
from typing import Any, TypeVar, cast

from PySide6.QtCore import Signal
from PySide6.QtWidgets import QWidget

from villagebranch.domain.errors import Refused, Trouble
from villagebranch.ui.desk import Desk


@dataclass(frozen=True)
class Action:
    """A button of the header; at most one of a page is `primary` (red)."""

    label: str
    done: Callable[[], None]
    primary: bool = False
    shortcut: str = ""


class Page(QWidget):
    """Base of every page; see the module's words."""

    title = ""
    header_changed = Signal()

    def __init__(self, desk: Desk) -> None:
        super().__init__()
        self.desk = desk
        self.buttons: tuple[Action, ...] = ()
        self.summary = ""
        self.touched = False

    def open(self, **what: Any) -> None:
        """Turn to what `desk.show_page` named, before the page is shown."""

    def refresh(self) -> None:
        """Read everything anew."""

    def take_focus(self) -> None:
        """Be ready for the keyboard; a page with a first field or a list gives that the focus."""
        self.setFocus()

    def say(self, summary: str, title: str = "") -> None:
        """Set the summary in the header, and the title where it is not always the same."""
        self.summary, self.title = summary, title or self.title
        self.header_changed.emit()

    def touch(self) -> None:
        """Remember that something was typed here; whoever saves it, or begins anew, sets `touched` back."""
        self.touched = True

    def unsaved(self) -> bool:
        """Whether something typed here would be lost by going elsewhere, or back: the window asks first."""
        return self.touched

    def discard(self) -> None:
        """Let go of what is typed and not saved: the person wants to leave without it."""
        self.touched = False

    def goes_back(self) -> bool:
        """Whether 返回 has something to leave: the page shows a detail in place of its list."""
        return False

    def go_back(self) -> None:
        """Leave the detail."""


Method = TypeVar("Method", bound=Callable[..., None])


def acting(method: Method) -> Method:
    """Wrap a method of something with a `desk`, so that what a person can mend is shown and not raised."""

    @wraps(method)
    def tried(self: Any, *args: Any, **kwargs: Any) -> None:
        try:
            method(self, *args, **kwargs)
        except (Refused, Trouble) as failure:
            self.desk.report(failure)

    return cast(Method, tried)
