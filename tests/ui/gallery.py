"""Pages made only of the foundation's parts, over the sample village, for the tests of the shell."""

from collections.abc import Callable, Sequence
from pathlib import Path

from PySide6.QtWidgets import QHBoxLayout, QVBoxLayout, QWidget

from tests.samples import TODAY, Village
from villagebranch.db.journal import ActRef
from villagebranch.domain.table import Column, Table
from villagebranch.domain.values import Day, Name, Whole
from villagebranch.records.visit import Visit
from villagebranch.ui.delegates import Tags
from villagebranch.ui.desk import Desk, Source, Standing, Suggestion, Surroundings
from villagebranch.ui.list_page import EmptyState, ListPage
from villagebranch.ui.main_window import MainWindow
from villagebranch.ui.page import Action, Page, acting
from villagebranch.ui.pages import Entry
from villagebranch.ui.record_form import RecordForm
from villagebranch.ui.theme import Theme
from villagebranch.ui.widgets import (
    Card,
    Facts,
    MenuButton,
    Pill,
    ProgressLine,
    Scroll,
    Segments,
    button,
    line,
    words,
)

HEADS = (
    Suggestion("1", "陆根发", "5组 18号", "低保户", "48 天前走访过", "households"),
    Suggestion("2", "李桂芬", "2组 7号", "", "12 天前走访过", "households"),
)


def find(query: str) -> Sequence[Suggestion]:
    """Find a head of household by name, or by l for 陆 and 李."""
    return [head for head in HEADS if query in head.title or query.startswith("l")]


SOURCES = {"household": Source(find, {one.id: one.title for one in HEADS}.__getitem__)}
SOURCES["person"] = SOURCES["household"]


class MonthPage(Page):
    """Cards with tags, bars, facts and buttons."""

    title = "本月"

    def __init__(self, desk: Desk) -> None:
        super().__init__(desk)
        self.buttons = (Action("记走访", lambda: desk.show_page("visit"), primary=True, shortcut="Ctrl+N"),)
        due, quota = Card("该办的事", "按紧急程度排列，双击直接办理"), Card("每人每月走访 10 户", "还剩 7 天")
        for text, tone in (("已 62 天未走访", "amber"), ("超期 4 天", "red"), ("还剩 2 天", "blue")):
            due.body.addWidget(Pill(text, tone))
        due.body.addStretch(1)
        for done in (10, 7, 4):
            quota.body.addWidget(ProgressLine(done, 10))
        quota.body.addWidget(Facts([("身份证号", "3304 **** **** 9558"), ("所在户", "陆根发 户 · 5组 18号")]))
        quota.body.addStretch(1)
        row = QHBoxLayout(self)
        row.addWidget(due, 2)
        row.addWidget(quota, 1)

    def refresh(self) -> None:
        self.say("2026年11月 · 第48周")


class HouseholdsPage(ListPage):
    """A list of 412 households, none of them real."""

    title, name = "群众户", "households"
    looks = {
        "tags": Tags({"低保户": "amber", "军属": "blue"}),
        "state": Tags({"该走访了": "amber", "已走访": "green"}),
    }

    def __init__(self, desk: Desk) -> None:
        super().__init__(desk)
        self.group = MenuButton("全部村民小组", {f"{n}组": f"{n}组" for n in range(1, 9)})
        self.due = Segments({"due": "该走访了"}, many=True)
        self.add_filter(self.group)
        self.add_filter(self.due)
        self.add_button("从表格导入", lambda: desk.toast("导入了"))
        self.add_button("打印", lambda: desk.toast("打印了"))
        self.lay_out()

    def rows(self) -> Table:
        states = ("该走访了", "已走访")
        rows = [
            (
                "陆根发",
                f"{n % 8 + 1}组",
                n,
                "低保户" if n % 4 else None,
                f"2026-10-{n % 28 + 1:02}",
                f"{n % 11}/10",
                states[n % 2],
            )
            for n in range(412)
            if not self.group.chosen() or self.group.chosen() == f"{n % 8 + 1}组"
        ]
        columns = (
            Column("head", "户主", Name()),
            Column("group", "小组"),
            Column("door", "门牌", Whole(unit="号")),
            Column("tags", "户类型"),
            Column("last", "最近走访", Day()),
            Column("visits", "走访"),
            Column(
                "state",
                "",
            ),
        )
        return Table(columns, rows, [f"h{row[2]}" for row in rows])

    def detail(self, record: str) -> QWidget:
        pane = QWidget()
        column = QVBoxLayout(pane)
        column.addWidget(words(f"陆根发 户 {record}", "title"))
        column.addWidget(words("5组 18号 · 低保户 · 联系人 陆明华", "secondary", wrap=True))
        row = QHBoxLayout()
        row.addWidget(button("记走访", lambda: None, primary=True))
        row.addWidget(button("编辑", lambda: None))
        row.addStretch(1)
        column.addLayout(row)
        column.addWidget(line())
        column.addWidget(Facts([("电话", "138****2207"), ("住址", "五组十八号，靠近河边的第二排房子")]))
        column.addStretch(1)
        return pane

    def empty(self) -> EmptyState:
        return EmptyState("这里还没有群众户。可以从原来的表格导入。", "从表格导入", lambda: None)

    def refresh(self) -> None:
        super().refresh()
        self.say("412 户 · 1,286 人")


class VisitPage(Page):
    """The form of a visit, which really writes."""

    title = "记一次走访"

    def __init__(self, desk: Desk) -> None:
        super().__init__(desk)
        self.form = RecordForm(Visit.kind(), desk.today, SOURCES)
        card = Card(margin=24)
        card.body.addWidget(Scroll(self.form), 1)
        row = QHBoxLayout()
        row.addWidget(button("存好，记下一户", self.save, primary=True))
        row.addStretch(1)
        card.body.addLayout(row)
        QHBoxLayout(self).addWidget(card)
        self.form.next_wanted.connect(self.save)

    def take_focus(self) -> None:
        self.form.take_focus()

    @acting
    def save(self) -> None:
        draft = self.form.draft()
        with self.desk.store.write(self.desk.user, "记一次走访") as act:
            act.add(Visit, draft)
        self.form.fill({})
        self.desk.done("已存好")


PAGES = (
    Entry("home", "本月", "month", "-"),
    Entry("visits", "走访", "visit", "-"),
    Entry("issues", "问题", "issue", "-"),
    Entry("members", "党员", "member", "-"),
    Entry("households", "群众户", "household", "-"),
    Entry("visit", "记一次走访", "visit", "-", under="visits"),
)
MADE: dict[str, type[Page]] = {"households": HouseholdsPage, "visit": VisitPage}


class GalleryEntry(Entry):
    """An entry whose page stands in this file."""

    def make(self, desk: Desk) -> Page:
        return MADE.get(self.name, MonthPage)(desk)


def window(
    village: Village,
    folder: Path,
    theme: Theme,
    undo: Callable[[ActRef], None] = lambda _act: None,
    practice: bool = False,
) -> MainWindow:
    """Return the main window over the sample village."""
    standing = Standing("梅溪村党支部", "王堃 · 支部书记", "上次备份 今天 08:12", {"issues": 3})
    around = Surroundings(
        store=village.store,
        folder=folder,
        user="王堃",
        today=lambda: TODAY,
        standing=lambda: standing,
        find=find,
        undo=undo,
        practice=practice,
    )
    entries = tuple(GalleryEntry(one.name, one.label, one.icon, one.factory, one.under) for one in PAGES)
    return MainWindow(around, theme, entries)
