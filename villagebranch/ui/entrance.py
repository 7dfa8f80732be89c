"""The pages before the window, one after the other, until somebody sits at the data: first run, password, recovery card.

Where the file of the data is damaged or gone, `ways_back` goes on from here.
"""

from __future__ import annotations

from collections.abc import Callable
from datetime import datetime
from importlib import import_module
from pathlib import Path
from typing import TYPE_CHECKING, TypeVar

from PySide6.QtCore import QObject, QThreadPool, QTimer, Signal
from PySide6.QtWidgets import QWidget

from villagebranch.db.keys import KeysDamaged
from villagebranch.domain.errors import Refused, Trouble
from villagebranch.domain.safekeeping import last_backup
from villagebranch.ui.ways_back import WaysBack

if TYPE_CHECKING:
    from villagebranch.db.keys import Keys, Opened
    from villagebranch.db.place import Place
    from villagebranch.db.seat import Seat
    from villagebranch.domain.recovery_card import Card
    from villagebranch.ui.desk import Offer
    from villagebranch.ui.first_run_page import NewBranch
    from villagebranch.ui.join_page import Joining
    from villagebranch.ui.unlock_page import UnlockPage
    from villagebranch.ui.work import Progress

T = TypeVar("T")
_NO_CARD = (
    "这份资料只能用密码打开。请别的使用人打开连心册；书记可以在「设置 → 使用人与密码」里给您设一个新密码。"
    "要是做过应急卡、后来恢复了旧备份，那张卡打不开这一份。"
)
PAINTED = 100  # milliseconds after which the first page stands before the person


