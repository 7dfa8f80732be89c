"""What the ledgers of a township have in common: whose issues they list, what stands in a cell, and the sheet."""

from collections.abc import Sequence
from datetime import date

from sqlalchemy import Connection

from villagebranch.domain.names import collation, village_of
from villagebranch.domain.paper import Document, Rows, Sheet, name_on_paper, said
from villagebranch.domain.table import Column
from villagebranch.domain.values import Day, Name, Stored
from villagebranch.ledgers.issue_columns import day_in_column
from villagebranch.ledgers.ledger import Asked, filled_on, unit, unit_words
from villagebranch.records.reported import VillageIssue
from villagebranch.services import village_issues
from villagebranch.services.village_issues import IssueOfVillage, Wanted


def issues(conn: Connection, asked: Asked, state: str = "") -> list[IssueOfVillage]:
    """Return the issues that villages reported, by the names of the villages, the oldest of each first; none for a blank
    form. `state` is one of `village_issues.states`."""
    if asked.blank:
        return []
    found = village_issues.found(conn, Wanted(village_id=asked.village_id, state=state), asked.today)
    return sorted(found, key=lambda one: collation(one.village))


def cells(columns: Sequence[Column], one: IssueOfVillage, until: date, **own: str) -> tuple[Stored, ...]:
    """Return what stands in the columns behind the number: `own` words of the ledger, else what the village reported."""
    told = {"village": village_of(one.village)} | own
    return tuple(
        told[column.name] if column.name in told else _field(column.name, one, until)
        for column in columns[1:]
    )


def _field(name: str, one: IssueOfVillage, until: date) -> str:
    match VillageIssue.kind().field(name).value:
        case Day():
            return said(day_in_column(getattr(one, name), f"{until:%Y}"))
        case Name():
            return said(name_on_paper(getattr(one, name)))
        case _:
            return said(one.shown(name))


def document(
    conn: Connection, asked: Asked, title: str, table: Rows, *, subtitle: str, line: Sequence[str] = ()
) -> Document:
    """Return the ledger as one sheet across; `line` stands beside the township's name over the table."""
    name = unit_words(unit(conn))
    sheet = Sheet(
        title,
        (table,),
        subtitle=subtitle,
        line=(f"单位：{name}", *line),
        signatures=("填表人：", "审核人：", f"填表日期：{filled_on(asked)}"),
        landscape=True,
    )
    return Document(title, (sheet,), name)
