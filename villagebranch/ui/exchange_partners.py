"""名片和交换对象: give one's own card, take another's after reading its eight characters out over the phone, and the list."""

from __future__ import annotations

from collections.abc import Callable, Sequence
from dataclasses import replace
from functools import partial

from PySide6.QtCore import Qt
from PySide6.QtWidgets import QHBoxLayout, QLineEdit, QVBoxLayout, QWidget

from villagebranch.domain.errors import Refused
from villagebranch.sync import cards, errands, handover
from villagebranch.sync.cards import Card
from villagebranch.sync.errands import Sent
from villagebranch.ui.desk import Desk
from villagebranch.ui.exchange_renew import ask_to_renew
from villagebranch.ui.exchange_side import stick_folder
from villagebranch.ui.flow_layout import FlowLayout
from villagebranch.ui.page import acting
from villagebranch.ui.widgets import button, line, words

_WHY = "两台电脑第一次交换之前，先互换名片：名片上是加密用的公钥，没有任何村民资料。收下名片以后，别人拿到 U 盘也打不开交换包。"
_READ_OUT = (
    "请在电话里念一遍核对：对方在他那台电脑的「交换 → 名片和交换对象」里看到的，应当和这里一个字不差。"
)


class PartnersView(QWidget):
    """One's own card above, the partners below; `given` is called with what was put on a stick, `choose` to pick a card,
    `changed` after the list became different."""

    def __init__(
        self,
        desk: Desk,
        partners: Sequence[Card],
        own: str,
        ways: tuple[Callable[[Sent], None], Callable[[], None], Callable[[], None]],
    ) -> None:
        super().__init__()
        self.desk = desk
        self._given, choose, self._changed = ways
        self._may = desk.may("partner")
        column = QVBoxLayout(self)
        column.setContentsMargins(20, 16, 20, 18)
        column.setSpacing(12)
        column.addWidget(words("名片和交换对象", "title"))
        column.addWidget(words(_WHY, "secondary", wrap=True))
        column.addWidget(words("这台电脑的名片", "head"))
        column.addWidget(words(own, "figure"))
        tools = FlowLayout(None, 10)
        tools.addWidget(button("给出名片（写到 U 盘）", self._give, primary=not partners))
        if self._may:
            tools.addWidget(button("收名片", choose))
        column.addLayout(tools)
        column.addSpacing(8)
        column.addWidget(words("交换对象", "head"))
        if not partners:
            column.addWidget(words("还没有。收下对方的名片以后，会列在这里。", "muted"))
        for card in partners:
            column.addWidget(line())
            column.addWidget(self._line(card))
        column.addStretch(1)
        if self._may:
            copied = button("这台是从别的电脑复制来的，要换一张新名片", self._ask_to_renew, link=True)
            column.addWidget(copied, 0, Qt.AlignmentFlag.AlignLeft)

    def _line(self, card: Card) -> QWidget:
        made = QWidget()
        row = QHBoxLayout(made)
        row.setContentsMargins(0, 0, 0, 0)
        row.setSpacing(10)
        told = QVBoxLayout()
        told.setSpacing(0)
        name = QLineEdit(card.name)
        name.setAccessibleName(f"{card.name} 的称呼")
        name.setReadOnly(not self._may)
        told.addWidget(name)
        told.addWidget(words(card.fingerprint, "muted"))
        row.addLayout(told, 1)
        tools = FlowLayout(None, 8)
        again = button("请对方补送", partial(self._ask_again, card))
        again.setAccessibleName(f"请 {card.name} 补送")
        tools.addWidget(again)
        if self._may:
            rename = button("改称呼", lambda: self._rename(card, name.text()))
            rename.setAccessibleName(f"改 {card.name} 的称呼")
            tools.addWidget(rename)
            leave = button("不再交换", partial(self._ask_to_forget, card))
            leave.setAccessibleName(f"不再和 {card.name} 交换")
            tools.addWidget(leave)
        row.addLayout(tools, 1)
        return made

    @acting
    def _give(self) -> None:
        folder, seat = stick_folder(self), self.desk.seat
        if folder is not None and seat is not None:
            sent, _ = errands.give_card(seat, folder)
            self._given(sent)

    @acting
    def _ask_to_renew(self) -> None:
        ask_to_renew(self.desk, "", lambda _seat: None)

    @acting
    def _ask_again(self, card: Card) -> None:
        folder, seat = stick_folder(self), self.desk.seat
        if folder is not None and seat is not None:
            self._given(errands.ask_again(seat, card, folder))

    @acting
    def _rename(self, card: Card, name: str) -> None:
        self.desk.require("partner")
        with self.desk.store.receive() as (conn, _):
            cards.keep_partner(conn, named(card, name))
        self.desk.toast(f"以后叫「{name.strip()}」")
        self._changed()

    def _ask_to_forget(self, card: Card) -> None:
        self.desk.confirm(
            f"以后不再收 {card.name} 的包，也不再送给它。已经收到的资料都留着；要再交换，重新收一次名片就行。",
            f"不再和 {card.name} 交换",
            "不改",
            partial(self._forget, card),
        )

    @acting
    def _forget(self, card: Card) -> None:
        self.desk.require("partner")
        with self.desk.store.write(self.desk.user, "不再交换") as act:
            handover.leave(act, card)
        self.desk.toast(f"已不再和 {card.name} 交换")
        self._changed()


class CardView(QWidget):
    """A card before it is trusted: its eight characters large, and what it is to be called here; `done` leaves."""

    def __init__(self, desk: Desk, card: Card, done: Callable[[], None]) -> None:
        super().__init__()
        self.desk, self._card, self._done = desk, card, done
        column = QVBoxLayout(self)
        column.setContentsMargins(20, 16, 20, 18)
        column.setSpacing(12)
        column.addWidget(words(f"{_whose(card)} 的名片", "title", wrap=True))
        column.addWidget(words(card.fingerprint, "figure"))
        column.addWidget(words(_READ_OUT, wrap=True))
        label = words("在这台电脑上叫它", "label")
        with desk.store.read() as conn:
            called = handover.called(conn, card)
        self.name = QLineEdit(f"{called}的电脑" if called == card.name else called)
        self.name.setAccessibleName("在这台电脑上叫它")
        self.name.setMaximumWidth(360)
        label.setBuddy(self.name)
        column.addWidget(label)
        column.addWidget(self.name)
        tools = FlowLayout(None, 10)
        if desk.may("partner"):
            tools.addWidget(button("念过了，一样，收下名片", self._take, primary=True))
        tools.addWidget(button("不一样，不收", done))
        column.addLayout(tools)
        column.addStretch(1)

    @acting
    def _take(self) -> None:
        self.desk.require("partner")
        card = named(self._card, self.name.text())
        with self.desk.store.write(self.desk.user, "收名片") as act:
            handover.trust(act, card)
        self.desk.toast(f"已收下「{card.name}」的名片，可以交换了")
        self._done()


def _whose(card: Card) -> str:
    return f"{card.unit} {card.name}" if card.unit else card.name


def named(card: Card, name: str) -> Card:
    """Return a card under what it is to be called here. Raises `Refused` for an empty name."""
    if not name.strip():
        raise Refused("请写一个称呼，如「周丽的电脑」")
    return replace(card, name=name.strip())