class Entrance(QObject):
    """Leads to the data in `place`; each page is handed to `show`, which takes away the one before.

    `entered` bears the open seat and the page to show first.
    """

    entered = Signal(object, str)
    practice_wanted = Signal()

    def __init__(
        self,
        parent: QObject,
        place: Place,
        clock: Callable[[], datetime],
        show: Callable[[QWidget], None],
        home: Place | None = None,
    ) -> None:
        super().__init__(parent)
        self.place, self.clock, self.show, self._home = place, clock, show, home
        self._made: Seat | None = None
        self.ways_back = WaysBack(self)

    def begin(self, file: Path | None = None) -> None:
        """Show the first page: the unlock page where there is data, else the first run, which may begin with the package
        `file` of another computer."""
        from villagebranch.db import vault
        from villagebranch.db.disks import mounted
        from villagebranch.db.place import check_place

        if not any(path.exists() for path in (self.place.keys, self.place.keys_copy)):
            if self.place.database.exists() or any(self.place.backups.glob("*.vbb")):
                self.ways_back.without_keys("钥匙文件（keys.json）不见了，密码用不上。")
            elif file is not None:
                self._ask_to_join(file)
            else:
                self._first_run()
            return
        try:
            check_place(self.place.folder, mounted())
            keys = vault.read(self.place)
        except Refused as refused:
            self._offer_to_copy(refused)
        except KeysDamaged as damaged:
            self.ways_back.without_keys(str(damaged))
        except Trouble as trouble:
            self.stop_with(trouble)
        else:
            kept = f"上次备份：{last_backup(keys.carried, keys.backed_up, self.clock().date())}。"
            self.ask_password(keys, kept, self._take, self._renew)
            QTimer.singleShot(PAINTED, self, lambda: QThreadPool.globalInstance().start(_warm_up))

    def stop_with(self, failure: Exception) -> None:
        """Say what stands in the way, and let it be tried again."""
        from villagebranch.ui.choice_door import ChoiceDoor

        self.show(ChoiceDoor("连心册", str(failure), ("再试一次", self.begin)))

    def could_not_back_up(self, seat: Seat | None, trouble: Trouble) -> None:
        """Tell on leaving that no backup was made; where the file turned out to be damaged, go the ways back."""
        from villagebranch.db.cipher import Damaged
        from villagebranch.db.keys import Opened

        told = f"退出时没有做成备份。{trouble}"
        if seat is not None and isinstance(trouble, Damaged):
            self.ways_back.from_broken(Opened(seat.user, seat.key), told)
        else:
            self.stop_with(Trouble(told))

    def do(self, said: str, work: Callable[[Progress], T], done: Callable[[T], None]) -> None:
        """Do what takes a while behind a page that says so; what stands in the way is told on the next."""
        from villagebranch.ui.door import Door
        from villagebranch.ui.work import Work

        door = Door("连心册", said)
        self.show(door)
        job = Work(door, self._failed).start(work, done, self._failed)
        job.progressed.connect(lambda told, _part: door.said.setText(told))

    def _failed(self, failure: Exception) -> None:
        if not isinstance(failure, (Refused, Trouble)):
            raise failure
        if not self.go_back_from(failure):
            self.stop_with(failure)

    def go_back_from(self, failure: Exception) -> bool:
        """Go the ways back where the data are broken; anything else is to be told where it happened."""
        from villagebranch.db.seat import Broken

        if isinstance(failure, Broken):
            self.ways_back.from_broken(failure.opened, str(failure))
        return isinstance(failure, Broken)

    def _first_run(self) -> None:
        from villagebranch.ui.first_run_page import FirstRunPage

        door = FirstRunPage(self._create, lambda made, card: made.set_card(card))
        door.ready.connect(lambda seat, where: self.entered.emit(seat, "home" if where == "start" else where))
        door.practice_wanted.connect(self._practise)
        door.join_wanted.connect(self._ask_to_join)
        door.restore_wanted.connect(self.ways_back.on_a_new_computer)
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
        from villagebranch.db.identity import take_role
        from villagebranch.services import branch

        made = seat.found(self.place, new.branch, new.user, new.password, self.clock)
        try:
            with made.store.write(new.user, "新建资料") as act:
                take_role(act.conn, new.role)
                branch.save(act, {"name": new.branch, "township": new.township}, self.clock().date())
        except Trouble:
            made.close()
            raise
        self._made = made
        return made

    def ask_password(
        self,
        keys: Keys,
        said: str,
        take: Callable[[str, str], Seat],
        renew: Callable[[Opened, str, str], Seat],
    ) -> None:
        """Ask for the password of one of the users of `keys`, or for their card; `renew` gets the user and a new password."""
        from villagebranch.ui.unlock_page import UnlockPage

        users = {user.id: user.name for user in keys.users}
        door = UnlockPage(keys.branch, users, said, take)
        door.opened.connect(self._enter)
        door.broken.connect(self.go_back_from)
        door.forgotten.connect(
            lambda user_id: self._ask_card(
                keys, user_id, renew, lambda: self.ask_password(keys, said, take, renew)
            )
        )
        self.show(door)

    def _enter(self, seat: Seat) -> None:
        self.place = seat.place
        self.entered.emit(seat, "home")

    def _take(self, user_id: str, password: str) -> Seat:
        from villagebranch.db import seat

        return seat.take(self.place, user_id, password, self.clock)

    def _renew(self, found: Opened, user_id: str, password: str) -> Seat:
        from villagebranch.db import seat

        return seat.renew(self.place, found.key, user_id, password, self.clock)

    def _ask_card(
        self, keys: Keys, user_id: str, renew: Callable[[Opened, str, str], Seat], back: Callable[[], None]
    ) -> None:
        from villagebranch.db import vault
        from villagebranch.ui.choice_door import ChoiceDoor
        from villagebranch.ui.forgotten_page import ForgottenPage

        if keys.card is None:
            self.show(ChoiceDoor("还没有做过应急卡", _NO_CARD, ("返回", back)))
            return

        def check(card: Card) -> Opened:
            return vault.unlock_by_card(self.place, "".join(card), self.clock(), keys)

        door = ForgottenPage(
            keys.user(user_id).name, check, lambda found, password: renew(found, user_id, password)
        )
        door.opened.connect(self._enter)
        door.broken.connect(self.go_back_from)
        door.gave_up.connect(back)
        self.show(door)

    def _offer_to_copy(self, refused: Refused) -> None:
        """Data on a stick, a network or in a synced folder: say why not, and copy them in."""
        from villagebranch.db.place import usual_place
        from villagebranch.ui.choice_door import ChoiceDoor

        home = self._home or usual_place()
        offers: list[Offer] = [("再试一次", self.begin)]
        if home.folder != self.place.folder:
            offers.insert(0, ("复制到这台电脑，再打开", lambda: self._copy_to(home)))
        self.show(ChoiceDoor("资料不能放在这里用", str(refused), *offers))

    def _copy_to(self, home: Place) -> None:
        from villagebranch.db import rescue, vault

        def take(user_id: str, password: str) -> Seat:
            opened = vault.unlock(self.place, user_id, password, self.clock())
            return rescue.copy_in(self.place, opened, home, self.clock)

        def renew(found: Opened, user_id: str, password: str) -> Seat:
            made = rescue.copy_in(self.place, found, home, self.clock)
            vault.set_password(made.place, found.key, user_id, password)
            return made

        try:
            keys = vault.read(self.place)
        except Trouble as trouble:
            self.stop_with(trouble)
        else:
            self.ask_password(keys, "输入密码后，先复制到这台电脑的硬盘，再打开。", take, renew)

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

        try:
            if vault.read(seat.place).card is None:
                door.say_problem(_NO_CARD)
                return
        except Trouble as trouble:
            door.say_problem(str(trouble))
            return

        def renew(found: Opened, password: str) -> None:
            vault.set_password(seat.place, found.key, seat.user.id, password)

        def go(where: Callable[[], object]) -> None:
            where()
            page.close()
            page.deleteLater()

        def check(card: Card) -> Opened:
            return vault.unlock_by_card(seat.place, "".join(card), self.clock())

        page = ForgottenPage(seat.user.name, check, renew)
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
