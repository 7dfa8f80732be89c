"""The issues heard on a visit, typed straight into a small table: words, category, answer on the spot, owner, deadline."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from functools import partial

from PySide6.QtCore import Qt, Signal
from PySide6.QtGui import QKeyEvent
from PySide6.QtWidgets import QGridLayout, QWidget

from villagebranch.domain.errors import Unreadable
from villagebranch.records.issue import Issue
from villagebranch.services.visits import Heard
from villagebranch.ui.desk import Desk
from villagebranch.ui.editors import Editor, editor_for
from villagebranch.ui.widgets import button, clear, words

_COLUMNS = {
    "words": "问题",
    "category": "类别",
    "answer": "当场答复",
    "owner_id": "责任人",
    "due_on": "办结期限",
}
_SHARES = (6, 3, 5, 3, 4)
_KIND = Issue.kind()


class HeardRows(QWidget):
    """Rows of editors; a row that stays empty counts as none. `raw` gives what `services.visits.record` takes."""

    changed = Signal()
    save_wanted = Signal()
    next_wanted = Signal()

    def __init__(self, desk: Desk) -> None:
        super().__init__()
        self.desk = desk
        self._rows: list[dict[str, Editor]] = []
        self._next_line = 0
        self._grid = QGridLayout(self)
        self._grid.setContentsMargins(0, 0, 0, 0)
        self._grid.setHorizontalSpacing(8)
        self._grid.setVerticalSpacing(6)
        for column, share in enumerate(_SHARES):
            self._grid.setColumnStretch(column, share)
        self._problem = words("", "problem", wrap=True)
        self._problem.setParent(self)
        self.clear()

    def add_row(self) -> None:
        """Add a row below the others and go there; a last row that is still empty is taken instead."""
        if not self._rows or any(editor.typed() for editor in self._rows[-1].values()):
            self._append()
        self._rows[-1]["words"].take_focus()

    def clear(self) -> None:
        """Take all rows away."""
        self._grid.removeWidget(self._problem)
        clear(self._grid)
        self._rows, self._next_line = [], 0
        self._problem.hide()

    def show_kept(self, heard: Sequence[Heard]) -> None:
        """Say which issues the visit already has; each opens on the wall."""
        for one in heard:
            stage = _KIND.field("stage").value.show(one.stage)
            self._grid.addWidget(words(one.words, wrap=True), self._next_line, 0, 1, 3)
            self._grid.addWidget(words(stage, "muted"), self._next_line, 3)
            self._grid.addWidget(
                button("看办理", partial(self.desk.show_page, "issues", id=one.id)), self._next_line, 4
            )
            self._next_line += 1

    def raw(self) -> list[dict[str, object]]:
        """Return the rows as typed, links as ids. Raises `Unreadable` for an owner that nobody is."""
        rows: list[dict[str, object]] = []
        for row in self._rows:
            try:
                rows.append({name: editor.raw() for name, editor in row.items()})
            except Unreadable as unreadable:
                self._say(str(unreadable))
                row["owner_id"].take_focus()
                raise
        return rows

    def typed(self) -> list[dict[str, str]]:
        """Return the rows as words, for the draft."""
        return [{name: editor.typed() for name, editor in row.items()} for row in self._rows]

    def restore(self, typed: Sequence[Mapping[str, str]]) -> None:
        """Put back what `typed` gave."""
        self.clear()
        for row in typed:
            self._append()
            for name, text in row.items():
                self._rows[-1][name].set_typed(text)

    def show_problems(self, problems: Mapping[str, str]) -> None:
        """Mark what is wrong (`issues.1.due_on`) and say why below the rows."""
        told = []
        for index, row in enumerate(row for row in self._rows if any(e.typed() for e in row.values())):
            for name, editor in row.items():
                problem = problems.get(f"issues.{index}.{name}", "")
                editor.mark(bool(problem))
                if problem:
                    told.append(f"第 {index + 1} 条{_COLUMNS[name]}：{problem}")
        self._say("；".join(told))

    def keyPressEvent(self, event: QKeyEvent) -> None:
        control = event.modifiers() & Qt.KeyboardModifier.ControlModifier
        if event.key() in (Qt.Key.Key_Return, Qt.Key.Key_Enter):
            if control:
                self.next_wanted.emit()
            else:
                self.focusNextChild()
        elif event.key() == Qt.Key.Key_S and control:
            self.save_wanted.emit()
        else:
            super().keyPressEvent(event)

    def _append(self) -> None:
        if not self._rows:
            for column, label in enumerate(_COLUMNS.values()):
                self._grid.addWidget(words(label, "label"), self._next_line, column)
            self._next_line += 1
        row: dict[str, Editor] = {}
        for column, (name, label) in enumerate(_COLUMNS.items()):
            value = _LINE if name in ("words", "answer") else _KIND.field(name).value
            editor = editor_for(value, self.desk.today, self.desk.sources)
            editor.name(f"{label}（第 {len(self._rows) + 1} 条）")
            editor.changed.connect(self.changed)
            self._grid.addWidget(editor, self._next_line, column, Qt.AlignmentFlag.AlignTop)
            row[name] = editor
        self._rows.append(row)
        self._next_line += 1
        self._grid.addWidget(self._problem, 1000, 0, 1, len(_COLUMNS))

    def _say(self, problem: str) -> None:
        self._problem.setText(problem)
        self._problem.setVisible(bool(problem))


_LINE = _KIND.field("answer").value  # one line for the words too: what a villager wants fits in a sentence
