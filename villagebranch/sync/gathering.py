"""收包: the packages of many villages, each taken in by itself, so that a bad one hinders no other."""

from collections.abc import Sequence
from dataclasses import dataclass

from villagebranch.db.seat import Seat
from villagebranch.domain.errors import Refused, Trouble
from villagebranch.sync import errands
from villagebranch.sync.errands import Taken
from villagebranch.sync.merge import Outlook
from villagebranch.sync.stick import Found

WANTED = ("report", "request")
"""The kinds of packages that villages send to their township."""


@dataclass(frozen=True)
class Outcome:
    """What became of one package: from whom it is ('' where nobody knows), and in words what it did, or why not."""

    file: str
    who: str
    said: str
    taken: Taken | None = None


def to_take(found: Sequence[Found]) -> list[Found]:
    """Return those that are new here, oldest first, as they were made."""
    return [one for one in reversed(found) if one.state == "new" and _kind(one) in WANTED]


def in_the_way(found: Sequence[Found]) -> list[Found]:
    """Return those that somebody must see to: broken ones, and those of computers that are not known."""
    strange = ("broken", "stranger")
    return [one for one in found if one.state in strange and _kind(one) in ("", *WANTED)]


def _kind(found: Found) -> str:
    return found.seen.header.kind if found.seen.header else ""


def take_one(seat: Seat, found: Found, *, backed_up: bool) -> Outcome:
    """Take one package in, after a backup unless one of its companions made it; whatever stands in the way is said."""
    path, who = found.seen.path, (found.who.unit or found.who.name) if found.who else ""
    try:
        package = errands.open_package(seat, errands.fetch(seat, path))
        taken = errands.take_in(seat, package, path.name, backed_up=backed_up)
    except (Refused, Trouble) as failure:
        return Outcome(path.name, who, str(failure))
    if package.header.kind == "request":
        return Outcome(path.name, who, "请求补送：下次答复时一起送去", taken)
    return Outcome(path.name, who, _words(taken.outlook), taken)


def _words(of: Outlook) -> str:
    if not of.acts:
        return "比已经收的旧，没有新的内容"
    counts = {"新增": sum(of.new.values()), "改动": sum(of.changed.values()), "去掉": len(of.deletions)}
    return "、".join(f"{label} {count}" for label, count in counts.items() if count) or "和上次一样"
