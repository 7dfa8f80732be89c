"""Handing over between two computers: what goes into a package for a partner, and what becomes of one that came."""

import json
import re
from collections.abc import Mapping, Sequence
from dataclasses import dataclass, replace
from datetime import date
from pathlib import Path
from typing import Any

from sqlalchemy import Connection, select

from villagebranch.db.files import becoming, flush, spoken, unused
from villagebranch.db.identity import Identity, keep_code, role, streams
from villagebranch.db.journal import Act, canonical
from villagebranch.domain.errors import Refused, Trouble
from villagebranch.records.superior import Superior
from villagebranch.records.village import Village
from villagebranch.services.branch import branch
from villagebranch.services.report import read_report, report
from villagebranch.services.township import add_village, by_branch, take_report, village_of
from villagebranch.sync import merge
from villagebranch.sync.cards import (
    Card,
    acknowledge,
    acknowledged,
    all_acknowledged,
    forget,
    keep_partner,
    keys,
    partners,
)
from villagebranch.sync.merge import Outlook
from villagebranch.sync.package import SUFFIX, Package, pack, unpack
from villagebranch.sync.pages import Unreadable
from villagebranch.sync.parcel import Parcel, Vector, chains, collect, known, known_to
from villagebranch.sync.seals import Unsealed, holds, sealed, sealed_by


@dataclass(frozen=True)
class Parting:
    """A package ready to be written: what it is called on the stick (nobody's name), and its bytes."""

    name: str
    content: bytes
    parcel: Parcel


def card_of(conn: Connection, name: str, at: str) -> Parting:
    """Return the card (名片) of this computer, which calls itself `name`."""
    return _parting(conn, "card", Parcel({}, {}, []), name, at)


def trust(act: Act, card: Card) -> None:
    """Trust a card whose fingerprint was compared. A branch trusts a township, and a township a village, as a whole.

    Raises `Refused` where a partner of that name is known, or where the card does not suit this database.
    """
    theirs, ours = card.role == "township", role(act.conn) == "township"
    if theirs and ours:
        raise Refused({"card": "这是另一个乡镇的名片。乡镇只和本镇各村交换。"})
    if theirs and not _superior(act.conn, card.sign):
        act.add(Superior, {"name": card.unit or card.name, "sign": card.sign, "age": card.age})
    if ours and not theirs:
        if not card.branch:
            raise Refused({"card": "这张名片没有写明是哪个村的，请村里先填好党支部名称，重新做一张。"})
        add_village(act, card.branch, card.unit)
    if not ours and not theirs and card.branch != branch(act.conn).id:
        raise Refused({"card": "这是别的支部的名片。本支部的电脑之间才能交换全部资料。"})
    keep_partner(act.conn, card)


def leave(act: Act, card: Card) -> None:
    """Trust a card no more; a township is then no longer trusted by any computer of the branch."""
    if (superior := _superior(act.conn, card.sign)) is not None:
        act.remove(Superior, superior)
    forget(act.conn, card)


def _superior(conn: Connection, sign: str) -> str | None:
    return conn.scalar(select(Superior.id).where(Superior.sign == sign, Superior.removed_at.is_(None)))


def called(conn: Connection, card: Card) -> str:
    """Return what a partner is called here unless said otherwise: by its unit where that is another's than ours."""
    others = {other.name for other in partners(conn) if other.sign != card.sign}
    foreign = card.role == "township" or role(conn) == "township"
    names = [card.unit, f"{card.unit} {card.name}"] if foreign and card.unit else [card.name]
    names += [f"{names[-1]} {number}" for number in range(2, 100)]
    return next(name for name in names if name not in others)


def for_partner(conn: Connection, to: Card, name: str, at: str) -> Parting:
    """Return what goes to a partner: to a laptop of the branch all that it lacks, to the township the report, and from
    the township to a village its answers and instructions."""
    if role(conn) == "township":
        return _reply(conn, to, name, at)
    if to.role == "township":
        return _report(conn, to, name, at)
    parcel = sealed(conn, collect(conn, acknowledged(conn, to)))
    return _parting(conn, "delta", parcel, name, at, to=to)


def _report(conn: Connection, to: Card, name: str, at: str) -> Parting:
    """Return the report, and of the township's own stream what the township last said it has not: it was restored."""
    here = known(conn)
    theirs = {code: here[code] for code in sealed_by(conn, to.sign) & here.keys()}
    points, lost = chains(conn, here), sealed(conn, collect(conn, acknowledged(conn, to), theirs))
    parcel = replace(lost, start=points | dict(lost.start), end=points)
    told = report(conn, date.fromisoformat(at[:10])).told()
    return _parting(conn, "report", parcel, name, at, to=to, report=_words(told))


