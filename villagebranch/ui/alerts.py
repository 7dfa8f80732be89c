"""What the window says by itself: toast, banner, confirmation, progress; and the page for our own bugs."""

import platform
import sys
import traceback
from collections.abc import Callable
from types import TracebackType

from PySide6.QtCore import QEvent, QObject, Qt, QTimer, qVersion
from PySide6.QtGui import QColor, QKeyEvent, QPainter, QPaintEvent
from PySide6.QtWidgets import (
    QApplication,
    QFrame,
    QHBoxLayout,
    QLabel,
    QProgressBar,
    QSizePolicy,
    QVBoxLayout,
    QWidget,
)

from villagebranch import __version__
from villagebranch.domain.errors import Refused, Trouble
from villagebranch.ui import colours, icons
from villagebranch.ui.desk import Offer
from villagebranch.ui.widgets import Card, button, words
from villagebranch.ui.work import Job

_TOAST_MILLISECONDS = 8000
_TOAST_CHARACTERS = 32


class Over(QWidget):
    """A widget that lies over its parent and keeps to its size."""

    def __init__(self, parent: QWidget) -> None:
        super().__init__(parent)
        self._under = parent
        parent.installEventFilter(self)
        self.hide()

    def eventFilter(self, watched: QObject, event: QEvent) -> bool:
        if event.type() == QEvent.Type.Resize and watched is self._under:
            self.place()
        return False

    def place(self) -> None:
        """Take the place over the parent that this widget wants."""
        self.setGeometry(self._under.rect())


class Toast(Over):
    """Says for some seconds what was done, at the foot of the window, and offers one thing that can follow: 撤销."""

    def __init__(self, parent: QWidget) -> None:
        super().__init__(parent)
        self.setProperty("role", "toast")
        self.setAttribute(Qt.WidgetAttribute.WA_StyledBackground)
        self._said = QLabel()
        self._next = button("", self._go_on)
        row = QHBoxLayout(self)
        row.setContentsMargins(20, 6, 8, 6)
        row.setSpacing(16)
        row.addWidget(self._said)
        row.addWidget(self._next)
        self._timer = QTimer(self, singleShot=True, interval=_TOAST_MILLISECONDS)
        self._timer.timeout.connect(self.hide)
        self._then: Callable[[], object] = self.hide

    def say(self, text: str, offer: Offer | None = None) -> None:
        """Show `text`; the next toast takes its place."""
        label, self._then = offer or ("", self.hide)
        self._said.setText(text)
        widest = _TOAST_CHARACTERS * self.fontMetrics().horizontalAdvance("国")
        wraps = self._said.fontMetrics().horizontalAdvance(text) > widest
        self._said.setWordWrap(wraps)
        self._said.setMinimumWidth(widest if wraps else 0)
        self._next.setText(label)
        self._next.setVisible(bool(label))
        self.setAccessibleName(text)
        self.show()
        self.raise_()
        self.place()
        self._timer.start()

    def place(self) -> None:
        self.adjustSize()
        within = self._under.rect()
        # At the right: a form's own buttons stand at the left of its foot.
        self.move(within.width() - self.width() - 24, within.height() - self.height() - 24)

    def _go_on(self) -> None:
        self.hide()
        self._then()


class Banner(QFrame):
    """One sentence across the top of the page, until it is closed: something stands in the way, or is always so."""

    def __init__(self) -> None:
        super().__init__()
        self._picture = QLabel()
        self._said = words("", wrap=True)
        self._said.setSizePolicy(QSizePolicy.Policy.Expanding, QSizePolicy.Policy.Preferred)
        self._offer = button("", self._go)
        self._then: Callable[[], object] = self.hide
        self._close = button("知道了", self.hide)
        row = QHBoxLayout(self)
        row.setContentsMargins(24, 8, 24, 8)
        row.setSpacing(12)
        for widget in (self._picture, self._said, self._offer, self._close):
            row.addWidget(widget)
        self.hide()

    def say(
        self, text: str, *, tone: colours.Tone = "red", stays: bool = False, offer: Offer | None = None
    ) -> None:
        """Show `text` and the way on that is on `offer`; a banner that `stays` cannot be closed."""
        label, self._then = offer or ("", self.hide)
        self._offer.setText(label)
        self._offer.setVisible(bool(label))
        ink, _ground = colours.TONES[tone]
        self._picture.setPixmap(icons.pixmap("warning" if tone == "red" else "note", ink))
        self._said.setText(text)
        self.setProperty("band", tone)
        self.style().polish(self)
        self._close.setHidden(stays)
        self.setAccessibleName(text)
        self.show()

    def _go(self) -> None:
        self.hide()
        self._then()


