"""Before the window: the unlock page and the first run."""

import pytest
from PySide6.QtCore import Qt
from PySide6.QtWidgets import QApplication, QPushButton

from tests.ui.walk import nameless, settled
from villagebranch.db import vault
from villagebranch.db.keys import Cost
from villagebranch.db.place import Place
from villagebranch.domain.errors import Trouble
from villagebranch.ui.first_run_page import FirstRunPage, NewBranch
from villagebranch.ui.unlock_page import UnlockPage

CHEAP = Cost(passes=1, memory=32, lanes=1)


def shown(page, qtbot):
    qtbot.addWidget(page)
    page.resize(1366, 768)
    with qtbot.waitActive(page):
        page.show()
    return page


@pytest.fixture
def unlock_page(theme, qtbot) -> UnlockPage:
    def unlock(user: str, password: str) -> str:
        if password != "稻香2026":
            raise vault.WrongPassword("password", "密码不对，请等 2 秒再试。", 2)
        return f"opened by {user}"

    return shown(
        UnlockPage("新黎村党支部", {"u1": "沈建国", "u2": "周丽"}, "上次备份：今天。", unlock), qtbot
    )


def test_the_password_is_ready_to_be_typed_and_enter_opens(unlock_page, qtbot):
    unlock_page._users.choose(["u2"])
    unlock_page._password.line.setText("稻香2026")
    with qtbot.waitSignal(unlock_page.opened) as opened:
        qtbot.keyClick(QApplication.focusWidget(), Qt.Key.Key_Return)
    assert opened.args == ["opened by u2"]


def test_a_wrong_password_is_told_and_the_next_one_waits(unlock_page, qtbot):
    unlock_page._password.line.setText("稻香")
    unlock_page._open.click()
    qtbot.waitUntil(lambda: unlock_page._open.text() == "等 2 秒再试")
    assert not unlock_page._open.isEnabled()
    assert "密码不对" in unlock_page._problem.text()


def test_the_password_is_shown_on_request(unlock_page):
    line = unlock_page._password.line
    line.setText("稻香")
    assert line.displayText() != "稻香"
    next(one for one in unlock_page.findChildren(QPushButton) if one.text() == "显示").click()
    assert line.displayText() == "稻香"


@pytest.fixture
def first_run(theme, qtbot, tmp_path) -> FirstRunPage:
    def create(new: NewBranch):
        return vault.create(Place(tmp_path / "data"), new.branch, new.user, new.password, CHEAP)

    return shown(FirstRunPage(create), qtbot)


TOLD = {
    "branch": "新黎村党支部",
    "township": "枫泾镇",
    "user": "沈建国",
    "password": "稻香2026",
    "again": "稻香2026",
}


def test_a_new_branch_is_made_and_the_ways_on_are_offered(first_run, qtbot):
    first_run._form.restore(TOLD)
    first_run._go.click()
    find = lambda: [one for one in first_run.findChildren(QPushButton) if one.text() == "从原来的表格导入"]  # noqa: E731
    qtbot.waitUntil(lambda: bool(find()))
    with qtbot.waitSignal(first_run.ready) as ready:
        find()[0].click()
    opened, where = ready.args
    assert (opened.user.name, where) == ("沈建国", "import")


@pytest.mark.parametrize(
    ("wrong", "field"),
    [({"again": "别的"}, "again"), ({"password": "短", "again": "短"}, "password"), ({"user": ""}, "user")],
)
def test_what_is_wrong_is_said_under_its_field(first_run, wrong, field):
    first_run._form.restore(TOLD | wrong)
    first_run._go.click()
    assert not first_run._form.boxes[field]._problem.isHidden()


def test_trouble_while_making_is_told_and_can_be_tried_again(theme, qtbot):
    def create(new: NewBranch) -> None:
        raise Trouble("磁盘满了")

    page = shown(FirstRunPage(create), qtbot)
    page._form.restore(TOLD)
    page._go.click()
    qtbot.waitUntil(page._go.isEnabled)
    assert page._form._whole.text() == "磁盘满了"


@pytest.mark.parametrize("size", [(1366, 768), (911, 512)])
@pytest.mark.parametrize("steps", [0, 2, 4])
def test_the_doors_show_everything(unlock_page, first_run, theme, size, steps):
    for _ in range(steps):
        theme.zoom(1)
    for page in (unlock_page, first_run):
        page.resize(*size)
        assert settled(page) == []
        assert nameless(page) == []
