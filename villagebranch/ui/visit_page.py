"""记一次走访: a whole visit with the issues heard, on one page, from the keyboard; the household's story beside it."""

from __future__ import annotations

from dataclasses import replace
from typing import Any

from PySide6.QtCore import Qt
from PySide6.QtGui import QKeySequence, QResizeEvent, QShortcut
from PySide6.QtWidgets import QHBoxLayout

from villagebranch.domain.errors import Refused
from villagebranch.domain.fields import Field, Kind
from villagebranch.records.visit import Visit
from villagebranch.services import cadres, visits
from villagebranch.ui.desk import Desk
from villagebranch.ui.drafts import Draft
from villagebranch.ui.heard_rows import HeardRows
from villagebranch.ui.household_story import HouseholdStory
from villagebranch.ui.page import Page, acting
from villagebranch.ui.photos import PhotoStrip
from villagebranch.ui.record_form import RecordForm
from villagebranch.ui.widgets import Card, Scroll, button, words

_STORY_BESIDE_FROM = 1100
_FIELDS = ("household_id", "occurred_on", "visitors", "visit_type", "place", "account")
_ASKED = {
    "household_id": "走访哪一户（姓名、拼音首字母、门牌号）",
    "place": "不到户的，填地点（如「3组机耕路」）",
}


def _field(name: str) -> Field:
    field = Visit.kind().field(name)
    return replace(field, label=_ASKED[name], hint="") if name in _ASKED else field


FORM = Kind("visit", "走访", tuple(map(_field, _FIELDS)))


class VisitPage(Page):
    """Records a new visit, or changes the one that `open(id=…)` names; `open(household_id=…)` begins with a household."""

    title = "记一次走访"

    def __init__(self, desk: Desk) -> None:
        super().__init__(desk)
        self._id: str | None = None
        self._draft = Draft(self, desk, "visit")
        self.form = RecordForm(FORM, desk.today, desk.sources, columns=2)
        self.heard = HeardRows(desk)
        self.photos = PhotoStrip(desk)
        self.story = HouseholdStory(desk)
        self._saved_words = words("", "muted")
        self._lay_out()
        self.form.editor("household_id").changed.connect(self._show_household)
        for touched in (self.form.changed, self.heard.changed):
            touched.connect(self._keep_draft)
        for form in (self.form, self.heard):
            form.next_wanted.connect(self._save_and_next)
            form.save_wanted.connect(self._save)
        self._draft.saved.connect(lambda at: self._saved_words.setText(f"草稿已自动保存 {at}"))

    def _lay_out(self) -> None:
        card = Card(margin=24, spacing=12)
        card.body.addWidget(self.form)
        head = QHBoxLayout()
        head.addWidget(words("反映的问题", "head"))
        head.addWidget(words("在这里记下，自动进入本月问题汇总", "muted"))
        head.addStretch(1)
        head.addWidget(button("添一条问题　Ctrl+I", self.heard.add_row))
        card.body.addLayout(head)
        card.body.addWidget(self.heard)
        card.body.addWidget(self.photos)
        card.body.addLayout(self._foot())
        card.body.addStretch(1)
        row = QHBoxLayout(self)
        row.addWidget(Scroll(card), 5)
        self._beside = Scroll(self.story)
        row.addWidget(self._beside, 2)
        QShortcut(
            QKeySequence("Ctrl+I"), self, context=Qt.ShortcutContext.WidgetWithChildrenShortcut
        ).activated.connect(self.heard.add_row)

    def _foot(self) -> QHBoxLayout:
        foot = QHBoxLayout()
        foot.setSpacing(10)
        foot.addWidget(button("存好，记下一户　Ctrl+Enter", self._save_and_next, primary=True))
        foot.addWidget(button("存好", self._save))
        foot.addWidget(button("添照片", self.photos.choose))
        foot.addStretch(1)
        foot.addWidget(self._saved_words)
        return foot

    def open(self, **what: Any) -> None:
        """Begin anew, go on with a draft, or take up a visit."""
        self._id = what.get("id")
        self.title = "改走访" if self._id else "记一次走访"
        if self._id:
            self._take_up(self._id)
            return
        kept = None if what.get("household_id") else self._draft.read()
        if kept:
            self.form.restore(kept["form"])
            self.heard.restore(kept["heard"])
            self._saved_words.setText("这是上次没有存完的走访，可以接着记")
        else:
            self._start(household_id=what.get("household_id"))
        self._show_household()

    def take_focus(self) -> None:
        self.form.take_focus()

    def resizeEvent(self, event: QResizeEvent) -> None:
        super().resizeEvent(event)
        self._beside.setVisible(self.window().width() >= _STORY_BESIDE_FROM)

    def _start(
        self, household_id: str | None = None, visitors: str | None = None, on: str | None = None
    ) -> None:
        """Empty the page; who visits and when stay the same from one household to the next."""
        self.form.fill(
            {
                "household_id": household_id,
                "occurred_on": on or self.desk.today().isoformat(),
                "visitors": visitors or self._me(),
                "visit_type": "home",
            }
        )
        self.heard.clear()
        self.photos.clear()
        self._saved_words.setText("")

    def _me(self) -> str | None:
        """Return the person who works here, where exactly one cadre has that name."""
        with self.desk.store.read() as conn:
            at_work = cadres.cadres(conn, self.desk.today())
        me = [cadre.person_id for cadre in at_work if cadre.name == self.desk.user]
        return me[0] if len(me) == 1 else None

    def _take_up(self, id: str) -> None:
        with self.desk.store.read() as conn:
            row = visits.rows(conn, [id])[0]
            stored = visits.stored(conn, id)
        self.form.fill(stored)
        self.heard.clear()
        self.heard.show_kept(row.issues)
        self.photos.show_of("visit", id)
        self._show_household()

    def _show_household(self) -> None:
        try:
            id = str(self.form.editor("household_id").raw() or "")
        except ValueError:
            id = ""
        self.story.show_household(id)
        self.say(self.story.told)

    def _keep_draft(self) -> None:
        if self._id is None:
            self._draft.keep({"form": self.form.typed(), "heard": self.heard.typed()})

    @acting
    def _save(self) -> None:
        self._write()
        self.desk.show_page("visits")

    @acting
    def _save_and_next(self) -> None:
        visitors, on = self._write()
        self._id, self.title = None, "记一次走访"
        self._start(visitors=visitors, on=on)
        self._show_household()
        self.form.take_focus()

    def _write(self) -> tuple[str, str]:
        """Save the page as one act; return the visitors and the day, for the next household."""
        draft = self.form.draft()
        try:
            with self.desk.store.write(self.desk.user, "改走访" if self._id else "记一次走访") as act:
                id = visits.record(act, draft, self.heard.raw(), self.desk.today(), self._id)
                self.photos.attach(act, "visit", id)
        except Refused as refused:
            self.form.show_problems(
                {name: told for name, told in refused.problems.items() if name in _FIELDS}
            )
            self.heard.show_problems(refused.problems)
            raise
        self._draft.forget()
        self.desk.done("已存好")
        return str(draft["visitors"]), str(draft["occurred_on"])
