"""通知要求: what the township asks of the village, until when, and whether it is done."""

from __future__ import annotations

from functools import partial

from PySide6.QtCore import Qt
from PySide6.QtWidgets import QVBoxLayout, QWidget

from villagebranch.domain.dayshow import day_words, days_between
from villagebranch.domain.errors import Refused
from villagebranch.domain.table import Table
from villagebranch.services import from_township
from villagebranch.services.from_township import Asked
from villagebranch.ui.colours import Tone
from villagebranch.ui.desk import Desk
from villagebranch.ui.list_page import EmptyState, ListPage
from villagebranch.ui.page import acting
from villagebranch.ui.pane import Pane
from villagebranch.ui.record_form import RecordForm
from villagebranch.ui.widgets import button, words


class InstructionPage(ListPage):
    """What is not done comes first; done things keep the day and a word about them."""

    title, name = "通知要求", "instructions"
    opened_from = "home"
    detail_share = 40

    def __init__(self, desk: Desk) -> None:
        super().__init__(desk)
        self._asked: dict[str, Asked] = {}
        self.lay_out()

    def rows(self) -> Table:
        with self.desk.store.read() as conn:
            found = from_township.instructions(conn)
        self._asked = {one.id: one for one in found}
        waiting = sum(not one.done_on for one in found)
        self.say(f"{waiting} 件待办，共 {len(found)} 件" if found else "")
        return from_township.listing(found)

    def detail(self, record: str) -> QWidget:
        one = self._asked[record]
        tools = [] if not one.done_on else [button("还没有办完", partial(self._undo, one))]
        issued = f"{day_words(one.issued_on)}下发"
        due = f"{day_words(one.due_on)}前完成" if one.due_on else ""
        pane = Pane(one.title, [one.issued_by, issued, due], tools, [self._tag(one)])
        if one.words:
            pane.add(words(one.words, wrap=True))
        if one.done_on:
            told = "：".join(filter(None, (f"{day_words(one.done_on)}办完", one.done_note)))
            pane.add(words(told, "secondary", wrap=True))
        else:
            pane.add(self._question(one))
        pane.add(words("镇里写的内容村里不能改；办完的日期和情况会随下一个包报给镇里。", "muted", wrap=True))
        pane.end()
        return pane

    def _tag(self, one: Asked) -> tuple[str, Tone]:
        if one.done_on:
            return "已办完", "green"
        late = days_between(one.due_on, self.desk.today())
        if late is None:
            return "待办", "blue"
        return (f"超期 {late} 天", "red") if late > 0 else (f"还剩 {-late} 天", "blue")

    def _question(self, one: Asked) -> QWidget:
        asked = QWidget()
        column = QVBoxLayout(asked)
        column.setContentsMargins(0, 0, 0, 0)
        form = RecordForm(from_township.DONE_FORM, self.desk.today, self.desk.sources)
        form.fill({"done_on": self.desk.today().isoformat()})
        done = partial(self._do, one, form)
        form.save_wanted.connect(done)
        form.next_wanted.connect(done)
        column.addWidget(form)
        column.addWidget(button("办完了", done, primary=True), 0, Qt.AlignmentFlag.AlignLeft)
        return asked

    @acting
    def _do(self, one: Asked, form: RecordForm) -> None:
        try:
            with self.desk.store.write(self.desk.user, "办完通知要求") as act:
                from_township.do(act, one.id, form.draft(), self.desk.today())
        except Refused as refused:
            form.show_problems(refused.problems)
            raise
        self.desk.done(f"已办完：{one.title}")
        self.refresh()

    @acting
    def _undo(self, one: Asked) -> None:
        with self.desk.store.write(self.desk.user, "通知还没有办完") as act:
            from_township.undo(act, one.id)
        self.desk.done("已改回待办")
        self.refresh()

    def empty(self) -> EmptyState:
        return EmptyState("镇里还没有发来通知要求。收到镇里的交换包以后，会列在这里。")
