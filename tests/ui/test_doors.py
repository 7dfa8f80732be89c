"""Before the window: the unlock page and the first run."""

from datetime import datetime

import pytest
from pypdf import PdfReader
from PySide6.QtCore import Qt
from PySide6.QtPrintSupport import QPrinter
from PySide6.QtWidgets import QApplication, QLabel, QPushButton

from tests.ui.walk import nameless, settled
from villagebranch.db import vault
from villagebranch.db.keys import Cost, Keys
from villagebranch.db.place import Place
from villagebranch.domain.errors import Trouble
from villagebranch.domain.recovery_card import Card, card_of
from villagebranch.ui import printing
from villagebranch.ui.card_making import CardMaking
from villagebranch.ui.first_run_page import FirstRunPage, NewBranch
from villagebranch.ui.forgotten_page import ForgottenPage
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

    def keep_card(made, card: Card) -> None:
        vault.set_card(Place(tmp_path / "data"), made.key, card, datetime(2026, 11, 23), CHEAP)

    return shown(FirstRunPage(create, keep_card), qtbot)


TOLD = {
    "branch": "新黎村党支部",
    "township": "枫泾镇",
    "user": "沈建国",
    "password": "稻香2026",
    "again": "稻香2026",
}


@pytest.fixture
def card_shown(first_run, qtbot) -> FirstRunPage:
    """The first run when it shows the recovery card."""
    first_run._form.restore(TOLD)
    first_run._go.click()
    qtbot.waitUntil(lambda: first_run.findChild(CardMaking) is not None)
    return first_run


def press(page, label: str) -> None:
    next(one for one in page.findChildren(QPushButton) if one.text() == label).click()


def reads(page, text: str) -> bool:
    return any(text in one.text() for one in page.findChildren(QLabel) if one.isVisible())


def keys(tmp_path) -> Keys:
    return vault.read(Place(tmp_path / "data"))


def test_the_card_counts_when_two_of_its_groups_were_typed_back(card_shown, qtbot, tmp_path):
    making = card_shown.findChild(CardMaking)
    for line in making.lines:
        qtbot.keyClicks(line.line, making.card[line.place])
    press(card_shown, "记好了，下一步")
    qtbot.waitUntil(lambda: reads(card_shown, "册子建好了"))
    assert keys(tmp_path).open_by_card("".join(making.card)).user.name == "沈建国"


def test_a_group_that_differs_from_the_card_is_told_and_nothing_counts(card_shown, qtbot, tmp_path):
    making = card_shown.findChild(CardMaking)
    one, other = making.lines
    qtbot.keyClicks(one.line, making.card[other.place])
    press(card_shown, "记好了，下一步")
    assert reads(card_shown, "和卡上的不一样")
    assert reads(card_shown, "请照着卡填这一组")
    assert keys(tmp_path).card is None


def test_the_card_is_printed_on_one_side_of_one_sheet(card_shown, qtbot, tmp_path, monkeypatch):
    printer = QPrinter()
    printer.setOutputFileName(str(tmp_path / "card.pdf"))
    printer.setFullPage(True)
    monkeypatch.setattr(printing, "ask_printer", lambda _parent, printed: printer)
    press(card_shown, "打印应急卡")
    qtbot.waitUntil((tmp_path / "card.pdf").exists, timeout=15000)
    card_shown.findChild(CardMaking)._work.wait()
    assert len(PdfReader(tmp_path / "card.pdf").pages) == 1


def test_the_card_can_be_put_off_with_a_word_about_it(card_shown, qtbot, tmp_path):
    assert reads(card_shown, "「本月」会提醒")
    press(card_shown, "以后再做")
    qtbot.waitUntil(lambda: reads(card_shown, "册子建好了"))
    assert keys(tmp_path).card is None


def test_a_new_branch_is_made_and_the_ways_on_are_offered(card_shown, qtbot):
    first_run = card_shown
    press(first_run, "以后再做")
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

    page = shown(FirstRunPage(create, lambda _made, _card: None), qtbot)
    page._form.restore(TOLD)
    page._go.click()
    qtbot.waitUntil(page._go.isEnabled)
    assert page._form._whole.text() == "磁盘满了"


CARD = card_of(40712026155071298)


@pytest.fixture
def forgotten(theme, qtbot) -> ForgottenPage:
    def check(card: Card) -> str:
        if card != CARD:
            raise vault.WrongPassword("card", "这张卡打不开这份资料，请等 2 秒再试。", 2)
        return "the key"

    return shown(ForgottenPage("沈建国", check, lambda found, password: f"{found} {password}"), qtbot)


def test_the_card_leads_to_a_new_password_and_in(forgotten, qtbot):
    for digit in "".join(CARD):
        qtbot.keyClicks(QApplication.focusWidget(), digit)
    forgotten.go.click()
    qtbot.waitUntil(lambda: reads(forgotten, "卡是对的"))
    forgotten.form.restore({"password": "松树2027", "again": "松树2027"})
    with qtbot.waitSignal(forgotten.opened) as opened:
        forgotten.go.click()
    assert opened.args == ["the key 松树2027"]


def test_a_mistyped_group_is_told_as_soon_as_it_is_full(forgotten, qtbot):
    line = forgotten.lines.lines[2]
    qtbot.keyClicks(line.line, CARD[2][:-1] + str((int(CARD[2][-1]) + 1) % 10))
    assert "抄错了" in line._said.text()
    assert line._said.isVisible()
    line.line.clear()
    qtbot.keyClicks(line.line, CARD[2])
    assert line._said.text() == "✓ 对"


def test_a_card_scanned_at_one_stroke_fills_all_groups(forgotten):
    forgotten.lines.lines[0].put("".join(CARD))
    assert forgotten.lines.card() == CARD


def test_missing_groups_are_pointed_out(forgotten, qtbot):
    forgotten.lines.lines[0].put(CARD[0])
    forgotten.go.click()
    assert [line._said.text() for line in forgotten.lines.lines] == ["✓ 对"] + ["还没有填"] * 7


def test_a_wrong_card_is_told_and_the_next_one_waits(forgotten, qtbot):
    forgotten.lines.lines[0].put("".join(card_of(5)))
    forgotten.go.click()
    qtbot.waitUntil(lambda: forgotten.go.text() == "等 2 秒再试")
    assert reads(forgotten, "这张卡打不开这份资料")


def test_a_short_new_password_is_refused_under_its_field(forgotten, qtbot):
    forgotten.lines.lines[0].put("".join(CARD))
    forgotten.go.click()
    qtbot.waitUntil(lambda: reads(forgotten, "卡是对的"))
    forgotten.form.restore({"password": "短", "again": "短"})
    forgotten.go.click()
    assert reads(forgotten, "至少 6 位")


@pytest.mark.parametrize("size", [(1366, 768), (911, 512)])
@pytest.mark.parametrize("steps", [0, 2, 4])
def test_the_doors_show_everything(unlock_page, card_shown, forgotten, theme, size, steps):
    for _ in range(steps):
        theme.zoom(1)
    for page in (unlock_page, card_shown, forgotten):
        page.resize(*size)
        assert settled(page) == []
        assert nameless(page) == []
