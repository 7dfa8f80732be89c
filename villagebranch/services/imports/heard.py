"""The issues that a book of visits tells of: how far each has come, and what that adds to what is known."""

from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass
from datetime import date

from sqlalchemy import Connection, select

from villagebranch.domain import codes
from villagebranch.domain.errors import Unreadable
from villagebranch.domain.fields import Draft
from villagebranch.domain.values import Stored
from villagebranch.records.issue import Issue
from villagebranch.records.issue_event import IssueEvent
from villagebranch.records.visit import Visit
from villagebranch.services.imports.plan import Difference, Outcome
from villagebranch.services.imports.reading import Reading, pick
from villagebranch.services.imports.writes import Writes

OF_ISSUE = (
    "words",
    "category",
    "answer",
    "measure",
    "due_on",
    "result",
    "resolved_on",
    "fed_back_on",
    "satisfaction",
)
_ENDS = ("resolved", "explained", "fed_back", "closed")
_DATED = {
    "resolved": "resolved_on",
    "explained": "resolved_on",
    "fed_back": "fed_back_on",
    "escalated": "escalated_on",
}
_STAGES = (
    *("collected", "sorted", "studied", "assigned", "in_progress", "escalated"),
    *("resolved", "explained", "fed_back", "closed", "merged"),
)


def issues_of(conn: Connection, first: str, last: str) -> dict[str, list[Draft]]:
    """Return the issues heard on the visits from one day to another, by visit."""
    query = select(*Issue.table().columns).join(Visit, Visit.id == Issue.visit_id)
    found: dict[str, list[Draft]] = {}
    there = Visit.occurred_on.between(first, last) & Issue.removed_at.is_(None)
    for row in conn.execute(query.where(there).order_by(Issue.id)).mappings():
        found.setdefault(row["visit_id"], []).append(dict(row))
    return found


def settle_issue(reading: Reading) -> None:
    """Read the column 办理结果: a stage that has a word for it, or else what was done."""
    draft = reading.draft
    if "words" not in draft:
        if given := [name for name in ("category", "result", "resolved_on", "measure") if name in draft]:
            reading.leave_out(
                "words", f"写了{reading.form.field(given[0]).label}，没有写反映的问题，问题没有收"
            )
        return
    for name in ("resolved_on", "fed_back_on"):
        if str(draft.get(name) or "9") < str(draft.get("occurred_on") or ""):
            reading.leave_out(name, f"{reading.form.field(name).label}早于走访日期，请核对")
    draft["stage"] = _stage(draft)
    if draft["stage"] in _ENDS and "resolved_on" not in draft:
        reading.leave_out("resolved_on", "问题写了已办结，没有办结日期，先按办理中收，请补办结日期")
        draft["stage"] = "in_progress"


def _stage(draft: Draft) -> str:
    """Return how far the issue has come, and keep in `result` only what is more than that."""
    try:
        code = codes.ISSUE_STAGE.parse(draft.get("result"))
    except Unreadable:
        code = None
    if code and code != "merged":
        del draft["result"]
        if code == "escalated" and "resolved_on" in draft:
            draft["escalated_on"] = draft.pop("resolved_on")
        return "fed_back" if code == "resolved" and "fed_back_on" in draft else str(code)
    if "resolved_on" in draft:
        return "fed_back" if "fed_back_on" in draft else "resolved"
    if "result" in draft:
        return "in_progress"
    return "assigned" if {"measure", "owner_id", "due_on"} <= draft.keys() else "collected"


@dataclass
class Heard:
    """The issues of one visit on their way in. `visit` holds the visit's id and fields, `known` the issues it has."""

    writes: Writes
    visit: Mapping[str, Stored]
    known: Sequence[Draft]
    names: Mapping[str, str]
    today: date

    def bring_in(self, readings: Iterable[Reading]) -> list[Outcome]:
        """Write the issues that these rows tell of, and return what became of each."""
        told = [reading for reading in readings if "words" in reading.draft]
        left = {_bare(issue["words"]): issue for issue in self.known}
        again = [left.pop(_bare(reading.draft["words"]), None) for reading in told]
        unpaired = list(left.values())
        return [
            self._one(reading, issue or (unpaired.pop(0) if unpaired else None))
            for reading, issue in zip(told, again, strict=True)
        ]

    def _one(self, reading: Reading, issue: Draft | None) -> Outcome:
        told = pick(reading.draft, (*OF_ISSUE, "stage", "lead_id", "owner_id", "escalated_on"))
        if issue is None:
            self._add(reading, told)
            return "new"
        if issue["confirmed"] and _bare(issue["words"]) != _bare(told["words"]):
            reason = f"这次走访在册的问题是「{issue['words']}」，原话已经确认，不能再改；若是另一件问题，请在走访里另记"
            reading.leave_out("words", reason)
            return "refused"
        before = len(reading.differences)
        stage, was = str(told.pop("stage")), str(issue["stage"])
        reading.amend(self.writes, Issue, str(issue["id"]), issue, told, self.names)
        self._advance(reading, str(issue["id"]), was, stage)
        return "changed" if len(reading.differences) > before else "same"

    def _add(self, reading: Reading, told: Draft) -> None:
        collected_on = self.visit["occurred_on"]
        draft = told | {"visit_id": self.visit["id"], "household_id": self.visit["household_id"]}
        draft |= {"source": self.visit["visit_type"], "collected_on": collected_on, "confirmed": 1}
        id = self.writes.add(Issue, draft)
        stage = str(told["stage"])
        steps = ["collected"] + ["resolved"] * (stage in ("fed_back", "closed")) + [stage]
        for step in dict.fromkeys(steps):
            self._event(id, step, reading.draft.get(_DATED.get(step, "")) or collected_on)
        if not reading.new:
            label = reading.form.field("words").label
            reading.differences.append(Difference(label, "", str(told["words"])))

    def _advance(self, reading: Reading, id: str, was: str, stage: str) -> None:
        """Take an issue further, never back: the wall may know more than an older book."""
        if _STAGES.index(stage) <= _STAGES.index(was):
            return
        self.writes.set(Issue, id, {"stage": stage})
        self._event(id, stage, reading.draft.get(_DATED.get(stage, "")) or self.today.isoformat())
        words = codes.ISSUE_STAGE.show
        reading.differences.append(Difference("进展", words(was), words(stage)))

    def _event(self, issue_id: str, stage: str, on: Stored) -> None:
        by = str(self.visit["visitors"]).split()[0]
        event = {"issue_id": issue_id, "event_type": stage, "happened_on": on, "by_id": by}
        self.writes.add(IssueEvent, event)


def _bare(stored: Stored) -> str:
    return "".join(str(stored).split())
