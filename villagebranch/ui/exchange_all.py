"""做全部资料: everything for a further computer of this branch, locked by a passphrase; and opening what is locked by one."""

from __future__ import annotations

from collections.abc import Callable

from PySide6.QtWidgets import QVBoxLayout, QWidget

from villagebranch.domain.errors import Refused
from villagebranch.domain.fields import Draft, Field, Kind
from villagebranch.sync import errands
from villagebranch.sync.errands import Sent
from villagebranch.ui.desk import Desk
from villagebranch.ui.exchange_side import stick_folder
from villagebranch.ui.flow_layout import FlowLayout
from villagebranch.ui.page import acting
from villagebranch.ui.password import PasswordEditor, Secret
from villagebranch.ui.record_form import RecordForm
from villagebranch.ui.widgets import button, words
from villagebranch.ui.work import Progress

_SHORTEST = 8


def _same(draft: Draft) -> dict[str, str]:
    if len(str(draft["passphrase"])) < _SHORTEST:
        return {"passphrase": f"口令至少 {_SHORTEST} 个字，请换长一些的"}
    return {} if draft["passphrase"] == draft["again"] else {"again": "两次输入的口令不一样，请再输一次"}


_HINT = "至少 8 个字，如一句只有你们知道的话；不要和 U 盘放在一起"
_FORM = Kind(
    "all",
    "全部资料",
    (
        Field("passphrase", "口令", Secret(), required=True, hint=_HINT),
        Field("again", "再输一次口令", Secret(), required=True),
    ),
    _same,
)
_OPEN = Kind("open", "打开", (Field("passphrase", "口令", Secret(), required=True),))


class AllView(QWidget):
    """Asks for a passphrase and puts everything on a stick; `given` is called with what lies there then."""

    def __init__(self, desk: Desk, given: Callable[[Sent], None]) -> None:
        super().__init__()
        self.desk, self._given = desk, given
        column = QVBoxLayout(self)
        column.setContentsMargins(20, 16, 20, 18)
        column.setSpacing(12)
        column.addWidget(words("做全部资料，给本支部的新电脑", "title", wrap=True))
        told = (
            "里面是这台电脑上的全部资料，用口令加密。在新电脑上第一次打开连心册时，选「加入本支部已有的资料」，"
            "选这个文件，输这个口令。以后两台电脑就能用 U 盘互相送改动。不要把它给支部以外的人。"
        )
        column.addWidget(words(told, "secondary", wrap=True))
        secrets = {"passphrase": PasswordEditor(), "again": PasswordEditor()}
        self.form = RecordForm(_FORM, desk.today, special=secrets, columns=1)
        self.form.setMaximumWidth(480)
        column.addWidget(self.form)
        tools = FlowLayout(None, 10)
        tools.addWidget(button("写到 U 盘", self._write, primary=True))
        column.addLayout(tools)
        column.addStretch(1)
        self.form.ended.connect(self._write)

    @acting
    def _write(self) -> None:
        try:
            passphrase = str(self.form.draft()["passphrase"])
        except Refused:
            return
        folder, seat = stick_folder(self), self.desk.seat
        if folder is None or seat is None:
            return

        def work(progress: Progress) -> Sent:
            progress.say("正在把全部资料写到 U 盘，写完再读一遍核对；请不要拔出 U 盘")
            return errands.send_all(seat, passphrase, folder)

        self.desk.work.start(work, self._given)


class LockedView(QWidget):
    """Asks for the passphrase of a package; `opened` is called with it."""

    def __init__(self, desk: Desk, name: str, opened: Callable[[str], None]) -> None:
        super().__init__()
        self._opened = opened
        column = QVBoxLayout(self)
        column.setContentsMargins(20, 16, 20, 18)
        column.setSpacing(12)
        column.addWidget(words("全部资料，要用口令打开", "title", wrap=True))
        column.addWidget(words(name, "muted", wrap=True))
        self.form = RecordForm(_OPEN, desk.today, special={"passphrase": PasswordEditor()}, columns=1)
        self.form.setMaximumWidth(480)
        self.form.ended.connect(self._go)
        column.addWidget(self.form)
        tools = FlowLayout(None, 10)
        tools.addWidget(button("打开看一遍", self._go, primary=True))
        column.addLayout(tools)
        column.addStretch(1)

    def _go(self) -> None:
        try:
            self._opened(str(self.form.draft()["passphrase"]))
        except Refused:
            return
