"""Who may open the data: the database key, wrapped once for each user by a password.

`keys.json` and its twin are one small document with a checksum. A changed password wraps the key anew and never
touches the database. A wrong password costs waiting, never data.
"""

import base64
import binascii
import hashlib
import hmac
import json
import os
import secrets
import unicodedata
from collections.abc import Iterable
from contextlib import suppress
from dataclasses import asdict, dataclass, field, replace
from datetime import datetime
from typing import Any

from cryptography.exceptions import InvalidTag
from cryptography.hazmat.primitives.ciphers.aead import AESGCM
from cryptography.hazmat.primitives.kdf.argon2 import Argon2id

from villagebranch.db.cipher import Key
from villagebranch.db.files import spoken, write_whole
from villagebranch.db.place import Place
from villagebranch.domain.errors import Refused, Trouble

ROLES = {"secretary": "书记", "deputy": "副书记", "clerk": "录入员"}
SHORTEST_PASSWORD = 6
_VERSION = 1


class WrongPassword(Refused):
    """The password opens nothing; the next attempt is heard after `wait` seconds."""

    def __init__(self, sentence: str, wait: int) -> None:
        self.wait = wait
        super().__init__({"password": sentence})


class KeysDamaged(Trouble):
    """Neither copy of the key file can be read: not a matter of the password."""


@dataclass(frozen=True)
class Cost:
    """What one guess at a password costs: memory in KiB and passes over it (Argon2id)."""

    memory: int = 64 * 1024
    passes: int = 3
    lanes: int = 4


@dataclass(frozen=True)
class Wrap:
    """The database key, sealed (AES-GCM) under what Argon2id makes of a password."""

    salt: bytes
    nonce: bytes
    sealed: bytes
    cost: Cost


@dataclass(frozen=True)
class User:
    """Somebody with a password; `id` is never used again, and `person` is their id among the people, once known."""

    id: str
    name: str
    role: str
    person: str | None = None
    wrap: Wrap | None = field(default=None, repr=False)


@dataclass(frozen=True)
class Opened:
    """An unlocked vault: who did it, and the key."""

    user: User
    key: Key


@dataclass(frozen=True)
class Keys:
    """The key file. All but the wraps is readable before unlocking: the unlock page shows it.

    `mark` tells keys apart without opening anything; `backed_up` and `carried` are the ISO times of the last backup
    on this computer and on a stick.
    """

    branch: str
    mark: str
    users: tuple[User, ...]
    backed_up: str | None = None
    carried: str | None = None

    def user(self, user_id: str) -> User:
        """Return one user; raise `Refused` when there is none (any more)."""
        for user in self.users:
            if user.id == user_id:
                return user
        raise Refused({"user": "没有这个用户，可能已经被移除。"})

    def open(self, user_id: str | None, password: str) -> Opened | None:
        """Return what `password` opens for the user (None: for anybody), or None when it opens nothing."""
        for user in [self.user(user_id)] if user_id else self.users:
            if key := _unwrapped(user, password):
                return Opened(user, key)
        return None

    def to_bytes(self) -> bytes:
        """Return the content of the file."""
        body = json.dumps(asdict(self) | {"version": _VERSION}, ensure_ascii=False, default=_base64)
        return json.dumps({"checksum": _checksum(body), "body": body}, ensure_ascii=False).encode()

    @classmethod
    def of(cls, content: bytes) -> "Keys":
        """Read the content of the file; raise `KeysDamaged`, or `Trouble` when a newer program wrote it."""
        try:
            outer = json.loads(content)
            if not hmac.compare_digest(outer["checksum"], _checksum(outer["body"])):
                raise KeysDamaged(_DAMAGED)
            body = json.loads(outer["body"])
            if body.pop("version") > _VERSION:
                raise Trouble("这份资料由更新的程序写成，请先升级本程序再打开。")
            return cls(**body | {"users": tuple(_user(**user) for user in body["users"])})
        except (ValueError, KeyError, TypeError, binascii.Error) as error:
            raise KeysDamaged(_DAMAGED) from error


_DAMAGED = "钥匙文件（keys.json）损坏了，打不开资料。这不是密码的问题，请从备份恢复；资料库本身没有动。"


