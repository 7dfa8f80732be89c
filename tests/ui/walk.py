"""Looks at every widget of a window: is its text cut off, has it a name for those who do not see it?"""

from collections.abc import Iterator

from PySide6.QtCore import QPoint, QRect, Qt
from PySide6.QtTest import QTest
from PySide6.QtWidgets import (
    QAbstractButton,
    QAbstractScrollArea,
    QAbstractSpinBox,
    QApplication,
    QComboBox,
    QLabel,
    QLineEdit,
    QScrollBar,
    QWidget,
)

from villagebranch.ui.rail import RailButton
from villagebranch.ui.widgets import CutLabel


def shown(window: QWidget, kind: type = QWidget) -> Iterator[QWidget]:
    """Yield the visible widgets of a kind."""
    yield from (one for one in window.findChildren(kind) if one.isVisibleTo(window) and one.isVisible())


def clipped(window: QWidget) -> list[str]:
    """Return what is cut off: labels, buttons and fields with less room than their words need, or out of their parent."""
    return [
        f"{type(one).__name__} 「{_words(one)[:20]}」: {reason}"
        for one in shown(window)
        if isinstance(one, (QLabel, QAbstractButton, QLineEdit, QComboBox))
        and _words(one)
        and not _is_part(one)
        if (reason := _cut(one)) or (reason := _outside(one))
    ]


def settled(window: QWidget, tries: int = 20) -> list[str]:
    """Return what is still cut off when Qt has done laying out, which takes it some rounds."""
    found: list[str] = []
    for _ in range(tries):
        QTest.qWait(5)
        found = clipped(window)
        if not found:
            break
    return found


def nameless(window: QWidget) -> list[str]:
    """Return the widgets that take the focus but say nothing to a screen reader."""
    buddies = {label.buddy() for label in window.findChildren(QLabel) if label.buddy()}
    return [
        f"{type(one).__name__} in {type(one.parent()).__name__}"
        for one in shown(window)
        if one.focusPolicy() & Qt.FocusPolicy.TabFocus and not _is_part(one)
        if not (one.accessibleName() or _words(one).strip("…") or one in buddies)
    ]


def _is_part(one: QWidget) -> bool:
    inner = isinstance(one.parent(), (QComboBox, QAbstractSpinBox)) or isinstance(one, QScrollBar)
    return inner or (isinstance(one, QAbstractScrollArea) and one.focusPolicy() == Qt.FocusPolicy.NoFocus)


def _words(one: QWidget) -> str:
    if isinstance(one, QComboBox):
        return one.currentText()
    if isinstance(one, QLineEdit):
        return one.placeholderText() or "…"
    return one.text() if isinstance(one, (QLabel, QAbstractButton)) else ""


def _cut(one: QWidget) -> str:
    if isinstance(one, QLabel) and one.wordWrap():
        needed = one.heightForWidth(one.width())
        return f"{one.height()} of {needed} px high" if one.height() < needed else ""
    need = (
        one.minimumSizeHint()
        if isinstance(one, (QLineEdit, QComboBox, CutLabel, RailButton))
        else one.sizeHint()
    )
    if one.height() < need.height():
        return f"{one.height()} of {need.height()} px high"
    return f"{one.width()} of {need.width()} px wide" if one.width() < need.width() else ""


def _outside(one: QWidget) -> str:
    """Whether part of the widget lies outside an ancestor that does not scroll."""
    parent = one.parentWidget()
    while parent is not None and not isinstance(parent.parentWidget(), QAbstractScrollArea):
        place = QRect(one.mapTo(parent, QPoint(0, 0)), one.size())
        if not parent.rect().adjusted(-1, -1, 1, 1).contains(place):
            return f"{place.getRect()} outside {type(parent).__name__} {parent.size().toTuple()}"
        if parent.isWindow():
            break
        parent = parent.parentWidget()
    return ""


def orphans() -> list[QWidget]:
    """Return the widgets that no window holds: Python may collect them while Qt walks over them."""
    kinds = (QLabel, QAbstractButton, QLineEdit, QAbstractScrollArea)
    return [one for one in QApplication.allWidgets() if one.parent() is None and isinstance(one, kinds)]
