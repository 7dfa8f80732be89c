"""The order of Tab where a page changes while it is filled in: as its parts are laid out, not as they were made."""

from collections.abc import Iterator
from itertools import pairwise
from typing import cast

from PySide6.QtCore import Qt
from PySide6.QtWidgets import QLayout, QLayoutItem, QScrollArea, QWidget


def tab_as_laid_out(whole: QWidget) -> None:
    """Let Tab go through `whole` from one widget to the next in the order of its layouts."""
    for before, after in pairwise(_stops(whole)):
        QWidget.setTabOrder(before, after)


def _stops(widget: QWidget) -> Iterator[QWidget]:
    if widget.focusPolicy() != Qt.FocusPolicy.NoFocus:
        yield widget
    if isinstance(widget, QScrollArea):
        yield from _stops(widget.widget())
    elif (layout := widget.layout()) is not None:
        yield from _within(layout)


def _within(layout: QLayout) -> Iterator[QWidget]:
    for place in range(layout.count()):
        item = cast(QLayoutItem, layout.itemAt(place))
        if (widget := cast(QWidget | None, item.widget())) is not None:
            yield from _stops(widget)
        elif (inner := cast(QLayout | None, item.layout())) is not None:
            yield from _within(inner)
