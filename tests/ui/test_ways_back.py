"""From damaged, lost or misplaced data back to an open window, by clicks, over real files."""

import shutil
from collections.abc import Iterator
from dataclasses import replace
from datetime import datetime
from pathlib import Path

import pytest
from PySide6.QtCore import QSettings
from PySide6.QtWidgets import QApplication, QFileDialog, QLabel, QPushButton
from sqlalchemy import func, select

from tests.samples import settle
from tests.ui.conftest import CHEAP
from villagebranch.db import vault
from villagebranch.db.backup import list_backups
from villagebranch.db.place import Place
from villagebranch.db.seat import Seat, found
from villagebranch.domain.recovery_card import card_of
from villagebranch.records.person import Person
from villagebranch.ui.app import Program
from villagebranch.ui.choice_door import ChoiceDoor
from villagebranch.ui.first_run_page import FirstRunPage
from villagebranch.ui.forgotten_page import ForgottenPage
from villagebranch.ui.restore_page import RestorePage
from villagebranch.ui.unlock_page import UnlockPage

PASSWORD, CARD = "稻香2026", card_of(20261126)
NOW = datetime(2026, 11, 23, 9, 30)


def clock() -> datetime:
    return NOW


class Visitor:
    """Whoever sits before the program, and counts their clicks."""

    def __init__(self, program: Program, qtbot) -> None:
        self.program, self.bot, self.clicks = program, qtbot, 0

    @property
    def door(self):
        return self.program.shown

    def wait_for(self, kind: type) -> None:
        self.bot.waitUntil(lambda: isinstance(self.door, kind), timeout=15000)
        QApplication.processEvents()

    def press(self, label: str) -> None:
        QApplication.processEvents()
        shown = [one for one in self.door.findChildren(QPushButton) if one.isVisible()]
        next(one for one in shown if one.text() == label).click()
        self.clicks += 1

    def offers(self, label: str) -> bool:
        QApplication.processEvents()
        return any(one.text() == label and one.isVisible() for one in self.door.findChildren(QPushButton))

    def reads(self, text: str) -> bool:
        QApplication.processEvents()
        return any(text in one.text() and one.isVisible() for one in self.door.findChildren(QLabel))

    def unlock(self, password: str = PASSWORD) -> None:
        self.wait_for(UnlockPage)
        self.door._password.line.setText(password)
        self.press("打开")

    def is_in(self) -> bool:
        self.bot.waitUntil(lambda: self.program.window is not None, timeout=15000)
        return True

    def people(self) -> int:
        with self.program.window.desk.store.read() as conn:
            return conn.scalar(select(func.count()).select_from(Person))


@pytest.fixture
def place(tmp_path: Path) -> Place:
    """A village of five people with a card and a backup; the sixth came after that backup."""
    place = Place(tmp_path / "data")
    seat = found(place, "梅溪村党支部", "王堃", PASSWORD, clock, CHEAP)
    settle(seat.store)
    vault.set_card(place, seat.key, CARD, NOW, CHEAP)
    seat.back_up("exit")
    with seat.store.write("王堃", "添人") as act:
        act.add(Person, {"name": "后来的人"})
    seat.close()
    return place


@pytest.fixture
def home(tmp_path: Path) -> Place:
    return Place(tmp_path / "home")


@pytest.fixture
def visitor(qapp, dressed, place: Place, home: Place, tmp_path: Path, qtbot) -> Iterator[Visitor]:
    QSettings.setPath(QSettings.Format.NativeFormat, QSettings.Scope.UserScope, str(tmp_path))
    program = Program(qapp, place, clock, home=home)
    yield Visitor(program, qtbot)
    program.end()
    program.shown.close()


def spoil(path: Path, *pages: int) -> None:
    content = bytearray(path.read_bytes())
    for page in pages:
        content[page * 4096 - 2000] ^= 1
    path.write_bytes(content)


def test_a_damaged_file_is_replaced_by_a_backup_in_three_clicks(visitor: Visitor, place: Place):
    spoil(place.database, 1)
    visitor.program.begin()
    visitor.unlock()
    visitor.wait_for(RestorePage)
    assert visitor.reads("有损坏")
    assert visitor.reads("党员 3、户 2")
    visitor.press("恢复到这一份")
    assert visitor.reads("2026年11月23日")
    visitor.press("恢复")
    assert visitor.is_in()
    assert visitor.clicks == 3
    assert visitor.people() == 5
    assert [one for one in place.backups.glob("set-aside-*/village.db")]


