"""Small building blocks of every page: words, buttons, cards, tags, lines of figures."""

from collections.abc import Callable, Mapping, Sequence
from typing import Literal, cast

from PySide6.QtCore import QEvent, QRect, QSize, Qt, Signal
from PySide6.QtGui import QAction, QActionGroup, QColor, QPainter, QPaintEvent
from PySide6.QtWidgets import (
    QApplication,
    QButtonGroup,
    QFrame,
    QGridLayout,
    QHBoxLayout,
    QLabel,
    QLayout,
    QMenu,
    QPushButton,
    QScrollArea,
    QSizePolicy,
    QStackedWidget,
    QVBoxLayout,
    QWidget,
)

from villagebranch.ui import colours
from villagebranch.ui.colours import Tone
from villagebranch.ui.flow_layout import FlowLayout

Role = Literal[
    "text", "title", "head", "figure", "digits", "logo", "secondary", "label", "muted", "problem", "key"
]


def words(text: str = "", role: Role = "text", *, wrap: bool = False, tone: Tone | None = None) -> QLabel:
    """Return a label in the type of `role`; `tone` colours its words, `wrap` lets it take several lines."""
    label = QLabel(text)
    label.setProperty("role", role)
    label.setProperty("ink", tone)
    label.setTextFormat(Qt.TextFormat.PlainText)
    label.setWordWrap(wrap)
    return label


def button(
    text: str, done: Callable[[], object], *, primary: bool = False, link: bool = False
) -> QPushButton:
    """Return a button that calls `done`; its words name the act."""
    made = QPushButton(text)
    made.setProperty("primary", primary)
    made.setProperty("link", link)
    made.setAutoDefault(False)
    made.clicked.connect(lambda _checked=False: done())
    return made


def line() -> QFrame:
    """Return a thin line across."""
    made = QFrame()
    made.setProperty("role", "line")
    return made


def set_property(widget: QWidget, name: str, value: object) -> None:
    """Set a property that the style sheet looks at, and let it look again."""
    widget.setProperty(name, value)
    widget.style().unpolish(widget)
    widget.style().polish(widget)


class CutLabel(QLabel):
    """Words on one line that give way: what does not fit is cut and stands in the tool tip."""

    def __init__(self, role: Role) -> None:
        super().__init__()
        self.setProperty("role", role)
        self.setSizePolicy(QSizePolicy.Policy.Maximum, QSizePolicy.Policy.Preferred)

    def minimumSizeHint(self) -> QSize:
        return QSize(0, super().minimumSizeHint().height())

    def paintEvent(self, event: QPaintEvent) -> None:
        shown = self.fontMetrics().elidedText(self.text(), Qt.TextElideMode.ElideRight, self.width())
        self.setToolTip("" if shown == self.text() else self.text())
        QPainter(self).drawText(self.rect(), Qt.AlignmentFlag.AlignVCenter, shown)


class Pill(QLabel):
    """A word on a tinted ground: a state, a tag."""

    def __init__(self, text: str = "", tone: Tone = "grey") -> None:
        super().__init__(text)
        self.setProperty("role", "pill")
        self.setSizePolicy(QSizePolicy.Policy.Maximum, QSizePolicy.Policy.Fixed)
        self.setTextFormat(Qt.TextFormat.PlainText)
        self.say(text, tone)

    def say(self, text: str, tone: Tone) -> None:
        """Show `text` in `tone`; the ground goes with the last word."""
        self.setText(text)
        set_property(self, "tone", tone if text else None)


class Card(QFrame):
    """A white card with a head and a note at its right; `body` is the layout to fill."""

    def __init__(self, head: str = "", note: str = "", *, margin: int = 18, spacing: int = 8) -> None:
        super().__init__()
        self.setProperty("role", "card")
        self.body = QVBoxLayout(self)
        self.body.setContentsMargins(margin, max(0, margin - 2), margin, max(0, margin - 2))
        self.body.setSpacing(spacing)
        self.head = words(head, "head")
        self.note = CutLabel("muted")
        self.note.setText(note)
        for label in (self.head, self.note):
            # Never without a parent: Python would collect it at a moment of its own choosing, in the midst of Qt's work.
            label.setParent(self)
            label.setHidden(not head)
        if head:
            row = QHBoxLayout()
            row.addWidget(self.head)
            row.addStretch(1)
            row.addWidget(self.note)
            self.body.addLayout(row)


