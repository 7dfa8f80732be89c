"""Bringing books in, from the file to the committed act: the three books of the sample village, then 10,000 visits.

Ours reads safely in a process of its own, recognises the columns, checks every cell, finds people and households by
name, plans, checks the plan again and writes with the journal and the kept columns. The peer reads with openpyxl and
writes the cells as they stand into one table of the same encrypted sort, by `executemany`.
"""

import shutil
from collections.abc import Callable
from datetime import date, timedelta
from pathlib import Path
from tempfile import TemporaryDirectory

import openpyxl
import village
import xlsxwriter
from measure import compare

from villagebranch.db.cipher import open_raw
from villagebranch.db.store import Store
from villagebranch.exchange.book import read_book
from villagebranch.exchange.forms import FORMS
from villagebranch.resources import RESOURCES
from villagebranch.services import imports

_FORMS = {form.name: form for form in FORMS}
DEMO = RESOURCES / "demo"
BOOKS = {
    "households": DEMO / "农户信息.xlsx",
    "members": DEMO / "党员花名册.xlsx",
    "visits": DEMO / "走访记录2025.xlsx",
}
VISITS, WIDEST = 10_000, 40


def bring_in(database: Path, books: dict[str, Path]) -> None:
    """Import these books as the window does."""
    store = Store(database, village.KEY, village.clock)
    for name, path in books.items():
        rows, _skipped = read_book(path, _FORMS[name]).rows()
        with store.read() as conn:
            plan = imports.PLANS[name](conn, rows, village.TODAY)
        with store.write("王堃", plan.form) as act:
            imports.apply(act, plan)
    store.close()


def plainly(database: Path, books: dict[str, Path]) -> None:
    """Read with openpyxl and keep the cells as they are."""
    conn = open_raw(database, village.KEY)
    columns = [f"c{n}" for n in range(WIDEST)]
    conn.execute(f"CREATE TABLE IF NOT EXISTS cells ({', '.join(columns)})")
    for path in books.values():
        conn.execute("BEGIN")
        for sheet in openpyxl.load_workbook(path, read_only=True, data_only=True):
            rows = [
                [None if cell is None else str(cell) for cell in row]
                for row in sheet.iter_rows(values_only=True)
            ]
            padded = [(row + [None] * WIDEST)[:WIDEST] for row in rows]
            conn.executemany(f"INSERT INTO cells VALUES ({', '.join('?' * WIDEST)})", padded)
        conn.execute("COMMIT")
    conn.close()


def many_visits(path: Path) -> None:
    """Write a book of `VISITS` visits to the households of the sample village, each on a day and with words of its own."""
    sheet = openpyxl.load_workbook(BOOKS["visits"], read_only=True).worksheets[0]
    heads, *told = sheet.iter_rows(max_col=6, values_only=True)
    with xlsxwriter.Workbook(path, {"constant_memory": True}) as book:
        out = book.add_worksheet("走访")
        out.write_row(0, 0, heads)
        for n in range(VISITS):
            _day, visitor, head, group, way, account = told[n % len(told)]
            day = (date(2024, 12, 31) - timedelta(days=n % 3_000)).isoformat()
            out.write_row(n + 1, 0, (day, visitor, head, group, way, f"{account}第{n + 1}次。"))


def on_a_copy(
    work: Callable[[Path, dict[str, Path]], None], database: Path, books: dict[str, Path]
) -> Callable[[], None]:
    """Return work that leaves `database` as it is."""

    def run() -> None:
        with TemporaryDirectory() as folder:
            copy = Path(folder, "village.db")
            shutil.copy(database, copy)
            work(copy, books)

    return run


def main() -> None:
    with TemporaryDirectory() as name:
        new, settled, book = (Path(name, file) for file in ("new.db", "settled.db", "走访.xlsx"))
        Store(new, village.KEY, village.clock).close()
        compare(
            "import of the three sample books",
            on_a_copy(bring_in, new, BOOKS),
            {"openpyxl and executemany": on_a_copy(plainly, new, BOOKS)},
            rounds=3,
        )
        shutil.copy(new, settled)
        bring_in(settled, BOOKS)
        many_visits(book)
        compare(
            f"import of {VISITS:,} visits",
            on_a_copy(bring_in, settled, {"visits": book}),
            {"openpyxl and executemany": on_a_copy(plainly, settled, {"visits": book})},
            rounds=3,
        )


if __name__ == "__main__":
    main()
