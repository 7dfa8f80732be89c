"""使用人与密码 and the recovery card in the settings, on real key files."""

from dataclasses import replace

import pytest
from PySide6.QtWidgets import QApplication, QLabel, QPushButton

from tests.ui.conftest import CHEAP, Office
from villagebranch.db import vault
from villagebranch.db.keys import Keys
from villagebranch.ui.card_making import CardMaking
from villagebranch.ui.settings_users import UserSettings
from villagebranch.ui.widgets import Segments

PASSWORD = "练习练习练习"
NEW = {"password": "新的密码123", "again": "新的密码123"}


def settings(office: Office) -> UserSettings:
    section = office.show("settings", section="users").findChild(UserSettings)
    QApplication.processEvents()
    return section


def keys(office: Office) -> Keys:
    return vault.read(office.window.desk.seat.place)


def done(office: Office) -> None:
    office.window.desk.work.wait()
    QApplication.processEvents()


def press(within, label: str) -> None:
    next(one for one in within.findChildren(QPushButton) if one.text() == label and one.isVisible()).click()


def offers(within, label: str) -> bool:
    return any(one.text() == label and one.isVisible() for one in within.findChildren(QPushButton))


def reads(within, text: str) -> bool:
    return any(text in one.text() and one.isVisible() for one in within.findChildren(QLabel))


@pytest.fixture
def clerk(office: Office) -> str:
    """The id of a second user, a clerk."""
    seat = office.window.desk.seat
    return vault.add_user(seat.place, seat.key, "周丽", "clerk", "小河涨水", CHEAP).id


def sit_as(office: Office, role: str) -> None:
    seat = office.window.desk.seat
    seat.user = replace(seat.user, role=role)


def test_a_second_user_opens_the_data_with_a_password_of_her_own(office: Office):
    section = settings(office)
    section._add.restore({"name": "周丽", "role": "录入员"} | NEW)
    press(section, "添上")
    done(office)
    assert [user.name for user in keys(office).users] == ["王堃", "周丽"]
    assert keys(office).open(keys(office).users[1].id, "新的密码123") is not None


def test_one_s_own_password_is_changed(office: Office):
    section = settings(office)
    section._change.restore({"old": PASSWORD} | NEW)
    press(section, "改密码")
    done(office)
    assert keys(office).open(None, "新的密码123") is not None
    assert keys(office).open(None, PASSWORD) is None


def test_a_wrong_old_password_changes_nothing(office: Office):
    section = settings(office)
    section._change.restore({"old": "不是这个"} | NEW)
    press(section, "改密码")
    done(office)
    assert keys(office).open(None, "新的密码123") is None
    assert reads(section, "密码不对")


def test_the_secretary_gives_somebody_who_forgot_it_a_new_password(office: Office, clerk: str):
    section = settings(office)
    press(section, "设新密码")
    assert reads(section, "给 周丽 设新密码")
    section._give.restore(NEW)
    press(section, "设好新密码")
    done(office)
    assert keys(office).open(clerk, "新的密码123") is not None
    assert keys(office).open(clerk, "小河涨水") is None


def test_a_role_is_changed_by_one_button(office: Office, clerk: str):
    section = settings(office)
    roles = next(one for one in section.findChildren(Segments) if one.chosen() == ("clerk",))
    next(one for one in roles.findChildren(QPushButton) if one.text() == "副书记").click()
    assert keys(office).user(clerk).role == "deputy"


def test_the_last_secretary_stays_and_the_button_goes_back(office: Office, clerk: str):
    section = settings(office)
    roles = next(one for one in section.findChildren(Segments) if one.chosen() == ("secretary",))
    next(one for one in roles.findChildren(QPushButton) if one.text() == "录入员").click()
    assert "至少要留一位书记" in office.window.toast.accessibleName()
    assert keys(office).users[0].role == "secretary"
    QApplication.processEvents()
    assert ("secretary",) in [one.chosen() for one in section.findChildren(Segments) if one.isVisible()]


def test_a_clerk_sees_who_works_here_and_changes_only_her_own_password(office: Office, clerk: str):
    sit_as(office, "clerk")
    section = settings(office)
    assert reads(section, "周丽")
    assert offers(section, "改密码")
    for label in ("添上", "设新密码", "不再使用", "做一张应急卡"):
        assert not offers(section, label)


@pytest.mark.parametrize("role", ["deputy", "clerk"])
def test_who_is_no_secretary_is_refused_below_the_buttons_too(office: Office, clerk: str, role: str):
    sit_as(office, role)
    seat, before = office.window.desk.seat, keys(office)
    acts = (
        lambda: seat.add_user("吴晓燕", "clerk", "小河涨水"),
        lambda: seat.set_password(clerk, "小河涨水"),
        lambda: seat.set_role(clerk, "secretary"),
        lambda: seat.remove_user(clerk),
        lambda: seat.set_card(vault.new_card()),
    )
    for act in acts:
        with pytest.raises(vault.Refused, match="请书记来办"):
            act()
    assert keys(office) == before


def test_a_card_is_made_from_the_settings(office: Office):
    section = settings(office)
    assert reads(section, "还没有应急卡")
    press(section, "做一张应急卡")
    making = office.page.findChild(CardMaking)
    for line in making.lines:
        line.put(making.card[line.place])
    press(office.page, "记好了，下一步")
    making._work.wait()
    QApplication.processEvents()
    assert keys(office).open_by_card("".join(making.card)).user.name == "王堃"
    assert offers(office.page, "换一张新卡")


def test_the_month_asks_for_a_card_and_a_stick_until_they_are_there(office: Office):
    page = office.show("home")
    assert [one.title for one in page._due[:2]] == ["做一张应急卡", "存一份备份到 U 盘"]
    seat = office.window.desk.seat
    seat.set_card(vault.new_card())
    vault.note_backup(seat.place, seat._clock(), on_stick=True)
    office.window.refresh()
    assert "安全" not in [one.tag for one in page._due]
    assert reads(office.window.rail, "上次备份：U 盘，今天")


def test_leaving_the_card_page_keeps_the_card_before(office: Office):
    seat, card = office.window.desk.seat, vault.new_card()
    seat.set_card(card)
    office.show("recovery_card").go_back()
    assert keys(office).open_by_card("".join(card)) is not None
