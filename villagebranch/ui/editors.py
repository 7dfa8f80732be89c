"""One editor per sort of value; `editor_for` is the only place that chooses."""

from __future__ import annotations

from collections.abc import Callable, Mapping, Sequence
from datetime import date

from PySide6.QtCore import QEvent, QObject, Qt, Signal
from PySide6.QtGui import QShowEvent
from PySide6.QtWidgets import QComboBox, QPlainTextEdit, QVBoxLayout, QWidget

from villagebranch.domain.errors import Unreadable
from villagebranch.domain.values import Choice, Choices, Day, Link, Links, Moment, Stored, Text, Value, YesNo
from villagebranch.ui.desk import Source, Suggestion
from villagebranch.ui.noted_line import NotedLine
from villagebranch.ui.search_box import LookUp
from villagebranch.ui.widgets import Segments, set_property

_BUTTONS_UP_TO = 4
_TYPED_FROM = 13
_NEAR = {0: "今天", 1: "昨天", 2: "前天"}


class Editor(QWidget):
    """Edits one value. `changed` at every touch, `finished` when the field is left."""

    changed = Signal()
    finished = Signal()

    def __init__(self, value: Value, inner: QWidget) -> None:
        super().__init__()
        self.value = value
        self._inner = inner
        column = QVBoxLayout(self)
        column.setContentsMargins(0, 0, 0, 0)
        column.addWidget(inner)
        self.setFocusProxy(inner)

    def typed(self) -> str:
        """Return what stands in the field, as words."""
        raise NotImplementedError

    def set_typed(self, text: str) -> None:
        """Put words in the field, without a signal."""
        raise NotImplementedError

    def raw(self) -> object:
        """Return what `Value.parse` reads; raise `Unreadable` for words that stand for nothing."""
        return self.typed()

    def set_stored(self, stored: Stored) -> None:
        """Show a stored value, without a signal."""
        self.set_typed(self.value.show(stored))

    def mark(self, wrong: bool) -> None:
        """Draw the field as wrong, or as usual."""
        set_property(self._inner, "wrong", wrong)

    def name(self, label: str) -> None:
        """Say for those who do not see it what the field is."""
        self._inner.setAccessibleName(label)

    def take_focus(self) -> None:
        """Be ready for typing."""
        self._inner.setFocus(Qt.FocusReason.TabFocusReason)


class LineEditor(Editor):
    """A line of text; what was typed is put in order when the line is left (65.3.12 becomes 1965-03-12)."""

    def __init__(self, value: Value, today: Callable[[], date]) -> None:
        self.line = NotedLine()
        super().__init__(value, self.line)
        self._today = today
        self.line.textEdited.connect(lambda _text: self.changed.emit())
        self.line.editingFinished.connect(self._put_in_order)

    def typed(self) -> str:
        return self.line.text()

    def set_typed(self, text: str) -> None:
        self.line.setText(text)
        self._note()

    def _put_in_order(self) -> None:
        try:
            self.set_typed(self.value.show(self.value.parse(self.typed(), self._today())))
        except Unreadable:
            self.line.say("")
        self.finished.emit()

    def _note(self) -> None:
        if not isinstance(self.value, (Day, Moment)):
            return
        try:
            days = (self._today() - date.fromisoformat(self.typed()[:10])).days
        except ValueError:
            self.line.say("")
        else:
            self.line.say(_NEAR.get(days, ""))


class BoxEditor(Editor):
    """A box of several lines; Tab leaves it."""

    def __init__(self, value: Text) -> None:
        self.box = QPlainTextEdit()
        self.box.setTabChangesFocus(True)
        super().__init__(value, self.box)
        self._lines = value.lines
        self.box.installEventFilter(self)
        self.box.textChanged.connect(self.changed)
        self._fit()

    def typed(self) -> str:
        return self.box.toPlainText()

    def set_typed(self, text: str) -> None:
        self.box.blockSignals(True)
        self.box.setPlainText(text)
        self.box.blockSignals(False)

    def eventFilter(self, watched: QObject, event: QEvent) -> bool:
        if event.type() == QEvent.Type.FocusOut:
            self.finished.emit()
        elif event.type() == QEvent.Type.FontChange:
            self._fit()
        return False

    def showEvent(self, event: QShowEvent) -> None:
        super().showEvent(event)
        self._fit()

    def _fit(self) -> None:
        self.box.setFixedHeight(self._lines * self.box.fontMetrics().lineSpacing() + 24)


