"""A package before it is taken in: who made it, what it would do in figures, what stands against what, and yes or no."""

from __future__ import annotations

from collections.abc import Callable, Sequence

from PySide6.QtCore import Qt
from PySide6.QtWidgets import QGridLayout, QHBoxLayout, QVBoxLayout, QWidget

from villagebranch.domain.dayshow import day_words
from villagebranch.domain.table import Column, Table
from villagebranch.domain.values import Text
from villagebranch.sync.disputes import Matter
from villagebranch.sync.errands import Preview
from villagebranch.sync.outlook_words import Figure, figures
from villagebranch.sync.plan_words import MOST, Line
from villagebranch.ui.colours import Tone
from villagebranch.ui.conflict_view import ConflictView
from villagebranch.ui.delegates import Tags
from villagebranch.ui.exchange_finds import size_words
from villagebranch.ui.flow_layout import FlowLayout
from villagebranch.ui.table_model import TableModel
from villagebranch.ui.table_view import TableView
from villagebranch.ui.theme import row_height
from villagebranch.ui.widgets import Card, Pill, button, line, words

_ACROSS = 3
_TONES: dict[str, Tone] = {"新增": "green", "改动": "blue", "删除": "red"}
_COLUMNS = (
    Column("outcome", "结果", Text()),
    Column("sort", "类别", Text()),
    Column("what", "哪一条", Text(1000)),
    Column("told", "改成什么", Text(5000)),
)
_NOT_YET = "收到的内容还没有写入，先看一遍再收。"
_LATER = "现在不选也行，收下以后再定。"
_ASK = "收下以后请书记或副书记来定。"
_ASKS = "对方说前面缺了一段，请您补送。收下以后，再点右边的「导出给」，就会从缺的地方补起。"


class PreviewView(QWidget):
    """Shows a preview; `take` is called for 收下, `leave` for 先不收. What was chosen of the conflicts is in `conflicts`."""

    def __init__(
        self,
        told: Preview,
        branch: str,
        size: int,
        matters: Sequence[Matter],
        gone: Sequence[str],
        ways: tuple[Callable[[], None], Callable[[], None], bool],
    ) -> None:
        super().__init__()
        take, leave, may_settle = ways
        header = told.package.header
        column = QVBoxLayout(self)
        column.setContentsMargins(0, 16, 0, 18)
        column.setSpacing(14)
        column.addLayout(_head(f"{told.sender.name} → {branch}", _facts(header.made_at, size)))
        column.addWidget(line())
        body = QVBoxLayout()
        body.setContentsMargins(20, 0, 20, 0)
        body.setSpacing(14)
        column.addLayout(body, 1)
        if header.kind == "request":
            body.addWidget(words(_ASKS, wrap=True))
        elif told.taken_before or not told.outlook.acts:
            body.addWidget(words("这个包里的内容都已经有了，收不收都一样。", wrap=True))
        if told.outlook.acts:
            body.addLayout(_cards(figures(told.outlook)))
        if told.lines:
            body.addWidget(_LineByLine(told.lines))
        if gone:
            body.addWidget(words(f"要删除的：{'、'.join(gone)}", "secondary", wrap=True))
        self.conflicts = ConflictView(matters, locked=not may_settle, more=_LATER if may_settle else _ASK)
        self.conflicts.setVisible(bool(matters))
        body.addWidget(self.conflicts)
        tools = FlowLayout(None, 10)
        self.take = button("收下", take, primary=True)
        tools.addWidget(self.take)
        tools.addWidget(button("先不收", leave))
        body.addLayout(tools)
        body.addStretch(1)


class _LineByLine(QWidget):
    """A button that shows what becomes of each record, and hides it again."""

    def __init__(self, lines: Sequence[Line]) -> None:
        super().__init__()
        told = f"前 {MOST} 条" if len(lines) >= MOST else f"{len(lines)} 条"
        self._lines, self._open = lines, button(f"逐条看（{told}）", self._turn)
        self._table: TableView | None = None
        self._column = QVBoxLayout(self)
        self._column.setContentsMargins(0, 0, 0, 0)
        self._column.addWidget(self._open, 0, Qt.AlignmentFlag.AlignLeft)

    def _turn(self) -> None:
        if self._table is None:
            rows = [(one.outcome, one.sort, one.what, one.told) for one in self._lines]
            looks = {"outcome": Tags(_TONES)}
            self._table = TableView(TableModel(Table(_COLUMNS, rows)), looks=looks, name="exchange")
            self._table.setAccessibleName("逐条看")
            self._table.setMinimumHeight(row_height(self.fontMetrics()) * min(12, len(rows) + 3))
            self._column.addWidget(self._table)
        else:
            self._table.setVisible(self._table.isHidden())


def _facts(made_at: str, size: int) -> str:
    return f"{made_at[:16].replace('T', ' ')} 导出 · {size_words(size)} · {_NOT_YET}"


def _head(title: str, facts: str) -> QVBoxLayout:
    column = QVBoxLayout()
    column.setContentsMargins(20, 0, 20, 0)
    column.setSpacing(2)
    row = FlowLayout(None, 16)
    row.addWidget(words(title, "title", wrap=True))
    row.addWidget(Pill("签名可信", "green"))
    column.addLayout(row)
    column.addWidget(words(facts, "secondary", wrap=True))
    return column


def _cards(shown: Sequence[Figure]) -> QGridLayout:
    grid = QGridLayout()
    grid.setSpacing(16)
    for place, one in enumerate(shown):
        grid.addWidget(_card(one), *divmod(place, _ACROSS))
    for place in range(_ACROSS):
        grid.setColumnStretch(place, 1)
    return grid


def _card(of: Figure) -> Card:
    made = Card(spacing=2)
    made.body.addWidget(words(of.label, "secondary"))
    made.body.addWidget(words(f"{of.count:,}", "figure", tone="red" if of.urgent else None))
    made.body.addWidget(words(of.note, "muted", wrap=True))
    made.body.addStretch(1)
    return made


class MissingView(QWidget):
    """Says which period is missing before a package, and writes the request for it: `ask` is called for that."""

    def __init__(
        self, told: Preview, period: str, ask: Callable[[], None], leave: Callable[[], None]
    ) -> None:
        super().__init__()
        column = QVBoxLayout(self)
        column.setContentsMargins(20, 16, 20, 18)
        column.setSpacing(14)
        column.addWidget(words(f"{told.sender.name} 的包前面缺一段", "title", wrap=True))
        made = day_words(told.package.header.made_at[:10])
        why = (
            f"这个包是 {made} 做的，可是 {period}的改动这里还没有收到过，多半是中间有一个包没有带到。"
            "现在收会乱，所以一点也没有写入，本机资料没有改动。"
        )
        column.addWidget(words(why, wrap=True))
        how = f"把「请求补送」写回 U 盘，带给 {told.sender.name} 收下；对方再送一次，缺的就都补上了。"
        column.addWidget(words(how, "secondary", wrap=True))
        row = QHBoxLayout()
        row.addWidget(button("把请求补送写回去", ask, primary=True))
        row.addWidget(button("返回", leave))
        row.addStretch(1)
        column.addLayout(row)
        column.addStretch(1)
