"""The commands that exchange with other computers, and those that do one act each, for scripts."""

import os
from argparse import ArgumentParser, Namespace
from collections.abc import Callable, Mapping
from dataclasses import replace
from datetime import date
from pathlib import Path
from typing import Any

from villagebranch.db import journal
from villagebranch.db.files import spoken
from villagebranch.db.record import Record
from villagebranch.db.seat import Seat
from villagebranch.domain.errors import Refused, Trouble
from villagebranch.domain.values import Stored
from villagebranch.records import KINDS
from villagebranch.sync import cards, errands, handover
from villagebranch.sync.check import Missing
from villagebranch.sync.conflicts import Conflict, Side, conflicts, settle
from villagebranch.sync.merge import Outlook
from villagebranch.sync.package import Package, inspect, unpack
from villagebranch.sync.standing import REMOVED

Answer = dict[str, Any] | list[dict[str, Any]]
Do = Callable[[Namespace, Seat], Answer]
Declare = Callable[[str, Do, str], ArgumentParser]

_RECORDS: Mapping[str, type[Record]] = {kind.__tablename__: kind for kind in KINDS}


def declare(command: Declare) -> None:
    """Tell the parser of the commands in this module; `command` makes one that is done on an open seat."""
    made = command("add", _add, "添加一条记录")
    made.add_argument("kind", choices=list(_RECORDS))
    made.add_argument("fields", nargs="+", metavar="FIELD=VALUE")
    made = command("set", _set, "修改一条记录")
    made.add_argument("kind", choices=list(_RECORDS))
    made.add_argument("id")
    made.add_argument("fields", nargs="+", metavar="FIELD=VALUE")
    made = command("remove", _remove, "删除一条记录")
    made.add_argument("kind", choices=list(_RECORDS))
    made.add_argument("id")
    made = command("card", _card, "做一张名片，给要交换的电脑")
    made.add_argument("--out", type=Path, required=True)
    made = command("partner", _partner, "收下名片，或列出交换对象")
    made.add_argument("step", choices=("add", "list"))
    made.add_argument("card", type=Path, nargs="?")
    made.add_argument("--name", default="")
    made = command("package", _package, "送出、查看、收入交换包")
    made.add_argument("step", choices=tuple(_STEPS))
    made.add_argument("files", type=Path, nargs="*")
    made.add_argument("--to", default="")
    made.add_argument("--snapshot", action="store_true")
    made.add_argument("--out", type=Path)
    made.add_argument("--apply", action="store_true")
    made.add_argument("--deletions", action="store_true", help="大批删除也收下")
    command("conflicts", _conflicts, "列出还没有定夺的不一致")
    made = command("settle", _settle, "定夺一处不一致")
    made.add_argument("conflict")
    made.add_argument("--keep", required=True, metavar="ours|theirs|VALUE")
    command("digest", _digest, "资料的指纹：所知相同则相同")


def passphrase() -> str:
    """Return what a snapshot is locked by."""
    return os.environ.get("VILLAGEBRANCH_PASSPHRASE", "")


def _typed(asked: Namespace) -> dict[str, str]:
    pairs = [pair.partition("=") for pair in asked.fields]
    if wrong := [name for name, equals, _ in pairs if not equals]:
        raise Refused({name: f"「{name}」要写成 字段=内容" for name in wrong})
    known = {field.name for field in _RECORDS[asked.kind].kind().fields}
    if unknown := [name for name, _, _ in pairs if name not in known]:
        raise Refused({name: f"没有「{name}」这个字段" for name in unknown})
    return {name: value for name, _, value in pairs}


def _add(asked: Namespace, held: Seat) -> Answer:
    record = _RECORDS[asked.kind]
    draft = record.kind().draft(_typed(asked), date.today())
    with held.store.write(held.user.name, f"添加{record.label}") as act:
        id = act.add(record, draft)
    return {"kind": asked.kind, "id": id}


def _set(asked: Namespace, held: Seat) -> Answer:
    record = _RECORDS[asked.kind]
    draft = record.kind().draft(_typed(asked), date.today(), partial=True)
    with held.store.write(held.user.name, f"修改{record.label}") as act:
        _there(act, record, asked.id)
        changed = act.set(record, asked.id, draft)
    return {"kind": asked.kind, "id": asked.id, "changed": changed}


def _remove(asked: Namespace, held: Seat) -> Answer:
    record = _RECORDS[asked.kind]
    with held.store.write(held.user.name, f"删除{record.label}") as act:
        _there(act, record, asked.id)
        act.remove(record, asked.id)
    return {"kind": asked.kind, "id": asked.id}


def _there(act: journal.Act, record: type[Record], id: str) -> None:
    try:
        journal.rows_by_id(act.conn, record.table(), [id])
    except KeyError as missing:
        raise Refused({"id": f"没有编号是「{id}」的{record.label}"}) from missing


def _card(asked: Namespace, held: Seat) -> Answer:
    sent, fingerprint = errands.give_card(held, _folder(asked))
    return {"file": str(sent.path), "fingerprint": fingerprint}


def _folder(asked: Namespace) -> Path:
    if asked.out is None:
        raise Refused({"out": "请用 --out 写明要放到哪个文件夹"})
    return Path(asked.out)


def _read(file: Path) -> bytes:
    with spoken():
        return file.read_bytes()


def _partner(asked: Namespace, held: Seat) -> Answer:
    if asked.step == "add":
        held.require("partner")
        if asked.card is None:
            raise Refused({"card": "请写明名片文件"})
        content = _read(asked.card)
        if inspect(content).kind != "card":
            raise Refused({"card": "这个文件不是名片"})
        card = unpack(content).sender
        with held.store.receive() as (conn, _):
            cards.add_partner(conn, replace(card, name=asked.name or card.name))
    with held.store.read() as conn:
        return [{"name": one.name, "fingerprint": one.fingerprint} for one in cards.partners(conn)]


