"""Running a harness as `./dev faults` does, and what keeps one from running here."""

import os
import shutil
import subprocess
import sys
from pathlib import Path

import pytest

unix_only = pytest.mark.skipif(sys.platform == "win32", reason="the harness forks")
needs_strace = pytest.mark.skipif(
    shutil.which("strace") is None, reason="strace is not installed, or this is Windows"
)
needs_root = pytest.mark.skipif(
    sys.platform == "win32" or os.geteuid() != 0, reason="only root may mount a small disk"
)


def run(name: str, *options: object) -> subprocess.CompletedProcess[str]:
    """Run the harness `name` and show what it said where the test fails."""
    command = [sys.executable, "-m", f"tests.faults.{name}", *map(str, options)]
    root = Path(__file__).parents[2]
    done = subprocess.run(command, cwd=root, capture_output=True, text=True, check=False)
    print(done.stdout, done.stderr)
    return done
