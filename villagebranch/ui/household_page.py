"""群众户: the households with family, visits and issues beside them; who keeps contact is settled here."""

from __future__ import annotations

from collections.abc import Sequence
from functools import partial
from typing import TYPE_CHECKING, Any

from PySide6.QtCore import Qt
from PySide6.QtWidgets import QGridLayout, QWidget

from villagebranch.db.journal import Act
from villagebranch.domain.codes import ISSUE_STAGE, TAGS
from villagebranch.domain.dayshow import day_short
from villagebranch.domain.issues import is_open
from villagebranch.domain.table import Table
from villagebranch.records.kept import survivors_of
from villagebranch.services import cadres, histories, households
from villagebranch.services.disputed import of_parts
from villagebranch.services.households import DUE, HOUSEHOLD_FORM, VISITED, HouseholdRow
from villagebranch.services.timeline import Happening, timeline
from villagebranch.ui.book_page import BookPage
from villagebranch.ui.colours import Tone
from villagebranch.ui.delegates import Tags
from villagebranch.ui.desk import Desk
from villagebranch.ui.dispute_band import tell_disputed
from villagebranch.ui.family_table import FamilyTable
from villagebranch.ui.history_view import HistoryView
from villagebranch.ui.masked import Masks
from villagebranch.ui.page import Action, acting
from villagebranch.ui.pane import Pane, cut, inline_link
from villagebranch.ui.widgets import Facts, MenuButton, Pill, Segments, button, words

if TYPE_CHECKING:
    from sqlalchemy import Connection

_TAG_TONES: dict[str, Tone] = {"低保户": "amber", "特困供养": "amber", "残疾人家庭": "amber", "军属": "blue"}
_STAGE_TONES: dict[str, Tone] = {
    label: "blue" if is_open(code) else "green" for code, label in ISSUE_STAGE.options.items()
}
_LONGEST = 40
_NOBODY = "-"


