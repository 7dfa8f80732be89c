"""Books as an import gets them: the sample workbooks, and rows written down in a test."""

from collections.abc import Mapping, Sequence
from functools import cache
from pathlib import Path

from sqlalchemy import select

from tests.samples import TODAY
from villagebranch.db.record import Record
from villagebranch.db.store import Store
from villagebranch.domain.rawrow import RawRow
from villagebranch.domain.values import Stored
from villagebranch.exchange import forms
from villagebranch.exchange.book import read_book
from villagebranch.services import imports
from villagebranch.services.imports import Plan

DEMO = Path(__file__).parents[1] / "resources" / "demo"
SAMPLES = {
    "members": ("党员花名册.xlsx", forms.MEMBERS),
    "households": ("农户信息.xlsx", forms.HOUSEHOLDS),
    "visits": ("走访记录2025.xlsx", forms.VISITS),
}


@cache
def sample_rows(book: str) -> Sequence[RawRow]:
    """Return the rows of one of the sample workbooks."""
    name, form = SAMPLES[book]
    return read_book(DEMO / name, form).rows()[0]


def rows(*values: Mapping[str, object]) -> list[RawRow]:
    """Return rows that stand alone, below a header in row 1."""
    return [RawRow("表", number, row, number) for number, row in enumerate(values, 2)]


def households(*blocks: Sequence[Mapping[str, object]]) -> list[RawRow]:
    """Return the rows of a household book, one block for each household."""
    made: list[RawRow] = []
    for block in blocks:
        first = len(made) + 2
        made += [RawRow("表", first + place, row, first) for place, row in enumerate(block)]
    return made


def preview(store: Store, book: str, book_rows: Sequence[RawRow]) -> Plan:
    """Return what an import would do."""
    with store.read() as conn:
        return imports.PLANS[book](conn, book_rows, TODAY)


def bring_in(store: Store, book: str, book_rows: Sequence[RawRow]) -> Plan:
    """Import rows and return the plan that was followed."""
    plan = preview(store, book, book_rows)
    with store.write("王堃", plan.form) as act:
        imports.apply(act, plan)
    return plan


def standing(store: Store, record: type[Record]) -> list[dict[str, Stored]]:
    """Return the records of one kind that are there, in the order they were made."""
    table = record.table()
    with store.read() as conn:
        query = select(table).where(table.c.removed_at.is_(None)).order_by(table.c.id)
        return [dict(row) for row in conn.execute(query).mappings()]
