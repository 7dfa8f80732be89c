"""The ledgers to choose from: the name of each, and below it how often it is made and on what paper."""

from collections.abc import Sequence

from PySide6.QtCore import QSize, Qt, Signal
from PySide6.QtWidgets import QListWidget

from villagebranch.ledgers.ledger import Ledger
from villagebranch.ui.two_lines import TwoLines, two_lines, widest


class LedgerList(QListWidget):
    """Lists ledgers; `went` bears the place of the one that was chosen."""

    went = Signal(int)

    def __init__(self, ledgers: Sequence[Ledger]) -> None:
        super().__init__()
        self.setItemDelegate(TwoLines(self))
        self.setHorizontalScrollBarPolicy(Qt.ScrollBarPolicy.ScrollBarAlwaysOff)
        self.setAccessibleName("台账")
        for ledger in ledgers:
            two_lines((ledger.label, ledger.rhythm), self)
        self.currentRowChanged.connect(self.went)

    def sizeHint(self) -> QSize:
        return QSize(self._wanted_width(), 0)

    def minimumSizeHint(self) -> QSize:
        return QSize(self._wanted_width(), 6 * self.fontMetrics().height())

    def _wanted_width(self) -> int:
        """Return what the longest words need beside the scroll bar."""
        return widest(self) + self.verticalScrollBar().sizeHint().width() + 4
