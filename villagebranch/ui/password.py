"""A password as a field of a form, and the rule for one that is chosen and typed twice."""

from dataclasses import dataclass
from datetime import date

from villagebranch.domain.errors import Refused
from villagebranch.domain.fields import Draft, Field
from villagebranch.domain.values import Stored, Value
from villagebranch.ui.editors import Editor
from villagebranch.ui.password_line import PasswordLine
from villagebranch.ui.widgets import set_property


@dataclass(frozen=True)
class Secret(Value):
    """A password: taken exactly as it was typed."""

    def parse(self, raw: object, today: date | None = None) -> Stored:
        return str(raw) or None


def same_password(draft: Draft) -> dict[str, str]:
    """Return what is wrong with the fields `password` and `again`."""
    from villagebranch.db import vault

    try:
        vault.chosen(str(draft["password"]), str(draft["again"]))
    except Refused as refused:
        return refused.problems
    return {}


NEW_PASSWORD = (
    Field("password", "新密码", Secret(), required=True, hint="至少 6 位"),
    Field("again", "再输一次", Secret(), required=True),
)


class PasswordEditor(Editor):
    """Edits a `Secret`."""

    def __init__(self) -> None:
        self._both = PasswordLine()
        self.line = self._both.line
        super().__init__(Secret(), self._both)
        self.line.textEdited.connect(lambda _text: self.changed.emit())
        self.line.editingFinished.connect(self.finished)

    def typed(self) -> str:
        return self.line.text()

    def set_typed(self, text: str) -> None:
        self.line.setText(text)

    def mark(self, wrong: bool) -> None:
        set_property(self.line, "wrong", wrong)

    def name(self, label: str) -> None:
        self._both.name(label)

    def take_focus(self) -> None:
        self.line.setFocus()