def create(place: Place, branch: str, name: str, password: str, cost: Cost = Cost()) -> Opened:
    """Make a new key with its first user, a secretary; never over keys that are there."""
    if place.keys.exists() or place.keys_copy.exists():
        raise Refused({"folder": "这个文件夹里已经有一份资料。请打开它，或换一个空文件夹。"})
    key = Key.new()
    user = _new_user(key, name, "secretary", password, cost)
    place.prepare()
    _write(place, Keys(branch, mark_of(key), (user,)))
    return Opened(user, key)


def read(place: Place) -> Keys:
    """Return the key file; a damaged copy is mended from its twin, two damaged ones raise `KeysDamaged`."""
    contents = [_content(path) for path in (place.keys, place.keys_copy)]
    if contents == [None, None]:
        raise Trouble("这个文件夹里没有资料，或者钥匙文件不见了。")
    for content in contents:
        with suppress(KeysDamaged):
            keys = Keys.of(content or b"")
            if contents[0] != contents[1]:
                # On a read-only disk the data can still be looked at.
                with suppress(Trouble):
                    _write(place, keys)
            return keys
    raise KeysDamaged(_DAMAGED)


def unlock(place: Place, user_id: str | None, password: str, now: datetime) -> Opened:
    """Return who and the key; raise `WrongPassword`, whose `wait` grows with each failure. `user_id` None tries all."""
    failures, left = _failures(place, now)
    if left:
        raise WrongPassword(f"密码错了几次，请等 {left} 秒再试。", left)
    if opened := read(place).open(user_id, password):
        with spoken():
            place.attempts.unlink(missing_ok=True)
        return opened
    # Where nothing can be written, a wrong password is still just a wrong password.
    with suppress(Trouble):
        write_whole(place.attempts, json.dumps({"failures": failures + 1, "last": now.isoformat()}).encode())
    wait = delay_after(failures + 1)
    pause = f"，请等 {wait} 秒再试" if wait else ""
    raise WrongPassword(f"密码不对{pause}。看一看大写锁定和输入法。", wait)


def delay_after(failures: int) -> int:
    """Return the seconds to wait after so many wrong passwords: three are free, then 2, 4, 8 … up to five minutes."""
    return 0 if failures < 3 else min(2 ** min(failures - 2, 9), 300)


def chosen(password: str, again: str) -> str:
    """Return a password that somebody chose and typed twice; raise `Refused` when it is too short or differs."""
    if len(password) < SHORTEST_PASSWORD:
        raise Refused({"password": f"密码至少 {SHORTEST_PASSWORD} 位，最好是几个好记的字加数字。"})
    if password != again:
        raise Refused({"again": "两次输入的密码不一样，请再输一次。"})
    return password


def add_user(place: Place, key: Key, name: str, role: str, password: str, cost: Cost = Cost()) -> User:
    """Give somebody a password of their own."""
    keys = read(place)
    user = _new_user(key, name, role, password, cost)
    _check(keys.users, user)
    _write(place, replace(keys, users=(*keys.users, user)))
    return user


def change_user(place: Place, user: User) -> None:
    """Save a user's new name, role or person; the password stays."""
    keys = read(place)
    others = [other for other in keys.users if other.id != user.id]
    user = replace(user, wrap=keys.user(user.id).wrap)
    _check(others, user)
    _keep_a_secretary([*others, user])
    _write(place, replace(keys, users=tuple(user if old.id == user.id else old for old in keys.users)))


def remove_user(place: Place, user_id: str) -> None:
    """Take a user's password away; the last secretary stays."""
    keys = read(place)
    gone = keys.user(user_id)
    left = tuple(user for user in keys.users if user != gone)
    _keep_a_secretary(left)
    _write(place, replace(keys, users=left))


def change_password(place: Place, user_id: str, old: str, new: str, now: datetime) -> None:
    """Change one's own password; raise `WrongPassword` when `old` is not it."""
    set_password(place, unlock(place, user_id, old, now).key, user_id, new)


def set_password(place: Place, key: Key, user_id: str, new: str) -> None:
    """Give a user who forgot it a new password, on the strength of the opened key."""
    keys = read(place)
    user = keys.user(user_id)
    if keys.mark != mark_of(key) or user.wrap is None:
        raise ValueError("this key belongs to another database")
    user = replace(user, wrap=_wrapped(key, user_id, new, user.wrap.cost))
    _write(place, replace(keys, users=tuple(user if old.id == user_id else old for old in keys.users)))


