"""What came down from the township: its answers to the village's issues, and what it asks for."""

from collections.abc import Collection, Mapping, Sequence
from dataclasses import dataclass
from datetime import date

from sqlalchemy import Connection, select

from villagebranch.db.among import among
from villagebranch.db.journal import Act
from villagebranch.domain.codes import DISPOSITION
from villagebranch.domain.dayshow import day_short
from villagebranch.domain.fields import Kind
from villagebranch.domain.table import Column, Table
from villagebranch.records.instruction import Instruction
from villagebranch.records.issue import Issue
from villagebranch.records.township_reply import TownshipReply

DONE_FORM = Kind(
    "instruction", "办完了", tuple(Instruction.kind().field(name) for name in Instruction.answered)
)


@dataclass(frozen=True)
class Reply:
    """An answer of the township to an issue; `words` may be ''."""

    issue_id: str
    replied_on: str
    disposition: str
    words: str
    by: str

    @property
    def sentence(self) -> str:
        """The answer in one line: 11-20 镇里答复：已安排办理。下周派人来看"""
        return f"{day_short(self.replied_on)} 镇里答复：{self.said}"

    @property
    def said(self) -> str:
        return "。".join(filter(None, (DISPOSITION.show(self.disposition), self.words)))


@dataclass(frozen=True)
class Asked:
    """What the township asks for; ISO dates, '' for what is not there."""

    id: str
    title: str
    words: str
    due_on: str
    issued_on: str
    issued_by: str
    done_on: str
    done_note: str


_REPLIES = (
    select(
        TownshipReply.issue_id,
        TownshipReply.replied_on,
        TownshipReply.disposition,
        TownshipReply.words,
        TownshipReply.replied_by,
    )
    .where(TownshipReply.removed_at.is_(None), among(TownshipReply.issue_id))
    .order_by(TownshipReply.replied_on, TownshipReply.id)
)


def replies(conn: Connection, issues: Collection[str]) -> list[Reply]:
    """Return the township's answers to these issues, oldest first."""
    rows = conn.execute(_REPLIES, {"ids": list(issues)}) if issues else ()
    return [Reply(issue, on, said, words or "", by or "") for issue, on, said, words, by in rows]


def latest(conn: Connection, issues: Collection[str]) -> Mapping[str, Reply]:
    """Return the last answer to each of these issues that has one."""
    return {reply.issue_id: reply for reply in replies(conn, issues)}


def unheeded(conn: Connection) -> list[tuple[str, Reply]]:
    """Return the issues (their words) that the township has answered, and nobody has gone on with yet."""
    escalated = select(Issue.id, Issue.words, Issue.escalated_on).where(
        Issue.removed_at.is_(None), Issue.stage == "escalated"
    )
    rows = conn.execute(escalated).all()
    answers = latest(conn, [row.id for row in rows])
    return [
        (row.words, answers[row.id])
        for row in rows
        if row.id in answers and answers[row.id].replied_on >= (row.escalated_on or "")
    ]


def instructions(conn: Connection, *, open_only: bool = False) -> list[Asked]:
    """Return what the township asked for: what is not done yet first, then the latest."""
    names = [name for name in Asked.__dataclass_fields__ if name != "id"]
    columns = [getattr(Instruction, name) for name in names]
    query = select(Instruction.id, *columns).where(Instruction.removed_at.is_(None))
    if open_only:
        query = query.where(Instruction.done_on.is_(None))
    ordered = query.order_by(Instruction.issued_on.desc(), Instruction.id.desc())
    found = [Asked(*(value or "" for value in row)) for row in conn.execute(ordered)]
    return sorted(found, key=lambda one: bool(one.done_on))


def do(act: Act, id: str, raw: Mapping[str, object], today: date) -> None:
    """Write down that an instruction is done, with a word about it. Raises `Refused`."""
    act.set(Instruction, id, DONE_FORM.draft({"done_on": today.isoformat()} | dict(raw), today))


def undo(act: Act, id: str) -> None:
    """Take back that an instruction is done."""
    act.set(Instruction, id, {"done_on": None, "done_note": None})


def listing(found: Sequence[Asked]) -> Table:
    """Return the list of the 通知要求 page."""
    kind = Instruction.kind()
    names = ("title", "issued_on", "due_on", "done_on")
    columns = tuple(Column(name, kind.field(name).label, kind.field(name).value) for name in names)
    cells = [tuple(getattr(one, name) or None for name in names) for one in found]
    return Table(columns, cells, [one.id for one in found])
