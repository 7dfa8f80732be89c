"""从表格导入: file → columns → what it would do → done; one click takes it back, refused rows are saved to be mended."""

from __future__ import annotations

from collections.abc import Callable, Sequence
from datetime import datetime
from pathlib import Path
from typing import Any

from PySide6.QtGui import QDragEnterEvent, QDropEvent
from PySide6.QtWidgets import QFileDialog, QHBoxLayout, QVBoxLayout, QWidget

from villagebranch.db import history
from villagebranch.db.files import write_whole
from villagebranch.db.journal import ActRef
from villagebranch.exchange.book import PASTED, Book, pasted_book, read_book, rows_of
from villagebranch.exchange.forms import FORMS, ImportForm
from villagebranch.exchange.import_sheets import SheetRows, write_refused, write_template
from villagebranch.exchange.mapping import ColumnMapping
from villagebranch.services import imports
from villagebranch.services.imports import Plan
from villagebranch.ui.desk import Desk
from villagebranch.ui.import_columns import ColumnsStep
from villagebranch.ui.import_preview import PreviewStep
from villagebranch.ui.page import Page, acting
from villagebranch.ui.saving import WORKBOOK, ask_where
from villagebranch.ui.widgets import Card, Scroll, Segments, button, clear, words
from villagebranch.ui.work import Progress

_STEPS = ("选表格", "对栏目", "看一遍", "完成")
_BOOKS = {form.name: form.title for form in FORMS}
_AFTER = {"members": "members", "households": "households", "visits": "visits"}


