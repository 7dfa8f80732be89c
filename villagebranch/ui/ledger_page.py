"""台账: every ledger with its questions, and the very pages that will be printed or saved."""

from __future__ import annotations

from collections.abc import Callable, Sequence
from dataclasses import dataclass
from datetime import datetime
from pathlib import Path
from typing import Any

from PySide6.QtCore import Qt, Signal
from PySide6.QtWidgets import QHBoxLayout, QStackedWidget

from villagebranch.db.files import spoken, write_whole
from villagebranch.db.store import Store
from villagebranch.domain.paper import Document
from villagebranch.domain.periods import month_label
from villagebranch.exchange.workbook_document import write_document
from villagebranch.ledgers import ledgers_of
from villagebranch.ledgers.ledger import Asked, Ledger
from villagebranch.ledgers.pdf import Printed, write_pdf
from villagebranch.resources import RESOURCES
from villagebranch.ui.alerts import Banner
from villagebranch.ui.desk import Desk
from villagebranch.ui.ledger_list import LedgerList
from villagebranch.ui.ledger_questions import Questions
from villagebranch.ui.list_page import EmptyState
from villagebranch.ui.page import Action, Page, acting
from villagebranch.ui.pdf_view import PdfView
from villagebranch.ui.printing import ask_printer, is_two_sided, print_pages
from villagebranch.ui.saving import PDF, WORKBOOK, ask_folder, ask_where, say_saved
from villagebranch.ui.widgets import Card, button, words
from villagebranch.ui.work import Job, Progress

_MISSING_NAMED = 8


@dataclass(frozen=True)
class Made:
    """A ledger as it was asked for, ready for paper; `printed` is None where there is nothing to print."""

    ledger: Ledger
    asked: Asked
    document: Document
    printed: Printed | None


