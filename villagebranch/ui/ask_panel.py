"""A few questions beside what they are about: asked in a panel, never in a dialog that covers the page."""

from __future__ import annotations

from collections.abc import Callable, Mapping
from functools import partial
from typing import cast

from PySide6.QtCore import Qt, Signal
from PySide6.QtGui import QKeyEvent
from PySide6.QtWidgets import QHBoxLayout, QVBoxLayout

from villagebranch.db.journal import Act
from villagebranch.domain.errors import Refused
from villagebranch.domain.fields import Draft, Kind
from villagebranch.domain.issues import usual_deadlines
from villagebranch.domain.values import Stored, Value
from villagebranch.ui.desk import Desk
from villagebranch.ui.editors import Editor, LineEditor
from villagebranch.ui.flow_layout import FlowLayout
from villagebranch.ui.page import acting
from villagebranch.ui.record_form import RecordForm
from villagebranch.ui.widgets import Card, Scroll, button, words

Write = Callable[[Act, Draft], object]


class DeadlineEditor(LineEditor):
    """A day with the usual time limits to press below it."""

    def __init__(self, value: Value, desk: Desk) -> None:
        super().__init__(value, desk.today)
        self._usual = FlowLayout(None, 6)
        self._buttons = [
            button(label, partial(self._take, day.isoformat()))
            for label, day in usual_deadlines(desk.today()).items()
        ]
        for made in self._buttons:
            self._usual.addWidget(made)
        column = cast(QVBoxLayout, self.layout())
        column.setSpacing(6)
        column.addLayout(self._usual)

    def name(self, label: str) -> None:
        super().name(label)
        for made in self._buttons:
            made.setAccessibleName(f"{label}：{made.text()}")

    def _take(self, day: str) -> None:
        self.set_stored(day)
        self.changed.emit()
        self.finished.emit()


def with_deadlines(kind: Kind, desk: Desk) -> dict[str, Editor]:
    """Return the editors that a form about issues needs beyond the usual ones."""
    return {one.name: DeadlineEditor(one.value, desk) for one in kind.fields if one.name == "due_on"}


class AskPanel(Card):
    """Asks for the fields of `kind` and writes them in one act; `written` afterwards, `left` where nothing was.

    `label` names the act: on the button, in the journal, and in the words that say it is done. `stream` is the village
    that a township writes to.
    """

    written = Signal()
    left = Signal()

    def __init__(
        self,
        desk: Desk,
        kind: Kind,
        label: str,
        about: str,
        stored: Mapping[str, Stored],
        write: Write,
        stream: str = "",
    ) -> None:
        super().__init__(margin=18, spacing=12)
        self.desk = desk
        self._label, self._write, self._stream = label, write, stream
        self.form = RecordForm(kind, desk.today, desk.sources, columns=1, special=with_deadlines(kind, desk))
        self.form.fill(stored)
        self._given = self.form.typed()
        for wanted in (self.form.ended, self.form.next_wanted, self.form.save_wanted):
            wanted.connect(self.save)
        self.body.addWidget(words(label, "title", wrap=True))
        self.body.addWidget(words(about, "secondary", wrap=True))
        self.body.addWidget(Scroll(self.form), 1)
        row = QHBoxLayout()
        row.setSpacing(10)
        row.addWidget(button(f"{label}　Ctrl+Enter", self.save, primary=True))
        row.addWidget(button("不办了　Esc", self.left.emit))
        row.addStretch(1)
        self.body.addLayout(row)

    @acting
    def save(self) -> None:
        """Write, or show what is wrong under its field."""
        draft = self.form.draft()
        try:
            with self.desk.store.write(self.desk.user, self._label, self._stream) as act:
                self._write(act, draft)
        except Refused as refused:
            self.form.show_problems(refused.problems)
            raise
        self.desk.done(f"{self._label}：已存好")
        self.written.emit()

    def unsaved(self) -> bool:
        """Whether something was typed."""
        return self.form.typed() != self._given

    def take_focus(self) -> None:
        """Start with the first question."""
        self.form.take_focus()

    def keyPressEvent(self, event: QKeyEvent) -> None:
        if event.key() == Qt.Key.Key_Escape:
            self.left.emit()
        else:
            super().keyPressEvent(event)