def rename_branch(place: Place, branch: str) -> None:
    """Save the name that the unlock page shows."""
    _write(place, replace(read(place), branch=branch))


def note_backup(place: Place, at: datetime, *, on_stick: bool) -> None:
    """Save when the last backup was made, for the unlock page."""
    when = at.isoformat(timespec="seconds")
    keys = read(place)
    _write(place, replace(keys, carried=when) if on_stick else replace(keys, backed_up=when))


def lay_down(place: Place, keys: Keys) -> None:
    """Write a key file that came with a backup."""
    _write(place, keys)


def mark_of(key: Key) -> str:
    """Return a short mark that equal keys share and that tells nothing else of them."""
    return hmac.digest(key.raw, b"villagebranch key mark", "sha256")[:8].hex()


def _new_user(key: Key, name: str, role: str, password: str, cost: Cost) -> User:
    user_id = secrets.token_hex(4)
    user = User(user_id, name.strip(), role, wrap=_wrapped(key, user_id, password, cost))
    _check((), user)
    return user


def _check(others: Iterable[User], user: User) -> None:
    if not user.name:
        raise Refused({"name": "请填用户的姓名。"})
    if user.name in {other.name for other in others}:
        raise Refused({"name": f"已经有叫「{user.name}」的用户，请加上职务或小名区分。"})
    if user.role not in ROLES:
        raise Refused({"role": f"角色请选：{'、'.join(ROLES.values())}。"})


def _keep_a_secretary(users: Iterable[User]) -> None:
    if all(user.role != "secretary" for user in users):
        raise Refused({"role": "至少要留一位书记，不然没有人能管理用户。"})


def _wrapped(key: Key, user_id: str, password: str, cost: Cost) -> Wrap:
    if not password:
        raise Refused({"password": "请填密码。"})
    salt, nonce = os.urandom(16), os.urandom(12)
    sealed = AESGCM(_stretched(password, salt, cost)).encrypt(nonce, key.raw, user_id.encode())
    return Wrap(salt, nonce, sealed, cost)


def _unwrapped(user: User, password: str) -> Key | None:
    if (wrap := user.wrap) is None or not password:
        return None
    try:
        raw = AESGCM(_stretched(password, wrap.salt, wrap.cost)).decrypt(
            wrap.nonce, wrap.sealed, user.id.encode()
        )
    except InvalidTag:
        return None
    return Key(raw)


def _stretched(password: str, salt: bytes, cost: Cost) -> bytes:
    # Full-width digits from a Chinese input method are the same password.
    typed = unicodedata.normalize("NFKC", password).encode()
    kdf = Argon2id(salt=salt, length=32, iterations=cost.passes, lanes=cost.lanes, memory_cost=cost.memory)
    return kdf.derive(typed)


def _failures(place: Place, now: datetime) -> tuple[int, int]:
    """Return the wrong passwords so far and the seconds still to wait; a clock that went back lets one through."""
    try:
        kept = json.loads(place.attempts.read_bytes())
        failures, last = int(kept["failures"]), datetime.fromisoformat(kept["last"])
        passed = (now - last).total_seconds()
    except (OSError, ValueError, KeyError, TypeError):
        return 0, 0
    wait = delay_after(failures)
    return failures, max(0, round(wait - passed)) if passed >= 0 else 0


def _content(path: os.PathLike[str]) -> bytes | None:
    try:
        with open(path, "rb") as file:
            return file.read()
    except FileNotFoundError:
        return None
    except OSError:
        return b""


def _write(place: Place, keys: Keys) -> None:
    """Write the copies one after the other: whenever the power goes, one of them is whole."""
    content = keys.to_bytes()
    write_whole(place.keys, content)
    write_whole(place.keys_copy, content)


def _user(wrap: dict[str, Any], **rest: Any) -> User:
    sealed = {name: base64.b64decode(wrap[name], validate=True) for name in ("salt", "nonce", "sealed")}
    return User(**rest, wrap=Wrap(**sealed, cost=Cost(**wrap["cost"])))


def _base64(value: bytes) -> str:
    return base64.b64encode(value).decode()


def _checksum(body: str) -> str:
    return hashlib.sha256(body.encode()).hexdigest()
