"""Step three of an import: what every row would do, before a byte is written."""

from __future__ import annotations

from collections.abc import Sequence

from PySide6.QtWidgets import QHBoxLayout, QVBoxLayout, QWidget

from villagebranch.domain.rawrow import SkippedRow
from villagebranch.domain.table import Column, Table
from villagebranch.domain.values import Stored, Text, Whole
from villagebranch.services import imports
from villagebranch.services.imports import Plan
from villagebranch.ui.colours import Tone
from villagebranch.ui.delegates import Tags
from villagebranch.ui.table_model import TableModel
from villagebranch.ui.table_view import TableView
from villagebranch.ui.widgets import Pill, Segments, words

_OUTCOMES = {"new": "新增", "changed": "更新", "same": "一样", "refused": "没有收"}
_TONES: dict[str, Tone] = {
    "新增": "green",
    "更新": "blue",
    "一样": "grey",
    "没有收": "red",
    "要改": "amber",
    "跳过": "grey",
}
_COLUMNS = (
    Column("sheet", "工作表", Text()),
    Column("row", "行", Whole()),
    Column("outcome", "结果", Text()),
    Column("who", "谁", Text()),
    Column("words", "说明", Text(5000)),
)


class PreviewStep(QWidget):
    """Counts above, a filter, and a line for each row, each problem and each row passed over."""

    def __init__(self, plan: Plan, skipped: Sequence[SkippedRow]) -> None:
        super().__init__()
        self._lines = [*_problems(plan), *_verdicts(plan), *_skipped(skipped)]
        counts = {label: sum(line[2] == label for line in self._lines) for label in _TONES}
        shown = {"": f"全部 {len(self._lines)}"} | {
            label: f"{label} {count}" for label, count in counts.items() if count
        }
        self._filter = Segments(shown)
        self._filter.name("看哪些行")
        self._filter.choose(["要改"] if counts["要改"] else [""])
        self._filter.changed.connect(self._show)
        self._table = TableView(TableModel(self._of("")), looks={"outcome": Tags(_TONES)}, name="import")
        self._table.setAccessibleName("导入预览")
        self._table.setMinimumHeight(320)
        head = QHBoxLayout()
        for told in imports.words_of(plan):
            head.addWidget(Pill(told, "grey"))
        head.addStretch(1)
        column = QVBoxLayout(self)
        column.setContentsMargins(0, 0, 0, 0)
        column.addWidget(words("还没有写入，先看一遍", "head"))
        column.addLayout(head)
        column.addWidget(self._filter)
        column.addWidget(self._table, 1)
        self._show()

    def _show(self) -> None:
        self._table.table_model.show_table(self._of("".join(self._filter.chosen())))

    def _of(self, outcome: str) -> Table:
        return Table(_COLUMNS, [line for line in self._lines if outcome in ("", line[2])])


def _verdicts(plan: Plan) -> list[tuple[Stored, ...]]:
    lines: list[tuple[Stored, ...]] = []
    for one in plan.verdicts:
        changes = "；".join(
            f"{d.label}：{d.before or '（空）'} → {d.after or '（空）'}" for d in one.differences
        )
        told = "；".join(part for part in (one.words, changes if one.outcome == "changed" else "") if part)
        lines.append((one.sheet, one.number, _OUTCOMES[one.outcome], one.who, told))
    return lines


def _problems(plan: Plan) -> list[tuple[Stored, ...]]:
    return [
        (
            one.sheet,
            one.number,
            "要改",
            one.column,
            "。".join(part.rstrip("。") for part in (one.reason, one.remedy) if part),
        )
        for one in plan.refused
    ]


def _skipped(rows: Sequence[SkippedRow]) -> list[tuple[Stored, ...]]:
    return [(one.sheet, one.number, "跳过", "", one.reason) for one in rows]
