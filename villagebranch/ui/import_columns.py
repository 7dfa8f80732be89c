"""Step two of an import: which column of the sheet holds what, with examples; the guess can be put right."""

from __future__ import annotations

from dataclasses import replace

from PySide6.QtWidgets import QComboBox, QGridLayout, QLabel, QVBoxLayout, QWidget

from villagebranch.domain.values import plain
from villagebranch.exchange.book import Book
from villagebranch.exchange.forms import ImportForm
from villagebranch.exchange.mapping import ColumnMapping
from villagebranch.exchange.workbook_reader import Grid
from villagebranch.ui.widgets import words

_NOT_THERE = "（表里没有）"
_EXAMPLES = 3


class ColumnsStep(QWidget):
    """A grid for each sheet: our column, the sheet's column in a list, some of what stands there."""

    def __init__(self, book: Book) -> None:
        super().__init__()
        self._form = book.form
        self._guessed = {grid.name: mapping for grid, mapping in book.sheets}
        self._boxes: dict[str, dict[str, QComboBox]] = {}
        column = QVBoxLayout(self)
        column.setContentsMargins(0, 0, 0, 0)
        if book.hidden:
            column.addWidget(words(f"隐藏的工作表没有读：{'、'.join(book.hidden)}", "muted", wrap=True))
        for grid, mapping in book.sheets:
            told = (
                f"工作表「{grid.name}」，表头在第 {mapping.header_row} 行"
                if mapping.header_row
                else f"工作表「{grid.name}」，没有表头"
            )
            column.addWidget(words(told, "secondary"))
            column.addLayout(self._grid(grid, mapping))
        column.addStretch(1)

    def mappings(self) -> dict[str, ColumnMapping]:
        """Return the columns as they were put right, by sheet."""
        chosen = {}
        for sheet, boxes in self._boxes.items():
            columns = {
                name: int(box.currentData()) for name, box in boxes.items() if box.currentData() is not None
            }
            chosen[sheet] = replace(self._guessed[sheet], columns=columns)
        return chosen

    def _grid(self, grid: Grid, mapping: ColumnMapping) -> QGridLayout:
        layout = QGridLayout()
        layout.setHorizontalSpacing(16)
        layout.setColumnStretch(2, 1)
        for place, label in enumerate(("我们的栏目", "表里的哪一列", "例子")):
            layout.addWidget(words(label, "label"), 0, place)
        self._boxes[grid.name] = {}
        for line, column in enumerate(_ordered(self._form, mapping), 1):
            field = self._form.column(column).field
            box = self._box(mapping, column)
            box.setAccessibleName(f"{field.label}在表里的哪一列")
            example = words("", "muted")
            self._boxes[grid.name][column] = box
            layout.addWidget(words(field.label + ("（必填）" if field.required else "")), line, 0)
            layout.addWidget(box, line, 1)
            layout.addWidget(example, line, 2)

            def show(_index: int, box: QComboBox = box, said: QLabel = example) -> None:
                said.setText(_examples(grid, mapping, box.currentData()))

            box.currentIndexChanged.connect(show)
            show(0)
        return layout

    def _box(self, mapping: ColumnMapping, column: str) -> QComboBox:
        box = QComboBox()
        box.addItem(_NOT_THERE, None)
        for place, label in enumerate(mapping.labels):
            box.addItem(label or f"第 {place + 1} 列", place)
        if column in mapping.columns:
            box.setCurrentIndex(mapping.columns[column] + 1)
        return box


def _ordered(form: ImportForm, mapping: ColumnMapping) -> list[str]:
    """Return the form's columns, those found first and the rest after them."""
    names = [column.name for column in form.columns]
    return sorted(names, key=lambda name: name not in mapping.columns)


def _examples(grid: Grid, mapping: ColumnMapping, place: int | None) -> str:
    if place is None:
        return ""
    found = (plain(row[place]) for row in grid.rows[mapping.header_row :])
    told = list(dict.fromkeys(text for text in found if text))[:_EXAMPLES]
    return "、".join(told)[:60]
