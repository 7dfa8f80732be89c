"""应急卡: a new card for data that are open; the one before counts until two groups of the new one were typed back."""

from __future__ import annotations

from typing import Any

from PySide6.QtCore import Qt
from PySide6.QtWidgets import QVBoxLayout

from villagebranch.db import vault
from villagebranch.domain.recovery_card import Card
from villagebranch.ui.card_making import TOLD, CardMaking
from villagebranch.ui.desk import Desk
from villagebranch.ui.page import Page
from villagebranch.ui.widgets import Card as Sheet
from villagebranch.ui.widgets import clear, words


class RecoveryCardPage(Page):
    """Draws a card each time that it is opened."""

    title = "应急卡"

    def __init__(self, desk: Desk) -> None:
        super().__init__(desk)
        self._sheet = Sheet(margin=32, spacing=12)
        self._making: CardMaking | None = None
        column = QVBoxLayout(self)
        column.addWidget(self._sheet, 0, Qt.AlignmentFlag.AlignTop)

    def open(self, **what: Any) -> None:
        clear(self._sheet.body)
        seat = self.desk.seat
        if seat is None or self.desk.practice:
            self._sheet.body.addWidget(words("练习库不用应急卡。", "secondary"))
            return
        seat.require("recovery_card")
        branch = vault.read(seat.place).branch
        self._making = CardMaking(vault.new_card(), branch, self.desk.today(), self._keep)
        self._making.kept.connect(self._kept)
        self._sheet.body.addWidget(words(TOLD, "secondary", wrap=True))
        self._sheet.body.addWidget(self._making)
        self.say("填对两组才开始有效，在那以前原来的卡不变")

    def take_focus(self) -> None:
        if self._making is not None:
            self._making.setFocus()

    def goes_back(self) -> bool:
        return True

    def go_back(self) -> None:
        self.desk.show_page("settings", section="users")

    def _keep(self, card: Card) -> None:
        assert self.desk.seat is not None
        self.desk.seat.set_card(card)

    def _kept(self) -> None:
        self.go_back()
        self.desk.toast("新的应急卡有效了；要是有旧卡，请销毁")
        self.desk.changed()
