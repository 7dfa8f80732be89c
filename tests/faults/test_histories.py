"""Random histories end in agreement with one another and with the truth, and the harness sees it when they do not."""

import secrets
import subprocess
import sys
from pathlib import Path

import pytest

pytestmark = pytest.mark.slow


def started(*options: str) -> subprocess.Popen[str]:
    command = [sys.executable, "-m", "tests.faults.histories", *options]
    return subprocess.Popen(command, cwd=Path(__file__).parents[2], stdout=-1, stderr=-1, text=True)


def test_three_hundred_random_histories_end_in_agreement():
    seeds = ["1", str(secrets.randbelow(10**9))]
    for run in [started("--count", "150", "--seed", seed) for seed in seeds]:
        out, err = run.communicate()
        assert "histories=150 diverged=0 lost=0" in out, (seeds, err)
        assert run.returncode == 0


@pytest.mark.parametrize("fault", ["local-tie", "dropped-head", "no-vector", "lost-change", "no-chain"])
def test_harness_notices_a_seeded_fault(fault):
    run = started("--count", "60", "--fault", fault)
    out, _ = run.communicate()
    assert run.returncode == 1, out
    assert "diverged=0 lost=0" not in out
