"""A bit that flips in any page is found, and the last good backup brings everything back."""

import pytest

from tests.faults.harness import run, unix_only

pytestmark = [pytest.mark.slow, unix_only]


def test_a_flipped_bit_in_every_page_is_found_and_nothing_is_lost():
    done = run("bit_rot", "--rounds", 170)
    counts = dict(pair.split("=") for pair in done.stdout.split())
    assert int(counts["pages"]) <= 170
    assert int(counts["found"]) + int(counts["harmless"]) == int(counts["flips"]) == 510
    assert done.stdout.endswith("missed=0 copied=0 lost=0\n")
    assert done.returncode == 0


def test_the_harness_notices_pages_without_seals():
    done = run("bit_rot", "--rounds", 30, "--fault", "unsealed")
    assert done.returncode == 1
    assert "missed=0" not in done.stdout
