"""One branch's whole life at the keyboard: from the empty folder to the restored backup, in the real windows."""

from collections.abc import Callable, Iterator
from datetime import datetime, timedelta
from pathlib import Path
from typing import Any

import pypdfium2
import pytest
from PySide6.QtCore import QMimeData, QPoint, QSettings, Qt, QUrl
from PySide6.QtGui import QDropEvent
from PySide6.QtTest import QTest
from PySide6.QtWidgets import QApplication, QFileDialog, QLabel, QPushButton, QWidget

from tests.ui.fingers import write
from villagebranch.db.backup import list_backups
from villagebranch.db.place import Place
from villagebranch.resources import RESOURCES
from villagebranch.services import issues, people, visits
from villagebranch.ui.app import Program
from villagebranch.ui.card_making import CardMaking
from villagebranch.ui.idle import Idle
from villagebranch.ui.unlock_page import UnlockPage

PASSWORD = "meixi2026"
CONTROL = Qt.KeyboardModifier.ControlModifier
PLAIN = Qt.KeyboardModifier.NoModifier


class Clock:
    """A wall clock that is set by hand."""

    def __init__(self) -> None:
        self.now = datetime(2026, 11, 23, 9, 30)

    def __call__(self) -> datetime:
        return self.now


class Person:
    """Sits before the program: types, presses what is to be seen, and reads the window."""

    def __init__(self, program: Program, wait: Callable[..., None]) -> None:
        self.program, self.wait = program, wait

    @property
    def window(self) -> Any:
        assert self.program.window is not None
        assert not self.program.window.crash_page.isVisible()
        return self.program.window

    def type(self, text: str) -> None:
        write(QApplication.focusWidget(), text)

    def key(self, key: Qt.Key, modifier: Qt.KeyboardModifier = PLAIN) -> None:
        QApplication.processEvents()
        QTest.keyClick(QApplication.focusWidget(), key, modifier)
        QApplication.processEvents()

    def press(self, label: str, within: QWidget | None = None) -> None:
        """Click the first button to be seen that begins with these words."""
        QApplication.processEvents()
        where = within or self.program.shown
        found = [
            one for one in where.findChildren(QPushButton) if one.text().startswith(label) and one.isVisible()
        ]
        assert found, f"no button {label} among {[b.text() for b in where.findChildren(QPushButton)]}"
        QTest.mouseClick(found[0], Qt.MouseButton.LeftButton)
        QApplication.processEvents()

    def reads(self, text: str) -> bool:
        QApplication.processEvents()
        labels = self.program.shown.findChildren(QLabel)
        return any(text in label.text() and label.isVisible() for label in labels)

    def unlock(self, password: str = PASSWORD) -> None:
        door = self.program.shown
        assert isinstance(door, UnlockPage)
        door.activateWindow()
        self.wait(lambda: QApplication.focusWidget() is door._password.line)
        door._password.line.clear()
        self.type(password)
        self.key(Qt.Key.Key_Return)

    def come_in(self) -> None:
        self.unlock()
        self.wait(lambda: self.program.window is not None)
        self.program.shown.activateWindow()
        self.wait(lambda: QApplication.activeWindow() is self.program.shown)

    def settings(self, section: str) -> Any:
        page = self.window
        page.show_page("settings", section=section)
        return page.current

    def counts(self) -> tuple[int, int, int]:
        """Return how many members, visits and issues the books hold."""
        with self.window.desk.store.read() as conn:
            return (
                len(people.members(conn)),
                len(visits.ids(conn, visits.Wanted())),
                len(issues.ids(conn, issues.Wanted())),
            )


@pytest.fixture
def clock() -> Clock:
    return Clock()


@pytest.fixture
def person(qapp, dressed, tmp_path: Path, clock: Clock, qtbot) -> Iterator[Person]:
    QSettings.setPath(QSettings.Format.NativeFormat, QSettings.Scope.UserScope, str(tmp_path))
    program = Program(qapp, Place(tmp_path / "data"), clock)
    yield Person(program, lambda until: qtbot.waitUntil(until, timeout=60000))
    program.leave()
    program.shown.close()


def restart(person: Person, clock: Clock) -> None:
    """Close the program and start it again the next day, on the same folder."""
    before = person.program
    clock.now += timedelta(hours=1)
    before.leave()
    before.shown.hide()
    clock.now += timedelta(days=1)
    person.program = Program(before.app, before.place, clock)
    person.program.begin()


def found_the_branch(person: Person) -> None:
    person.program.begin()
    person.program.shown.activateWindow()
    person.wait(lambda: QApplication.focusWidget() is not None)
    person.key(Qt.Key.Key_Return)
    for told in ("梅溪村党支部", "枫泾镇", "王堃", PASSWORD, PASSWORD):
        person.type(told)
        person.key(Qt.Key.Key_Return)
    person.wait(lambda: person.reads("忘了密码时，只有它能打开资料"))
    for line in person.program.shown.findChild(CardMaking).lines:
        line.line.setFocus()
        person.type(person.program.shown.findChild(CardMaking).card[line.place])
    person.press("记好了，下一步")
    person.wait(lambda: person.reads("册子建好了"))
    person.press("从原来的表格导入")
    person.wait(lambda: person.program.window is not None)


def drop(page: QWidget, path: Path) -> None:
    carried = QMimeData()
    carried.setUrls([QUrl.fromLocalFile(str(path))])
    page.dropEvent(
        QDropEvent(QPoint(9, 9), Qt.DropAction.CopyAction, carried, Qt.MouseButton.LeftButton, PLAIN)
    )


