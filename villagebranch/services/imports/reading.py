"""One row under way: what its cells say, what they could not say, and how that differs from what is known."""

import re
from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass, field, replace
from datetime import date
from types import MappingProxyType

from villagebranch.db.record import Record
from villagebranch.domain import idnumber
from villagebranch.domain.errors import Unreadable
from villagebranch.domain.fields import Draft, Field, Kind
from villagebranch.domain.rawrow import RawRow, RowProblem
from villagebranch.domain.values import NONE, UNKNOWN, Day, Link, Links, Stored
from villagebranch.services.imports.plan import Difference, Outcome, Plan, Remake, Tally, Verdict
from villagebranch.services.imports.writes import Writes

CELL_REMEDY = "这一格先空着，这一行的其他内容照收；改正后再导入一次就补上了"
ROW_REMEDY = "这一行没有收；改正后再导入一次"
_AHEAD = {"full_on", "due_on"}  # days that may lie ahead of today


@dataclass
class Reading:
    """A row of a book. `draft` holds the cells that say something; an empty cell says nothing, so it erases nothing."""

    row: RawRow
    form: Kind
    draft: Draft = field(default_factory=dict)
    derived: set[str] = field(default_factory=set)
    problems: list[RowProblem] = field(default_factory=list)
    differences: list[Difference] = field(default_factory=list)
    notes: list[str] = field(default_factory=list)
    refused: bool = False
    new: bool = False

    def refuse(self, column: str, reason: str, remedy: str = ROW_REMEDY) -> None:
        """Leave the whole row out. `column` is a field's name, '' for the row as a whole."""
        self._list(column, reason, remedy)
        self.refused = True

    def leave_out(self, column: str, reason: str) -> None:
        """Leave one cell out; the rest of the row comes in."""
        self._list(column, reason, CELL_REMEDY)
        self.draft.pop(column, None)

    def _list(self, column: str, reason: str, remedy: str) -> None:
        """List a problem; of a cell that is listed already, the first reason is the one that tells."""
        label = self.form.field(column).label if column else ""
        for place, problem in enumerate(self.problems):
            if problem.column == label:
                self.problems[place] = replace(problem, remedy=remedy)
                return
        self.problems.append(RowProblem(self.row.sheet, self.row.number, label, reason, remedy))

    def amend(
        self,
        writes: Writes,
        record: type[Record],
        id: str,
        known: Mapping[str, Stored],
        told: Mapping[str, Stored],
        names: Mapping[str, str] = MappingProxyType({}),
    ) -> None:
        """Note what `told` says otherwise, or more exactly, than `known`; `names` says how linked people are called."""
        changes = {
            name: value
            for name, value in told.items()
            if _says_more(known.get(name), value, name in self.derived)
        }
        for name, value in changes.items():
            one = record.kind().field(name)
            words = [_words(one, stored, names) for stored in (known.get(name), value)]
            self.differences.append(Difference(one.label, *words))
        if changes:
            writes.set(record, id, changes)

    @property
    def who(self) -> str:
        """The person, or the place, that the row is about."""
        return next((str(self.draft[name]) for name in ("name", "head", "place") if name in self.draft), "")

    @property
    def outcome(self) -> Outcome:
        if self.refused:
            return "refused"
        return "new" if self.new else "changed" if self.differences else "same"

    @property
    def verdict(self) -> Verdict:
        """What becomes of the row."""
        words = "；".join([*(problem.reason for problem in self.problems), *self.notes])
        place = (self.row.sheet, self.row.number)
        return Verdict(*place, self.outcome, self.who, words, tuple(self.differences))


def _words(one: Field, stored: Stored, names: Mapping[str, str]) -> str:
    if isinstance(one.value, (Link, Links)):
        return "、".join(names.get(id, "") for id in str(stored or "").split())
    return one.value.show(stored)


def read(row: RawRow, form: Kind, today: date) -> Reading:
    """Read the cells of a row. One that cannot be read is left out; one that the row cannot be without refuses it."""
    reading = Reading(row, form)
    for one in form.fields:
        try:
            value = _value(one, row.values.get(one.name), today)
        except Unreadable as unreadable:
            (reading.refuse if one.required else reading.leave_out)(one.name, str(unreadable))
        else:
            reading.draft |= {one.name: value} if value is not None else {}
    for name, reason in form.rule(reading.draft).items() if form.rule else ():
        reading.leave_out(name, reason)
    return reading


def _value(one: Field, raw: object, today: date) -> Stored:
    value = one.value.parse(raw, today)
    if value is None and one.required:
        raise Unreadable(f"请填{one.label}")
    if isinstance(one.value, Day) and one.name not in _AHEAD and _is_later(value, today):
        raise Unreadable(f"{one.label}在今天之后，请核对")
    return value


def _is_later(stored: Stored, today: date) -> bool:
    text = str(stored or "")
    return text[:1].isdigit() and text > today.isoformat()[: len(text)]


def take_from_number(reading: Reading) -> None:
    """Fill sex and day of birth from the ID number where the row does not give them, or gives only the month of it.

    A day of birth that the row gives otherwise stays: the archive counts (practice.md § 3.4), and the person is told.
    """
    number = str(reading.draft.get("id_number") or "")
    birth = idnumber.birth_date(number) if len(number) == 18 else None
    if birth is None:
        return
    for name, value, label in (
        ("born_on", birth.isoformat(), "出生日期"),
        ("sex", idnumber.sex(number), "性别"),
    ):
        given = reading.draft.get(name)
        if given is None:
            reading.derived.add(name)
        if given is None or value.startswith(str(given)):
            reading.draft[name] = value
        elif given != UNKNOWN:
            reading.notes.append(f"{label}与身份证号里的不一致，按表里填写的收")


def _says_more(known: Stored, told: Stored, derived: bool) -> bool:
    """Tell whether `told` is to replace `known`: never by less (1978-02 for 1978-02-11, 不详 for a day)."""
    if told is None or known == told:
        return False
    if known is None:
        return True
    before, after = (re.sub(r"\s", "", str(stored)) for stored in (known, told))
    if after in (NONE, UNKNOWN) or (derived and not after.startswith(before)):
        return False
    is_day = re.fullmatch(r"\d{4}(-\d\d){0,2}", before) and re.fullmatch(r"\d{4}(-\d\d){0,2}", after)
    return before != after and not (is_day and before.startswith(after))


def conclude(
    form: Kind,
    tallies: Mapping[str, Tally],
    readings: Sequence[Reading],
    writes: Writes,
    today: date,
    remake: Remake,
) -> Plan:
    """Return the plan that these rows come to."""
    return Plan(
        form.label,
        tallies,
        tuple(reading.verdict for reading in readings),
        tuple(problem for reading in readings for problem in reading.problems),
        writes,
        tuple(reading.row for reading in readings),
        today,
        remake,
    )


def pick(draft: Mapping[str, Stored], names: Iterable[str]) -> Draft:
    """Return the part of `draft` that is about these fields."""
    return {name: draft[name] for name in names if name in draft}
