"""Issues: collected, studied, assigned, done, and told back to the villager; each step leaves an event."""

from collections.abc import Iterable, Mapping, Sequence
from dataclasses import asdict, dataclass, replace
from datetime import date
from itertools import chain
from typing import Any, TypeVar

from sqlalchemy import ColumnElement, Connection, Select, func, or_, select

from villagebranch.db.among import among, ids_of
from villagebranch.db.journal import Act
from villagebranch.domain import issues as rules
from villagebranch.domain.codes import ISSUE_SOURCE, ISSUE_STAGE, VISIT_TYPE
from villagebranch.domain.errors import Refused
from villagebranch.domain.fields import Draft, Field, Kind
from villagebranch.domain.table import Column, Table
from villagebranch.domain.values import Choice, Text
from villagebranch.records.issue import Issue
from villagebranch.records.issue_event import IssueEvent
from villagebranch.records.kept import HouseholdState
from villagebranch.services import households
from villagebranch.services.from_township import latest, replies
from villagebranch.services.people import names

KIND = Issue.kind()
_COLLECTED = ("words", "category", "source", "household_id", "reporter", "collected_on", "answer")
# What is heard on a visit comes in with the visit.
_OTHER_SOURCES = {
    code: label for code, label in ISSUE_SOURCE.options.items() if code not in VISIT_TYPE.options
}
COLLECT_FORM = Kind(
    "issue",
    "问题",
    tuple(
        replace(KIND.field(name), value=Choice(_OTHER_SOURCES, ISSUE_SOURCE.also))
        if name == "source"
        else KIND.field(name)
        for name in _COLLECTED
    ),
)
STUDY_FORM = Kind(
    "issue", "研究定责", tuple(KIND.field(name) for name in ("measure", "lead_id", "owner_id", "due_on"))
)
_CORRECTED = (
    *("words", "category", "issue_kind", "household_id", "reporter", "collected_on", "answer"),
    *("measure", "lead_id", "owner_id", "due_on", "result"),
)
_HEARD = ("words", "category", "issue_kind", "answer", "owner_id", "due_on")
_ENDS = {"resolved", "explained", "merged"}
_ASKED_TOO = {"assigned": ("lead_id",), "resolved": ("result",), "fed_back": ("satisfaction",)}
_DATED = {"fed_back": "fed_back_on", "escalated": "escalated_on"} | dict.fromkeys(_ENDS, "resolved_on")


@dataclass(frozen=True)
class IssueRow:
    """One issue, every value ready to be printed; dates are ISO text or '', links have their words beside them, and `reply`
    is the township's last answer in words."""

    id: str
    words: str
    category: str
    source: str
    collected_on: str
    stage: str
    household_id: str
    place: str
    reporter: str
    answer: str
    measure: str
    lead_id: str
    lead: str
    owner_id: str
    owner: str
    due_on: str
    resolved_on: str
    result: str
    fed_back_on: str
    fed_back_way: str
    satisfaction: str
    escalated_on: str
    visit_id: str
    confirmed: bool
    issue_kind: str = ""
    merged_into: str = ""
    reply: str = ""

    def shown(self, name: str) -> str:
        """Return a coded field as people read it."""
        return KIND.field(name).value.show(getattr(self, name) or None)

    @property
    def raised_by(self) -> str:
        """Who raised it: 5组 陆根发, a name, or nobody."""
        head, _, place = self.place.partition(" 户 · ")
        return f"{place.split(' ')[0]} {head}" if place else self.reporter or self.place


@dataclass(frozen=True)
class Event:
    """One step in the life of an issue, as it is told; an answer of the township has the stage 'reply'."""

    stage: str
    happened_on: str
    note: str
    by: str

    @property
    def said(self) -> str:
        """What happened, in words."""
        return "镇里答复" if self.stage == "reply" else ISSUE_STAGE.show(self.stage)


