"""Who lives on when records were merged in chains and in rings."""

import random

import pytest

from villagebranch.domain.survivors import survivors


@pytest.mark.parametrize(
    ("into", "ends"),
    [
        ({}, {}),
        ({"b": "a"}, {"b": "a"}),
        ({"c": "b", "b": "a"}, {"b": "a", "c": "a"}),
        ({"a": "b", "b": "c"}, {"a": "c", "b": "c"}),
        ({"a": "b", "b": "a"}, {"b": "a"}),
        ({"c": "b", "b": "d", "d": "c"}, {"c": "b", "d": "b"}),
        ({"x": "c", "c": "b", "b": "c"}, {"c": "b", "x": "b"}),
        ({"a": "a"}, {}),
    ],
)
def test_each_lives_on_at_the_end_of_its_chain_and_of_a_ring_the_smallest(into, ends):
    assert survivors(into) == ends


@pytest.mark.parametrize("seed", range(50))
def test_nobody_is_lost_whatever_was_merged_into_whom(seed):
    chance = random.Random(seed)
    ids = [f"p-{n}" for n in range(12)]
    into = {id: chance.choice(ids) for id in chance.sample(ids, chance.randint(1, 12))}
    ends = survivors(into)
    assert not set(ends.values()) & ends.keys()
    assert len(ids) > len(ends)


def test_long_chain_is_followed_in_one_go():
    into = {f"{n:06}": f"{n + 1:06}" for n in range(100_000)}
    assert set(survivors(into).values()) == {"100000"}
