"""A killed program loses nothing that it acknowledged; and the harness that says so notices a program that does."""

import pytest

from tests.faults.harness import run, unix_only

pytestmark = [pytest.mark.slow, unix_only]


@pytest.mark.parametrize(
    ("job", "kills"), [("saves", 160), ("imports", 80), ("packages", 80), ("stick", 100), ("restores", 80)]
)
def test_five_hundred_kills_lose_nothing_that_was_acknowledged(job, kills):
    done = run("kill9", job, "--rounds", kills)
    assert done.stdout.startswith(f"kills={kills} acked=")
    assert done.stdout.endswith("lost=0 half=0 corrupt=0\n")
    assert done.returncode == 0


@pytest.mark.parametrize(
    ("job", "fault"),
    [
        ("saves", "early-ack"),
        ("saves", "no-journal"),
        ("imports", "halfway"),
        ("packages", "halfway"),
        ("stick", "early-ack"),
    ],
)
def test_the_harness_notices_a_seeded_fault(job, fault):
    done = run("kill9", job, "--fault", fault, "--rounds", 300)
    assert done.returncode == 1
    assert "lost=0 half=0 corrupt=0" not in done.stdout
