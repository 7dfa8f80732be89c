"""The commands for tests, scripts and township batches: JSON on standard output, exit 0, or 2 with what stood in the way."""

import argparse
import getpass
import json
import os
import sys
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from datetime import date, datetime
from pathlib import Path
from typing import Any

from sqlalchemy import Connection, func, select

from villagebranch import duplicate_commands, exchange_commands, recovery_commands
from villagebranch.db import journal, seat, vault
from villagebranch.db.identity import role, take_role
from villagebranch.db.place import Place
from villagebranch.db.seat import Seat
from villagebranch.domain.errors import Refused, Trouble
from villagebranch.domain.values import Month
from villagebranch.exchange.book import read_book
from villagebranch.exchange.forms import FORMS
from villagebranch.exchange.workbook_document import write_document
from villagebranch.ledgers import LEDGERS, ledger
from villagebranch.ledgers.ledger import Asked
from villagebranch.ledgers.pdf import write_pdf
from villagebranch.records import KINDS
from villagebranch.records.kept import living
from villagebranch.records.person import Person
from villagebranch.resources import RESOURCES
from villagebranch.services import (
    branch,
    cadres,
    households,
    imports,
    issues,
    people,
    township_month,
    village_issues,
    visits,
)
from villagebranch.services.households import Resident
from villagebranch.sync.joining import join

Answer = dict[str, Any] | list[dict[str, Any]]


def run(arguments: list[str]) -> int:
    """Do one command and return the exit code."""
    asked = _parser().parse_args(arguments)
    try:
        answer = asked.act(asked)
    except (Refused, Trouble) as failure:
        told = failure.problems if isinstance(failure, Refused) else {"": str(failure)}
        _say({"error": str(failure), "problems": told})
        return 2
    _say(answer)
    return 0


def _say(answer: Answer) -> None:
    sys.stdout.write(json.dumps(answer, ensure_ascii=False, indent=1) + "\n")


def _parser() -> argparse.ArgumentParser:
    parser = argparse.ArgumentParser(
        "villagebranch", description="连心册：不带参数打开窗口，带命令供脚本使用。"
    )
    parser.add_argument("--data", type=Path, required=True, help="资料文件夹")
    parser.add_argument(
        "--database", default="", help="数据库服务器的地址，几个座席合用时才写；写过一次就记住"
    )
    commands = parser.add_subparsers(required=True, metavar="命令")

    def command(name: str, act: Callable[[argparse.Namespace], Answer], told: str) -> argparse.ArgumentParser:
        made = commands.add_parser(name, help=told)
        made.set_defaults(act=act)
        return made

    made = command("init", _init, "新建资料")
    for option, default in (("--branch", ""), ("--township", ""), ("--user", "书记")):
        made.add_argument(option, default=default)
    made.add_argument("--role", choices=("branch", "township"), default="branch", help="乡镇用 township")
    made.add_argument("--join", type=Path, help="同一支部另一台电脑做的全部资料")
    made = command("import", _import, "导入表格；不加 --apply 只预览")
    made.add_argument("book", choices=[form.name for form in FORMS])
    made.add_argument("file", type=Path)
    made.add_argument("--apply", action="store_true")
    made = command("ledger", _ledger, "打印台账")
    made.add_argument("name", nargs="?", choices=[one.name for one in LEDGERS])
    made.add_argument("--list", action="store_true")
    answers = ("--month", "--year", "--person", "--household", "--meeting", "--meeting-type", "--visit")
    for option in (*answers, "--village"):
        made.add_argument(option, default="")
    made.add_argument("--whole-year", action="store_true", help="从一月到这个月")
    made.add_argument("--archive", action="store_true", help="存档版，印身份证号和完整电话；不写是日常版")
    made.add_argument("--blank", action="store_true", help="空白表")
    made.add_argument("--out", type=Path)
    made = command("show", _show, "列出资料")
    made.add_argument("what", choices=list(_SHOWN))
    made.add_argument("--month", default="")
    command("check", _check, "检查资料是否完好")
    recovery_commands.declare(command, _seated, _password)
    for one in (exchange_commands, duplicate_commands):
        one.declare(lambda name, act, told: command(name, _seated(act), told))
    return parser


def _password() -> str:
    return os.environ.get("VILLAGEBRANCH_PASSWORD") or getpass.getpass("密码：")


