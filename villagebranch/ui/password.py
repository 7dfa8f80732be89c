"""A password being typed: dots, with 显示 beside them."""

from dataclasses import dataclass
from datetime import date

from PySide6.QtWidgets import QHBoxLayout, QLineEdit, QWidget

from villagebranch.domain.values import Stored, Value
from villagebranch.ui.editors import Editor
from villagebranch.ui.widgets import button, set_property


@dataclass(frozen=True)
class Secret(Value):
    """A password: taken exactly as it was typed."""

    def parse(self, raw: object, today: date | None = None) -> Stored:
        return str(raw) or None


class PasswordEditor(Editor):
    """Edits a `Secret`."""

    def __init__(self) -> None:
        self.line = QLineEdit(echoMode=QLineEdit.EchoMode.Password)
        self._show = button("显示", self._turn)
        both = QWidget()
        row = QHBoxLayout(both)
        row.setContentsMargins(0, 0, 0, 0)
        row.setSpacing(8)
        row.addWidget(self.line, 1)
        row.addWidget(self._show)
        super().__init__(Secret(), both)
        self.setFocusProxy(self.line)
        self.line.textEdited.connect(lambda _text: self.changed.emit())
        self.line.editingFinished.connect(self.finished)

    def typed(self) -> str:
        return self.line.text()

    def set_typed(self, text: str) -> None:
        self.line.setText(text)

    def mark(self, wrong: bool) -> None:
        set_property(self.line, "wrong", wrong)

    def name(self, label: str) -> None:
        self.line.setAccessibleName(label)
        self._show.setAccessibleName(f"显示或隐藏{label}")

    def take_focus(self) -> None:
        self.line.setFocus()

    def _turn(self) -> None:
        hidden = self.line.echoMode() == QLineEdit.EchoMode.Password
        self.line.setEchoMode(QLineEdit.EchoMode.Normal if hidden else QLineEdit.EchoMode.Password)
        self._show.setText("隐藏" if hidden else "显示")
