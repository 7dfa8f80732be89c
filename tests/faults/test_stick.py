"""「完成」 is said only of what lies whole on the stick; and the harness notices a program that does not look."""

import pytest

from tests.faults.harness import needs_device, needs_mount, run, unix_only

pytestmark = [pytest.mark.slow, unix_only]


@pytest.mark.parametrize(("kind", "rounds"), [("lies", 80), ("pulls", 80)])
def test_a_stick_that_fails_is_never_said_to_be_done(kind, rounds):
    done = run("stick", kind, "--rounds", rounds)
    assert done.stdout.startswith(f"tried={rounds} ")
    assert done.stdout.endswith("untrue=0 harmed=0\n")
    assert done.returncode == 0


@needs_mount
@needs_device
def test_what_is_read_back_comes_from_the_device():
    done = run("stick", "device", "--rounds", 40)
    assert done.stdout == "tried=40 done=0 refused=40 untrue=0 harmed=0\n"


@pytest.mark.parametrize(
    ("kind", "fault"),
    [("lies", "unread"), pytest.param("device", "cached", marks=[needs_mount, needs_device])],
)
def test_the_harness_notices_a_seeded_fault(kind, fault):
    done = run("stick", kind, "--rounds", 25, "--fault", fault)
    assert done.returncode == 1
    assert "untrue=0" not in done.stdout
