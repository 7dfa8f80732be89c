"""Nobody's name or number leaves the database but where it was sent; and the harness notices where one does."""

import pytest

from tests.faults.harness import run

pytestmark = [pytest.mark.slow, pytest.mark.timeout(600)]


def test_two_hundred_people_are_found_in_no_file_and_in_nothing_put_up_in_public():
    done = run("leaks")
    assert done.stdout.startswith("canaries=800 files=")
    assert " hits=0 " in done.stdout
    assert done.returncode == 0


@pytest.mark.parametrize(
    ("fault", "where"),
    [
        ("plain-draft", "drafts/visit: "),
        ("named-package", ".vbx: "),
        ("open-notice", "公示: "),
        ("told-error", "crash.txt: "),
    ],
)
def test_the_harness_notices_a_seeded_leak(fault, where):
    done = run("leaks", "--people", 4, "--fault", fault)
    assert done.returncode == 1
    assert where in done.stderr
