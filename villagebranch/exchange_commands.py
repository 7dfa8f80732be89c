"""The commands that exchange with other computers, and those that do one act each, for scripts."""

import hashlib
import os
from argparse import ArgumentParser, Namespace
from collections.abc import Callable, Mapping, Sequence
from dataclasses import replace
from datetime import date
from itertools import chain
from pathlib import Path
from typing import Any

from villagebranch.db import journal
from villagebranch.db.files import matching, spoken
from villagebranch.db.identity import role
from villagebranch.db.record import Record
from villagebranch.db.seat import Seat
from villagebranch.domain.errors import Refused, Trouble
from villagebranch.domain.periods import month_of
from villagebranch.domain.values import Month, Stored
from villagebranch.records import KINDS
from villagebranch.services import township, township_month, township_reply
from villagebranch.services.report import report
from villagebranch.sync import cards, errands, handover
from villagebranch.sync.check import Missing
from villagebranch.sync.conflicts import Conflict, Side, conflicts, settle
from villagebranch.sync.errands import Sent
from villagebranch.sync.merge import Outlook
from villagebranch.sync.package import SUFFIX, Package, inspect, unpack
from villagebranch.sync.quarantine import quarantined
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
    made = command("villages", _villages, "乡镇：各村一个月的情况")
    made.add_argument("--month", default="")
    made = command("answer", _answer, "乡镇：答复一件上报的问题")
    made.add_argument("issue")
    made.add_argument("fields", nargs="+", metavar="FIELD=VALUE")
    made = command("instruct", _instruct, "乡镇：给村里下通知要求，不写 --to 给各村")
    made.add_argument("--to", default="")
    made.add_argument("fields", nargs="+", metavar="FIELD=VALUE")
    command("quarantine", _quarantine, "列出没有采用的内容：不该由送来的一方写的")
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
    made.add_argument("--replies", action="store_true", help="乡镇：给各村各做一个包")
    made.add_argument("--out", type=Path)
    made.add_argument("--apply", action="store_true")
    made.add_argument("--deletions", action="store_true", help="大批删除也收下")
    command("conflicts", _conflicts, "列出还没有定夺的不一致")
    made = command("settle", _settle, "定夺一处不一致")
    made.add_argument("conflict")
    made.add_argument("--keep", required=True, nargs="+", metavar="ours|theirs|VALUE|FIELD=VALUE")
    command("digest", _digest, "资料的指纹：所知相同则相同")


def passphrase() -> str:
    """Return what a snapshot is locked by."""
    return os.environ.get("VILLAGEBRANCH_PASSPHRASE", "")


def _typed(asked: Namespace) -> dict[str, str]:
    typed = _pairs(asked.fields)
    known = {field.name for field in _RECORDS[asked.kind].kind().fields}
    if unknown := typed.keys() - known:
        raise Refused({name: f"没有「{name}」这个字段" for name in sorted(unknown)})
    return typed


def _pairs(words: Sequence[str]) -> dict[str, str]:
    pairs = [pair.partition("=") for pair in words]
    if wrong := [name for name, equals, _ in pairs if not equals]:
        raise Refused({name: f"「{name}」要写成 字段=内容" for name in wrong})
    return {name: value for name, _, value in pairs}


def _add(asked: Namespace, held: Seat) -> Answer:
    record = _RECORDS[asked.kind]
    _is_ours(record)
    draft = record.kind().draft(_typed(asked), date.today())
    with held.store.write(held.user.name, f"添加{record.label}") as act:
        id = act.add(record, draft)
    return {"kind": asked.kind, "id": id}


def _set(asked: Namespace, held: Seat) -> Answer:
    record = _RECORDS[asked.kind]
    if record.writer == "township" and not {*_typed(asked)} <= {*record.answered}:
        raise Refused({"fields": f"{record.label}是乡镇写的，村里不能改"})
    draft = record.kind().draft(_typed(asked), date.today(), partial=True)
    with held.store.write(held.user.name, f"修改{record.label}") as act:
        _there(act, record, asked.id)
        changed = act.set(record, asked.id, draft)
    return {"kind": asked.kind, "id": asked.id, "changed": changed}


