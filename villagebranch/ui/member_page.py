"""党员: the roster with the person beside it."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from typing import TYPE_CHECKING

from PySide6.QtWidgets import QWidget

from villagebranch.db.journal import Act
from villagebranch.domain import dayshow
from villagebranch.domain.table import Table
from villagebranch.services import histories, households, member_year, people
from villagebranch.services.disputed import of_parts
from villagebranch.services.people import MEMBER_FORM, MemberRow
from villagebranch.ui.book_page import BookPage
from villagebranch.ui.colours import Tone
from villagebranch.ui.delegates import Tags
from villagebranch.ui.desk import Desk
from villagebranch.ui.dispute_band import tell_disputed
from villagebranch.ui.history_view import HistoryView
from villagebranch.ui.masked import Masks
from villagebranch.ui.page import Action, acting
from villagebranch.ui.pane import Pane, inline_link
from villagebranch.ui.widgets import Facts, MenuButton, Segments, button

if TYPE_CHECKING:
    from sqlalchemy import Connection

_MARKS: dict[str, Tone] = {"流动": "blue", "年老体弱": "grey", "已到转正时间": "red"}
_MARKS |= {f"还剩 {left} 天转正": "amber" for left in range(367)}
_ALL, _AWAY, _PROBATIONARY = "all", "away", "probationary"


class MemberPage(BookPage):
    """The members of the branch, by whether they are away or on probation and by party group."""

    title, name, unit = "党员", "members", "人"
    form_page, ledger = "member", "member_roster"
    detail_share = 34
    looks = {"mark": Tags(_MARKS)}

    def __init__(self, desk: Desk) -> None:
        super().__init__(desk)
        self.buttons = (
            Action("导出", self.export),
            Action("添党员", self.add, primary=True, shortcut="Ctrl+N"),
        )
        self._sort = Segments({_ALL: "在册", _AWAY: "流动", _PROBATIONARY: "预备"})
        self._group = MenuButton("全部党小组")
        self._listed: list[str] = []
        self._groups: list[str] = []
        self.show_all()
        for one in (self._sort, self._group):
            self.add_filter(one)
        self.lay_out()

    def rows(self) -> Table:
        with self.desk.store.read() as conn:
            found = people.members(conn, fields=people.LISTED)
        self._count(found)
        (sort,), group = self._sort.chosen(), self._group.chosen()
        listed = [row for row in found if _is(row, sort) and group in ("", row["party_group"])]
        self._listed = [row.id for row in listed]
        return people.roster(listed, self.desk.today())

    def _count(self, found: Sequence[MemberRow]) -> None:
        self._groups = sorted({str(row["party_group"]) for row in found if row["party_group"]})
        self._group.offer({group: group for group in self._groups})
        away = sum(bool(row["away"]) for row in found)
        on_probation = sum(row["status"] == "probationary" for row in found)
        full = len(found) - on_probation
        for sort, label, count in (
            (_ALL, "在册", len(found)),
            (_AWAY, "流动", away),
            (_PROBATIONARY, "预备", on_probation),
        ):
            self._sort.label(sort, f"{label} {count}")
        self.say(f"{len(found):,} 人 · 正式 {full:,} · 预备 {on_probation:,} · 流动 {away:,}")

    def is_filtered(self) -> bool:
        return self._sort.chosen() != (_ALL,) or bool(self._group.chosen())

    def show_all(self) -> None:
        self._sort.choose((_ALL,))
        self._group.choose("")

    def book(self, conn: Connection) -> Table:
        return people.book(conn, self._listed)

    def remove(self, act: Act, id: str) -> None:
        people.remove_member(act, id)

    def for_several(self, ids: Sequence[str]) -> Sequence[QWidget]:
        groups = MenuButton("定党小组", {group: group for group in self._groups})
        groups.changed.connect(lambda: self._assign(ids, groups.chosen()))
        return (groups,) if self._groups else ()

    @acting
    def _assign(self, ids: Sequence[str], group: str) -> None:
        if not group:
            return
        with self.desk.store.write(self.desk.user, "定党小组") as act:
            for id in ids:
                people.save_member(act, {"party_group": group}, self.desk.today(), id)
        self.desk.done(f"{len(ids)} 人编入{group}")
        self.refresh()

    def pane(self, record: str) -> QWidget:
        today = self.desk.today()
        with self.desk.store.read() as conn:
            row = people.members(conn, [record])[0]
            year = member_year.member_year(conn, row.person_id, today.year)
            linked = {
                **people.names(conn, [str(row["contact_id"] or "")]),
                **households.words_of(conn, [row.household_id]),
            }
            parts = histories.of_member(conn, record)
            told, open_here = histories.tell(conn, parts), of_parts(conn, parts)
        mark = people.mark(row, today)
        pane = Pane(
            row.words("name"), self._said(row), self._buttons(row), [(mark, _MARKS[mark])] if mark else ()
        )
        tell_disputed(pane.add, self.desk, open_here)
        pane.add(self._facts(row, linked))
        pane.add_head("今年")
        visits = f"走访 {year.visits} 次" if year.visits else "没有走访"
        pane.add(Facts([("组织生活", year.meeting_words or "还没有会议记录"), ("走访群众", visits)]))
        pane.add(HistoryView(self.desk, told, self.refresh))
        pane.end(button("从名册里删除", self.ask_to_remove, link=True))
        return pane

    def _said(self, row: MemberRow) -> Sequence[str]:
        today = self.desk.today()
        age = dayshow.age(str(row["born_on"] or ""), today)
        standing = dayshow.party_years(str(row["full_on"] or ""), today)
        years = ("" if age is None else f"{age} 岁", "" if standing is None else f"党龄 {standing} 年")
        return (row.words("sex"), *years, row.words("post"), row.words("party_group"))

    def _buttons(self, row: MemberRow) -> Sequence[QWidget]:
        return (
            button("编辑", lambda: self.edit(row.id)),
            button(
                "打印采集表",
                lambda: self.desk.show_page("ledgers", name="member_card", person=row.person_id),
            ),
        )

    def _facts(self, row: MemberRow, linked: Mapping[str, str]) -> Facts:
        masks = Masks(MEMBER_FORM.field("id_number"), row["id_number"])
        facts = Facts([("身份证号", masks)])
        for name, label in (("phone", "电话"), ("address", "住址")):
            facts.add(label, masks.label(MEMBER_FORM.field(name), row[name]))
        facts.add("所在户", self._household(row, linked))
        for name, label in (("joined_on", "入党"), ("full_on", "转正"), ("education", "学历")):
            facts.add(label, dayshow.day_words(row.words(name)))
        if row["away"]:
            since = dayshow.day_words(row.words("away_since"))
            facts.add("外出地", " · ".join(filter(None, (row.words("away_place"), since and f"{since}起"))))
            facts.add("联系人", linked.get(str(row["contact_id"]), "未定"))
        if row["remark"]:
            facts.add("备注", row.words("remark"))
        return facts

    def _household(self, row: MemberRow, linked: Mapping[str, str]) -> QWidget:
        if row.household_id is None:
            return inline_link("未定，去填", lambda: self.edit(row.id))
        return inline_link(
            linked[row.household_id], lambda: self.desk.show_page("households", id=row.household_id)
        )


def _is(row: MemberRow, sort: str) -> bool:
    match sort:
        case "away":
            return bool(row["away"])
        case "probationary":
            return row["status"] == "probationary"
        case _:
            return True
