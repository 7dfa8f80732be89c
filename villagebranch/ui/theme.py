"""Colours, type and the one style sheet; every size follows from the font, so that zooming moves everything at once."""

from collections.abc import Iterator
from pathlib import Path
from typing import Final

from PySide6.QtCore import QLibraryInfo, QObject, Qt, QTimer, QTranslator, Signal
from PySide6.QtGui import QColor, QFont, QFontDatabase, QFontMetrics, QPalette
from PySide6.QtWidgets import QApplication

from villagebranch.resources import RESOURCES
from villagebranch.ui import colours
from villagebranch.ui.style_sheet import style_sheet

STEPS: Final = (12, 14, 16, 18, 20)

FAMILIES: Final = ("Microsoft YaHei UI", "Noto Sans CJK SC", "Noto Sans SC", "Source Han Sans SC")


class Theme(QObject):
    """The look of the whole program. Make one, after the QApplication; `zoom` changes the size of everything."""

    zoomed = Signal(int)

    def __init__(self, app: QApplication, points: int = STEPS[0]) -> None:
        super().__init__(app)
        self._app = app
        self._points = points if points in STEPS else STEPS[0]
        app.setStyle("Fusion")
        app.styleHints().setColorScheme(Qt.ColorScheme.Light)
        load_fonts()
        QTimer.singleShot(0, app, lambda: speak_chinese(app))
        self._apply()

    @property
    def points(self) -> int:
        return self._points

    def zoom(self, step: int) -> None:
        """Take the next larger (+1) or smaller (-1) type size, or the usual one (0)."""
        place = STEPS.index(self._points) + step if step else 0
        points = STEPS[max(0, min(place, len(STEPS) - 1))]
        if points == self._points:
            return
        self._points = points
        self._apply()
        self.zoomed.emit(self._points)

    def _apply(self) -> None:
        self._app.setPalette(palette())
        self._app.setFont(ui_font(self._points))
        line = QFontMetrics(self._app.font()).size(0, "国").height()
        self._app.setStyleSheet(style_sheet(self._points, line, (RESOURCES / "icons").as_posix()))


def ui_font(points: int) -> QFont:
    """Return the font of all running text, with digits of one width where the face has them."""
    font = QFont()
    font.setFamilies([family for family in FAMILIES if QFontDatabase.hasFamily(family)] or list(FAMILIES))
    font.setPointSize(points)
    font.setFeature(QFont.Tag("tnum"), 1)
    return font


def load_fonts() -> None:
    """Add our own faces: a fresh machine has no Chinese font and would show boxes without an error."""
    needed = ["NotoSerifSC"] + ([] if any(map(QFontDatabase.hasFamily, FAMILIES[:2])) else ["NotoSansSC"])
    for face in _faces(needed):
        QFontDatabase.addApplicationFont(str(face))


def _faces(stems: list[str]) -> Iterator[Path]:
    for stem in stems:
        yield from sorted((RESOURCES / "fonts").glob(f"{stem}*.ttf"))


def speak_chinese(app: QApplication) -> None:
    """Make every dialog that Qt itself shows speak Chinese: after the first page, for the names of all languages are slow."""
    from PySide6.QtCore import QLocale

    QLocale.setDefault(QLocale(QLocale.Language.Chinese, QLocale.Country.China))
    translator = QTranslator(app)
    if translator.load("qtbase_zh_CN", QLibraryInfo.path(QLibraryInfo.LibraryPath.TranslationsPath)):
        app.installTranslator(translator)


def palette() -> QPalette:
    """Return the complete palette, so that no colour comes from the desktop."""
    made = QPalette()
    for role, colour in _ROLES.items():
        made.setColor(role, QColor(colour))
    for role in (QPalette.ColorRole.WindowText, QPalette.ColorRole.Text, QPalette.ColorRole.ButtonText):
        made.setColor(QPalette.ColorGroup.Disabled, role, QColor(colours.MUTED))
    return made


_ROLES: Final = {
    QPalette.ColorRole.Window: colours.CANVAS,
    QPalette.ColorRole.WindowText: colours.TEXT,
    QPalette.ColorRole.Base: colours.CARD,
    QPalette.ColorRole.AlternateBase: colours.RAIL,
    QPalette.ColorRole.Text: colours.TEXT,
    QPalette.ColorRole.PlaceholderText: colours.MUTED,
    QPalette.ColorRole.Button: colours.CARD,
    QPalette.ColorRole.ButtonText: colours.TEXT,
    QPalette.ColorRole.BrightText: colours.CARD,
    QPalette.ColorRole.Light: colours.CARD,
    QPalette.ColorRole.Midlight: colours.RAIL,
    QPalette.ColorRole.Mid: colours.LINE,
    QPalette.ColorRole.Dark: colours.BORDER,
    QPalette.ColorRole.Shadow: colours.BORDER,
    QPalette.ColorRole.Highlight: colours.RED_TINT,
    QPalette.ColorRole.HighlightedText: colours.TEXT,
    QPalette.ColorRole.Link: colours.BLUE,
    QPalette.ColorRole.LinkVisited: colours.BLUE,
    QPalette.ColorRole.ToolTipBase: colours.CARD,
    QPalette.ColorRole.ToolTipText: colours.TEXT,
    QPalette.ColorRole.Accent: colours.FOCUS,
}


def row_height(metrics: QFontMetrics) -> int:
    """Return the height of a table row: 18 rows fit a 1366 x 768 screen at 100 %, 13 at 125 %, 10 at 150 %."""
    return metrics.height() + 6


def control_height(metrics: QFontMetrics) -> int:
    """Return the height of a button or a line edit."""
    return max(36, metrics.height() + 14)