def _remove(asked: Namespace, held: Seat) -> Answer:
    record = _RECORDS[asked.kind]
    _is_ours(record)
    with held.store.write(held.user.name, f"删除{record.label}") as act:
        _there(act, record, asked.id)
        act.remove(record, asked.id)
    return {"kind": asked.kind, "id": asked.id}


def _is_ours(record: type[Record]) -> None:
    if record.writer == "township":
        raise Refused({"kind": f"{record.label}是乡镇写的，请用 answer 或 instruct"})


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
        if asked.card is None:
            raise Refused({"card": "请写明名片文件"})
        content = _read(asked.card)
        if inspect(content).kind != "card":
            raise Refused({"card": "这个文件不是名片"})
        card = unpack(content).sender
        with held.store.write(held.user.name, "收名片") as act:
            handover.trust(act, replace(card, name=asked.name or handover.called(act.conn, card)))
    with held.store.read() as conn:
        return [
            {"name": one.name, "fingerprint": one.fingerprint, "role": one.role, "unit": one.unit}
            for one in cards.partners(conn)
        ]


def _package(asked: Namespace, held: Seat) -> Answer:
    return _STEPS[asked.step](asked, held)


def _export(asked: Namespace, held: Seat) -> Answer:
    if [bool(asked.to), asked.snapshot, asked.replies].count(True) != 1:
        raise Refused(
            {"to": "请用 --to 写明送给谁，或用 --snapshot 做全部资料，或用 --replies 给各村，三选一"}
        )
    folder = _folder(asked)
    if asked.snapshot:
        return _sent(errands.send_all(held, passphrase(), folder))
    with held.store.read() as conn:
        to = handover.latest_reporters(conn) if asked.replies else [cards.partner(conn, asked.to)]
    sent = [_sent(errands.send(held, one, folder)) | {"to": one.name} for one in to]
    return sent if asked.replies else sent[0]


def _sent(sent: Sent) -> dict[str, Any]:
    return {"file": str(sent.path), "bytes": sent.size, "acts": sent.acts, "changes": sent.changes}


def _inspect(asked: Namespace, _held: Seat) -> Answer:
    return [{"file": str(file)} | vars(inspect(_read(file))) for file in asked.files]


def _import(asked: Namespace, held: Seat) -> Answer:
    """Take in the files, after one backup, in whatever order they fit: one may be what another waits for."""
    if asked.apply:
        held.back_up("merge")
    files = list(chain.from_iterable(map(_packages_in, asked.files)))
    done: dict[Path, dict[str, Any]] = {}
    waiting = files
    while waiting:
        tried = {file: _import_one(asked, held, file) for file in waiting}
        done |= tried
        left = [file for file, answer in tried.items() if "missing" in answer]
        if len(left) == len(waiting) or not asked.apply:
            break
        waiting = left
    if all("error" in answer for answer in done.values()):
        raise Trouble("；".join(dict.fromkeys(str(answer["error"]) for answer in done.values())))
    return [done[file] for file in files]


def _packages_in(path: Path) -> list[Path]:
    """Return the packages in a folder, whole villages' worth of them, or the one file."""
    if not path.is_dir():
        return [path]
    with spoken():
        return matching(path, f"*{SUFFIX}")


def _import_one(asked: Namespace, held: Seat, file: Path) -> dict[str, Any]:
    told: dict[str, Any] = {"file": str(file), "applied": False}
    try:
        content = _read(file)
        package = errands.open_package(held, content, passphrase())
        told |= {"kind": package.header.kind, "sender": package.sender.fingerprint}
        told |= {"from": package.sender.name}
        if asked.apply:
            taken = errands.take_in(held, package, file.name, deletions=asked.deletions, backed_up=True)
            outlook = taken.outlook
        else:
            seen = errands.preview(held, content, passphrase())
            if seen.missing is not None:
                raise seen.missing
            outlook = seen.outlook
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
        "refused": len(outlook.refused),
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


