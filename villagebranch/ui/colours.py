"""The colours of the program; contrast is measured by a test."""

from typing import Final, Literal

Tone = Literal["green", "amber", "blue", "red", "grey"]

CANVAS: Final = "#F5F4F1"
CARD: Final = "#FFFFFF"
RAIL: Final = "#FBFAF9"
TEXT: Final = "#1E2227"
SECONDARY: Final = "#5B6470"
MUTED: Final = "#646A73"
LINE: Final = "#E3E1DB"
BORDER: Final = "#8A919B"
RED: Final = "#B4281E"
RED_TINT: Final = "#FBEDEB"
RED_PRESSED: Final = "#9E231A"
GREEN: Final = "#2E6B46"
GREEN_TINT: Final = "#E9F3ED"
AMBER: Final = "#8A5A00"
AMBER_TINT: Final = "#FBF1DF"
BLUE: Final = "#2B5B8C"
BLUE_TINT: Final = "#E8F0F8"
GREY_TINT: Final = "#EEEDE9"
AMBER_BAR: Final = "#C98A1B"
FOCUS: Final = "#1F5FA8"

# Words and ground of each tone; a state is always said in words as well.
TONES: Final[dict[Tone, tuple[str, str]]] = {
    "green": (GREEN, GREEN_TINT),
    "amber": (AMBER, AMBER_TINT),
    "blue": (BLUE, BLUE_TINT),
    "red": (RED, RED_TINT),
    "grey": (SECONDARY, GREY_TINT),
}