class Segments(QWidget):
    """Some buttons side by side of which one is chosen (or several, with `many`); they wrap where the room is short."""

    changed = Signal()

    def __init__(self, options: Mapping[str, str], *, many: bool = False) -> None:
        super().__init__()
        row = FlowLayout(self, 8)
        self._group = QButtonGroup(self)
        self._group.setExclusive(not many)
        self._buttons: dict[str, QPushButton] = {}
        for code, label in options.items():
            made = button(label, self.changed.emit)
            made.setCheckable(True)
            self._group.addButton(made)
            self._buttons[code] = made
            row.addWidget(made)

    def chosen(self) -> tuple[str, ...]:
        """Return the codes chosen, in the order of the options."""
        return tuple(code for code, made in self._buttons.items() if made.isChecked())

    def choose(self, codes: Sequence[str]) -> None:
        """Press the buttons of `codes` and release the others, without a signal."""
        exclusive = self._group.exclusive()
        self._group.setExclusive(False)
        for code, made in self._buttons.items():
            made.setChecked(code in codes)
        self._group.setExclusive(exclusive)

    def label(self, code: str, text: str) -> None:
        """Change the words on one button, to say how many there are behind it."""
        self._buttons[code].setText(text)

    def name(self, label: str) -> None:
        """Say for those who do not see it what is chosen here."""
        for made in self._buttons.values():
            made.setAccessibleName(f"{label}：{made.text()}")

    def take_focus(self) -> None:
        """Give the focus to the chosen button, else to the first."""
        buttons = list(self._buttons.values())
        next((one for one in buttons if one.isChecked()), buttons[0]).setFocus(Qt.FocusReason.TabFocusReason)


class MenuButton(QPushButton):
    """A button that opens a short list and shows what is chosen: 全部村民小组 ▾."""

    changed = Signal()

    def __init__(self, all_label: str, options: Mapping[str, str] = {}) -> None:
        super().__init__(all_label)
        self.setProperty("menu", True)
        self.setAutoDefault(False)
        self._all_label = all_label
        self._code = ""
        self.setMenu(QMenu(self))
        self.offer(options)

    def offer(self, options: Mapping[str, str]) -> None:
        """Take other options (code → label); the choice is kept where it is still among them."""
        self._options = dict(options)
        self.menu().clear()
        group = QActionGroup(self)
        for code, label in {"": self._all_label, **options}.items():
            one = QAction(label, group, checkable=True, checked=code == self._code)
            one.triggered.connect(lambda _=False, code=code: self._take(code))
            self.menu().addAction(one)
        self.choose(self._code if self._code in options else "")

    def chosen(self) -> str:
        """Return the code chosen, '' for all."""
        return self._code

    def choose(self, code: str) -> None:
        """Choose without a signal."""
        self._code = code
        self.setText(self._options.get(code, self._all_label))
        for one, known in zip(self.menu().actions(), ["", *self._options], strict=True):
            one.setChecked(known == code)

    def _take(self, code: str) -> None:
        self.choose(code)
        self.changed.emit()


class ProgressLine(QWidget):
    """A bar of `done` out of `due`, with its figures: green when complete, amber on the way, red below the half."""

    def __init__(self, done: int = 0, due: int = 0) -> None:
        super().__init__()
        self.setSizePolicy(QSizePolicy.Policy.Expanding, QSizePolicy.Policy.Fixed)
        self.show_figures(done, due)

    def show_figures(self, done: int, due: int) -> None:
        self.done, self.due = done, due
        self.setAccessibleName(f"{done} / {due}")
        self.update()

    def sizeHint(self) -> QSize:
        return QSize(120, self.fontMetrics().height() + 4)

    def paintEvent(self, event: QPaintEvent) -> None:
        painter = QPainter(self)
        figures = f"{self.done} / {self.due}"
        room = self.fontMetrics().horizontalAdvance("00 / 00") + 12
        paint_bar(painter, self.rect().adjusted(0, 0, -room, 0), self.done, self.due)
        painter.setPen(QColor(colours.SECONDARY))
        painter.drawText(self.rect(), Qt.AlignmentFlag.AlignRight | Qt.AlignmentFlag.AlignVCenter, figures)


