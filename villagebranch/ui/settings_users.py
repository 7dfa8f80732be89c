"""使用人与密码: who may open the data, each with a password of their own, and the recovery card for when it is forgotten."""

from __future__ import annotations

from collections.abc import Callable
from datetime import datetime
from functools import partial

from PySide6.QtWidgets import QGridLayout, QHBoxLayout, QPushButton

from villagebranch.db import vault
from villagebranch.db.keys import User
from villagebranch.db.seat import Seat
from villagebranch.domain.dayshow import day_words
from villagebranch.domain.errors import Refused
from villagebranch.domain.fields import Draft, Field, Kind
from villagebranch.domain.roles import ROLES
from villagebranch.domain.values import Choice, Name
from villagebranch.ui.desk import Desk
from villagebranch.ui.page import acting
from villagebranch.ui.password import NEW_PASSWORD, PasswordEditor, Secret, same_password
from villagebranch.ui.record_form import RecordForm
from villagebranch.ui.widgets import Card, Segments, button, clear, words

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
_OWN = (Field("old", "现在的密码", Secret(), required=True), *NEW_PASSWORD)
_CHANGE = Kind("password", "改密码", _OWN, same_password)
_GIVE = Kind("new_password", "新密码", NEW_PASSWORD, same_password)
_TOLD = (
    "资料用密码加密，没有密码谁也打不开。每人用自己的密码，谁改了什么都记在修改历史里。"
    "录入员只记资料；副书记还能恢复备份、定夺不一样的内容、大批删除；使用人和应急卡由书记来管。"
)


