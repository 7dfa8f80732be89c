"""The key file as a document: the users, and the database key wrapped by the password of each and by the recovery card."""

import base64
import hashlib
import hmac
import json
import os
import unicodedata
from dataclasses import asdict, dataclass, field
from typing import Any

from villagebranch.db.cipher import Key
from villagebranch.domain.errors import Refused, Trouble

_VERSION = 2  # the first had no recovery card
_CARD = "recovery card"


class KeysDamaged(Trouble):
    """The key file cannot be read: not a matter of the password."""

    def __init__(self) -> None:
        super().__init__("钥匙文件（keys.json）损坏了，打不开资料。这不是密码的问题，请从备份恢复。")


@dataclass(frozen=True)
class Cost:
    """What one guess at a password costs: memory in KiB, passes over it, threads (Argon2id)."""

    memory: int = 64 * 1024
    passes: int = 3
    lanes: int = 4

    def __post_init__(self) -> None:
        # A file from a stick must not make us take all the memory there is.
        if self.memory > 1 << 20 or self.passes > 20 or self.lanes > 16:
            raise ValueError("no key of ours costs so much")


FULL_COST = Cost()


@dataclass(frozen=True)
class Wrap:
    """The database key, sealed (AES-GCM) under what Argon2id makes of a password."""

    salt: bytes
    nonce: bytes
    sealed: bytes
    cost: Cost

    @classmethod
    def around(cls, key: Key, owner: str, password: str, cost: Cost) -> "Wrap":
        """Seal `key` for the user with the id `owner`."""
        if not password:
            raise Refused({"password": "请填密码。"})
        from cryptography.hazmat.primitives.ciphers.aead import AESGCM

        salt, nonce = os.urandom(16), os.urandom(12)
        sealed = AESGCM(_stretched(password, salt, cost)).encrypt(nonce, key.raw, owner.encode())
        return cls(salt, nonce, sealed, cost)

    def open(self, owner: str, password: str) -> Key | None:
        """Return the key, or None when the password is not the one."""
        from cryptography.exceptions import InvalidTag
        from cryptography.hazmat.primitives.ciphers.aead import AESGCM

        lid = AESGCM(_stretched(password, self.salt, self.cost))
        try:
            return Key(lid.decrypt(self.nonce, self.sealed, owner.encode()))
        except InvalidTag:
            return None


def _stretched(password: str, salt: bytes, cost: Cost) -> bytes:
    # Slow to import, and not needed to read whose data this is, which the first page shows.
    from cryptography.hazmat.primitives.kdf.argon2 import Argon2id

    # Full-width digits from a Chinese input method are the same password.
    typed = unicodedata.normalize("NFKC", password).encode()
    kdf = Argon2id(salt=salt, length=32, iterations=cost.passes, lanes=cost.lanes, memory_cost=cost.memory)
    return kdf.derive(typed)


@dataclass(frozen=True)
class User:
    """Somebody with a password; `id` is never used again, `person` is their id among the people, once known."""

    id: str
    name: str
    role: str
    wrap: Wrap = field(repr=False)
    person: str | None = None


@dataclass(frozen=True)
class CardLock:
    """The lock that the recovery card opens, and since when (ISO time)."""

    wrap: Wrap = field(repr=False)
    made_at: str

    @classmethod
    def around(cls, key: Key, card: str, made_at: str, cost: Cost) -> "CardLock":
        """Seal `key` for whoever has the digits of `card`."""
        return cls(Wrap.around(key, _CARD, card, cost), made_at)


@dataclass(frozen=True)
class Opened:
    """An unlocked vault: who did it, and the key."""

    user: User
    key: Key


@dataclass(frozen=True)
class Keys:
    """The key file. All but the sealed keys may be read before unlocking: the unlock page shows it.

    `mark` tells one database's keys from another's; `backed_up` and `carried` are the ISO times of the last backup
    on this computer and on a stick.
    """

    branch: str
    mark: str
    users: tuple[User, ...]
    backed_up: str | None = None
    carried: str | None = None
    card: CardLock | None = None

    def user(self, user_id: str) -> User:
        """Return one user; raise `Refused` when there is none (any more)."""
        for user in self.users:
            if user.id == user_id:
                return user
        raise Refused({"user": "没有这个用户，可能已经被移除。"})

    def open(self, user_id: str | None, password: str) -> Opened | None:
        """Return what `password` opens for the user (None: for anybody), or None when it opens nothing."""
        for user in [self.user(user_id)] if user_id else self.users:
            if key := user.wrap.open(user.id, password):
                return Opened(user, key)
        return None

    def open_by_card(self, card: str) -> Opened | None:
        """Return what the digits of a recovery card open, in the name of the first secretary; None when nothing."""
        key = self.card.wrap.open(_CARD, card) if self.card else None
        secretaries = [user for user in self.users if user.role == "secretary"]
        return Opened((secretaries or self.users)[0], key) if key else None

    def to_bytes(self) -> bytes:
        """Return the content of the file."""
        body = json.dumps({"version": _VERSION} | asdict(self), ensure_ascii=False, default=_base64)
        return json.dumps({"checksum": _checksum(body), "body": body}, ensure_ascii=False, indent=1).encode()

    @classmethod
    def of(cls, content: bytes) -> "Keys":
        """Read the content of the file; raise `KeysDamaged`, or `Trouble` when a newer program wrote it."""
        try:
            outer = json.loads(content)
            if outer["checksum"] != _checksum(outer["body"]):
                raise KeysDamaged
            body = json.loads(outer["body"])
            if body.pop("version") > _VERSION:
                raise Trouble("这份资料是用更新版本的连心册建的，请先升级程序再打开。资料没有改动。")
            users, card = tuple(_user(**user) for user in body["users"]), body.get("card")
            lock = CardLock(_wrap(card["wrap"]), str(card["made_at"])) if card else None
            return cls(**body | {"users": users, "card": lock})
        except (ValueError, KeyError, TypeError, AttributeError, RecursionError) as error:
            raise KeysDamaged from error


def mark_of(key: Key) -> str:
    """Return a short mark that equal keys share and that tells nothing else of them."""
    return hmac.digest(key.raw, b"villagebranch key mark", "sha256")[:8].hex()


def _user(wrap: dict[str, Any], **rest: Any) -> User:
    return User(**rest, wrap=_wrap(wrap))


def _wrap(told: dict[str, Any]) -> Wrap:
    sealed = {name: base64.b64decode(told[name], validate=True) for name in ("salt", "nonce", "sealed")}
    return Wrap(**sealed, cost=Cost(**told["cost"]))


def _base64(value: bytes) -> str:
    return base64.b64encode(value).decode()


def _checksum(body: str) -> str:
    return hashlib.sha256(body.encode()).hexdigest()
