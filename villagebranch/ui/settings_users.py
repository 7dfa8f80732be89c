"""使用人与密码: who may open the data, each with a password of their own."""

from __future__ import annotations

from collections.abc import Callable
from datetime import datetime
from functools import partial

from PySide6.QtWidgets import QGridLayout, QHBoxLayout

from villagebranch.db import vault
from villagebranch.db.keys import User
from villagebranch.domain.errors import Refused
from villagebranch.domain.fields import Field, Kind
from villagebranch.domain.roles import ROLES
from villagebranch.domain.values import Choice, Name
from villagebranch.ui.desk import Desk
from villagebranch.ui.page import acting
from villagebranch.ui.password import NEW_PASSWORD, PasswordEditor, Secret, same_password
from villagebranch.ui.record_form import RecordForm
from villagebranch.ui.widgets import Card, button, clear, words

_ADD = Kind(
    "user",
    "使用人",
    (
        Field("name", "姓名", Name(), required=True),
        Field("role", "身份", Choice(ROLES), required=True),
        *NEW_PASSWORD,
    ),
    same_password,
)
_CHANGE = Kind(
    "password", "改密码", (Field("old", "现在的密码", Secret(), required=True), *NEW_PASSWORD), same_password
)


class UserSettings(Card):
    """A line for each user; below, one's own password, and a new user."""

    def __init__(self, desk: Desk) -> None:
        super().__init__(margin=24, spacing=12)
        self.desk = desk
        self.body.addWidget(words("使用人与密码", "title"))
        told = "资料用密码加密，没有密码谁也打不开。每人用自己的密码，谁改了什么都记在修改历史里。"
        self.body.addWidget(words(told, "secondary", wrap=True))
        self._lines = QGridLayout()
        self._lines.setHorizontalSpacing(16)
        self._lines.setColumnStretch(2, 1)
        self.body.addLayout(self._lines)
        secrets = {name: PasswordEditor() for name in ("old", "password", "again")}
        self._change = RecordForm(_CHANGE, desk.today, special=secrets)
        self._section("改我的密码", self._change, "改密码", self._change_password)
        secrets = {name: PasswordEditor() for name in ("password", "again")}
        self._add = RecordForm(_ADD, desk.today, special=secrets)
        self._section("添一名使用人", self._add, "添上", self._add_user)
        self.body.addStretch(1)

    def _section(self, head: str, form: RecordForm, label: str, done: Callable[[], None]) -> None:
        self.body.addWidget(words(head, "head"))
        self.body.addWidget(form)
        row = QHBoxLayout()
        row.addWidget(button(label, done))
        row.addStretch(1)
        self.body.addLayout(row)

    def refresh(self) -> None:
        """Show who may open the data."""
        clear(self._lines)
        if self.desk.seat is None:
            return
        users = vault.read(self.desk.seat.place).users
        for line, user in enumerate(users):
            self._lines.addWidget(words(user.name), line, 0)
            self._lines.addWidget(words(ROLES[user.role], "secondary"), line, 1)
            if user.id == self.desk.seat.user.id:
                self._lines.addWidget(words("正在使用", "muted"), line, 2)
            else:
                self._lines.addWidget(button("不再使用", partial(self._ask_to_remove, user)), line, 3)

    def _ask_to_remove(self, user: User) -> None:
        question = f"{user.name} 的密码将失效，再也不能打开资料。{user.name} 记过的内容都还在。"
        self.desk.confirm(question, f"停用 {user.name} 的密码", "不停用", partial(self._remove, user))

    @acting
    def _remove(self, user: User) -> None:
        assert self.desk.seat is not None
        vault.remove_user(self.desk.seat.place, user.id)
        self.desk.toast(f"{user.name} 的密码已停用")
        self.refresh()

    @acting
    def _change_password(self) -> None:
        assert self.desk.seat is not None
        draft = self._change.draft()
        seat = self.desk.seat
        try:
            vault.change_password(
                seat.place, seat.user.id, str(draft["old"]), str(draft["password"]), datetime.now()
            )
        except Refused as refused:
            self._change.show_problems({"old": "；".join(refused.problems.values())})
            raise
        self._change.fill({})
        self.desk.toast("密码已改，下次打开用新密码")

    @acting
    def _add_user(self) -> None:
        assert self.desk.seat is not None
        draft = self._add.draft()
        seat = self.desk.seat
        try:
            vault.add_user(
                seat.place, seat.key, str(draft["name"]), str(draft["role"]), str(draft["password"])
            )
        except Refused as refused:
            self._add.show_problems(refused.problems)
            raise
        self._add.fill({})
        self.desk.toast(f"{draft['name']} 可以用自己的密码打开了")
        self.refresh()