def _package(asked: Namespace, held: Seat) -> Answer:
    return _STEPS[asked.step](asked, held)


def _export(asked: Namespace, held: Seat) -> Answer:
    if bool(asked.to) == asked.snapshot:
        raise Refused({"to": "请用 --to 写明送给谁，或用 --snapshot 做全部资料，二选一"})
    folder = _folder(asked)
    if asked.snapshot:
        sent = errands.send_all(held, passphrase(), folder)
    else:
        with held.store.read() as conn:
            to = cards.partner(conn, asked.to)
        sent = errands.send(held, to, folder)
    return {"file": str(sent.path), "bytes": sent.size, "acts": sent.acts, "changes": sent.changes}


def _inspect(asked: Namespace, _held: Seat) -> Answer:
    return [{"file": str(file)} | vars(inspect(_read(file))) for file in asked.files]


def _import(asked: Namespace, held: Seat) -> Answer:
    """Take in the files in whatever order they fit: one may be what another waits for."""
    done: dict[Path, dict[str, Any]] = {}
    waiting: list[Path] = list(asked.files)
    while waiting:
        tried = {file: _import_one(asked, held, file) for file in waiting}
        done |= tried
        left = [file for file, answer in tried.items() if "missing" in answer]
        if len(left) == len(waiting) or not asked.apply:
            break
        waiting = left
    if all("error" in answer for answer in done.values()):
        raise Trouble("；".join(dict.fromkeys(str(answer["error"]) for answer in done.values())))
    return [done[file] for file in asked.files]


def _import_one(asked: Namespace, held: Seat, file: Path) -> dict[str, Any]:
    told: dict[str, Any] = {"file": str(file), "applied": False}
    try:
        with held.store.receive() as (conn, _):
            package = handover.open_package(conn, _read(file), passphrase())
        told |= {"kind": package.header.kind, "sender": package.sender.fingerprint}
        if asked.apply:
            outlook = errands.take_in(held, package, file.name, deletions=asked.deletions).outlook
        else:
            with held.store.read() as conn:
                outlook = handover.look(conn, package)
    except Missing as missing:
        gaps = {replica: list(gap) for replica, gap in missing.gaps.items()}
        return told | {
            "error": str(missing),
            "missing": gaps,
            "request": _requested(asked, held, package, file),
        }
    except (Refused, Trouble) as failure:
        return told | {"error": str(failure)}
    return told | {"applied": bool(asked.apply)} | _outlook(outlook)


def _requested(asked: Namespace, held: Seat, package: Package, file: Path) -> str | None:
    """Write the request for what is missing beside the package, on the stick that goes back."""
    if not asked.apply:
        return None
    return str(errands.ask_again(held, package.sender, file.parent).path)


def _outlook(outlook: Outlook) -> dict[str, Any]:
    return {
        "acts": outlook.acts,
        "known": outlook.known,
        "new": dict(outlook.new),
        "changed": dict(outlook.changed),
        "deletions": len(outlook.deletions),
        "drastic": outlook.drastic,
        "conflicts": [":".join(one) for one in outlook.conflicts],
        "beyond": outlook.beyond,
    }


_STEPS: Mapping[str, Do] = {"export": _export, "inspect": _inspect, "import": _import}


def _conflicts(_asked: Namespace, held: Seat) -> Answer:
    with held.store.read() as conn:
        return [_told(one, held.store.replica) for one in conflicts(conn)]


def _told(conflict: Conflict, own: str) -> dict[str, Any]:
    sides = [
        {"ours": side.ref.replica == own, "author": side.author, "at": side.at, "values": side.values}
        for side in conflict.sides
    ]
    facts = {"id": str(conflict), "kind": conflict.kind, "record": conflict.record, "fields": conflict.fields}
    return facts | {"shown": conflict.shown, "before": conflict.before, "sides": sides}


def _settle(asked: Namespace, held: Seat) -> Answer:
    held.require("settle")
    with held.store.write(held.user.name, "定夺不一致") as act:
        found = next((one for one in conflicts(act.conn) if str(one) == asked.conflict), None)
        if found is None:
            raise Refused({"conflict": "没有这一处不一致，可能已经定夺过了"})
        settle(act, found, _chosen(found, asked.keep, held.store.replica, act.at))
    return {"settled": asked.conflict}


def _chosen(conflict: Conflict, keep: str, own: str, at: str) -> dict[str, Stored]:
    if keep not in ("ours", "theirs"):
        return _value(conflict, keep)
    sides = [side for side in conflict.sides if (side.ref.replica == own) == (keep == "ours")]
    if not sides:
        raise Refused({"keep": "各方都不是这台电脑改的，请直接写出要保留的内容"})
    return _of_side(conflict, sides[-1], at)


def _of_side(conflict: Conflict, side: Side, at: str) -> dict[str, Stored]:
    if conflict.register == REMOVED:
        return {REMOVED: at if side.values.get(REMOVED) else None}
    return {name: side.values.get(name) for name in conflict.fields}


def _value(conflict: Conflict, text: str) -> dict[str, Stored]:
    if len(conflict.fields) > 1 or conflict.register == REMOVED:
        raise Refused({"keep": "这一处要整个定夺，请用 ours 或 theirs"})
    kind = _RECORDS[conflict.kind].kind()
    return dict(kind.draft({conflict.register: text}, date.today(), partial=True))


def _digest(_asked: Namespace, held: Seat) -> Answer:
    with held.store.read() as conn:
        return {"digest": journal.digest(conn), "replica": held.store.replica}
