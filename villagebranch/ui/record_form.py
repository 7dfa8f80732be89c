"""A form made from the fields of a `Kind`: labels above, problems under their field, all of it from the keyboard."""

from __future__ import annotations

from collections.abc import Callable, Collection, Iterable, Mapping, Sequence
from datetime import date

from PySide6.QtCore import Qt, Signal
from PySide6.QtGui import QKeyEvent, QResizeEvent
from PySide6.QtWidgets import QGridLayout, QHBoxLayout, QVBoxLayout, QWidget

from villagebranch.domain.errors import Refused, Unreadable
from villagebranch.domain.fields import Draft, Field, Kind
from villagebranch.domain.values import Choices, Links, Stored, Text
from villagebranch.ui.desk import Source
from villagebranch.ui.editors import Editor, editor_for
from villagebranch.ui.widgets import words

_ONE_COLUMN_BELOW = 34
_NARROWEST = 10
_ENTER = (Qt.Key.Key_Return, Qt.Key.Key_Enter)


class FieldBox(QWidget):
    """One field: label, 必填 in words, the editor; under it why it is asked, or what is wrong and how to mend it."""

    def __init__(self, field: Field, editor: Editor) -> None:
        super().__init__()
        self.field, self.editor = field, editor
        self._problem = words("", "problem", wrap=True)
        self._problem.hide()
        label = words(field.label, "label")
        label.setBuddy(editor)
        editor.name(field.label)
        head = QHBoxLayout()
        head.setSpacing(8)
        head.addWidget(label)
        if field.required:
            head.addWidget(words("必填", "muted"))
        head.addStretch(1)
        column = QVBoxLayout(self)
        column.setContentsMargins(0, 0, 0, 0)
        column.setSpacing(4)
        column.addLayout(head)
        column.addWidget(editor)
        self._hint = words(field.hint, "muted", wrap=True)
        column.addWidget(self._hint)
        self._hint.setHidden(not field.hint)
        column.addWidget(self._problem)
        column.addStretch(1)

    @property
    def is_wide(self) -> bool:
        """Whether the field takes the whole width of the form."""
        value = self.field.value
        return isinstance(value, (Choices, Links)) or (
            isinstance(value, Text) and (value.lines > 1 or value.limit > 200)
        )

    def say_problem(self, sentence: str) -> None:
        """Show what is wrong; '' for nothing."""
        self._problem.setText(sentence)
        self._problem.setVisible(bool(sentence))
        self._hint.setHidden(bool(sentence) or not self.field.hint)
        self.editor.mark(bool(sentence))

    def stored(self, today: date) -> Stored:
        """Return the value; raise `Unreadable`."""
        return self.field.value.parse(self.editor.raw(), today)


