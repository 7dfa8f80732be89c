"""Who is who between computers: the keys of this one, the cards (名片) of others, and what each is known to have."""

import hashlib
import json
from collections.abc import Mapping, Sequence
from dataclasses import asdict, dataclass, fields, replace

from cryptography.exceptions import InvalidSignature
from cryptography.hazmat.primitives.asymmetric.ed25519 import Ed25519PrivateKey, Ed25519PublicKey
from pyrage import RecipientError, x25519
from sqlalchemy import Connection, delete, insert, select, update

from villagebranch.db.among import among
from villagebranch.db.identity import LocalState, Partner, role
from villagebranch.domain.errors import Refused
from villagebranch.services.branch import branch
from villagebranch.sync.parcel import Vector

_LETTERS = b"23456789abcdefghjkmnpqrstuvwxyz"
_SIGN, _AGE = "sign_key", "age_key"


@dataclass(frozen=True)
class Card:
    """The public keys of a computer, and what it is called; `sign` is Ed25519 in hex, `age` an age recipient.

    `role` is 'branch' or 'township', `unit` what its branch or township is called, `branch` the id of that branch's
    record: all computers of a branch have the same.
    """

    sign: str
    age: str
    name: str
    role: str = "branch"
    unit: str = ""
    branch: str = ""

    @property
    def fingerprint(self) -> str:
        """Eight characters to be read out over the phone: whoever reads out the same has the same card."""
        number = int.from_bytes(hashlib.sha256(f"{self.sign} {self.age}".encode()).digest())
        letters = bytearray()
        for _ in range(8):
            number, rest = divmod(number, len(_LETTERS))
            letters.append(_LETTERS[rest])
        return f"{letters[:4].decode()}-{letters[4:].decode()}"

    @property
    def usable(self) -> bool:
        """Whether the keys are such, and the card says whose."""
        try:
            Ed25519PublicKey.from_public_bytes(bytes.fromhex(self.sign))
            x25519.Recipient.from_str(self.age)
        except (ValueError, RecipientError):
            return False
        return bool(self.name)


@dataclass(frozen=True)
class Keys:
    """The secret keys of this computer; they live in the encrypted database and never leave it."""

    sign: Ed25519PrivateKey
    age: x25519.Identity

    def card(self, name: str) -> Card:
        return Card(self.sign.public_key().public_bytes_raw().hex(), str(self.age.to_public()), name)

    def own_card(self, conn: Connection, name: str) -> Card:
        """Return the card with what this database says of itself."""
        facts = branch(conn)
        return replace(self.card(name), role=role(conn), unit=facts.name, branch=facts.id)


def new_keys() -> Keys:
    """Return keys that nobody has yet."""
    return Keys(Ed25519PrivateKey.generate(), x25519.Identity.generate())


def keys(conn: Connection) -> Keys:
    """Return the keys of this database, made at their first use: within a transaction that may write."""
    rows = conn.execute(select(LocalState.key, LocalState.value).where(LocalState.key.in_((_SIGN, _AGE))))
    kept = {key: value for key, value in rows}
    if not kept:
        made = new_keys()
        kept = {_SIGN: made.sign.private_bytes_raw().hex(), _AGE: str(made.age)}
        conn.execute(insert(LocalState), [{"key": key, "value": value} for key, value in kept.items()])
    return Keys(
        Ed25519PrivateKey.from_private_bytes(bytes.fromhex(kept[_SIGN])), x25519.Identity.from_str(kept[_AGE])
    )


def forget_keys(conn: Connection) -> None:
    """Give this computer other keys from now on, and so another card: for a copy, whose original has the same."""
    conn.execute(delete(LocalState).where(LocalState.key.in_((_SIGN, _AGE))))


def verifies(card: Card, signature: bytes, message: bytes) -> bool:
    """Tell whether the owner of a card signed a message."""
    try:
        Ed25519PublicKey.from_public_bytes(bytes.fromhex(card.sign)).verify(signature, message)
    except (ValueError, InvalidSignature):
        return False
    return True


def keep_partner(conn: Connection, card: Card) -> None:
    """Keep a card among the partners; one with the same keys is only named anew. Raises `Refused` for a taken name.

    Trust in a township, or in a village, is the whole unit's: see `handover.trust`.
    """
    for other in partners(conn):
        if other.name == card.name and other.sign != card.sign:
            raise Refused({"name": f"已有一个叫「{card.name}」的交换对象，请另起一个名字"})
    acked = conn.scalar(select(Partner.acked).where(Partner.sign == card.sign)) or "{}"
    conn.execute(delete(Partner).where(Partner.sign == card.sign))
    conn.execute(insert(Partner), asdict(card) | {"acked": acked})


_PARTNER = [getattr(Partner, part.name) for part in fields(Card)]


def forget(conn: Connection, card: Card) -> None:
    """Exchange with a partner no more: what it sends is a stranger's from now on."""
    conn.execute(delete(Partner).where(Partner.sign == card.sign))


def partners(conn: Connection) -> list[Card]:
    """Return the cards that are trusted, by name."""
    return [Card(*row) for row in conn.execute(select(*_PARTNER).order_by(Partner.name))]


def partner(conn: Connection, name: str) -> Card:
    """Return the partner of that name or fingerprint; raise `Refused` where there is none."""
    for card in partners(conn):
        if name in (card.name, card.fingerprint):
            return card
    raise Refused({"name": f"没有叫「{name}」的交换对象，请先收下对方的名片"})


def acknowledged(conn: Connection, card: Card) -> Vector:
    """Return what a partner last said it had."""
    return all_acknowledged(conn, [card])[0]


def all_acknowledged(conn: Connection, partners: Sequence[Card]) -> list[Vector]:
    """Return what each of these partners last said it had."""
    told = among(Partner.sign, [card.sign for card in partners])
    rows = conn.execute(select(Partner.sign, Partner.acked).where(told)).tuples()
    kept: Mapping[str, Vector] = {sign: json.loads(acked) for sign, acked in rows}
    return [kept.get(card.sign, {}) for card in partners]


def acknowledge(conn: Connection, card: Card, knowledge: Vector) -> None:
    """Keep what a partner says it has: its latest word counts, since a restored one has less than before."""
    saying = update(Partner).where(Partner.sign == card.sign)
    conn.execute(saying.values(acked=json.dumps(knowledge, sort_keys=True)))
