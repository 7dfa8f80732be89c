"""A partner who lies: packages rightly locked and signed by a real key, in which anything at all may stand."""

import hashlib
import json
import struct
from collections.abc import Callable
from contextlib import suppress
from dataclasses import replace
from datetime import date
from random import Random
from typing import Any

import pyrage
import zstandard
from pyrage import x25519

from tests.sync.replicas import Replica
from villagebranch.db.journal import link
from villagebranch.domain.errors import Trouble
from villagebranch.records.household import Household
from villagebranch.records.household_member import HouseholdMember
from villagebranch.records.person import Person
from villagebranch.records.visit import Visit
from villagebranch.services import branch as branches
from villagebranch.sync import cards, handover, merge, package
from villagebranch.sync.cards import Keys
from villagebranch.sync.parcel import Change, ForeignAct, Parcel, Point

AT, PASSPHRASE = "2026-11-23T09:30:00", "梅溪村的口令2026"
_BODY = b"age-encryption.org/v1"
DEEP = "[" * 20_000
HOSTILE: tuple[Any, ...] = (
    None, True, False, 0, -1, 1, 2**31, 2**63 - 1, 2**63, -(2**63) - 1, 10**40, 1.5, 1e308, "", "x", "0", "\0", "\ud800",
    "2026-02-30", "9999-12-31", "-" * 300, "甲" * 5000, "id", "removed_at", "name; DROP TABLE person", '"', "*", [], {},
    [[]], [None], {"": None}, {"x": {"y": []}}, "\x01raw:NaN", "\x01raw:-Infinity", "\x01raw:1e999", "\x01raw:" + DEEP,
    "\x01raw:" + "9" * 5000, '\x01raw:{"a":1,"a":2}', "merged_into", "person", "attachment", "branch", "superior", "sync_act",
)  # fmt: skip


class Pair:
    """Two laptops of one branch that know each other, and a township that both know."""

    def __init__(self) -> None:
        self.liar, self.victim, self.town = Replica(), Replica(), Replica()
        _settle(self.liar)
        self.victim.take(self.liar.parcel())
        _more(self.liar)
        self.keys = {replica: _keys(replica) for replica in (self.liar, self.victim, self.town)}
        branch = self.liar.read("SELECT id FROM branch")[0][0]
        self.cards = {
            replica: replace(self.keys[replica].card(name), branch=branch)
            for replica, name in ((self.liar, "甲"), (self.victim, "乙"), (self.town, "镇"))
        }
        self.cards[self.town] = replace(self.cards[self.town], role="township", branch="", unit="枫泾镇")
        for other in (self.liar, self.town):
            with self.victim.store.receive() as (conn, _):
                cards.keep_partner(conn, self.cards[other])
        self.image = self.victim.back_up()
        self.parcel = self.liar.parcel(self.victim.known())
        self.whole = self.liar.parcel()

    def open(self, content: bytes) -> str:
        """Let the victim take a package in, and put back what it did: 'taken', or the name of the trouble."""
        try:
            with self.victim.store.receive() as (conn, identity):
                opened = handover.open_package(conn, content, PASSPHRASE)
                merge.foresee(conn, identity, opened.parcel)
                handover.receive(conn, identity, opened, deletions=True)
                raise Taken
        except Trouble as told:
            return type(told).__name__


class Taken(Trouble):
    """It was taken: roll back."""


def _keys(replica: Replica) -> Keys:
    with replica.store.receive() as (conn, _):
        return cards.keys(conn)


def _settle(replica: Replica) -> None:
    with replica.store.write("甲", "新建") as act:
        branches.save(act, {"name": "梅溪村党支部", "secretary": "王堃"}, date(2026, 11, 23))
        for number in range(3):
            home = act.add(Household, {"villager_group": "5组", "door": f"{number}号"})
            person = act.add(Person, {"name": f"陆根{number}", "phone": "13800000001"})
            act.add(HouseholdMember, {"household_id": home, "person_id": person, "relation": "head"})


def _more(replica: Replica) -> None:
    home, person = (replica.read(f"SELECT id FROM {kind}")[0][0] for kind in ("household", "person"))
    for number in range(4):
        visit = {"household_id": home, "occurred_on": f"2026-11-{number + 1:02}", "visitors": person}
        replica.add(Visit, **visit, visit_type="home")
    replica.set(Person, person, phone="13800000002", merged_into=replica.read("SELECT id FROM person")[1][0])


