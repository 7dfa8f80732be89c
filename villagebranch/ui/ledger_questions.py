"""What a ledger has to know before it can be printed, asked as plain buttons in a row."""

from __future__ import annotations

from collections.abc import Callable, Iterable, Mapping, Sequence
from dataclasses import replace
from typing import TYPE_CHECKING

from PySide6.QtCore import QObject, QSize, Signal
from PySide6.QtWidgets import QHBoxLayout, QWidget

from villagebranch.domain import periods
from villagebranch.domain.codes import MEETING_TYPE
from villagebranch.domain.dayshow import day_short
from villagebranch.domain.names import village_of
from villagebranch.ledgers.ledger import Asked, Ledger, Question
from villagebranch.services import (
    cadres,
    meeting_view,
    meeting_year,
    people,
    township_month,
    village_issues,
    visits,
)
from villagebranch.ui.desk import Desk, Source, Suggestion
from villagebranch.ui.flow_layout import FlowLayout
from villagebranch.ui.search_box import LookUp
from villagebranch.ui.widgets import MenuButton, button

if TYPE_CHECKING:
    from sqlalchemy import Connection

_MONTHS = 24


class Times(MenuButton):
    """A month or a year: the present one, unless another is chosen. `label` gives the words for a code."""

    def __init__(self, label: Callable[[str], str]) -> None:
        self._label, self._present = label, ""
        super().__init__("")

    def offer_times(self, present: str, others: Iterable[str]) -> None:
        """Offer the time that now is and others; one that was chosen stays on offer."""
        self._present, self._all_label = present, self._label(present)
        codes = dict.fromkeys((*others, self.chosen()))
        self.offer({code: self._label(code) for code in codes if code != present})

    def chosen(self) -> str:
        return super().chosen() or self._present

    def choose(self, code: str) -> None:
        if code and code != self._present and code not in self._options:
            self.offer({**self._options, code: self._label(code)})
        super().choose("" if code == self._present else code)


class OneOrAll(QWidget):
    """Looks one record up by name, pinyin or door; an empty line stands for all. It is asked as a `MenuButton` is."""

    changed = Signal()

    def __init__(self, all_label: str, source: Source) -> None:
        super().__init__()
        self._source = source
        self._id = ""
        self.line = LookUp(source.find)
        self.line.setPlaceholderText(all_label)
        self.line.setAccessibleName(all_label)
        self.line.setClearButtonEnabled(True)
        self.line.chosen.connect(lambda hit: self._take(hit.id))
        self.line.editingFinished.connect(self._leave)
        row = QHBoxLayout(self)
        row.setContentsMargins(0, 0, 0, 0)
        row.addWidget(self.line)
        self.setFocusProxy(self.line)

    def sizeHint(self) -> QSize:
        width = self.fontMetrics().horizontalAdvance("国") * 15
        return QSize(width, self.line.sizeHint().height())

    def text(self) -> str:
        """Return how the record chosen is spoken of."""
        return self.line.text()

    def chosen(self) -> str:
        """Return the id of the record, '' for all."""
        return self._id

    def choose(self, id: str) -> None:
        """Choose without a signal."""
        self._id = id
        self.line.setText(self._source.title(id) if id else "")

    def _take(self, id: str) -> None:
        before = self._id
        self.choose(id)
        if id != before:
            self.changed.emit()

    def _leave(self) -> None:
        """Take the only hit for what is typed; without one, what was chosen before stands again."""
        hits = self.line.hits
        self._take(hits[0].id if len(hits) == 1 else self._id if self.line.text().strip() else "")


