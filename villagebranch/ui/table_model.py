"""The one screen model: a dumb view of a domain `Table`, whose rows may be fetched only when they are looked at."""

from array import array
from collections import OrderedDict
from collections.abc import Callable, Iterable, Sequence
from datetime import date
from typing import Any

from PySide6.QtCore import QAbstractTableModel, QModelIndex, QObject, QPersistentModelIndex, Qt, Signal

from villagebranch.domain.errors import Unreadable
from villagebranch.domain.table import Table
from villagebranch.ui.lazy_rows import LazyRows, Row

AnyIndex = QModelIndex | QPersistentModelIndex

PAGE = 200
SORTED_HERE = 20_000
LONG = 12  # characters: what may be cut off is said in full under the mouse
_KEPT_PAGES = 16
NOWHERE = QModelIndex()


class TableModel(QAbstractTableModel):
    """Shows a `Table`. Of each 200 rows the texts are made once; the last pages looked at are kept.

    `editable` names the columns that may be typed into: what is typed is read by the column's `Value`, and `edited`
    bears (record id, column name, stored value) — writing it and calling `show_table` again is the page's work.
    `refused` bears the sentence for what could not be read, or sorted.
    """

    edited = Signal(str, str, object)
    refused = Signal(str)

    def __init__(
        self,
        table: Table,
        *,
        editable: Iterable[str] = (),
        today: Callable[[], date] | None = None,
        parent: QObject | None = None,
    ) -> None:
        super().__init__(parent)
        self.table = table
        self._editable = frozenset(editable)
        self._today = today
        self._order: array[int] | None = None
        self._sorted: tuple[str, bool] | None = None
        self._pages: OrderedDict[int, list[list[str]]] = OrderedDict()

    def show_table(self, table: Table) -> None:
        """Show another table, in the order that the person chose last."""
        self.beginResetModel()
        self.table, self._order = table, None
        self._pages.clear()
        if self._sorted is not None and len(table.rows) <= SORTED_HERE:
            self._order = _ordered(table, *self._sorted)
        self.endResetModel()

    def text(self, row: int, column: int) -> str:
        """Return the words of one cell."""
        page, place = divmod(row, PAGE)
        texts = self._pages.get(page)
        if texts is None:
            texts = self._read(page)
        return texts[place][column]

    def alignment(self, column: int) -> Qt.AlignmentFlag:
        """Return the side that a column's words stand at: on screen all but figures of money stand at the left."""
        right = self.table.columns[column].alignment == "right"
        return Qt.AlignmentFlag.AlignRight if right else Qt.AlignmentFlag.AlignLeft

    def id_of(self, row: int) -> str:
        """Return the id of the record behind a row, '' where there is none."""
        source = row if self._order is None else self._order[row]
        return self.table.ids[source] if self.table.ids else ""

    def row_of(self, record: str) -> int:
        """Return the row of a record, -1 where it is not shown; rows that are fetched lazily are not searched."""
        if record not in self.table.ids:
            return -1
        source = self.table.ids.index(record)
        return source if self._order is None else self._order.index(source)

    @property
    def is_editable(self) -> bool:
        """Whether there are columns to type into."""
        return bool(self._editable)

    # The names below are Qt's.

    def rowCount(self, parent: AnyIndex = NOWHERE) -> int:
        return 0 if parent.isValid() else len(self.table.rows)

    def columnCount(self, parent: AnyIndex = NOWHERE) -> int:
        return 0 if parent.isValid() else len(self.table.columns)

    def data(self, index: AnyIndex, role: int = Qt.ItemDataRole.DisplayRole) -> Any:
        if not index.isValid():
            return None
        if role in (Qt.ItemDataRole.DisplayRole, Qt.ItemDataRole.EditRole):
            return self.text(index.row(), index.column())
        if role == Qt.ItemDataRole.ToolTipRole:
            text = self.text(index.row(), index.column())
            return text if len(text) >= LONG else None
        if role == Qt.ItemDataRole.TextAlignmentRole:
            return self.alignment(index.column()) | Qt.AlignmentFlag.AlignVCenter
        return None

    def headerData(self, section: int, side: Qt.Orientation, role: int = Qt.ItemDataRole.DisplayRole) -> Any:
        if side == Qt.Orientation.Vertical:
            return str(section + 1) if role == Qt.ItemDataRole.DisplayRole else None
        if not 0 <= section < len(self.table.columns):
            return None
        if role == Qt.ItemDataRole.DisplayRole:
            return self.table.columns[section].label
        if role == Qt.ItemDataRole.TextAlignmentRole:
            return self.alignment(section) | Qt.AlignmentFlag.AlignVCenter
        return None

    def flags(self, index: AnyIndex) -> Qt.ItemFlag:
        flags = super().flags(index)
        if index.isValid() and self.table.columns[index.column()].name in self._editable:
            flags |= Qt.ItemFlag.ItemIsEditable
        return flags

    def setData(self, index: AnyIndex, value: Any, role: int = Qt.ItemDataRole.EditRole) -> bool:
        if role != Qt.ItemDataRole.EditRole or not self.flags(index) & Qt.ItemFlag.ItemIsEditable:
            return False
        if value == self.text(index.row(), index.column()):
            return True
        column = self.table.columns[index.column()]
        try:
            stored = column.value.parse(value, self._today() if self._today else None)
        except Unreadable as unreadable:
            self.refused.emit(f"{column.label}：{unreadable}")
            return False
        self.edited.emit(self.id_of(index.row()), column.name, stored)
        return True

    def sort(self, column: int, order: Qt.SortOrder = Qt.SortOrder.AscendingOrder) -> None:
        if not 0 <= column < len(self.table.columns):
            return
        if len(self.table.rows) > SORTED_HERE:
            self.refused.emit(f"一共 {len(self.table.rows)} 行，太多了，请先筛选再排序")
            return
        name, descending = self.table.columns[column].name, order == Qt.SortOrder.DescendingOrder
        self._sorted = (name, descending)
        self.show_table(self.table)

    def _read(self, page: int) -> list[list[str]]:
        rows, start = self.table.rows, page * PAGE
        if self._order is None:
            wanted: Sequence[Row] = rows[start : start + PAGE]
        else:
            wanted = _rows_at(rows, self._order[start : start + PAGE])
        texts = [self.table.texts(row) for row in wanted]
        self._pages[page] = texts
        if len(self._pages) > _KEPT_PAGES:
            self._pages.popitem(last=False)
        return texts


def _rows_at(rows: Sequence[Row], places: Sequence[int]) -> Sequence[Row]:
    return rows.pick(places) if isinstance(rows, LazyRows) else [rows[place] for place in places]


def _ordered(table: Table, name: str, descending: bool) -> "array[int]":
    place, column = next((at, one) for at, one in enumerate(table.columns) if one.name == name)
    keys = [column.value.sort_key(row[place]) for row in table.rows[:]]
    order = sorted(
        range(len(keys)), key=lambda row: keys[row][1:] if not keys[row][0] else (), reverse=descending
    )
    missing = [row for row in order if keys[row][0]]
    return array("i", [row for row in order if not keys[row][0]] + missing)
