"""The reminders that keep the data from being lost with the password or the computer, and the age of the last backup."""

from dataclasses import replace
from datetime import date

import pytest

from villagebranch.db.cipher import Key
from villagebranch.db.keys import CardLock, Cost, Keys
from villagebranch.domain.safekeeping import last_backup
from villagebranch.services.safekeeping import card_due, stick_due

TODAY = date(2026, 11, 23)
KEYS = Keys("新黎村党支部", "mark", ())


def test_a_card_is_asked_for_until_there_is_one():
    (due,) = card_due(KEYS)
    assert (due.title, due.page) == ("做一张应急卡", "recovery_card")
    lock = CardLock.around(Key.new(), "1" * 40, "2026-11-20T09:00:00", Cost(8, 1, 1))
    assert list(card_due(replace(KEYS, card=lock))) == []


@pytest.mark.parametrize(
    ("carried", "when"),
    [
        (None, "还没有存过"),
        ("2026-11-16T17:00:00", "上次是 7 天前"),
        ("2025-11-23T17:00:00", "上次是 365 天前"),
    ],
)
def test_a_backup_on_a_stick_is_asked_for_every_week(carried, when):
    (due,) = stick_due(replace(KEYS, carried=carried), TODAY)
    assert (due.when, due.page, due.what) == (when, "settings", {"section": "backup"})


@pytest.mark.parametrize("carried", ["2026-11-17T00:00:00", "2026-11-23T09:00:00", "2031-01-01T00:00:00"])
def test_a_young_backup_on_a_stick_is_enough(carried):
    assert list(stick_due(replace(KEYS, carried=carried), TODAY)) == []


@pytest.mark.parametrize(
    ("carried", "backed_up", "said"),
    [
        (None, None, "还没有"),
        (None, "2026-11-22T17:00:00", "昨天，还没有存到 U 盘"),
        ("2026-11-20T17:00:00", "2026-11-23T08:00:00", "U 盘，3 天前"),
        ("2026-11-23T07:00:00", None, "U 盘，今天"),
        ("2099-01-01T00:00:00", None, "U 盘，今天"),
    ],
)
def test_the_age_of_the_last_backup_is_said_for_the_stick_first(carried, backed_up, said):
    assert last_backup(carried, backed_up, TODAY) == said