class Questions(QObject):
    """The questions of one ledger at a time, in `row`. `changed` after every answer."""

    changed = Signal()

    def __init__(self, desk: Desk) -> None:
        super().__init__()
        self._desk = desk
        self._asks: Sequence[Question] = ()
        self._month, self._year = Times(periods.month_label), Times(lambda year: f"{year}年")
        self._whole_year = MenuButton("只这个月", {"1": "全年到这个月"})
        self._village = MenuButton("各村")
        self._cadre = MenuButton("全部村干部")
        self._meeting_type = MenuButton("各类会议", MEETING_TYPE.options)
        self._meeting = MenuButton("全部会议")
        self._visit = OneOrAll("全部走访（输入户主找一次）", Source(self._find_visits, self._visit_words))
        self._member = OneOrAll("全部党员（输入姓名找一个）", _persons_of_members(desk))
        self._household = OneOrAll("全部户（输入户主找一户）", desk.sources["household"])
        self._copy = MenuButton("日常版", {"archive": "存档版"})
        self.blank = button("空白表", self.changed.emit)
        self.blank.setCheckable(True)
        self._all: dict[Question, MenuButton | OneOrAll] = {
            "month": self._month,
            "whole_year": self._whole_year,
            "year": self._year,
            "village": self._village,
            "cadre": self._cadre,
            "visit": self._visit,
            "meeting_type": self._meeting_type,
            "meeting": self._meeting,
            "member": self._member,
            "household": self._household,
            "archive": self._copy,
        }
        self.row = FlowLayout(None, 8)
        for one in (*self._all.values(), self.blank):
            self.row.addWidget(one)
        for one in self._all.values():
            one.changed.connect(self.changed)

    @property
    def month(self) -> str:
        """The month chosen, or the present one."""
        return self._month.chosen()

    def ask(self, ledger: Ledger) -> None:
        """Ask what this ledger has to know; what was answered before stands."""
        self._asks = ledger.asks
        for question, one in self._all.items():
            one.setVisible(question in ledger.asks)

    def answer(self, conn: Connection, told: Mapping[str, object]) -> None:
        """Take the answers that another page gives, by question; all others stand as at the beginning.

        `person` answers whichever of cadre and member is asked.
        """
        person = told.get("person", "")
        answers = {name: str(answer) for name, answer in {"cadre": person, "member": person, **told}.items()}
        if visit := answers.get("visit"):
            answers["month"] = visits.rows(conn, [visit])[0].occurred_on[:7]
        if meeting := answers.get("meeting"):
            answers["month"] = str(meeting_view.get(conn, meeting)["starts_at"])[:7]
        self.blank.setChecked(False)
        for one in self._all.values():
            one.choose("")
        self._month.choose(answers.get("month", ""))
        self.offer(conn)
        for question, one in self._all.items():
            one.choose(answers.get(question, ""))

    def offer(self, conn: Connection) -> None:
        """Offer what can be answered as the records now stand."""
        today = self._desk.today()
        month = periods.month_of(today)
        self._month.offer_times(month, [periods.months_after(month, -back) for back in range(1, _MONTHS)])
        self._year.offer_times(str(today.year), map(str, self._years(conn)))
        self._village.offer({id: village_of(name) for id, name in township_month.names(conn).items()})
        self._cadre.offer({one.person_id: one.name for one in cadres.cadres(conn, today)})
        self._meeting.offer(self._meetings(conn))
        for question, one in self._all.items():
            one.setEnabled(question == "meeting_type" or not self.blank.isChecked())

    def asked(self) -> Asked:
        """Return the answers."""
        given = {
            question: one.chosen() if question in self._asks else "" for question, one in self._all.items()
        }
        return Asked(
            self._desk.today(),
            month=given["month"],
            year=int(given["year"] or 0),
            person_id=given["cadre"] or given["member"],
            household_id=given["household"],
            meeting_id=given["meeting"],
            meeting_type=given["meeting_type"],
            visit_id=given["visit"],
            village_id=given["village"],
            whole_year=bool(given["whole_year"]),
            archive=bool(given["archive"]),
            blank=self.blank.isChecked(),
        )

    def words(self) -> list[str]:
        """Return the answers in words, without those that stand for all: 2026年11月, 陆明华."""
        if self.blank.isChecked():
            return [self.blank.text()]
        return [
            one.text()
            for question, one in self._all.items()
            if question in self._asks and (one.chosen() or question == "archive")
        ]

    def _years(self, conn: Connection) -> Iterable[int]:
        return meeting_year.years(conn) if self._desk.role == "branch" else village_issues.years(conn)

    def _meetings(self, conn: Connection) -> dict[str, str]:
        month, sort = self._month.chosen(), self._meeting_type.chosen()
        held = meeting_year.list_meetings(conn, int(month[:4]))
        return {
            one.id: f"{day_short(one.starts_at[:10])} {one.party_group}{one.label}"
            for one in held
            if one.starts_at.startswith(month) and sort in ("", one.meeting_type)
        }

    def _find_visits(self, query: str) -> list[Suggestion]:
        wanted = visits.Wanted(period=self._month.chosen(), person_id=self._cadre.chosen())
        with self._desk.store.read() as conn:
            found = visits.rows(conn, visits.ids(conn, wanted))
        return [
            Suggestion(one.id, f"{day_short(one.occurred_on)} {one.where}", one.visitors)
            for one in found
            if query in one.where
        ]

    def _visit_words(self, id: str) -> str:
        with self._desk.store.read() as conn:
            (one,) = visits.rows(conn, [id])
        return f"{day_short(one.occurred_on)} {one.where}"


def _persons_of_members(desk: Desk) -> Source:
    """Return where members are looked up, by the ids of their persons, which are what a ledger asks for."""

    def find(query: str) -> list[Suggestion]:
        with desk.store.read() as conn:
            persons = {row.id: row.person_id for row in people.members(conn)}
        return [replace(hit, id=persons[hit.id]) for hit in desk.sources["member"].find(query)]

    return Source(find, desk.sources["person"].title)
