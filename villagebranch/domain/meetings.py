"""The arithmetic of meetings: who is due, whether the meeting can vote, whether a motion passes.

Sources: 《中国共产党支部工作条例（试行）》 (2018), 《中国共产党基层组织选举工作条例》 (2020), 《中国共产党章程》.
"""

from collections import Counter
from collections.abc import Iterable, Mapping
from dataclasses import dataclass


@dataclass(frozen=True)
class Roll:
    """The roll of one meeting, in persons. Who is due and not present is `away`, whatever the reason."""

    due: int
    present: int
    due_voters: int
    present_voters: int
    on_leave: int = 0
    absent: int = 0
    exempt: int = 0

    @property
    def away(self) -> int:
        return self.due - self.present

    @property
    def rate(self) -> int | None:
        """The share present in percent; the old and frail who stay at home do not lower it (教育管理条例 § 23)."""
        asked = self.due - self.exempt
        return round(100 * self.present / asked) if asked else None

    @property
    def sentence(self) -> str:
        return f"应到 {self.due} 人 · 实到 {self.present} 人 · 缺席 {self.away} 人"


@dataclass(frozen=True)
class Ballot:
    """The votes on one motion; `written` of them came beforehand in writing from members who are away."""

    yes: int
    no: int = 0
    abstain: int = 0
    written: int = 0

    @property
    def cast(self) -> int:
        return self.yes + self.no + self.abstain


@dataclass(frozen=True)
class Verdict:
    """What a rule says: `word` for a tag, `sentence` for the record and for whoever asks why."""

    passed: bool
    word: str
    sentence: str


def call_roll(attendance: Iterable[tuple[str, bool]] | Mapping[tuple[str, bool], int]) -> Roll:
    """Count `attendance`, pairs of a status of `codes.ATTENDANCE` and whether the member can vote, or how many of each.

    Only `excluded` leaves the number due: election rules leave out some who cannot come, each with a reason written
    down, never by the program's own choice.
    """
    counted = {pair: number for pair, number in Counter(attendance).items() if pair[0] != "excluded"}
    of = Counter[str]()
    for (status, _), number in counted.items():
        of[status] += number
    return Roll(
        due=of.total(),
        present=of["present"],
        due_voters=sum(number for (_, can_vote), number in counted.items() if can_vote),
        present_voters=counted.get(("present", True), 0),
        on_leave=of["leave"],
        absent=of["absent"],
        exempt=of["exempt"],
    )


def can_vote(member_status: str) -> bool:
    """Return whether a member votes: a probationary one does not. Source: 《中国共产党章程》 article 7."""
    return member_status == "full"


def on_committee(post: str | None) -> bool:
    """Return whether a post makes its holder a member of the branch committee: 书记, 副书记, 某某委员."""
    return bool(post) and str(post).endswith(("书记", "委员"))


def is_due(
    meeting_type: str, *, post: str | None, party_group: str | None, meeting_group: str | None
) -> bool:
    """Return whether a member is due: committee members at the committee, the group's at its group, else all."""
    if meeting_type == "committee":
        return on_committee(post)
    if meeting_type == "group" and meeting_group:
        return party_group == meeting_group
    return True


def chair_post(meeting_type: str) -> str:
    """Return whose post it is to preside. Source: 支部工作条例 § 14."""
    return "组长" if meeting_type == "group" else "书记"


def attendance_problem(status: str, reason: str | None) -> str | None:
    """Return what is missing: whoever is away, or not counted as due, has the reason written down."""
    asked = {"leave": "请填请假原因", "absent": "请填缺席原因", "excluded": "请填不计入应到的原因"}
    return None if reason else asked.get(status)


