"""Before the window: who is at the keyboard, and the password. Plain widgets, so that it is there at once."""

from __future__ import annotations

from collections.abc import Callable, Mapping
from typing import Any

from PySide6.QtCore import Signal
from PySide6.QtWidgets import QHBoxLayout

from villagebranch.domain.errors import Refused, Trouble
from villagebranch.ui.door import Door
from villagebranch.ui.password_line import PasswordLine
from villagebranch.ui.waiting_button import WaitingButton
from villagebranch.ui.widgets import Segments, button, line, set_property, words
from villagebranch.ui.work import Work


class UnlockPage(Door):
    """Asks for the password of one of `users` (id → name) and calls `unlock(user id, password)` on a thread.

    `opened` bears what `unlock` returned. A `Refused` is shown under the field; one with a `wait` of some seconds
    counts them down before the next attempt. `forgotten` bears the id of the user who wants to come in by the recovery
    card; `broken` what a `Trouble` says that is no matter of the password.
    """

    opened = Signal(object)
    forgotten = Signal(str)
    broken = Signal(object)

    def __init__(
        self, branch: str, users: Mapping[str, str], backup: str, unlock: Callable[[str, str], Any]
    ) -> None:
        super().__init__("连心册", branch)
        self._unlock = unlock
        self._users = Segments(users)
        self._users.name("谁在用")
        self._users.choose(list(users)[:1])
        self._password = PasswordLine()
        self._password.name("密码")
        self._problem = words("", "problem", wrap=True)
        self._open = WaitingButton("打开", self._try)
        self._work = Work(self, self._refused)
        self._users.changed.connect(self._password.line.setFocus)
        self._password.line.returnPressed.connect(self._open.click)
        self._lay_out(backup)
        self._password.line.setFocus()

    def _lay_out(self, backup: str) -> None:
        body = self.card.body
        asked = words("密码", "label")
        asked.setBuddy(self._password.line)
        for widget in (words("谁在用", "label"), self._users, asked, self._password, self._problem):
            body.addWidget(widget)
        self._problem.hide()
        row = QHBoxLayout()
        row.addWidget(self._open)
        row.addStretch(1)
        row.addWidget(button("忘了密码，用应急卡", self._forgot, link=True))
        body.addLayout(row)
        body.addSpacing(8)
        body.addWidget(line())
        body.addWidget(words(f"资料只存在这台电脑上，已加密。{backup}", "muted", wrap=True))

    def _forgot(self) -> None:
        self.forgotten.emit(self._users.chosen()[0])

    def _try(self) -> None:
        chosen, password = self._users.chosen(), self._password.line.text()
        if not password:
            self.say_problem("请填密码")
            return
        self._open.be_busy("正在打开…")
        self._work.start(lambda _progress: self._unlock(chosen[0], password), self.opened.emit, self._refused)

    def _refused(self, failure: Exception) -> None:
        if isinstance(failure, Trouble):
            self.broken.emit(failure)
        problems = failure.problems if isinstance(failure, Refused) else {}
        self.say_problem(problems.get("password", str(failure)))
        self._password.line.selectAll()
        self._open.wait(getattr(failure, "wait", 0))

    def say_problem(self, sentence: str) -> None:
        """Show what is wrong under the password."""
        self._problem.setText(sentence)
        self._problem.show()
        set_property(self._password.line, "wrong", True)
        self._password.line.setFocus()
