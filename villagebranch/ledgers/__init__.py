"""The ledgers, one file each: an explicit list, in the order of the 台账 page, a branch's first and then a township's."""

from villagebranch.ledgers import (
    contact_handbook,
    household_card,
    issue_notice,
    meeting_record,
    meeting_year,
    member_card,
    member_roster,
    monthly_issue_summary,
    sign_in_sheet,
    village_answers,
    village_issue_ages,
    village_issue_list,
    village_overdue,
    village_visit_progress,
    visit_diary,
    visit_due_list,
    visit_list,
)
from villagebranch.ledgers.ledger import Ledger

LEDGERS: tuple[Ledger, ...] = (
    contact_handbook.LEDGER,
    visit_list.LEDGER,
    visit_diary.LEDGER,
    visit_due_list.LEDGER,
    monthly_issue_summary.LEDGER,
    issue_notice.LEDGER,
    meeting_record.LEDGER,
    sign_in_sheet.LEDGER,
    meeting_year.LEDGER,
    member_roster.LEDGER,
    member_card.LEDGER,
    household_card.LEDGER,
    village_visit_progress.LEDGER,
    village_issue_list.LEDGER,
    village_issue_ages.LEDGER,
    village_overdue.LEDGER,
    village_answers.LEDGER,
)


def ledgers_of(role: str) -> tuple[Ledger, ...]:
    """Return the ledgers that a 'branch' keeps, or a 'township'."""
    return tuple(one for one in LEDGERS if one.role == role)


def ledger(name: str) -> Ledger:
    """Return the ledger of that name; raise KeyError where there is none."""
    for one in LEDGERS:
        if one.name == name:
            return one
    raise KeyError(name)
