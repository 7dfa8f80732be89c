"""查重: people and households that may be the same, each pair side by side; and what came late to a merged one."""

from __future__ import annotations

from PySide6.QtWidgets import QCheckBox, QWidget

from villagebranch.db import history
from villagebranch.domain.dayshow import day_near
from villagebranch.domain.table import Column, Table
from villagebranch.domain.values import Text
from villagebranch.services import merging, stragglers
from villagebranch.services.duplicates import Pair, Suspicions, suspicions, tell_apart
from villagebranch.services.merging import ACTS, HEAD, Comparison, Line
from villagebranch.services.spelling import pinyin
from villagebranch.services.stragglers import Straggler
from villagebranch.ui.desk import Desk
from villagebranch.ui.list_page import EmptyState, ListPage
from villagebranch.ui.masked import Masks
from villagebranch.ui.page import acting
from villagebranch.ui.pane import Pane
from villagebranch.ui.side_by_side import Contest, Said, SideBySide
from villagebranch.ui.widgets import Facts, button, words

_SORTS = {"person": "人员", "household": "群众户"}
_APART = {"person": "不是同一人", "household": "不是同一户"}
_COLUMNS = tuple(
    Column(name, label, Text(1000)) for name, label in (("sort", "类别"), ("title", "名称"), ("why", "理由"))
)


class DuplicatesPage(ListPage):
    """What came late stands first; the rest in the order of how much speaks for it."""

    title, name = "查重", "duplicates"
    opened_from = "households"
    detail_share = 58

    def __init__(self, desk: Desk) -> None:
        super().__init__(desk)
        self._found = Suspicions((), {})
        self._rows: dict[str, Pair | Straggler] = {}
        self._sides: SideBySide
        self._with_people: QCheckBox | None = None
        self.lay_out()

    def rows(self) -> Table:
        with self.desk.store.read() as conn:
            self._found = suspicions(conn, pinyin())
        self._rows = {f"{one.kind} {one.keep} {one.gone}": one for one in self._found.found}
        self.say(f"{len(self._found)} 处要看一看")
        cells = [(_SORTS[one.kind], self._found.named(one), _why(one)) for one in self._rows.values()]
        return Table(_COLUMNS, cells, list(self._rows))

    def detail(self, record: str) -> QWidget:
        one = self._rows[record]
        return self._late(one) if isinstance(one, Straggler) else self._pair(one)

    def empty(self) -> EmptyState:
        return EmptyState("没有重复的人和户。两台电脑交换以后，可以再来看一看。", "返回群众户", self.go_back)

    # A pair.

    def _pair(self, one: Pair) -> QWidget:
        with self.desk.store.read() as conn:
            told = merging.compare(conn, one.kind, one.keep, one.gone)
            begun = [history.history(conn, one.kind, id)[0] for id in (one.keep, one.gone)]
        tools = (
            button(ACTS[one.kind], lambda: self._merge(one), primary=True),
            button(_APART[one.kind], lambda: self._tell_apart(one)),
        )
        pane = Pane(self._found.named(one), one.reasons, tools)
        heads = [f"{edit.author} {day_near(edit.at[:10], self.desk.today())} 建" for edit in begun]
        self._sides = SideBySide(heads, _contests(told))
        pane.add(self._sides)
        self._with_people = self._people(told)
        if self._with_people is not None:
            pane.add(self._with_people)
        if told.moves:
            moved = "、".join(f"{label} {n} 条" for label, n in told.moves.items())
            pane.add(words(f"一并归过去的：{moved}。", "muted", wrap=True))
        pane.add(words("没有选中的内容留在修改历史里；并了以后随时可以撤销。", "muted", wrap=True))
        pane.end()
        return pane

    def _people(self, told: Comparison) -> QCheckBox | None:
        if not told.people:
            return None
        made = QCheckBox(f"同名的家人也各并成一人：{'、'.join(told.people)}")
        made.setChecked(True)
        return made

    @acting
    def _merge(self, one: Pair) -> None:
        choices = {key: side == 1 for key, side in self._sides.chosen().items()}
        with_people = self._with_people is None or self._with_people.isChecked()
        with self.desk.store.write(self.desk.user, ACTS[one.kind]) as act:
            merging.merge(act, one.kind, one.keep, one.gone, choices, with_people=with_people)
        self.desk.done(f"{self._found.words[one.keep]} 已{ACTS[one.kind]}")
        self.refresh()

    @acting
    def _tell_apart(self, one: Pair) -> None:
        with self.desk.store.write(self.desk.user, _APART[one.kind]) as act:
            tell_apart(act, one.keep, one.gone)
        self.desk.done(f"记住了：{_APART[one.kind]}，以后不再问")
        self.refresh()

    # What came late.

    def _late(self, one: Straggler) -> QWidget:
        tools = (button("并过去", lambda: self._bring_over(one), primary=True),)
        pane = Pane(self._found.named(one), ("已经并过，另一台电脑当时还不知道",), tools)
        for label, n in one.records.items():
            pane.add(words(f"{label} {n} 条还记在并掉的那条上", wrap=True))
        if one.late:
            (first, stored), *others = one.late
            masks = Masks(first, stored)
            facts = Facts([(first.label, masks)])
            for field, stored in others:
                facts.add(field.label, masks.label(field, stored))
            pane.add(facts)
        pane.add(words("「并过去」把这些归到留下的那条上；可以撤销。", "muted", wrap=True))
        pane.end()
        return pane

    @acting
    def _bring_over(self, one: Straggler) -> None:
        with self.desk.store.write(self.desk.user, "并过去") as act:
            stragglers.bring_over(act, one.kind, one.gone)
        self.desk.done(f"已归到 {self._found.words[one.keep]}")
        self.refresh()


def _why(one: Pair | Straggler) -> str:
    if isinstance(one, Pair):
        return "；".join(one.reasons)
    came = [f"{label} {n} 条" for label, n in one.records.items()]
    return "并了以后又来了" + "、".join([*came, *(field.label for field, _ in one.late)])


def _contests(told: Comparison) -> list[Contest]:
    """Return the rows of the comparison: whose head stays, then what differs and what is the same, as the form has it."""
    rows = [Contest(HEAD, "户主", told.heads, 0)] if told.heads else []
    rows += [Contest("families", "家里人", told.families)] if told.families else []
    masks: list[Masks] = []
    for line in told.lines:
        sides = tuple(_said(line, side, masks) for side in (0, 1))
        is_open = line.differs and line.words[0] != line.words[1]
        rows.append(Contest(line.key, line.label, sides, int(line.take_gone) if is_open else None))
    return rows


def _said(line: Line, side: int, masks: list[Masks]) -> Said:
    """Return what one side says; private values are masked, and the first of them brings 显示 for all."""
    field, *others = line.fields
    if others or not field.private:
        return line.words[side]
    stored = (line.keep, line.gone)[side][field.name]
    if masks:
        return masks[0].label(field, stored)
    masks.append(Masks(field, stored))
    return masks[0]