class UserSettings(Card):
    """A line for each user; below, the recovery card, one's own password, and a new user."""

    def __init__(self, desk: Desk) -> None:
        super().__init__(margin=24, spacing=12)
        self.desk = desk
        self.body.addWidget(words("使用人与密码", "title"))
        self.body.addWidget(words(_TOLD, "secondary", wrap=True))
        self._lines = QGridLayout()
        self._lines.setHorizontalSpacing(16)
        self._lines.setColumnStretch(2, 1)
        self.body.addLayout(self._lines)
        self._give = self._form(_GIVE, "password", "again")
        self._to: User | None = None
        self._giving = Card("", margin=16)
        self._giving.body.addWidget(self._give)
        self._row(
            self._giving, button("设好新密码", self._give_password), button("不改了", self._giving.hide)
        )
        self._giving.hide()
        self.body.addWidget(self._giving)
        if desk.may("recovery_card") and not desk.practice:
            self.body.addWidget(words("应急卡", "head"))
            self._carded = words("", "secondary", wrap=True)
            self._make_card = button("", lambda: desk.show_page("recovery_card"))
            self.body.addWidget(self._carded)
            self._row(self, self._make_card)
        self._change = self._form(_CHANGE, "old", "password", "again")
        self._section("改我的密码", self._change, "改密码", self._change_password)
        if desk.may("users"):
            self._add = self._form(_ADD, "password", "again")
            self._section("添一名使用人", self._add, "添上", self._add_user)
        self.body.addStretch(1)

    def _form(self, kind: Kind, *secrets: str) -> RecordForm:
        return RecordForm(kind, self.desk.today, special={name: PasswordEditor() for name in secrets})

    def _section(self, head: str, form: RecordForm, label: str, done: Callable[[], None]) -> None:
        self.body.addWidget(words(head, "head"))
        self.body.addWidget(form)
        self._row(self, button(label, done))

    def _row(self, card: Card, *buttons: QPushButton) -> None:
        row = QHBoxLayout()
        for one in buttons:
            row.addWidget(one)
        row.addStretch(1)
        card.body.addLayout(row)

    @property
    def _seat(self) -> Seat:
        assert self.desk.seat is not None
        return self.desk.seat

    def refresh(self) -> None:
        """Show who may open the data, and since when there is a card."""
        clear(self._lines)
        if self.desk.seat is None:
            return
        keys = vault.read(self._seat.place)
        for line, user in enumerate(keys.users):
            self._show_user(line, user)
        if self.desk.may("recovery_card") and not self.desk.practice:
            made = keys.card and day_words(keys.card.made_at[:10])
            self._carded.setText(
                f"{made}做的应急卡有效。卡丢了、给人看过了，就换一张，旧的立刻作废。"
                if made
                else "还没有应急卡：忘了密码，谁也打不开资料。请做一张，打印出来封好。"
            )
            self._make_card.setText("换一张新卡" if made else "做一张应急卡")

    def _show_user(self, line: int, user: User) -> None:
        self._lines.addWidget(words(user.name), line, 0)
        if not self.desk.may("users"):
            self._lines.addWidget(words(ROLES[user.role], "secondary"), line, 1)
        else:
            roles = Segments(ROLES)
            roles.choose([user.role])
            roles.name(f"{user.name} 的身份")
            roles.changed.connect(lambda: self._set_role(user, roles.chosen()[0]))
            self._lines.addWidget(roles, line, 1)
        if user.id == self._seat.user.id:
            self._lines.addWidget(words("正在使用", "muted"), line, 2)
        elif self.desk.may("users"):
            self._lines.addWidget(button("设新密码", partial(self._ask_password, user)), line, 3)
            self._lines.addWidget(button("不再使用", partial(self._ask_to_remove, user)), line, 4)

    @acting
    def _set_role(self, user: User, role: str) -> None:
        try:
            self._seat.set_role(user.id, role)
            self.desk.toast(f"{user.name} 现在是{ROLES[role]}")
        finally:
            self.refresh()

    def _ask_password(self, user: User) -> None:
        self._to = user
        self._give.fill({})
        self._giving.head.setText(f"给 {user.name} 设新密码：原来的密码就不能用了")
        self._giving.head.show()
        self._giving.show()
        self._give.take_focus()

    @acting
    def _give_password(self) -> None:
        user, password = self._to, str(self._give.draft()["password"])
        assert user is not None

        def done(_none: None) -> None:
            self._giving.hide()
            self.desk.toast(f"{user.name} 的新密码设好了，请当面告诉本人")

        self.desk.work.start(lambda _progress: self._seat.set_password(user.id, password), done)

    def _ask_to_remove(self, user: User) -> None:
        question = f"{user.name} 的密码将失效，再也不能打开资料。{user.name} 记过的内容都还在。"
        self.desk.confirm(question, f"停用 {user.name} 的密码", "不停用", partial(self._remove, user))

    @acting
    def _remove(self, user: User) -> None:
        self._seat.remove_user(user.id)
        self.desk.toast(f"{user.name} 的密码已停用")
        self.refresh()

    @acting
    def _change_password(self) -> None:
        draft, seat = self._change.draft(), self._seat

        def done(_none: None) -> None:
            self._change.fill({})
            self.desk.toast("密码已改，下次打开用新密码")

        def failed(failure: Exception) -> None:
            if isinstance(failure, Refused):
                self._change.show_problems({"old": "；".join(failure.problems.values())})
            self.desk.report(failure)

        old, new = str(draft["old"]), str(draft["password"])
        self.desk.work.start(
            lambda _progress: vault.change_password(seat.place, seat.user.id, old, new, datetime.now()),
            done,
            failed,
        )

    @acting
    def _add_user(self) -> None:
        draft: Draft = self._add.draft()
        name, role, password = (str(draft[one]) for one in ("name", "role", "password"))

        def done(_user: User) -> None:
            self._add.fill({})
            self.desk.toast(f"{name} 可以用自己的密码打开了")
            self.refresh()

        def failed(failure: Exception) -> None:
            if isinstance(failure, Refused):
                self._add.show_problems(failure.problems)
            self.desk.report(failure)

        self.desk.work.start(lambda _progress: self._seat.add_user(name, role, password), done, failed)
