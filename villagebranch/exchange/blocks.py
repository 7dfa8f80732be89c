"""What rows share: a merged range stands for each of its rows, and a household writes its number, group and door only once."""

from collections.abc import Iterator, Mapping, Sequence
from itertools import pairwise

from villagebranch.domain import codes
from villagebranch.domain.errors import Unreadable
from villagebranch.domain.values import plain
from villagebranch.exchange.forms import ImportForm
from villagebranch.exchange.mapping import ColumnMapping
from villagebranch.exchange.workbook_reader import Cell, Grid, cleaned

Values = dict[str, Cell | None]

_SERIAL = {"序号", "编号", "户数", "顺序号"}
_GROUP = "villager_group"


class Merged:
    """The cells that a merged range hides, each with the cell that speaks for it."""

    def __init__(self, grid: Grid, first_row: int) -> None:
        self._grid = grid
        self._tops: dict[tuple[int, int], int] = {}
        for merge in grid.merges:
            if merge.top >= first_row:
                for row in range(merge.top + 1, min(merge.bottom + 1, len(grid.rows))):
                    if self._tops.setdefault((row, merge.left), merge.top) != merge.top:
                        break  # ranges that overlap are not from a spreadsheet program

    def fill(self, index: int, values: Values, places: Mapping[str, int]) -> None:
        """Give the blank cells of row `index` among `places` what their merged range says."""
        for name, place in places.items():
            top = self._tops.get((index, place))
            if top is not None and values[name] is None:
                values[name] = cleaned(self._grid.rows[top][place])

    def hides(self, index: int, place: int) -> bool:
        """Tell whether a merged range from above reaches over this cell."""
        return (index, place) in self._tops


class Households:
    """Goes down the rows of a household book once: completes each row and tells where its household began."""

    def __init__(self, grid: Grid, mapping: ColumnMapping, form: ImportForm) -> None:
        columns = mapping.columns
        self._grid = grid
        self._shared = {c.name: columns[c.name] for c in form.columns if c.shared and c.name in columns}
        self._merged = Merged(grid, mapping.header_row)
        data = grid.rows[mapping.header_row :]
        self._keys = [place for name, place in self._shared.items() if name != _GROUP]
        self._keys += [place for place in _serials(mapping) if _sparse(data, place)]
        self._group_written_once = _GROUP in columns and _never_repeated(data, columns[_GROUP])
        self._first = -1
        self._said: Values = {}

    def complete(self, index: int, values: Values) -> int:
        """Fill the shared cells of row `index`; return the index of the first row of its household."""
        self._merged.fill(index, values, self._shared)
        if self._first >= 0 and self._goes_on(index, values):
            values |= {name: self._said[name] for name in self._shared if values[name] is None}
            return self._first
        if self._group_written_once and values[_GROUP] is None and self._first >= 0:
            values[_GROUP] = self._said[_GROUP]
        self._first = index
        self._said = {name: values[name] for name in self._shared}
        return index

    def _goes_on(self, index: int, values: Values) -> bool:
        """Tell whether the row belongs to the household above it."""
        if any(self._merged.hides(index, place) for place in self._keys):
            return True
        said_anew = [name for name in self._shared if values[name] is not None]
        if any(plain(values[name]) != plain(self._said[name]) for name in said_anew):
            return False
        row = self._grid.rows[index]
        if any(plain(row[place]) for place in self._keys):
            return bool(set(said_anew) - {_GROUP})
        return not _is_head(values) and bool(self._keys or "relation" in values)


def _is_head(values: Values) -> bool:
    try:
        return codes.RELATION.parse(values.get("relation")) == "head"
    except Unreadable:
        return False


def _serials(mapping: ColumnMapping) -> Iterator[int]:
    taken = set(mapping.columns.values())
    return (place for place, label in enumerate(mapping.labels) if label in _SERIAL and place not in taken)


def _sparse(rows: Sequence[Sequence[Cell]], place: int) -> bool:
    """Tell whether the column is written once per household, as a serial number of households is."""
    blank = sum(not plain(row[place]) for row in rows if any(map(plain, row)))
    return blank * 4 > len(rows)


def _never_repeated(rows: Sequence[Sequence[Cell]], place: int) -> bool:
    """Tell whether the column is written once for several households: then no two neighbours say the same."""
    said = [text for row in rows if (text := plain(row[place]))]
    return all(one != other for one, other in pairwise(said))
