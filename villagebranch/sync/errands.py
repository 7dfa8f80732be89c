"""Errands with other computers, each done whole: what goes out is on the stick and written down, what comes in is backed
up before, checked, merged and written down, or nothing is changed. The window and the command line run the same ones."""

from collections.abc import Sequence
from contextlib import suppress
from dataclasses import dataclass
from pathlib import Path

from sqlalchemy import Connection

from villagebranch.db import history
from villagebranch.db.files import copy_whole, flush_folder, spoken
from villagebranch.db.history import Undone
from villagebranch.db.identity import Identity
from villagebranch.db.journal import Act, ActRef
from villagebranch.db.record import record_tables
from villagebranch.db.seat import Seat
from villagebranch.domain.errors import Refused
from villagebranch.domain.fields import Draft
from villagebranch.sync import cards, handover, log, merge, renewal
from villagebranch.sync.cards import Card
from villagebranch.sync.check import Missing, Reused
from villagebranch.sync.conflicts import Conflict, conflicts, foreseen
from villagebranch.sync.handover import Parting
from villagebranch.sync.log import Dealing
from villagebranch.sync.merge import Outlook
from villagebranch.sync.package import Package, inspect, unpack
from villagebranch.sync.parcel import Vector, changes_after, known
from villagebranch.sync.plan_words import Line, lines
from villagebranch.sync.renewal import Renewed
from villagebranch.sync.standing import REMOVED

FOLDER = "连心册"
"""The folder on a stick that packages are put into."""


@dataclass(frozen=True)
class Sent:
    """A package that lies on the stick: written, flushed, and read back from it."""

    path: Path
    size: int
    acts: int
    changes: int


@dataclass(frozen=True)
class Waiting:
    """What a partner has not got: `changes` since it was last sent something (`since`, '' for never), and `again`, those
    which were sent and never acknowledged, and which go along once more. `lost` says that it has something to hand back
    to this township, and was not told so since it was last heard of."""

    since: str
    changes: int
    again: int
    lost: bool = False


@dataclass(frozen=True)
class Preview:
    """What a package would do; `sender` is its card under the name that it has here. Where something before it is `missing`,
    it would do nothing. `lines` tell it record by record, as far as anybody reads."""

    package: Package
    sender: Card
    outlook: Outlook
    conflicts: tuple[Conflict, ...]
    taken_before: bool
    missing: Missing | None = None
    lines: Sequence[Line] = ()


@dataclass(frozen=True)
class Taken:
    """What a package did, and the line that was written down about it."""

    outlook: Outlook
    dealing: Dealing


def waiting(conn: Connection, to: Sequence[Card]) -> list[Waiting]:
    """Return what the next package for each of these partners will hold, by as many questions for many as for one."""
    sent, acked = log.last_sent(conn, to), cards.all_acknowledged(conn, to)
    lacking = [
        (_ends(held, had, {}), _ends(held, had, last.reached))
        for last, had, held in zip(sent, acked, handover.held_for(conn, to), strict=True)
    ]
    count = changes_after(conn, {place for both in lacking for places in both for place in places})
    told = []
    for last, (everything, fresh), lost in zip(sent, lacking, handover.lost_to(conn, to), strict=True):
        changes, all_of_it = (sum(count.get(place, 0) for place in places) for places in (fresh, everything))
        told.append(Waiting(last.at, changes, all_of_it - changes, lost and last.heard))
    return told


def _ends(held: Vector, acked: Vector, sent: Vector) -> list[tuple[str, int]]:
    """Return up to which act a partner has what is held for it, of each replica of which that is not all."""
    reached = {code: max(acked.get(code, 0), sent.get(code, 0)) for code in held}
    return [(code, number) for code, number in reached.items() if number < held[code]]


def send(seat: Seat, to: Card, folder: Path) -> Sent:
    """Put what a partner lacks into a folder. Raises `Trouble`."""
    with seat.store.receive() as (conn, _):
        parting = handover.for_partner(conn, to, seat.user.name, seat.now())
    return _put_down(seat, folder, parting, to)


