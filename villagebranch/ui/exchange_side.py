"""The right of 交换: what can be sent to whom, and what went out and came in so far."""

from __future__ import annotations

from collections.abc import Callable, Sequence
from functools import partial
from pathlib import Path

from PySide6.QtCore import Qt
from PySide6.QtWidgets import QFileDialog, QGridLayout, QVBoxLayout, QWidget

from villagebranch.db import disks
from villagebranch.domain.dayshow import day_near
from villagebranch.domain.names import collation
from villagebranch.sync import errands
from villagebranch.sync.cards import Card as PartnerCard
from villagebranch.sync.errands import FOLDER, Sent, Waiting
from villagebranch.sync.log import IN, Dealing
from villagebranch.ui.desk import Desk
from villagebranch.ui.exchange_finds import KINDS, size_words
from villagebranch.ui.page import acting
from villagebranch.ui.saving import ask_folder
from villagebranch.ui.widgets import Card, button, clear, words
from villagebranch.ui.work import Progress

_LINES = 8
_NOBODY = "还没有交换对象。先互换一次名片：把自己的名片写到 U 盘给对方，再收下对方的名片。"


def stick_folder(parent: QWidget) -> Path | None:
    """Return our folder on the one stick that is plugged in; where there is none, or more, ask. None: not now."""
    found = disks.sticks()
    if len(found) == 1:
        return Path(found[0].mount) / FOLDER
    if not found:
        return ask_folder(parent, "没有找到 U 盘。放到哪个文件夹？")
    chosen = QFileDialog.getExistingDirectory(parent, "放到哪个 U 盘？", str(found[0].mount))
    return Path(chosen) if chosen else None


class SendCard(Card):
    """A button for each partner, with what is waiting for it; `sent` is called after something was put on a stick, and
    `turn` with the name of another view: 'all', 'partners'."""

    def __init__(self, desk: Desk, sent: Callable[[], None], turn: Callable[[str], None]) -> None:
        super().__init__("送出")
        self.desk = desk
        self._sent, self._turn = sent, turn
        self._said = words("", "text", wrap=True, tone="green")
        self._lines = QVBoxLayout()
        self._lines.setSpacing(8)
        self.body.addWidget(self._said)
        self.body.addLayout(self._lines)
        self._said.hide()

    def show_partners(
        self, partners: Sequence[tuple[PartnerCard, Waiting | None]], *, township: bool
    ) -> None:
        """Offer these partners by their names; a township has no computers that begin with all of its data."""
        clear(self._lines)
        if not partners:
            self._lines.addWidget(words(_NOBODY, "secondary", wrap=True))
        elif township:
            told = "各村的答复和通知要求，在「本月」里一次导出；只给一个村，点下面的村。"
            self._lines.addWidget(words(told, "secondary", wrap=True))
            self._lines.addWidget(button("到「本月」", lambda: self.desk.show_page("home"), primary=True))
        by_name = sorted(partners, key=lambda one: collation(one[0].name))
        for place, (card, waiting) in enumerate(by_name):
            if waiting is not None:
                self._lines.addWidget(words(_waiting(card, waiting, self.desk), "secondary", wrap=True))
            go = button(f"导出给 {card.name}", partial(self._send, card), primary=not place and not township)
            self._lines.addWidget(go)
        self._lines.addWidget(button("名片和交换对象", partial(self._turn, "partners")))
        if not township:
            self._lines.addWidget(button("做全部资料（给本支部新电脑）", partial(self._turn, "all")))

    def say_done(self, sent: Sent) -> None:
        """Say that a file is on the stick for good."""
        told = f"已写好 {sent.path.name}（{size_words(sent.size)}），写完又读回来核对过。"
        self._said.setText(f"{told}可以拔出 U 盘了。")
        self._said.show()
        self.desk.toast("已写好并核对，可以拔出")

    def forget_done(self) -> None:
        """Say it no more: the stick may be another one by now."""
        self._said.hide()

    @acting
    def _send(self, to: PartnerCard) -> None:
        self._said.hide()
        folder, seat = stick_folder(self), self.desk.seat
        if folder is None or seat is None:
            return

        def work(progress: Progress) -> Sent:
            progress.say(f"正在写给 {to.name}，写完再读一遍核对；请不要拔出 U 盘")
            return errands.send(seat, to, folder)

        self.desk.work.start(work, self._put_down)

    def _put_down(self, sent: Sent) -> None:
        self.say_done(sent)
        self._sent()


