"""忘了密码: the recovery card instead of it, then a new password, and the data are open."""

from __future__ import annotations

from collections.abc import Callable
from datetime import date
from typing import Any

from PySide6.QtCore import Signal
from PySide6.QtWidgets import QHBoxLayout

from villagebranch.domain.errors import Refused, Trouble
from villagebranch.domain.fields import Kind
from villagebranch.domain.recovery_card import Card
from villagebranch.ui.card_lines import CardLines
from villagebranch.ui.door import Door
from villagebranch.ui.password import NEW_PASSWORD, PasswordEditor, same_password
from villagebranch.ui.record_form import RecordForm
from villagebranch.ui.waiting_button import WaitingButton
from villagebranch.ui.widgets import button, clear, words
from villagebranch.ui.work import Work

_FORM = Kind("new_password", "新密码", NEW_PASSWORD, same_password)
_TOLD = (
    "照着应急卡填八组数字，填错一组马上会说。也可以用扫码枪扫卡上的码，或整个粘贴。"
    "没有应急卡，请别的使用人打开连心册，书记可以在「设置 → 使用人与密码」里给您设一个新密码。"
)


class ForgottenPage(Door):
    """Calls `check(card)` on a thread, and with what that returned and a new password `renew(…, password)`.

    `opened` bears what `renew` returned; `broken` a `Trouble` of it; `gave_up` goes back to the password.
    """

    opened = Signal(object)
    broken = Signal(object)
    gave_up = Signal()

    def __init__(self, user: str, check: Callable[[Card], Any], renew: Callable[[Any, str], Any]) -> None:
        super().__init__("忘了密码，用应急卡", _TOLD, role="title", characters=34)
        self._user, self._check, self._renew = user, check, renew
        self._work = Work(self, self._refused)
        self.lines = CardLines()
        self._problem = words("", "problem", wrap=True)
        self._problem.hide()
        self.go = WaitingButton("下一步", self._try_card)
        self.lines.completed.connect(self.go.click)
        self.card.body.addWidget(self.lines)
        self._finish()
        self.lines.setFocus()

    def _finish(self) -> None:
        """Add what stands below either step: the problem, and the buttons."""
        self.card.body.addWidget(self._problem)
        row = QHBoxLayout()
        row.addWidget(self.go)
        row.addWidget(button("返回", self.gave_up.emit))
        row.addStretch(1)
        self.card.body.addLayout(row)

    def _try_card(self) -> None:
        card = self.lines.card()
        if card is None:
            self.lines.point_out()
            return
        self._start(lambda: self._check(card), self._ask_password)

    def _ask_password(self, found: object) -> None:
        """Ask for the new password in place of the card."""
        self._problem, self.go = (
            words("", "problem", wrap=True),
            WaitingButton("设好，打开", self._try_password),
        )
        self._problem.hide()
        self._found = found
        clear(self.card.body)
        self.form = RecordForm(
            _FORM, date.today, special={name: PasswordEditor() for name in ("password", "again")}, columns=1
        )
        self.form.ended.connect(self.go.click)
        self.form.next_wanted.connect(self.go.click)
        told = (
            f"卡是对的。请给 {self._user} 设一个新密码，原来的密码就不能用了；这张应急卡还有效，请放回原处。"
        )
        for widget in (words("设一个新密码", "title"), words(told, "secondary", wrap=True), self.form):
            self.card.body.addWidget(widget)
        self._finish()
        self.form.take_focus()

    def _try_password(self) -> None:
        try:
            password = str(self.form.draft()["password"])
        except Refused:
            return
        self._start(lambda: self._renew(self._found, password), self.opened.emit)

    def _start(self, work: Callable[[], Any], done: Callable[[Any], None]) -> None:
        self._problem.hide()
        self.go.be_busy()
        self._work.start(lambda _progress: work(), done)

    def _refused(self, failure: Exception) -> None:
        if not isinstance(failure, (Refused, Trouble)):
            raise failure
        self._problem.setText(str(failure))
        self._problem.show()
        self.go.wait(getattr(failure, "wait", 0))
        if isinstance(failure, Trouble):
            self.broken.emit(failure)