class ButtonsEditor(Editor):
    """A few options as buttons side by side; with `Choices`, several may be pressed."""

    def __init__(self, value: Choice | Choices | YesNo) -> None:
        self._options = {"1": "是", "0": "否"} if isinstance(value, YesNo) else dict(value.options)
        self.segments = Segments(self._options, many=isinstance(value, Choices))
        super().__init__(value, self.segments)
        self.segments.changed.connect(self.changed)
        self.segments.changed.connect(self.finished)

    def typed(self) -> str:
        return "、".join(self._options[code] for code in self.segments.chosen())

    def set_typed(self, text: str) -> None:
        try:
            self.segments.choose(str(self.value.parse(text) if text else "").split())
        except Unreadable:
            self.segments.choose(())

    def name(self, label: str) -> None:
        self.segments.name(label)

    def take_focus(self) -> None:
        self.segments.take_focus()


class ListEditor(Editor):
    """A drop-down list of options; a long one is found by typing."""

    def __init__(self, value: Choice) -> None:
        self.combo = QComboBox()
        self.combo.addItem("")
        self.combo.addItems(list(value.options.values()))
        self.combo.setEditable(len(value.options) >= _TYPED_FROM)
        self.combo.setInsertPolicy(QComboBox.InsertPolicy.NoInsert)
        self.combo.setFocusPolicy(Qt.FocusPolicy.StrongFocus)
        super().__init__(value, self.combo)
        self.combo.installEventFilter(self)
        self.combo.currentTextChanged.connect(lambda _text: self.changed.emit())
        self.combo.activated.connect(lambda _place: self.finished.emit())

    def typed(self) -> str:
        return self.combo.currentText()

    def set_typed(self, text: str) -> None:
        self.combo.blockSignals(True)
        self.combo.setCurrentIndex(max(0, self.combo.findText(text)))
        if self.combo.isEditable():
            self.combo.setEditText(text)
        self.combo.blockSignals(False)

    def eventFilter(self, watched: QObject, event: QEvent) -> bool:
        # The wheel scrolls the form, it does not change what was chosen.
        if event.type() == QEvent.Type.Wheel:
            event.ignore()
            return True
        return False


class Picker(Editor):
    """Finds the record of a `Link` by name, pinyin or door; with `Links` several names stand parted by 、."""

    def __init__(self, value: Link | Links, source: Source) -> None:
        self._many = isinstance(value, Links)
        self._source = source
        self._ids: dict[str, str] = {}
        self.line = LookUp(self._find)
        super().__init__(value, self.line)
        self.line.chosen.connect(self._pick)
        self.line.textEdited.connect(lambda _text: self.changed.emit())
        self.line.editingFinished.connect(self._leave)

    def typed(self) -> str:
        return self.line.text()

    def set_typed(self, text: str) -> None:
        self.line.setText(text)

    def raw(self) -> object:
        return " ".join(self._id_of(name) for name in self._names())

    def set_stored(self, stored: Stored) -> None:
        titles = [(self._source.title(record), record) for record in str(stored or "").split()]
        self._ids.update(titles)
        self.line.setText("、".join(title for title, _record in titles))

    def _find(self, text: str) -> Sequence[Suggestion]:
        last = text.rpartition("、")[2].strip() if self._many else text
        return self._source.find(last) if last else ()

    def _pick(self, hit: Suggestion) -> None:
        self._take(hit.id, hit.title)
        self.finished.emit()

    def _leave(self) -> None:
        """Take the only hit there is, so that a name half typed is enough."""
        if len(self.line.hits) == 1:
            self._take(self.line.hits[0].id, self.line.hits[0].title)
        self.finished.emit()

    def _names(self) -> list[str]:
        parts = self.typed().replace("，", "、").split("、") if self._many else [self.typed()]
        return [part.strip() for part in parts if part.strip()]

    def _id_of(self, name: str) -> str:
        if name not in self._ids:
            same = [hit for hit in self._source.find(name) if hit.title == name]
            if len(same) != 1:
                found = f"有 {len(same)} 个「{name}」" if same else f"没有找到「{name}」"
                raise Unreadable(f"{found}，请从下面列出的里面选")
            self._ids[name] = same[0].id
        return self._ids[name]

    def _take(self, record: str, title: str) -> None:
        self._ids[title] = record
        before = self.typed().rpartition("、")[0] if self._many else ""
        self.line.setText(f"{before}、{title}" if before else title)
        self.line.close_hits()
        self.changed.emit()


def editor_for(value: Value, today: Callable[[], date], sources: Mapping[str, Source]) -> Editor:
    """Return the editor for a sort of value; `sources` gives for each kind that is linked to where to look."""
    match value:
        case Text(lines=lines) if lines > 1:
            return BoxEditor(value)
        case Choice(options=options) if len(options) > _BUTTONS_UP_TO:
            return ListEditor(value)
        case Choice() | Choices() | YesNo():
            return ButtonsEditor(value)
        case Link(to=to) | Links(to=to):
            return Picker(value, sources[to])
        case _:
            return LineEditor(value, today)