def import_the_members(person: Person) -> None:
    drop(person.window.current, RESOURCES / "demo" / "党员花名册.xlsx")
    person.wait(lambda: person.reads("「党员花名册.xlsx」里有"))
    person.press("下一步")
    person.press("导入：新增 58")
    assert person.reads("导入完成")


def record_a_visit(person: Person) -> None:
    person.program.shown.activateWindow()
    person.window.show_page("home")
    person.key(Qt.Key.Key_N, CONTROL)
    page = person.window.current
    page.form.editor("visit_type").segments.choose(["field"])
    page.form.editor("visit_type").changed.emit()
    page.form.editor("place").take_focus()
    person.type("3组机耕路")
    page.form.editor("account").take_focus()
    person.type("路面被水冲坏了一段。")
    person.key(Qt.Key.Key_I, CONTROL)
    person.type("机耕路要修一修")
    person.key(Qt.Key.Key_Return, CONTROL)
    assert person.reads("已存好")


def hold_the_study(person: Person) -> None:
    person.window.show_page("study", month="2026-11")
    person.type("请镇里的工程队来修")
    person.key(Qt.Key.Key_Tab)
    for told in ("王堃", "王堃"):
        person.type(told)
        person.key(Qt.Key.Key_Return)
        person.key(Qt.Key.Key_Return)
    person.type("12-10")
    person.key(Qt.Key.Key_Return)
    assert person.reads("已定 1 / 1")
    person.press("定稿")
    assert person.reads("2026年11月的汇总已定稿")


def print_the_roster(person: Person, folder: Path, monkeypatch: pytest.MonkeyPatch) -> str:
    target = folder / "党员名册.pdf"
    monkeypatch.setattr(QFileDialog, "getSaveFileName", lambda *_: (str(target), ""))
    person.window.show_page("ledgers", name="member_roster")
    person.wait(lambda: person.window.current.made is not None)
    person.press("存为 PDF")
    with pypdfium2.PdfDocument(target) as paper:
        return "".join(page.get_textpage().get_text_bounded() for page in paper)


def is_told_a_wrong_password(person: Person, clock: Clock) -> None:
    for _ in range(3):
        person.unlock("not this one")
        person.wait(lambda: person.program.shown._open.text() != "正在打开…")
        assert person.reads("密码不对")
    assert person.reads("请等 2 秒再试")
    clock.now += timedelta(seconds=2)
    person.wait(person.program.shown._open.isEnabled)


def restore_the_earlier_backup(person: Person, clock: Clock) -> None:
    """Go back to the backup of the first exit, before the visit."""
    kept = lambda: [one.about.reason for one in list_backups(person.program.place.backups)]  # noqa: E731
    person.wait(lambda: kept()[:3] == ["daily", "exit", "exit"])
    person.window.desk.work.wait()
    person.settings("backup")
    lines = [one for one in person.program.shown.findChildren(QPushButton) if one.text() == "恢复到这一份"]
    QTest.mouseClick(lines[2], Qt.MouseButton.LeftButton)
    assert person.window.question.isVisible()
    clock.now += timedelta(minutes=1)
    person.press("恢复到 ", person.window.question)
    assert isinstance(person.program.shown, UnlockPage)


def take_the_import_back(person: Person) -> None:
    acts = person.settings("acts")
    assert person.reads("导入党员名册（")
    person.press("撤销", acts)
    assert person.reads("已撤销 ")


def look_at_the_practice_village(person: Person) -> None:
    more = person.settings("more")
    person.press("打开练习库", more)
    assert person.reads("第一次要先编一个村子")
    person.wait(lambda: person.program.window is not None)
    assert person.reads("练习库——随便试，不会影响真实资料")
    members, told, heard = person.counts()
    assert members == 58
    assert told >= 540
    assert heard >= 411


def leave_the_window_alone(person: Person, clock: Clock) -> None:
    window = person.window
    clock.now += timedelta(minutes=11)
    window.findChild(Idle).look()
    assert not window.isVisible()
    doors = [one for one in QApplication.topLevelWidgets() if isinstance(one, UnlockPage) and one.isVisible()]
    assert len(doors) == 1
    doors[0].close()


@pytest.mark.slow
def test_a_branch_begins_lives_a_month_and_goes_back_to_its_backup(
    person: Person, clock: Clock, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
):
    found_the_branch(person)
    import_the_members(person)
    assert person.counts() == (58, 0, 0)
    first = person.window.desk.store.replica
    restart(person, clock)
    is_told_a_wrong_password(person, clock)
    person.come_in()
    assert person.window.desk.store.replica == first

    record_a_visit(person)
    assert person.counts() == (58, 1, 1)
    hold_the_study(person)
    assert "罗文斌" in print_the_roster(person, tmp_path, monkeypatch)

    restart(person, clock)
    person.come_in()
    assert person.counts() == (58, 1, 1)
    restore_the_earlier_backup(person, clock)
    person.come_in()
    assert person.counts() == (58, 0, 0)
    assert person.window.desk.store.replica != first
    take_the_import_back(person)
    assert person.counts() == (0, 0, 0)

    look_at_the_practice_village(person)
    restart(person, clock)
    person.come_in()
    assert person.counts() == (0, 0, 0)
    leave_the_window_alone(person, clock)