def draft_heard(raw: Mapping[str, object], occurred_on: str, today: date) -> Draft:
    """Read an issue heard on a visit. One with an answer on the spot, an owner and a deadline is assigned at once."""
    draft = KIND.draft({name: raw.get(name) for name in _HEARD}, today, partial=True)
    if not draft["words"]:
        raise Refused({"words": "请写群众反映的问题"})
    if draft["answer"]:
        draft["measure"] = draft["answer"]
    draft |= {"collected_on": occurred_on, "stage": "collected"}
    return draft if rules.move_problems(draft, "assigned") else draft | {"stage": "assigned"}


def collect(act: Act, raw: Mapping[str, object], today: date) -> str:
    """Take in an issue that did not come from a visit (来访、电话、会议); return its id. Raises `Refused`."""
    draft = COLLECT_FORM.draft({"collected_on": today.isoformat()} | dict(raw), today)
    return add(act, draft | {"stage": "collected"}, by=None)


def add(act: Act, draft: Mapping[str, str | int | None], by: str | None) -> str:
    """Add a checked issue with the events that its stage implies; return its id."""
    id = act.add(Issue, draft)
    for stage in dict.fromkeys(("collected", str(draft["stage"]))):
        _tell(act, id, stage, str(draft["collected_on"]), by=by)
    return id


def form_to_correct(row: IssueRow) -> Kind:
    """Return what can be corrected of an issue: its words only until they are confirmed."""
    names_asked = _CORRECTED[1:] if row.confirmed else _CORRECTED
    return Kind("issue", "改问题", tuple(KIND.field(name) for name in names_asked))


def correct(act: Act, id: str, raw: Mapping[str, object], today: date) -> None:
    """Change fields of an issue. The villager's words stay once they are confirmed: corrections go into the log."""
    draft = KIND.draft(raw, today, partial=True)
    row = one(act.conn, id)
    if row.confirmed and "words" in draft and draft["words"] != row.words:
        raise Refused({"words": "原话已经确认，不能再改；有出入请记在办理记录里"})
    act.set(Issue, id, draft)


def confirm(act: Act, id: str) -> None:
    """Fix the villager's words."""
    act.set(Issue, id, {"confirmed": 1})


def study(
    act: Act, id: str, raw: Mapping[str, object], today: date, meeting_words: str = "", final: bool = True
) -> None:
    """Settle measure, lead, owner and deadline. When `final`, all but the lead are required, the words are fixed and the
    issue is assigned (one in hand already stays so); otherwise what is there is kept for later. Raises `Refused`."""
    awaited = rules.awaits_study(asdict(one(act.conn, id)))
    draft = STUDY_FORM.draft(raw, today, partial=True)
    act.set(Issue, id, draft)
    row = one(act.conn, id)
    if awaited and not rules.awaits_study(asdict(row)):
        _tell(act, id, "studied", today.isoformat(), meeting_words)
    if not final:
        return
    if problems := rules.undecided(asdict(row)):
        raise Refused(problems)
    confirm(act, id)
    if row.stage in rules.UNSETTLED:
        move(act, id, "assigned", today, note=meeting_words)


def move(
    act: Act,
    id: str,
    stage: str,
    on: date,
    raw: Mapping[str, object] | None = None,
    note: str = "",
) -> None:
    """Take an issue to another stage on a day, with the fields that belong to it; an event keeps it. Raises `Refused`."""
    row = one(act.conn, id)
    draft = KIND.draft(raw or {}, on, partial=True)
    if stage in _DATED:
        draft.setdefault(_DATED[stage], on.isoformat())
    if stage == "in_progress":
        draft |= dict.fromkeys(("resolved_on", "fed_back_on", "fed_back_way", "satisfaction"))
    if problems := rules.move_problems(asdict(row) | draft, stage):
        raise Refused(problems)
    if draft.get("merged_into") == id:
        raise Refused({"merged_into": "不能并入它自己，请选另一件"})
    happened = str(draft.get(_DATED.get(stage, "")) or on.isoformat())
    if happened < row.collected_on or happened > on.isoformat():
        problem = "日期早于收集日期" if happened < row.collected_on else "日期还没有到"
        raise Refused({_DATED.get(stage, ""): f"{problem}，请核对"})
    act.set(Issue, id, draft | {"stage": stage})
    _tell(act, id, stage, happened, note or str(draft.get("result") or ""))


