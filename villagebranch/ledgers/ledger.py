"""A ledger: what it asks, and how its document is filled from the records."""

from collections.abc import Callable, Sequence
from dataclasses import dataclass
from datetime import date
from typing import Literal

from sqlalchemy import Connection

from villagebranch.domain.dayshow import day_words
from villagebranch.domain.paper import Cell, Document, Line, Rows
from villagebranch.domain.table import Column, Table
from villagebranch.domain.values import Stored
from villagebranch.services.branch import BranchFacts, branch

Question = Literal[
    "month",
    "whole_year",
    "year",
    "village",
    "cadre",
    "member",
    "household",
    "meeting",
    "meeting_type",
    "visit",
    "archive",
]


@dataclass(frozen=True)
class Asked:
    """The answers to a ledger's questions. An empty id means all; `archive` is the copy for the files (存档版), which bears
    ID numbers and whole phone numbers, else it is the daily one (日常版). What is put up in public (公示版) is a ledger of
    its own, `issue_notice`.

    `whole_year` stands for the months of the year up to `month`. A `blank` document is the same form without entries, to be filled by hand.
    """

    today: date
    month: str = ""
    year: int = 0
    person_id: str = ""
    household_id: str = ""
    meeting_id: str = ""
    meeting_type: str = ""
    visit_id: str = ""
    village_id: str = ""
    whole_year: bool = False
    archive: bool = False
    blank: bool = False


@dataclass(frozen=True)
class Ledger:
    """`name` is the glossary's, `rhythm` says how often and on what paper, `asks` what has to be known to print it, `role`
    whose it is."""

    name: str
    label: str
    rhythm: str
    asks: tuple[Question, ...]
    build: Callable[[Connection, Asked], Document]
    role: Literal["branch", "township"] = "branch"


def unit(conn: Connection) -> BranchFacts:
    """Return the branch, whose name stands on every sheet."""
    return branch(conn)


def unit_words(facts: BranchFacts) -> str:
    """Return the branch's full name: 枫泾镇梅溪村党支部."""
    return facts.name if facts.name.startswith(facts.township) else f"{facts.township}{facts.name}"


def rows_or_blank(
    columns: Sequence[Column], rows: Sequence[tuple[Stored, ...]], asked: Asked, closing: str = ""
) -> Rows:
    """Return the table with its rows, or an empty one that fills the page where a blank form was asked for.

    `closing` is the last row of either.
    """
    if asked.blank:
        return Rows(Table(tuple(columns), ()), blank_rows=8, row_height=10.0, closing=closing, fill=True)
    return Rows(Table(tuple(columns), rows), blank_rows=0 if rows else 3, closing=closing)


def numbered(rows: Sequence[tuple[Stored, ...]]) -> list[tuple[Stored, ...]]:
    """Return the rows with 1, 2, 3 before them."""
    return [(number, *row) for number, row in enumerate(rows, 1)]


def head(text: str, columns: int = 1, rows: int = 1) -> Cell:
    """Return a label of a form."""
    return Cell(text, "head", columns, rows)


def pairs(*told: tuple[str, str], columns: int = 1, height: float = 10.0) -> Line:
    """Return a line of a form: label, entry, label, entry; the last entry reaches over `columns` columns."""
    cells: list[Cell] = []
    for index, (label, entry) in enumerate(told):
        cells += [head(label), Cell(entry, columns=columns if index == len(told) - 1 else 1)]
    return Line(tuple(cells), height)


def filled_on(asked: Asked) -> str:
    """Return the day that stands under the form, or room to write it."""
    return "　　　　年　　月　　日" if asked.blank else day_words(asked.today.isoformat())
