"""The form of a party member: what is asked often first, the rest of the roster under 更多, and the household."""

from __future__ import annotations

from dataclasses import replace
from typing import Any

from villagebranch.db.journal import Act
from villagebranch.domain.fields import Draft, Kind
from villagebranch.records.household_member import HouseholdMember
from villagebranch.services import households, people
from villagebranch.services.people import MEMBER_FORM
from villagebranch.ui.edit_page import EditPage
from villagebranch.ui.grouped_form import Group

_HOME = tuple(
    replace(HouseholdMember.kind().field(name), required=False) for name in ("household_id", "relation")
)


class MemberFormPage(EditPage):
    """Adds a party member, or changes the one that `open(id=…)` names."""

    form = Kind("member", "党员", (*MEMBER_FORM.fields, *_HOME), MEMBER_FORM.rule)
    groups = (
        Group("常用", ("name", "sex", "born_on", "phone", "id_number", "address")),
        Group(
            "党籍",
            ("status", "joined_on", "full_on", "party_group", "post", "sponsors", "dues_fen", "exempt"),
        ),
        Group("流动", ("away", "away_since", "away_place", "contact_id")),
        Group("所在户", ("household_id", "relation")),
        Group(
            "更多（籍贯、学历、工作、奖惩）",
            (
                "ethnicity",
                "native_place",
                "education",
                "degree",
                "school",
                "occupation",
                "work_started_on",
                "police_station",
                "hardship",
                "honours",
                "remark",
            ),
            folded=True,
        ),
    )

    def open(self, **what: Any) -> None:
        id = what.get("id")
        if id is None:
            self.begin("添党员", {"status": "full", "ethnicity": "01"})
            return
        with self.desk.store.read() as conn:
            row = people.members(conn, [id])[0]
            home = households.place_of(conn, row.person_id)
        self.begin("改党员资料", {**row.values, **home}, id)

    def save(self, act: Act, draft: Draft) -> str:
        home = {name: draft.pop(name) for name in ("household_id", "relation")}
        id = people.save_member(act, draft, self.desk.today(), self._id)
        households.settle(act, people.members(act.conn, [id])[0].person_id, home)
        return id

    def leave(self, id: str | None) -> None:
        self.desk.show_page("members", id=id or "")
