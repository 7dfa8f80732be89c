"""What the pages of the two books, members and households, have in common: import, export, deleting, several rows at once."""

from __future__ import annotations

from collections.abc import Sequence
from typing import TYPE_CHECKING, ClassVar

from PySide6.QtCore import Qt
from PySide6.QtGui import QKeySequence, QShortcut
from PySide6.QtWidgets import QWidget

from villagebranch.db.journal import Act
from villagebranch.domain.table import Table
from villagebranch.ui.duplicates_link import DuplicatesLink
from villagebranch.ui.list_page import EmptyState, ListPage
from villagebranch.ui.page import acting
from villagebranch.ui.pane import Pane
from villagebranch.ui.saving import save_list
from villagebranch.ui.widgets import button
from villagebranch.ui.work import Progress

if TYPE_CHECKING:
    from sqlalchemy import Connection

_ASKED_FROM = 10


class BookPage(ListPage):
    """Base of both. `unit` is how its records are counted, `form_page` the page that changes one, `ledger` what 打印 opens.

    Beside what a `ListPage` asks for, a subclass says

    - `pane(record)` and `for_several(ids)`: what stands beside one chosen record, and what can be done with several;
    - `book(conn)`: the table that is exported, of the rows that the filters let through;
    - `remove(act, id)`: deletes one record;
    - `is_filtered()` and `show_all()`: whether a filter hides anything, and setting none.
    """

    unit: ClassVar[str]
    form_page: ClassVar[str]
    ledger: ClassVar[str]

    def pane(self, record: str) -> QWidget:
        """Return what stands beside one chosen record."""
        raise NotImplementedError

    def for_several(self, ids: Sequence[str]) -> Sequence[QWidget]:
        """Return what can be done with several chosen records, beside deleting them."""
        raise NotImplementedError

    def book(self, conn: Connection) -> Table:
        """Return what is exported."""
        raise NotImplementedError

    def remove(self, act: Act, id: str) -> None:
        """Delete one record."""
        raise NotImplementedError

    def is_filtered(self) -> bool:
        """Tell whether a filter hides records."""
        raise NotImplementedError

    def show_all(self) -> None:
        """Set no filter."""
        raise NotImplementedError

    # What both pages do.

    def lay_out(self) -> None:
        self.add_button("从表格导入", self.import_book)
        self.add_button("打印", lambda: self.desk.show_page("ledgers", name=self.ledger))
        self._doubts = DuplicatesLink(self.desk)
        self.tools.addWidget(self._doubts)
        super().lay_out()
        self.table.pasted.connect(lambda _row, _column, cells: self.import_book(cells))
        here = Qt.ShortcutContext.WidgetShortcut
        delete = QShortcut(QKeySequence(QKeySequence.StandardKey.Delete), self.table, context=here)
        delete.activated.connect(self.ask_to_remove)

    def refresh(self) -> None:
        wanted = self._wanted
        super().refresh()
        self._doubts.refresh()
        if wanted and self.table.chosen_id() != wanted and self.is_filtered():
            self._show_all_and(wanted)
        if self.is_filtered():
            self.nothing.say(f"没有符合条件的{self.title}。", f"看全部{self.title}", self._show_all_and)
        else:
            self.say_how_to_begin()

    def empty(self) -> EmptyState:
        self.nothing = EmptyState("")
        return self.nothing

    def say_how_to_begin(self) -> None:
        """Say in the empty list what to do first."""
        self.nothing.say(
            f"这里还没有{self.title}。村里原来的 Excel 表可以直接导入，也可以一个一个添。",
            "从表格导入",
            self.import_book,
        )

    def opened(self, record: str) -> None:
        if self.has_room_for_both():
            self.edit(record)
        else:
            super().opened(record)

    def detail(self, record: str) -> QWidget:
        ids = self.table.chosen_ids()
        if len(ids) <= 1:
            return self.pane(record)
        remove = button(f"删除 {len(ids)} {self.unit}", self.ask_to_remove)
        pane = Pane(
            f"已选 {len(ids)} {self.unit}",
            ("Ctrl+C 复制，可粘贴到 Excel、WPS",),
            (*self.for_several(ids), remove),
        )
        pane.end()
        return pane

    def edit(self, record: str) -> None:
        """Open the form of a record."""
        self.desk.show_page(self.form_page, id=record)

    def add(self) -> None:
        """Open an empty form."""
        self.desk.show_page(self.form_page)

    def import_book(self, cells: Sequence[Sequence[str]] = ()) -> None:
        """Go to the import of this book, with what was pasted from Excel or WPS into the list."""
        self.desk.show_page("import", book=self.name, cells=cells)

    @acting
    def ask_to_remove(self) -> None:
        """Delete the chosen records; more than ten only after asking, and not everybody may."""
        ids = self.table.chosen_ids()
        act = f"删除 {len(ids)} {self.unit}"
        if len(ids) > _ASKED_FROM:
            self.desk.require("delete_many")
            question = f"要{act}吗？一年以内都能在「设置」的「最近删除」里恢复。"
            self.desk.confirm(question, act, "不删除", lambda: self._remove_many(ids))
        elif ids:
            self._remove(ids)

    def _remove_many(self, ids: Sequence[str]) -> None:
        """Make a backup first: whoever deletes so many may have chosen the wrong ones."""

        def work(progress: Progress) -> None:
            progress.say("删除之前先备份")
            if self.desk.seat is not None:
                self.desk.seat.back_up("deletion")

        self.desk.work.start(work, lambda _made: self._remove(ids))

    @acting
    def _remove(self, ids: Sequence[str]) -> None:
        with self.desk.store.write(self.desk.user, f"删除{self.title}") as act:
            for id in ids:
                self.remove(act, id)
        self.desk.done(f"已删除 {len(ids)} {self.unit}")
        self.refresh()

    def export(self) -> None:
        """Write the book as a workbook where the person wants it."""
        save_list(self, self.title, self._book_now)

    def _book_now(self) -> Table:
        with self.desk.store.read() as conn:
            return self.book(conn)

    def _show_all_and(self, choose: str = "") -> None:
        self.show_all()
        self._wanted = choose
        self.refresh()