class HouseholdPage(BookPage):
    """The households by group, tag, cadre in contact, and whether somebody should go there."""

    title, name, unit = "群众户", "households", "户"
    form_page, ledger = "household", "visit_due_list"
    detail_share = 33
    looks = {"tags": Tags(_TAG_TONES), "state": Tags({DUE: "amber", VISITED: "green"})}

    def __init__(self, desk: Desk) -> None:
        super().__init__(desk)
        self.buttons = (
            Action("导出", self.export),
            Action("添户", self.add, shortcut="Ctrl+N"),
        )
        self._group = MenuButton("全部村民小组")
        self._tag = MenuButton("户类型", TAGS.options)
        self._cadre = MenuButton("联系人")
        self._due = Segments({"due": DUE}, many=True)
        self._listed: list[HouseholdRow] = []
        self._cadres: dict[str, str] = {}
        for one in (self._group, self._tag, self._cadre, self._due):
            self.add_filter(one)
        self.lay_out()

    def open(self, **what: Any) -> None:
        if id := what.get("id"):
            with self.desk.store.read() as conn:
                what["id"] = survivors_of(conn, [id])[id]
        super().open(**what)

    def rows(self) -> Table:
        today = self.desk.today()
        with self.desk.store.read() as conn:
            found = households.households(conn, today)
            self._cadres = {one.id: one.name for one in cadres.cadres(conn, today)}
        self._count(found)
        self._listed = [row for row in found if self._lets_through(row)]
        return households.listing(self._listed, today)

    def _count(self, found: Sequence[HouseholdRow]) -> None:
        groups = dict.fromkeys(
            str(row.values["villager_group"]) for row in found if row.values["villager_group"]
        )
        self._group.offer({group: group for group in groups})
        self._cadre.offer(self._cadres)
        due = sum(row.is_due(self.desk.today()) for row in found)
        self._due.label("due", f"{DUE} {due}")
        self.say(f"{len(found):,} 户 · {sum(row.people for row in found):,} 人")

    def _lets_through(self, row: HouseholdRow) -> bool:
        group, tag, cadre = self._group.chosen(), self._tag.chosen(), self._cadre.chosen()
        return (
            group in ("", row.values["villager_group"])
            and (not tag or tag in str(row.values["tags"] or "").split())
            and cadre in ("", row.cadre_id)
            and (not self._due.chosen() or row.is_due(self.desk.today()))
        )

    def is_filtered(self) -> bool:
        menus = (self._group, self._tag, self._cadre)
        return any(menu.chosen() for menu in menus) or bool(self._due.chosen())

    def show_all(self) -> None:
        for menu in (self._group, self._tag, self._cadre):
            menu.choose("")
        self._due.choose(())

    def book(self, conn: Connection) -> Table:
        return households.book(conn, self._listed)

    def remove(self, act: Act, id: str) -> None:
        households.remove_household(act, id)

    def for_several(self, ids: Sequence[str]) -> Sequence[QWidget]:
        return (self._contact_menu(ids),)

    def pane(self, record: str) -> QWidget:
        with self.desk.store.read() as conn:
            row = households.households(conn, self.desk.today(), [record])[0]
            living = households.family(conn, record)
            happened = timeline(conn, record)
            parts = histories.of_household(conn, record)
            told, open_here = histories.tell(conn, parts), of_parts(conn, parts)
        pane = Pane(f"{row.head or '未定户主'} 户", self._said(row), self._buttons(row))
        tell_disputed(pane.add, self.desk, open_here)
        pane.add(FamilyTable(self.desk, record, living, self.refresh))
        pane.add(self._facts(row))
        pane.add_head("走访与问题")
        pane.add(self._timeline(happened))
        pane.add(HistoryView(self.desk, told, self.refresh))
        pane.end(button("删除这一户", self.ask_to_remove, link=True))
        return pane

    def _said(self, row: HouseholdRow) -> Sequence[str]:
        place = " ".join(str(row.values[name]) for name in ("villager_group", "door") if row.values[name])
        return (place, TAGS.show(row.values["tags"]), f"{row.people} 口人")

    def _buttons(self, row: HouseholdRow) -> Sequence[QWidget]:
        return (
            button("记走访", lambda: self.desk.show_page("visit", household_id=row.id), primary=True),
            button("编辑", lambda: self.edit(row.id)),
            button(
                "打印户卡",
                lambda: self.desk.show_page("ledgers", name="household_card", household=row.id),
            ),
        )

    def _facts(self, row: HouseholdRow) -> Facts:
        contact = self._contact_menu([row.id])
        contact.choose(row.cadre_id or "")
        phone = Masks(HOUSEHOLD_FORM.field("phone"), row.values["phone"])
        facts = Facts([("联系人", contact), ("电话", phone)])
        for name in ("card_given", "note"):
            field = HOUSEHOLD_FORM.field(name)
            if shown := field.value.show(row.values[name]):
                facts.add(field.label, shown)
        return facts

    def _timeline(self, happened: Sequence[Happening]) -> QWidget:
        if not happened:
            return words("还没有走访过这一户。", "muted")
        made = QWidget()
        grid = QGridLayout(made)
        grid.setContentsMargins(0, 0, 0, 0)
        grid.setHorizontalSpacing(12)
        grid.setVerticalSpacing(6)
        grid.setColumnStretch(2, 1)
        top = Qt.AlignmentFlag.AlignTop
        for row, one in enumerate(happened):
            day = inline_link(self._day(one.on), partial(self._open_happening, one), "secondary")
            grid.addWidget(day, row, 0, top)
            if one.tag:
                grid.addWidget(Pill(one.tag, _STAGE_TONES[one.tag]), row, 1, top)
            place = 2 if one.tag else 1
            told = words(cut(one.words, _LONGEST), "secondary", wrap=True)
            told.setToolTip(one.words)
            grid.addWidget(told, row, place, 1, 3 - place, top)
        return made

    def _day(self, on: str) -> str:
        return day_short(on) if on.startswith(str(self.desk.today().year)) else on

    def _open_happening(self, one: Happening) -> None:
        self.desk.show_page({"visit": "visits", "issue": "issues"}[one.kind], id=one.id)

    def _contact_menu(self, ids: Sequence[str]) -> MenuButton:
        menu = MenuButton("定联系人", {**self._cadres, _NOBODY: "不定联系人"})
        menu.changed.connect(lambda: self._link(ids, menu.chosen()))
        return menu

    @acting
    def _link(self, ids: Sequence[str], cadre: str) -> None:
        today = self.desk.today()
        with self.desk.store.write(self.desk.user, "定联系人") as act:
            if cadre == _NOBODY:
                cadres.unlink_households(act, ids, today)
            elif cadre:
                cadres.link_households(act, cadre, ids, today)
        self.desk.done(f"{len(ids)} 户的联系人：{self._cadres.get(cadre, '未定')}")
        self.refresh()
