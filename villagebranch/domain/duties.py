"""What a branch has to hold in a year, read from data with its source, and how far the year has come."""

import json
from collections.abc import Iterable
from dataclasses import dataclass
from datetime import date
from typing import Literal

from villagebranch.domain import periods
from villagebranch.domain.periods import Rhythm

_RHYTHMS: dict[Rhythm, tuple[str, str]] = {
    "month": ("每月一次", "本月"),
    "quarter": ("每季一次", "本季度"),
    "year": ("每年一次", "今年"),
}


@dataclass(frozen=True)
class Duty:
    """Something to be done once in each month, quarter or year.

    `meeting_type` says which meetings fulfil it, '' where none does. With `needs_check` the number is usage that a
    township may set otherwise, or has not been compared with the text of the rule.
    """

    name: str
    label: str
    rhythm: Rhythm
    source: str
    text: str
    meeting_type: str = ""
    needs_check: bool = False

    @property
    def rhythm_label(self) -> str:
        return _RHYTHMS[self.rhythm][0]


@dataclass(frozen=True)
class Standing:
    """How a duty stands: `done` of the `expected` periods of this year up to today, the present one included."""

    done: int
    expected: int
    held_now: bool
    deadline: date
    reminder: str

    @property
    def words(self) -> str:
        return "待开" if (self.done, self.expected) == (0, 1) else f"{self.done} / {self.expected}"

    @property
    def tone(self) -> Literal["done", "soon", "muted"]:
        if self.done == self.expected:
            return "done"
        return "muted" if self.expected == 1 else "soon"


def read_duties(text: str) -> tuple[Duty, ...]:
    """Return the duties of `resources/rules/duties.json`."""
    return tuple(Duty(**entry) for entry in json.loads(text))


def standing(duty: Duty, held: Iterable[date], today: date) -> Standing:
    """Return how far a duty is fulfilled by what was `held`; a second meeting in one period fills no other period."""
    now = periods.period_number(duty.rhythm, today)
    past = [day for day in held if day.year == today.year and day <= today]
    filled = {periods.period_number(duty.rhythm, day) for day in past}
    end = periods.period_end(duty.rhythm, today)
    return Standing(
        done=len(filled),
        expected=now,
        held_now=now in filled,
        deadline=end
        if now not in filled
        else periods.period_end(duty.rhythm, date.fromordinal(end.toordinal() + 1)),
        reminder="" if now in filled else f"{_RHYTHMS[duty.rhythm][1]}未开",
    )
