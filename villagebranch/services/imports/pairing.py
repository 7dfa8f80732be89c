"""Finding again what the database has: by the surest evidence first, and only where no other choice remains."""

from collections import Counter, defaultdict
from collections.abc import Callable, Hashable, Iterable, Sequence
from typing import TypeVar

T = TypeVar("T")


def pair(
    told: Sequence[T],
    known: Sequence[T],
    keys: Callable[[T], Iterable[Hashable]],
    steps: Sequence[Callable[[T, T], bool]],
) -> dict[int, int]:
    """Return which of `told` is which of `known`, by their places in both.

    Only what shares one of its `keys` is compared. Each step looks at what the steps before left over, and pairs two
    where it fits neither of them to anything else.
    """
    shelf: dict[Hashable, list[int]] = defaultdict(list)
    for place, one in enumerate(known):
        for key in keys(one):
            shelf[key].append(place)
    near = [dict.fromkeys(place for key in keys(one) for place in shelf.get(key, ())) for one in told]
    found: dict[int, int] = {}
    for fits in steps:
        taken = set(found.values())
        choices = {
            place: [other for other in near[place] if other not in taken and fits(one, known[other])]
            for place, one in enumerate(told)
            if place not in found
        }
        wanted = Counter(other for others in choices.values() for other in others)
        for place, others in choices.items():
            if len(others) == 1 and wanted[others[0]] == 1:
                found[place] = others[0]
    return found
