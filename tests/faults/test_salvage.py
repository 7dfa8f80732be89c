"""Whichever page breaks, salvage loses no record; what it writes agrees with its own journal."""

import pytest

from tests.faults.harness import run, unix_only

pytestmark = [pytest.mark.slow, unix_only]


def test_no_single_page_costs_a_record():
    done = run("salvage", "--rounds", 40)
    assert " salvages=40 lost=0 torn=0 " in done.stdout
    assert done.returncode == 0


def test_the_harness_notices_a_salvage_that_follows_the_trees_alone():
    done = run("salvage", "--rounds", 20, "--fault", "rooted")
    assert done.returncode == 1
    assert "lost=0 torn=0" not in done.stdout
