"""What is mounted: which disks can be pulled out, and which lie on another computer."""

import re
import shutil
import string
import sys
from collections.abc import Iterable
from dataclasses import dataclass
from pathlib import Path

_NETWORK = {"nfs", "nfs4", "cifs", "smb3", "smbfs", "ncpfs", "afs", "ceph", "davfs", "9pnet"}
STICK_FORMATS = {"vfat", "msdos", "exfat", "ntfs", "ntfs3", "fuseblk", "udf", "iso9660"}
_LOCAL_FUSE = {"fuse.fuse-overlayfs", "fuse.ecryptfs", "fuse.gocryptfs", "fuse.lxcfs"}


@dataclass(frozen=True)
class Disk:
    """One mounted disk: `removable` is a stick or a disk on USB, `network` lies on another computer."""

    mount: Path
    format: str
    removable: bool = False
    network: bool = False

    @property
    def name(self) -> str:
        """Return what the person knows the disk by: the stick's label, or the drive letter."""
        return self.mount.name or str(self.mount)

    @property
    def free(self) -> int:
        """Return the free space in bytes."""
        return shutil.disk_usage(self.mount).free


def mounted() -> tuple[Disk, ...]:
    """Return the disks that are mounted now."""
    if sys.platform == "win32":
        return tuple(_windows_disks())
    return tuple(linux_disks(Path("/proc/mounts").read_text(), Path("/sys/class/block")))


def sticks() -> tuple[Disk, ...]:
    """Return the sticks that are plugged in now."""
    return tuple(disk for disk in mounted() if disk.removable)


def disk_of(folder: Path, disks: Iterable[Disk]) -> Disk | None:
    """Return the disk on which `folder` lies (or would lie), or None when no disk is known to hold it."""
    target = folder.absolute().resolve()
    holding = [disk for disk in disks if target.is_relative_to(disk.mount)]
    return max(reversed(holding), key=lambda disk: len(disk.mount.parts), default=None)


def linux_disks(mounts: str, blocks: Path) -> Iterable[Disk]:
    """Read the disks out of the text of `/proc/mounts`; `blocks` is the kernel's folder of block devices."""
    for line in mounts.splitlines():
        device, mount, format, *_ = (_unescaped(part) for part in line.split(" "))
        network = format in _NETWORK or (format.startswith("fuse.") and format not in _LOCAL_FUSE)
        handed_in = format in STICK_FORMATS and mount.startswith(("/media/", "/run/media/", "/mnt/"))
        pulls_out = handed_in or _pulls_out(blocks / Path(device).name)
        yield Disk(Path(mount), format, removable=pulls_out and not network, network=network)


def _pulls_out(block: Path) -> bool:
    """Tell whether a block device sits on USB, or it or its disk says of itself that it is removable."""
    real = block.resolve()
    marks = (real / "removable", real.parent / "removable")
    return "/usb" in str(real) or any(mark.is_file() and mark.read_text().strip() == "1" for mark in marks)


def _unescaped(text: str) -> str:
    return re.sub(r"\\([0-7]{3})", lambda octal: chr(int(octal[1], 8)), text)


if sys.platform == "win32":
    import ctypes

    _REMOVABLE, _REMOTE = 2, 4

    def _windows_disks() -> Iterable[Disk]:
        present = ctypes.windll.kernel32.GetLogicalDrives()
        for number, letter in enumerate(string.ascii_uppercase):
            if present >> number & 1:
                kind = ctypes.windll.kernel32.GetDriveTypeW(f"{letter}:\\")
                yield Disk(Path(f"{letter}:\\"), "", removable=kind == _REMOVABLE, network=kind == _REMOTE)
