"""What lies on a page's desk: the store, who works here, and what it may ask of the window."""

from __future__ import annotations

from collections.abc import Callable, Mapping, Sequence
from dataclasses import dataclass, field
from datetime import date
from pathlib import Path
from typing import TYPE_CHECKING, Any, Protocol

if TYPE_CHECKING:
    from villagebranch.db.backup import Backup
    from villagebranch.db.journal import ActRef
    from villagebranch.db.seat import Seat
    from villagebranch.db.store import Store
    from villagebranch.domain.roles import Right
    from villagebranch.ui.work import Work


@dataclass(frozen=True)
class Suggestion:
    """One hit of a search or a picker: 陆根发 · 5组 18号 · [低保户] · 48 天前走访过. `page` opens it from the search box."""

    id: str
    title: str
    detail: str = ""
    tag: str = ""
    note: str = ""
    page: str = ""


Offer = tuple[str, Callable[[], object]]
"""The words on a button, and what it does."""

Find = Callable[[str], Sequence[Suggestion]]


@dataclass(frozen=True)
class Source:
    """Where a link's records come from: `find` while typing, `title` gives the words for an id."""

    find: Find
    title: Callable[[str], str]


@dataclass(frozen=True)
class Standing:
    """What the rail says: the branch, who works here, the last backup, and how many things wait behind each page."""

    branch: str
    user: str
    backup: str = ""
    badges: Mapping[str, int] = field(default_factory=dict)


@dataclass(frozen=True)
class Surroundings:
    """What the composition root gives to the window.

    `role` says whose data it is: 'branch' or 'township'. `standing` is asked again whenever a page has changed; `find` is
    the search box; `sources` gives the records that a link of each kind can point to; `undo` takes an act back. `restart`
    leaves this window and opens the data again, after a backup was put in its place; `practise` leaves it for the practice
    village, `rescue` for the ways back to damaged data.
    """

    store: Store
    folder: Path
    user: str
    today: Callable[[], date]
    standing: Callable[[], Standing]
    find: Find
    undo: Callable[[ActRef], None]
    sources: Mapping[str, Source] = field(default_factory=dict)
    seat: Seat | None = None
    restart: Callable[[Backup | None], None] = lambda _backup: None
    practise: Callable[[], None] = lambda: None
    rescue: Callable[[], None] = lambda: None
    practice: bool = False
    role: str = "branch"


class ShowPage(Protocol):
    """Show the page `name`; the rest goes to its `Page.open`."""

    def __call__(self, name: str, /, **what: Any) -> None: ...


class Toast(Protocol):
    """Say for some seconds what was done; with `undo_act`, 撤销 is offered, else what `offer` says."""

    def __call__(self, text: str, undo_act: ActRef | None = None, offer: Offer | None = None) -> None: ...


class Confirm(Protocol):
    """Ask before what cannot be taken back lightly: both buttons name an act, the safe one has the focus."""

    def __call__(self, question: str, act: str, keep: str, then: Callable[[], None]) -> None: ...


@dataclass(frozen=True)
class Desk:
    """Given to every page. `report` shows a `Refused` or a `Trouble`; `changed` lets the rail count anew."""

    store: Store
    folder: Path
    user: str
    today: Callable[[], date]
    find: Find
    work: Work
    show_page: ShowPage
    toast: Toast
    confirm: Confirm
    report: Callable[[Exception], None]
    changed: Callable[[], None]
    sources: Mapping[str, Source]
    seat: Seat | None = None
    restart: Callable[[Backup | None], None] = lambda _backup: None
    practise: Callable[[], None] = lambda: None
    practice: bool = False
    role: str = "branch"

    def may(self, right: Right) -> bool:
        """Tell whether who works here may do what `right` names: what they may not is not offered."""
        return self.seat is None or self.seat.may(right)

    def require(self, right: Right) -> None:
        """Raise `Refused` unless who works here may do what `right` names."""
        if self.seat is not None:
            self.seat.require(right)

    def done(self, text: str) -> None:
        """Say that the act just written is done, with 撤销, and let the rail count anew."""
        self.toast(text, self.store.last_act)
        self.changed()
