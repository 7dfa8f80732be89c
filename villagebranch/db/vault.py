"""Who may open the data: the key file and its twin on the disk, and the wrong passwords and cards so far.

A changed password wraps the key anew and never touches the database; a wrong one costs waiting, never data.
"""

import json
import secrets
from collections.abc import Callable, Iterable
from contextlib import suppress
from dataclasses import replace
from datetime import datetime
from pathlib import Path

from villagebranch.db.cipher import Key
from villagebranch.db.files import write_whole
from villagebranch.db.keys import FULL_COST, CardLock, Cost, Keys, KeysDamaged, Opened, User, Wrap, mark_of
from villagebranch.db.place import Place
from villagebranch.domain.errors import Refused, Trouble
from villagebranch.domain.recovery_card import POSSIBLE, Card, card_of, read_card
from villagebranch.domain.roles import ROLES

SHORTEST_PASSWORD = 6


class WrongPassword(Refused):
    """The password (or the recovery card) opens nothing; the next attempt is heard after `wait` seconds."""

    def __init__(self, field: str, sentence: str, wait: int) -> None:
        self.wait = wait
        super().__init__({field: sentence})


def create(place: Place, branch: str, name: str, password: str, cost: Cost = FULL_COST) -> Opened:
    """Make a new key with its first user, a secretary; never over keys that are there."""
    if any(path.exists() for path in (place.keys, place.keys_copy, place.database)):
        raise Refused({"folder": "这个文件夹里已经有一份资料。请打开它，或换一个空文件夹。"})
    key = Key.new()
    user = _new_user(key, name, "secretary", password, cost)
    place.prepare()
    write(place, Keys(branch, mark_of(key), (user,)))
    return Opened(user, key)


def read(place: Place) -> Keys:
    """Return the key file; a damaged copy is mended from its twin, two damaged ones raise `KeysDamaged`."""
    contents = [_content(path) for path in (place.keys, place.keys_copy)]
    if contents == [None, None]:
        raise Trouble("这个文件夹里没有资料，或者钥匙文件（keys.json）不见了。")
    for content in contents:
        with suppress(KeysDamaged):
            keys = Keys.of(content or b"")
            if contents[0] != contents[1]:
                # Where nothing can be written, the data can still be looked at.
                with suppress(Trouble):
                    write(place, keys)
            return keys
    raise KeysDamaged


def write(place: Place, keys: Keys) -> None:
    """Write the copies one after the other: whenever the power goes, one of them is whole."""
    write_whole(place.keys, keys.to_bytes())
    # The first one counts: to say now that nothing was changed would be untrue. `read` mends the twin.
    with suppress(Trouble):
        write_whole(place.keys_copy, keys.to_bytes())


def unlock(
    place: Place, user_id: str | None, password: str, now: datetime, keys: Keys | None = None
) -> Opened:
    """Return who opened it and the key (`user_id` None tries every user), by today's keys or those of a backup.

    Raises `WrongPassword`, with a `wait` that grows from failure to failure, and is counted over restarts.
    """
    wrong = "密码不对{}。看一看大写锁定和输入法。"
    return _heard(place, now, "password", wrong, lambda: (keys or read(place)).open(user_id, password))


def unlock_by_card(place: Place, card: str, now: datetime, keys: Keys | None = None) -> Opened:
    """Return the key for the digits of a recovery card, in the name of a secretary. Raises as `unlock` does."""
    known = keys or read(place)
    if known.card is None:
        raise Refused({"card": "这份资料还没有做过应急卡，只能用密码打开。"})
    digits = "".join(read_card(card))
    wrong = "这张卡打不开这份资料{}。它可能是换过以后作废的旧卡，或另一个支部的卡；资料没有坏。"
    return _heard(place, now, "card", wrong, lambda: known.open_by_card(digits))


def new_card() -> Card:
    """Draw a recovery card; it opens nothing before `set_card`."""
    return card_of(secrets.randbelow(POSSIBLE))


def set_card(place: Place, key: Key, card: Card, now: datetime, cost: Cost = FULL_COST) -> None:
    """Let `card` open the data, and the one before it no longer."""
    lock = CardLock.around(key, "".join(card), now.isoformat(timespec="seconds"), cost)
    write(place, replace(read(place), card=lock))


def delay_after(failures: int) -> int:
    """Return the seconds to wait after so many wrong passwords: two are free, then 2, 4, 8 … 300."""
    return 0 if failures < 3 else min(2 ** min(failures - 2, 9), 300)


