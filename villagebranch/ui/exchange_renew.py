"""This computer is a copy, or was copied: a package shows that another one writes under its number. A new one is offered."""

from __future__ import annotations

from collections.abc import Callable

from PySide6.QtWidgets import QHBoxLayout, QVBoxLayout, QWidget

from villagebranch.db.seat import Seat
from villagebranch.sync import errands
from villagebranch.sync.package import Package
from villagebranch.ui.desk import Desk
from villagebranch.ui.page import acting
from villagebranch.ui.widgets import button, words
from villagebranch.ui.work import Progress


class RenewView(QWidget):
    """Says what has happened and what will; `content` is the package that brought it to light."""

    def __init__(
        self, desk: Desk, file: str, content: bytes, passphrase: str, leave: Callable[[], None]
    ) -> None:
        super().__init__()
        self.desk = desk
        self._file, self._content, self._passphrase = file, content, passphrase
        column = QVBoxLayout(self)
        column.setContentsMargins(20, 16, 20, 18)
        column.setSpacing(14)
        column.addWidget(words("两台电脑在用同一个编号", "title", wrap=True))
        why = (
            "多半是整个文件夹或整块硬盘复制过，两台都接着记。这个包里有另一台记的内容，现在收会乱，"
            "所以一点也没有写入，本机资料没有改动。"
        )
        column.addWidget(words(why, wrap=True))
        how = (
            "如果这台是复制出来的，就在这里换一个新编号：分开以后这台记的一笔不少，这个包也一并收下，"
            "两台又能交换。名片会换成新的，换好以后要把新名片交给对方。如果这台是原来的那台，请到另一台上换。"
        )
        column.addWidget(words(how, "secondary", wrap=True))
        row = QHBoxLayout()
        row.addWidget(button("这台换一个新编号", self._ask, primary=True))
        row.addWidget(button("返回", leave))
        row.addStretch(1)
        column.addLayout(row)
        column.addStretch(1)

    @acting
    def _ask(self) -> None:
        ask_to_renew(self.desk, self._file, self._opened)

    def _opened(self, seat: Seat) -> Package:
        return errands.open_package(seat, self._content, self._passphrase)


def ask_to_renew(desk: Desk, file: str, package: Callable[[Seat], Package | None]) -> None:
    """Give this computer a new number and a new card once the person says yes; then the window begins again.

    `package` opens the one that showed the copy, where one did. Raises `Refused` for who may not.
    """
    desk.require("partner")

    def renew() -> None:
        seat = desk.seat
        assert seat is not None

        def work(progress: Progress) -> None:
            progress.say("正在备份，然后换编号")
            errands.renew(seat, package(seat), file)

        desk.work.start(work, lambda _done: desk.restart(None))

    question = "确定这台是复制出来的吗？先自动备份，再换编号和名片；换好以后要把新名片交给对方。"
    desk.confirm(question, "换新编号", "先不换", renew)
