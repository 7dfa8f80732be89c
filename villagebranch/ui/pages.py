"""The pages of the rail, in order, for a branch and for a township; Alt + 1, Alt + 2 … open them."""

from collections.abc import Mapping
from dataclasses import dataclass
from importlib import import_module

from villagebranch.ui.desk import Desk
from villagebranch.ui.page import Page


@dataclass(frozen=True)
class Entry:
    """One page: `factory` is 'module:class' under `villagebranch.ui`, imported when it is first shown.

    A page that is `under` another has no place of its own in the rail: that one stays marked.
    """

    name: str
    label: str
    icon: str
    factory: str
    under: str = ""

    def make(self, desk: Desk) -> Page:
        """Return a new page."""
        module, _, name = self.factory.partition(":")
        made: Page = getattr(import_module(f"villagebranch.ui.{module}"), name)(desk)
        return made


_LEDGERS = Entry("ledgers", "台账", "ledger", "ledger_page:LedgerPage")
_SETTINGS = Entry("settings", "设置", "settings", "settings_page:SettingsPage")
_EXCHANGE = Entry("exchange", "交换", "exchange", "exchange_page:ExchangePage")
_CARD = Entry("recovery_card", "应急卡", "settings", "recovery_card_page:RecoveryCardPage", under="settings")
_HELP = Entry("help", "使用手册", "ledger", "help_page:HelpPage", under="home")

PAGES: tuple[Entry, ...] = (
    Entry("home", "本月", "month", "home_page:HomePage"),
    Entry("visits", "走访", "visit", "visit_list_page:VisitListPage"),
    Entry("issues", "问题", "issue", "issue_page:IssuePage"),
    Entry("meetings", "会议", "meeting", "meeting_page:MeetingPage"),
    Entry("members", "党员", "member", "member_page:MemberPage"),
    Entry("households", "群众户", "household", "household_page:HouseholdPage"),
    _LEDGERS,
    _EXCHANGE,
    _SETTINGS,
    Entry("study", "月度研究会", "issue", "study_page:StudyPage", under="issues"),
    Entry("visit", "记一次走访", "visit", "visit_page:VisitPage", under="visits"),
    Entry("meeting", "记会议", "meeting", "meeting_form:MeetingFormPage", under="meetings"),
    Entry("member", "党员资料", "member", "member_form_page:MemberFormPage", under="members"),
    Entry(
        "household", "群众户资料", "household", "household_form_page:HouseholdFormPage", under="households"
    ),
    Entry(
        "resident", "家庭成员资料", "household", "household_form_page:ResidentFormPage", under="households"
    ),
    Entry("import", "从表格导入", "settings", "import_page:ImportPage", under="settings"),
    Entry("instructions", "通知要求", "month", "instruction_page:InstructionPage", under="home"),
    Entry("duplicates", "查重", "household", "duplicates_page:DuplicatesPage", under="households"),
    Entry("removed", "最近删除", "settings", "removed_page:RemovedPage", under="settings"),
    _CARD,
    _HELP,
)

TOWNSHIP_PAGES: tuple[Entry, ...] = (
    Entry("home", "本月", "month", "township_home_page:TownshipHomePage"),
    Entry("issues", "问题", "issue", "township_issue_page:TownshipIssuePage"),
    Entry("instructions", "通知要求", "instruction", "asked_page:AskedPage"),
    _LEDGERS,
    _EXCHANGE,
    _SETTINGS,
    Entry("instruct", "写通知要求", "instruction", "instruct_page:InstructPage", under="instructions"),
    Entry("village", "一个村", "month", "village_page:VillagePage", under="home"),
    _CARD,
    _HELP,
)

PAGES_OF: Mapping[str, tuple[Entry, ...]] = {"branch": PAGES, "township": TOWNSHIP_PAGES}
"""The pages by whose data it is."""
