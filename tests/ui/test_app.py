"""One run of the program: the door, the window, and the lock when nobody is there."""

import shutil
import sys
from collections.abc import Iterator
from datetime import datetime, timedelta
from pathlib import Path

import pytest
from PySide6.QtCore import QSettings, Qt
from PySide6.QtWidgets import QApplication, QLabel, QPushButton

from villagebranch.db.backup import list_backups
from villagebranch.db.identity import take_role
from villagebranch.db.keys import Cost
from villagebranch.db.place import Place
from villagebranch.db.seat import found
from villagebranch.domain.errors import Trouble
from villagebranch.sync import handover
from villagebranch.ui import doorbell
from villagebranch.ui.app import Program
from villagebranch.ui.card_making import CardMaking
from villagebranch.ui.door import Door
from villagebranch.ui.first_run_page import FirstRunPage
from villagebranch.ui.idle import Idle
from villagebranch.ui.unlock_page import UnlockPage
from villagebranch.ui.visit_page import VisitPage

PASSWORD = "稻香2026"


class Clock:
    """A wall clock that is set by hand."""

    def __init__(self) -> None:
        self.now = datetime(2026, 11, 23, 9, 30)

    def __call__(self) -> datetime:
        return self.now


@pytest.fixture
def clock() -> Clock:
    return Clock()


@pytest.fixture
def program(qapp, dressed, tmp_path: Path, clock: Clock) -> Iterator[Program]:
    QSettings.setPath(QSettings.Format.NativeFormat, QSettings.Scope.UserScope, str(tmp_path))
    made = Program(qapp, Place(tmp_path / "data"), clock)
    yield made
    made.end()
    made.shown.close()
    for door in QApplication.topLevelWidgets():
        if isinstance(door, UnlockPage):
            door.close()


@pytest.fixture
def opened(program: Program, clock: Clock, qtbot) -> Program:
    """The program with the window of a new branch."""
    seat = found(program.place, "梅溪村党支部", "王堃", PASSWORD, clock, Cost(memory=8, passes=1, lanes=1))
    seat.close()
    program.begin()
    give_password(program.shown, qtbot)
    qtbot.waitUntil(lambda: program.window is not None)
    return program


def give_password(door: UnlockPage, qtbot) -> None:
    with qtbot.waitActive(door):
        door.show()
    door._password.line.setText(PASSWORD)
    qtbot.keyClick(QApplication.focusWidget(), Qt.Key.Key_Return)


def test_an_empty_folder_begins_with_the_first_run(program: Program):
    program.begin()
    assert isinstance(program.shown, FirstRunPage)


def test_a_township_is_founded_at_the_first_run_too(program: Program, qtbot):
    program.begin()
    door = program.shown
    told = {"role": "乡镇", "branch": "枫泾镇党建办", "township": "枫泾镇", "user": "陆明华"}
    door._form.restore(told | {"password": PASSWORD, "again": PASSWORD})
    door._go.click()
    qtbot.waitUntil(lambda: door.findChild(CardMaking) is not None)
    for label in ("以后再做", "和各村互换名片"):
        next(one for one in door.findChildren(QPushButton) if one.text() == label).click()
    assert program.window.current.title == "U 盘交换"
    assert [*program.window.rail.buttons][:3] == ["home", "issues", "instructions"]


def test_the_password_opens_the_window(opened: Program):
    assert opened.shown is opened.window
    assert opened.window.current.title == "本月"


def test_copied_folder_opens_under_a_new_number_and_says_so_once(program, clock, qtbot, tmp_path):
    cost = Cost(memory=8, passes=1, lanes=1)
    found(Place(tmp_path / "original"), "梅溪村党支部", "王堃", PASSWORD, clock, cost).close()
    shutil.copytree(tmp_path / "original", program.place.folder)
    program.begin()
    give_password(program.shown, qtbot)
    qtbot.waitUntil(lambda: program.window is not None)
    assert program.window.banner.isVisible()
    assert any("复制" in label.text() for label in program.window.banner.findChildren(QLabel))
    assert not program.window.desk.seat.was_copied


def wait(window, clock: Clock, minutes: int) -> None:
    """Let time pass as it does while the machine is awake."""
    for _ in range(minutes):
        clock.now += timedelta(minutes=1)
        window.findChild(Idle).look()


def test_the_window_locks_when_the_machine_slept(opened: Program, clock: Clock, qtbot):
    wait(opened.window, clock, minutes=1)
    clock.now += timedelta(minutes=3)
    opened.window.findChild(Idle).look()
    assert not opened.window.isVisible()


def test_the_window_locks_when_the_system_suspends_it(opened: Program, qapp):
    qapp.applicationStateChanged.emit(Qt.ApplicationState.ApplicationSuspended)
    assert not opened.window.isVisible()


def test_a_clock_that_went_back_locks_nobody_out(opened: Program, clock: Clock):
    clock.now -= timedelta(days=400)
    opened.window.findChild(Idle).look()
    assert opened.window.isVisible()
    wait(opened.window, clock, minutes=9)
    assert opened.window.isVisible()
    wait(opened.window, clock, minutes=1)
    assert not opened.window.isVisible()


