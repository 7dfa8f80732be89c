"""A list with the detail of the chosen record beside it: filters as plain buttons above, an empty state that helps."""

from __future__ import annotations

from collections.abc import Callable, Mapping, Sequence
from typing import Any

from PySide6.QtCore import QSettings, Qt
from PySide6.QtGui import QResizeEvent
from PySide6.QtWidgets import (
    QFrame,
    QHBoxLayout,
    QPushButton,
    QStackedWidget,
    QVBoxLayout,
    QWidget,
)

from villagebranch.domain.table import Table
from villagebranch.ui.delegates import Look
from villagebranch.ui.desk import Desk
from villagebranch.ui.flow_layout import FlowLayout
from villagebranch.ui.page import Page
from villagebranch.ui.table_model import TableModel
from villagebranch.ui.table_view import TableView
from villagebranch.ui.widgets import Card, Scroll, button, clear, words

DETAIL_BESIDE_FROM = 1200


class EmptyState(QWidget):
    """Says what to do next, with the button that does it."""

    def __init__(self, text: str, label: str = "", done: Callable[[], None] | None = None) -> None:
        super().__init__()
        self._words = words("", "secondary", wrap=True)
        self._words.setAlignment(Qt.AlignmentFlag.AlignHCenter)
        self._button = button("", lambda: self._done and self._done())
        column = QVBoxLayout(self)
        column.addStretch(1)
        column.addWidget(self._words)
        column.addSpacing(8)
        column.addWidget(self._button, 0, Qt.AlignmentFlag.AlignHCenter)
        column.addStretch(2)
        self.say(text, label, done)

    def say(self, text: str, label: str = "", done: Callable[[], None] | None = None) -> None:
        """Say another thing, with another button."""
        self._done = done
        self._words.setText(text)
        self._button.setText(label)
        self._button.setVisible(done is not None)


