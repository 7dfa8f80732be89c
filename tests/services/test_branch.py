"""The branch: one set of facts, sensible before and after set-up."""

import pytest

from tests.samples import TODAY, open_store
from villagebranch.domain.errors import Refused
from villagebranch.records.branch import Branch
from villagebranch.services.branch import BranchFacts, branch, save


def test_branch_not_yet_set_up_is_empty_words(tmp_path):
    with open_store(tmp_path).read() as conn:
        assert branch(conn) == BranchFacts()


def test_first_save_sets_the_branch_up(tmp_path):
    store = open_store(tmp_path)
    with store.write("王堃", "建库") as act:
        id = save(act, {"name": "梅溪村党支部", "township": "枫泾镇"}, TODAY)
    with store.read() as conn:
        assert branch(conn) == BranchFacts(id=id, name="梅溪村党支部", township="枫泾镇")


def test_later_save_changes_the_same_branch(village):
    with village.store.write("王堃", "设置") as act:
        before = branch(act.conn).id
        assert save(act, {"phone": "0573-1234567"}, TODAY) == before
    with village.store.read() as conn:
        facts = branch(conn)
    assert (facts.phone, facts.name) == ("0573-1234567", "梅溪村党支部")


def test_branch_without_a_name_is_refused(village):
    with pytest.raises(Refused) as refused, village.store.write("王堃", "设置") as act:
        save(act, {"name": " "}, TODAY)
    assert refused.value.problems == {"name": "请填党支部名称"}


def test_secretary_comes_from_the_roster_unless_the_branch_names_one(village):
    with village.store.write("王堃", "设置") as act:
        act.set(Branch, branch(act.conn).id, {"secretary": None})
        assert branch(act.conn).secretary == "王堃"
        save(act, {"secretary": "段志明"}, TODAY)
        assert branch(act.conn).secretary == "段志明"