def told(value: Any) -> bytes:
    """Return JSON in which what only text can say (NaN, depth, a name twice) stands as such."""
    text = json.dumps(value, ensure_ascii=True)
    for raw in HOSTILE:
        if isinstance(raw, str) and raw.startswith("\x01raw:"):
            text = text.replace(json.dumps(raw), raw[5:])
    return text.encode()


def twisted(value: Any, chance: Random) -> Any:
    """Return a JSON value with something in it replaced, taken away, doubled or renamed."""
    if isinstance(value, dict) and value and chance.random() < 0.9:
        name = chance.choice(sorted(value))
        match chance.randrange(12):
            case 0:
                return {key: one for key, one in value.items() if key != name}
            case 1:
                return value | {str(chance.choice(HOSTILE)): value[name]}
            case _:
                return value | {name: twisted(value[name], chance)}
    if isinstance(value, list) and value and chance.random() < 0.9:
        place = chance.randrange(len(value))
        match chance.randrange(12):
            case 0:
                return value[:place] + value[place + 1 :]
            case 1:
                return value[:place] + value[place:] * 2
            case 2:
                return value[::-1]
            case _:
                return [*value[:place], twisted(value[place], chance), *value[place + 1 :]]
    if isinstance(value, int) and chance.random() < 0.4:
        return value + chance.choice((-1, 1, 2**31))
    return chance.choice(HOSTILE)


class Forger:
    """Makes packages of one pair; each method is one way to lie."""

    def __init__(self, pair: Pair) -> None:
        self.pair = pair
        self.honest = self._pack(pair.parcel)
        self.parts = self._opened(self.honest)
        self.ways: tuple[Callable[[Random], bytes], ...] = (
            self.bytes_changed, self.inner_changed, self.manifest, self.manifest, self.pages, self.pages, self.pages,
            self.acts, self.acts, self.acts, self.kinds,
        )  # fmt: skip

    def _pack(self, parcel: Parcel, kind: str = "delta", **more: Any) -> bytes:
        liar = self.pair.liar
        sender = (self.pair.keys[liar], self.pair.cards[liar])
        return package.pack(kind, parcel, sender, AT, to=self.pair.cards[self.pair.victim], **more)

    def _opened(self, content: bytes) -> tuple[bytes, dict, bytes]:
        """Return what precedes the locked part, the manifest, and what follows the signature."""
        at = content.index(_BODY)
        inner = pyrage.decrypt(content[at:], [self.pair.keys[self.pair.victim].age])
        (length,) = struct.unpack(">I", inner[:4])
        return content[:at], json.loads(inner[4 : 4 + length]), inner[4 + length + 64 :]

    def locked(self, inner: bytes) -> bytes:
        """Return a package whose recipient can open these bytes."""
        recipient = x25519.Recipient.from_str(self.pair.cards[self.pair.victim].age)
        return self.parts[0] + pyrage.encrypt(inner, [recipient])

    def signed(self, manifest: bytes, rest: bytes) -> bytes:
        """Return a package with this manifest, rightly signed, and these chunks."""
        signature = self.pair.keys[self.pair.liar].sign.sign(package._SIGNED_AS + manifest)
        return self.locked(struct.pack(">I", len(manifest)) + manifest + signature + rest)

    def with_text(self, text: bytes, acts: int | None = None) -> bytes:
        """Return a package of these pages, whose sizes and hashes are right."""
        packed = zstandard.compress(text, 1)
        chunks = [[len(text), len(packed), hashlib.sha256(packed).hexdigest()]]
        manifest = self.parts[1] | {"chunks": chunks, "report": 0}
        return self.signed(told(manifest if acts is None else manifest | {"acts": acts}), packed)

    @property
    def text(self) -> bytes:
        """The pages of the honest package."""
        return b"".join(package.write_pages(self.pair.parcel.acts))

    def bytes_changed(self, chance: Random) -> bytes:
        return damaged(self.honest, chance)

    def inner_changed(self, chance: Random) -> bytes:
        return self.locked(damaged(self.honest[:0] + self._inner(), chance))

    def _inner(self) -> bytes:
        manifest = told(self.parts[1])
        signature = self.pair.keys[self.pair.liar].sign.sign(package._SIGNED_AS + manifest)
        return struct.pack(">I", len(manifest)) + manifest + signature + self.parts[2]

    def manifest(self, chance: Random) -> bytes:
        return self.signed(told(twisted(self.parts[1], chance)), self.parts[2])

    def pages(self, chance: Random) -> bytes:
        lines = self.text.splitlines()
        place = chance.randrange(len(lines))
        if chance.random() < 0.2:
            lines[place] = damaged(lines[place], chance)
        else:
            lines[place] = told(twisted(json.loads(lines[place]), chance))
        return self.with_text(b"\n".join(lines) + b"\n")

    def acts(self, chance: Random) -> bytes:
        """Change what the acts say, and reckon the chain anew: all of it holds together."""
        acts = list(self.pair.parcel.acts)
        for _ in range(chance.randint(1, 3)):
            place = chance.randrange(len(acts))
            with suppress(
                ValueError, TypeError, RecursionError
            ):  # a lie about a lie that is no JSON any more
                acts[place] = _lied(acts[place], chance)
        return self._chained(acts)

    def _chained(self, acts: list[ForeignAct]) -> bytes:
        start, parcel = self.pair.parcel.start, self.pair.parcel
        ends = dict(start)
        try:
            for act in acts:
                last = ends.get(act.replica, Point(0, b""))
                ends[act.replica] = Point(
                    last.number + 1, link(last.chain, act.head, act.vector, act.changes)
                )
            return self._pack(replace(parcel, acts=acts, end=parcel.end | ends))
        except (
            ValueError,
            TypeError,
            AttributeError,
            KeyError,
            RecursionError,
        ):  # what cannot even be written down
            return self.honest

    def kinds(self, chance: Random) -> bytes:
        kind = chance.choice((*package.KINDS, "delta"))
        report = told(twisted({"received": {"knowledge": {"x": 1}, "at": AT}}, chance))
        return self._pack(chance.choice((self.pair.parcel, self.pair.whole)), kind, report=report)