class ListPage(Page):
    """Base of the pages that list a kind. A subclass sets `name`, and says

    - `rows()`: the `Table` for the filters as they stand (ids set);
    - `detail(record)`: a widget for the pane beside the list, made anew for each record, and when the choice of several
      rows (`table.chosen_ids()`) changes;
    - `empty()`: the `EmptyState` for a list without rows;
    and puts its filters and its plain buttons with `add_filter` and `add_button`, and `looks` for its cells.
    `opened_from` names the page that 返回 leads to from a list without a place in the rail.
    Call `self.lay_out()` at the end of `__init__`. `open(id=…)` chooses that record.
    """

    name = ""
    looks: Mapping[str, Look] = {}
    editable: Sequence[str] = ()
    opened_from = ""
    detail_share = 36

    def __init__(self, desk: Desk) -> None:
        super().__init__(desk)
        self._wanted = ""
        self._shown = ""
        self._alone = False
        self._several = False
        self.filters = FlowLayout(None, 8)
        self.tools = QHBoxLayout()
        self.tools.setSpacing(8)
        self.table: TableView
        self._pane = QVBoxLayout()

    def rows(self) -> Table:
        """Return what the filters let through."""
        raise NotImplementedError

    def detail(self, record: str) -> QWidget:
        """Return the pane for one record."""
        raise NotImplementedError

    def empty(self) -> EmptyState:
        """Return what stands in place of a list without rows."""
        raise NotImplementedError

    def opened(self, record: str) -> None:
        """Answer to Enter and to a double click on a row: where the detail has no room beside the list, it is shown."""
        self._alone = True
        self._show_detail(record)
        self._arrange()

    def lay_out(self) -> None:
        """Put the parts together."""
        settings = QSettings(str(self.desk.folder / "screen.ini"), QSettings.Format.IniFormat, self)
        model = TableModel(Table((), ()), editable=self.editable, today=self.desk.today)
        self.table = TableView(model, looks=self.looks, settings=settings, name=self.name)
        self.table.setAccessibleName(self.title)
        self.table.setFrameShape(QFrame.Shape.NoFrame)
        model.refused.connect(self.desk.toast)
        self.table.chosen.connect(self._show_detail)
        self.table.opened.connect(self.opened)
        self.table.selectionModel().selectionChanged.connect(lambda *_: self._follow_selection())
        self._stack = QStackedWidget()
        self._stack.addWidget(self.table)
        self._stack.addWidget(self.empty())
        self._list = self._list_card()
        self._detail_card = Card(margin=0)
        self._detail_card.body.addLayout(self._pane)
        row = QHBoxLayout(self)
        row.addWidget(self._list, 100 - self.detail_share)
        row.addWidget(self._detail_card, self.detail_share)
        self._arrange()

    def add_filter(self, widget: Any) -> None:
        """Put a `Segments`, `MenuButton` or other thing with a `changed` signal over the list."""
        self.filters.addWidget(widget)
        widget.changed.connect(self.refresh)

    def add_button(self, label: str, done: Callable[[], None]) -> QPushButton:
        """Put a plain button at the right over the list."""
        made = button(label, done)
        self.tools.addWidget(made)
        return made

    # What every page does.

    def open(self, **what: Any) -> None:
        self._wanted = str(what.get("id", ""))
        self._alone = bool(self._wanted)

    def refresh(self) -> None:
        self.table.blockSignals(True)
        self.table.table_model.show_table(self.rows())
        if self._wanted:
            self.table.choose(self._wanted)
            self._alone = True
        elif not self.table.currentIndex().isValid():
            self.table.selectRow(0)
        self.table.blockSignals(False)
        self._wanted = ""
        self._stack.setCurrentIndex(0 if self.table.table_model.rowCount() else 1)
        self._show_detail(self.table.chosen_id())

    def take_focus(self) -> None:
        self.table.setFocus()

    def goes_back(self) -> bool:
        return self._detail_stands_alone() or bool(self.opened_from)

    def go_back(self) -> None:
        if not self._detail_stands_alone():
            self.desk.show_page(self.opened_from)
            return
        self._alone = False
        self._arrange()
        self.table.setFocus()

    def resizeEvent(self, event: QResizeEvent) -> None:
        super().resizeEvent(event)
        self._arrange()

    def _list_card(self) -> Card:
        card = Card(margin=0, spacing=0)
        card.body.setContentsMargins(1, 1, 1, 1)
        if self.filters.count() or self.tools.count():
            card.body.addLayout(self._bar())
        card.body.addWidget(self._stack, 1)
        return card

    def _bar(self) -> QHBoxLayout:
        bar = QHBoxLayout()
        bar.setContentsMargins(13, 11, 13, 11)
        bar.addLayout(self.filters, 1)
        bar.addLayout(self.tools)
        bar.setAlignment(self.tools, Qt.AlignmentFlag.AlignTop)
        return bar

    def _detail_stands_alone(self) -> bool:
        return self._alone and bool(self._shown) and not self.has_room_for_both()

    def has_room_for_both(self) -> bool:
        """Whether the detail stands beside the list."""
        return self.window().width() >= DETAIL_BESIDE_FROM

    def _arrange(self) -> None:
        alone = self._detail_stands_alone()
        changed = alone != self._list.isHidden()
        self._list.setHidden(alone)
        self._detail_card.setVisible(alone or (self.has_room_for_both() and bool(self._shown)))
        if changed:
            self.header_changed.emit()

    def _follow_selection(self) -> None:
        several = len(self.table.selectionModel().selectedRows()) > 1
        if several or self._several:
            self._show_detail(self.table.chosen_id())
        self._several = several

    def _show_detail(self, record: str) -> None:
        self._shown = record
        clear(self._pane)
        if record:
            detail = self.detail(record)
            detail.setContentsMargins(18, 16, 18, 16)
            if (layout := detail.layout()) is not None:
                layout.setContentsMargins(0, 0, 0, 0)
            self._pane.addWidget(Scroll(detail))
        self._arrange()
