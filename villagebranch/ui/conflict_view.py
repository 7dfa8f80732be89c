"""Conflicts side by side: per record a line per field, what stands here and what stands there, and what it was before."""

from __future__ import annotations

from collections.abc import Mapping, Sequence

from PySide6.QtCore import Signal
from PySide6.QtWidgets import QHBoxLayout, QVBoxLayout, QWidget

from villagebranch.domain.fields import Draft
from villagebranch.sync.disputes import Dispute, Matter, Stand, Words
from villagebranch.ui.flow_layout import FlowLayout
from villagebranch.ui.masked import Masks
from villagebranch.ui.side_by_side import UNDECIDED, Contest, SideBySide
from villagebranch.ui.widgets import button, words

KEPT = "没有选中的一方也会保留在「修改历史」里，随时可以改回来。"
_SHOWN = 20  # records at once: those behind come when these are settled
_HERE, _THERE = "这台电脑", "另一台电脑"


class ConflictView(QWidget):
    """Shows matters and holds what was chosen; `changed` says that it became different. `locked` shows without choosing; `more` is said
    at the end."""

    changed = Signal()

    def __init__(self, matters: Sequence[Matter], *, locked: bool = False, more: str = "") -> None:
        super().__init__()
        self._matters = matters[:_SHOWN]
        self._tables: list[SideBySide] = []
        column = QVBoxLayout(self)
        column.setContentsMargins(0, 0, 0, 0)
        column.setSpacing(10)
        if len(self._matters) > 1 and not locked:
            tools = FlowLayout(None, 8)
            tools.addWidget(button("全部按这台", lambda: self._choose_all(ours=True)))
            tools.addWidget(button("全部按那台", lambda: self._choose_all(ours=False)))
            column.addLayout(tools)
        for matter in self._matters:
            column.addWidget(self._of(matter, locked))
        if len(matters) > _SHOWN:
            column.addWidget(words(f"还有 {len(matters) - _SHOWN} 条，定完这些就会显示。", "muted"))
        column.addWidget(words(KEPT + more, "muted", wrap=True))

    def chosen(self) -> Mapping[str, Draft]:
        """Return what was chosen: conflict → what its register becomes."""
        sides = {key: side for table in self._tables for key, side in table.chosen().items()}
        return {
            str(one.conflict): one.sides[sides[str(one.conflict)]].decided
            for matter in self._matters
            for one in matter.disputes
            if str(one.conflict) in sides
        }

    def _choose_all(self, *, ours: bool) -> None:
        for matter, table in zip(self._matters, self._tables, strict=True):
            right = {str(one.conflict): one.side(ours=ours) for one in matter.disputes}
            table.choose({key: place for key, place in right.items() if place is not None})

    def _of(self, matter: Matter, locked: bool) -> QWidget:
        made, masks = QWidget(), Masks()
        column = QVBoxLayout(made)
        column.setContentsMargins(0, 0, 0, 0)
        column.setSpacing(6)
        head = QHBoxLayout()
        head.addWidget(words(f"两边都改过：{matter.title}", "head", wrap=True), 1)
        head.addWidget(masks)
        column.addLayout(head)
        heads = _heads(matter)
        rows = [_contest(dispute, heads, masks, locked) for dispute in matter.disputes]
        table = SideBySide(heads, rows)
        table.changed.connect(self.changed)
        self._tables.append(table)
        column.addWidget(table)
        return made


def _heads(matter: Matter) -> list[str]:
    """Return the heads of the columns: who wrote what stands in them and when, where that is the same in all lines."""
    across = max(len(dispute.sides) for dispute in matter.disputes)
    columns = [
        [dispute.sides[place] for dispute in matter.disputes if place < len(dispute.sides)]
        for place in range(across)
    ]
    return [_head(stands) for stands in columns]


def _head(stands: Sequence[Stand]) -> str:
    where = {_HERE if stand.ours else _THERE for stand in stands}
    by = {_by(stand) for stand in stands}
    told = where.pop() if len(where) == 1 else _THERE
    return f"{told}（{by.pop()}）" if len(by) == 1 else told


def _by(stand: Stand) -> str:
    return f"{stand.author} {stand.at[5:10]}"


def _contest(dispute: Dispute, heads: Sequence[str], masks: Masks, locked: bool) -> Contest:
    said = []
    for stand, head in zip(dispute.sides, heads, strict=False):
        more = "" if _by(stand) in head else f"\n（{_by(stand)}）"
        shown = Words(*(f"{text or '（空）'}{more}" for text in (stand.words.hidden, stand.words.plain)))
        said.append(masks.label_of(shown.hidden, shown.plain))
    before = f"原来是 {dispute.before.hidden}" if dispute.before.hidden else ""
    chosen = None if locked else UNDECIDED
    return Contest(str(dispute.conflict), dispute.label, tuple(said), chosen, before)
