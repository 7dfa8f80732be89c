"""从问题里选: the issues that are still open, to be put on an agenda one after the other."""

from __future__ import annotations

from collections.abc import Collection

from PySide6.QtCore import Qt, QTimer, Signal
from PySide6.QtGui import QKeyEvent
from PySide6.QtWidgets import QFrame, QHBoxLayout, QLineEdit

from villagebranch.domain import issues as rules
from villagebranch.domain.table import Table
from villagebranch.services import issues
from villagebranch.services.issues import Wanted
from villagebranch.ui.desk import Desk
from villagebranch.ui.table_model import TableModel
from villagebranch.ui.table_view import TableView
from villagebranch.ui.widgets import Card, button, words

_OFFERED = 200
_COLUMNS = ("collected_on", "place", "words", "stage")


class IssueOffer(Card):
    """Emits `chosen` with an issue's id for Enter or a double click, and `left` when that is enough."""

    chosen = Signal(str)
    left = Signal()

    def __init__(self, desk: Desk) -> None:
        super().__init__(margin=12, spacing=8)
        self._desk = desk
        self._taken: Collection[str] = ()
        self._words = QLineEdit()
        self._words.setPlaceholderText("按字或姓名找")
        self._words.setAccessibleName("按字或姓名找问题")
        self._soon = QTimer(self, singleShot=True, interval=150)
        self._soon.timeout.connect(lambda: self.offer(self._taken))
        self._words.textEdited.connect(lambda _text: self._soon.start())
        self.table = TableView(TableModel(_narrow(issues.listing(())), today=desk.today), name="offer")
        self.table.setAccessibleName("还没有办结的问题")
        self.table.setFrameShape(QFrame.Shape.NoFrame)
        self.table.setMinimumHeight(self.table.sizeHint().height())
        self.table.opened.connect(self.chosen)
        head = QHBoxLayout()
        head.setSpacing(8)
        head.addWidget(self._words, 2)
        head.addWidget(words("回车或双击，列为议题", "muted", wrap=True), 3)
        head.addWidget(button("选好了　Esc", self.left.emit))
        self.body.addLayout(head)
        self.body.addWidget(self.table)
        self.hide()

    def offer(self, taken: Collection[str]) -> None:
        """List what is open and not yet `taken`, latest first."""
        self._taken = taken
        wanted = Wanted(stages=tuple(rules.OPEN_STAGES), words=self._words.text().strip())
        with self._desk.store.read() as conn:
            ids = [id for id in issues.ids(conn, wanted) if id not in taken][:_OFFERED]
            self.table.table_model.show_table(_narrow(issues.listing(issues.rows(conn, ids))))
        if not self.table.currentIndex().isValid():
            self.table.selectRow(0)

    def take_focus(self) -> None:
        """Be ready for choosing."""
        self.table.setFocus(Qt.FocusReason.TabFocusReason)

    def keyPressEvent(self, event: QKeyEvent) -> None:
        if event.key() == Qt.Key.Key_Escape:
            self.left.emit()
        elif event.key() in (Qt.Key.Key_Return, Qt.Key.Key_Enter):
            self.take_focus()
        else:
            super().keyPressEvent(event)


def _narrow(table: Table) -> Table:
    """Return some columns of the list of issues."""
    places = [place for place, column in enumerate(table.columns) if column.name in _COLUMNS]
    rows = [tuple(row[place] for place in places) for row in table.rows]
    return Table(tuple(table.columns[place] for place in places), rows, table.ids)
