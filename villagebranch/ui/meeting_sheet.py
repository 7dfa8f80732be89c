"""One meeting as it is filled in: what, when and who, the roll, the agenda, the minutes; figures follow what is typed."""

from __future__ import annotations

from collections.abc import Iterable, Mapping, Sequence
from dataclasses import replace
from datetime import date
from typing import Any

from PySide6.QtCore import Signal
from PySide6.QtWidgets import QVBoxLayout, QWidget

from villagebranch.domain import meetings as rules
from villagebranch.domain.errors import Refused, Unreadable
from villagebranch.domain.fields import Draft, Kind
from villagebranch.domain.values import Choice, Stored
from villagebranch.services import meetings, people
from villagebranch.services.meeting_view import KIND, MeetingView
from villagebranch.services.meeting_year import earlier_items
from villagebranch.ui.agenda import Agenda
from villagebranch.ui.desk import Desk
from villagebranch.ui.editors import ListEditor
from villagebranch.ui.flow_layout import FlowLayout
from villagebranch.ui.issue_offer import IssueOffer
from villagebranch.ui.record_form import RecordForm, drafts
from villagebranch.ui.roll_call import RollCall
from villagebranch.ui.widgets import button, words

_EVERY = ("meeting_type", "starts_at", "place", "chair_id", "recorder_id", "ends_at", "guests")
_MORE = {
    "group": ("party_group",),
    "class": ("title", "lecturer", "hours"),
    "theme_day": ("title",),
    "org_life": ("title",),
}
_ABOUT = (*_EVERY[:-1], "party_group", "title", "lecturer", "hours", "guests")
_MINUTES = ("discussion", "outcome")
_USUAL = ("place", "chair_id", "recorder_id")


