"""加入本支部已有的资料: a second computer begins with a real snapshot of the first."""

from datetime import datetime
from pathlib import Path

import pytest
from PySide6.QtWidgets import QFileDialog, QLabel, QPushButton

from villagebranch.db.journal import digest
from villagebranch.db.keys import Cost
from villagebranch.db.place import Place
from villagebranch.db.seat import Seat, found
from villagebranch.services import branch
from villagebranch.sync import errands
from villagebranch.sync.joining import join
from villagebranch.ui.join_page import JoinPage

CHEAP = Cost(memory=8, passes=1, lanes=1)
TOLD = {"passphrase": "梅溪村党支部 2026", "user": "周丽", "password": "稻香2026", "again": "稻香2026"}


def clock() -> datetime:
    return datetime(2026, 11, 23, 9, 30)


@pytest.fixture(scope="module")
def first(tmp_path_factory) -> tuple[Path, str]:
    """The snapshot of a branch, and the digest of what is in it."""
    folder = tmp_path_factory.mktemp("first")
    seat = found(Place(folder / "data"), "梅溪村党支部", "王堃", "练习练习练习", clock, CHEAP)
    with seat.store.write("王堃", "新建资料") as act:
        branch.save(act, {"name": "梅溪村党支部", "township": "枫泾镇"}, clock().date())
    path = errands.send_all(seat, TOLD["passphrase"], folder / "连心册").path
    told = digest_of(seat)
    seat.close()
    return path, told


def digest_of(seat: Seat) -> str:
    with seat.store.read() as conn:
        return digest(conn)


@pytest.fixture
def page(theme, qtbot, tmp_path) -> JoinPage:
    def work(told):
        who = (told.user, told.password)
        return join(Place(tmp_path / "data"), told.snapshot, told.passphrase, who, clock, CHEAP)[0]

    made = JoinPage(work)
    qtbot.addWidget(made)
    made.resize(1366, 768)
    made.show()
    return made


def press(page: JoinPage, label: str) -> None:
    next(one for one in page.findChildren(QPushButton) if one.text() == label).click()


def reads(page: JoinPage, text: str) -> bool:
    return any(text in label.text() for label in page.findChildren(QLabel) if not label.isHidden())


def test_a_second_computer_begins_with_all_that_the_first_has(page, first, qtbot, monkeypatch):
    snapshot, told = first
    monkeypatch.setattr(QFileDialog, "getOpenFileName", lambda *_: (str(snapshot), ""))
    press(page, "选「全部资料」文件…")
    assert reads(page, snapshot.name)
    page.form.restore(TOLD)
    with qtbot.waitSignal(page.joined, timeout=30_000) as joined:
        press(page, "加入")
    (seat,) = joined.args
    assert digest_of(seat) == told
    assert seat.user.name == "周丽"
    seat.close()


def test_a_wrong_passphrase_and_another_file_leave_nothing_behind(page, first, qtbot, tmp_path):
    page.form.restore(TOLD)
    press(page, "加入")
    assert reads(page, "请先选文件")
    page._snapshot = first[0]
    page.form.restore(TOLD | {"passphrase": "不是这个口令呀"})
    press(page, "加入")
    qtbot.waitUntil(lambda: reads(page, "口令不对"), timeout=30_000)
    assert not (tmp_path / "data").exists()
