"""A disk that is full or turns read-only costs nothing that was acknowledged, and work goes on when there is room."""

import pytest

from tests.faults.harness import needs_mount, run, unix_only

pytestmark = [pytest.mark.slow, unix_only, needs_mount]


def test_disks_that_are_full_at_ten_moments_lose_nothing():
    done = run("full_disk", "--rounds", 10)
    assert done.stdout.endswith("lost=0 half=0 corrupt=0 uncaught=0 untrue=0\n")
    assert done.returncode == 0


def test_the_harness_notices_a_seeded_fault():
    done = run("full_disk", "--rounds", 20, "--fault", "no-journal")
    assert done.returncode == 1
    assert "lost=0 half=0 corrupt=0" not in done.stdout
