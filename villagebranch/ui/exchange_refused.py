"""没有采纳的内容: what others sent that was not theirs to write; it is kept, comes into no record, and is told here."""

from __future__ import annotations

from collections.abc import Sequence

from PySide6.QtWidgets import QVBoxLayout, QWidget

from villagebranch.domain.table import Column, Table
from villagebranch.domain.values import Text
from villagebranch.sync.quarantine import Refusal
from villagebranch.ui.table_model import TableModel
from villagebranch.ui.table_view import TableView
from villagebranch.ui.widgets import words

_WHY = (
    "村里写村里的，镇里写镇里的。对方送来的包里有不归它写的内容，程序没有写进资料，原样留着，列在这里备查。"
)
_COLUMNS = tuple(
    Column(name, label, Text(1000))
    for name, label in (("at", "什么时候"), ("author", "谁写的"), ("what", "哪一条"), ("fields", "哪几项"))
)


class RefusedView(QWidget):
    """A line for each change that was not taken up."""

    def __init__(self, refused: Sequence[Refusal]) -> None:
        super().__init__()
        column = QVBoxLayout(self)
        column.setContentsMargins(20, 16, 20, 18)
        column.setSpacing(12)
        column.addWidget(words("没有采纳的内容", "title"))
        column.addWidget(words(_WHY, "secondary", wrap=True))
        if not refused:
            column.addWidget(words("没有这样的内容。", "muted"))
            column.addStretch(1)
            return
        rows = [(one.at[:16].replace("T", " "), one.author, one.what, one.fields) for one in refused]
        table = TableView(TableModel(Table(_COLUMNS, rows)), name="refused")
        table.setAccessibleName("没有采纳的内容")
        column.addWidget(table, 1)
