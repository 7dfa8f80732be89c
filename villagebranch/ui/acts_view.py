"""操作记录: every act, latest first, with the way back, also after a restart."""

from __future__ import annotations

from functools import partial

from PySide6.QtWidgets import QGridLayout, QHBoxLayout

from villagebranch.db import history
from villagebranch.db.history import Done
from villagebranch.db.journal import ActRef
from villagebranch.ui.desk import Desk
from villagebranch.ui.page import acting
from villagebranch.ui.widgets import Card, button, clear, words

_PAGE = 50


class ActsView(Card):
    """A line for each act: when, who, what, how many records; 撤销 takes it back, 恢复 brings it again."""

    def __init__(self, desk: Desk) -> None:
        super().__init__(margin=24, spacing=12)
        self.desk = desk
        self._shown = _PAGE
        self.body.addWidget(words("操作记录", "title"))
        told = "每一步都能撤销，关机以后也行。撤销时，后来又改过的内容保持后来的样子。"
        self.body.addWidget(words(told, "secondary", wrap=True))
        self._lines = QGridLayout()
        self._lines.setHorizontalSpacing(16)
        self._lines.setColumnStretch(2, 1)
        self.body.addLayout(self._lines)
        row = QHBoxLayout()
        self._more = button("看更早的", self._show_more)
        row.addWidget(self._more)
        row.addStretch(1)
        self.body.addLayout(row)
        self.body.addStretch(1)

    def refresh(self) -> None:
        """List the acts anew."""
        with self.desk.store.read() as conn:
            done = history.acts(conn, self._shown)
        clear(self._lines)
        for line, one in enumerate(done):
            self._lines.addWidget(words(one.at[5:16].replace("T", " "), "muted"), line, 0)
            self._lines.addWidget(words(one.author), line, 1)
            self._lines.addWidget(words(f"{one.form}（{one.records} 项）", "secondary"), line, 2)
            if one.undone_by is None:
                self._lines.addWidget(button("撤销", partial(self._take_back, one)), line, 3)
            else:
                self._lines.addWidget(button("恢复", partial(self._bring_again, one.undone_by)), line, 3)
        self._more.setVisible(len(done) == self._shown)

    def _show_more(self) -> None:
        self._shown += _PAGE
        self.refresh()

    def _take_back(self, one: Done) -> None:
        self._undo(one.ref, "撤销")

    def _bring_again(self, ref: ActRef) -> None:
        self._undo(ref, "恢复")

    @acting
    def _undo(self, ref: ActRef, form: str) -> None:
        with self.desk.store.write(self.desk.user, form, self.desk.store.stream_of(ref)) as act:
            undone = history.undo(act, ref)
        kept = f"；{undone.kept} 项后来又改过或用到，保持原样" if undone.kept else ""
        self.desk.done(f"已{form} {undone.back} 项{kept}")
        self.refresh()
