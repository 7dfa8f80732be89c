"""The very first start: the branch, its first user and password, the recovery card, then where to go."""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import dataclass
from datetime import date
from functools import partial
from typing import Any

from PySide6.QtCore import Signal
from PySide6.QtWidgets import QWidget

from villagebranch.domain.errors import Refused, Trouble
from villagebranch.domain.fields import Field, Kind
from villagebranch.domain.recovery_card import Card
from villagebranch.domain.values import Choice, Name, Text
from villagebranch.ui.door import Door
from villagebranch.ui.flow_layout import FlowLayout
from villagebranch.ui.password import PasswordEditor, Secret, same_password
from villagebranch.ui.record_form import RecordForm
from villagebranch.ui.widgets import button, clear, line, words
from villagebranch.ui.work import Work

_CARD_ACROSS, _WAYS_ACROSS = 46, 24  # characters
_WELCOME = "记一次，册册有。资料只存在这台电脑上，全部加密，不联网。先说说是哪个支部或乡镇，由谁来用。"
_LATER = "以后再做也可以：「本月」会提醒，在「设置 → 使用人与密码」里做。没有应急卡，忘了密码谁也打不开资料。"

_WAYS = {
    "branch": (
        (
            "从原来的表格导入",
            "党员花名册、农户信息、走访记录，一次带进来；先看一遍再收，收了也能撤销。",
            "import",
        ),
        ("直接开始", "先记今天的走访，资料以后慢慢补。", "start"),
    ),
    "township": (("和各村互换名片", "先互相认识，再收各村的包；以后在「交换」里也能办。", "exchange"),),
}
_FORM = Kind(
    "first_run",
    "新建",
    (
        Field("role", "谁来用", Choice({"branch": "村党支部", "township": "乡镇"})),
        Field(
            "branch",
            "支部（单位）名称",
            Text(60),
            required=True,
            hint="如：新黎村党支部；乡镇填如：枫泾镇党建办",
        ),
        Field("township", "所属乡镇（街道）", Text(60), required=True, hint="印在台账的页眉上"),
        Field("user", "您的姓名", Name(), required=True),
        Field(
            "password",
            "密码",
            Secret(),
            required=True,
            hint="至少 6 位；下一步做应急卡，万一忘了密码就靠它",
        ),
        Field("again", "再输一次密码", Secret(), required=True),
    ),
    same_password,
)


@dataclass(frozen=True)
class NewBranch:
    """What the first person told."""

    branch: str
    township: str
    user: str
    password: str
    role: str = "branch"


class FirstRunPage(Door):
    """Calls `create(NewBranch)` on a thread, then `keep_card(what that returned, card)`, then offers the ways on.

    `ready` bears what `create` returned and where to go first: 'import', 'exchange' or 'start'. `practice_wanted` asks for the
    practice village, before or after; `join_wanted` for what another computer of the branch has in place of a new branch,
    `restore_wanted` for a backup.
    """

    ready = Signal(object, str)
    practice_wanted = Signal()
    join_wanted = Signal()
    restore_wanted = Signal()

    def __init__(self, create: Callable[[NewBranch], Any], keep_card: Callable[[Any, Card], object]) -> None:
        super().__init__("连心册", _WELCOME)
        self._create, self._keep_card = create, keep_card
        special = {"password": PasswordEditor(), "again": PasswordEditor()}
        self._form = RecordForm(_FORM, date.today, special=special, columns=1)
        self._form.fill({"role": "branch"})
        self._role = "branch"
        self._go = button("建好我们的册子", self._try, primary=True)
        self._work = Work(self, self._refused)
        self._form.next_wanted.connect(self._go.click)
        self._form.ended.connect(self._go.click)
        self.card.body.addWidget(self._form)
        self._row(self._go, button("先到练习库试一试", self.practice_wanted.emit))
        self._row(
            button("加入本支部已有的资料", self.join_wanted.emit),
            button("从备份恢复", self.restore_wanted.emit),
        )
        self._form.take_focus()

    def _row(self, *widgets: QWidget) -> None:
        row = FlowLayout(None, 12)
        for widget in widgets:
            row.addWidget(widget)
        self.card.body.addLayout(row)

    def _try(self) -> None:
        try:
            told = self._form.draft()
        except Refused:
            return
        self._role = str(told["role"] or "branch")
        branch, township, user, password = (
            str(told[name]) for name in ("branch", "township", "user", "password")
        )
        new = NewBranch(branch, township, user, password, self._role)
        self._go.setEnabled(False)
        self._go.setText("正在建…")
        self._work.start(
            lambda _progress: self._create(new), partial(self._offer_card, new.branch), self._refused
        )

    def _refused(self, failure: Exception) -> None:
        self._go.setEnabled(True)
        self._go.setText("建好我们的册子")
        if not isinstance(failure, (Refused, Trouble)):
            raise failure
        self._form.show_problems(failure.problems if isinstance(failure, Refused) else {"": str(failure)})

    def _offer_card(self, branch: str, made: object) -> None:
        """Show a new recovery card in place of the form."""
        from villagebranch.db import vault
        from villagebranch.ui.card_making import TOLD, CardMaking

        clear(self.card.body)
        self.widen(_CARD_ACROSS)
        making = CardMaking(vault.new_card(), branch, date.today(), lambda card: self._keep_card(made, card))
        making.kept.connect(lambda: self._offer_ways(made))
        for widget in (words("应急卡", "title"), words(TOLD, "secondary", wrap=True), making, line()):
            self.card.body.addWidget(widget)
        self.card.body.addWidget(words(_LATER, "muted", wrap=True))
        self._row(button("以后再做", lambda: self._offer_ways(made)))
        making.setFocus()

    def _offer_ways(self, made: object) -> None:
        """Offer the ways on in place of what was asked."""
        clear(self.card.body)
        self.widen(_WAYS_ACROSS)
        self.card.body.addWidget(words("册子建好了", "title"))
        self.card.body.addWidget(words("接下来做什么？以后在「设置」里都还找得到。", "secondary", wrap=True))
        for label, said, where in _WAYS[self._role]:
            self.card.body.addSpacing(8)
            self.card.body.addWidget(
                button(label, partial(self.ready.emit, made, where), primary=where != "start")
            )
            self.card.body.addWidget(words(said, "muted", wrap=True))
        self.card.body.addSpacing(8)
        self.card.body.addWidget(button("先到练习库试一试", self.practice_wanted.emit))
        self.card.body.addWidget(words("练习库里是编的村子，随便试，不会影响真实资料。", "muted", wrap=True))
