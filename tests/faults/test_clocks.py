"""A wrong clock costs nothing and changes nothing; and the harness notices a program that trusts the clock."""

import shutil

import pytest

from tests.faults.harness import run

pytestmark = [pytest.mark.slow, pytest.mark.timeout(600)]


@pytest.mark.skipif(shutil.which("faketime") is None, reason="faketime is installed by ./dev test on Linux")
def test_the_tests_of_days_pass_whatever_the_machine_takes_for_today():
    done = run("clocks", "--only", "suite")
    assert done.stdout.startswith("dates=12 ")
    assert " failed=0 " in done.stdout
    assert done.returncode == 0


def test_a_folder_lives_through_twelve_wrong_dates_and_loses_nothing():
    done = run("clocks", "--only", "days", "--rounds", 2)
    assert " days=24 " in done.stdout
    assert "lost=0 fell=0 gone=0 refused=0 unsound=0 unlike=0 behind=0" in done.stdout
    assert done.returncode == 0


@pytest.mark.parametrize("fault", ["falling-stamp", "latest-date"])
def test_the_harness_notices_a_program_that_trusts_the_clock(fault):
    assert run("clocks", "--only", "days", "--rounds", 1, "--fault", fault).returncode == 1