def _tell(act: Act, id: str, stage: str, on: str, note: str = "", by: str | None = None) -> None:
    told = {"issue_id": id, "event_type": stage, "happened_on": on, "note": note or None, "by_id": by}
    act.add(IssueEvent, told)


def form_for(now: str, to: str) -> Kind:
    """Return what is asked when an issue goes from the stage `now` to `to`, on the way there included."""
    steps = rules.steps_to(now, to)
    needed = {name for step in steps for name in rules.needed_for(step)}
    asked = needed.union(*(_ASKED_TOO.get(step, ()) for step in steps))
    fields = [replace(one, required=one.name in needed) for one in KIND.fields if one.name in asked]
    fields += [_ASKED] if to == "escalated" else []
    return Kind("issue", ISSUE_STAGE.show(to), tuple(fields))


# Goes into the log of the issue, and up to the township with it.
_ASKED = Field("asked", "请镇里解决什么", Text(500, lines=2), hint="如：需要资金、需水务站派人；写在上报里")


def advance(act: Act, id: str, to: str, today: date, raw: Mapping[str, object]) -> None:
    """Take an issue to another stage with what `form_for` asked; once it is assigned its words are fixed. Raises
    `Refused`."""
    now = one(act.conn, id).stage
    for step in rules.steps_to(now, to) or (to,):
        asked = {field.name for field in form_for(now, step).fields}
        if step == "assigned":
            confirm(act, id)
        told = {name: value for name, value in raw.items() if name in asked - {_ASKED.name}}
        note = str(raw.get(_ASKED.name) or "").strip() if step == "escalated" else ""
        move(act, id, step, today, told, note)
        now = step


def remove(act: Act, id: str) -> None:
    """Delete an issue; in a month's balance that carried it over it counts as withdrawn."""
    act.remove(Issue, id)


def one(conn: Connection, id: str) -> IssueRow:
    """Return one issue; raise KeyError where there is none."""
    found = rows(conn, [id])
    if not found:
        raise KeyError(f"issue {id}")
    return found[0]


def rows(conn: Connection, ids: Sequence[str]) -> list[IssueRow]:
    """Return these issues in this order, with the words for their links."""
    found = {row["id"]: row for row in conn.execute(_ROWS, {"ids": ids}).mappings().all()}
    people = names(conn, {row[name] for row in found.values() for name in ("lead_id", "owner_id")})
    places = households.words_of(conn, {row["household_id"] for row in found.values()})
    answers = latest(conn, found)
    made = []
    for row in (found[id] for id in ids if id in found):
        values = {name: row[name] or "" for name in _COPIED}
        values["reply"] = answers[row["id"]].sentence if row["id"] in answers else ""
        values |= {"lead": people.get(row["lead_id"], ""), "owner": people.get(row["owner_id"], "")}
        place = places.get(row["household_id"], "")
        made.append(IssueRow(id=row["id"], place=place, confirmed=bool(row["confirmed"]), **values))
    return made


_ROWS = select(*Issue.table().columns).where(among(Issue.id), Issue.removed_at.is_(None))
_COPIED = tuple(
    name
    for name in IssueRow.__dataclass_fields__
    if name not in ("id", "place", "lead", "owner", "confirmed", "reply")
)


@dataclass(frozen=True)
class Wanted:
    """Which issues to list: in some stages, collected in a month or year, of a household or a category, by their
    owner, with some words in them or of a person of that name."""

    stages: tuple[str, ...] = ()
    period: str = ""
    household_id: str = ""
    owner_id: str = ""
    category: str = ""
    words: str = ""


EVERY = Wanted()
Picked = TypeVar("Picked", bound=tuple[Any, ...])
_CARDS = 300  # of one column: more are found by the filters, or in the list


def ids(conn: Connection, wanted: Wanted) -> list[str]:
    """Return the ids of issues, latest first."""
    query = _narrowed(select(Issue.id), wanted)
    return ids_of(conn, query.order_by(Issue.collected_on.desc(), Issue.id.desc()))


