"""Colours that can be read, one size for everything, and Chinese in every dialog."""

import itertools

import pytest
from PySide6.QtGui import QColor, QFontInfo, QPalette
from PySide6.QtWidgets import QApplication, QDialogButtonBox, QLabel, QLineEdit, QPushButton

from villagebranch.ui import colours, icons
from villagebranch.ui.theme import STEPS, Theme, palette
from villagebranch.ui.widgets import button, words


def luminance(colour: str) -> float:
    parts = [
        c / 12.92 if c <= 0.04045 else ((c + 0.055) / 1.055) ** 2.4 for c in QColor(colour).getRgbF()[:3]
    ]
    return 0.2126 * parts[0] + 0.7152 * parts[1] + 0.0722 * parts[2]


def contrast(one: str, other: str) -> float:
    """The contrast of WCAG 2: 1 to 21."""
    dark, light = sorted((luminance(one), luminance(other)))
    return (light + 0.05) / (dark + 0.05)


GROUNDS = (colours.CANVAS, colours.CARD, colours.RAIL, colours.RED_TINT)
INKS = (colours.TEXT, colours.SECONDARY, colours.MUTED, colours.RED, colours.BLUE)


@pytest.mark.parametrize(("ink", "ground"), list(itertools.product(INKS, GROUNDS)))
def test_words_stand_out_from_every_ground(ink, ground):
    assert contrast(ink, ground) >= 4.5


@pytest.mark.parametrize("tone", colours.TONES)
def test_words_stand_out_from_their_own_tint(tone):
    assert contrast(*colours.TONES[tone]) >= 4.5


@pytest.mark.parametrize("ground", [colours.CANVAS, colours.CARD])
@pytest.mark.parametrize("edge", [colours.BORDER, colours.FOCUS])
def test_controls_and_the_focus_ring_stand_out(edge, ground):
    assert contrast(edge, ground) >= 2.85 if edge == colours.BORDER else contrast(edge, ground) >= 4.5


def test_white_stands_out_from_the_red_button():
    assert contrast(colours.CARD, colours.RED) >= 6.4


def test_every_role_of_the_palette_is_given():
    ours = palette()
    roles = [role for role in QPalette.ColorRole if role.name not in ("NoRole", "NColorRoles")]
    assert [role.name for role in roles if not ours.isBrushSet(QPalette.ColorGroup.Active, role)] == []


def test_zooming_moves_every_widget_and_never_below_eleven_points(theme: Theme, qtbot):
    shown = [
        words("走访"),
        words("走访", "muted"),
        words("走访", "title"),
        button("存好", lambda: None),
        QLineEdit("走访"),
    ]
    for one in shown:
        qtbot.addWidget(one)
        one.show()
    heights = []
    for _ in STEPS:
        heights.append([one.sizeHint().height() for one in shown])
        assert all(QFontInfo(one.font()).pointSizeF() >= 11 for one in shown)
        theme.zoom(1)
    for before, after in itertools.pairwise(heights):
        assert all(small < large for small, large in zip(before, after, strict=True))


def test_the_size_stops_at_both_ends(theme: Theme):
    theme.zoom(-1)
    assert theme.points == STEPS[0]
    for _ in range(9):
        theme.zoom(1)
    assert theme.points == STEPS[-1]


def test_a_target_is_at_least_36_pixels_high(theme: Theme, qtbot):
    for one in (button("存", lambda: None), QLineEdit(), QPushButton("存")):
        qtbot.addWidget(one)
        one.ensurePolished()
        assert one.sizeHint().height() >= 36


def test_qt_itself_speaks_chinese(theme: Theme, qtbot):
    QApplication.processEvents()
    box = QDialogButtonBox(QDialogButtonBox.StandardButton.Cancel)
    qtbot.addWidget(box)
    assert box.button(QDialogButtonBox.StandardButton.Cancel).text().startswith("取消")


def test_a_dark_desktop_changes_nothing(theme: Theme, qapp):
    qapp.setPalette(QPalette(QColor("black")))
    theme.zoom(1)
    assert qapp.palette().color(QPalette.ColorRole.Window).name() == colours.CANVAS.lower()


def test_chinese_is_set_in_a_chinese_face(theme: Theme, qtbot):
    label = QLabel("连心册")
    qtbot.addWidget(label)
    assert QFontInfo(label.font()).family() in ("Microsoft YaHei UI", "Noto Sans CJK SC", "Noto Sans SC")


def test_an_icon_is_tinted_when_it_is_loaded(theme: Theme):
    image = icons.pixmap("visit", colours.RED, 40).toImage()
    inked = {
        image.pixelColor(x, y).name()
        for x in range(40)
        for y in range(40)
        if image.pixelColor(x, y).alpha() == 255
    }
    assert inked == {colours.RED.lower()}
