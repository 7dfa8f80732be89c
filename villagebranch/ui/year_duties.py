"""今年的组织生活: what the rules ask a branch to hold in a year, how far it has come, and where that stands written."""

from __future__ import annotations

from datetime import date

from PySide6.QtCore import QEvent, Signal
from PySide6.QtGui import QResizeEvent
from PySide6.QtWidgets import QVBoxLayout, QWidget

from villagebranch.domain.duties import read_duties
from villagebranch.domain.table import Column, Table
from villagebranch.domain.values import Text
from villagebranch.resources import RESOURCES
from villagebranch.services.meeting_year import YearDuty, year_duties
from villagebranch.ui.colours import Tone
from villagebranch.ui.delegates import Tags
from villagebranch.ui.desk import Desk
from villagebranch.ui.list_page import DETAIL_BESIDE_FROM
from villagebranch.ui.page import Page
from villagebranch.ui.table_model import TableModel
from villagebranch.ui.whole_table import WholeTable
from villagebranch.ui.widgets import Card, words

_COLUMNS = (
    Column("label", "会议", Text()),
    Column("rhythm", "多久一次", Text()),
    Column("state", "已开", Text()),
)
_BESIDE_FROM = 72  # characters: a narrow column would cut the figures off
_TONES: dict[str, Tone] = {"done": "green", "soon": "amber", "muted": "grey"}


class YearDuties(QWidget):
    """Two cards: the duties of a year, and the source of the chosen one. `opened` bears a meeting's type and group."""

    opened = Signal(str, str)

    def __init__(self, desk: Desk) -> None:
        super().__init__()
        self._desk = desk
        self._duties = read_duties((RESOURCES / "rules" / "duties.json").read_text(encoding="utf-8"))
        self._standing: tuple[YearDuty, ...] = ()
        self._tones: dict[str, Tone] = {}
        self._year = Card("今年的组织生活", margin=18)
        self.table = WholeTable(TableModel(Table(_COLUMNS, [])), {"state": Tags(self._tones)})
        self.table.setAccessibleName("今年的组织生活")
        self.table.chosen.connect(self._show_source)
        self.table.opened.connect(self._open)
        self._year.body.setContentsMargins(1, 14, 1, 8)
        self._year.body.itemAt(0).layout().setContentsMargins(17, 0, 17, 0)
        self._year.body.addWidget(self.table)
        self._source, self._text = words("", "label", wrap=True), words("", "secondary", wrap=True)
        source = Card("依据")
        source.body.addWidget(self._text)
        source.body.addWidget(self._source)
        column = QVBoxLayout(self)
        column.setContentsMargins(0, 0, 0, 0)
        column.setSpacing(16)
        column.addWidget(self._year)
        column.addWidget(source)
        column.addStretch(1)

    def show_year(self, year: int) -> None:
        """Show how that year stands today, or how it ended."""
        today: date = self._desk.today()
        with self._desk.store.read() as conn:
            self._standing = year_duties(conn, year, today, self._duties)
        said = "今年" if year == today.year else f"{year}年"
        self._year.head.setText(f"{said}的组织生活")
        self._tones.update((told.standing.words, _TONES[told.standing.tone]) for told in self._standing)
        rows = [(told.duty.label, told.duty.rhythm_label, told.standing.words) for told in self._standing]
        self.table.table_model.show_table(Table(_COLUMNS, rows, [told.duty.name for told in self._standing]))
        self.table.updateGeometry()
        if not self.table.currentIndex().isValid():
            self.table.selectRow(0)

    def show_type(self, meeting_type: str) -> None:
        """Choose the duty that meetings of a type fulfil."""
        self.table.choose(
            next((t.duty.name for t in self._standing if t.duty.meeting_type == meeting_type), "")
        )

    def _show_source(self, name: str) -> None:
        told = next((told for told in self._standing if told.duty.name == name), None)
        behind = f"各小组分别开，{told.group}开得最少。" if told and told.group else ""
        self._text.setText(told.duty.text + behind if told else "")
        self._source.setText(told.duty.source if told else "")

    def _open(self, name: str) -> None:
        told = next(told for told in self._standing if told.duty.name == name)
        self.opened.emit(told.duty.meeting_type, told.group)


class DutiesPage(Page):
    """Base of the pages that have the duties beside them where there is room."""

    def __init__(self, desk: Desk) -> None:
        super().__init__(desk)
        self.duties = YearDuties(desk)

    def arrange(self, beside: bool) -> None:
        """Put the duties beside the rest of the page, or elsewhere."""
        raise NotImplementedError

    def resizeEvent(self, event: QResizeEvent) -> None:
        super().resizeEvent(event)
        self._arrange()

    def changeEvent(self, event: QEvent) -> None:
        super().changeEvent(event)
        if event.type() == QEvent.Type.FontChange and self.layout() is not None:
            self._arrange()

    def _arrange(self) -> None:
        needed = max(DETAIL_BESIDE_FROM, _BESIDE_FROM * self.fontMetrics().horizontalAdvance("国"))
        self.arrange(self.window().width() >= needed)
