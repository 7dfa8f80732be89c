"""Our own line drawings, tinted when they are loaded."""

from functools import lru_cache

from PySide6.QtCore import QByteArray, QSize, Qt
from PySide6.QtGui import QIcon, QPainter, QPixmap

from villagebranch.resources import RESOURCES
from villagebranch.ui import colours

ICONS = RESOURCES / "icons"


@lru_cache(maxsize=256)
def pixmap(name: str, colour: str = colours.TEXT, size: int = 20, scale: float = 1.0) -> QPixmap:
    """Return the drawing `name` in `colour`, `size` logical pixels wide on a screen of `scale`."""
    from PySide6.QtSvg import QSvgRenderer  # the first page can do without

    drawing = (ICONS / f"{name}.svg").read_text("utf-8").replace(colours.TEXT, colour)
    made = QPixmap(QSize(size, size) * scale)
    made.fill(Qt.GlobalColor.transparent)
    painter = QPainter(made)
    QSvgRenderer(QByteArray(drawing.encode())).render(painter)
    painter.end()
    made.setDevicePixelRatio(scale)
    return made


def application_icon() -> QIcon:
    """Return the program's own icon, for the title bar and the task bar."""
    return QIcon(str(ICONS / "app.svg"))
