"""A year in the practice village: its meetings, the old issues seen to, and November's visits with what came of them."""

import json
from collections.abc import Mapping, Sequence
from datetime import date
from typing import Any

from villagebranch.db.journal import Act
from villagebranch.db.seat import Seat
from villagebranch.domain import periods
from villagebranch.records.visit import Visit
from villagebranch.resources import RESOURCES
from villagebranch.services import cadres, households, issues, meetings, monthly_summary, visits
from villagebranch.services.cadres import InOffice
from villagebranch.services.households import HouseholdRow
from villagebranch.services.meeting_view import MeetingView

_OLD_ONES_LEFT = 7
_RHYTHM = {
    "committee": range(1, 13),
    "theme_day": range(1, 13),
    "group": range(1, 13),
    "general": (3, 6, 9),
    "class": (2, 5, 8, 11),
}
_DAYS = {"committee": 5, "theme_day": 15, "group": 18, "general": 20, "class": 22}
_TITLES = {"class": "学习《中国共产党农村基层组织工作条例》", "theme_day": "整治村容、走访老党员"}
GROUPS = ("第一党小组", "第二党小组", "第三党小组")


def see_to_old_issues(opened: Seat, today: date) -> None:
    """Tell the villagers what was resolved in the imported years, and resolve all but a few of the rest."""
    with opened.store.write(opened.user.name, "整理旧问题") as act:
        owner = cadres.cadres(act.conn, today)[1].person_id
        rows = issues.rows(act.conn, issues.ids(act.conn, issues.Wanted()))
        still_open = [row for row in rows if row.stage == "in_progress"]
        for row in still_open[_OLD_ONES_LEFT:]:
            day = _within(row.collected_on, 45, today)
            issues.move(act, row.id, "resolved", day, {"result": "已办妥"})
            _tell(act, row.id, day)
        for row in rows:
            if row.stage == "resolved":
                _tell(act, row.id, date.fromisoformat(row.resolved_on))
        for place, row in enumerate(still_open[:_OLD_ONES_LEFT]):
            due = date(today.year, 11, 30 if place else 12).isoformat()
            raw = {"measure": "村里协调解决", "owner_id": owner, "due_on": due}
            issues.correct(act, row.id, raw, today)


def _within(collected_on: str, days: int, today: date) -> date:
    return min(date.fromordinal(date.fromisoformat(collected_on).toordinal() + days), today)


def _tell(act: Act, id: str, on: date) -> None:
    issues.move(act, id, "fed_back", on, {"fed_back_way": "当面", "satisfaction": "满意"})
    issues.move(act, id, "closed", on)


def hold_year(opened: Seat, today: date) -> None:
    """Hold the year's meetings up to today, with some members on leave."""
    for month in range(1, today.month + 1):
        for meeting_type, months in _RHYTHM.items():
            day = date(today.year, month, _DAYS[meeting_type])
            if month in months and day < today:
                _hold(opened, meeting_type, day)


def _hold(opened: Seat, meeting_type: str, day: date) -> None:
    groups = GROUPS if meeting_type == "group" else ("",)
    for group in groups:
        with opened.store.write(opened.user.name, "记会议") as act:
            draft = meetings.draft(act.conn, meeting_type, day, group)
            told: dict[str, object] = {
                "starts_at": f"{day} 14:00",
                "ends_at": f"{day} 15:30",
                "title": _TITLES.get(meeting_type),
                "discussion": "按计划进行，通报了近期工作，安排了下一步任务。",
            }
            if meeting_type == "class":
                told |= {"hours": 2, "lecturer": "王堃（党支部书记）"}
            agenda = [] if meeting_type == "class" else [{"title": "研究近期工作"}]
            meetings.save(act, dict(draft.values) | told, _seats(draft, day.month), agenda, day)


def _seats(draft: MeetingView, turn: int) -> list[dict[str, object]]:
    """Return the roll of a draft with a few members on leave, other ones each month."""
    seats: list[dict[str, object]] = []
    for place, seat in enumerate(draft.seats):
        ill = seat.status == "present" and len(draft.seats) > 8 and (place + turn * 5) % 17 == 3
        status, reason = ("leave", "因病请假") if ill else (seat.status, seat.reason)
        seats.append(
            {"person_id": seat.person_id, "status": status, "reason": reason, "can_vote": int(seat.can_vote)}
        )
    return seats


def record_visits(opened: Seat, today: date) -> None:
    """Record November's visits as the cadres would, one act each, and what came of the issues heard."""
    with opened.store.read() as conn:
        at_work = cadres.cadres(conn, today)
        homes = [row for row in households.households(conn, today) if row.cadre_id]
    for place, told in enumerate(month()["visits"]):
        if told["day"] <= today.day:
            _record(opened, told, at_work, homes, place, today)


def month() -> dict[str, Any]:
    """Return the month as `resources/demo/november.json` tells it."""
    read: dict[str, Any] = json.loads((RESOURCES / "demo" / "november.json").read_text(encoding="utf-8"))
    return read


