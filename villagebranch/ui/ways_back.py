"""The ways back to damaged or lost data, page by page: a backup of this computer or of a stick, or what can be salvaged."""

from __future__ import annotations

from typing import TYPE_CHECKING

from villagebranch.domain import roles
from villagebranch.domain.errors import Trouble

if TYPE_CHECKING:
    from villagebranch.db.backup import Backup
    from villagebranch.db.keys import Opened
    from villagebranch.db.place import Place
    from villagebranch.db.salvage import Report
    from villagebranch.db.seat import Seat
    from villagebranch.ui.desk import Offer
    from villagebranch.ui.entrance import Entrance

_PICK = "请选一份备份，看一看再恢复；一般选最新的。"


class WaysBack:
    """Leads on from where the entrance could not go in; its pages are shown in the place of that one's."""

    def __init__(self, entrance: Entrance) -> None:
        self._at = entrance

    def from_broken(self, opened: Opened, said: str) -> None:
        """The key is right, the file behind it damaged or gone."""
        offers: list[Offer] = [("返回", self._at.begin)]
        if not roles.may(opened.user.role, "restore"):
            told = f"{said}恢复要由书记或副书记来办，请他们在这台电脑上用自己的密码打开。"
            self._at.stop_with(Trouble(told))
            return
        if self._at.place.database.exists():
            offers.insert(0, ("抢救损坏的文件", lambda: self._salvage(opened)))
        self._show_backups("资料打不开了", f"{said}{_PICK}", opened, *offers)

    def without_keys(self, said: str) -> None:
        """Both copies of the key file are damaged or gone; the data may be whole."""
        told = f"{said}请选一份备份：先用它里面的钥匙打开现在的资料；资料也坏了，才恢复成那一份。"
        self._show_backups("钥匙文件坏了", told, None, ("返回", self._at.begin))

    def on_a_new_computer(self) -> None:
        """Nothing is here yet: a backup on a stick is all there is."""
        told = "请插上存着备份的 U 盘。选一份备份，用当时的密码或应急卡打开，资料就到这台电脑上了。"
        self._show_backups("从备份恢复", told, None, ("返回", self._at.begin))

    def _show_backups(self, head: str, said: str, opened: Opened | None, *offers: Offer) -> None:
        from villagebranch.db import rescue
        from villagebranch.ui.restore_page import RestorePage

        place = self._at.place
        door = RestorePage(head, said, lambda: rescue.backups_at_hand(place), place.backups, *offers)
        door.wanted.connect(lambda wanted: self._restore(wanted, opened))
        self._at.show(door)

    def _restore(self, wanted: Backup, opened: Opened | None) -> None:
        from villagebranch.db import rescue

        at = self._at
        if opened is None or not rescue.fits(wanted, opened):
            self._ask_key_of(wanted)
            return

        def work(_progress: object) -> Seat:
            return rescue.restore(at.place, wanted, opened, at.clock)

        at.do("正在恢复，并重新打开检查，请等几秒。", work, lambda seat: at.entered.emit(seat, "home"))

    def _ask_key_of(self, wanted: Backup) -> None:
        from villagebranch.db import rescue, vault
        from villagebranch.ui import backup_words

        at = self._at
        try:
            # Wrong passwords are counted there.
            at.place.prepare()
            keys = wanted.keys()
        except Trouble as trouble:
            at.stop_with(trouble)
            return

        def take(user_id: str, password: str) -> Seat:
            opened = vault.unlock(at.place, user_id, password, at.clock(), keys)
            return rescue.come_in(at.place, wanted, opened, at.clock)

        def renew(found: Opened, user_id: str, password: str) -> Seat:
            seat = rescue.come_in(at.place, wanted, found, at.clock)
            vault.set_password(seat.place, found.key, user_id, password)
            return seat

        said = f"这份备份是 {backup_words.when(wanted)} 做的，请用当时的密码打开。"
        at.ask_password(keys, said, take, renew)

    def _salvage(self, opened: Opened) -> None:
        from villagebranch.db import rescue
        from villagebranch.db.place import Place
        from villagebranch.ui.work import Progress

        at = self._at
        target = Place(at.place.folder / f"salvaged-{at.clock():%Y%m%d-%H%M%S}")

        def work(progress: Progress) -> Report:
            return rescue.salvage(at.place, opened, target, at.clock, lambda said: progress.say(f"{said}…"))

        at.do("正在抢救，请不要关机。", work, lambda report: self._salvaged(opened, target, report))

    def _salvaged(self, opened: Opened, target: Place, report: Report) -> None:
        from villagebranch.db import rescue
        from villagebranch.ui.choice_door import ChoiceDoor

        at = self._at

        def work(_progress: object) -> Seat:
            return rescue.go_on_with(at.place, target, opened, at.clock)

        def go_on() -> None:
            at.do("正在换上抢救出来的资料。", work, lambda seat: at.entered.emit(seat, "home"))

        def leave() -> None:
            target.clear()
            self.from_broken(opened, "")

        said = "坏的文件没有动。请看一看，再决定用抢救出来的，还是用备份。"
        offers: tuple[Offer, ...] = (("用抢救出来的资料继续", go_on), ("不用，看备份", leave))
        at.show(ChoiceDoor("抢救的结果", said, *offers, told=(*report.sentences(), self._latest())))

    def _latest(self) -> str:
        """Return what the newest backup holds, to compare with."""
        from villagebranch.db import rescue
        from villagebranch.ui import backup_words

        found = rescue.backups_at_hand(self._at.place)
        if not found:
            return "没有找到备份可以比较。"
        return f"最近一份备份（{backup_words.when(found[0])}）里有：{backup_words.counts(found[0])}。"
