"""Reading of strangers' workbooks (.xlsx, .xls, .ods): in a process of its own, with a cap on memory and time."""

import marshal
from collections.abc import Sequence
from dataclasses import dataclass
from datetime import date, datetime
from pathlib import Path

from villagebranch.domain.errors import Trouble
from villagebranch.exchange import aside
from villagebranch.exchange.workbook_child import Limits

Cell = str | int | float | bool | date | datetime


@dataclass(frozen=True)
class Merge:
    """A merged range, all four edges inside it and counted from 0."""

    top: int
    left: int
    bottom: int
    right: int


@dataclass(frozen=True)
class Grid:
    """One worksheet from its first row and column on; a blank cell is ''. All rows are of one length."""

    name: str
    rows: Sequence[Sequence[Cell]]
    merges: Sequence[Merge] = ()


@dataclass(frozen=True)
class Workbook:
    """The worksheets that the person can see in the book, and the names of those that are hidden there."""

    sheets: tuple[Grid, ...]
    hidden: tuple[str, ...] = ()


def cleaned(cell: Cell) -> Cell | None:
    """Return what a cell holds: None for a blank one, a whole number as such (Excel knows fractions only)."""
    if isinstance(cell, float) and cell.is_integer():
        return int(cell)
    return None if isinstance(cell, str) and not cell.strip() else cell


def read_workbook(path: Path, limits: Limits = Limits()) -> Workbook:  # noqa: B008 - a NamedTuple is a value
    """Read all worksheets of `path`; raise `Trouble` when it is no workbook, damaged, locked or beyond `limits`."""
    try:
        with path.open("rb"):
            pass
    except FileNotFoundError:
        raise Trouble(f"找不到「{path.name}」。可能已被移走，或优盘已拔出") from None
    except OSError:
        raise Trouble(f"打不开「{path.name}」。如果它正在 WPS 或 Excel 里打开着，请先关闭，再导入") from None
    sentence, sheets = marshal.loads(_ask_child(path, limits))
    if sentence:
        raise Trouble(f"读不了「{path.name}」：{sentence}。")
    shown = tuple(_grid(name, *rest) for name, visible, *rest in sheets if visible)
    return Workbook(shown, tuple(sheet[0] for sheet in sheets if not sheet[1]))


def _ask_child(path: Path, limits: Limits) -> bytes:
    answer = aside.ask("workbook_child", [str(path.absolute()), *map(str, limits)], limits.seconds)
    if answer is None:
        raise Trouble(
            f"读不了「{path.name}」：文件已损坏，或内容太多。请用 WPS 打开，把要导入的工作表另存为一个新的 .xlsx 文件，再导入。"
        )
    return answer


def _grid(
    name: str,
    rows: list[list[Cell]],
    dates: list[tuple[int, list[int], list[str]]],
    merges: list[tuple[tuple[int, int], tuple[int, int]]],
) -> Grid:
    for column, places, days in dates:
        for row, day in zip(places, days, strict=True):
            rows[row][column] = datetime.fromisoformat(day) if "T" in day else date.fromisoformat(day)
    return Grid(name, rows, [Merge(*start, *end) for start, end in merges])
