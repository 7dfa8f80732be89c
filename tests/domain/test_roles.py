"""What each role may do beside writing records."""

from typing import get_args

import pytest

from villagebranch.domain.errors import Refused
from villagebranch.domain.roles import ROLES, Right, may, require

RIGHTS = get_args(Right)


def test_the_secretary_may_do_everything():
    assert all(may("secretary", right) for right in RIGHTS)


def test_the_deputy_leaves_users_and_the_card_to_the_secretary():
    assert {right for right in RIGHTS if not may("deputy", right)} == {"users", "recovery_card"}


def test_the_clerk_writes_records_and_no_more():
    assert not any(may("clerk", right) for right in RIGHTS)


def test_a_role_that_nobody_knows_may_nothing():
    assert not any(may("mayor", right) for right in RIGHTS)


@pytest.mark.parametrize("right", RIGHTS)
def test_every_refusal_says_who_is_to_be_asked(right):
    with pytest.raises(Refused, match=r"^录入员不能.*，请书记(或副书记)?来办。$"):
        require("clerk", right)


def test_what_is_allowed_is_not_refused():
    for role in ROLES:
        for right in RIGHTS:
            if may(role, right):
                require(role, right)
