"""The generated style sheet: only what Fusion and the palette cannot say; sizes are given by the font's height."""

from string import Template

from villagebranch.ui import colours

SMALLEST = 11


def small(points: int) -> int:
    """Return the size of secondary words beside running text of `points`."""
    return max(SMALLEST, points - 1)


def style_sheet(points: int, line: int, icons: str) -> str:
    """Return the style sheet for running text of `points`, one line of which is `line` pixels high.

    `icons` is the folder of the arrows and ticks.
    """
    sizes = {
        "small": small(points),
        "points": points,
        "title": round(points * 1.25),
        "figure": points * 2,
        "digits": round(points * 1.75),
        "gate": round(points * 1.9),
        "logo": round(points * 1.5),
        "line": line,
        "edit": line + 2,  # a line edit keeps a pixel free above and below its words
        "tick": max(18, line - 4),
        "dot": max(14, line - 8),
        "round": max(14, line - 8) // 2 + 2,
        "ring": max(14, line - 8) // 3,
        "pip": max(14, line - 8) + 4 - 2 * (max(14, line - 8) // 3),
        "icons": icons,
    }
    tones = "".join(
        _TONE.substitute(name=n, ink=ink, ground=ground, LINE=colours.LINE)
        for n, (ink, ground) in colours.TONES.items()
    )
    named = {name: value for name, value in vars(colours).items() if isinstance(value, str)}
    return Template(_SHEET + tones).substitute(named | sizes)


_TONE = Template("""
QLabel[tone="$name"] { color: $ink; background: $ground; }
QLabel[ink="$name"] { color: $ink; }
QFrame[band="$name"] { background: $ground; border: none; border-bottom: 1px solid $LINE; }
QFrame[band="$name"] QLabel { color: $ink; }
""")

_SHEET = """
QMainWindow, QWidget[role="canvas"] { background: $CANVAS; }
QWidget[role="header"] { background: $CARD; border-bottom: 1px solid $LINE; }
QWidget[role="rail"] { background: $RAIL; border-right: 1px solid $LINE; }
QFrame[role="card"] { background: $CARD; border: 1px solid $LINE; border-radius: 8px; }
QFrame[role="ticket"] { background: $CARD; border: 1px dashed $BORDER; border-radius: 8px; }
QFrame[role="line"] { background: $LINE; border: none; max-height: 1px; min-height: 1px; }
QFrame[role="sides"] { background: $CARD; border: 1px solid $LINE; }
QFrame[role="side"] { border: none; border-bottom: 1px solid $LINE; }
QFrame[role="side"][part="head"] { background: $RAIL; }
QFrame[role="side"][stands="true"] { background: $GREEN_TINT; }
QToolTip { color: $TEXT; background: $CARD; border: 1px solid $BORDER; padding: 4px 8px; }

QWidget[role="toast"] { background: $TEXT; border-radius: 8px; }
QWidget[role="toast"] QLabel { color: $CARD; }
QWidget[role="toast"] QPushButton { background: transparent; color: $CARD; border-color: $BORDER; }
QWidget[role="toast"] QPushButton:focus { border-color: $CARD; }
QListView[role="hits"] { border: 1px solid $BORDER; padding: 5px 0; }

QLabel { background: transparent; }
QLabel[role="title"] { font-size: ${title}pt; font-weight: bold; }
QLabel[role="head"] { font-weight: bold; }
QLabel[role="figure"] { font-size: ${figure}pt; font-weight: bold; }
QLabel[role="digits"] { font-size: ${digits}pt; font-weight: bold; }
QLabel[role="logo"] { font-family: "Noto Serif SC", "Noto Serif CJK SC", "SimSun"; font-size: ${logo}pt;
    font-weight: bold; color: $RED; }
QWidget[role="canvas"] QLabel[role="logo"] { font-size: ${gate}pt; }
QLabel[role="secondary"], QLabel[role="label"] { color: $SECONDARY; font-size: ${small}pt; }
QLabel[role="muted"] { color: $MUTED; font-size: ${small}pt; }
QLabel[role="problem"] { color: $RED; font-size: ${small}pt; }
QLabel[role="pill"] { font-size: ${small}pt; border-radius: 4px; padding: 1px 8px; }
QLabel[role="key"] { color: $MUTED; background: $CARD; border: 1px solid $LINE; border-radius: 4px;
    font-size: ${small}pt; padding: 0 6px; }

QPushButton { background: $CARD; color: $TEXT; border: 1px solid $BORDER; border-radius: 8px;
    padding: 6px 15px; min-height: ${line}px; }
QPushButton:hover { background: $RAIL; border-color: $SECONDARY; }
QPushButton:pressed { background: $GREY_TINT; }
QPushButton:disabled { color: $MUTED; background: $RAIL; border-color: $LINE; }
QPushButton:checked { color: $RED; border: 2px solid $RED; padding: 5px 14px; font-weight: bold; }
QPushButton[primary="true"] { background: $RED; color: $CARD; border-color: $RED; }
QPushButton[primary="true"]:hover { background: $RED_PRESSED; }
QPushButton[primary="true"]:disabled { background: $GREY_TINT; color: $MUTED; border-color: $LINE; }
QPushButton[link="true"] { background: transparent; color: $BLUE; border-color: transparent; padding: 6px 1px; }
QPushButton[link="true"]:hover { text-decoration: underline; }
QPushButton:focus { border: 2px solid $FOCUS; padding: 5px 14px; }
QPushButton[primary="true"]:focus { border: 2px solid $FOCUS; }
QPushButton[link="true"]:focus { border: 2px solid $FOCUS; padding: 5px 0; }
QPushButton::menu-indicator { image: url("$icons/arrow.svg"); width: 12px; subcontrol-origin: padding;
    subcontrol-position: right center; right: 10px; }
QPushButton[menu="true"] { padding-right: 30px; }

QLineEdit, QPlainTextEdit, QComboBox { background: $CARD; color: $TEXT; border: 1px solid $BORDER; border-radius: 8px;
    padding: 5px 10px; selection-background-color: $BLUE; selection-color: $CARD; }
QLineEdit { min-height: ${edit}px; }
QComboBox { min-height: ${line}px; }
QPlainTextEdit { padding: 5px 7px; }
QComboBox { padding: 6px 11px; }
QLineEdit:focus, QPlainTextEdit:focus, QComboBox:focus { border: 2px solid $FOCUS; padding: 4px 9px; }
QPlainTextEdit:focus { padding: 4px 6px; }
QComboBox:focus { padding: 5px 10px; }
QLineEdit:disabled, QPlainTextEdit:disabled, QLineEdit:read-only { background: $RAIL; color: $SECONDARY; }
QLineEdit[wrong="true"], QPlainTextEdit[wrong="true"], QComboBox[wrong="true"] { border: 2px solid $RED; padding: 4px 9px; }
QPlainTextEdit[wrong="true"] { padding: 4px 6px; }
QComboBox[wrong="true"] { padding: 5px 10px; }
QLineEdit[wrong="true"]:focus, QPlainTextEdit[wrong="true"]:focus, QComboBox[wrong="true"]:focus { border-color: $FOCUS; }
QLineEdit[role="search"] { background: $CANVAS; font-size: ${small}pt; }
QLineEdit[role="search"]:focus { background: $CARD; border-color: $FOCUS; }
QComboBox::drop-down { border: none; width: 28px; }
QComboBox::down-arrow { image: url("$icons/arrow.svg"); width: 12px; height: 12px; }
QComboBox QLineEdit, QComboBox QLineEdit:focus { border: none; padding: 0; min-height: 0; background: transparent; }
QComboBox QAbstractItemView { background: $CARD; border: 1px solid $BORDER; padding: 4px; outline: none;
    selection-background-color: $RED_TINT; selection-color: $TEXT; }
QComboBox QAbstractItemView::item { min-height: ${line}px; padding: 4px 8px; }
QMenu { background: $CARD; border: 1px solid $BORDER; padding: 4px; }
QMenu::item { padding: 7px 24px 7px 16px; border-radius: 4px; }
QMenu::item:selected { background: $RED_TINT; color: $TEXT; }
QMenu::item:checked { color: $RED; font-weight: bold; }

QCheckBox, QRadioButton { spacing: 8px; min-height: ${edit}px; padding: 4px 6px; border: 2px solid transparent; border-radius: 8px;
    background: transparent; }
QCheckBox:focus, QRadioButton:focus { border-color: $FOCUS; }
QCheckBox::indicator { width: ${tick}px; height: ${tick}px; border: 1px solid $BORDER; border-radius: 4px; background: $CARD; }
QCheckBox::indicator:checked { background: $RED; border-color: $RED; image: url("$icons/tick.svg"); }
QRadioButton::indicator { width: ${dot}px; height: ${dot}px; border: 2px solid $BORDER; border-radius: ${round}px; background: $CARD; }
QRadioButton::indicator:checked { border: ${ring}px solid $GREEN; width: ${pip}px; height: ${pip}px; }
QRadioButton::indicator:disabled { border-color: $LINE; }
QCheckBox::indicator:disabled { border-color: $LINE; background: $GREY_TINT; }

QTableView, QListView, QTreeView { background: $CARD; border: 2px solid transparent; border-radius: 8px; outline: none;
    selection-background-color: $RED_TINT; selection-color: $TEXT; }
QTableView[ring="true"]:focus, QListView:focus, QTreeView:focus, QScrollArea:focus { border: 2px solid $FOCUS; }
QListView[role="cards"] { background: transparent; border: none; border-radius: 0; }
QListWidget::item { padding: 8px 12px; border: none; color: $TEXT; }
QListWidget::item:selected { background: $RED_TINT; color: $RED; }
QTableView QLineEdit, QTableView QLineEdit:focus { border: 2px solid $FOCUS; border-radius: 0; padding: 0 8px; min-height: 0; }
QHeaderView { background: $RAIL; border: none; }
QHeaderView::section { background: $RAIL; color: $SECONDARY; border: none; border-bottom: 1px solid $LINE; font-size: ${small}pt;
    padding: 5px 10px; }
QTableCornerButton::section { background: $RAIL; border: none; }
QProgressBar { background: $GREY_TINT; border: none; border-radius: 4px; max-height: 8px; min-height: 8px; }
QProgressBar::chunk { background: $GREEN; border-radius: 4px; }
"""
