"""A field and a record kind, as everything but the database sees them."""

from collections.abc import Callable, Mapping
from dataclasses import dataclass
from datetime import date

from villagebranch.domain.errors import Refused, Unreadable
from villagebranch.domain.values import Stored, Value


@dataclass(frozen=True)
class Field:
    """One fact about a record: `width` in characters for lists, `hint` says why it is asked or how to write it,
    `private` is masked on screen and never on a notice."""

    name: str
    label: str
    value: Value
    required: bool = False
    width: int = 10
    hint: str = ""
    private: bool = False


Draft = dict[str, Stored]
Rule = Callable[[Draft], Mapping[str, str]]


@dataclass(frozen=True)
class Kind:
    """A record kind: its glossary name, its Chinese label and its fields; `rule` names what contradicts itself in a draft."""

    name: str
    label: str
    fields: tuple[Field, ...]
    rule: Rule | None = None

    def field(self, name: str) -> Field:
        """Return the field of that name; raise KeyError where there is none."""
        for one in self.fields:
            if one.name == name:
                return one
        raise KeyError(f"{self.name}.{name}")

    def draft(self, raw: Mapping[str, object], today: date | None = None, *, partial: bool = False) -> Draft:
        """Read `raw` (field name → what was typed) into a checked draft; raise `Refused` with every problem at once.

        With `partial`, only the fields given are looked at: a change of a record that exists.
        """
        draft: Draft = {}
        problems: dict[str, str] = {}
        for one in self.fields:
            if partial and one.name not in raw:
                continue
            try:
                draft[one.name] = one.value.parse(raw.get(one.name), today)
            except Unreadable as unreadable:
                problems[one.name] = str(unreadable)
                continue
            if one.required and draft[one.name] is None:
                problems[one.name] = f"请填{one.label}"
        if not problems and self.rule is not None:
            problems |= self.rule(draft)
        if problems:
            raise Refused(problems)
        return draft
