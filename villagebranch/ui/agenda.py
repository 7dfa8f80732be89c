"""议题与决议: the items of a meeting's agenda, one of them unfolded to be filled in."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from typing import Any

from PySide6.QtCore import Signal
from PySide6.QtWidgets import QFrame, QVBoxLayout

from villagebranch.domain import meetings as rules
from villagebranch.domain.errors import Refused
from villagebranch.domain.fields import Draft
from villagebranch.domain.meetings import Roll
from villagebranch.domain.values import Stored
from villagebranch.ui.desk import Desk
from villagebranch.ui.item_row import ItemRow


class Agenda(QFrame):
    """The items in their order. `raw` gives what `services.meetings.save` takes."""

    changed = Signal()
    rearranged = Signal()
    opened = Signal(object)
    ended = Signal()

    def __init__(self, desk: Desk, earlier: Mapping[str, str]) -> None:
        super().__init__()
        self._desk, self._earlier = desk, earlier
        self._meeting_type, self._roll = "general", rules.call_roll(())
        self.items: list[ItemRow] = []
        self._column = QVBoxLayout(self)
        self._column.setContentsMargins(0, 0, 0, 0)
        self._column.setSpacing(8)

    def add(self, stored: Mapping[str, Stored], id: str = "") -> ItemRow:
        """Add an item below the others."""
        item = ItemRow(self._desk, self._earlier, id, stored)
        item.changed.connect(self.changed)
        item.toggled.connect(lambda: self._toggle(item))
        item.moved.connect(lambda step: self._move(item, step))
        item.removed.connect(lambda: self._remove(item))
        item.ended.connect(lambda: self._go_on(item))
        item.stand(self._meeting_type, self._roll)
        self.items.append(item)
        self._column.addWidget(item)
        item.show()
        self._number()
        return item

    def begin(self) -> None:
        """Go to an empty item: the last one where it is still empty, else a new one."""
        item = self.items[-1] if self.items and self.items[-1].is_empty() else self.add({})
        self.open(item)

    def open(self, item: ItemRow) -> None:
        """Unfold one item, fold the others, and be ready for typing."""
        for one in self.items:
            one.unfold(one is item)
        self.rearranged.emit()
        if item.form is not None:
            item.form.take_focus()
        self.opened.emit(item)

    def stand(self, meeting_type: str, roll: Roll) -> None:
        """Reckon all votes anew for that meeting and those who came."""
        self._meeting_type, self._roll = meeting_type, roll
        for item in self.items:
            item.stand(meeting_type, roll)

    def has_election(self) -> bool:
        """Whether somebody is elected."""
        return any(item.value("election") for item in self.items)

    def issues(self) -> set[str]:
        """Return the issues that are on the agenda."""
        return {str(item.value("issue_id")) for item in self.items if item.value("issue_id")}

    def kept(self) -> list[dict[str, Any]]:
        """Return what `restore` takes."""
        return [item.kept() for item in self.items if not item.is_empty()]

    def restore(self, kept: Sequence[Mapping[str, Any]]) -> None:
        """Put back what `kept` gave, in place of the items there are."""
        for item in list(self.items):
            self._drop(item)
        for one in kept:
            item = self.add(one["stored"], one["id"])
            if "typed" in one:
                item.restore(one["typed"])
        self._number()

    def drafts(self, problems: dict[str, str]) -> list[Draft]:
        """Return the items, checked; what is wrong goes into `problems` under names like `agenda.1.votes_yes`."""
        drafts: list[Draft] = []
        for place, item in enumerate(self.items):
            try:
                drafts.append({} if item.is_empty() else item.draft())
            except Refused as refused:
                problems |= {f"agenda.{place}.{name}": told for name, told in refused.problems.items()}
                drafts.append({})
        return drafts

    def show_problems(self, problems: Mapping[str, str]) -> None:
        """Unfold the first item with a problem, and put each sentence under its field."""
        for place, item in reversed(list(enumerate(self.items))):
            prefix = f"agenda.{place}."
            told = {key[len(prefix) :]: said for key, said in problems.items() if key.startswith(prefix)}
            if told:
                self.open(item)
            if item.form is not None:
                item.form.show_problems(told)

    def _toggle(self, item: ItemRow) -> None:
        if item.is_open():
            item.unfold(False)
            self.rearranged.emit()
        else:
            self.open(item)

    def _move(self, item: ItemRow, step: int) -> None:
        place = self.items.index(item) + step
        if not 0 <= place < len(self.items):
            return
        self.items.remove(item)
        self.items.insert(place, item)
        self._column.insertWidget(place, item)
        self._number()
        self.changed.emit()

    def _remove(self, item: ItemRow) -> None:
        self._drop(item)
        self._number()
        self.changed.emit()

    def _drop(self, item: ItemRow) -> None:
        self.items.remove(item)
        self._column.removeWidget(item)
        item.hide()
        item.deleteLater()

    def _go_on(self, item: ItemRow) -> None:
        """Enter in the last field leads to the next item; from an empty one it leads out."""
        place = self.items.index(item) + 1
        if place < len(self.items):
            self.open(self.items[place])
        elif item.is_empty():
            self.ended.emit()
        else:
            self.begin()

    def _number(self) -> None:
        for place, item in enumerate(self.items, 1):
            item.tell(str(place))
        self.rearranged.emit()