@contextmanager
def _sitting(asked: argparse.Namespace) -> Iterator[Seat]:
    held = seat.take(Place(asked.data), None, _password(), datetime.now, asked.database)
    try:
        yield held
    finally:
        held.close()


def _seated(act: exchange_commands.Do) -> Callable[[argparse.Namespace], Answer]:
    """Return the command that sits down on the data folder, and then does `act`."""

    def do(asked: argparse.Namespace) -> Answer:
        with _sitting(asked) as held:
            return act(asked, held)

    return do


def _init(asked: argparse.Namespace) -> Answer:
    if asked.join is not None:
        return _join(asked)
    if not asked.branch and not asked.database:
        raise Refused({"branch": "请用 --branch 写明党支部名称"})
    who = (asked.user, _password())
    held = seat.found(Place(asked.data), asked.branch, *who, datetime.now, address=asked.database)
    try:
        with held.store.write(asked.user, "新建资料") as act:
            # At a server another seat may have begun: what it is called there is what it is called.
            if not branch.branch(act.conn).id:
                take_role(act.conn, asked.role)
                branch.save(act, {"name": asked.branch, "township": asked.township}, date.today())
            known = branch.branch(act.conn)
        vault.rename_branch(held.place, known.name)
        return {"branch": known.name, "township": known.township, "user": asked.user}
    except Refused:
        held.close()
        held.place.clear()
        raise
    finally:
        held.close()


def _join(asked: argparse.Namespace) -> Answer:
    """Begin as a further computer of a branch: with everything that another one has."""
    place, who = Place(asked.data), (asked.user, _password())
    held, taken = join(
        place, asked.join, exchange_commands.passphrase(), who, datetime.now, address=asked.database
    )
    try:
        with held.store.read() as conn:
            name = branch.branch(conn).name
        return {
            "branch": name,
            "user": asked.user,
            "acts": taken.outlook.acts,
            "new": dict(taken.outlook.new),
        }
    finally:
        held.close()


def _import(asked: argparse.Namespace) -> Answer:
    form = next(form for form in FORMS if form.name == asked.book)
    rows, skipped = read_book(asked.file, form).rows()
    with _sitting(asked) as held:
        with held.store.read() as conn:
            plan = imports.PLANS[form.name](conn, rows, date.today())
        if asked.apply and (plan.new or plan.changed):
            held.back_up("import")
            with held.store.write(held.user.name, f"导入{form.title}") as act:
                imports.apply(act, plan)
    return {
        "new": plan.new,
        "changed": plan.changed,
        "same": plan.same,
        "refused": [
            {
                "sheet": one.sheet,
                "row": one.number,
                "column": one.column,
                "reason": one.reason,
                "remedy": one.remedy,
            }
            for one in plan.refused
        ],
        "skipped": [{"sheet": one.sheet, "row": one.number, "reason": one.reason} for one in skipped],
        "counts": {
            name: {"new": t.new, "changed": t.changed, "same": t.same} for name, t in plan.tallies.items()
        },
        "applied": bool(asked.apply),
    }


def _ledger(asked: argparse.Namespace) -> Answer:
    if asked.list or asked.name is None:
        return [
            {"name": one.name, "label": one.label, "rhythm": one.rhythm, "asks": list(one.asks)}
            for one in LEDGERS
        ]
    if asked.out is None or asked.out.suffix not in (".pdf", ".xlsx"):
        raise Refused({"out": "请用 --out 写明要存成的 .pdf 或 .xlsx 文件"})
    today = date.today()
    with _sitting(asked) as held, held.store.read() as conn:
        document = ledger(asked.name).build(conn, _asked(conn, asked, today))
    if not document.sheets:
        raise Refused("这本台账在这个范围里没有内容")
    if asked.out.suffix == ".xlsx":
        asked.out.write_bytes(write_document(document, datetime.now()))
        return {"out": str(asked.out), "sheets": len(document.sheets)}
    printed = write_pdf(document, RESOURCES / "fonts")
    asked.out.write_bytes(printed.pdf)
    return {"out": str(asked.out), "pages": printed.pages, "missing": list(printed.missing)}


def _asked(conn: Connection, asked: argparse.Namespace, today: date) -> Asked:
    month = Month().parse(asked.month, today)
    return Asked(
        today,
        month=str(month or ""),
        year=int(asked.year or 0),
        person_id=_person(conn, asked.person),
        household_id=asked.household,
        meeting_id=asked.meeting,
        meeting_type=asked.meeting_type,
        visit_id=asked.visit,
        village_id=_village(conn, asked.village),
        whole_year=asked.whole_year,
        archive=asked.archive,
        blank=asked.blank,
    )