class MeetingSheet(QWidget):
    """Shows one meeting, saved or only drafted; `filled` gives what `services.meetings.save` takes.

    `opened` bears a part that was unfolded and should be seen, `rearranged` says that Tab has to go another way.
    """

    changed = Signal()
    rearranged = Signal()
    opened = Signal(object)

    def __init__(self, desk: Desk, view: MeetingView) -> None:
        super().__init__()
        self._desk, self._view = desk, view
        with desk.store.read() as conn:
            groups = {str(member["party_group"]) for member in people.members(conn) if member["party_group"]}
            earlier = dict(earlier_items(conn, date.fromisoformat(str(view["starts_at"])[:10])))
        earlier |= {str(item["earlier_id"]): item.earlier for item in view.items if item["earlier_id"]}
        kind, of_group = _asked(groups | {view.words("party_group")})
        special = {"party_group": ListEditor(of_group)}
        self.about = RecordForm(kind, desk.today, desk.sources, fields=_ABOUT, columns=4, special=special)
        self.minutes = RecordForm(KIND, desk.today, desk.sources, fields=_MINUTES, columns=1)
        self.roll, self.agenda, self.offer = RollCall(desk.today), Agenda(desk, earlier), IssueOffer(desk)
        self._lay_out()
        self._show()
        self._connect()

    def _lay_out(self) -> None:
        head = FlowLayout(None, 8)
        head.addWidget(words("议题与决议", "head"))
        head.addWidget(button("添一条议题　Ctrl+I", self.agenda.begin))
        head.addWidget(button("从问题里选", self.offer_issues))
        column = QVBoxLayout(self)
        column.setContentsMargins(0, 0, 0, 0)
        column.setSpacing(12)
        column.addWidget(self.about)
        column.addWidget(self.roll)
        column.addLayout(head)
        column.addWidget(self.offer)
        column.addWidget(self.agenda)
        column.addWidget(self.minutes)
        column.addStretch(1)

    def _show(self) -> None:
        values = dict(self._view.values)
        self.about.fill(values)
        self.minutes.fill(values)
        self.roll.show_due(self._view.seats)
        for item in self._view.items:
            self.agenda.add(item.values, item.id)
        self._asked = self._asked_now()
        self._show_type()

    def _connect(self) -> None:
        for name in ("meeting_type", "starts_at", "party_group"):
            self.about.editor(name).finished.connect(self._call_again)
        self.about.ended.connect(self.roll.take_focus)
        self.agenda.ended.connect(self.minutes.take_focus)
        self.roll.changed.connect(self._reckon)
        self.agenda.changed.connect(self._say_quorum)
        self.agenda.opened.connect(self.opened)
        for part in (self.about, self.roll, self.agenda, self.minutes):
            part.changed.connect(self.changed)
        for part in (self.roll, self.agenda):
            part.rearranged.connect(self.rearranged)
        self.offer.chosen.connect(self._take_issue)
        self.offer.left.connect(self._end_offer)

    # What stands in it.

    @property
    def asked(self) -> tuple[str, date, str]:
        """Type, day and group, as the roll was called for them."""
        return self._asked

    @property
    def meeting_type(self) -> str:
        """The type's code."""
        return self._asked[0]

    def filled(self) -> tuple[Draft, Sequence[Mapping[str, object]], Sequence[Draft]]:
        """Return meeting, roll and agenda, checked; show every problem and raise `Refused` where there are any."""
        problems: dict[str, str] = {}
        items = self.agenda.drafts(problems)
        meeting = drafts((self.minutes, self.about), problems)
        if problems:
            self.show_problems(problems)
            raise Refused(problems)
        return meeting, self.roll.raw(), items

    def show_problems(self, problems: Mapping[str, str]) -> None:
        """Put each sentence under its field, with the first in sight."""
        own = {name: told for name, told in problems.items() if "." not in name}
        minutes = {name: own.pop(name) for name in _MINUTES if name in own}
        self.minutes.show_problems(minutes)
        self.agenda.show_problems(problems)
        self.roll.show_problems(problems)
        self.about.show_problems(own)

    def kept(self) -> dict[str, Any]:
        """Return all that stands in it, for the draft."""
        return {
            "meeting_type": self.meeting_type,
            "about": self.about.typed(),
            "minutes": self.minutes.typed(),
            "roll": self.roll.raw(),
            "agenda": self.agenda.kept(),
        }

    def restore(self, kept: Mapping[str, Any]) -> None:
        """Put back what `kept` gave."""
        self.about.restore(kept["about"])
        self.minutes.restore(kept["minutes"])
        self._call_again()
        self.roll.restore(self.roll.due, kept["roll"])
        self.agenda.restore(kept["agenda"])
        self._reckon()

    def offer_issues(self) -> None:
        """Show the open issues that are not yet on the agenda."""
        self.offer.offer(self.agenda.issues())
        self.offer.show()
        self.offer.take_focus()
        self.opened.emit(self.offer)

    # What follows from what is typed.

    def _asked_now(self) -> tuple[str, date, str]:
        """Return type, day and group; what cannot be read stays as it was."""
        type_, day, group = (self._value(name) for name in ("meeting_type", "starts_at", "party_group"))
        known = str(day or self._view["starts_at"])[:10]
        meeting_type = str(type_ or self._view.meeting_type)
        return meeting_type, date.fromisoformat(known), str(group or "") if meeting_type == "group" else ""

    def _value(self, name: str) -> Stored:
        try:
            return self.about.boxes[name].stored(self._desk.today())
        except Unreadable:
            return None

    def _call_again(self) -> None:
        """Call the roll that another type, day or group asks for."""
        before, self._asked = self._asked, self._asked_now()
        if before == self._asked:
            return
        meeting_type, day, group = self._asked
        with self._desk.store.read() as conn:
            usual = meetings.draft(conn, meeting_type, day, group)
        due = list(usual.seats)
        if self._view.id and (before[0], before[2]) == (meeting_type, group):
            # Who was on the roll of a meeting that was held stays there, even where the roster has changed since.
            named = {one.person_id for one in due}
            due += [one for one in self.roll.due if one.person_id not in named]
        self.roll.restore(due, self.roll.raw())
        if before[0] != meeting_type and not self._view.id:
            self._take_usual(usual)
        self._show_type()
        self.changed.emit()

    def _take_usual(self, usual: MeetingView) -> None:
        """Put the place and the people usual for another type where nobody has changed what was usual before."""
        for name in _USUAL:
            if self._value(name) == self._view[name]:
                self.about.editor(name).set_stored(usual[name])
        self._view = replace(usual, values={**usual.values, "starts_at": self._view["starts_at"]})

    def _show_type(self) -> None:
        self.about.show_only((*_EVERY, *_MORE.get(self.meeting_type, ())))
        self._reckon()

    def _reckon(self) -> None:
        self.agenda.stand(self.meeting_type, self.roll.roll)
        self._say_quorum()

    def _say_quorum(self) -> None:
        self.roll.tell(rules.quorum(self.meeting_type, self.roll.roll, election=self.agenda.has_election()))

    def _take_issue(self, id: str) -> None:
        with self._desk.store.read() as conn:
            item = meetings.agenda_from_issue(conn, id)
        self.agenda.add(item)
        self.offer.offer(self.agenda.issues())
        self.changed.emit()

    def _end_offer(self) -> None:
        self.offer.hide()
        if self.agenda.items:
            self.agenda.open(self.agenda.items[-1])


def _asked(groups: Iterable[str]) -> tuple[Kind, Choice]:
    """Return the form of a meeting, and the party groups that it offers; what is asked of one type says no more why."""
    offered = Choice({group: "".join(group.split()) for group in sorted(groups) if group})
    fields = {field.name: replace(field, hint="") for field in KIND.fields}
    fields["party_group"] = replace(fields["party_group"], value=offered, hint="几个小组一起开的不填")
    return Kind(KIND.name, KIND.label, tuple(fields.values()), KIND.rule), offered
