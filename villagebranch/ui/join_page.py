"""加入本支部已有的资料: a further computer of a branch begins with what another one has put on a stick."""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import dataclass
from datetime import date
from pathlib import Path
from typing import Any

from PySide6.QtCore import Qt, Signal
from PySide6.QtWidgets import QFileDialog

from villagebranch.domain.errors import Refused, Trouble
from villagebranch.domain.fields import Field, Kind
from villagebranch.domain.values import Name
from villagebranch.ui.door import Door
from villagebranch.ui.flow_layout import FlowLayout
from villagebranch.ui.password import PasswordEditor, Secret, same_password
from villagebranch.ui.record_form import RecordForm
from villagebranch.ui.waiting_button import WaitingButton
from villagebranch.ui.widgets import button, words
from villagebranch.ui.work import Work

_TOLD = (
    "请支部里已经在用的那台电脑，在「交换」里点「做全部资料」，写到 U 盘上。"
    "然后在这里选那个文件，输入做的时候定的口令。"
)
_NO_FILE = "还没有选文件"
_FORM = Kind(
    "join",
    "加入",
    (
        Field("passphrase", "全部资料的口令", Secret(), required=True),
        Field("user", "您的姓名", Name(), required=True),
        Field("password", "这台电脑的密码", Secret(), required=True, hint="至少 6 位，您自己定"),
        Field("again", "再输一次密码", Secret(), required=True),
    ),
    same_password,
)


@dataclass(frozen=True)
class Joining:
    """What the person told: the snapshot with its passphrase, and who works here with which password."""

    snapshot: Path
    passphrase: str
    user: str
    password: str


class JoinPage(Door):
    """Calls `join(Joining)` on a thread; `joined` bears what it returned, `gave_up` goes back to the first page."""

    joined = Signal(object)
    gave_up = Signal()

    def __init__(self, join: Callable[[Joining], Any], snapshot: Path | None = None) -> None:
        super().__init__("加入本支部已有的资料", _TOLD)
        self._join, self._snapshot = join, snapshot
        self._chosen = words(snapshot.name if snapshot else _NO_FILE, "secondary", wrap=True)
        self._problem = words("", "problem", wrap=True)
        self._problem.hide()
        special = {name: PasswordEditor() for name in ("passphrase", "password", "again")}
        self.form = RecordForm(_FORM, date.today, special=special, columns=1)
        self._go = WaitingButton("加入", self._try)
        self._work = Work(self, self._refused)
        body = self.card.body
        body.addWidget(
            button("选「全部资料」文件…", self._choose, primary=False), 0, Qt.AlignmentFlag.AlignLeft
        )
        body.addWidget(self._chosen)
        body.addWidget(self._problem)
        body.addWidget(self.form)
        row = FlowLayout(None, 12)
        row.addWidget(self._go)
        row.addWidget(button("返回", self.gave_up.emit))
        body.addLayout(row)
        self.form.ended.connect(self._go.click)

    def _choose(self) -> None:
        name, _ = QFileDialog.getOpenFileName(
            self, "选「全部资料」文件", "", "全部资料 (*.vbx);;所有文件 (*)"
        )
        if name:
            self._snapshot = Path(name)
            self._chosen.setText(self._snapshot.name)
            self._problem.hide()

    def _try(self) -> None:
        try:
            told = self.form.draft()
        except Refused:
            return
        if self._snapshot is None:
            self._refused(Refused({"snapshot": "请先选文件：U 盘「连心册」文件夹里名字带「全部资料」的那个"}))
            return
        self._problem.hide()
        joining = Joining(self._snapshot, *(str(told[name]) for name in ("passphrase", "user", "password")))
        self._go.be_busy("正在读进来…")
        self._work.start(lambda _progress: self._join(joining), self.joined.emit, self._refused)

    def _refused(self, failure: Exception) -> None:
        self._go.wait(0)
        if not isinstance(failure, (Refused, Trouble)):
            raise failure
        problems = failure.problems if isinstance(failure, Refused) else {"": str(failure)}
        in_form = {name: said for name, said in problems.items() if name in _NAMES}
        self.form.show_problems(in_form)
        if others := [said for name, said in problems.items() if name not in _NAMES]:
            self._problem.setText("；".join(others))
            self._problem.show()


_NAMES = {field.name for field in _FORM.fields}
