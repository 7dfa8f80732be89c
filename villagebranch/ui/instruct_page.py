"""Writing what the township asks of one village, several or all of them; it goes into each village's own stream."""

from __future__ import annotations

from collections.abc import Sequence
from typing import Any

from PySide6.QtWidgets import QHBoxLayout, QVBoxLayout

from villagebranch.db import history
from villagebranch.db.journal import ActRef
from villagebranch.domain.fields import Field, Kind
from villagebranch.domain.names import village_of
from villagebranch.domain.values import Choices
from villagebranch.records.instruction import Instruction
from villagebranch.services import township_month, township_reply
from villagebranch.ui.ask_panel import with_deadlines
from villagebranch.ui.desk import Desk
from villagebranch.ui.page import Page, acting
from villagebranch.ui.record_form import RecordForm
from villagebranch.ui.widgets import Card, Scroll, button, clear, words

_ASKED = ("title", "words", "due_on")


class InstructPage(Page):
    """`open()` begins a new one, to all villages unless some are left out."""

    title = "写通知要求"

    def __init__(self, desk: Desk) -> None:
        super().__init__(desk)
        self.form: RecordForm
        self._all = ""
        card = Card(margin=24, spacing=16)
        self._room = QVBoxLayout()
        card.body.addLayout(self._room, 1)
        row = QHBoxLayout()
        row.setSpacing(10)
        row.addWidget(button("写好　Ctrl+Enter", self.save, primary=True))
        row.addWidget(button("送给全部村", self._choose_all))
        row.addWidget(button("不写了，返回", self.go_back))
        row.addStretch(1)
        card.body.addLayout(row)
        told = "写好后到「本月」点「导出给各村」，随 U 盘带到村里；村里办完，下次上报时这里就看得到。"
        card.body.addWidget(words(told, "muted", wrap=True))
        QHBoxLayout(self).addWidget(card)

    def open(self, **what: Any) -> None:
        with self.desk.store.read() as conn:
            villages = {id: village_of(name) for id, name in township_month.names(conn).items()}
        kind = Instruction.kind()
        to = Field(
            "villages", "送给哪些村", Choices(villages), required=True, hint="点一下选上，再点一下去掉"
        )
        form = Kind("instruction", kind.label, (*(kind.field(name) for name in _ASKED), to))
        self.form = RecordForm(
            form, self.desk.today, self.desk.sources, columns=1, special=with_deadlines(form, self.desk)
        )
        self._all, self.touched = " ".join(villages), False
        self._choose_all()
        for wanted in (self.form.next_wanted, self.form.save_wanted):
            wanted.connect(self.save)
        self.form.changed.connect(self.touch)
        clear(self._room)
        self._room.addWidget(Scroll(self.form))

    def take_focus(self) -> None:
        self.form.take_focus()

    def goes_back(self) -> bool:
        return True

    def go_back(self) -> None:
        self.discard()
        self.desk.show_page("instructions")

    @acting
    def save(self) -> None:
        """Write it to each village that is chosen."""
        draft = self.form.draft()
        villages = str(draft.pop("villages")).split()
        with self.desk.store.write_each(self.desk.user, "下通知要求", villages) as acts:
            for act in acts:
                township_reply.instruct(act, draft, self.desk.today())
            refs = [act.ref for act in acts]
        self.go_back()
        self.desk.changed()
        offer = ("撤销", lambda: self._take_back(villages, refs))
        self.desk.toast(f"已写给 {len(refs)} 个村", offer=offer)

    @acting
    def _take_back(self, villages: Sequence[str], refs: Sequence[ActRef]) -> None:
        with self.desk.store.write_each(self.desk.user, "撤销", villages) as acts:
            for act, ref in zip(acts, refs, strict=True):
                history.undo(act, ref)
        self.desk.toast("已撤销")
        self.go_back()

    def _choose_all(self) -> None:
        self.form.editor("villages").set_stored(self._all)
