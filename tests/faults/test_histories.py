"""Random histories end in agreement with one another and with the truth, and the harness sees it when they do not."""

import secrets

import pytest

from tests.faults import histories
from tests.faults.harness import run

pytestmark = [pytest.mark.slow, pytest.mark.timeout(600)]


@pytest.mark.parametrize("seed", [1, secrets.randbelow(10**9)], ids=["always the same", "never the same"])
def test_three_hundred_random_histories_end_in_agreement(seed):
    done = run("histories", "--count", 150, "--seed", seed)
    assert done.stdout.startswith("histories=150 diverged=0 lost=0 ")
    assert done.returncode == 0


@pytest.mark.timeout(900)
def test_random_histories_over_a_server_end_in_agreement(on_server):
    for seed in range(1, 25):
        histories.run(1, seed)
        on_server.forget()


@pytest.mark.parametrize("fault", ["local-tie", "dropped-head", "no-vector", "lost-change", "no-chain"])
def test_harness_notices_a_seeded_fault(fault):
    done = run("histories", "--count", 60, "--fault", fault)
    assert done.returncode == 1
    assert "diverged=0 lost=0" not in done.stdout
