"""Background work: its progress, its end, and the way to stop it."""

import threading
from collections.abc import Iterator

import pytest
from PySide6.QtCore import QObject

from villagebranch.domain.errors import Trouble
from villagebranch.ui.main_window import MainWindow
from villagebranch.ui.work import Job, Progress, Work


@pytest.fixture
def reported() -> list[Exception]:
    return []


@pytest.fixture
def work(qapp, reported) -> Iterator[Work]:
    parent = QObject()
    made = Work(parent, reported.append)
    yield made
    made.stop()


def test_the_result_comes_back_to_the_thread_of_the_window(work: Work, qtbot):
    came = []
    work.start(
        lambda _progress: threading.get_ident(), lambda ident: came.append((ident, threading.get_ident()))
    )
    qtbot.waitUntil(lambda: not work.findChildren(Job))
    there, here = came[0]
    assert here == threading.get_ident() != there


def test_work_that_is_stopped_has_no_result(work: Work, qtbot, reported):
    begun, go_on = threading.Event(), threading.Event()

    def endless(progress: Progress) -> None:
        begun.set()
        go_on.wait(10)
        progress.say("第 1 页", 0.5)

    results: list[object] = []
    job = work.start(endless, results.append)
    begun.wait(10)
    job.progress.stop()
    go_on.set()
    qtbot.waitUntil(lambda: not work.findChildren(Job))
    assert (results, reported) == ([], [])


def test_a_failure_that_nobody_awaits_is_reported(work: Work, qtbot, reported):
    def fail(_progress: Progress) -> None:
        raise Trouble("U 盘拔出来了")

    work.start(fail, lambda _result: None)
    qtbot.waitUntil(lambda: bool(reported))
    assert str(reported[0]) == "U 盘拔出来了"


def test_long_work_shows_how_far_it_is_and_can_be_stopped(shell: MainWindow, qtbot):
    stop = threading.Event()

    def long(progress: Progress) -> None:
        progress.say("正在导入第 3 行", 0.25)
        while not stop.wait(0.01):
            progress.say("正在导入第 3 行", 0.25)

    shell.desk.work.start(long, lambda _result: None)
    qtbot.waitUntil(shell.underway.isVisible)
    assert shell.underway._bar.value() == 25
    shell.underway._stop.click()
    qtbot.waitUntil(lambda: not shell.underway.isVisible())
