"""What came down from the township stands with the issue, on 本月 and in the month's ledger, until somebody goes on."""

from datetime import date

import pytest

from tests.samples import TODAY, Village
from villagebranch.domain.issues import progress_words
from villagebranch.records.instruction import Instruction
from villagebranch.records.township_reply import TownshipReply
from villagebranch.services import from_township, issues, reminders


@pytest.fixture
def escalated(village: Village) -> str:
    with village.store.write("周丽", "上报") as act:
        id = issues.collect(act, {"words": "3组机耕路塌方", "category": "road"}, TODAY)
        issues.advance(act, id, "escalated", TODAY, {"escalated_on": "2026-11-23", "asked": "需要资金"})
    return id


def from_above(village: Village, record, **fields) -> str:
    """Write what a township wrote, as it stands once its package was taken in."""
    with village.store.write("陆明华", "答复", "town") as act:
        return act.add(record, fields)


def test_what_is_asked_of_the_township_is_told_in_the_course_of_the_issue(village, escalated):
    with village.store.read() as conn:
        told = [(step.said, step.note) for step in issues.events(conn, escalated)]
    assert told[-1] == ("已上报", "需要资金")


def test_answer_stands_in_the_course_and_waits_on_the_first_page_until_somebody_goes_on(village, escalated):
    from_above(village, TownshipReply, issue_id=escalated, disposition="granted", words="下周来看",
               replied_on="2026-11-23")  # fmt: skip
    with village.store.read() as conn:
        assert issues.events(conn, escalated)[-1].said == "镇里答复"
        row = issues.one(conn, escalated)
        due = [one for one in reminders.due(conn, TODAY, ()) if one.tag == "答复"]
    assert row.reply == "11-23 镇里答复：同意并支持。下周来看"
    assert progress_words(row.stage, None, None, 0, row.reply) == row.reply
    assert [one.what["id"] for one in due] == [escalated]
    with village.store.write("周丽", "接着办") as act:
        issues.advance(act, escalated, "in_progress", TODAY, {})
    with village.store.read() as conn:
        assert [one for one in reminders.due(conn, TODAY, ()) if one.tag == "答复"] == []


def test_instruction_waits_until_it_is_done_and_can_be_taken_back(village):
    id = from_above(village, Instruction, title="上报年报", issued_on="2026-11-20", due_on="2026-11-22")
    with village.store.read() as conn:
        (due,) = [one for one in reminders.due(conn, TODAY, ()) if one.tag == "通知"]
    assert (due.title, due.days_left, due.tone) == ("上报年报", -1, "red")
    with village.store.write("周丽", "办完了") as act:
        from_township.do(act, id, {"done_note": "已报"}, date(2026, 11, 23))
    with village.store.read() as conn:
        assert from_township.instructions(conn, open_only=True) == []
        assert from_township.instructions(conn)[0].done_on == "2026-11-23"
    with village.store.write("周丽", "没有办完") as act:
        from_township.undo(act, id)
    with village.store.read() as conn:
        assert len(from_township.instructions(conn, open_only=True)) == 1