def test_a_database_that_is_gone_comes_back_from_its_backup(visitor: Visitor, place: Place):
    place.database.unlink()
    visitor.program.begin()
    visitor.unlock()
    visitor.wait_for(RestorePage)
    assert not visitor.offers("抢救损坏的文件")
    visitor.press("恢复到这一份")
    visitor.press("恢复")
    assert visitor.is_in()


def test_a_backup_that_is_unsound_is_told_and_the_way_goes_on(visitor: Visitor, place: Place):
    (made,) = list_backups(place.backups)
    spoil(made.path, 40)
    spoil(place.database, 1)
    before = place.database.read_bytes()
    visitor.program.begin()
    visitor.unlock()
    visitor.wait_for(RestorePage)
    visitor.press("恢复到这一份")
    visitor.press("恢复")
    visitor.wait_for(ChoiceDoor)
    assert visitor.reads("请改用另一份备份")
    assert place.database.read_bytes() == before
    visitor.press("再试一次")
    visitor.wait_for(UnlockPage)


def test_looking_at_a_backup_changes_nothing(visitor: Visitor, place: Place):
    spoil(place.database, 1)
    before = place.database.read_bytes()
    visitor.program.begin()
    visitor.unlock()
    visitor.wait_for(RestorePage)
    visitor.press("恢复到这一份")
    visitor.press("看别的备份")
    assert visitor.reads("党员 3、户 2")
    assert place.database.read_bytes() == before


def test_a_damaged_file_is_salvaged_with_what_no_backup_has(visitor: Visitor, place: Place):
    spoil(place.database, 1, 14)
    visitor.program.begin()
    visitor.unlock()
    visitor.wait_for(RestorePage)
    visitor.press("抢救损坏的文件")
    visitor.wait_for(ChoiceDoor)
    assert visitor.reads("坏了 2 页")
    assert visitor.reads("最近一份备份")
    visitor.press("用抢救出来的资料继续")
    assert visitor.is_in()
    assert visitor.people() == 6
    assert not list(place.folder.glob("salvaged-*"))


def test_what_was_salvaged_can_be_left_for_a_backup(visitor: Visitor, place: Place):
    spoil(place.database, 1)
    visitor.program.begin()
    visitor.unlock()
    visitor.wait_for(RestorePage)
    visitor.press("抢救损坏的文件")
    visitor.wait_for(ChoiceDoor)
    visitor.press("不用，看备份")
    visitor.wait_for(RestorePage)
    assert not list(place.folder.glob("salvaged-*"))


def test_damaged_keys_are_taken_from_a_backup_and_nothing_is_lost(visitor: Visitor, place: Place):
    for path in (place.keys, place.keys_copy):
        path.write_text("{")
    visitor.program.begin()
    visitor.wait_for(RestorePage)
    assert visitor.reads("不是密码的问题")
    visitor.press("恢复到这一份")
    visitor.press("恢复")
    visitor.unlock()
    assert visitor.is_in()
    assert visitor.people() == 6
    assert vault.unlock(place, None, PASSWORD, NOW).user.name == "王堃"


def test_lost_keys_do_not_begin_a_new_branch(visitor: Visitor, place: Place):
    place.keys.unlink()
    place.keys_copy.unlink()
    visitor.program.begin()
    visitor.wait_for(RestorePage)
    assert visitor.reads("keys.json）不见了")


def test_a_clerk_is_told_to_ask_the_secretary(visitor: Visitor, place: Place):
    keys = vault.read(place)
    clerk = replace(keys.users[0], role="clerk")
    vault.write(place, replace(keys, users=(clerk,)))
    spoil(place.database, 1)
    visitor.program.begin()
    visitor.unlock()
    visitor.wait_for(ChoiceDoor)
    assert visitor.reads("请他们在这台电脑上用自己的密码打开")


def test_who_forgot_the_password_where_no_card_was_made_is_told_whom_to_ask(visitor: Visitor, place: Place):
    vault.write(place, replace(vault.read(place), card=None))
    visitor.program.begin()
    visitor.wait_for(UnlockPage)
    visitor.press("忘了密码，用应急卡")
    assert visitor.reads("书记可以在")
    visitor.press("返回")
    visitor.wait_for(UnlockPage)


@pytest.fixture
def newcomer(visitor: Visitor, place: Place, tmp_path: Path, monkeypatch) -> Visitor:
    """A new computer, with the backup on a stick, before the page that lists backups."""
    (made,) = list_backups(place.backups)
    stick = shutil.copy(made.path, tmp_path / "stick.vbb")
    shutil.rmtree(place.folder)
    monkeypatch.setattr(QFileDialog, "getOpenFileName", lambda *_: (str(stick), ""))
    visitor.program.begin()
    visitor.wait_for(FirstRunPage)
    visitor.press("从备份恢复")
    visitor.wait_for(RestorePage)
    assert visitor.reads("没有找到备份")
    return visitor