def _record(
    opened: Seat,
    told: Mapping[str, Any],
    at_work: Sequence[InOffice],
    homes: list[HouseholdRow],
    place: int,
    today: date,
) -> None:
    cadre = at_work[place % len(at_work)]
    home = (
        None
        if "place" in told
        else homes.pop(next(n for n, row in enumerate(homes) if row.cadre_id == cadre.id))
    )
    raw = {
        "household_id": home.id if home else None,
        "place": told.get("place"),
        "occurred_on": today.replace(day=told["day"]).isoformat(),
        "visitors": cadre.person_id,
        "visit_type": told["way"],
        "account": told["account"],
    }
    heard = [{name: one.get(name) for name in ("words", "category", "answer")} for one in told["issues"]]
    with opened.store.write(cadre.name, "记一次走访") as act:
        id = visits.record(act, raw, heard, today)
        act.set(Visit, id, {"recorded_at": f"{raw['occurred_on']} 18:00"})
    for one, kept in zip(told["issues"], _heard(opened, id), strict=True):
        _see_to(opened, kept, one, at_work, place, today)


def _heard(opened: Seat, visit_id: str) -> list[str]:
    with opened.store.read() as conn:
        return [one.id for one in visits.heard_on(conn, [visit_id]).get(visit_id, [])]


def _see_to(
    opened: Seat, id: str, told: Mapping[str, Any], at_work: Sequence[InOffice], place: int, today: date
) -> None:
    """Settle, resolve and tell back an issue as far as its story goes; one without a measure waits for the meeting."""
    if "measure" not in told:
        return

    def day(number: int) -> date:
        return date.fromordinal(today.replace(day=1).toordinal() + number - 1)

    settled = {
        "measure": told["measure"],
        "lead_id": at_work[0].person_id,
        "owner_id": at_work[1 + place % (len(at_work) - 1)].person_id,
        "due_on": day(told["due"]).isoformat(),
    }
    with opened.store.write(opened.user.name, "办理问题") as act:
        issues.study(act, id, settled, day(told.get("resolved", told.get("escalated", today.day))))
        if "escalated" in told:
            issues.move(act, id, "escalated", day(told["escalated"]))
        if "resolved" in told:
            issues.move(act, id, "resolved", day(told["resolved"]), {"result": told["result"]})
        if "told" in told:
            way = {"fed_back_way": told["told_way"], "satisfaction": told["satisfaction"]}
            issues.move(act, id, "fed_back", day(told["told"]), way)


def hold_general_meeting(opened: Seat, today: date) -> str:
    """Hold November's general meeting, with an item about an issue that a visit brought up; return its id."""
    told = month()["general"]
    with opened.store.read() as conn:
        open_issues = {row.words: row.id for row in issues.rows(conn, issues.ids(conn, issues.Wanted()))}
    with opened.store.write(opened.user.name, "记会议") as act:
        draft = meetings.draft(act.conn, "general", today)
        seats = _seats(draft, today.month)
        voters = sum(seat["status"] == "present" and bool(seat["can_vote"]) for seat in seats)
        agenda: list[dict[str, object]] = []
        for item in told["items"]:
            row = {name: item.get(name) for name in ("title", "discussion", "resolution")}
            row["issue_id"] = open_issues.get(item.get("issue", ""))
            if item.get("resolution"):
                row |= {"votes_yes": voters - 1, "votes_no": 0, "votes_abstain": 1, "vote_way": "hands"}
            agenda.append(row)
        when: dict[str, object] = {
            "starts_at": f"{today} 14:00",
            "ends_at": f"{today} 15:40",
            "discussion": told["discussion"],
        }
        when["guests"] = "枫泾镇党建办 钱志明"
        return meetings.save(act, dict(draft.values) | when, seats, agenda, today).id


def study_month(opened: Seat, today: date) -> str:
    """Hold the monthly study meeting: settle every issue that waits, then freeze the summary; return the meeting's id."""
    with opened.store.write(opened.user.name, "月度研究会") as act:
        at_work = cadres.cadres(act.conn, today)
        unsettled = issues.Wanted(stages=("collected", "sorted", "studied"))
        waiting = issues.rows(act.conn, issues.ids(act.conn, unsettled))
        draft = meetings.draft(act.conn, "committee", today)
        agenda = [dict(meetings.agenda_from_issue(act.conn, row.id)) for row in waiting]
        raw: dict[str, object] = dict(draft.values)
        raw |= {"starts_at": f"{today} 09:00", "ends_at": f"{today} 10:30"}
        held = meetings.save(act, raw, _seats(draft, today.month), agenda, today).id
        for place, row in enumerate(waiting):
            settled = {
                "measure": row.measure or "村里派人查看，七天内答复",
                "lead_id": at_work[0].person_id,
                "owner_id": row.owner_id or at_work[1 + place % (len(at_work) - 1)].person_id,
                "due_on": row.due_on or date(today.year, 12, 10).isoformat(),
            }
            issues.study(act, row.id, settled, today, f"{periods.month_label(f'{today:%Y-%m}')}研究会")
        monthly_summary.freeze(act, periods.month_of(today), today, held)
    return held


def live_through(opened: Seat, today: date) -> None:
    """Do all of it but the study meeting, which people try for themselves."""
    see_to_old_issues(opened, today)
    hold_year(opened, today)
    record_visits(opened, today)