def test_the_window_locks_after_ten_minutes_and_keeps_what_was_typed(opened: Program, clock: Clock, qtbot):
    window = opened.window
    window.show_page("visit")
    page = window.current
    assert isinstance(page, VisitPage)
    page.form.editor("account").set_typed("还没存的话")
    wait(window, clock, minutes=9)
    assert window.isVisible()
    wait(window, clock, minutes=1)
    assert not window.isVisible()
    door = next(
        one for one in QApplication.topLevelWidgets() if isinstance(one, UnlockPage) and one.isVisible()
    )
    give_password(door, qtbot)
    qtbot.waitUntil(window.isVisible)
    assert page.form.editor("account").typed() == "还没存的话"


def test_what_was_typed_in_the_last_second_is_there_again_after_closing(opened: Program, qtbot):
    opened.window.show_page("visit")
    box = opened.window.current.form.editor("account").box
    box.setPlainText("话说到一半")
    opened.leave()
    opened.begin()
    give_password(opened.shown, qtbot)
    qtbot.waitUntil(lambda: opened.window is not None)
    opened.window.show_page("visit")
    assert opened.window.current.form.editor("account").typed() == "话说到一半"


def test_touching_the_window_keeps_it_open(opened: Program, clock: Clock, qtbot):
    wait(opened.window, clock, minutes=9)
    qtbot.keyClick(opened.window.windowHandle(), Qt.Key.Key_Down)
    wait(opened.window, clock, minutes=9)
    assert opened.window.isVisible()


def reasons(program: Program) -> list[str]:
    return [one.about.reason for one in list_backups(program.place.backups)]


def test_the_first_start_of_a_day_makes_a_backup(opened: Program, clock: Clock, qtbot):
    assert not opened.window.desk.seat.is_backup_due()
    opened.leave()
    clock.now += timedelta(days=1)
    opened.begin()
    give_password(opened.shown, qtbot)
    qtbot.waitUntil(lambda: "daily" in reasons(opened), timeout=15000)
    opened.window.desk.work.wait()
    assert not opened.window.desk.seat.is_backup_due()


def lose_the_disk(program: Program) -> None:
    shutil.rmtree(program.place.folder)


def test_a_disk_that_is_gone_is_told_on_the_page_and_is_no_fault_of_the_program(opened: Program):
    window = opened.window
    lose_the_disk(opened)
    try:
        window.show_page("visits")
    except Trouble as trouble:
        sys.excepthook(type(trouble), trouble, trouble.__traceback__)
    assert window.banner.isVisible()
    assert not window.crash_page.isVisible()


def test_the_window_locks_also_when_the_disk_is_gone(opened: Program, clock: Clock):
    lose_the_disk(opened)
    clock.now += timedelta(minutes=11)
    opened.window.findChild(Idle).look()
    assert not opened.window.isVisible()


def test_a_backup_that_could_not_be_made_on_leaving_is_told(opened: Program):
    lose_the_disk(opened)
    opened.end()
    assert isinstance(opened.shown, Door)
    assert opened.shown.said.text().startswith("退出时没有做成备份。")


def test_a_second_start_with_a_package_rings_at_the_window_that_is_open(opened: Program, qtbot, tmp_path):
    package = tmp_path / "来自周丽.vbx"
    package.write_bytes(b"no package at all")
    assert doorbell.ring(opened.place, package)
    qtbot.waitUntil(lambda: opened.window.current.title == "U 盘交换")
    qtbot.waitUntil(lambda: "坏了" in opened.window.banner.accessibleName())
    assert doorbell.heard(opened.place)


def test_nobody_is_rung_at_where_no_window_is_open(opened: Program, qtbot):
    opened.leave()
    assert not doorbell.ring(opened.place, None)
    assert not list(opened.place.folder.glob("wanted*"))


def test_a_package_that_was_double_clicked_is_looked_at_after_unlocking(program, clock, qtbot, tmp_path):
    seat = found(program.place, "梅溪村党支部", "王堃", PASSWORD, clock, Cost(memory=8, passes=1, lanes=1))
    with seat.store.receive() as (conn, _):
        parting = handover.card_of(conn, "王堃", seat.now())
    seat.close()
    program._file = handover.put_down(tmp_path, parting)
    program.begin()
    give_password(program.shown, qtbot)
    qtbot.waitUntil(lambda: program.window is not None and program.window.current.title == "U 盘交换")
    program.window.desk.work.wait()
    shown = program.window.current
    qtbot.waitUntil(lambda: any("王堃 的名片" in one.text() for one in shown.findChildren(QLabel)))


def test_a_township_practises_on_a_township(opened: Program, qtbot):
    with opened.window.desk.store.write("陆明华", "新建资料") as act:
        take_role(act.conn, "township")
    opened.restart(None)
    give_password(opened.shown, qtbot)
    qtbot.waitUntil(lambda: opened.window is not None)
    opened.practise()
    qtbot.waitUntil(lambda: opened.window is not None, timeout=60_000)
    assert opened.window.desk.practice
    assert opened.window.current.summary == "22 个村 · 已收 21 包"
