"""The commands for what is there twice: people and households entered twice, and computers that are copies of each other."""

from argparse import ArgumentParser, Namespace
from collections.abc import Callable
from pathlib import Path
from typing import Any

from villagebranch.db.seat import Seat
from villagebranch.exchange_commands import Answer, Declare, passphrase
from villagebranch.services import merging
from villagebranch.services.duplicates import Pair, suspicions, tell_apart
from villagebranch.services.spelling import pinyin
from villagebranch.services.stragglers import Straggler, bring_over
from villagebranch.sync import cards, errands


def declare(command: Declare) -> None:
    """Tell the parser of the commands in this module; `command` makes one that is done on an open seat."""
    command("duplicates", _duplicates, "查重：可能重复的人和户，以及并了以后又来的内容")
    for name, act, told in (
        ("merge", _merge, "把 GONE 并入 KEEP；不一样的字段留更全的、后写的"),
        ("not-same", _tell_apart, "记住这两条不是同一个，以后不再列出"),
        ("bring-over", _bring_over, "把并了以后又来的内容归到留下的那条"),
    ):
        _about_two(command(name, act, told))
    made = command("new-identity", _renew, "这台是复制出来的：换一个新编号和新名片，分开以后记的一笔不少")
    made.add_argument("package", type=Path, nargs="?", help="查出编号重复的那个交换包")
    made.add_argument("--deletions", action="store_true", help="大批删除也收下")


def _about_two(made: ArgumentParser) -> None:
    made.add_argument("kind", choices=list(merging.ACTS))
    made.add_argument("keep")
    made.add_argument("gone")


def _duplicates(_asked: Namespace, held: Seat) -> Answer:
    with held.store.read() as conn:
        found = suspicions(conn, pinyin())
    return [_told(one) | {"title": found.named(one)} for one in found.found]


def _told(one: Pair | Straggler) -> dict[str, Any]:
    told: dict[str, Any] = {"kind": one.kind, "keep": one.keep, "gone": one.gone}
    if isinstance(one, Pair):
        return told | {"reasons": list(one.reasons)}
    return told | {"late": {**one.records, **{field.name: stored for field, stored in one.late}}}


def _written(asked: Namespace, held: Seat, form: str, write: Callable[..., object]) -> Answer:
    with held.store.write(held.user.name, form) as act:
        write(act)
    return {"kind": asked.kind, "keep": asked.keep, "gone": asked.gone, "act": str(held.store.last_act)}


def _merge(asked: Namespace, held: Seat) -> Answer:
    form = merging.ACTS[asked.kind]
    return _written(asked, held, form, lambda act: merging.merge(act, asked.kind, asked.keep, asked.gone))


def _tell_apart(asked: Namespace, held: Seat) -> Answer:
    return _written(asked, held, "不是同一个", lambda act: tell_apart(act, asked.keep, asked.gone))


def _bring_over(asked: Namespace, held: Seat) -> Answer:
    return _written(asked, held, "并过去", lambda act: bring_over(act, asked.kind, asked.gone))


def _renew(asked: Namespace, held: Seat) -> Answer:
    held.require("partner")
    package = None
    if asked.package is not None:
        package = errands.open_package(held, errands.fetch(held, asked.package), passphrase())
    renewed, taken = errands.renew(held, package, str(asked.package or ""), deletions=asked.deletions)
    with held.store.receive() as (conn, _):
        fingerprint = cards.keys(conn).card("").fingerprint
    told = {"replica": renewed.identity.code, "acts": renewed.acts, "records": renewed.records}
    return told | {"taken": taken.outlook.acts if taken else 0, "fingerprint": fingerprint}
