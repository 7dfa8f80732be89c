"""Before the window: who is at the keyboard, and the password. Plain widgets, so that it is there at once."""

from __future__ import annotations

from collections.abc import Callable, Mapping
from typing import Any

from PySide6.QtCore import QTimer, Signal
from PySide6.QtWidgets import QHBoxLayout

from villagebranch.domain.errors import Refused
from villagebranch.ui.door import Door
from villagebranch.ui.password_line import PasswordLine
from villagebranch.ui.widgets import Segments, button, line, set_property, words
from villagebranch.ui.work import Work

_FORGOTTEN = "忘了密码，请别的使用人打开连心册，在「设置」里停用您原来的密码，再给您添一个新的。"


class UnlockPage(Door):
    """Asks for the password of one of `users` (id → name) and calls `unlock(user id, password)` on a thread.

    `opened` bears what `unlock` returned. A `Refused` is shown under the field; one with a `wait` of some seconds
    counts them down before the next attempt.
    """

    opened = Signal(object)

    def __init__(
        self, branch: str, users: Mapping[str, str], backup: str, unlock: Callable[[str, str], Any]
    ) -> None:
        super().__init__("连心册", branch)
        self._unlock, self._left = unlock, 0
        self._users = Segments(users)
        self._users.name("谁在用")
        self._users.choose(list(users)[:1])
        self._password = PasswordLine()
        self._password.name("密码")
        self._problem = words("", "problem", wrap=True)
        self._open = button("打开", self._try, primary=True)
        self._work = Work(self, self._refused)
        self._second = QTimer(self, interval=1000)
        self._second.timeout.connect(self._count_down)
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
        body.addLayout(row)
        body.addSpacing(8)
        body.addWidget(line())
        body.addWidget(words(f"资料只存在这台电脑上，已加密。{backup}", "muted", wrap=True))
        body.addWidget(words(_FORGOTTEN, "muted", wrap=True))

    def _try(self) -> None:
        chosen, password = self._users.chosen(), self._password.line.text()
        if not password:
            self._say_problem("请填密码")
            return
        self._open.setEnabled(False)
        self._open.setText("正在打开…")
        self._work.start(lambda _progress: self._unlock(chosen[0], password), self.opened.emit, self._refused)

    def _refused(self, failure: Exception) -> None:
        problems = failure.problems if isinstance(failure, Refused) else {}
        self._say_problem(problems.get("password", str(failure)))
        self._password.line.selectAll()
        self._left = getattr(failure, "wait", 0)
        self._count_down()
        if self._left:
            self._second.start()

    def _say_problem(self, sentence: str) -> None:
        self._problem.setText(sentence)
        self._problem.show()
        set_property(self._password.line, "wrong", True)
        self._password.line.setFocus()

    def _count_down(self) -> None:
        self._open.setEnabled(self._left <= 0)
        self._open.setText(f"等 {self._left} 秒再试" if self._left > 0 else "打开")
        if self._left <= 0:
            self._second.stop()
        self._left -= 1
