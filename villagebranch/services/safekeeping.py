"""What is to be done so that the data are not lost with the password or the computer."""

from collections.abc import Iterator
from datetime import date

from villagebranch.db.keys import Keys
from villagebranch.domain.safekeeping import STICK_DAYS, days_since
from villagebranch.services.reminders import Reminder


def card_due(keys: Keys) -> Iterator[Reminder]:
    """Yield that a recovery card is to be made, as long as there is none."""
    if keys.card is None:
        told = "忘了密码，没有它谁也打不开资料"
        yield Reminder("安全", "做一张应急卡", told, "还没有", "amber", 0, "recovery_card")


def stick_due(keys: Keys, today: date) -> Iterator[Reminder]:
    """Yield that a backup is to be put on a stick, when the last one there is a week old."""
    days = days_since(keys.carried, today)
    if days is None or days >= STICK_DAYS:
        told = "电脑丢了、坏了，只有 U 盘上的备份能找回资料"
        when = "还没有存过" if days is None else f"上次是 {days} 天前"
        left = 0 if days is None else STICK_DAYS - days
        where = {"section": "backup"}
        yield Reminder("安全", "存一份备份到 U 盘", told, when, "amber", left, "settings", where)
