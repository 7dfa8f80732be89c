"""The year's duties: read from data with their sources, and how far the year has come."""

from datetime import date
from pathlib import Path

import pytest

from villagebranch.domain.codes import MEETING_TYPE
from villagebranch.domain.duties import Duty, read_duties, standing

DUTIES = {
    duty.name: duty
    for duty in read_duties(
        (Path(__file__).parents[2] / "resources/rules/duties.json").read_text(encoding="utf-8")
    )
}
TODAY = date(2026, 11, 23)


def days(*months: int, year: int = 2026) -> list[date]:
    return [date(year, month, 20) for month in months]


def test_every_meeting_type_has_its_duty_with_source_and_text():
    assert {duty.meeting_type for duty in DUTIES.values()} - {""} == set(MEETING_TYPE.options)
    assert all(duty.source and duty.text for duty in DUTIES.values())


def test_what_is_only_usage_is_marked_to_be_checked():
    assert DUTIES["class"].needs_check
    assert not DUTIES["general"].needs_check


@pytest.mark.parametrize(
    ("name", "held", "words", "tone"),
    [
        ("general", days(2, 5, 8, 11), "4 / 4", "done"),
        ("committee", days(*range(1, 11)), "10 / 11", "soon"),
        ("group", days(*range(1, 12)), "11 / 11", "done"),
        ("org_life", [], "待开", "muted"),
        ("org_life", days(10), "1 / 1", "done"),
        ("general", [], "0 / 4", "soon"),
    ],
)
def test_a_duty_stands_as_on_the_meeting_page(name, held, words, tone):
    now = standing(DUTIES[name], held, TODAY)
    assert (now.words, now.tone) == (words, tone)


def test_a_second_meeting_in_one_month_fills_no_other_month():
    assert standing(DUTIES["committee"], [*days(1, 1, 1)], TODAY).done == 1


def test_meetings_of_other_years_and_days_ahead_do_not_count():
    assert standing(DUTIES["general"], [*days(11, year=2025), *days(12)], TODAY).done == 0


def test_what_is_not_held_is_due_at_the_end_of_its_period():
    now = standing(DUTIES["committee"], days(10), TODAY)
    assert (now.held_now, now.deadline, now.reminder) == (False, date(2026, 11, 30), "本月未开")


def test_what_is_held_is_due_at_the_end_of_the_next_period():
    assert standing(DUTIES["committee"], days(11), TODAY).deadline == date(2026, 12, 31)
    assert standing(DUTIES["general"], days(10), TODAY).deadline == date(2027, 3, 31)
    assert standing(DUTIES["general"], days(10), TODAY).reminder == ""


def test_a_rhythm_has_its_words():
    assert [DUTIES[name].rhythm_label for name in ("committee", "general", "org_life")] == [
        "每月一次",
        "每季一次",
        "每年一次",
    ]


def test_an_entry_needs_no_more_than_a_duty_has():
    assert read_duties("[]") == ()
    assert Duty("a", "甲", "month", "源", "文").meeting_type == ""
