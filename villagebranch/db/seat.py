"""A seat: one data folder, unlocked and held by one user. The window, the command line and the tour all sit down on it."""

from contextlib import ExitStack, closing

from villagebranch.db import backup, cipher, served, vault
from villagebranch.db.backup import Backup
from villagebranch.db.cipher import Damaged, Foreign, Key
from villagebranch.db.disks import mounted
from villagebranch.db.files import spoken
from villagebranch.db.keys import FULL_COST, Cost, Opened, User
from villagebranch.db.place import Place, check_place, hold
from villagebranch.db.store import Clock, Store
from villagebranch.db.witness import Witness, usual_words
from villagebranch.domain import roles
from villagebranch.domain.errors import Trouble
from villagebranch.domain.recovery_card import Card
from villagebranch.domain.roles import Right


class Broken(Trouble):
    """The key is the right one, but the database is damaged, another's or gone: who `opened` it may restore or salvage."""

    def __init__(self, opened: Opened, sentence: str) -> None:
        self.opened = opened
        super().__init__(sentence)


class Seat:
    """An unlocked data folder with its open store; nobody else can open it until `close`.

    A folder that is `served` has its tables on a database server, which others may use at the same time. One that
    `was_copied` has just been given an identity of its own.
    """

    def __init__(self, place: Place, opened: Opened, clock: Clock) -> None:
        self.place, self.user, self.key = place, opened.user, opened.key
        self._clock = clock
        self.served, self.was_copied = place.server.exists(), False
        with ExitStack() as held:
            if not self.served:
                held.enter_context(hold(place))
            self.store = self._opened()
            self._held = held.pop_all()

    def _opened(self) -> Store:
        if self.served:
            server = served.recall(self.place, self.key)
            return Store(server, self.key, self._clock, witness=server.witness)
        witness = Witness(self.place.database, usual_words())
        store = Store(self.place.database, self.key, self._clock, self._copy_before_migration, witness)
        self.was_copied = witness.denied
        return store

    def _copy_before_migration(self) -> None:
        self.back_up("migration")

    def may(self, right: Right) -> bool:
        """Tell whether who sits here may do what `right` names."""
        return roles.may(self.user.role, right)

    def require(self, right: Right) -> None:
        """Raise `Refused` unless who sits here may do what `right` names."""
        roles.require(self.user.role, right)

    def now(self) -> str:
        """Return the wall time, as the journal writes it."""
        return self._clock().isoformat(timespec="seconds")

    def add_user(self, name: str, role: str, password: str) -> User:
        """Give somebody a password of their own. Raises `Refused`, like what follows, unless who sits here may manage users."""
        self.require("users")
        return vault.add_user(self.place, self.key, name, role, password)

    def set_password(self, user_id: str, password: str) -> None:
        """Give a user who forgot theirs a new password."""
        self.require("users")
        vault.set_password(self.place, self.key, user_id, password)

    def set_role(self, user_id: str, role: str) -> None:
        """Give a user another role, which holds at once where it is who sits here."""
        self.require("users")
        vault.set_role(self.place, user_id, role)
        self.user = vault.read(self.place).user(self.user.id)

    def remove_user(self, user_id: str) -> None:
        """Take a user's password away."""
        self.require("users")
        vault.remove_user(self.place, user_id)

    def set_card(self, card: Card) -> None:
        """Let a new recovery card open the data, and the one before it no longer."""
        self.require("recovery_card")
        vault.set_card(self.place, self.key, card, self._clock())

    def back_up(self, reason: str) -> Backup | None:
        """Make a checked backup; `reason` is one of `backup.REASONS`. None of what is served: see `BACKED_UP_THERE`."""
        return None if self.served else backup.back_up(self.place, self.key, reason, self._clock())

    def is_backup_due(self) -> bool:
        """Tell whether the last backup is of another day; data that nobody has closed yet have none, and need none."""
        last = vault.read(self.place).backed_up
        return not self.served and last is not None and last[:10] != self.now()[:10]

    def faults(self) -> list[str]:
        """Return everything wrong with the file, [] when sound; a server looks after its own files."""
        if self.served:
            return []
        with closing(cipher.open_raw(self.place.database, self.key, read_only=True)) as raw:
            return cipher.faults(raw)

    def close(self) -> None:
        """Let go of the file and of the folder."""
        self.store.close()
        self._held.close()


BACKED_UP_THERE = "资料在数据库服务器上，备份由管理员用服务器自己的工具（pg_dump）做，这里不另做。"


@spoken()
def found(
    place: Place,
    branch: str,
    user: str,
    password: str,
    clock: Clock,
    cost: Cost = FULL_COST,
    address: str = "",
) -> Seat:
    """Begin a new database in an empty folder, with its first user. Raises `Refused` or `Trouble`.

    With the `address` of a server the tables are there; another seat may have begun them already.
    """
    check_place(place.folder, mounted())
    if address:
        served.server(address)
    try:
        opened = vault.create(place, branch, user, vault.chosen(password, password), cost)
        if address:
            served.remember(place, opened.key, address)
        return Seat(place, opened, clock)
    except Trouble:
        # A full disk: what was half made would stand in the way of the next attempt.
        place.clear()
        raise


def take(place: Place, user_id: str | None, password: str, clock: Clock, address: str = "") -> Seat:
    """Open the database in a folder (`user_id` None tries every user), on a server that has moved at its new `address`.

    Raises `WrongPassword`, `Refused` where live data must not lie, `Broken`, or `Trouble`.
    """
    opened = vault.unlock(place, user_id, password, clock())
    if address:
        served.remember(place, opened.key, address)
    return sit_down(place, opened, clock)


def renew(place: Place, key: Key, user_id: str, password: str, clock: Clock) -> Seat:
    """Give a user who forgot theirs a new password, on the strength of the key, and open the database. Raises as `take`."""
    vault.set_password(place, key, user_id, password)
    return sit_down(place, Opened(vault.read(place).user(user_id), key), clock)


@spoken()
def sit_down(place: Place, opened: Opened, clock: Clock) -> Seat:
    """Open the database behind an opened key. Raises as `take`."""
    check_place(place.folder, mounted())
    if not place.database.exists() and not place.server.exists():
        raise Broken(opened, "资料文件（village.db）不见了。请从备份恢复；钥匙还在，没有别的改动。")
    try:
        return Seat(place, opened, clock)
    except (Damaged, Foreign) as trouble:
        raise Broken(opened, str(trouble)) from trouble