def _lied(act: ForeignAct, chance: Random) -> ForeignAct:
    if chance.random() < 0.4:
        name = chance.choice(("author", "at", "form", "schema", "undoes", "vector", "stamp"))
        value = chance.choice(HOSTILE)
        return act._replace(**{name: value if name != "stamp" or isinstance(value, int) else act.stamp})
    if not act.changes:
        return act
    changes = list(act.changes)
    place = chance.randrange(len(changes))
    kind, record, fields = changes[place]
    match chance.randrange(6):
        case 0:
            kind = str(chance.choice((*HOSTILE, *_KINDS)))
        case 1:
            record = str(chance.choice(HOSTILE))
        case 2:
            fields = _unlocked(told(twisted(json.loads(fields), chance)))
        case 3:
            kind, fields = chance.choice(_KINDS), _unlocked(told(twisted(json.loads(fields), chance)))
        case _:
            named = {chance.choice(_COLUMNS): chance.choice(HOSTILE) for _ in range(3)}
            fields = _unlocked(told(json.loads(fields) | named))
    changes[place] = Change(kind, record, fields)
    return act._replace(changes=tuple(changes), fields=None)


def _unlocked(text: bytes) -> str:
    return text.decode("utf-8", "replace")


_KINDS = (
    "person",
    "household",
    "visit",
    "attachment",
    "branch",
    "superior",
    "issue",
    "monthly_summary",
    "household_member",
)
_COLUMNS = (
    "name", "phone", "merged_into", "removed_at", "number", "household_id", "person_id", "visitors", "sha256", "snapshot",
    "sign", "age", "occurred_on", "id", "rowid", "stage", "period", "state",
)  # fmt: skip


def damaged(content: bytes, chance: Random) -> bytes:
    """Flip, cut, swap or double a part of some bytes."""
    if len(content) < 4:
        return content + b"x"
    one, other = sorted(chance.sample(range(len(content)), 2))
    changed = bytearray(content)
    match chance.randrange(5):
        case 0:
            changed[one] ^= 1 << chance.randrange(8)
        case 1:
            del changed[one:]
        case 2:
            changed[one:other] = changed[one:other][::-1]
        case 3:
            changed[one:one] = changed[one : one + chance.randrange(1, 200)]
        case _:
            for place in chance.sample(range(len(content)), min(8, len(content))):
                changed[place] = chance.randrange(256)
    return bytes(changed)
