"""Makes the pictures of the manual and the README anew: the pages of the guided tour at 100 %, with fewer colours.

Run: ./dev exec python packaging/make_pictures.py
"""

import re
import tempfile
from pathlib import Path

from PIL import Image

from villagebranch.resources import RESOURCES
from villagebranch.tour import walk

SHOWN = {
    "home",
    "visit",
    "visits",
    "issues",
    "study",
    "meetings",
    "meeting",
    "members",
    "households",
    "ledgers",
    "import",
    "exchange",
    "settings",
}


def main() -> None:
    """Walk the tour in a folder of its own and take what the manual shows."""
    with tempfile.TemporaryDirectory() as folder:
        walk(Path(folder))
        for path in sorted((Path(folder) / "pictures" / "100").glob("*.png")):
            name = re.sub(r"^\d+-", "", path.stem)
            if name in SHOWN:
                picture = Image.open(path).convert("RGB").quantize(128, dither=Image.Dither.NONE)
                picture.save(RESOURCES / "manual" / "pictures" / f"{name}.png", optimize=True)


if __name__ == "__main__":
    main()
