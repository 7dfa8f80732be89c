"""Bringing a village's own books in: what every row would do is shown first, then done in one act that can be undone."""

from villagebranch.services.imports.households import plan_households
from villagebranch.services.imports.members import plan_members
from villagebranch.services.imports.plan import Difference, Plan, Tally, Verdict, apply, words_of
from villagebranch.services.imports.visits import plan_visits

PLANS = {"members": plan_members, "households": plan_households, "visits": plan_visits}
"""How each sort of book is planned, by its glossary name."""

__all__ = [
    "PLANS",
    "Difference",
    "Plan",
    "Tally",
    "Verdict",
    "apply",
    "plan_households",
    "plan_members",
    "plan_visits",
    "words_of",
]
