"""Work that takes longer than the eye waits: on a thread of its own, with progress in words and a way to stop it."""

from __future__ import annotations

from collections.abc import Callable
from threading import Event
from typing import Any, TypeVar, cast

from PySide6.QtCore import QEvent, QObject, QRunnable, Qt, QThreadPool, Signal

T = TypeVar("T")


class Stopped(Exception):
    """The person has stopped the work."""


class Progress:
    """Handed to the work: it calls `say` now and then, which raises `Stopped` once the person has had enough."""

    def __init__(self, said: Callable[[str, float], None]) -> None:
        self._said = said
        self._stop = Event()

    def say(self, text: str, part: float = -1.0) -> None:
        """Tell how far the work is: `part` of 1, or -1 where nobody knows."""
        if self._stop.is_set():
            raise Stopped
        self._said(text, part)

    def stop(self) -> None:
        """Let the next `say` raise `Stopped`."""
        self._stop.set()


class Job(QObject):
    """One piece of work under way; its signals arrive in the thread of the window."""

    progressed = Signal(str, float)
    finished = Signal(object)
    failed = Signal(object)
    stopped = Signal()

    def __init__(self, parent: QObject) -> None:
        super().__init__(parent)
        self.progress = Progress(self.progressed.emit)

    def run(self, work: Callable[[Progress], Any]) -> None:
        """Do the work, on its thread, and tell the outcome."""
        try:
            outcome = work(self.progress)
        except Stopped:
            self.stopped.emit()
        except Exception as failure:  # noqa: BLE001 - carried to the window's thread, which knows what it is
            self.failed.emit(failure)
        else:
            self.finished.emit(outcome)


class _Errand(QRunnable):
    def __init__(self, job: Job, work: Callable[[Progress], Any]) -> None:
        super().__init__()
        self._job, self._work = job, work

    def run(self) -> None:
        self._job.run(self._work)


class Work(QObject):
    """Starts jobs, one after the other; `started` lets the window show progress.

    What is under way when the window is closed is stopped first: Qt would wait for the thread, and the thread for Python.
    """

    started = Signal(object)

    def __init__(self, parent: QObject, report: Callable[[Exception], None]) -> None:
        super().__init__(parent)
        self._report = report
        self._pool = QThreadPool(self)
        self._pool.setMaxThreadCount(1)
        parent.installEventFilter(self)

    def start(
        self,
        work: Callable[[Progress], T],
        done: Callable[[T], None],
        failed: Callable[[Exception], None] | None = None,
    ) -> Job:
        """Run `work(progress)` aside and call `done` with what it returned, or `failed` (else the window reports)."""
        job = Job(self)
        queued = Qt.ConnectionType.QueuedConnection
        job.finished.connect(done, queued)
        job.failed.connect(failed or self._report, queued)
        for over in (job.finished, job.failed, job.stopped):
            over.connect(job.deleteLater, queued)
        self.started.emit(job)
        self._pool.start(_Errand(job, work))
        return job

    def wait(self) -> None:
        """Wait until every job is over: before the store is closed."""
        self._pool.waitForDone()

    def stop(self) -> None:
        """Stop every job, and wait until it has heard."""
        for job in cast(list[Job], self.findChildren(Job)):
            job.progress.stop()
        self.wait()

    def eventFilter(self, watched: QObject, event: QEvent) -> bool:
        if event.type() == QEvent.Type.Close:
            self.stop()
        return False
