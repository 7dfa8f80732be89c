"""The ways back to the data when their file is damaged, gone, or lies where it must not: each ends in an open seat."""

from contextlib import suppress
from pathlib import Path

from villagebranch.db import backup, vault
from villagebranch.db.backup import Backup, copy_marked
from villagebranch.db.disks import mounted, sticks
from villagebranch.db.keys import Keys, Opened, mark_of
from villagebranch.db.place import Place, check_place, hold
from villagebranch.db.salvage import Report, Say
from villagebranch.db.salvage import salvage as salvage_file
from villagebranch.db.seat import Broken, Seat, sit_down
from villagebranch.db.set_aside import put_in_place
from villagebranch.db.store import Clock
from villagebranch.domain import roles
from villagebranch.domain.errors import Refused, Trouble


def backups_at_hand(place: Place) -> list[Backup]:
    """Return the backups of this computer and those on the sticks that are plugged in, newest first; a folder that cannot
    be read stands in nobody's way."""
    found: list[Backup] = []
    for folder in (place.backups, *(folder for stick in sticks() for folder in _with_children(stick.mount))):
        with suppress(Trouble):
            found += backup.list_backups(folder)
    return sorted(found, key=lambda one: one.made_at, reverse=True)


def _with_children(mount: Path) -> list[Path]:
    try:
        return [mount, *(one for one in mount.iterdir() if one.is_dir() and not one.name.startswith("."))]
    except OSError:
        return []


def fits(wanted: Backup, opened: Opened) -> bool:
    """Tell whether the key that is at hand opens a backup."""
    return wanted.about.mark == mark_of(opened.key)


def restore(place: Place, wanted: Backup, opened: Opened, clock: Clock) -> Seat:
    """Put a backup in the place of the data, which are set aside unopened, and open it. Raises `Refused` or `Trouble`."""
    roles.require(opened.user.role, "restore")
    check_place(place.folder, mounted())
    with hold(place):
        backup.restore(place, wanted, opened.key, clock())
    return sit_down(place, _still(place, opened), clock)


def _still(place: Place, opened: Opened) -> Opened:
    """Return who opened it as the key file that now holds knows them."""
    users = {user.id: user for user in vault.read(place).users}
    return Opened(users.get(opened.user.id, opened.user), opened.key)


def come_in(place: Place, wanted: Backup, opened: Opened, clock: Clock) -> Seat:
    """Open the data by what a backup's own keys opened: the data themselves where only their keys were damaged or gone,
    else the backup in their place. Raises `Refused` or `Trouble`."""
    roles.require(opened.user.role, "restore")
    if _keys(place) is None:
        with suppress(Broken):
            sit_down(place, opened, clock).close()
            vault.write(place, wanted.keys())
            return sit_down(place, opened, clock)
    return restore(place, wanted, opened, clock)


def _keys(place: Place) -> Keys | None:
    try:
        return vault.read(place)
    except Trouble:
        return None


def salvage(place: Place, opened: Opened, target: Place, clock: Clock, say: Say = lambda _: None) -> Report:
    """Write what can be read of the damaged data into the empty folder `target`. Raises `Refused` or `Trouble`."""
    roles.require(opened.user.role, "restore")
    check_place(target.folder, mounted())
    if any(path.exists() for path in (target.database, target.keys, target.keys_copy)):
        raise Refused({"out": "这个文件夹里已经有一份资料，请换一个空文件夹。"})
    keys: Keys = vault.read(place)
    target.prepare()
    with hold(place):
        report = salvage_file(place.database, opened.key, target.database, clock, say)
    vault.write(target, keys)
    return report


def go_on_with(place: Place, salvaged: Place, opened: Opened, clock: Clock) -> Seat:
    """Put what was salvaged in the place of the damaged data, which are set aside, and open it. Raises `Trouble`."""
    roles.require(opened.user.role, "restore")
    with hold(place):
        put_in_place(place, salvaged.database, clock())
    salvaged.clear()
    return sit_down(place, opened, clock)


def copy_in(place: Place, opened: Opened, target: Place, clock: Clock) -> Seat:
    """Copy data that lie on a stick, a network or in a synced folder into `target`, and open them there.

    Raises `Refused` where there are data already, or `Trouble`.
    """
    check_place(target.folder, mounted())
    if any(path.exists() for path in (target.database, target.keys, target.keys_copy)):
        raise Refused("这台电脑上已经有一份资料。请直接打开它；两份要合在一起，请用「交换」。")
    copy_marked(place, opened.key, target)
    return sit_down(target, opened, clock)