def paint_bar(
    painter: QPainter, room: QRect, done: int, due: int, low: Literal["red", "amber"] = "red"
) -> None:
    """Paint a bar of `done` out of `due` in the middle of `room`; below the half it has the tone `low`."""
    part = min(1.0, done / due) if due else 1.0
    on_the_way = colours.RED if low == "red" and part < 0.5 else colours.AMBER_BAR
    ink = colours.GREEN if part >= 1 else on_the_way
    ground = QRect(room.left(), room.center().y() - 4, room.width(), 9)
    painter.save()
    painter.setRenderHint(QPainter.RenderHint.Antialiasing)
    painter.setPen(Qt.PenStyle.NoPen)
    for colour, width in ((colours.GREY_TINT, ground.width()), (ink, round(ground.width() * part))):
        painter.setBrush(QColor(colour))
        painter.drawRoundedRect(QRect(ground.left(), ground.top(), width, ground.height()), 4, 4)
    painter.restore()


class Facts(QWidget):
    """Label and value, one pair a line: the facts beside a list."""

    def __init__(self, facts: Sequence[tuple[str, str | QWidget]] = ()) -> None:
        super().__init__()
        self._grid = QGridLayout(self)
        self._grid.setContentsMargins(0, 0, 0, 0)
        self._grid.setHorizontalSpacing(24)
        self._grid.setVerticalSpacing(6)
        self._grid.setColumnStretch(1, 1)
        for label, value in facts:
            self.add(label, value)

    def add(self, label: str, value: str | QWidget) -> None:
        """Add one line; `value` is words or any widget."""
        row = self._grid.rowCount()
        if isinstance(value, str):
            self._grid.addWidget(words(label, "muted"), row, 0, Qt.AlignmentFlag.AlignTop)
            self._grid.addWidget(words(value or "—", wrap=True), row, 1)
        else:
            self._grid.addWidget(words(label, "muted"), row, 0)
            self._grid.addWidget(value, row, 1)
            if isinstance(value, QPushButton):
                self._grid.setAlignment(value, Qt.AlignmentFlag.AlignLeft)


class Scroll(QScrollArea):
    """Scrolls `content` up and down where the window is too low for it; sideways never."""

    def __init__(self, content: QWidget) -> None:
        super().__init__()
        self._settling = False
        self.setWidgetResizable(True)
        self.setFrameShape(QFrame.Shape.NoFrame)
        self.setHorizontalScrollBarPolicy(Qt.ScrollBarPolicy.ScrollBarAlwaysOff)
        self.setFocusPolicy(Qt.FocusPolicy.NoFocus)
        # Asked for Qt's own viewport, PySide would make the wrappers of all widgets that there are.
        viewport = QWidget()
        self.setViewport(viewport)
        self.setWidget(content)
        for ground in (viewport, content):
            ground.setAutoFillBackground(False)
        content.installEventFilter(self)
        self.verticalScrollBar().rangeChanged.connect(self._keep_off)
        cast(QApplication, QApplication.instance()).focusChanged.connect(self._follow)

    def sizeHint(self) -> QSize:
        """Ask for little: a page within a page would scroll twice."""
        return QSize(self.minimumWidth(), 6 * self.fontMetrics().height())

    def eventFilter(self, watched: QWidget, event: QEvent) -> bool:  # type: ignore[override]
        if event.type() == QEvent.Type.LayoutRequest:
            self.setMinimumWidth(
                watched.minimumSizeHint().width() + self.verticalScrollBar().sizeHint().width()
            )
        return super().eventFilter(watched, event)

    def _keep_off(self, _least: int, most: int) -> None:
        """Leave a little room between the content and the bar.

        Content that just fits without the room, and does not fit with it, keeps it: it would come and go for ever.
        """
        if not self._settling:
            self._settling = True
            self.setViewportMargins(0, 0, 12 if most else 0, 0)
            self._settling = False

    def _follow(self, _before: QWidget | None, now: QWidget | None) -> None:
        if now is not None and self.widget() is not None and self.widget().isAncestorOf(now):
            self.ensureWidgetVisible(now, 0, 40)


class Stack(QStackedWidget):
    """Shows one of several widgets, and asks for no more room than that one needs."""

    def __init__(self) -> None:
        super().__init__()
        self.currentChanged.connect(lambda _place: self.updateGeometry())

    def sizeHint(self) -> QSize:
        return self.currentWidget().sizeHint() if self.count() else super().sizeHint()

    def minimumSizeHint(self) -> QSize:
        return self.currentWidget().minimumSizeHint() if self.count() else super().minimumSizeHint()


def clear(layout: QLayout) -> None:
    """Take everything out of `layout`."""
    while layout.count():
        item = layout.takeAt(0)
        if (widget := cast(QWidget | None, item.widget())) is not None:
            widget.hide()
            widget.deleteLater()
        elif (inner := item.layout()) is not None:
            clear(inner)
