"""A small table within a pane: as high as its rows, it never scrolls by itself."""

from __future__ import annotations

from collections.abc import Mapping

from PySide6.QtCore import QSize, Qt
from PySide6.QtWidgets import QFrame, QSizePolicy

from villagebranch.ui.delegates import Look
from villagebranch.ui.table_model import TableModel
from villagebranch.ui.table_view import TableView


class WholeTable(TableView):
    """Shows all rows of a model; with `headless`, without the labels of the columns."""

    def __init__(self, model: TableModel, looks: Mapping[str, Look], *, headless: bool = False) -> None:
        super().__init__(model, looks=looks)
        self.setFrameShape(QFrame.Shape.NoFrame)
        self.horizontalHeader().setHidden(headless)
        self.setVerticalScrollBarPolicy(Qt.ScrollBarPolicy.ScrollBarAlwaysOff)
        self.setHorizontalScrollBarPolicy(Qt.ScrollBarPolicy.ScrollBarAlwaysOff)
        self.setSizePolicy(QSizePolicy.Policy.Expanding, QSizePolicy.Policy.Fixed)

    def sizeHint(self) -> QSize:
        header = 0 if self.horizontalHeader().isHidden() else self.horizontalHeader().sizeHint().height()
        rows = self.table_model.rowCount() * self.verticalHeader().defaultSectionSize()
        return QSize(super().sizeHint().width(), header + rows + 2 * self.frameWidth() + 4)

    def minimumSizeHint(self) -> QSize:
        return QSize(0, self.sizeHint().height())
