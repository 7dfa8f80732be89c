"""Nothing that a stranger's file says is an exception, a change or much memory; and the harness notices where it is."""

import pytest

from tests.faults.harness import run, unix_only

pytestmark = [pytest.mark.slow, pytest.mark.timeout(600), unix_only]


@pytest.mark.parametrize(("what", "bombs"), [("packages", 10), ("workbooks", 20)])
def test_half_a_minute_of_hostile_files_and_all_bombs_come_to_nothing(what, bombs):
    done = run("fuzz", what, "--seconds", 30)
    assert f" bombs={bombs} uncaught=0 " in done.stdout
    assert done.returncode == 0


@pytest.mark.parametrize("fault", ["trusting-count", "open-box"])
def test_the_harness_notices_a_seeded_fault(fault):
    done = run("fuzz", "packages", "--executions", 400, "--fault", fault)
    assert done.returncode == 1
    assert " uncaught=0 " not in done.stdout
