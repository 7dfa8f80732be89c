"""What goes on a sheet of paper, before anything is measured: ledgers fill it, PDF and workbook writers read it.

Lengths are millimetres. Every sheet starts on a new page; the header row of a `Rows` block is repeated on each page.
"""

from collections.abc import Sequence
from dataclasses import dataclass
from typing import Literal

from villagebranch.domain.table import Table
from villagebranch.domain.values import Align

Role = Literal["head", "entry", "muted"]


@dataclass(frozen=True)
class Rows:
    """A table. `blank_rows` empty rows follow, to be filled by hand, and with `fill` as many more as the page holds;
    `closing` is a last row across all columns. `groups` are heads over several columns, from the left: words and how
    many columns they stand over, '' for columns that have only a head of their own. `sums` are the places of rows that
    sum up those above them (小计): set like heads, and never parted from what they sum up."""

    table: Table
    blank_rows: int = 0
    row_height: float = 8.0
    closing: str = ""
    fill: bool = False
    groups: tuple[tuple[str, int], ...] = ()
    sums: frozenset[int] = frozenset()


@dataclass(frozen=True)
class Cell:
    """One cell of a form. `columns` and `rows` say how far it reaches; `image` is a JPEG or PNG set in its place."""

    text: str = ""
    role: Role = "entry"
    columns: int = 1
    rows: int = 1
    align: Align | None = None
    top: bool = False
    image: bytes = b""


@dataclass(frozen=True)
class Line:
    """One row of a form, at least `height` high; the text of a line taller than what is left flows on over the page."""

    cells: tuple[Cell, ...]
    height: float = 10.0


@dataclass(frozen=True)
class Form:
    """A grid of labels and entries; `widths` share out the width of the sheet in proportion."""

    widths: tuple[float, ...]
    lines: tuple[Line, ...]


@dataclass(frozen=True)
class Words:
    """Running text under or between the grids; `align` right for a closing name and date. `size` in points."""

    text: str
    align: Align = "left"
    size: float = 12.0


@dataclass(frozen=True)
class Cover:
    """A title page: a large title, lines of label and value in the middle, the unit and date at the foot."""

    title: str
    lines: tuple[tuple[str, str], ...]
    foot: tuple[str, ...] = ()


Block = Rows | Form | Words | Cover


@dataclass(frozen=True)
class Sheet:
    """One form of paper: title, subtitle, a line of up to three texts (left, middle, right), blocks, signatures.

    `signatures` are spread over the width below the last block; `numbered` puts 第 X 页 共 Y 页 at the foot, and `foot`
    stands there in its place when it is not.
    """

    title: str
    blocks: tuple[Block, ...]
    subtitle: str = ""
    line: tuple[str, ...] = ()
    signatures: tuple[str, ...] = ()
    landscape: bool = False
    numbered: bool = True
    foot: str = ""


@dataclass(frozen=True)
class Document:
    """Sheets that are printed together. `unit` stands at the foot of each page beside the page number.

    The pages of a `booklet` are numbered and bound as one from each cover on; otherwise each sheet is a paper of its
    own.
    """

    name: str
    sheets: Sequence[Sheet]
    unit: str = ""
    booklet: bool = False


def name_on_paper(name: str) -> str:
    """Return a two-character name set with a full-width space (王　堃), as rosters do."""
    return f"{name[0]}\u3000{name[1]}" if len(name) == 2 else name


def said(text: str | None, absent: str = "—") -> str:
    """Return `text`, or `absent` for a cell that has no value: forms leave no cell empty."""
    return text or absent
