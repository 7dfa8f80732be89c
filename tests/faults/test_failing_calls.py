"""Whatever call of the system fails, what is said is a sentence and the truth, and nothing acknowledged is lost."""

import pytest

from tests.faults.harness import needs_strace, run, unix_only

pytestmark = [pytest.mark.slow, unix_only, needs_strace]


@pytest.mark.parametrize(
    "jobs",
    [
        ("save", "open", "password"),
        ("import", "package"),
        ("backup", "restore"),
        ("parting", "carry"),
    ],
)
def test_a_sweep_over_the_calls_of_each_piece_of_work_loses_nothing(jobs):
    done = run("failing_calls", *jobs, "--rounds", 40)
    assert done.stdout.endswith("lost=0 half=0 corrupt=0 uncaught=0 untrue=0\n")
    assert done.returncode == 0


@pytest.mark.parametrize(
    ("fault", "job", "found"),
    [("unspoken", "carry", "uncaught"), ("swallowed", "save", "lost")],
)
def test_the_harness_notices_a_seeded_fault(fault, job, found):
    done = run("failing_calls", job, "--rounds", 80, "--fault", fault)
    assert done.returncode == 1
    assert f"{found}=0" not in done.stdout
