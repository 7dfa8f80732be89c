"""The forms of a household, and of a person who lives in it."""

from __future__ import annotations

from typing import Any

from villagebranch.db.journal import Act
from villagebranch.domain.fields import Draft, Field, Kind
from villagebranch.domain.values import Name
from villagebranch.records.household_member import HouseholdMember
from villagebranch.services import households
from villagebranch.services.households import HOUSEHOLD_FORM, RESIDENT_FORM
from villagebranch.ui.edit_page import EditPage
from villagebranch.ui.grouped_form import Group

_HEAD = Field("head", "户主", Name(), required=True, width=8)


class HouseholdFormPage(EditPage):
    """Adds a household with its head, or changes the one that `open(id=…)` names."""

    form = Kind("household", "群众户", (_HEAD, *HOUSEHOLD_FORM.fields))
    groups = (
        Group("这一户", ("head", "villager_group", "door", "phone", "tags", "number", "card_given", "note")),
    )
    columns = 2

    def open(self, **what: Any) -> None:
        id = what.get("id")
        if id is None:
            self.begin("添户", {})
            return
        with self.desk.store.read() as conn:
            row = households.households(conn, self.desk.today(), [id])[0]
        self.begin("改群众户资料", {**row.values, "head": row.head}, id)

    def save(self, act: Act, draft: Draft) -> str:
        return households.save_household(act, draft, self.desk.today(), self._id)

    def leave(self, id: str | None) -> None:
        self.desk.show_page("households", id=id or "")


class ResidentFormPage(EditPage):
    """Adds a person to the household that `open(household_id=…)` names, or changes the one at the place `id`."""

    form = Kind(
        "resident",
        "家庭成员",
        (*RESIDENT_FORM.fields, HouseholdMember.kind().field("household_id")),
    )
    groups = (
        Group("家庭成员", ("name", "relation", "sex", "born_on", "phone", "id_number")),
        Group("所在户", ("household_id",)),
    )
    columns = 2

    def open(self, **what: Any) -> None:
        self._household_id, id = str(what["household_id"]), what.get("id")
        home = {"household_id": self._household_id}
        if id is None:
            self.begin("添家人", home)
            return
        with self.desk.store.read() as conn:
            one = next(one for one in households.family(conn, self._household_id) if one.id == id)
        self.begin("改家人资料", {**one.person, **home, "relation": one.relation}, id)

    def save(self, act: Act, draft: Draft) -> str:
        self._household_id = str(draft.pop("household_id"))
        return households.save_resident(act, self._household_id, draft, self.desk.today(), self._id)

    def leave(self, id: str | None) -> None:
        self.desk.show_page("households", id=self._household_id)
