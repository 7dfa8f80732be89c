"""A page before the window that says how things stand and offers ways on."""

from PySide6.QtWidgets import QWidget

from villagebranch.ui.desk import Offer
from villagebranch.ui.door import Door
from villagebranch.ui.flow_layout import FlowLayout
from villagebranch.ui.widgets import button, words


class ChoiceDoor(Door):
    """`told` are sentences, one below the other; the first of `offers` is the one that most will want."""

    def __init__(self, head: str, said: str, *offers: Offer, told: tuple[str, ...] = ()) -> None:
        super().__init__(head, said, role="title", characters=30)
        for sentence in told:
            self.card.body.addWidget(words(sentence, wrap=True))
        row = FlowLayout(None, 12)
        self.buttons: list[QWidget] = []
        for label, done in offers:
            self.buttons.append(button(label, done, primary=not self.buttons))
            row.addWidget(self.buttons[-1])
        self.card.body.addSpacing(8)
        self.card.body.addLayout(row)
        if self.buttons:
            self.buttons[0].setFocus()
