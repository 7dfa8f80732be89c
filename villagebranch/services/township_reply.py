"""What the township says to its villages: answers to their issues, and instructions; each goes into the village's stream."""

from collections.abc import Mapping
from dataclasses import dataclass, replace
from datetime import date

from sqlalchemy import Connection, select

from villagebranch.db.identity import streams
from villagebranch.db.journal import Act
from villagebranch.domain.errors import Refused
from villagebranch.domain.fields import Kind
from villagebranch.domain.names import collation
from villagebranch.records.instruction import Instruction
from villagebranch.records.reported import InstructionReport, VillageIssue
from villagebranch.records.township_reply import TownshipReply
from villagebranch.records.village import Village
from villagebranch.services.branch import branch

ANSWER_FORM = Kind(
    "township_reply",
    "答复",
    (
        TownshipReply.kind().field("disposition"),
        replace(TownshipReply.kind().field("words"), hint="只写事，不写评价人；村里会告诉群众"),
    ),
)


@dataclass(frozen=True)
class Answer:
    """What was answered to an issue; ISO date, '' for what is not there."""

    id: str
    replied_on: str
    replied_by: str
    disposition: str
    words: str

    @property
    def said(self) -> str:
        """Return how it was decided, as people read it."""
        return TownshipReply.kind().field("disposition").value.show(self.disposition)


@dataclass(frozen=True)
class Asked:
    """An instruction to a village, and what the village said of it; ISO dates, '' for what is not there."""

    id: str
    village_id: str
    village: str
    title: str
    words: str
    due_on: str
    issued_on: str
    done_on: str
    done_note: str


@dataclass(frozen=True)
class Round:
    """One matter that was asked of some villages on one day, and what became of it in each, by their names."""

    title: str
    words: str
    due_on: str
    issued_on: str
    asked: tuple[Asked, ...]

    @property
    def id(self) -> str:
        """The id of the first instruction of the round."""
        return min(one.id for one in self.asked)

    @property
    def done(self) -> int:
        """In how many villages it is done."""
        return sum(bool(one.done_on) for one in self.asked)

    @property
    def is_done(self) -> bool:
        return self.done == len(self.asked)


def village_of_issue(conn: Connection, source: str) -> str:
    """Return the village of an issue that came up; raise `Refused` for one that did not."""
    living = VillageIssue.removed_at.is_(None)
    village = conn.scalar(select(VillageIssue.village_id).where(VillageIssue.source == source, living))
    if village is None:
        raise Refused({"issue_id": "各村上报的问题里没有这一件"})
    return village


def answer(act: Act, source: str, raw: Mapping[str, object], today: date) -> str:
    """Answer an issue (`source` is its id in the village's books), in an act of the village's stream; return the id."""
    told = {"issue_id": source, "replied_on": today.isoformat(), "replied_by": act.author} | dict(raw)
    return act.add(TownshipReply, TownshipReply.kind().draft(told, today))


def answers(conn: Connection, source: str) -> list[Answer]:
    """Return what was answered to an issue, latest first."""
    columns = [getattr(TownshipReply, name) for name in Answer.__dataclass_fields__]
    of_issue = (TownshipReply.issue_id == source) & TownshipReply.removed_at.is_(None)
    rows = conn.execute(
        select(*columns).where(of_issue).order_by(TownshipReply.replied_on.desc(), TownshipReply.id.desc())
    )
    return [Answer(*(value or "" for value in row)) for row in rows]


def withdraw(act: Act, id: str) -> None:
    """Take an answer back, in an act of the village's stream."""
    act.remove(TownshipReply, id)


def instruct(act: Act, raw: Mapping[str, object], today: date) -> str:
    """Ask something of a village, in an act of its stream; return the id of the instruction."""
    told = {"issued_on": today.isoformat(), "issued_by": branch(act.conn).name} | dict(raw)
    return act.add(Instruction, Instruction.kind().draft(told, today))


def instructions(conn: Connection) -> list[Asked]:
    """Return what was asked of the villages, latest first."""
    of_code = streams(conn)
    names = dict(conn.execute(select(Village.id, Village.name)).tuples().all())
    done = {
        source: (on, note or "")
        for source, on, note in conn.execute(
            select(InstructionReport.source, InstructionReport.done_on, InstructionReport.done_note).where(
                InstructionReport.removed_at.is_(None)
            )
        )
    }
    rows = conn.execute(
        select(Instruction)
        .where(Instruction.removed_at.is_(None))
        .order_by(Instruction.issued_on.desc(), Instruction.id.desc())
    )
    return [
        Asked(
            row.id,
            (village := of_code.get(row.id.partition("-")[0], "")),
            names.get(village, ""),
            row.title,
            row.words or "",
            row.due_on or "",
            row.issued_on,
            *done.get(row.id, ("", "")),
        )
        for row in rows
    ]


def rounds(conn: Connection) -> list[Round]:
    """Return what was asked of the villages, latest first, the same matter of one day as one."""
    found: dict[tuple[str, str, str, str], list[Asked]] = {}
    for one in instructions(conn):
        found.setdefault((one.title, one.words, one.due_on, one.issued_on), []).append(one)
    return [
        Round(*matter, tuple(sorted(asked, key=lambda one: collation(one.village))))
        for matter, asked in found.items()
    ]


def withdraw_instruction(act: Act, id: str) -> None:
    """Take an instruction back, in an act of the village's stream."""
    act.remove(Instruction, id)
