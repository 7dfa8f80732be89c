"""Whatever an operator did, undoing all of it leads back to the start; and the harness notices an undo that does not."""

import subprocess
import sys
from pathlib import Path

import pytest

pytestmark = pytest.mark.slow


def undo(*options: object) -> subprocess.CompletedProcess[str]:
    command = [sys.executable, "-m", "tests.faults.undo", *map(str, options)]
    root = Path(__file__).parents[2]
    return subprocess.run(command, cwd=root, capture_output=True, text=True, check=False)


@pytest.mark.parametrize("seed", [1, 26, 51, 76])
def test_fifty_acts_undone_lead_back_to_the_start(seed):
    done = undo("--count", 25, "--seed", seed)
    assert done.stdout.startswith("operators=25 differ=0 "), done.stderr
    assert done.returncode == 0


@pytest.mark.parametrize("fault", ["forgotten-field", "stale-count"])
def test_the_harness_notices_a_seeded_fault(fault):
    done = undo("--count", 10, "--fault", fault)
    assert done.returncode == 1, done.stdout
    assert "differ=1 " in done.stdout