def _chosen(conflict: Conflict, keep: Sequence[str], own: str, at: str) -> dict[str, Stored]:
    if keep not in (["ours"], ["theirs"]):
        return _values(conflict, keep)
    sides = [side for side in conflict.sides if (side.ref.replica == own) == (keep == ["ours"])]
    if not sides:
        raise Refused({"keep": "各方都不是这台电脑改的，请直接写出要保留的内容"})
    return _of_side(conflict, sides[-1], at)


def _of_side(conflict: Conflict, side: Side, at: str) -> dict[str, Stored]:
    if conflict.register == REMOVED:
        return {REMOVED: at if side.values.get(REMOVED) else None}
    return {name: side.values.get(name) for name in conflict.fields}


def _values(conflict: Conflict, told: Sequence[str]) -> dict[str, Stored]:
    """Read what is to stand: the value of the one field, or FIELD=VALUE for fields of a group; the others stay as shown."""
    kind = _RECORDS[conflict.kind].kind()
    if not {field.name for field in kind.fields}.issuperset(conflict.fields):
        raise Refused({"keep": "这一处请用 ours 或 theirs"})
    if len(conflict.fields) == 1:
        return dict(kind.draft({conflict.register: " ".join(told)}, date.today(), partial=True))
    raw = {name: value for name, _, value in (one.partition("=") for one in told)}
    if unknown := raw.keys() - set(conflict.fields) or {one for one in told if "=" not in one}:
        listed = "、".join(conflict.fields)
        raise Refused({"keep": f"「{'、'.join(unknown)}」要写成 字段=内容，可写的字段：{listed}"})
    shown = {name: kind.field(name).value.show(conflict.shown[name]) for name in conflict.fields}
    return dict(kind.draft(shown | raw, date.today(), partial=True))


def _digest(_asked: Namespace, held: Seat) -> Answer:
    """Tell the digest of all records, and of what goes up: a village's `reported` is its township's digest of it."""
    with held.store.read() as conn:
        told = {"digest": journal.digest(conn), "replica": held.store.replica}
        if role(conn) == "branch":
            return told | {"reported": report(conn, date.today()).digest()}
        digests = township.digests(conn)
        whole = hashlib.sha256(journal.canonical(sorted(digests.values())).encode()).hexdigest()
        return told | {"digest": whole, "villages": digests}


def _villages(asked: Namespace, held: Seat) -> Answer:
    today = date.today()
    month = str(Month().parse(asked.month, today) or month_of(today))
    with held.store.read() as conn:
        return [vars(one) for one in township_month.villages(conn, month, today)]


def _answer(asked: Namespace, held: Seat) -> Answer:
    with held.store.read() as conn:
        village = township_reply.village_of_issue(conn, asked.issue)
    raw = _pairs(asked.fields)
    with held.store.write(held.user.name, "答复问题", village) as act:
        return {"id": township_reply.answer(act, asked.issue, raw, date.today())}


def _instruct(asked: Namespace, held: Seat) -> Answer:
    with held.store.read() as conn:
        villages = township_month.villages(conn, month_of(date.today()), date.today())
    wanted = [one for one in villages if not asked.to or asked.to in (one.name, one.id)]
    if not wanted:
        raise Refused({"to": f"没有叫「{asked.to}」的村"})
    with held.store.write_each(held.user.name, "下通知要求", [one.id for one in wanted]) as acts:
        ids = [township_reply.instruct(act, _pairs(asked.fields), date.today()) for act in acts]
    return [{"village": one.name, "id": id} for one, id in zip(wanted, ids, strict=True)]


def _quarantine(_asked: Namespace, held: Seat) -> Answer:
    with held.store.read() as conn:
        return [vars(one) | {"ref": str(one.ref)} for one in quarantined(conn)]
