"""A record on a page of its own, to be filled in: the form, 存好 and the way back."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from typing import ClassVar

from PySide6.QtWidgets import QHBoxLayout

from villagebranch.db.journal import Act
from villagebranch.domain.errors import Refused
from villagebranch.domain.fields import Draft, Kind
from villagebranch.domain.values import Stored
from villagebranch.ui.desk import Desk
from villagebranch.ui.grouped_form import Group, GroupedForm
from villagebranch.ui.page import Page, acting
from villagebranch.ui.widgets import Card, Scroll, button, words


class EditPage(Page):
    """Base of the pages that add or change one record. A subclass says its `form`, its `groups`, and

    - `open(…)`: calls `begin` with what stands in the form at first;
    - `save(act, draft)`: writes, and returns the id of the record;
    - `leave(id)`: shows the page that the person came from, with the record chosen.
    """

    form: ClassVar[Kind]
    groups: ClassVar[Sequence[Group]]
    columns: ClassVar[int] = 3

    def __init__(self, desk: Desk) -> None:
        super().__init__(desk)
        self._id: str | None = None
        self.fields = GroupedForm(desk, self.form, self.groups, self.columns)
        self.fields.changed.connect(self.touch)
        self.fields.save_wanted.connect(self.store)
        card = Card(margin=24, spacing=16)
        card.body.addWidget(Scroll(self.fields), 1)
        row = QHBoxLayout()
        row.setSpacing(10)
        row.addWidget(button("存好　Ctrl+S", self.store, primary=True))
        row.addWidget(button("不存，返回", self.go_back))
        row.addWidget(words("回车到下一项", "muted"))
        row.addStretch(1)
        card.body.addLayout(row)
        QHBoxLayout(self).addWidget(card)

    def save(self, act: Act, draft: Draft) -> str:
        """Write what was filled in, and return the record's id."""
        raise NotImplementedError

    def leave(self, id: str | None) -> None:
        """Go back to where the record is listed."""
        raise NotImplementedError

    def begin(self, title: str, stored: Mapping[str, Stored], id: str | None = None) -> None:
        """Show a record's values under a title; `id` is None for a new one."""
        self._id, self.title, self.touched = id, title, False
        self.fields.fill(stored)

    @acting
    def store(self) -> None:
        """Save and go back; what is wrong is shown under its field."""
        draft = self.fields.draft()
        try:
            with self.desk.store.write(self.desk.user, self.title) as act:
                id = self.save(act, draft)
        except Refused as refused:
            self.fields.show_problems(refused.problems)
            raise
        self.touched = False
        self.leave(id)
        self.desk.done("已存好")

    def take_focus(self) -> None:
        self.fields.take_focus()

    def goes_back(self) -> bool:
        return True

    def go_back(self) -> None:
        self.leave(self._id)