def chosen(password: str, again: str) -> str:
    """Return a password that somebody chose and typed twice; raise `Refused` when it is too short or differs."""
    if len(password) < SHORTEST_PASSWORD:
        raise Refused({"password": f"密码至少 {SHORTEST_PASSWORD} 位，最好是几个好记的词加数字。"})
    if password != again:
        raise Refused({"again": "两次输入的密码不一样，请再输一次。"})
    return password


def add_user(place: Place, key: Key, name: str, role: str, password: str, cost: Cost = FULL_COST) -> User:
    """Give somebody a password of their own."""
    keys = read(place)
    user = _new_user(key, name, role, password, cost)
    _check(keys.users, user)
    write(place, replace(keys, users=(*keys.users, user)))
    return user


def set_role(place: Place, user_id: str, role: str) -> None:
    """Give a user another role; the last secretary stays one."""
    keys = read(place)
    user = replace(keys.user(user_id), role=role)
    _check((), user)
    _save_users(place, keys, (user if old.id == user_id else old for old in keys.users))


def remove_user(place: Place, user_id: str) -> None:
    """Take a user's password away; the last secretary stays."""
    keys = read(place)
    gone = keys.user(user_id)
    _save_users(place, keys, (user for user in keys.users if user != gone))


def change_password(place: Place, user_id: str, old: str, new: str, now: datetime) -> None:
    """Change one's own password; raise `WrongPassword` when `old` is not it."""
    set_password(place, unlock(place, user_id, old, now).key, user_id, new)


def set_password(place: Place, key: Key, user_id: str, new: str) -> None:
    """Give a user who forgot it a new password, on the strength of the opened key."""
    keys = read(place)
    user = keys.user(user_id)
    user = replace(user, wrap=Wrap.around(key, user_id, new, user.wrap.cost))
    _save_users(place, keys, (user if old.id == user_id else old for old in keys.users))


def rename_branch(place: Place, branch: str) -> None:
    """Save the name that the unlock page shows."""
    write(place, replace(read(place), branch=branch))


def note_backup(place: Place, at: datetime, *, on_stick: bool) -> None:
    """Save when the last backup was made, for the unlock page and the status line."""
    when = at.isoformat(timespec="seconds")
    keys = read(place)
    write(place, replace(keys, carried=when) if on_stick else replace(keys, backed_up=when))


def _new_user(key: Key, name: str, role: str, password: str, cost: Cost) -> User:
    user_id = secrets.token_hex(4)
    user = User(user_id, name.strip(), role, Wrap.around(key, user_id, password, cost))
    _check((), user)
    return user


def _check(others: Iterable[User], user: User) -> None:
    if not user.name:
        raise Refused({"name": "请填用户的姓名。"})
    if user.name in {other.name for other in others}:
        raise Refused({"name": f"已经有叫「{user.name}」的用户，请加上职务或小名区分。"})
    if user.role not in ROLES:
        raise Refused({"role": f"角色请选：{'、'.join(ROLES.values())}。"})


def _save_users(place: Place, keys: Keys, users: Iterable[User]) -> None:
    keys = replace(keys, users=tuple(users))
    if all(user.role != "secretary" for user in keys.users):
        raise Refused({"role": "至少要留一位书记，不然没有人能管理用户。"})
    write(place, keys)


def _heard(
    place: Place, now: datetime, field: str, wrong: str, attempt: Callable[[], Opened | None]
) -> Opened:
    """Return what `attempt` opens, unless it comes too soon; count it when that is nothing."""
    failures, wait = _failures(place, now)
    if wait:
        raise WrongPassword(field, f"错了几次，请等 {wait} 秒再试。", wait)
    if opened := attempt():
        with suppress(OSError):
            place.attempts.unlink(missing_ok=True)
        return opened
    wait = delay_after(failures + 1)
    # Where nothing can be written, a wrong password is still just a wrong password.
    with suppress(Trouble):
        write_whole(place.attempts, json.dumps({"failures": failures + 1, "last": now.isoformat()}).encode())
    raise WrongPassword(field, wrong.format(f"，请等 {wait} 秒再试" if wait else ""), wait)


def _failures(place: Place, now: datetime) -> tuple[int, int]:
    """Return the wrong passwords so far and the seconds still to wait; after a clock went back there are none."""
    try:
        kept = json.loads(place.attempts.read_bytes())
        failures, last = int(kept["failures"]), datetime.fromisoformat(kept["last"])
        passed = (now - last).total_seconds()
    except (OSError, ValueError, KeyError, TypeError):
        return 0, 0
    return failures, max(0, round(delay_after(failures) - passed)) if passed >= 0 else 0


def _content(path: Path) -> bytes | None:
    """Return what is in a copy: None when it is not there, nothing when the disk does not give it."""
    try:
        return path.read_bytes()
    except FileNotFoundError:
        return None
    except OSError:
        return b""