def send_all(seat: Seat, passphrase: str, folder: Path) -> Sent:
    """Put everything there is into a folder, for a new computer of this branch. Raises `Refused` or `Trouble`."""
    with seat.store.receive() as (conn, _):
        parting = handover.snapshot(conn, passphrase, seat.user.name, seat.now())
    return _put_down(seat, folder, parting, None)


def ask_again(seat: Seat, of: Card, folder: Path) -> Sent:
    """Put a request into a folder: what is here already, so that the partner sends what is missing."""
    with seat.store.receive() as (conn, _):
        parting = handover.request(conn, of, seat.user.name, seat.now())
    return _put_down(seat, folder, parting, of)


def give_card(seat: Seat, folder: Path) -> tuple[Sent, str]:
    """Put the card (名片) of this computer into a folder; return it with its fingerprint."""
    with seat.store.receive() as (conn, _):
        parting = handover.card_of(conn, seat.user.name, seat.now())
        fingerprint = cards.keys(conn).card("").fingerprint
    return _put_down(seat, folder, parting, None), fingerprint


def _put_down(seat: Seat, folder: Path, parting: Parting, to: Card | None) -> Sent:
    _make(folder)
    path = handover.put_down(folder, parting)
    acts = parting.parcel.acts
    changes = sum(len(act.changes) for act in acts)
    reached = [ActRef(code, number) for code, number in parting.parcel.knowledge.items() if number]
    with seat.store.receive() as (conn, _):
        log.note(conn, log.OUT, seat.now(), to, (inspect(parting.content), path.name), reached, changes)
    return Sent(path, len(parting.content), len(acts), changes)


def _make(folder: Path) -> None:
    with spoken():
        for one in [part for part in (*reversed(folder.parents), folder) if not part.exists()]:
            one.mkdir(exist_ok=True)
            flush_folder(one.parent)


def fetch(seat: Seat, path: Path) -> bytes:
    """Copy a package to this computer's own disk and return what was copied: the stick may be pulled out from then on."""
    copy = seat.place.folder / "incoming.vbx"
    copy_whole(path, copy)
    with spoken():
        content = copy.read_bytes()
        copy.unlink()
    return content


class _Looked(Exception):
    """Ends a transaction that only looked."""


def look_into(seat: Seat, content: bytes, passphrase: str = "") -> Preview | Card | None:
    """Return what is in a file: what a package would do, or the card that it is; None where a passphrase is asked for."""
    kind = inspect(content).kind
    if kind == "card":
        return unpack(content).sender
    return preview(seat, content, passphrase) if passphrase or kind != "snapshot" else None


def open_package(seat: Seat, content: bytes, passphrase: str = "") -> Package:
    """Return a package that may be taken in here. Raises `Refused` or `Trouble`."""
    with seat.store.receive() as (conn, _):
        return handover.open_package(conn, content, passphrase)


def preview(seat: Seat, content: bytes, passphrase: str = "") -> Preview:
    """Return what a package would do; nothing is written. Raises `Refused` or `Trouble`."""
    package = open_package(seat, content, passphrase)
    if package.header.kind == "report":
        return _preview_report(seat, package)
    with seat.store.receive() as (conn, identity):
        sender, before = known_as(conn, package.sender), package.header.id in log.taken(conn)
        if package.header.kind == "request":
            return Preview(package, sender, handover.NOTHING, (), before)
        handover.check_seal(package)
        try:
            plan = merge.foresee(conn, identity, package.parcel)
        except Missing as missing:
            return Preview(package, sender, handover.NOTHING, (), before, missing)
        return Preview(package, sender, plan.outlook(), foreseen(conn, plan), before, lines=lines(conn, plan))


def _preview_report(seat: Seat, package: Package) -> Preview:
    """Take a report in, and take it back before anything is kept."""
    found: list[Preview] = []
    with suppress(_Looked), seat.store.write(seat.user.name, _REPORT) as act:
        before = package.header.id in log.taken(act.conn)
        found.append(Preview(package, package.sender, handover.receive_report(act, package), (), before))
        raise _Looked
    return found[0]