def _waiting(to: PartnerCard, of: Waiting, desk: Desk) -> str:
    since = f"自上次送出（{day_near(of.since[:10], desk.today())}）以来" if of.since else "还没有送过，"
    told = f"{since}有 {of.changes:,} 处改动。" if of.changes else f"{since}没有新的改动。"
    if to.role == "township":
        return f"{told}上报的是问题和各项数字；谁反映的、家里说的话不出村。"
    return told + (f"上次送的 {of.again:,} 处对方还没有回过话，这次一起再送。" if of.again else "")


class LogCard(Card):
    """来往记录, newest first; `take_back` and `bring_again` are called with what came in, `turn` with 'refused'."""

    def __init__(
        self,
        desk: Desk,
        take_back: Callable[[Dealing], None],
        bring_again: Callable[[Dealing], None],
        turn: Callable[[str], None],
    ) -> None:
        super().__init__("来往记录")
        self.desk = desk
        self._take_back, self._bring_again = take_back, bring_again
        self._shown = _LINES
        self._told: Sequence[Dealing] = ()
        self._grid = QGridLayout()
        self._grid.setHorizontalSpacing(12)
        self._grid.setVerticalSpacing(2)
        self._grid.setColumnStretch(1, 1)
        self._more = button("看更早的", self._show_more, link=True)
        self.body.addLayout(self._grid)
        self.body.addWidget(self._more, 0, Qt.AlignmentFlag.AlignLeft)
        self.body.addStretch(1)
        refused = button("没有采纳的内容", partial(turn, "refused"), link=True)
        self.body.addWidget(refused, 0, Qt.AlignmentFlag.AlignLeft)

    def show_dealings(self, told: Sequence[Dealing]) -> None:
        """Show these; cards of ours that went out are not told."""
        self._told = told
        self._more.setVisible(len(told) > self._shown)
        clear(self._grid)
        for row, one in enumerate(told[: self._shown]):
            self._grid.addWidget(words(day_near(one.at[:10], self.desk.today()), "muted"), row, 0)
            self._grid.addWidget(words(_dealing(one), wrap=True), row, 1)
            self._grid.addWidget(words(_amount(one), "muted"), row, 2, Qt.AlignmentFlag.AlignRight)
            if one.way == IN and one.acts:
                self._grid.addWidget(self._way_back(one), row, 3)
        if not told:
            self._grid.addWidget(words("还没有来往。", "muted"), 0, 0, 1, 4)

    def _way_back(self, one: Dealing) -> QWidget:
        label = "恢复" if one.undone_by else "撤销"
        made = button(label, partial(self._bring_again if one.undone_by else self._take_back, one), link=True)
        made.setAccessibleName(f"{label} {one.at[:10]} {_dealing(one)}")
        return made

    def _show_more(self) -> None:
        self._shown += 50
        self.show_dealings(self._told)


def _dealing(of: Dealing) -> str:
    who = of.partner or "新电脑"
    if of.kind == "card":
        return "给出名片"
    way = "收到" if of.way == IN else "送出"
    what = "" if of.kind == "delta" else f"（{KINDS.get(of.kind, '')}）"
    return f"{way} {who}{what}" + ("，已撤销" if of.undone_by else "")


def _amount(of: Dealing) -> str:
    return f"{of.changes:,} 处" if of.changes else ""
