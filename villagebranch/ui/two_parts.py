"""Two parts of a page side by side, the second below the first where the window is too narrow for both."""

from __future__ import annotations

from PySide6.QtWidgets import QBoxLayout, QWidget

_BESIDE_FROM = 1000


class TwoParts(QBoxLayout):
    """The layout of a page; `fit` with the window's width each time that the page is resized."""

    def __init__(self, page: QWidget, first: QWidget, second: QWidget, shares: tuple[int, int]) -> None:
        super().__init__(QBoxLayout.Direction.LeftToRight, page)
        for part, share in zip((first, second), shares, strict=True):
            part.setContentsMargins(0, 0, 0, 0)
            self.addWidget(part, share)

    def fit(self, width: int) -> None:
        """Lay the parts out for a window of this width."""
        ways = QBoxLayout.Direction
        self.setDirection(ways.LeftToRight if width >= _BESIDE_FROM else ways.TopToBottom)