def quorum(meeting_type: str, roll: Roll, *, election: bool = False) -> Verdict:
    """Return whether the meeting can do its business.

    - general: half or more of the members with a vote must be present before a vote (支部工作条例 § 11);
    - an election: four fifths of them (基层组织选举工作条例);
    - committee: half or more of its members (支部工作条例 § 12);
    - the other meetings: no number is laid down.
    """
    if roll.due == 0:
        return Verdict(False, "未点名", "还没有应到的党员，请先点名")
    if election:
        return _four_fifths(roll)
    if meeting_type == "general":
        return _half("有表决权的党员", roll.present_voters, roll.due_voters)
    if meeting_type == "committee":
        return _half("委员", roll.present, roll.due)
    return Verdict(True, f"到会 {roll.rate}%" if roll.rate is not None else "不作硬性要求", roll.sentence)


def _half(who: str, present: int, due: int) -> Verdict:
    counted = f"{who}应到 {due} 人、实到 {present} 人"
    if due == 0:
        return Verdict(False, "不能表决", f"没有{who}应到，不能表决")
    if present * 2 < due:
        return Verdict(False, "不足半数", f"{counted}，还差 {(due + 1) // 2 - present} 人到半数，不能表决")
    word = "超过半数，会议有效" if present * 2 > due else "达到半数，会议有效"
    return Verdict(True, word, f"{counted}，{word}")


def _four_fifths(roll: Roll) -> Verdict:
    counted = f"有选举权的党员应到 {roll.due_voters} 人、实到 {roll.present_voters} 人"
    missing = -(-roll.due_voters * 4 // 5) - roll.present_voters
    if roll.due_voters == 0 or missing > 0:
        return Verdict(False, "不足五分之四", f"{counted}，还差 {max(missing, 1)} 人到五分之四，不能选举")
    return Verdict(True, "达到五分之四，可以选举", f"{counted}，达到五分之四，可以选举")


def ballot_problems(roll: Roll, ballot: Ballot) -> dict[str, str]:
    """Return what cannot be about a ballot, by the field names of an agenda item; empty where it adds up.

    Those who vote are present and have a vote; prior opinions in writing come on top (发展党员工作细则: 计入票数).
    """
    away_voters = roll.due_voters - roll.present_voters
    if ballot.written > away_voters:
        return {
            "votes_written": f"有表决权而未到会的只有 {away_voters} 人，书面意见不能有 {ballot.written} 份"
        }
    if ballot.written > ballot.cast:
        return {"votes_written": "书面意见应包括在赞成、反对、弃权的票数里"}
    most = roll.present_voters + ballot.written
    if ballot.cast > most:
        return {"votes_yes": f"赞成、反对、弃权共 {ballot.cast} 票，有表决权的到会和书面意见只有 {most} 人"}
    return {}


def vote(meeting_type: str, roll: Roll, ballot: Ballot, *, election: bool = False) -> Verdict:
    """Return whether a motion passes.

    - more than half of all the members *due* who have a vote must agree (支部工作条例 § 11);
    - in an election, more than half of those *present* (基层组织选举工作条例 [K]);
    - for committee and group no majority is laid down: they are held to the first rule.
    """
    able = quorum(meeting_type, roll, election=election)
    if not able.passed:
        return Verdict(False, "不能表决", able.sentence)
    base, base_words = (roll.present_voters, "实到") if election else (roll.due_voters, "应到")
    who = "有选举权" if election else "有表决权"
    passed = ballot.yes * 2 > base
    word = "通过" if passed else "未通过"
    written = f"（其中书面意见 {ballot.written}）" if ballot.written else ""
    return Verdict(
        passed,
        word,
        f"{base_words}{who} {base} 人，赞成 {ballot.yes}，反对 {ballot.no}，弃权 {ballot.abstain}{written}。"
        f"赞成{'超过' if passed else '未超过'}{base_words}{who}人数的半数，{word}。",
    )


def agenda_warning(meeting_type: str, *, major: bool, earlier_id: str | None) -> str | None:
    """Return a reminder where a major matter comes to the members without the committee before (支部工作条例 § 12)."""
    if meeting_type == "general" and major and not earlier_id:
        return "重要事项提交党员大会前一般先经支委会讨论，请选会前支委会的议题"
    return None
