"""Makes the pictures of the manual and the README anew: the pages of the guided tour at 100 %, with fewer colours, and
those before the window: the recovery card, the forgotten password, the way back to a backup.

Run: ./dev exec python packaging/make_pictures.py
"""

import re
import tempfile
from collections.abc import Iterator
from datetime import datetime
from pathlib import Path

from PIL import Image, ImageQt
from PySide6.QtWidgets import QApplication, QWidget

from villagebranch import practice
from villagebranch.db import backup
from villagebranch.db.place import Place
from villagebranch.domain.recovery_card import card_of
from villagebranch.resources import RESOURCES
from villagebranch.tour import walk
from villagebranch.ui.first_run_page import FirstRunPage
from villagebranch.ui.forgotten_page import ForgottenPage
from villagebranch.ui.restore_page import RestorePage

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
    "duplicates",
    "ledgers",
    "import",
    "exchange",
    "settings",
    "township-home",
    "township-issues",
    "township-instructions",
}


def main() -> None:
    """Walk the tour in a folder of its own and take what the manual shows."""
    with tempfile.TemporaryDirectory() as folder:
        walk(Path(folder))
        for path in sorted((Path(folder) / "pictures" / "100").glob("*.png")):
            name = re.sub(r"^\d+-", "", path.stem)
            if name in SHOWN:
                keep(Image.open(path), name)
        for name, door in doors(Path(folder) / "village"):
            keep(grabbed(door), name)


def keep(picture: Image.Image, name: str) -> None:
    few = picture.convert("RGB").quantize(128, dither=Image.Dither.NONE)
    few.save(RESOURCES / "manual" / "pictures" / f"{name}.png", optimize=True)


def doors(folder: Path) -> Iterator[tuple[str, QWidget]]:
    """Yield pages that stand before the window, over the practice village and its backups."""
    seat = practice.seat(Place(folder), lambda: datetime(2026, 11, 20, 17, 30))
    for day in (20, 21, 22):
        backup.back_up(seat.place, seat.key, "exit", datetime(2026, 11, day, 17, 30))
    seat.close()
    first = FirstRunPage(lambda _new: None, lambda _made, _card: None)
    first._offer_card(practice.BRANCH, None)
    yield "card", first
    forgotten = ForgottenPage(practice.USER, lambda card: card, lambda _found, _password: None)
    right = card_of(40719226155077120338618429970841)
    for place, typed in enumerate((right[0], right[1], "15540")):
        forgotten.lines.lines[place].put(typed)
    yield "forgotten", forgotten
    here = seat.place.backups
    told = (
        "资料文件有损坏，不能继续使用。损坏的文件会留着，不会删除。请选一份备份，看一看再恢复；一般选最新的。"
    )
    salvage = ("抢救损坏的文件", lambda: None)
    yield "restore", RestorePage("资料打不开了", told, lambda: backup.list_backups(here), here, salvage)


def grabbed(door: QWidget) -> Image.Image:
    door.resize(1366, 768)
    door.show()
    for _ in range(20):
        QApplication.processEvents()
    picture = ImageQt.fromqimage(door.grab().toImage())
    door.close()
    return picture


if __name__ == "__main__":
    main()
