"""The pages before the window, one after the other, until somebody sits at the data: first run, password, recovery card."""

from __future__ import annotations

from collections.abc import Callable
from datetime import datetime
from importlib import import_module
from pathlib import Path
from typing import TYPE_CHECKING

from PySide6.QtCore import QObject, QThreadPool, QTimer, Signal
from PySide6.QtWidgets import QWidget

from villagebranch.domain.errors import Trouble
from villagebranch.domain.safekeeping import last_backup

if TYPE_CHECKING:
    from villagebranch.db.keys import Opened
    from villagebranch.db.place import Place
    from villagebranch.db.seat import Seat
    from villagebranch.domain.recovery_card import Card
    from villagebranch.ui.first_run_page import NewBranch
    from villagebranch.ui.join_page import Joining
    from villagebranch.ui.unlock_page import UnlockPage

PAINTED = 100  # milliseconds after which the first page stands before the person


class Entrance(QObject):
    """Leads to the data in `place`; each page is handed to `show`, which takes away the one before.

    `entered` bears the open seat and the page to show first.
    """

    entered = Signal(object, str)
    practice_wanted = Signal()

    def __init__(
        self, parent: QObject, place: Place, clock: Callable[[], datetime], show: Callable[[QWidget], None]
    ) -> None:
        super().__init__(parent)
        self.place, self.clock, self.show = place, clock, show
        self._made: Seat | None = None

    def begin(self, file: Path | None = None) -> None:
        """Show the first page: the unlock page where there is data, else the first run, which may begin with the package
        `file` of another computer."""
        if not self.place.keys.exists() and not self.place.keys_copy.exists():
            if file is not None:
                self._ask_to_join(file)
            else:
                self._first_run()
            return
        self._ask_password()
        QTimer.singleShot(PAINTED, self, lambda: QThreadPool.globalInstance().start(_warm_up))

    def stop_with(self, failure: Exception) -> None:
        """Say what stands in the way, and no more."""
        from villagebranch.ui.door import Door

        self.show(Door("连心册", str(failure)))

    def _first_run(self) -> None:
        from villagebranch.ui.first_run_page import FirstRunPage

        door = FirstRunPage(self._create, lambda made, card: made.set_card(card))
        door.ready.connect(
            lambda seat, where: self.entered.emit(seat, "import" if where == "import" else "home")
        )
        door.practice_wanted.connect(self._practise)
        door.join_wanted.connect(self._ask_to_join)
        self.show(door)

    def _ask_to_join(self, snapshot: Path | None = None) -> None:
        from villagebranch.ui.join_page import JoinPage

        door = JoinPage(self._join, snapshot)
        door.joined.connect(lambda seat: self.entered.emit(seat, "home"))
        door.gave_up.connect(self._first_run)
        self.show(door)

    def _join(self, told: Joining) -> Seat:
        from villagebranch.sync.joining import join

        who = (told.user, told.password)
        return join(self.place, told.snapshot, told.passphrase, who, self.clock)[0]

    def _practise(self) -> None:
        """Go to the practice village; the branch that was just made is let go."""
        if self._made is not None:
            self._made.close()
        self.practice_wanted.emit()

    def _create(self, new: NewBranch) -> Seat:
        from villagebranch.db import seat
        from villagebranch.services import branch

        made = seat.found(self.place, new.branch, new.user, new.password, self.clock)
        try:
            with made.store.write(new.user, "新建资料") as act:
                branch.save(act, {"name": new.branch, "township": new.township}, self.clock().date())
        except Trouble:
            made.close()
            raise
        self._made = made
        return made

    def _ask_password(self) -> None:
        from villagebranch.db import vault
        from villagebranch.ui.unlock_page import UnlockPage

        try:
            keys = vault.read(self.place)
        except Trouble as trouble:
            self.stop_with(trouble)
            return
        kept = f"上次备份：{last_backup(keys.carried, keys.backed_up, self.clock().date())}。"
        kept = "资料在数据库服务器上。" if self.place.server.exists() else kept
        users = {user.id: user.name for user in keys.users}
        door = UnlockPage(keys.branch, users, kept, self._take)
        door.opened.connect(lambda seat: self.entered.emit(seat, "home"))
        door.forgotten.connect(lambda user_id: self._ask_card(user_id, users[user_id]))
        self.show(door)

    def _take(self, user_id: str, password: str) -> Seat:
        from villagebranch.db import seat

        return seat.take(self.place, user_id, password, self.clock)

    def _ask_card(self, user_id: str, name: str) -> None:
        from villagebranch.db import seat
        from villagebranch.ui.forgotten_page import ForgottenPage

        def renew(found: Opened, password: str) -> Seat:
            return seat.renew(self.place, found.key, user_id, password, self.clock)

        door = ForgottenPage(name, self._by_card, renew)
        door.opened.connect(lambda opened: self.entered.emit(opened, "home"))
        door.gave_up.connect(self._ask_password)
        self.show(door)

    def _by_card(self, card: Card) -> Opened:
        from villagebranch.db import vault

        return vault.unlock_by_card(self.place, "".join(card), self.clock())

    def lock(self, seat: Seat, branch: str, then: Callable[[], object]) -> UnlockPage:
        """Return a page that asks for the password (or the card) of who sits there, and calls `then` once they are back."""
        from villagebranch.db import vault
        from villagebranch.ui.unlock_page import UnlockPage

        user, place = seat.user, seat.place
        said = "有一会儿没人用，先锁上了；没存的内容还在。"

        def unlock(user_id: str, password: str) -> Opened:
            return vault.unlock(place, user_id, password, self.clock())

        door = UnlockPage(branch, {user.id: user.name}, said, unlock)
        door.opened.connect(lambda _opened: then())
        door.forgotten.connect(lambda _user_id: self._card_at_the_lock(seat, door, then))
        return door

    def _card_at_the_lock(self, seat: Seat, door: UnlockPage, then: Callable[[], object]) -> None:
        from villagebranch.db import vault
        from villagebranch.ui.forgotten_page import ForgottenPage

        def renew(found: Opened, password: str) -> None:
            vault.set_password(seat.place, found.key, seat.user.id, password)

        def go(where: Callable[[], object]) -> None:
            where()
            page.close()
            page.deleteLater()

        page = ForgottenPage(seat.user.name, self._by_card, renew)
        page.opened.connect(lambda _done: go(then))
        page.gave_up.connect(lambda: go(door.show))
        page.resize(door.size())
        page.show()
        door.hide()


def _warm_up() -> None:
    """Import what the window will need, while the person types the password: nothing of Qt, so any thread may."""
    for name in (
        "db.seat",
        "db.history",
        "services.reminders",
        "services.monthly_summary",
        "services.search",
    ):
        import_module(f"villagebranch.{name}")
