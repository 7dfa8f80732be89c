"""What a backup is called and what is in it, in words."""

from datetime import datetime

from villagebranch.db.backup import REASONS, Backup
from villagebranch.domain.dayshow import day_words

COUNTED = {"member": "党员", "household": "户", "visit": "走访", "issue": "问题", "meeting": "会议"}


def when(one: Backup) -> str:
    """Return the day and time at which a backup was made."""
    return moment(one.made_at)


def moment(at: datetime) -> str:
    """Return a day and time as people read it."""
    return day_words(f"{at:%Y-%m-%d %H:%M}")


def reason(one: Backup) -> str:
    """Return on what occasion it was made."""
    return REASONS.get(one.about.reason, "")


def counts(one: Backup) -> str:
    """Return how much is in it."""
    return "、".join(f"{label} {one.about.counts.get(kind, 0)}" for kind, label in COUNTED.items())
