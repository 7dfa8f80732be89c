"""A further computer of the same branch: it begins with everything that another one has."""

from pathlib import Path

from villagebranch.db import seat
from villagebranch.db.files import spoken
from villagebranch.db.keys import FULL_COST, Cost
from villagebranch.db.place import Place
from villagebranch.db.seat import Seat
from villagebranch.db.store import Clock
from villagebranch.domain.errors import Refused, Trouble
from villagebranch.sync import cards, handover, log, merge
from villagebranch.sync.errands import Taken
from villagebranch.sync.package import inspect, unpack


def join(
    place: Place,
    snapshot: Path,
    passphrase: str,
    who: tuple[str, str],
    clock: Clock,
    cost: Cost = FULL_COST,
    address: str = "",
) -> tuple[Seat, Taken]:
    """Make a data folder out of a snapshot and sit down on it; `who` is the first user and the password, `address` that
    of a server for its tables.

    Raises `Refused` or `Trouble`, and leaves nothing behind then.
    """
    with spoken():
        content = snapshot.read_bytes()
    if inspect(content).kind != "snapshot":
        raise Refused({"snapshot": "这个文件不是「全部资料」，请在另一台电脑的「交换」里做一份"})
    package = unpack(content, passphrase=passphrase)
    held = seat.found(place, handover.branch_name(package.parcel), *who, clock, cost, address)
    try:
        with held.store.receive() as (conn, identity):
            outlook = merge.take(conn, identity, package.parcel)
            cards.keep_partner(conn, package.sender)
            cards.acknowledge(conn, package.sender, package.parcel.knowledge)
            told = (package.header, snapshot.name)
            log.note(conn, log.IN, held.now(), package.sender, told, (), outlook.changes)
            return held, Taken(outlook, log.dealings(conn, 1)[0])
    except (Refused, Trouble):
        held.close()
        place.clear()
        raise
