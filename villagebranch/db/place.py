"""Where a branch's data lives on this computer: the paths, where it must not lie, and who has it open."""

import os
import re
from collections.abc import Iterable, Iterator
from contextlib import contextmanager, suppress
from dataclasses import dataclass
from pathlib import Path

from villagebranch.db.disks import STICK_FORMATS, Disk, disk_of
from villagebranch.db.files import in_words, spoken
from villagebranch.domain.errors import Refused, Trouble

# A program that copies folders to a server copies half a transaction, or puts an old file back.
_CLOUDS = {
    "onedrive": "OneDrive",
    "dropbox": "Dropbox",
    "坚果云|我的坚果云|nutstore|nutstorefiles": "坚果云",
    "百度网盘|百度云同步盘|baidunetdisk|baidusyncdisk|baiduyundownload": "百度网盘",
    "wps云盘|wpscloudfiles|wpsdrive|wps网盘": "WPS 云盘",
    "icloud|iclouddrive|mobiledocuments": "iCloud",
    "googledrive|mydrive": "Google Drive",
    "阿里云盘|aliyundrive|adrive": "阿里云盘",
    "腾讯微云|微云同步助手|weiyun": "腾讯微云",
    "天翼云盘|ecloud|和彩云|夸克网盘|seafile|nextcloud|owncloud|syncthing": "网盘",
}
_CLOUD_MARKS = (
    ".dropbox",
    ".dropbox.cache",
    ".nutstore",
    ".stfolder",
    ".owncloudsync.log",
    ".tmp.drivedownload",
)

_PATIENCE = 0.25  # seconds


def journal_of(database: Path) -> Path:
    """Return where SQLite keeps what it needs to take a broken transaction back."""
    return database.with_name(f"{database.name}-journal")


@dataclass(frozen=True)
class Place:
    """One data folder and the names of what is in it."""

    folder: Path

    @property
    def database(self) -> Path:
        return self.folder / "village.db"

    @property
    def server(self) -> Path:
        """Holds the address of a database server, where one is used in place of the file."""
        return self.folder / "server.json"

    @property
    def keys(self) -> Path:
        return self.folder / "keys.json"

    @property
    def keys_copy(self) -> Path:
        return self.folder / "keys.copy.json"

    @property
    def attempts(self) -> Path:
        return self.folder / "attempts.json"

    @property
    def backups(self) -> Path:
        return self.folder / "backups"

    @property
    def drafts(self) -> Path:
        return self.folder / "drafts"

    @property
    def lock(self) -> Path:
        return self.folder / "lock"

    def prepare(self) -> None:
        """Make the folders, open to this account only; raise `Trouble` when the disk refuses."""
        with spoken():
            for folder in (self.folder, self.backups, self.drafts):
                folder.mkdir(mode=0o700, parents=True, exist_ok=True)

    def clear(self) -> None:
        """Remove keys and data that were half made, and the folders where nothing else is in them."""
        for path in (self.keys, self.keys_copy, self.server, self.database, Path(f"{self.database}-journal")):
            with suppress(OSError):
                path.unlink(missing_ok=True)
        for folder in (self.backups, self.drafts, self.folder):
            with suppress(OSError):
                folder.rmdir()


def usual_place() -> Place:
    """Return the place that the program uses unless told otherwise."""
    import platformdirs

    return Place(platformdirs.user_data_path("villagebranch", appauthor=False))


@spoken()
def check_place(folder: Path, disks: Iterable[Disk]) -> None:
    """Raise `Refused` (field `folder`) when live data would not be safe in `folder`, be it there or not yet.

    Raises `Trouble` when the disk does not say.
    """
    reason = _wrong_disk(folder, disks) or _cloud(folder) or _closed(folder)
    if reason:
        raise Refused({"folder": reason})


def _wrong_disk(folder: Path, disks: Iterable[Disk]) -> str | None:
    disk = disk_of(folder, disks)
    if str(folder).startswith(("\\\\", "//")) or (disk and disk.network):
        return "这是网络上的文件夹，断网时会丢资料。请把资料放在这台电脑的硬盘里，用「交换」和别的电脑同步。"
    if disk and (disk.removable or disk.format in STICK_FORMATS):
        return (
            "这是 U 盘或移动硬盘，拔早了会丢资料。请把资料复制到这台电脑的硬盘里再打开；U 盘留作备份和交换。"
        )
    return None


def _cloud(folder: Path) -> str | None:
    target = folder.absolute().resolve()
    for part in target.parts:
        plain = re.sub(r"\s", "", part).casefold()
        for names, cloud in _CLOUDS.items():
            if re.fullmatch(rf"(?:{names})(?:[-_(（].*)?", plain):
                return _SYNCED.format(cloud)
    for parent in (target, *target.parents):
        if any((parent / mark).exists() for mark in _CLOUD_MARKS):
            return _SYNCED.format("网盘")
    return None


_SYNCED = "这个文件夹由{}同步，同步会弄坏正在用的资料库，也会把村民信息传到网上。请换一个不同步的文件夹。"


def _closed(folder: Path) -> str | None:
    """Try to write: only the attempt tells, permissions and mount options do not."""
    import tempfile

    standing = next((parent for parent in (folder, *folder.absolute().parents) if parent.exists()), folder)
    if not standing.is_dir():
        return f"「{standing.name}」是一个文件，不是文件夹。请选一个文件夹。"
    try:
        with tempfile.TemporaryFile(dir=standing):
            return None
    except OSError as error:
        return str(in_words(error))


@contextmanager
def hold(place: Place) -> Iterator[None]:
    """Hold the place as its one writer; raise `Trouble` when another window has it. A crash lets go."""
    # Slow to import, and not needed for the first page, which is painted before.
    from filelock import FileLock, Timeout

    def sign(handle: int) -> None:
        os.truncate(handle, 0)
        os.write(handle, str(os.getpid()).encode())

    place.prepare()
    # A moment's patience: a second start only looks whether the place is held, and lets go at once.
    lock = FileLock(
        place.lock, timeout=_PATIENCE, fallback_to_soft=False, thread_local=False, on_acquired=sign
    )
    try:
        lock.acquire(poll_interval=_PATIENCE / 5)
    except Timeout as error:
        raise Trouble("这份资料正在另一个窗口里打开。请用那个窗口，或先把它关掉。") from error
    except OSError as error:
        raise in_words(error) from error
    try:
        yield
    finally:
        lock.release()
