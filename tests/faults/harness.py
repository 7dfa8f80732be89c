"""Running a harness as `./dev faults` does, and what keeps one from running here."""

import subprocess
import sys
from pathlib import Path

import pytest

from tests.faults.machine import has_devices, may_mount, may_trace

unix_only = pytest.mark.skipif(sys.platform == "win32", reason="the harness forks")
needs_strace = pytest.mark.skipif(
    not may_trace(), reason="strace is not installed or not allowed, or this is Windows"
)
needs_mount = pytest.mark.skipif(not may_mount(), reason="this process may not mount a small disk")
needs_device = pytest.mark.skipif(not has_devices(), reason="there is no loop device or no mkfs.ext4")


def run(name: str, *options: object) -> subprocess.CompletedProcess[str]:
    """Run the harness `name` and show what it said where the test fails."""
    command = [sys.executable, "-m", f"tests.faults.{name}", *map(str, options)]
    root = Path(__file__).parents[2]
    done = subprocess.run(command, cwd=root, capture_output=True, text=True, check=False)
    print(done.stdout, done.stderr)
    return done
