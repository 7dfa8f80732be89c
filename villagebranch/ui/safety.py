"""What is to be done first, so that nothing of the rest is lost: the recovery card, and a backup on a stick."""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from functools import partial

from PySide6.QtWidgets import QHBoxLayout

from villagebranch.db import vault
from villagebranch.services import safekeeping
from villagebranch.services.reminders import Reminder
from villagebranch.ui.desk import Desk
from villagebranch.ui.widgets import Card, button, clear, words


def safety_due(desk: Desk) -> Iterator[Reminder]:
    """Yield what is due, of what who sits here may do."""
    if desk.seat is None or desk.practice:
        return
    keys = vault.read(desk.seat.place)
    if desk.may("recovery_card"):
        yield from safekeeping.card_due(keys)
    if not desk.seat.served:
        yield from safekeeping.stick_due(keys, desk.today())


class SafetyCard(Card):
    """A button for each thing that is due; hidden where nothing is."""

    def __init__(self, desk: Desk) -> None:
        super().__init__()
        self.desk = desk
        self.hide()

    def show_due(self, due: Sequence[Reminder]) -> None:
        """Offer these."""
        clear(self.body)
        for one in due:
            told = words(f"{one.title}（{one.when}）", "secondary", wrap=True)
            told.setToolTip(one.detail)
            go = button("去办", partial(self.desk.show_page, one.page, **one.what))
            go.setAccessibleName(f"去办：{one.title}")
            row = QHBoxLayout()
            row.addWidget(told, 1)
            row.addWidget(go)
            self.body.addLayout(row)
        self.setHidden(not due)
