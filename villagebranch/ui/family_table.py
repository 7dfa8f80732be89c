"""The people of a household as a small table: add one, change one, let one move out."""

from __future__ import annotations

from collections.abc import Callable, Sequence

from PySide6.QtCore import Qt
from PySide6.QtGui import QKeySequence, QShortcut
from PySide6.QtWidgets import QVBoxLayout, QWidget

from villagebranch.domain.dayshow import age
from villagebranch.domain.table import Column, Table
from villagebranch.domain.values import Whole
from villagebranch.services import households
from villagebranch.services.households import RESIDENT_FORM, Resident
from villagebranch.ui.delegates import Tags
from villagebranch.ui.desk import Desk
from villagebranch.ui.flow_layout import FlowLayout
from villagebranch.ui.page import acting
from villagebranch.ui.table_model import TableModel
from villagebranch.ui.whole_table import WholeTable
from villagebranch.ui.widgets import button

_COLUMNS = (
    Column("name", "家庭成员"),
    Column("relation", "关系", RESIDENT_FORM.field("relation").value),
    Column("age", "年龄", Whole()),
    Column("member", "党员"),
)


class FamilyTable(QWidget):
    """Shows `living`; `changed` is called after somebody moved out. A party member opens on the page of members."""

    def __init__(
        self, desk: Desk, household_id: str, living: Sequence[Resident], changed: Callable[[], None]
    ) -> None:
        super().__init__()
        self.desk = desk
        self._household_id, self._living, self._changed = household_id, living, changed
        self.table = WholeTable(
            TableModel(self._table()), {"member": Tags({"党员": "red", "流动党员": "red"})}
        )
        self.table.setAccessibleName("家庭成员")
        self.table.opened.connect(self.edit)
        here = Qt.ShortcutContext.WidgetShortcut
        delete = QShortcut(QKeySequence(QKeySequence.StandardKey.Delete), self.table, context=here)
        delete.activated.connect(self.move_out)
        tools = FlowLayout(None, 16)
        tools.addWidget(button("添家人", self.add, link=True))
        if living:
            tools.addWidget(button("改资料", lambda: self.edit(self.table.chosen_id()), link=True))
            tools.addWidget(button("迁出", self.move_out, link=True))
        column = QVBoxLayout(self)
        column.setContentsMargins(0, 0, 0, 0)
        column.addWidget(self.table)
        column.addLayout(tools)

    def _table(self) -> Table:
        today = self.desk.today()
        rows = [
            (one.name, one.relation, age(str(one.person["born_on"] or ""), today), _member(one))
            for one in self._living
        ]
        return Table(_COLUMNS, rows, [one.id for one in self._living])

    def add(self) -> None:
        """Open an empty form for this household."""
        self.desk.show_page("resident", household_id=self._household_id)

    def edit(self, id: str) -> None:
        """Open the form of one person."""
        if id:
            self.desk.show_page("resident", household_id=self._household_id, id=id)
        else:
            self._ask_to_choose()

    @acting
    def move_out(self) -> None:
        """Let the chosen person leave the household."""
        one = next((one for one in self._living if one.id == self.table.chosen_id()), None)
        if one is None:
            self._ask_to_choose()
            return
        with self.desk.store.write(self.desk.user, "迁出") as act:
            households.move_out(act, one.id)
        self.desk.done(f"{one.name} 已迁出")
        self._changed()

    def _ask_to_choose(self) -> None:
        self.desk.toast("请先在家庭成员里点一下是谁")


def _member(one: Resident) -> str | None:
    if one.member_id is None:
        return None
    return "流动党员" if one.away else "党员"
