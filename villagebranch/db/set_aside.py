"""Data that others took the place of: set aside unopened, and there until somebody who knows of them deletes them."""

import os
import shutil
from dataclasses import dataclass
from datetime import datetime
from pathlib import Path

from villagebranch.db.files import flush, flush_folder, matching, spoken, unused
from villagebranch.db.place import Place, journal_of

_NAME, _MOMENT = "set-aside-", "%Y%m%d-%H%M%S"


@dataclass(frozen=True)
class SetAside:
    """Data that were set aside `at` a time: the folder where they lie, and how many bytes they take."""

    folder: Path
    at: datetime
    size: int


@spoken()
def put_in_place(place: Place, fresh: Path, at: datetime) -> Path:
    """Put the database `fresh` in the place of the present one; return the folder where that was set aside."""
    folder = unused(place.backups, f"{_NAME}{at:{_MOMENT}}")
    _set_aside(place, folder)
    # A hot journal of the old file would be played back into the new one.
    journal_of(place.database).unlink(missing_ok=True)
    os.replace(fresh, place.database)
    flush_folder(place.folder)
    return folder


def _set_aside(place: Place, folder: Path) -> None:
    """Give the present files a second name each; where the disk has no such thing, copy them."""
    folder.mkdir()
    for path in (place.database, journal_of(place.database), place.keys, place.keys_copy):
        if path.exists():
            try:
                os.link(path, folder / path.name)
            except OSError:
                shutil.copyfile(path, folder / path.name)
                flush(folder / path.name)
    flush_folder(folder)
    flush_folder(folder.parent)


@spoken()
def all_set_aside(place: Place) -> list[SetAside]:
    """Return what lies there, the latest first."""
    return [
        SetAside(folder, when, sum(file.stat().st_size for file in folder.iterdir()))
        for folder in reversed(matching(place.backups, f"{_NAME}*"))
        if (when := _moment(folder.name)) and folder.is_dir()
    ]


def _moment(name: str) -> datetime | None:
    """Return when a folder of that name was made; None for one that is not ours."""
    try:
        return datetime.strptime(name.removeprefix(_NAME)[:15], _MOMENT)  # noqa: DTZ007 - the wall clock
    except ValueError:
        return None


@spoken()
def delete(one: SetAside) -> None:
    """Delete what was set aside, for good; the database goes last, so that what is left of a broken attempt is listed."""
    for file in sorted(one.folder.iterdir(), key=lambda file: file.suffix == ".db"):
        file.unlink()
    one.folder.rmdir()
    flush_folder(one.folder.parent)
