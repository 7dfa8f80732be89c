"""Files that are whole or not there: written aside, flushed to the disk, then renamed."""

import contextlib
import errno
import hashlib
import itertools
import os
import shutil
import sys
from collections.abc import Iterator
from pathlib import Path

from villagebranch.domain.errors import Trouble

_SENTENCES = {
    errno.ENOSPC: "磁盘满了，没有写成，原来的内容没有动。请腾出一些空间，再试一次。",
    errno.EDQUOT: "磁盘满了，没有写成，原来的内容没有动。请腾出一些空间，再试一次。",
    errno.EROFS: "这个磁盘只能读、不能写。请换一个位置，或关掉 U 盘的写保护，再试一次。",
    errno.EACCES: "没有权限写入这个文件夹。请换一个文件夹，或用平时登录电脑的账户再试。",
    errno.EPERM: "没有权限写入这个文件夹。请换一个文件夹，或用平时登录电脑的账户再试。",
    errno.ENOENT: "找不到文件或文件夹。如果它在 U 盘上，请检查 U 盘是否还插着，再试一次。",
}
_UNSURE = "写是写了，但磁盘出错，还不能确定是否存稳。请检查磁盘或 U 盘，再做一次。"
_OTHERWISE = "读写文件时出错。如果它在 U 盘上，请检查 U 盘是否还插着，再试一次。"


def in_words(error: OSError) -> Trouble:
    """Return what to say of an error that the file system gave."""
    return Trouble(_SENTENCES.get(error.errno or 0, _OTHERWISE))


@contextlib.contextmanager
def spoken() -> Iterator[None]:
    """Turn an error of the file system inside the block into `Trouble`."""
    try:
        yield
    except OSError as error:
        raise in_words(error) from error


@contextlib.contextmanager
def becoming(path: Path) -> Iterator[Path]:
    """Yield a `.part` path to write: it becomes `path` when the block ends well, and is removed if not.

    Raises `Trouble` for an error of the file system; `path` then holds what it held before.
    """
    part = path.with_name(path.name + ".part")
    try:
        with spoken():
            yield part
            flush(part)
            os.replace(part, path)
            flush_folder(path.parent)
    except BaseException:
        with contextlib.suppress(OSError):
            part.unlink(missing_ok=True)
        raise


def write_whole(path: Path, content: bytes) -> None:
    """Make `content` the whole of `path`, or leave `path` as it was and raise `Trouble`."""
    with becoming(path) as part:
        part.write_bytes(content)


def copy_whole(source: Path, target: Path) -> None:
    """Copy a file and read the copy back; a copy that differs is removed and ends in `Trouble`."""
    with becoming(target) as part:
        shutil.copyfile(source, part)
        flush(part)
        if sha256(part) != sha256(source):
            raise Trouble("写进去的内容读回来不一样，这个磁盘可能坏了。请换一个 U 盘或文件夹，再试一次。")


def flush(path: Path) -> None:
    """Return only when the file's content is on the disk; reading it back then reads the disk, not memory."""
    with path.open("r+b") as file:
        os.fsync(file.fileno())
        if sys.platform == "linux":
            os.posix_fadvise(file.fileno(), 0, 0, os.POSIX_FADV_DONTNEED)


def flush_folder(folder: Path) -> None:
    """Return only when the folder's names are on the disk; Windows does so by itself, and cannot be asked.

    Raises `Trouble` that says no more than is known: the names are changed, but may not outlast a power cut.
    """
    if os.name == "nt":
        return
    try:
        handle = os.open(folder, os.O_RDONLY)
        try:
            os.fsync(handle)
        finally:
            os.close(handle)
    except OSError as error:
        raise Trouble(_UNSURE) from error


def matching(folder: Path, pattern: str) -> list[Path]:
    """Return what lies in a folder under such names, sorted; nothing where the folder is not there.

    Raises OSError where it cannot be read: `Path.glob` says nothing of that, and finds nothing.
    """
    try:
        return sorted(path for path in folder.iterdir() if path.match(pattern))
    except (FileNotFoundError, NotADirectoryError):
        return []


def unused(folder: Path, stem: str, suffix: str = "") -> Path:
    """Return a path that no file bears, nor one with another suffix: nothing is ever written over what is there."""
    names = itertools.chain([stem], (f"{stem}-{number}" for number in itertools.count(2)))
    free = (n for n in names if not (folder / n).exists() and not matching(folder, f"{n}.*"))
    return folder / f"{next(free)}{suffix}"


def sha256(path: Path) -> str:
    """Return the SHA-256 of a file in hex."""
    with path.open("rb") as file:
        return hashlib.file_digest(file, "sha256").hexdigest()