def test_a_new_computer_begins_with_a_backup_and_its_password(newcomer: Visitor, place: Place):
    newcomer.press("选一个备份文件")
    newcomer.press("恢复")
    newcomer.unlock("不是这个")
    newcomer.bot.waitUntil(lambda: newcomer.reads("密码不对"))
    newcomer.unlock()
    assert newcomer.is_in()
    assert newcomer.people() == 5


def test_a_new_computer_begins_with_a_backup_and_the_card(newcomer: Visitor, place: Place):
    newcomer.press("选一个备份文件")
    newcomer.press("恢复")
    newcomer.wait_for(UnlockPage)
    newcomer.press("忘了密码，用应急卡")
    newcomer.door.lines.lines[0].put("".join(CARD))
    newcomer.press("下一步")
    newcomer.bot.waitUntil(lambda: newcomer.reads("卡是对的"))
    assert isinstance(newcomer.door, ForgottenPage)
    newcomer.door.form.restore({"password": "松树2027", "again": "松树2027"})
    newcomer.press("设好，打开")
    assert newcomer.is_in()
    assert vault.unlock(place, None, "松树2027", NOW).user.name == "王堃"


def test_the_restored_backup_is_a_new_replica(visitor: Visitor, place: Place):
    before = Seat(place, vault.unlock(place, None, PASSWORD, NOW), clock)
    old = before.store.replica
    before.close()
    spoil(place.database, 1)
    visitor.program.begin()
    visitor.unlock()
    visitor.wait_for(RestorePage)
    visitor.press("恢复到这一份")
    visitor.press("恢复")
    assert visitor.is_in()
    assert visitor.program.window.desk.store.replica != old


@pytest.fixture
def synced(place: Place, tmp_path: Path) -> Place:
    """The same data in a folder that a cloud program copies away."""
    moved = Place(tmp_path / "OneDrive" / "data")
    shutil.move(place.folder, moved.folder)
    return moved


def test_data_in_a_synced_folder_are_copied_in_before_they_are_opened(
    qapp, dressed, synced: Place, home: Place, tmp_path: Path, qtbot
):
    QSettings.setPath(QSettings.Format.NativeFormat, QSettings.Scope.UserScope, str(tmp_path))
    program = Program(qapp, synced, clock, home=home)
    visitor, before = Visitor(program, qtbot), synced.database.read_bytes()
    program.begin()
    visitor.wait_for(ChoiceDoor)
    assert visitor.reads("由OneDrive同步")
    visitor.press("复制到这台电脑，再打开")
    visitor.unlock()
    assert visitor.is_in()
    assert (program.place, visitor.people()) == (home, 6)
    program.end()
    program.shown.close()
    assert synced.database.read_bytes() == before


def test_a_copy_never_replaces_data_that_are_there(
    qapp, dressed, synced: Place, home: Place, tmp_path: Path, qtbot
):
    shutil.copytree(synced.folder, home.folder)
    program = Program(qapp, synced, clock, home=home)
    visitor = Visitor(program, qtbot)
    program.begin()
    visitor.press("复制到这台电脑，再打开")
    visitor.unlock()
    qtbot.waitUntil(lambda: visitor.reads("已经有一份资料"))
    program.shown.close()


def test_damage_that_is_met_in_the_window_leads_to_the_ways_back(visitor: Visitor, place: Place):
    visitor.program.begin()
    visitor.unlock()
    assert visitor.is_in()
    window = visitor.program.window
    spoil(place.database, *range(2, 80))
    window.desk.store._engine.dispose()
    window.show_page("members")
    visitor.bot.waitUntil(window.banner._offer.isVisible)
    assert "有损坏" in window.banner.accessibleName()
    window.banner._offer.click()
    visitor.wait_for(RestorePage)
    visitor.press("恢复到这一份")
    visitor.press("恢复")
    assert visitor.is_in()
    assert visitor.people() == 5


def test_a_backup_that_fails_on_leaving_for_damage_leads_to_the_ways_back(visitor: Visitor, place: Place):
    visitor.program.begin()
    visitor.unlock()
    assert visitor.is_in()
    spoil(place.database, 40)
    visitor.program.end()
    visitor.wait_for(RestorePage)
    assert visitor.reads("退出时没有做成备份")
