"""支部资料, or 单位资料 of a township: what stands on every printed page."""

from __future__ import annotations

from dataclasses import replace

from PySide6.QtWidgets import QHBoxLayout

from villagebranch.db import vault
from villagebranch.domain.errors import Refused
from villagebranch.domain.fields import Kind
from villagebranch.records.branch import Branch
from villagebranch.services import branch
from villagebranch.ui.desk import Desk
from villagebranch.ui.page import acting
from villagebranch.ui.record_form import RecordForm
from villagebranch.ui.widgets import Card, button, words

_TOWNSHIP_FORM = Kind(
    "branch",
    "单位",
    (
        replace(Branch.kind().field("name"), label="单位名称", hint="印在每张台账上，如「枫泾镇党建办」"),
        Branch.kind().field("township"),
    ),
)


class BranchSettings(Card):
    """The form of the branch."""

    def __init__(self, desk: Desk) -> None:
        super().__init__(margin=24, spacing=12)
        self.desk = desk
        ours = desk.role == "branch"
        self._label = "支部资料" if ours else "单位资料"
        self.form = RecordForm(Branch.kind() if ours else _TOWNSHIP_FORM, desk.today, desk.sources)
        self.form.save_wanted.connect(self._save)
        self.form.next_wanted.connect(self._save)
        self.body.addWidget(words(self._label, "title"))
        self.body.addWidget(words("印在每一张台账、公示和手册上，只填一次。", "secondary", wrap=True))
        self.body.addWidget(self.form)
        row = QHBoxLayout()
        row.addWidget(button("存好", self._save, primary=True))
        row.addStretch(1)
        self.body.addLayout(row)
        self.body.addStretch(1)

    def refresh(self) -> None:
        """Show the branch as it is."""
        with self.desk.store.read() as conn:
            facts = branch.branch(conn)
        self.form.fill({name: getattr(facts, name) or None for name in self.form.boxes})

    @acting
    def _save(self) -> None:
        draft = self.form.draft()
        try:
            with self.desk.store.write(self.desk.user, f"改{self._label}") as act:
                branch.save(act, draft, self.desk.today())
        except Refused as refused:
            self.form.show_problems(refused.problems)
            raise
        if self.desk.seat is not None:
            vault.rename_branch(self.desk.seat.place, str(draft["name"]))
        self.desk.done(f"{self._label}已存好")
