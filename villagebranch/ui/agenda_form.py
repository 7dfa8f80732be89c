"""One item of the agenda, to be filled in: what was said, the votes with what they come to, what was decided."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import replace

from villagebranch.domain.errors import Unreadable
from villagebranch.domain.fields import Field, Kind
from villagebranch.domain.values import Choice, Stored
from villagebranch.services.meeting_view import ITEM_FORM
from villagebranch.ui.desk import Desk
from villagebranch.ui.editors import ListEditor
from villagebranch.ui.record_form import RecordForm
from villagebranch.ui.widgets import words

_ACROSS = 8
# Row, column and width of each field where the form is wide; below the votes is what they come to.
_PLACES = {
    "title": (0, 0, 6),
    "reporter_id": (0, 6, 2),
    "discussion": (1, 0, 4),
    "resolution": (1, 4, 4),
    "votes_yes": (2, 0, 1),
    "votes_no": (2, 1, 1),
    "votes_abstain": (2, 2, 1),
    "votes_written": (2, 3, 1),
    "vote_way": (2, 4, 4),
    "owner_id": (4, 0, 2),
    "due_on": (4, 2, 2),
    "issue_id": (4, 4, 4),
    "major": (5, 0, 2),
    "election": (5, 2, 2),
    "earlier_id": (5, 4, 4),
}
_VERDICT_ROW = 3
_DECIDING = ("general", "committee")
_ONLY_WHERE_DECIDED = {"major", "election", "earlier_id"}


class AgendaForm(RecordForm):
    """`earlier` gives the committee's items that a major matter can cite, id and words."""

    def __init__(self, desk: Desk, earlier: Mapping[str, str]) -> None:
        self.verdict = words("", "muted", wrap=True)
        cited = Choice({id: "·".join(told.split()) for id, told in earlier.items()})
        kind = Kind(ITEM_FORM.name, ITEM_FORM.label, tuple(_asked(cited)), ITEM_FORM.rule)
        special = {"earlier_id": ListEditor(cited)}
        super().__init__(kind, desk.today, desk.sources, columns=_ACROSS, special=special)

    def show_type(self, meeting_type: str) -> None:
        """Ask only what a meeting of that type asks."""
        left_out = set() if meeting_type in _DECIDING else _ONLY_WHERE_DECIDED
        self.show_only([name for name in self.boxes if name not in left_out])

    def value(self, name: str) -> Stored:
        """Return what stands in a field now, None where it cannot be read."""
        try:
            return self.boxes[name].stored(self._today())
        except Unreadable:
            return None

    def _fitting(self, characters: int) -> int:
        return _ACROSS if super()._fitting(characters) > 1 else 1

    def _lay(self, columns: int, *, anew: bool = False) -> None:
        super()._lay(columns, anew=anew)
        if columns == _ACROSS:
            for name, (row, column, width) in _PLACES.items():
                self._grid.addWidget(self.boxes[name], row, column, 1, width)
        row = _VERDICT_ROW if columns == _ACROSS else len(_PLACES) + 1
        self._grid.addWidget(self.verdict, row, 0, 1, columns)


def _asked(cited: Choice) -> list[Field]:
    fields = {field.name: replace(field, hint="") for field in ITEM_FORM.fields}
    fields["votes_written"] = replace(fields["votes_written"], label="其中书面")
    fields["resolution"] = replace(fields["resolution"], value=fields["discussion"].value)
    fields["earlier_id"] = replace(fields["earlier_id"], value=cited)
    return [fields[name] for name in _PLACES]
