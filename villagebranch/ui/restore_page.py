"""从备份恢复, before the window: the backups at hand with what is in them, without opening the damaged data."""

from __future__ import annotations

from collections.abc import Callable, Sequence
from functools import partial
from pathlib import Path

from PySide6.QtCore import Signal
from PySide6.QtWidgets import QFileDialog, QGridLayout

from villagebranch.db import backup
from villagebranch.db.backup import Backup
from villagebranch.domain.errors import Trouble
from villagebranch.ui import backup_words
from villagebranch.ui.desk import Offer
from villagebranch.ui.door import Door
from villagebranch.ui.flow_layout import FlowLayout
from villagebranch.ui.widgets import Facts, button, clear, line, words

_SHOWN = 8
_KEPT = "现在的资料文件先另放一边，不会删除。"


class RestorePage(Door):
    """`find` gives the backups at hand, newest first; `here` is the folder of this computer's own.

    `wanted` bears the one that was chosen and looked at. `offers` are further ways on, shown at the foot.
    """

    wanted = Signal(object)

    def __init__(
        self, head: str, said: str, find: Callable[[], Sequence[Backup]], here: Path, *offers: Offer
    ) -> None:
        super().__init__(head, said, role="title", characters=46)
        self._head, self._said = head, said
        self._find, self._here, self._offers = find, here, offers
        self._whole = False
        self.refresh()

    def refresh(self) -> None:
        """Show the backups, those on sticks that were plugged in just now as well."""
        self._begin(self._head, self._said)
        found = self._find()
        grid = QGridLayout()
        grid.setHorizontalSpacing(16)
        grid.setColumnStretch(2, 1)
        for row, one in enumerate(found if self._whole else found[:_SHOWN]):
            where = "" if one.path.parent == self._here else f"U 盘：{one.path.parent.name}"
            for column, label in enumerate((words(backup_words.when(one)), words(where, "muted"))):
                grid.addWidget(label, row, column)
            grid.addWidget(words(backup_words.counts(one), "secondary", wrap=True), row, 2)
            look = button("恢复到这一份", partial(self._look_at, one), primary=row == 0)
            look.setAccessibleName(f"恢复到 {backup_words.when(one)} 的这一份")
            grid.addWidget(look, row, 3)
        self.card.body.addLayout(grid)
        if not found:
            told = "没有找到备份。请插上存着备份的 U 盘，等几秒，点「再找一遍」。"
            self.card.body.addWidget(words(told, wrap=True))
        self.card.body.addWidget(line())
        offers: list[Offer] = [("再找一遍", self.refresh), ("选一个备份文件", self._choose), *self._offers]
        if len(found) > _SHOWN and not self._whole:
            offers.insert(0, (f"更早的 {len(found) - _SHOWN} 份", self._show_all))
        self._row(*offers)

    def _begin(self, head: str, said: str) -> None:
        clear(self.card.body)
        self._problem = words("", "problem", wrap=True)
        self._problem.hide()
        for widget in (words(head, "title"), words(said, "secondary", wrap=True), self._problem):
            self.card.body.addWidget(widget)

    def _row(self, *offers: Offer) -> None:
        row = FlowLayout(None, 12)
        for label, done in offers:
            row.addWidget(button(label, done))
        self.card.body.addLayout(row)

    def _show_all(self) -> None:
        self._whole = True
        self.refresh()

    def _choose(self) -> None:
        name, _ = QFileDialog.getOpenFileName(self, "选一份备份", "", "连心册备份 (*.vbb)")
        if not name:
            return
        try:
            self._look_at(backup.read_backup(Path(name)))
        except Trouble as trouble:
            self._problem.setText(str(trouble))
            self._problem.show()

    def _look_at(self, one: Backup) -> None:
        """Show what is in a backup before anything is done with it."""
        self._begin(f"恢复到 {backup_words.when(one)}", f"资料会回到那时候的样子。{_KEPT}")
        facts = [("什么时候备份的", f"{backup_words.when(one)}（{backup_words.reason(one)}）")]
        facts += [(label, f"{one.about.counts.get(kind, 0)}") for kind, label in backup_words.COUNTED.items()]
        self.card.body.addWidget(Facts(facts))
        go = button("恢复", lambda: self.wanted.emit(one), primary=True)
        row = FlowLayout(None, 12)
        for widget in (go, button("看别的备份", self.refresh)):
            row.addWidget(widget)
        self.card.body.addLayout(row)
        go.setFocus()