class Question(Over):
    """Asks before an act that cannot be taken back lightly: both buttons name an act, the safe one has the focus."""

    def __init__(self, parent: QWidget) -> None:
        super().__init__(parent)
        self._asked = words("", wrap=True)
        self._then: Callable[[], None] = self.hide
        self._act = button("", self._go, primary=True)
        self._keep = button("", self.hide)
        card = Card(margin=28, spacing=20)
        card.setMaximumWidth(520)
        row = QHBoxLayout()
        row.addStretch(1)
        row.addWidget(self._keep)
        row.addWidget(self._act)
        card.body.addWidget(self._asked)
        card.body.addLayout(row)
        within = QVBoxLayout(self)
        within.addWidget(card, 0, Qt.AlignmentFlag.AlignCenter)

    def ask(self, question: str, act: str, keep: str, then: Callable[[], None]) -> None:
        """Show `question`; `then` is called when the person chooses `act`."""
        self._then = then
        self._asked.setText(question)
        self._asked.setMinimumWidth(min(460, self._under.width() - 120))
        self._act.setText(act)
        self._keep.setText(keep)
        self.place()
        self.show()
        self.raise_()
        self._keep.setFocus()

    def paintEvent(self, event: QPaintEvent) -> None:
        shade = QColor(colours.TEXT)
        shade.setAlpha(90)
        QPainter(self).fillRect(self.rect(), shade)

    def keyPressEvent(self, event: QKeyEvent) -> None:
        if event.key() == Qt.Key.Key_Escape:
            self.hide()

    def focusNextPrevChild(self, forward: bool) -> bool:
        other = self._act if self._keep.hasFocus() else self._keep
        other.setFocus(Qt.FocusReason.TabFocusReason)
        return True

    def _go(self) -> None:
        self.hide()
        self._then()


class Underway(QFrame):
    """Says how far a job is, with a button that stops it; it shows itself only for a job longer than a moment."""

    def __init__(self) -> None:
        super().__init__()
        self.setProperty("band", "grey")
        self._said = words("正在办…")
        self._bar = QProgressBar(textVisible=False)
        self._stop = button("停下", self._stop_job)
        row = QHBoxLayout(self)
        row.setContentsMargins(24, 8, 24, 8)
        row.setSpacing(16)
        row.addWidget(self._said)
        row.addWidget(self._bar, 1)
        row.addWidget(self._stop)
        self._late = QTimer(self, singleShot=True, interval=400)
        self._late.timeout.connect(self.show)
        self.hide()

    def follow(self, job: Job) -> None:
        """Show the progress of `job` until it is over."""
        self._job = job
        self._said.setText("正在办…")
        self._bar.setRange(0, 0)
        job.progressed.connect(self._say)
        for over in (job.finished, job.failed, job.stopped):
            over.connect(self._over)
        self._late.start()

    def _stop_job(self) -> None:
        self._said.setText("正在停下…")
        self._job.progress.stop()

    def _say(self, text: str, part: float) -> None:
        self._said.setText(text)
        self._bar.setRange(0, 0 if part < 0 else 100)
        self._bar.setValue(round(part * 100))

    def _over(self) -> None:
        self._late.stop()
        self.hide()


def diagnostics(kind: type[BaseException], trace: TracebackType | None) -> str:
    """Return what helps to find a bug: where it was and on what machine, never a value, for it may name a person."""
    frames = traceback.extract_tb(trace)
    where = [
        f"  {frame.filename.replace(chr(92), '/').split('/villagebranch/')[-1]}:{frame.lineno} {frame.name}"
        for frame in frames
    ]
    machine = (
        f"连心册 {__version__} · Qt {qVersion()} · Python {platform.python_version()} · {platform.platform()}"
    )
    return "\n".join([machine, kind.__name__, *where])


class CrashPage(Over):
    """Says that the program itself is at fault, that what was saved is safe, and gives the lines for the maintainers."""

    def __init__(self, parent: QWidget) -> None:
        super().__init__(parent)
        self.setProperty("role", "canvas")
        self.setAttribute(Qt.WidgetAttribute.WA_StyledBackground)
        self._report: Callable[[Exception], None]
        self._lines = words("", "muted", wrap=True)
        self._lines.setTextInteractionFlags(Qt.TextInteractionFlag.TextSelectableByMouse)
        card = Card(margin=32, spacing=16)
        card.setMaximumWidth(640)
        card.body.addWidget(words("程序出了一个错", "title"))
        said = "这是程序的毛病，不是您操作错了。已经存好的内容都在；正在填的这一页请再核对一遍。"
        card.body.addWidget(words(said, wrap=True))
        card.body.addWidget(words("下面几行不含任何人的资料，可以抄给维护的人：", "secondary", wrap=True))
        card.body.addWidget(self._lines)
        row = QHBoxLayout()
        self._back = button("继续使用", self.hide, primary=True)
        row.addWidget(self._back)
        row.addWidget(button("复制这几行", self._copy))
        row.addStretch(1)
        card.body.addLayout(row)
        within = QVBoxLayout(self)
        within.addWidget(card, 0, Qt.AlignmentFlag.AlignCenter)

    def watch(self, report: Callable[[Exception], None]) -> None:
        """Show this page for every exception that nobody caught, but `report` what a person can mend: a disk that is gone."""
        self._report = report
        sys.excepthook = self._caught

    def _caught(self, kind: type[BaseException], error: BaseException, trace: TracebackType | None) -> None:
        if issubclass(kind, KeyboardInterrupt):
            QApplication.quit()
            return
        if isinstance(error, (Refused, Trouble)):
            self._report(error)
            return
        lines = diagnostics(kind, trace)
        sys.stderr.write(lines + "\n")
        self._lines.setText(lines)
        self.place()
        self.show()
        self.raise_()
        self._back.setFocus()

    def _copy(self) -> None:
        QApplication.clipboard().setText(self._lines.text())