class RecordForm(QWidget):
    """Shows `fields` of `kind` (all of them when not given) in one column or two.

    `save_wanted` is emitted by Ctrl + S, `next_wanted` by Ctrl + Enter, `ended` by Enter in the last field: the page
    then takes `draft()`, which shows the problems and raises `Refused` when there are any. `special` are editors made
    by hand. `typed` and `restore` are for a draft that is kept while typing (see `drafts.Draft`).
    """

    changed = Signal()
    save_wanted = Signal()
    next_wanted = Signal()
    ended = Signal()

    def __init__(
        self,
        kind: Kind,
        today: Callable[[], date],
        sources: Mapping[str, Source] | None = None,
        *,
        fields: Sequence[str] = (),
        columns: int = 2,
        special: Mapping[str, Editor] | None = None,
    ) -> None:
        super().__init__()
        self._kind, self._today, self._columns = kind, today, columns
        shown = [kind.field(name) for name in fields] if fields else list(kind.fields)
        self._partial = len(shown) < len(kind.fields)
        given = special or {}
        self.boxes = {
            one.name: FieldBox(one, given.get(one.name) or editor_for(one.value, today, sources or {}))
            for one in shown
        }
        self._grid = QGridLayout(self)
        self._grid.setContentsMargins(0, 0, 0, 0)
        self._grid.setHorizontalSpacing(16)
        self._grid.setVerticalSpacing(12)
        self._whole = words("", "problem", wrap=True)
        self._whole.hide()
        self._laid = 0
        self._left_out: frozenset[str] = frozenset()
        for box in self.boxes.values():
            box.editor.changed.connect(self.changed)
            box.editor.finished.connect(lambda box=box: self._look_at(box))
        self._lay(columns)

    def editor(self, name: str) -> Editor:
        """Return the editor of a field."""
        return self.boxes[name].editor

    def show_only(self, names: Collection[str]) -> None:
        """Leave out the other fields: they keep their words, and count as empty in the draft."""
        self._left_out = frozenset(self.boxes) - set(names)
        for name, box in self.boxes.items():
            box.setHidden(name in self._left_out)
        self._lay(self._laid, anew=True)

    def fill(self, stored: Mapping[str, Stored]) -> None:
        """Show a record's values; a field that is not given is emptied."""
        for name, box in self.boxes.items():
            box.editor.set_stored(stored.get(name))
            box.say_problem("")
        self._whole.hide()

    def typed(self) -> dict[str, str]:
        """Return all that stands in the form, as words."""
        return {name: box.editor.typed() for name, box in self.boxes.items()}

    def restore(self, typed: Mapping[str, str]) -> None:
        """Put back what `typed` gave, or some of it."""
        for name, text in typed.items():
            if name in self.boxes:
                self.boxes[name].editor.set_typed(text)

    def draft(self) -> Draft:
        """Return the checked draft; show the problems, go to the first, and raise `Refused` when there are any."""
        raw: dict[str, object] = {}
        problems: dict[str, str] = {}
        for name, box in self.boxes.items():
            try:
                raw[name] = None if name in self._left_out else box.editor.raw()
            except Unreadable as unreadable:
                problems[name] = str(unreadable)
        try:
            draft = self._kind.draft(raw, self._today(), partial=self._partial)
        except Refused as refused:
            problems = refused.problems | problems
        self.show_problems(problems)
        if problems:
            raise Refused(problems)
        return draft

    def show_problems(self, problems: Mapping[str, str]) -> None:
        """Put each sentence under its field, what belongs to none at the foot, and the focus on the first."""
        for name, box in self.boxes.items():
            box.say_problem(problems.get(name, ""))
        rest = [sentence for name, sentence in problems.items() if name not in self.boxes]
        self._whole.setText("；".join(rest))
        self._whole.setVisible(bool(rest))
        first = next((name for name in self.boxes if name in problems), None)
        if first:
            self.boxes[first].editor.take_focus()

    def take_focus(self) -> None:
        """Start with the first field."""
        next(iter(self.boxes.values())).editor.take_focus()

    def keyPressEvent(self, event: QKeyEvent) -> None:
        control = event.modifiers() & Qt.KeyboardModifier.ControlModifier
        if event.key() in _ENTER and control:
            self.next_wanted.emit()
        elif event.key() == Qt.Key.Key_S and control:
            self.save_wanted.emit()
        elif event.key() in _ENTER:
            self._go_on()
        else:
            super().keyPressEvent(event)

    def resizeEvent(self, event: QResizeEvent) -> None:
        super().resizeEvent(event)
        self._lay(self._fitting(self.width() // self.fontMetrics().horizontalAdvance("国")))

    def _fitting(self, characters: int) -> int:
        """Return how many columns there are to be in a width."""
        return 1 if characters < _ONE_COLUMN_BELOW else min(self._columns, characters // _NARROWEST)

    def _go_on(self) -> None:
        boxes = self._shown()
        at = next((place for place, box in enumerate(boxes) if box.isAncestorOf(self.focusWidget())), -1)
        if at + 1 < len(boxes):
            boxes[at + 1].editor.take_focus()
        else:
            self.ended.emit()

    def _look_at(self, box: FieldBox) -> None:
        try:
            box.stored(self._today())
        except Unreadable as unreadable:
            box.say_problem(str(unreadable))
        else:
            box.say_problem("")

    def _shown(self) -> list[FieldBox]:
        return [box for name, box in self.boxes.items() if name not in self._left_out]

    def _lay(self, columns: int, *, anew: bool = False) -> None:
        if columns == self._laid and not anew:
            return
        self._laid = columns
        place = 0
        for box in self._shown():
            if box.is_wide:
                place += -place % columns
            self._grid.addWidget(box, place // columns, place % columns, 1, columns if box.is_wide else 1)
            place += columns if box.is_wide else 1
        self._grid.addWidget(self._whole, place // columns + 1, 0, 1, columns)
        self._grid.setRowStretch(place // columns + 2, 1)
        for column in range(self._columns):
            self._grid.setColumnStretch(column, 1 if column < columns else 0)


def drafts(forms: Iterable[RecordForm], problems: dict[str, str]) -> Draft:
    """Return what several forms hold together, checked; each shows what is wrong in it, and `problems` takes it up."""
    draft: Draft = {}
    for form in forms:
        try:
            draft |= form.draft()
        except Refused as refused:
            problems |= refused.problems
    return draft