def _reply(conn: Connection, to: Card, name: str, at: str) -> Parting:
    """Return the stream to a village, and what its township has received of it: its own stream is no part of that."""
    village = village_of(conn, to.branch)
    (held,) = held_for(conn, [to])
    parcel = sealed(conn, collect(conn, acknowledged(conn, to), held))
    received = select(Village.reported_at, Village.knowledge).where(Village.id == village)
    reported_at, knowledge = conn.execute(received).one_or_none() or (None, None)
    ours = streams(conn).keys()
    told = {
        "at": reported_at,
        "knowledge": {code: n for code, n in json.loads(knowledge or "{}").items() if code not in ours},
    }
    return _parting(conn, "reply", parcel, name, at, to=to, report=_words({"received": told}))


def held_for(conn: Connection, to: Sequence[Card]) -> list[Vector]:
    """Return how many acts of each replica are here that are for each of these partners: from a township, its stream to
    the village."""
    if role(conn) == "branch":
        return [known(conn)] * len(to)
    own, villages = Identity.load_streams(conn), by_branch(conn)
    began = {branch: own[village] for branch, village in villages.items() if village in own}
    held = dict(zip(began, known_to(conn, list(began.values())), strict=True))
    return [held.get(card.branch, {}) for card in to]


def lost_to(conn: Connection, to: Sequence[Card]) -> list[bool]:
    """Tell of each of these villages whether it has more of this township's stream than is here, which was restored: told
    what is here still, it hands that back with its next report."""
    if role(conn) == "branch":
        return [False] * len(to)
    reported = select(Village.branch, Village.knowledge).where(Village.removed_at.is_(None))
    told = {branch: json.loads(knowledge or "{}") for branch, knowledge in conn.execute(reported)}
    ours = streams(conn).keys()
    return [
        any(n > held.get(code, 0) for code, n in told.get(card.branch, {}).items() if code in ours)
        for card, held in zip(to, held_for(conn, to), strict=True)
    ]


def latest_reporters(conn: Connection) -> list[Card]:
    """Return for each village of this township the computer that it exchanges with: the one that was heard of last."""
    found: dict[str, tuple[int, Card]] = {}
    known_here = partners(conn)
    for card, acked in zip(known_here, all_acknowledged(conn, known_here), strict=True):
        heard = sum(acked.values())
        if card.role == "branch" and heard >= found.get(card.branch, (0, card))[0]:
            found[card.branch] = (heard, card)
    return [card for _, card in found.values()]


def _words(told: Mapping[str, Any]) -> bytes:
    return canonical(told).encode()


def snapshot(conn: Connection, passphrase: str, name: str, at: str) -> Parting:
    """Return everything there is, for a new computer of the same branch. Raises `Refused` for a short passphrase."""
    if role(conn) == "township":
        raise Refused("乡镇的资料要搬到新电脑，请用备份；几台电脑同时用，请用数据库服务器。")
    if len(passphrase) < 8:
        raise Refused({"passphrase": "口令至少 8 个字，请换长一些的"})
    parcel = sealed(conn, collect(conn, {}))
    return _parting(conn, "snapshot", parcel, name, at, passphrase=passphrase)


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
    report: bytes = b"",
) -> Parting:
    mine = keys(conn)
    sender = (mine, mine.own_card(conn, name))
    content = pack(kind, parcel, sender, at, to=to, passphrase=passphrase, report=report)
    moment = re.sub(r"\D", "", at)[:12]
    return Parting(f"连心册-{_CALLED[kind]}-{moment}-{mine.card('').fingerprint}{SUFFIX}", content, parcel)


_CALLED = {
    "card": "名片",
    "delta": "交换",
    "snapshot": "全部资料",
    "request": "请求补送",
    "reply": "镇里答复",
    "report": "上报",
}


@spoken()
def put_down(folder: Path, parting: Parting) -> Path:
    """Write a package into a folder and read it back from the disk: only then can the stick be pulled out."""
    path = unused(folder, parting.name.removesuffix(SUFFIX), SUFFIX)
    with becoming(path) as part:
        part.write_bytes(parting.content)
        flush(part)
        if part.read_bytes() != parting.content:
            raise Trouble("写进去的内容读回来不一样，这个 U 盘可能坏了。请换一个 U 盘，再送一次。")
    return path


def open_package(conn: Connection, content: bytes, passphrase: str = "") -> Package:
    """Return a package whose sender is a partner, or which is locked by a passphrase that is known here.

    Its sender is the card as it is known here. Raises `Refused` for a stranger, for a card, and for a kind of package
    that this sender has no business to send here; `Trouble` for what cannot be opened or does not hold together.
    """
    package = unpack(content, keys(conn), passphrase)
    kind, ours = package.header.kind, role(conn)
    if kind == "card":
        raise Refused("这是一张名片，请在「收名片」里打开")
    known_here = {card.sign: card for card in partners(conn)}
    sender = known_here.get(package.sender.sign)
    if kind == "snapshot" and ours == "branch":
        return package
    if sender is None:
        raise Refused(
            f"还不认识送出这个包的电脑（{package.sender.fingerprint}）。请先收下它的名片，并在电话里核对这 8 个字。"
        )
    if kind not in _TAKEN[ours, sender.role]:
        raise Refused(f"这是「{_CALLED[kind]}」包，不是{sender.name}该送到这里来的。请对方重新送一次。")
    return replace(package, sender=sender)


