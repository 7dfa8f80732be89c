"""The record kinds, one file each: an explicit list, in the order that people meet them."""

from villagebranch.db.record import Record
from villagebranch.records import kept as kept
from villagebranch.records.agenda_item import AgendaItem
from villagebranch.records.attachment import Attachment
from villagebranch.records.attendance import Attendance
from villagebranch.records.branch import Branch
from villagebranch.records.cadre import Cadre
from villagebranch.records.household import Household
from villagebranch.records.household_link import HouseholdLink
from villagebranch.records.household_member import HouseholdMember
from villagebranch.records.instruction import Instruction
from villagebranch.records.issue import Issue
from villagebranch.records.issue_event import IssueEvent
from villagebranch.records.meeting import Meeting
from villagebranch.records.member import Member
from villagebranch.records.monthly_summary import MonthlySummary
from villagebranch.records.not_same import NotSame
from villagebranch.records.person import Person
from villagebranch.records.reported import REPORTED
from villagebranch.records.superior import Superior
from villagebranch.records.township_reply import TownshipReply
from villagebranch.records.village import Village
from villagebranch.records.visit import Visit
from villagebranch.records.visit_quota import VisitQuota

KINDS: tuple[type[Record], ...] = (
    Branch,
    Person,
    Household,
    HouseholdMember,
    Member,
    Cadre,
    HouseholdLink,
    VisitQuota,
    Visit,
    Issue,
    IssueEvent,
    MonthlySummary,
    Meeting,
    Attendance,
    AgendaItem,
    Attachment,
    NotSame,
    Superior,
    TownshipReply,
    Instruction,
    Village,
    *REPORTED,
)

__all__ = ["KINDS"]
