"""Deleting many at once: asked, backed up before, and not for everybody."""

from dataclasses import replace

import pytest

from tests.ui.conftest import Office
from villagebranch.db.backup import list_backups
from villagebranch.records.household import Household
from villagebranch.ui.household_page import HouseholdPage


@pytest.fixture
def chosen(office: Office) -> HouseholdPage:
    """The list of households, with twelve of them chosen."""
    with office.village.store.write("王堃", "练习") as act:
        act.add_many(Household, [{"door": f"{number}号"} for number in range(10)])
    page = office.show("households")
    page.table.selectAll()
    return page


def living(office: Office) -> int:
    page = office.show("households")
    return page.table.model().rowCount()


def test_a_backup_is_made_before_many_are_deleted(office: Office, chosen: HouseholdPage, qtbot):
    chosen.ask_to_remove()
    office.window.question._act.click()
    qtbot.waitUntil(lambda: living(office) == 0)
    (made,) = list_backups(office.window.desk.seat.place.backups)
    assert (made.about.reason, made.about.counts["household"]) == ("deletion", 12)


def test_a_clerk_does_not_delete_many(office: Office, chosen: HouseholdPage):
    seat = office.window.desk.seat
    seat.user = replace(seat.user, role="clerk")
    chosen.ask_to_remove()
    assert "录入员不能一次删除很多条" in office.window.banner.accessibleName()
    assert not office.window.question.isVisible()
    assert living(office) == 12
