"""What this machine lets a fault drill do."""

import shutil
import subprocess
from pathlib import Path

_SYS_ADMIN = 1 << 21  # the capability to mount


def may_mount() -> bool:
    """Tell whether this process may mount disks; root in a container often may not."""
    status = Path("/proc/self/status")
    told = status.read_text() if status.exists() else ""
    return any(
        int(line.split()[1], 16) & _SYS_ADMIN for line in told.splitlines() if line.startswith("CapEff")
    )


def may_trace() -> bool:
    """Tell whether strace is here and allowed."""
    strace = shutil.which("strace")
    return (
        strace is not None
        and subprocess.run([strace, "-o", "/dev/null", "true"], check=False).returncode == 0
    )


def has_devices() -> bool:
    """Tell whether a file can be made a disk."""
    commands = shutil.which("mkfs.ext4"), shutil.which("losetup")
    return (
        all(commands) and subprocess.run(["losetup", "-f"], capture_output=True, check=False).returncode == 0
    )