_REPORT = "收村里的上报"


def known_as(conn: Connection, card: Card) -> Card:
    """Return a card under the name that it has here, as it stands for a stranger."""
    return next((one for one in cards.partners(conn) if one.sign == card.sign), card)


def take_in(
    seat: Seat, package: Package, file: str, *, deletions: bool = False, backed_up: bool = False
) -> Taken:
    """Back up unless that was done for several packages, then take one in as one transaction; `deletions` says yes to very
    many of them.

    Raises `ManyDeletions` where that was not said, `Missing` where something before it is not here, or `Trouble`.
    """
    if not backed_up:
        seat.back_up("merge")
    if package.header.kind == "report":
        return _take_report(seat, package, file)
    try:
        with seat.store.receive() as (conn, identity):
            return _receive(seat, conn, identity, package, file, deletions)
    except Reused as reused:
        _begin_where_they_parted(seat, package, reused.replica)
        raise


def _begin_where_they_parted(seat: Seat, package: Package, code: str) -> None:
    """Let what goes to the sender next begin before two computers of one identity parted: the copy needs to see it."""
    with seat.store.receive() as (conn, identity):
        common = renewal.parting(conn, code, known(conn, identity).get(code, 0), package.parcel)
        acked = cards.acknowledged(conn, package.sender)
        cards.acknowledge(conn, package.sender, {**acked, code: common or 0})


def _receive(
    seat: Seat, conn: Connection, identity: Identity, package: Package, file: str, deletions: bool
) -> Taken:
    outlook = handover.receive(conn, identity, package, deletions=deletions)
    sender = known_as(conn, package.sender)
    log.note(conn, log.IN, seat.now(), sender, (package.header, file), outlook.taken, outlook.changes)
    return Taken(outlook, log.dealings(conn, 1)[0])


def renew(
    seat: Seat, package: Package | None, file: str, *, deletions: bool = False
) -> tuple[Renewed, Taken | None]:
    """Back up, then go on under a new identity and with a new card.

    `package` brought to light that another computer writes under the old one; it is taken in. Without one, nothing is
    issued again. Raises what `take_in` and `renewal` raise.
    """
    seat.back_up("merge")
    with seat.store.receive() as (conn, identity):
        common = renewal.parted(conn, identity, package.parcel) if package else identity.acts
        renewed = renewal.renew(conn, identity, common)
        taken = _receive(seat, conn, renewed.identity, package, file, deletions) if package else None
        cards.forget_keys(conn)
    seat.store.go_on_as(renewed.identity)
    return renewed, taken


def _take_report(seat: Seat, package: Package, file: str) -> Taken:
    with seat.store.write(seat.user.name, _REPORT) as act:
        outlook, header = handover.receive_report(act, package), (package.header, file)
        log.note(act.conn, log.IN, seat.now(), package.sender, header, outlook.taken, outlook.changes)
        return Taken(outlook, log.dealings(act.conn, 1)[0])


def take_back(act: Act, dealing: Dealing) -> Undone:
    """Undo everything that a package brought, as one act; what stood here against it is decided for what stood here.

    Raises `Refused` when it was taken back already.
    """
    if dealing.undone_by is not None or not dealing.acts:
        raise Refused("这个包已经撤销过了")
    refs = set(dealing.refs)
    against = [one for one in conflicts(act.conn) if any(side.ref in refs for side in one.sides)]
    undone = history.undo(act, *refs)
    for one in against:
        ours = [side for side in one.sides if side.ref not in refs]
        if ours:
            act.affirm(record_tables()[one.kind], one.record, _decided(act, one, ours[-1].values))
    return undone


def _decided(act: Act, conflict: Conflict, values: Draft) -> Draft:
    if conflict.register == REMOVED:
        return {REMOVED: act.at if values.get(REMOVED) else None}
    return {name: values.get(name) for name in conflict.fields}