class ImportPage(Page):
    """Walks through the steps; nothing is written before the last but one."""

    title = "从表格导入"

    def __init__(self, desk: Desk) -> None:
        super().__init__(desk)
        self._book: Book | None = None
        self._path = Path()
        self._sheets: list[SheetRows] = []
        self._what = Segments(_BOOKS)
        self._what.name("导入什么")
        self._what.choose([FORMS[0].name])
        self._body = QVBoxLayout()
        self._body.setSpacing(12)
        self._card = Card(margin=24, spacing=12)
        self._steps = words("", "muted")
        self._card.body.addWidget(self._steps)
        self._card.body.addLayout(self._body, 1)
        row = QHBoxLayout(self)
        row.addWidget(Scroll(self._card))
        self.setAcceptDrops(True)

    @property
    def form(self) -> ImportForm:
        """The sort of book chosen."""
        return next(form for form in FORMS if form.name == self._what.chosen()[0])

    def open(self, **what: Any) -> None:
        """Begin anew; `book` says with which sort, `path` with which file, `cells` with which pasted ones."""
        if book := what.get("book"):
            self._what.choose([str(book)])
        self._ask_file()
        if path := what.get("path"):
            self.read(Path(path))
        if cells := what.get("cells"):
            self._take_pasted(cells)

    @acting
    def _take_pasted(self, cells: Sequence[Sequence[str]]) -> None:
        self._path = Path(PASTED)
        self._match_columns(pasted_book(cells, self.form))

    def dragEnterEvent(self, event: QDragEnterEvent) -> None:
        if event.mimeData().hasUrls():
            event.acceptProposedAction()

    def dropEvent(self, event: QDropEvent) -> None:
        self.read(Path(event.mimeData().urls()[0].toLocalFile()))

    # The steps, in order.

    def _ask_file(self) -> None:
        self._begin(0)
        if self._what.parent() is None:
            self._what.setParent(self)
        self._body.addWidget(words("导入什么", "label"))
        self._body.addWidget(self._what)
        self._what.show()
        told = (
            "村里原来的表格不用改格式：表头在第几行、列名怎么写、日期怎么写都行。先看一遍再收，收了也能撤销。"
        )
        self._body.addWidget(words(told, "secondary", wrap=True))
        self._row(
            button("选表格文件", self._choose, primary=True), button("下载空白模板", self._save_template)
        )
        self._body.addWidget(
            words(
                "也可以把文件拖到这里。支持 .xlsx 和 .xls；Excel、WPS 里请先关闭这个文件。",
                "muted",
                wrap=True,
            )
        )
        self._body.addStretch(1)

    def read(self, path: Path) -> None:
        """Read a file, aside from the window, and go on to its columns."""
        self._path, form = path, self.form

        def work(progress: Progress) -> Book:
            progress.say(f"正在读「{path.name}」")
            return read_book(path, form)

        self.desk.work.start(work, self._match_columns)

    def _match_columns(self, book: Book) -> None:
        self._book = book
        self._begin(1)
        step = ColumnsStep(book)
        self._body.addWidget(
            words(f"「{self._path.name}」里有 {sum(len(grid.rows) for grid, _ in book.sheets)} 行", "head")
        )
        self._row(
            button("下一步：看一遍", lambda: self._preview(step.mappings()), primary=True),
            button("换一个文件", self._ask_file),
        )
        self._body.addWidget(step, 1)

    @acting
    def _preview(self, mappings: dict[str, ColumnMapping]) -> None:
        assert self._book is not None
        self._sheets = self._book.sifted(mappings)
        rows, skipped = rows_of(self._sheets)
        with self.desk.store.read() as conn:
            plan = imports.PLANS[self.form.name](conn, rows, self.desk.today())
        self._begin(2)
        self._body.addWidget(PreviewStep(plan, skipped), 1)
        go = button(self._go_words(plan), lambda: self._do(plan), primary=True)
        go.setEnabled(bool(plan.new or plan.changed))
        tools = [go, button("返回对栏目", lambda: self._match_columns(self._needed()))]
        if plan.refused:
            tools.append(button("把要改的行存成表格", lambda: self._save_refused(plan)))
        self._row(*tools)

    def _needed(self) -> Book:
        assert self._book is not None
        return self._book

    def _go_words(self, plan: Plan) -> str:
        if not (plan.new or plan.changed):
            return "没有要导入的"
        parts = [f"新增 {plan.new}"] * bool(plan.new) + [f"更新 {plan.changed}"] * bool(plan.changed)
        return f"导入：{'，'.join(parts)}"

    @acting
    def _do(self, plan: Plan) -> None:
        """Back up, then write the whole book as one act."""
        if self.desk.seat is not None:
            self.desk.seat.back_up("import")
        with self.desk.store.write(self.desk.user, f"导入{self.form.title}") as act:
            imports.apply(act, plan)
        self.desk.done(f"{self.form.title}已导入")
        self._finish(plan)

    def _finish(self, plan: Plan) -> None:
        self._begin(3)
        tallies = imports.words_of(plan)
        self._body.addWidget(words("导入完成", "title"))
        self._body.addWidget(words("；".join(tallies) + "。", "secondary", wrap=True))
        if plan.refused:
            told = f"有 {len(plan.refused)} 处没有收，改好后再导入一次就行，已收的不会重复。"
            self._body.addWidget(words(told, wrap=True))
            self._row(button("把要改的行存成表格", lambda: self._save_refused(plan)))
        act = self.desk.store.last_act
        page = _AFTER[self.form.name]
        self._row(
            button(f"看{self.form.title}", lambda: self.desk.show_page(page), primary=True),
            button("再导入一份", self._ask_file),
            button("撤销这次导入", lambda: self._take_back(act)),
        )
        self._body.addStretch(1)

    @acting
    def _take_back(self, ref: ActRef | None) -> None:
        if ref is None:
            return
        with self.desk.store.write(self.desk.user, "撤销导入") as act:
            undone = history.undo(act, ref)
        kept = f"，有 {undone.kept} 条后来又用到，保留下来" if undone.kept else ""
        self.desk.done(f"这次导入已撤销{kept}")
        self._ask_file()

    # What several steps need.

    def _begin(self, step: int) -> None:
        self._what.setParent(self)
        self._what.hide()
        clear(self._body)
        self._steps.setText(
            "　→　".join(f"【{name}】" if place == step else name for place, name in enumerate(_STEPS))
        )

    def _row(self, *tools: QWidget) -> None:
        row = QHBoxLayout()
        for tool in tools:
            row.addWidget(tool)
        row.addStretch(1)
        self._body.addLayout(row)

    def _choose(self) -> None:
        name, _ = QFileDialog.getOpenFileName(
            self, f"选{self.form.title}表格", "", "表格 (*.xlsx *.xls *.xlsm *.et *.ods)"
        )
        if name:
            self.read(Path(name))

    @acting
    def _save_template(self) -> None:
        self._save(f"{self.form.title}导入模板.xlsx", lambda: write_template(self.form, datetime.now()))

    @acting
    def _save_refused(self, plan: Plan) -> None:
        name = f"{self._path.stem}-要改的行.xlsx"
        self._save(name, lambda: write_refused(self._sheets, plan.refused, datetime.now()))

    def _save(self, name: str, content: Callable[[], bytes]) -> None:
        path = ask_where(self, "存到哪里", name, WORKBOOK)
        if path is not None:
            write_whole(path, content())
            self.desk.toast(f"已存到 {path}")
