"""记会议: one meeting on one page, saved as one act; what is unusual about it is said in a quiet banner."""

from __future__ import annotations

from dataclasses import replace
from functools import partial
from typing import Any

from PySide6.QtCore import QPoint, Qt, QTimer
from PySide6.QtGui import QKeySequence, QShortcut
from PySide6.QtWidgets import QHBoxLayout, QScrollArea, QVBoxLayout, QWidget

from villagebranch.domain import periods
from villagebranch.domain.codes import MEETING_TYPE
from villagebranch.domain.errors import Refused
from villagebranch.services import meetings
from villagebranch.services.meeting_view import MeetingView, get
from villagebranch.ui.alerts import Banner
from villagebranch.ui.desk import Desk
from villagebranch.ui.drafts import Draft
from villagebranch.ui.flow_layout import FlowLayout
from villagebranch.ui.meeting_sheet import MeetingSheet
from villagebranch.ui.page import acting
from villagebranch.ui.tab_order import tab_as_laid_out
from villagebranch.ui.widgets import Card, Scroll, button, clear, words
from villagebranch.ui.year_duties import DutiesPage


class MeetingFormPage(DutiesPage):
    """Records a new meeting, of the type that `open(meeting_type=…, party_group=…)` names, or changes one (`open(id=…)`)."""

    title = "记会议"

    def __init__(self, desk: Desk) -> None:
        super().__init__(desk)
        self._id = ""
        self._view: MeetingView
        self._draft = Draft(self, desk, "meeting")
        self.sheet: MeetingSheet
        self.banner = Banner()
        self._room = QVBoxLayout()
        self._kept_words = words("", "muted")
        self._draft.setParent(self)
        self._draft.saved.connect(lambda at: self._kept_words.setText(f"草稿已自动保存 {at}"))
        self._anew = button("不要草稿，重新填", self._start_anew)
        self._save = button("存好　Ctrl+S", self.store, primary=True)
        self._delete = button("删除", self._remove)
        card = Card(margin=0, spacing=0)
        self._room.setContentsMargins(24, 16, 12, 8)
        card.body.addLayout(self._room, 1)
        card.body.addWidget(self.banner)
        below = QVBoxLayout()
        below.setContentsMargins(24, 8, 24, 16)
        below.addLayout(self._foot())
        card.body.addLayout(below)
        row = QHBoxLayout(self)
        row.addWidget(card, 72)
        row.addWidget(self.duties, 28)
        self._on_key("Ctrl+S", self.store)
        self._on_key("Ctrl+Return", self.store)
        self._on_key("Ctrl+Enter", self.store)
        self._on_key("Ctrl+I", self._add_item)

    def _foot(self) -> FlowLayout:
        foot = FlowLayout(None, 10)
        foot.addWidget(self._save)
        foot.addWidget(button("打印会议记录", lambda: self._print("meeting_record")))
        foot.addWidget(button("打印签到表", lambda: self._print("sign_in_sheet")))
        for widget in (self._delete, self._anew, self._kept_words):
            foot.addWidget(widget)
        return foot

    def _on_key(self, keys: str, done: Any) -> None:
        here = Qt.ShortcutContext.WidgetWithChildrenShortcut
        QShortcut(QKeySequence(keys), self, context=here).activated.connect(done)

    def open(self, **what: Any) -> None:
        """Take up a meeting, go on with a draft, or begin anew."""
        self._id = str(what.get("id", ""))
        wanted = str(what.get("meeting_type", ""))
        kept = self._draft.read()
        goes_on = kept is not None and kept["id"] == self._id and wanted in ("", kept["meeting_type"])
        self._take_up(wanted, str(what.get("party_group", "")))
        if kept is not None and goes_on:
            self.sheet.restore(kept)
            self.touched = True
            self._kept_words.setText("这是上次没有存完的，可以接着记")
        self._anew.setVisible(goes_on)

    def refresh(self) -> None:
        """Show what was written elsewhere, or undone; a meeting whose saving was undone stays here to be saved again."""
        if self._id:
            try:
                with self.desk.store.read() as conn:
                    view = get(conn, self._id)
            except KeyError:
                self._id, self.touched = "", True
                self._view = replace(self._view, id="", number="")
                self._delete.hide()
            else:
                if view != self._view and not self.touched:
                    self._show(view)
        self.duties.show_year(self.desk.today().year)
        self._say()

    def take_focus(self) -> None:
        self.sheet.about.take_focus()

    def unsaved(self) -> bool:
        return self.touched and bool(self._id)  # of a new one the draft is kept

    def discard(self) -> None:
        super().discard()
        self._draft.forget()

    def goes_back(self) -> bool:
        return True

    def go_back(self) -> None:
        self._draft.write()
        self.desk.show_page("meetings", id=self._id)

    def arrange(self, beside: bool) -> None:
        self.duties.setVisible(beside)

    # What is shown.

    def _take_up(self, meeting_type: str = "", party_group: str = "") -> None:
        with self.desk.store.read() as conn:
            if self._id:
                view = get(conn, self._id)
            else:
                view = meetings.draft(conn, meeting_type or "general", self.desk.today(), party_group)
        self._show(view)

    def _show(self, view: MeetingView) -> None:
        clear(self._room)
        self._view, self.touched = view, False
        self.sheet = MeetingSheet(self.desk, view)
        self.sheet.changed.connect(self.touch)
        self.sheet.rearranged.connect(lambda: tab_as_laid_out(self))
        scroll = Scroll(self.sheet)
        self.sheet.opened.connect(lambda part: QTimer.singleShot(0, scroll, partial(_reveal, scroll, part)))
        self._room.addWidget(scroll)
        tab_as_laid_out(self)
        self._kept_words.setText("")
        self._anew.hide()
        self._delete.setVisible(bool(self._id))
        self._warn(view.warnings if self._id else ())
        self._say()

    def _say(self) -> None:
        meeting_type, day, _group = self.sheet.asked
        self.duties.show_type(meeting_type)
        number = f" · {self._view.number}" if self._view.number else " · 还没有存"
        quarter = f"第{'一二三四'[periods.period_number('quarter', day) - 1]}季度"
        self.say(f"{day.isoformat()} · {quarter}{number}", MEETING_TYPE.show(meeting_type))

    def _warn(self, warnings: tuple[str, ...]) -> None:
        self.banner.hide()
        if warnings:
            self.banner.say("\n".join(warnings), tone="amber")

    def touch(self) -> None:
        super().touch()
        self._draft.keep(self.sheet.kept() | {"id": self._id})
        self._say()

    # What is done.

    @acting
    def store(self) -> None:
        """Save and stay, so that the record can be printed."""
        self._write()
        self._save.setFocus()

    def _write(self) -> None:
        meeting, roll, items = self.sheet.filled()
        try:
            with self.desk.store.write(self.desk.user, "改会议" if self._id else "记会议") as act:
                saved = meetings.save(act, meeting, roll, items, self.desk.today(), self._id)
        except Refused as refused:
            self.sheet.show_problems(refused.problems)
            raise
        self._id = saved.id
        self._draft.forget()
        self._take_up()
        self.duties.show_year(self.desk.today().year)
        self.desk.done("会议已存好")

    def _add_item(self) -> None:
        self.sheet.agenda.begin()

    @acting
    def _print(self, ledger: str) -> None:
        """Show the ledger of this meeting; what is not yet saved is saved first, or it would not be on the paper."""
        if self.touched or not self._id:
            self._write()
        self.desk.show_page("ledgers", name=ledger, meeting=self._id)

    @acting
    def _remove(self) -> None:
        with self.desk.store.write(self.desk.user, "删除会议") as act:
            meetings.remove(act, self._id)
        self._draft.forget()
        self.desk.show_page("meetings")
        self.desk.done("会议已删除")

    def _start_anew(self) -> None:
        self._draft.forget()
        self._take_up(self.sheet.meeting_type)
        self.take_focus()


def _reveal(scroll: QScrollArea, widget: QWidget) -> None:
    """Scroll to the whole of a widget, or at least to its beginning."""
    top = widget.mapTo(scroll.widget(), QPoint(0, 0))
    for y in (top.y() + widget.height(), top.y()):
        scroll.ensureVisible(0, y, 0, 0)
