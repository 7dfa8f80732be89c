"""What an import would do, row by row, for the person to look at; and doing exactly that."""

from collections import Counter
from collections.abc import Callable, Iterable, Mapping, Sequence
from dataclasses import dataclass
from datetime import date
from typing import Literal

from sqlalchemy import Connection

from villagebranch.db.journal import Act
from villagebranch.domain.errors import Refused
from villagebranch.domain.rawrow import RawRow, RowProblem
from villagebranch.services.imports.writes import Writes

Outcome = Literal["new", "changed", "same", "refused"]


@dataclass(frozen=True)
class Difference:
    """One field of a record that the book would change, in words."""

    label: str
    before: str
    after: str


@dataclass(frozen=True)
class Verdict:
    """What becomes of one row of the book: `who` it is about, and `words` for what is out of the ordinary."""

    sheet: str
    number: int
    outcome: Outcome
    who: str
    words: str
    differences: tuple[Difference, ...]


@dataclass(frozen=True)
class Tally:
    """How many records of one sort are new, changed, as they were, or refused."""

    new: int = 0
    changed: int = 0
    same: int = 0
    refused: int = 0

    @classmethod
    def of(cls, outcomes: Iterable[Outcome]) -> "Tally":
        """Count outcomes."""
        counted = Counter(outcomes)
        return cls(counted["new"], counted["changed"], counted["same"], counted["refused"])


@dataclass(frozen=True)
class Plan:
    """Everything an import would do. `tallies` counts records by their glossary name in the plural, those that the
    book is about first; `refused` also lists cells left empty in rows that come in otherwise."""

    form: str
    tallies: Mapping[str, Tally]
    verdicts: tuple[Verdict, ...]
    refused: tuple[RowProblem, ...]
    writes: Writes
    rows: Sequence[RawRow]
    today: date
    remake: "Remake"

    @property
    def main(self) -> Tally:
        """The tally of what the book is about."""
        return next(iter(self.tallies.values()))

    @property
    def new(self) -> int:
        return self.main.new

    @property
    def changed(self) -> int:
        return self.main.changed

    @property
    def same(self) -> int:
        return self.main.same


Remake = Callable[[Connection, Sequence[RawRow], date], Plan]


_RECORDS = {"members": "党员", "households": "群众户", "people": "人", "visits": "走访", "issues": "问题"}


def words_of(plan: Plan) -> list[str]:
    """Return what the plan does in words, one for each sort of record: 群众户：新增 127，更新 0，一样 0."""
    told = []
    for name, tally in plan.tallies.items():
        refused = f"，没有收 {tally.refused}" if tally.refused else ""
        told.append(f"{_RECORDS[name]}：新增 {tally.new}，更新 {tally.changed}，一样 {tally.same}{refused}")
    return told


def apply(act: Act, plan: Plan) -> None:
    """Do what `plan` says. Raises `Refused` where records were changed since, so that nobody's change is lost."""
    if plan.remake(act.conn, plan.rows, plan.today) != plan:
        raise Refused("预览之后资料又有改动，请重新预览一次再导入")
    plan.writes.make(act)