def _narrowed(query: Select[Picked], wanted: Wanted) -> Select[Picked]:
    query = query.where(Issue.removed_at.is_(None))
    if wanted.stages:
        query = query.where(Issue.stage.in_(wanted.stages))
    if wanted.period:
        query = query.where(Issue.collected_on >= wanted.period, Issue.collected_on < wanted.period + "~")
    if wanted.words:
        query = query.where(_bears(wanted.words))
    for name in ("household_id", "owner_id", "category"):
        if value := getattr(wanted, name):
            query = query.where(getattr(Issue, name) == value)
    return query


def _bears(text: str) -> ColumnElement[bool]:
    named = HouseholdState.head_name.contains(text, autoescape=True)
    columns = (Issue.words, Issue.reporter, Issue.measure, Issue.result)
    return or_(
        *(column.contains(text, autoescape=True) for column in columns),
        Issue.household_id.in_(select(HouseholdState.household_id).where(named)),
    )


@dataclass(frozen=True)
class WallColumn:
    """One column of the wall: how many issues stand in it, and the first of them as cards."""

    total: int
    cards: list[IssueRow]


def wall(conn: Connection, today: date, wanted: Wanted = EVERY) -> tuple[WallColumn, ...]:
    """Return the columns of `domain.issues.WALL_COLUMNS`: overdue first, then by deadline, then the oldest."""
    stages = tuple(stage for stage in rules.MOVES if rules.wall_column(stage) is not None)
    query = select(Issue.id, Issue.stage, Issue.due_on, Issue.collected_on)
    standing: list[list[tuple[int, str, str, str]]] = [[] for _ in rules.WALL_COLUMNS]
    for id, stage, due_on, collected_on in conn.execute(_narrowed(query, replace(wanted, stages=stages))):
        late = rules.overdue_days(due_on, stage, today)
        standing[rules.wall_column(stage) or 0].append((-late, due_on or "9999", collected_on, id))
    first = [[id for *_, id in sorted(column)[:_CARDS]] for column in standing]
    found = {row.id: row for row in rows(conn, list(chain(*first)))}
    return tuple(
        WallColumn(len(column), [found[id] for id in shown])
        for column, shown in zip(standing, first, strict=True)
    )


def overdue(conn: Connection, today: date) -> int:
    """Return how many open issues have passed their deadline."""
    late = select(func.count()).where(Issue.removed_at.is_(None), Issue.stage.in_(rules.OPEN_STAGES))
    return conn.scalar(late.where(Issue.due_on < today.isoformat())) or 0


def events(conn: Connection, id: str) -> list[Event]:
    """Return the steps of an issue and the township's answers, in order."""
    query = select(IssueEvent.event_type, IssueEvent.happened_on, IssueEvent.note, IssueEvent.by_id)
    query = query.where(IssueEvent.issue_id == id, IssueEvent.removed_at.is_(None))
    found = conn.execute(query.order_by(IssueEvent.happened_on, IssueEvent.id)).all()
    people = names(conn, {row.by_id for row in found})
    steps = [
        Event(row.event_type, row.happened_on, row.note or "", people.get(row.by_id or "", ""))
        for row in found
    ]
    steps += [Event("reply", one.replied_on, one.said, one.by) for one in replies(conn, [id])]
    return sorted(steps, key=lambda step: step.happened_on)


# The columns of ledger L17, and those of them that fit a screen.
_COLUMNS = (
    *("collected_on", "place", "source", "category", "words", "measure", "lead", "owner", "due_on", "stage"),
    *("resolved_on", "fed_back_on", "satisfaction"),
)
_ON_SCREEN = ("collected_on", "place", "category", "words", "owner", "due_on", "stage", "resolved_on")


def listing(found: Iterable[IssueRow], *, whole: bool = False) -> Table:
    """Return the issues as a list for the screen, or the `whole` of it."""
    made = {
        name: Column(name, label, Text())
        for name, label in (("place", "反映人"), ("lead", "责任领导"), ("owner", "责任人"))
    }
    shown = _COLUMNS if whole else _ON_SCREEN
    columns = tuple(made.get(name) or Column.of(KIND.field(name)) for name in shown)
    listed = list(found)
    return Table(
        columns,
        [tuple(getattr(row, name) or None for name in shown) for row in listed],
        [row.id for row in listed],
    )