_TAKEN = {
    ("branch", "branch"): ("delta", "request"),
    ("branch", "township"): ("reply", "request"),
    ("township", "branch"): ("report", "request"),
    ("township", "township"): (),
}


class ManyDeletions(Trouble):
    """A package deletes so much that a person must say yes to just that."""

    def __init__(self, outlook: Outlook) -> None:
        self.outlook = outlook
        super().__init__(
            f"这个包要删除 {len(outlook.deletions)} 条记录，数量很大，没有收下，本机资料没有改动。请先核对要删的是哪些，再单独确认。"
        )


def check_seal(package: Package) -> None:
    """Hold that a township sends its own streams only; raise `Unsealed` where it does not."""
    parcel, sign = package.parcel, package.sender.sign
    under_seal = {seal.replica for seal in parcel.seals if seal.sign == sign}
    if package.header.kind == "reply" and under_seal != parcel.end.keys():
        raise Unsealed


def receive(conn: Connection, identity: Identity, package: Package, *, deletions: bool = False) -> Outlook:
    """Take in the acts of a package, and keep what its sender says it has. Raises `ManyDeletions` unless `deletions` says
    yes to them."""
    kind, outlook = package.header.kind, NOTHING
    if kind != "request":
        check_seal(package)
        outlook = merge.take(conn, identity, package.parcel)
        if outlook.drastic and not deletions:
            raise ManyDeletions(outlook)
    acknowledge(conn, package.sender, _received(package) if kind == "reply" else package.parcel.knowledge)
    _know_superiors(conn)
    return outlook


NOTHING = Outlook(0, 0, {}, {}, (), (), 0)


def _received(package: Package) -> Vector:
    """Return what a township says it has: what it received of this branch, and its own stream to it."""
    try:
        received = json.loads(package.report)["received"]["knowledge"]
        return {str(code): int(number) for code, number in received.items()} | package.parcel.knowledge
    except (ValueError, KeyError, TypeError, AttributeError, RecursionError) as error:
        raise Unreadable from error


def _know_superiors(conn: Connection) -> None:
    """Whom one computer of the branch trusts as the township, the others know from its acts."""
    here = {card.sign for card in partners(conn)}
    trusted = select(Superior.name, Superior.sign, Superior.age).where(Superior.removed_at.is_(None))
    for name, sign, age in conn.execute(trusted).all():
        card = Card(sign or "", age or "", name or "", "township", name or "")
        if sign not in here and card.usable:
            keep_partner(conn, replace(card, name=called(conn, card)))


def receive_report(act: Act, package: Package) -> Outlook:
    """Take a village's report into the books of its township, and keep what its sender says it has."""
    sender = package.sender
    try:
        told = read_report(json.loads(package.report))
    except (ValueError, KeyError, TypeError, AttributeError, RecursionError) as error:
        raise Unreadable from error
    village = add_village(act, sender.branch, str(told.about.get("name") or sender.unit))
    taken = take_report(act, village, told, package.parcel.knowledge, package.header.made_at)
    acknowledge(act.conn, sender, package.parcel.knowledge)
    home = _bring_home(act.conn, village, package.parcel)
    changes = sum(taken.new.values()) + sum(taken.changed.values()) + len(taken.removed) + home.changes
    acts = () if taken.stale else (act.ref,)
    return Outlook(
        len(acts) + home.acts,
        int(taken.stale),
        {**taken.new, **home.new},
        {**taken.changed, **home.changed},
        [*taken.removed, *home.deletions],
        home.conflicts,
        0,
        taken=acts,
        changes=changes,
    )


def _bring_home(conn: Connection, village: str, parcel: Parcel) -> Outlook:
    """Take back what this township wrote to a village and has lost since, having been restored from a backup."""
    own, sign = Identity.of_stream(conn, village), keys(conn).card("").sign
    seals = {one.replica: one for one in parcel.seals if one.sign == sign and holds(one)}
    seals.pop(own.code, None)
    start, end = ({code: at[code] for code in seals if code in at} for at in (parcel.start, parcel.end))
    held = {code: known(conn, own).get(code, 0) for code in end}
    for code in end.keys() - streams(conn).keys():
        keep_code(conn, village, code)
    is_here = all(end[code].number <= held[code] for code in end)
    if is_here or any(held[code] < start[code].number for code in end):
        return NOTHING
    acts = [act for act in parcel.acts if act.replica in end]
    return merge.take(conn, own, Parcel(start, end, acts, parcel.photos, tuple(seals.values())))


def branch_name(parcel: Parcel) -> str:
    """Return what the branch in a snapshot was last called, '' where it does not say."""
    told = [
        json.loads(change.fields) for act in parcel.acts for change in act.changes if change.kind == "branch"
    ]
    return next((str(fields["name"]) for fields in reversed(told) if fields.get("name")), "")