def _village(conn: Connection, name: str) -> str:
    """Return the village of a name or an id, '' for all."""
    known = township_month.names(conn)
    if name and name not in (*known, *known.values()):
        raise Refused({"village": f"没有叫「{name}」的村"})
    return next((id for id, called in known.items() if name in (id, called)), "")


def _person(conn: Connection, name: str) -> str:
    """Return the person of a name (a cadre before anybody else, as ledgers are mostly theirs) or of an id."""
    if not name:
        return ""
    found = [cadre.person_id for cadre in cadres.cadres(conn, date.today()) if cadre.name == name]
    named = select(Person.id).where(living(Person), (Person.name == name) | (Person.id == name))
    found = found or list(conn.scalars(named))
    if len(found) != 1:
        raise Refused(
            {
                "person": f"名叫「{name}」的有 {len(found)} 人，请改用编号"
                if found
                else f"没有「{name}」这个人"
            }
        )
    return found[0]


def _show(asked: argparse.Namespace) -> Answer:
    with _sitting(asked) as held, held.store.read() as conn:
        return _SHOWN[asked.what](conn, asked.month)


def _members(conn: Connection, _month: str) -> list[dict[str, Any]]:
    return [
        {"id": row.id, "person_id": row.person_id, "household_id": row.household_id} | dict(row.values)
        for row in people.members(conn)
    ]


def _households(conn: Connection, _month: str) -> list[dict[str, Any]]:
    shown = []
    for row in households.households(conn, date.today()):
        facts = {"id": row.id, "head_name": row.head, "last_visit_on": row.last_visit_on, "cadre": row.cadre}
        shown.append(
            facts | dict(row.values) | {"people": [_resident(one) for one in households.family(conn, row.id)]}
        )
    return shown


def _resident(one: Resident) -> dict[str, Any]:
    born, sex = one.person["born_on"], one.person["sex"]
    return {
        "person_id": one.person_id,
        "name": one.name,
        "relation": one.relation,
        "sex": sex,
        "born_on": born,
    }


def _visits(conn: Connection, month: str) -> list[dict[str, Any]]:
    return [
        {
            "id": row.id,
            "occurred_on": row.occurred_on,
            "visit_type": row.visit_type,
            "visitors": row.visitors,
            "household_id": row.household_id,
            "household": row.where,
            "account": row.account,
            "is_backfilled": row.backfilled,
            "issues": [one.id for one in row.issues],
        }
        for row in visits.rows(conn, visits.ids(conn, visits.Wanted(period=month)))
    ]


def _issues(conn: Connection, month: str) -> list[dict[str, Any]]:
    if role(conn) == "township":
        found = village_issues.found(conn, village_issues.Wanted(), date.today())
        return [vars(row) for row in found if row.collected_on.startswith(month)]
    return [vars(row) for row in issues.rows(conn, issues.ids(conn, issues.Wanted(period=month)))]


def _branch(conn: Connection, _month: str) -> list[dict[str, Any]]:
    return [vars(branch.branch(conn))]


_SHOWN: dict[str, Callable[[Connection, str], list[dict[str, Any]]]] = {
    "branch": _branch,
    "members": _members,
    "households": _households,
    "visits": _visits,
    "issues": _issues,
}


def _check(asked: argparse.Namespace) -> Answer:
    with _sitting(asked) as held:
        faults = held.faults()
        with held.store.read() as conn:
            digest = journal.digest(conn)
            told = {
                "integrity": "server" if held.served else faults or "ok",
                "digest": digest,
                "journal": "ok" if digest == journal.replayed_digest(conn) else "differs",
                "chain": "ok" if journal.broken_link(conn, held.store.replica) is None else "broken",
                "replica": held.store.replica,
                "counts": {kind.__tablename__: _count(conn, kind) for kind in KINDS},
            }
    if faults or told["journal"] != "ok" or told["chain"] != "ok":
        raise Trouble(f"资料检查没有通过：{json.dumps(told, ensure_ascii=False)}")
    return told


def _count(conn: Connection, kind: Any) -> int:
    return conn.scalar(select(func.count()).select_from(kind).where(kind.removed_at.is_(None))) or 0
