"""The journal of a damaged database: which of its acts are whole, and in what order the others were done.

A stream that a township has sealed is kept up to its seal or not at all: the township sends it again.
"""

import json
from collections import defaultdict
from collections.abc import Iterable, Mapping
from dataclasses import dataclass
from typing import Any

from villagebranch.db.journal import link
from villagebranch.db.wreck import Told, Wreck

AUTHOR, FORM = "抢救", "抢救损坏的资料"
_HEAD = ("replica", "number", "stamp", "author", "at", "form", "schema", "undoes")

Ref = tuple[str, int]


@dataclass
class TornJournal:
    """The journal as it was found: heads and changes of acts, logged vectors, and the seals of townships by stream."""

    acts: dict[Ref, Told]
    changes: dict[Ref, dict[int, tuple[str, str, str]]]
    vectors: dict[str, dict[int, str]]
    seals: dict[str, Told]

    @classmethod
    def of(cls, wreck: Wreck) -> "TornJournal":
        seals = {str(row["replica"]): row for row in wreck.all("sync_seal")}
        acts = {ref_of(row): row for row in wreck.all("sync_act")}
        found = cls(acts, defaultdict(dict), defaultdict(dict), seals)
        for row in wreck.all("sync_change"):
            told = (str(row["kind"]), str(row["record"]), str(row["fields"]))
            found.changes[ref_of(row)][int(str(row["item"]))] = told
        for row in wreck.all("sync_vector"):
            found.vectors[str(row["replica"])][int(str(row["number"]))] = str(row["vector"])
        return found

    def told(self, ref: Ref) -> list[tuple[str, str, str]]:
        """Return the changes of an act, in order."""
        return [change for _, change in sorted(self.changes.get(ref, {}).items())]

    def whole(self) -> dict[str, int]:
        """Return for each replica up to which act everything is there, and all that these acts had seen as well."""
        ends = {code: end for code in {code for code, _ in self.acts} if (end := self._unbroken(code))}
        for code, seal in self.seals.items():
            # What it sealed is to be there just as it was.
            sealed = self.acts.get(ref_of(seal), {}).get("chain")
            if ends.get(code) != seal["number"] or sealed != seal["chain"]:
                ends.pop(code, None)
        while cut := self._seen_too_much(ends):
            code, end = cut
            ends[code] = end
        return {code: end for code, end in ends.items() if end and self._is_sealed_up_to(code, end)}

    def _is_sealed_up_to(self, code: str, end: int) -> bool:
        return code not in self.seals or self.seals[code]["number"] == end

    def _unbroken(self, code: str) -> int:
        number, chain = 0, b""
        while (head := self.acts.get((code, number + 1))) is not None:
            seen = self.vectors[code].get(number + 1)
            chain = link(chain, [head[name] for name in _HEAD], seen, self.told((code, number + 1)))
            if chain != head["chain"]:
                break
            number += 1
        return number

    def _seen_too_much(self, ends: Mapping[str, int]) -> tuple[str, int] | None:
        for code, end in ends.items():
            for number, vector in self.vectors[code].items():
                seen = read_told(vector) if number <= end else {}
                if any(ends.get(other, 0) < least for other, least in seen.items()):
                    return code, number - 1
        return None

    def beyond(self, ends: Mapping[str, int]) -> list[Told]:
        """Return the heads of the other acts in the order in which they were done; where one is lost, its neighbour's."""
        left = sorted(ref for ref in {*self.acts, *self.changes} if ref[1] > ends.get(ref[0], 0))
        heads: list[Told] = []
        for ref in left:
            head = self.acts.get(ref)
            if head is None:
                before = self.acts.get((ref[0], ref[1] - 1)) or (heads[-1] if heads else None)
                stamp, at = (before["stamp"], before["at"]) if before else (0, "")
                head = {"replica": ref[0], "number": ref[1], "stamp": stamp, "author": AUTHOR, "at": at}
                head |= {"form": FORM, "undoes": None}
            heads.append(head)
        return sorted(
            heads, key=lambda head: (int(str(head["stamp"])), str(head["replica"]), ref_of(head)[1])
        )

    def missing(self, told: Iterable[Ref]) -> int:
        """Return how many acts are not there, as far as the numbers of the others tell, and those in `told`."""
        most: dict[str, int] = defaultdict(int)
        seen = (read_told(vector).items() for logged in self.vectors.values() for vector in logged.values())
        for code, number in (*told, *self.acts, *self.changes, *(pair for pairs in seen for pair in pairs)):
            most[code] = max(most[code], number)
        return sum(most.values()) - len(self.acts)


def read_told(told: str) -> dict[str, Any]:
    """Return a JSON object of the journal, or nothing where the file had lost its seals and this was torn."""
    try:
        read = json.loads(told)
    except ValueError:
        return {}
    return read if isinstance(read, dict) else {}


def ref_of(row: Told) -> Ref:
    return str(row["replica"]), int(str(row["number"]))
