"""村干部与走访户数: who is at work, how many households each visits a month, and who keeps contact with whom."""

from __future__ import annotations

from functools import partial

from PySide6.QtWidgets import QGridLayout, QHBoxLayout

from villagebranch.domain import periods
from villagebranch.domain.errors import Refused, Unreadable
from villagebranch.domain.fields import Kind
from villagebranch.domain.values import Whole
from villagebranch.records.cadre import Cadre
from villagebranch.services import cadres
from villagebranch.services.cadres import InOffice
from villagebranch.ui.desk import Desk
from villagebranch.ui.editors import LineEditor
from villagebranch.ui.page import acting
from villagebranch.ui.record_form import RecordForm
from villagebranch.ui.widgets import Card, button, clear, words

_FORM = Kind("cadre", "村干部", tuple(f for f in Cadre.kind().fields if f.name != "to_on"))
_PER_MONTH = Whole(0, 500, "户")


class CadreSettings(Card):
    """A line for each cadre in office; a form below puts somebody in office."""

    def __init__(self, desk: Desk) -> None:
        super().__init__(margin=24, spacing=12)
        self.desk = desk
        self.body.addWidget(words("村干部与走访户数", "title"))
        told = "每名村干部每月走访 10 户是通行的做法，可以按村里的规定改；改动从本月起算，以前的月份不变。"
        self.body.addWidget(words(told, "secondary", wrap=True))
        self._lines = QGridLayout()
        self._lines.setHorizontalSpacing(16)
        self._lines.setColumnStretch(1, 1)
        self.body.addLayout(self._lines)
        self.body.addWidget(words("添一名村干部", "head"))
        self.form = RecordForm(_FORM, desk.today, desk.sources)
        self.form.ended.connect(self._add)
        self.form.save_wanted.connect(self._add)
        self.body.addWidget(self.form)
        row = QHBoxLayout()
        row.addWidget(button("添上", self._add))
        row.addStretch(1)
        self.body.addLayout(row)
        self.body.addStretch(1)

    def refresh(self) -> None:
        """Show who is in office today."""
        today = self.desk.today()
        with self.desk.store.read() as conn:
            at_work = cadres.cadres(conn, today)
            quota = {one.cadre_id: one.quota for one in cadres.progress(conn, periods.month_of(today), today)}
            linked = {one.id: len(cadres.linked(conn, one.id, today)) for one in at_work}
        clear(self._lines)
        for place, label in enumerate(("姓名", "职务", "联系户", "每月走访", "")):
            self._lines.addWidget(words(label, "label"), 0, place)
        for line, one in enumerate(at_work, 1):
            self._lines.addWidget(words(one.name), line, 0)
            self._lines.addWidget(words(one.post or "—", "secondary"), line, 1)
            self._lines.addWidget(words(f"{linked[one.id]} 户"), line, 2)
            self._lines.addWidget(self._quota(one, quota[one.id]), line, 3)
            self._lines.addWidget(button("离任", partial(self._retire, one)), line, 4)
        if not at_work:
            self._lines.addWidget(
                words("还没有登记村干部；导入党员名册时，有职务的会自动登记。", "muted", wrap=True),
                1,
                0,
                1,
                5,
            )

    def _quota(self, one: InOffice, per_month: int) -> LineEditor:
        editor = LineEditor(_PER_MONTH, self.desk.today)
        editor.set_stored(per_month)
        editor.name(f"{one.name}每月走访户数")
        editor.setFixedWidth(6 * self.fontMetrics().horizontalAdvance("国"))
        editor.finished.connect(lambda: self._take_quota(one, editor, per_month))
        return editor

    @acting
    def _take_quota(self, one: InOffice, editor: LineEditor, before: int) -> None:
        """Save what was typed; an emptied field shows again what holds."""
        try:
            per_month = _PER_MONTH.parse(editor.typed())
        except Unreadable as unreadable:
            editor.mark(True)
            raise Refused({"quota": f"{one.name}每月走访户数：{unreadable}"}) from unreadable
        editor.mark(False)
        editor.set_stored(before if per_month is None else per_month)
        if per_month is not None:
            self._set_quota(one, int(per_month), before)

    @acting
    def _set_quota(self, one: InOffice, per_month: int, before: int) -> None:
        if per_month == before:
            return
        today = self.desk.today()
        with self.desk.store.write(self.desk.user, "改每月走访户数") as act:
            cadres.set_quota(act, one.id, periods.month_of(today), per_month, today)
        self.desk.done(f"{one.name}从本月起每月走访 {per_month} 户")
        self.refresh()

    @acting
    def _retire(self, one: InOffice) -> None:
        today = self.desk.today()
        with self.desk.store.write(self.desk.user, "记离任") as act:
            cadres.retire(act, one.id, today.isoformat(), today)
        self.desk.done(f"{one.name}已记离任，走访记录都还在")
        self.refresh()

    @acting
    def _add(self) -> None:
        draft = self.form.draft()
        try:
            with self.desk.store.write(self.desk.user, "添村干部") as act:
                cadres.add_cadre(act, draft, self.desk.today())
        except Refused as refused:
            self.form.show_problems(refused.problems)
            raise
        self.form.fill({})
        self.desk.done("村干部已添上")
        self.refresh()
