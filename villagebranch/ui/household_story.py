"""A household beside a form: where it is, who keeps contact, and what was said on the visits before."""

from __future__ import annotations

from PySide6.QtWidgets import QVBoxLayout, QWidget

from villagebranch.domain import issues as rules
from villagebranch.domain.dayshow import day_near
from villagebranch.domain.masking import mask_phone
from villagebranch.records.household import Household
from villagebranch.services import households, visits
from villagebranch.services.households import HouseholdRow
from villagebranch.services.issues import KIND as ISSUE
from villagebranch.services.visits import VisitRow
from villagebranch.ui.desk import Desk
from villagebranch.ui.flow_layout import FlowLayout
from villagebranch.ui.widgets import Card, Pill, clear, words

_EARLIER = 6


class HouseholdStory(QWidget):
    """Two cards that follow the household chosen; `told` is its short line for the header."""

    def __init__(self, desk: Desk) -> None:
        super().__init__()
        self.desk = desk
        self.told = ""
        self._shown: str | None = None
        self._column = QVBoxLayout(self)
        self._column.setContentsMargins(0, 0, 0, 0)
        self._column.setSpacing(16)
        self.show_household("")

    def show_household(self, id: str) -> None:
        """Show a household, or nothing for ''."""
        if id == self._shown:
            return
        self._shown, self.told = id, ""
        clear(self._column)
        if not id:
            card = Card("以前的走访")
            card.body.addWidget(
                words("选好走访的户，这里就会显示这一户的情况和以前的走访。", "muted", wrap=True)
            )
            self._column.addWidget(card)
        else:
            with self.desk.store.read() as conn:
                row = households.households(conn, self.desk.today(), [id])[0]
                earlier = visits.visits_at(conn, id, _EARLIER)
            self.told = f"{row.head} 户"
            self._column.addWidget(self._household(row))
            self._column.addWidget(self._visits(earlier))
        self._column.addStretch(1)

    def _household(self, row: HouseholdRow) -> Card:
        card = Card(f"{row.head} 户")
        place = " ".join(str(row.values[name]) for name in ("villager_group", "door") if row.values[name])
        card.body.addWidget(words(f"{place} · {row.people} 口人", "secondary"))
        card.body.addWidget(words(f"联系人 {row.cadre or '未定'}", "secondary"))
        if phone := str(row.values["phone"] or ""):
            card.body.addWidget(words(f"电话 {mask_phone(phone)}", "secondary"))
        if tags := Household.kind().field("tags").value.show(row.values["tags"]):
            pills = FlowLayout(None, 6)
            for tag in tags.split("、"):
                pills.addWidget(Pill(tag, "amber"))
            card.body.addLayout(pills)
        return card

    def _visits(self, earlier: list[VisitRow]) -> Card:
        card = Card("以前的走访")
        if not earlier:
            card.body.addWidget(words("还没有走访过这一户。", "muted"))
        today = self.desk.today()
        for visit in earlier:
            day = day_near(visit.occurred_on, today)
            card.body.addWidget(words(f"{day} {visit.type_words} · {visit.visitors}", "muted"))
            if visit.account:
                card.body.addWidget(words(visit.account, wrap=True))
            for heard in visit.issues:
                card.body.addWidget(words(f"反映：{heard.words}", "secondary", wrap=True))
                stage = heard.result or ISSUE.field("stage").value.show(heard.stage)
                pills = FlowLayout(None, 6)
                pills.addWidget(Pill(stage[:20], "blue" if rules.is_open(heard.stage) else "green"))
                card.body.addLayout(pills)
        return card
