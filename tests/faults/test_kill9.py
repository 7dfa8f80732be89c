"""A killed program loses nothing that it acknowledged; and the harness that says so notices a program that does."""

import subprocess
import sys
from pathlib import Path

import pytest

pytestmark = [
    pytest.mark.slow,
    pytest.mark.skipif(sys.platform == "win32", reason="the harness forks"),
]


def kill9(*options: str) -> subprocess.CompletedProcess[str]:
    command = [sys.executable, "-m", "tests.faults.kill9", *options]
    root = Path(__file__).parents[2]
    return subprocess.run(command, cwd=root, capture_output=True, text=True, check=False)


def test_two_hundred_kills_lose_no_acknowledged_save():
    done = kill9("saves", "--rounds", "200")
    print(done.stdout, done.stderr)
    assert done.stdout.startswith("kills=200 ")
    assert done.stdout.endswith("lost=0 half=0 corrupt=0\n")
    assert done.returncode == 0


def test_a_restore_that_is_killed_leaves_the_one_or_the_other():
    done = kill9("restores", "--rounds", "30")
    print(done.stdout, done.stderr)
    assert done.stdout.startswith("kills=30 ")
    assert done.returncode == 0


@pytest.mark.parametrize("fault", ["early-ack", "no-journal"])
def test_the_harness_notices_a_seeded_fault(fault):
    done = kill9("saves", "--fault", fault)
    assert done.returncode == 1, done.stdout
    assert "lost=0 half=0 corrupt=0" not in done.stdout
