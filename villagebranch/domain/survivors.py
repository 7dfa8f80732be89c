"""The one rule about records that turned out to be the same: which of them lives on, wherever it was decided."""

from collections.abc import Mapping


def survivors(into: Mapping[str, str]) -> dict[str, str]:
    """Return for each record that was merged the one that it lives on in; `into` says what each was merged into.

    A chain is followed to its end. Where two computers merged in opposite directions, the chain comes round: of those
    on the ring the one with the smallest id lives on, which is the same everywhere, and nobody is lost.
    """
    ends: dict[str, str] = {}
    for start in sorted(into):
        path: dict[str, int] = {}
        at = start
        while at in into and at not in path and at not in ends:
            path[at] = len(path)
            at = into[at]
        end = min(list(path)[path[at] :]) if at in path else ends.get(at, at)
        ends |= dict.fromkeys(path, end)
    return {id: end for id, end in ends.items() if id != end}
