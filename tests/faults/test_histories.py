"""Random histories end in agreement with one another and with the truth, and the harness sees it when they do not."""

import secrets
import subprocess
import sys

import pytest

from tests.sync import histories
from villagebranch.sync import merge, standing


def test_three_hundred_random_histories_end_in_agreement():
    command = [sys.executable, "-m", "tests.sync.histories", "--count", "150", "--seed"]
    seeds = ["1", str(secrets.randbelow(10**9))]
    runs = [subprocess.Popen([*command, seed], stdout=-1, stderr=-1, text=True) for seed in seeds]
    for run in runs:
        out, err = run.communicate()
        assert "histories=150 diverged=0" in out, err


def test_harness_sees_a_tie_that_is_broken_by_the_local_order(monkeypatch):
    monkeypatch.setattr(standing, "order", lambda entry: entry.stamp)
    with pytest.raises(histories.Diverged):
        histories.run(100, 1)


def test_harness_sees_that_a_head_was_dropped_because_another_says_the_same(monkeypatch):
    whole = standing._heads

    def dropped(writers, past):
        heads = whole(writers, past)
        return [one for one in heads if one is heads[-1] or one.fields != heads[-1].fields][-1:]

    monkeypatch.setattr(standing, "_heads", dropped)
    with pytest.raises(histories.Diverged):
        histories.run(100, 1)


def test_harness_sees_that_an_import_logged_no_vector(monkeypatch):
    monkeypatch.setattr(merge, "_log_vector", lambda *_: None)
    with pytest.raises(histories.Diverged):
        histories.run(20, 1)