class LedgerPage(Page):
    """The ledgers at the left, the one chosen at the right. `settled` when what is asked for is shown."""

    title = "台账"
    settled = Signal()

    def __init__(self, desk: Desk) -> None:
        super().__init__(desk)
        self.made: Made | None = None
        self._job: Job | None = None
        self._ledgers = ledgers_of(desk.role)
        self.list = LedgerList(self._ledgers)
        self.questions = Questions(desk)
        self.view = PdfView()
        self._empty = EmptyState("")
        self._count, self._note = words("", "muted"), words("", "muted", wrap=True)
        self._banner = Banner()
        self._tools = (
            button("存为 PDF", self.save_pdf),
            button("导出表格", self.export),
            button("打印", self.print, primary=True),
        )
        self.buttons = (Action("整月成册", self.save_month),)
        self._lay_out()
        self.list.setCurrentRow(0)
        self.list.went.connect(lambda _place: self._turn())
        self.questions.changed.connect(self.refresh)
        self.view.turned.connect(lambda _page: self._say_pages())
        self.say("记一次，册册有")

    @property
    def ledger(self) -> Ledger:
        """The ledger chosen."""
        return self._ledgers[self.list.currentRow()]

    def open(self, **what: Any) -> None:
        """Turn to the ledger `name` with answers by question: month=…, person=…, household=…, meeting=…, visit=…"""
        if not what:
            return
        names = [ledger.name for ledger in self._ledgers]
        self.list.blockSignals(True)
        self.list.setCurrentRow(names.index(what.get("name", names[0])))
        self.list.blockSignals(False)
        with self.desk.store.read() as conn:
            self.questions.answer(conn, what)

    def take_focus(self) -> None:
        self.list.setFocus()

    def refresh(self) -> None:
        """Make the ledger anew, from the records as they stand."""
        self.questions.ask(self.ledger)
        with self.desk.store.read() as conn:
            self.questions.offer(conn)
        ledger, asked, store = self.ledger, self.questions.asked(), self.desk.store
        if self._job is not None:
            self._job.progress.stop()
        self._enable(False)
        job = self.desk.work.start(
            lambda progress: make(store, ledger, asked, progress.say), lambda made: self._show(job, made)
        )
        job.stopped.connect(lambda: self._stopped(job), Qt.ConnectionType.QueuedConnection)
        self._job = job

    @acting
    def save_pdf(self) -> None:
        """Save the pages that are shown."""
        made = self.made
        if made is None or made.printed is None:
            return
        if where := ask_where(self, "存为 PDF", f"{self._file_name()}.pdf", PDF):
            write_whole(where, made.printed.pdf)
            say_saved(self.desk, where)

    def export(self) -> None:
        """Save the ledger as a workbook, whose cells can still be changed."""
        if self.made is None:
            return
        document = self.made.document
        if where := ask_where(self, "导出表格", f"{self._file_name()}.xlsx", WORKBOOK):
            self.desk.work.start(
                lambda _progress: write_whole(where, write_document(document, datetime.now())),
                lambda _written: say_saved(self.desk, where),
            )

    def save_month(self) -> None:
        """Save all the month's ledgers in one go."""
        asked, store = Asked(self.desk.today(), month=self.questions.month), self.desk.store
        ledgers = self._ledgers
        if where := ask_folder(self, f"把{month_label(asked.month)}的台账存到哪里"):
            # A folder of the day, so that what was printed and signed earlier is not written over.
            folder = where / f"{month_label(asked.month)}台账-{asked.today}"
            self.desk.work.start(
                lambda progress: bind_month(store, ledgers, asked, folder, progress),
                lambda saved: say_saved(
                    self.desk, folder, f"{month_label(asked.month)}的台账 {len(saved)} 册"
                ),
            )

    def print(self) -> None:
        """Ask for the printer and send the pages to it."""
        if self.made is None or self.made.printed is None:
            return
        printed = self.made.printed
        if (printer := ask_printer(self, printed)) is not None:
            self.desk.work.start(
                lambda progress: print_pages(printer, printed, is_two_sided(printer), progress.say),
                lambda sides: self.desk.toast(f"已送到打印机，共 {sides} 面"),
            )

    # Inner workings.

    def _lay_out(self) -> None:
        chooser, shown = Card(margin=0), Card(margin=0, spacing=0)
        chooser.body.addWidget(self.list)
        bar = QHBoxLayout()
        bar.setContentsMargins(14, 11, 14, 11)
        bar.setSpacing(16)
        self.questions.row.addWidget(self._count)
        bar.addLayout(self.questions.row, 1)
        tools = QHBoxLayout()
        tools.setSpacing(8)
        for tool in self._tools:
            tools.addWidget(tool)
        bar.addLayout(tools)
        bar.setAlignment(tools, Qt.AlignmentFlag.AlignTop)
        self._note.setContentsMargins(14, 0, 14, 10)
        self._stack = QStackedWidget()
        self._stack.addWidget(self.view)
        self._stack.addWidget(self._empty)
        shown.body.addLayout(bar)
        shown.body.addWidget(self._note)
        shown.body.addWidget(self._banner)
        shown.body.addWidget(self._stack, 1)
        row = QHBoxLayout(self)
        row.addWidget(chooser)
        row.addWidget(shown, 1)

    def _turn(self) -> None:
        self.questions.blank.setChecked(False)
        self.refresh()

    def _show(self, job: Job, made: Made) -> None:
        if job is not self._job:
            return
        before, self.made, self._job = self.made, made, None
        page = self.view.page if before and (before.ledger, before.asked) == (made.ledger, made.asked) else 0
        self.view.show_pages(made.printed)
        if made.printed is None:
            self._empty.say(
                f"按上面的条件，《{made.ledger.label}》没有可打印的内容。可以换一个条件，或者打印空白表，先用手写。",
                "看空白表",
                self.questions.blank.click,
            )
        elif page < made.printed.pages:
            self.view.go_to(page)
        self._stack.setCurrentWidget(self.view if made.printed else self._empty)
        self._enable(True)
        self._say_what_matters(made)
        self.settled.emit()

    def _stopped(self, job: Job) -> None:
        if job is not self._job:
            return
        self.made = self._job = None
        self._empty.say("已经停下，没有排版。", "接着排版", self.refresh)
        self._stack.setCurrentWidget(self._empty)

    def _enable(self, ready: bool) -> None:
        """Let nothing be saved or printed that is not what the questions now ask for."""
        printable = ready and self.made is not None and self.made.printed is not None
        for tool in self._tools:
            tool.setEnabled(printable)

    def _say_what_matters(self, made: Made) -> None:
        self._note.setText(_note(made))
        self._note.setVisible(bool(self._note.text()))
        missing = made.printed.missing if made.printed else ()
        self._banner.setVisible(bool(missing))
        if missing:
            named = "、".join(missing[:_MISSING_NAMED])
            told = f"有 {len(missing)} 个字打印不出来（{named}），纸上会印成「〓」，请打印后用手写补上。"
            self._banner.say(told, tone="amber")
        self._count.setVisible(made.printed is not None)
        self._say_pages()

    def _say_pages(self) -> None:
        pages = self.made.printed.pages if self.made and self.made.printed else 0
        self._count.setText(f"{pages} 页" if pages < 2 else f"{self.view.page + 1} / {pages} 页")

    def _file_name(self) -> str:
        return "-".join((self.ledger.label, *self.questions.words()))


def make(
    store: Store, ledger: Ledger, asked: Asked, say: Callable[[str, float], None] = lambda _text, _part: None
) -> Made:
    """Fill a ledger from the records and set it in type; `say` is told in between, and may stop it by raising."""
    say("正在取出记录…", -1.0)
    with store.read() as conn:
        document = ledger.build(conn, asked)
    say("正在排版…", -1.0)
    printed = write_pdf(document, RESOURCES / "fonts") if document.sheets else None
    return Made(ledger, asked, document, printed)


def bind_month(
    store: Store, ledgers: Sequence[Ledger], asked: Asked, folder: Path, progress: Progress
) -> list[Path]:
    """Save each of the `ledgers` that is made by the month in `folder`, and return the files; those without entries are left out."""
    with spoken():
        folder.mkdir(exist_ok=True)
    saved = []
    monthly = [ledger for ledger in ledgers if "month" in ledger.asks]
    for place, ledger in enumerate(monthly):
        progress.say(f"正在做《{ledger.label}》…", place / len(monthly))
        made = make(store, ledger, asked)
        if made.printed is not None:
            saved.append(folder / f"{ledger.label}-{month_label(asked.month)}.pdf")
            write_whole(saved[-1], made.printed.pdf)
    return saved


def _note(made: Made) -> str:
    """Return what has to be known about who may see this paper."""
    if made.asked.blank:
        return ""
    if made.ledger.name == "issue_notice":
        return "公示版：已自动隐去姓名、电话、门牌"
    if "archive" in made.ledger.asks:
        return (
            "存档版：印有身份证号和完整电话，只供存档，请妥善保管"
            if made.asked.archive
            else "日常版：电话只印前三位和后四位，不印身份证号；不能张贴"
        )
    return ""
