"""A long form in parts: each under its heading, the ones that are seldom needed folded under 更多."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from functools import partial

from PySide6.QtCore import Qt, QTimer, Signal
from PySide6.QtWidgets import QVBoxLayout, QWidget

from villagebranch.domain.errors import Refused
from villagebranch.domain.fields import Draft, Kind
from villagebranch.domain.values import Stored
from villagebranch.ui.desk import Desk
from villagebranch.ui.record_form import RecordForm, drafts
from villagebranch.ui.widgets import button, line, words


@dataclass(frozen=True)
class Group:
    """Some fields of a kind under a heading; a `folded` group opens by its button."""

    title: str
    fields: Sequence[str]
    folded: bool = False


class GroupedForm(QWidget):
    """Shows the groups of `kind` one below the other; Enter goes on from one to the next, and from the last to saving."""

    changed = Signal()
    save_wanted = Signal()

    def __init__(self, desk: Desk, kind: Kind, groups: Sequence[Group], columns: int = 3) -> None:
        super().__init__()
        self._column = QVBoxLayout(self)
        self._column.setContentsMargins(0, 0, 0, 0)
        self._column.setSpacing(12)
        self._forms: list[RecordForm] = []
        self._folds: dict[RecordForm, QWidget] = {}
        for group in groups:
            form = RecordForm(kind, desk.today, desk.sources, fields=group.fields, columns=columns)
            self._add(group, form)
        for form in self._forms:
            form.ended.connect(partial(self._go_on_from, form))
        self._column.addStretch(1)

    def _add(self, group: Group, form: RecordForm) -> None:
        if self._forms:
            self._column.addWidget(line())
        if group.folded:
            fold = button(f"{group.title} ▾", lambda: self._unfold_and_go(form))
            self._folds[form] = fold
            self._column.addWidget(fold, 0, Qt.AlignmentFlag.AlignLeft)
            form.hide()
        else:
            self._column.addWidget(words(group.title, "head"))
        self._column.addWidget(form)
        self._forms.append(form)
        form.changed.connect(self.changed)
        for wanted in (form.save_wanted, form.next_wanted):
            wanted.connect(self.save_wanted)

    def fill(self, stored: Mapping[str, Stored]) -> None:
        """Show a record's values."""
        for form in self._forms:
            form.fill(stored)

    def draft(self) -> Draft:
        """Return the checked draft of all groups; show every problem, and raise `Refused` when there are any."""
        problems: dict[str, str] = {}
        draft = drafts(reversed(self._forms), problems)
        if problems:
            self.show_problems(problems)
            raise Refused(problems)
        return draft

    def show_problems(self, problems: Mapping[str, str]) -> None:
        """Put each sentence under its field, with the first one in sight."""
        for form in self._forms:
            if problems.keys() & form.boxes.keys():
                self._unfold(form)
        own = {name for form in self._forms for name in form.boxes}
        rest = {name: told for name, told in problems.items() if name not in own}
        for form in reversed(self._forms):
            shown = {name: told for name, told in problems.items() if name in form.boxes}
            form.show_problems(shown | (rest if form is self._forms[0] else {}))

    def take_focus(self) -> None:
        """Start with the first field."""
        self._forms[0].take_focus()

    def _go_on_from(self, form: RecordForm) -> None:
        following = self._forms[self._forms.index(form) + 1 :]
        if following and following[0].isVisibleTo(self):
            following[0].take_focus()
        else:
            self.save_wanted.emit()

    def _unfold(self, form: RecordForm) -> None:
        if form in self._folds:
            self._folds[form].hide()
        form.show()

    def _unfold_and_go(self, form: RecordForm) -> None:
        self._unfold(form)
        # Only when the form has its place can the page scroll to it.
        QTimer.singleShot(0, form, form.take_focus)
