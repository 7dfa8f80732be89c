"""Handing over between two computers: what goes into a package for a partner, and what becomes of one that came."""

import json
import re
from dataclasses import dataclass
from pathlib import Path

from sqlalchemy import Connection

from villagebranch.db.files import becoming, flush
from villagebranch.db.identity import Identity
from villagebranch.domain.errors import Refused, Trouble
from villagebranch.sync import merge
from villagebranch.sync.cards import Card, acknowledge, acknowledged, keys, partners
from villagebranch.sync.merge import Outlook
from villagebranch.sync.package import SUFFIX, Package, pack, unpack
from villagebranch.sync.parcel import Parcel, chains, collect, known


@dataclass(frozen=True)
class Parting:
    """A package ready to be written: what it is called on the stick (nobody's name), and its bytes."""

    name: str
    content: bytes
    parcel: Parcel


def card_of(conn: Connection, name: str, at: str) -> Parting:
    """Return the card (名片) of this computer, which calls itself `name`."""
    return _parting(conn, "card", Parcel({}, {}, []), name, at)


def delta(conn: Connection, to: Card, name: str, at: str) -> Parting:
    """Return everything that a partner has not acknowledged yet."""
    return _parting(conn, "delta", collect(conn, acknowledged(conn, to)), name, at, to=to)


def snapshot(conn: Connection, passphrase: str, name: str, at: str) -> Parting:
    """Return everything there is, for a new computer of the same branch. Raises `Refused` for a short passphrase."""
    if len(passphrase) < 8:
        raise Refused({"passphrase": "口令至少 8 个字，请换长一些的"})
    return _parting(conn, "snapshot", collect(conn, {}), name, at, passphrase=passphrase)


def request(conn: Connection, to: Card, name: str, at: str) -> Parting:
    """Return a package that says what is here, so that the partner sends what is missing."""
    points = chains(conn, known(conn))
    return _parting(conn, "request", Parcel(points, points, []), name, at, to=to)


def _parting(
    conn: Connection,
    kind: str,
    parcel: Parcel,
    name: str,
    at: str,
    *,
    to: Card | None = None,
    passphrase: str = "",
) -> Parting:
    mine = keys(conn)
    content = pack(kind, parcel, (mine, name), at, to=to, passphrase=passphrase)
    moment = re.sub(r"\D", "", at)[:12]
    return Parting(f"连心册-{_CALLED[kind]}-{moment}-{mine.card('').fingerprint}{SUFFIX}", content, parcel)


_CALLED = {"card": "名片", "delta": "交换", "snapshot": "全部资料", "request": "请求补送", "reply": "答复"}


def put_down(folder: Path, parting: Parting) -> Path:
    """Write a package into a folder and read it back from the disk: only then can the stick be pulled out."""
    path = _free(folder, parting.name)
    with becoming(path) as part:
        part.write_bytes(parting.content)
        flush(part)
        if part.read_bytes() != parting.content:
            raise Trouble("写进去的内容读回来不一样，这个 U 盘可能坏了。请换一个 U 盘，再送一次。")
    return path


def _free(folder: Path, name: str) -> Path:
    stem = name.removesuffix(SUFFIX)
    names = (name, *(f"{stem}-{number}{SUFFIX}" for number in range(2, 1000)))
    return next(folder / one for one in names if not (folder / one).exists())


def open_package(conn: Connection, content: bytes, passphrase: str = "") -> Package:
    """Return a package whose sender is a partner, or which is locked by a passphrase that is known here.

    Raises `Refused` for a stranger and for a card, `Trouble` for what cannot be opened or does not hold together.
    """
    package = unpack(content, keys(conn), passphrase)
    if package.header.kind == "card":
        raise Refused("这是一张名片，请在「收名片」里打开")
    if package.header.kind != "snapshot" and package.sender.sign not in {
        card.sign for card in partners(conn)
    }:
        raise Refused(
            f"还不认识送出这个包的电脑（{package.sender.fingerprint}）。请先收下它的名片，并在电话里核对这 8 个字。"
        )
    return package


class ManyDeletions(Trouble):
    """A package deletes so much that a person must say yes to just that."""

    def __init__(self, outlook: Outlook) -> None:
        self.outlook = outlook
        super().__init__(
            f"这个包要删除 {len(outlook.deletions)} 条记录，数量很大，没有收下，本机资料没有改动。请先核对要删的是哪些，再单独确认。"
        )


def look(conn: Connection, package: Package) -> Outlook:
    """Return what a package will do, without writing."""
    return _NOTHING if package.header.kind == "request" else merge.look(conn, package.parcel)


def receive(conn: Connection, identity: Identity, package: Package, *, deletions: bool = False) -> Outlook:
    """Take a package in, and keep what its sender says it has. Raises `ManyDeletions` unless `deletions` says yes to them."""
    outlook = _NOTHING
    if package.header.kind != "request":
        outlook = merge.take(conn, identity, package.parcel)
        if outlook.drastic and not deletions:
            raise ManyDeletions(outlook)
    acknowledge(conn, package.sender, package.parcel.knowledge)
    return outlook


_NOTHING = Outlook(0, 0, {}, {}, (), (), 0)


def branch_name(parcel: Parcel) -> str:
    """Return what the branch in a snapshot was last called, '' where it does not say."""
    told = [
        json.loads(change.fields) for act in parcel.acts for change in act.changes if change.kind == "branch"
    ]
    return next((str(fields["name"]) for fields in reversed(told) if fields.get("name")), "")
