"""A small table within a pane: as high as its rows, it never scrolls by itself."""

from __future__ import annotations

from collections.abc import Mapping

from PySide6.QtCore import QSize, Qt
from PySide6.QtWidgets import QFrame, QSizePolicy

from villagebranch.ui.delegates import Tags
from villagebranch.ui.table_model import TableModel
from villagebranch.ui.table_view import TableView


class WholeTable(TableView):
    """Shows all rows of a model."""

    def __init__(self, model: TableModel, looks: Mapping[str, Tags]) -> None:
        super().__init__(model, looks=looks)
        self.setFrameShape(QFrame.Shape.NoFrame)
        self.setVerticalScrollBarPolicy(Qt.ScrollBarPolicy.ScrollBarAlwaysOff)
        self.setSizePolicy(QSizePolicy.Policy.Expanding, QSizePolicy.Policy.Fixed)

    def sizeHint(self) -> QSize:
        header = self.horizontalHeader()
        rows = self.table_model.rowCount() * self.verticalHeader().defaultSectionSize()
        bar = self.horizontalScrollBar().sizeHint().height() if header.length() > self.width() else 0
        height = header.sizeHint().height() + rows + bar + 2 * self.frameWidth() + 4
        return QSize(super().sizeHint().width(), height)

    def minimumSizeHint(self) -> QSize:
        return QSize(0, self.sizeHint().height())
