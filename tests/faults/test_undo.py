"""Whatever an operator did, undoing all of it leads back to the start; and the harness notices an undo that does not."""

import pytest

from tests.faults.harness import run

pytestmark = [pytest.mark.slow, pytest.mark.timeout(600)]


@pytest.mark.parametrize("seed", [1, 26, 51, 76])
def test_fifty_acts_undone_lead_back_to_the_start(seed):
    done = run("undo", "--count", 25, "--seed", seed)
    assert done.stdout.startswith("operators=25 differ=0 ")
    assert done.returncode == 0


@pytest.mark.parametrize("fault", ["forgotten-field", "stale-count"])
def test_the_harness_notices_a_seeded_fault(fault):
    done = run("undo", "--count", 10, "--fault", fault)
    assert done.returncode == 1
    assert "differ=1 " in done.stdout
