"""The rail at the left: where one is and may go, who works here, and when the last backup was made."""

from collections.abc import Mapping

from PySide6.QtCore import QRect, QSize, Qt, Signal
from PySide6.QtGui import QColor, QFont, QPainter, QPaintEvent, QResizeEvent
from PySide6.QtWidgets import QAbstractButton, QButtonGroup, QSizePolicy, QVBoxLayout, QWidget

from villagebranch.ui import colours, icons
from villagebranch.ui.delegates import paint_ring, smaller
from villagebranch.ui.desk import Standing
from villagebranch.ui.pages import Entry
from villagebranch.ui.widgets import line, words

_MIDDLE = Qt.AlignmentFlag.AlignVCenter


class RailButton(QAbstractButton):
    """One entry: icon, words and how many things wait there; `narrow` leaves the words out."""

    def __init__(self, entry: Entry, place: int) -> None:
        super().__init__()
        self.entry = entry
        self._waiting = 0
        self._narrow = False
        self.setText(entry.label)
        self.setCheckable(True)
        self.setFocusPolicy(Qt.FocusPolicy.StrongFocus)
        self.setSizePolicy(QSizePolicy.Policy.Preferred, QSizePolicy.Policy.Maximum)
        self.setToolTip(f"{entry.label}　Alt+{place}")
        self.say_waiting(0)

    def say_waiting(self, count: int) -> None:
        self._waiting = count
        self.setAccessibleName(f"{self.text()}，{count} 件待办" if count else self.text())
        self.update()

    def narrow(self, yes: bool) -> None:
        self._narrow = yes
        self.updateGeometry()
        self.update()

    def sizeHint(self) -> QSize:
        height = max(36, self.fontMetrics().height() + 16)
        return QSize(
            height + 8 if self._narrow else self.fontMetrics().horizontalAdvance("国国国") + 96, height
        )

    def minimumSizeHint(self) -> QSize:
        return QSize(self.sizeHint().width(), self.fontMetrics().height() + 2)

    def paintEvent(self, event: QPaintEvent) -> None:
        painter = QPainter(self)
        painter.setRenderHint(QPainter.RenderHint.Antialiasing)
        if self.isChecked() or self.underMouse():
            painter.setPen(Qt.PenStyle.NoPen)
            painter.setBrush(QColor(colours.RED_TINT if self.isChecked() else colours.GREY_TINT))
            painter.drawRoundedRect(self.rect(), 8, 8)
        colour = colours.RED if self.isChecked() else colours.SECONDARY
        size = self.fontMetrics().height() - 3
        left = (self.width() - size) // 2 if self._narrow else 12
        drawing = icons.pixmap(self.entry.icon, colour, size, self.devicePixelRatioF())
        painter.drawPixmap(left, (self.height() - size) // 2, drawing)
        if not self._narrow:
            self._paint_words(painter, left + size + 12, colour)
        if self._waiting:
            self._paint_waiting(painter)
        if self.hasFocus():
            paint_ring(painter, self.rect())

    def _paint_words(self, painter: QPainter, left: int, colour: str) -> None:
        font = QFont(self.font())
        font.setBold(self.isChecked())
        painter.setFont(font)
        painter.setPen(QColor(colour))
        painter.drawText(self.rect().adjusted(left, 0, 0, 0), _MIDDLE, self.text())

    def _paint_waiting(self, painter: QPainter) -> None:
        painter.setFont(smaller(self.font()))
        metrics = painter.fontMetrics()
        shown = str(self._waiting) if self._waiting < 100 else "99+"
        height = metrics.height() - 2
        pill = QRect(0, 0, max(height, metrics.horizontalAdvance(shown) + 12), height)
        if self._narrow:
            pill.moveTopRight(self.rect().topRight())
        else:
            pill.moveCenter(self.rect().center())
            pill.moveRight(self.width() - 12)
        painter.setPen(Qt.PenStyle.NoPen)
        painter.setBrush(QColor(colours.RED))
        painter.drawRoundedRect(pill, height / 2, height / 2)
        painter.setPen(QColor(colours.CARD))
        painter.drawText(pill, Qt.AlignmentFlag.AlignCenter, shown)


class Rail(QWidget):
    """Emits `went` with the name of the entry that was pressed."""

    went = Signal(str)

    def __init__(self, entries: tuple[Entry, ...]) -> None:
        super().__init__()
        self.setProperty("role", "rail")
        self.setAttribute(Qt.WidgetAttribute.WA_StyledBackground)
        self._logo, self._branch = words("连心册", "logo"), words("", "muted", wrap=True)
        self._user, self._backup = words("", "muted", wrap=True), words("", "muted", wrap=True)
        self._foot_line = line()
        self._narrow = False
        self._group = QButtonGroup(self)
        self.buttons = {entry.name: RailButton(entry, place) for place, entry in enumerate(entries, 1)}
        column = QVBoxLayout(self)
        column.setContentsMargins(12, 16, 13, 16)
        column.setSpacing(4)
        column.addWidget(self._logo)
        column.addWidget(self._branch)
        column.addSpacing(10)
        for button in self.buttons.values():
            self._group.addButton(button)
            button.clicked.connect(lambda _=False, name=button.entry.name: self.went.emit(name))
            column.addWidget(button)
        column.addStretch(1)
        for widget in (self._foot_line, self._user, self._backup):
            column.addWidget(widget)
        for label in (self._logo, self._branch, self._user, self._backup):
            label.setIndent(8)
            label.setSizePolicy(QSizePolicy.Policy.Ignored, QSizePolicy.Policy.Preferred)
        self.setSizePolicy(QSizePolicy.Policy.Fixed, QSizePolicy.Policy.Preferred)

    def mark(self, name: str) -> None:
        """Show that the entry `name` is the current one."""
        self.buttons[name].setChecked(True)

    def say(self, standing: Standing) -> None:
        """Show the branch, the user, the last backup and the counts."""
        self._branch.setText(standing.branch)
        self._user.setText(standing.user)
        self._backup.setText(standing.backup)
        self._say_waiting(standing.badges)

    def _say_waiting(self, badges: Mapping[str, int]) -> None:
        for name, button in self.buttons.items():
            button.say_waiting(badges.get(name, 0))

    def narrow(self, yes: bool) -> None:
        """Leave the words out, or put them back."""
        self._narrow = yes
        for button in self.buttons.values():
            button.narrow(yes)
        self._fit()

    def resizeEvent(self, event: QResizeEvent) -> None:
        super().resizeEvent(event)
        self._fit()

    def _fit(self) -> None:
        """Leave out what is not for going anywhere, where the window is too narrow or too low for it."""
        entries = sum(button.sizeHint().height() + 4 for button in self.buttons.values())
        low = self.height() < entries + 11 * self.fontMetrics().height()
        self._logo.setHidden(self._narrow or self.height() < entries + 4 * self.fontMetrics().height())
        for widget in (self._branch, self._user, self._backup, self._foot_line):
            widget.setHidden(self._narrow or low)
