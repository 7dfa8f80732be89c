"""What villages took up to the township: a list to answer from, and the way the answers go down."""

from __future__ import annotations

from collections.abc import Sequence

from PySide6.QtCore import QSize, Qt, Signal
from PySide6.QtGui import QKeyEvent
from PySide6.QtWidgets import QListWidget

from villagebranch.domain.dayshow import day_near
from villagebranch.domain.names import village_of
from villagebranch.services.village_issues import IssueOfVillage
from villagebranch.sync import errands
from villagebranch.sync.cards import Card as PartnerCard
from villagebranch.sync.errands import Waiting
from villagebranch.ui.desk import Desk
from villagebranch.ui.exchange_side import stick_folder
from villagebranch.ui.page import acting
from villagebranch.ui.two_lines import TwoLines, two_lines
from villagebranch.ui.widgets import Card, button, words
from villagebranch.ui.work import Progress

_LOST = "这台恢复过旧备份，备份以后写的答复村里还有。导出给村里，村里收下再报一次，就都带回来了。"
_ENTER = (Qt.Key.Key_Return, Qt.Key.Key_Enter)


class EscalatedList(QListWidget):
    """`wanted` bears the source of the issue that was clicked or entered."""

    wanted = Signal(str)

    def __init__(self) -> None:
        super().__init__()
        self.setItemDelegate(TwoLines(self))
        self.setHorizontalScrollBarPolicy(Qt.ScrollBarPolicy.ScrollBarAlwaysOff)
        self.setFrameShape(QListWidget.Shape.NoFrame)
        self.setAccessibleName("上报镇里的问题")
        self._sources: list[str] = []
        self.clicked.connect(lambda index: self.wanted.emit(self._sources[index.row()]))

    def show_issues(self, waiting: Sequence[IssueOfVillage], desk: Desk) -> None:
        """List these."""
        self.clear()
        self._sources = [one.source for one in waiting]
        for one in waiting:
            day = f"{day_near(one.escalated_on, desk.today())} 上报"
            two_lines((one.words, " · ".join(filter(None, (village_of(one.village), day, one.asked)))), self)

        self.setMaximumHeight(max(1, len(waiting)) * (self.sizeHintForRow(0) + 1) + 6)

    def sizeHint(self) -> QSize:
        return QSize(0, 6 * self.fontMetrics().height())

    def minimumSizeHint(self) -> QSize:
        return QSize(0, 4 * self.fontMetrics().height())

    def keyPressEvent(self, event: QKeyEvent) -> None:
        if event.key() in _ENTER and self.currentRow() >= 0:
            self.wanted.emit(self._sources[self.currentRow()])
        else:
            super().keyPressEvent(event)


class EscalatedCard(Card):
    """`wanted` bears the source of an issue to answer; `sent` is called after packages were put on a stick."""

    wanted = Signal(str)
    sent = Signal()

    def __init__(self, desk: Desk) -> None:
        super().__init__("上报镇里的问题", "0 件")
        self.desk = desk
        self._to: list[PartnerCard] = []
        self.list = EscalatedList()
        self.list.wanted.connect(self.wanted)
        self._lost = words(_LOST, "muted", wrap=True)
        self._none = words("没有等着答复的问题。", "muted", wrap=True)
        self._said = words("", "text", wrap=True, tone="green")
        self._said.hide()
        self.export = button("", self._export)
        self.body.addWidget(self._none)
        self.body.addWidget(self.list, 99)
        self.body.addWidget(self._lost)
        self.body.addWidget(self.export)
        self.body.addWidget(self._said)
        self.body.addStretch(1)

    def show_what_waits(
        self, issues: Sequence[IssueOfVillage], replies: Sequence[tuple[PartnerCard, Waiting]]
    ) -> None:
        """Show the issues to answer, and offer what is to go to these partners."""
        self.note.setText(f"{len(issues)} 件")
        self.list.show_issues(issues, self.desk)
        self.list.setHidden(not issues)
        self._none.setHidden(bool(issues))
        fresh = [card for card, waiting in replies if waiting.changes or waiting.lost]
        self._lost.setVisible(any(waiting.lost for _card, waiting in replies))
        again = [card for card, waiting in replies if waiting.again]
        self._to = fresh or again
        self.export.setText(
            f"答复后导出给各村（{len(fresh)} 包）"
            if fresh
            else f"再导出一次（{len(again)} 包，村里还没有回过话）"
            if again
            else "没有要导出给各村的"
        )
        self.export.setEnabled(bool(self._to))

    @acting
    def _export(self) -> None:
        self._said.hide()
        folder, seat, to = stick_folder(self), self.desk.seat, self._to
        if folder is None or seat is None:
            return

        def work(progress: Progress) -> int:
            for place, card in enumerate(to):
                progress.say(f"正在写给 {card.unit or card.name}，请不要拔出 U 盘", place / len(to))
                errands.send(seat, card, folder)
            return len(to)

        self.desk.work.start(work, self._put_down)

    def _put_down(self, packages: int) -> None:
        self._said.setText(f"{packages} 包已写好，写完又读回来核对过。可以拔出 U 盘了。")
        self._said.show()
        self.desk.toast(f"{packages} 包已写好并核对，可以拔出")
        self.sent.emit()
