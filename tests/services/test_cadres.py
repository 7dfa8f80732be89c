"""Cadres: who is in office, how far each has come this month, and with whom each keeps contact."""

from datetime import date

import pytest
from sqlalchemy import select

from tests.samples import TODAY
from villagebranch.domain.errors import Refused
from villagebranch.records.cadre import Cadre
from villagebranch.records.household_link import HouseholdLink
from villagebranch.records.person import Person
from villagebranch.records.visit import Visit
from villagebranch.services import cadres


@pytest.fixture
def act(village):
    with village.store.write("王堃", "设置") as act:
        yield act


def visit(act, village, visitor, household, day):
    draft = {"visitors": village.ids[visitor], "household_id": household and village.ids[household]}
    act.add(Visit, draft | {"occurred_on": day, "visit_type": "home"})


def names(rows):
    return [row.name for row in rows]


def spans(conn, household):
    """Who kept contact with a household from when to when, latest first."""
    kept = select(Person.name, HouseholdLink.from_on, HouseholdLink.to_on).join_from(
        HouseholdLink, Cadre, Cadre.id == HouseholdLink.cadre_id
    )
    of_household = kept.join(Person, Person.id == Cadre.person_id).where(
        HouseholdLink.household_id == household
    )
    return [tuple(row) for row in conn.execute(of_household.order_by(HouseholdLink.from_on.desc()))]


def test_cadres_come_in_the_order_of_their_posts(village, act):
    act.add(Cadre, {"person_id": village.ids["吴晓燕"], "post": "党支部副书记"})
    assert names(cadres.cadres(act.conn, TODAY)) == ["王堃", "吴晓燕", "周丽"]


def test_cadre_is_in_office_from_the_first_day_until_the_last(village, act):
    cadres.retire(act, village.ids["干部 周丽"], "2026-11-20", TODAY)
    assert names(cadres.cadres(act.conn, date(2020, 12, 31))) == []
    assert names(cadres.cadres(act.conn, date(2026, 11, 19))) == ["王堃", "周丽"]
    assert names(cadres.cadres(act.conn, date(2026, 11, 20))) == ["王堃"]


@pytest.mark.parametrize(
    ("from_on", "to_on"), [(None, None), ("不详", None), ("2021", "无"), ("2026-11", "2027")]
)
def test_partial_and_unknown_days_of_office_count_as_in_office(village, act, from_on, to_on):
    raw = {"person_id": village.ids["吴晓燕"], "from_on": from_on, "to_on": to_on}
    cadres.add_cadre(act, raw, TODAY)
    assert "吴晓燕" in names(cadres.cadres(act.conn, TODAY))


def test_person_in_office_cannot_be_put_in_office_again(village, act):
    with pytest.raises(Refused) as refused:
        cadres.add_cadre(act, {"person_id": village.ids["周丽"]}, TODAY)
    assert list(refused.value.problems) == ["person_id"]


@pytest.mark.parametrize(
    ("to_on", "said"), [("", "请填离任时间"), ("2020-5-1", "离任时间早于任职时间，请核对")]
)
def test_retiring_needs_a_day_after_the_first(village, act, to_on, said):
    with pytest.raises(Refused) as refused:
        cadres.retire(act, village.ids["干部 周丽"], to_on, TODAY)
    assert refused.value.problems == {"to_on": said}


def test_who_retires_keeps_no_contact_any_more(village, act):
    cadres.retire(act, village.ids["干部 周丽"], "2026-11-20", TODAY)
    assert cadres.linked(act.conn, village.ids["干部 周丽"], TODAY) == ()
    assert spans(act.conn, village.ids["户 陆根发"]) == [("周丽", "2025-01-01", "2026-11-20")]


def test_quota_is_ten_until_set_and_then_dated(village, act):
    cadres.set_quota(act, village.ids["干部 周丽"], "2026-10", "12", TODAY)
    cadres.set_quota(act, village.ids["干部 周丽"], "2026-11", "6", TODAY)
    of_zhou = [
        cadres.progress(act.conn, month, TODAY)[1].quota for month in ("2026-09", "2026-10", "2026-11")
    ]
    assert of_zhou == [10, 12, 6]


def test_setting_a_quota_twice_for_a_month_keeps_one(village, act):
    first = cadres.set_quota(act, village.ids["干部 周丽"], "2026-11", 12, TODAY)
    assert cadres.set_quota(act, village.ids["干部 周丽"], "2026-11", 8, TODAY) == first
    assert cadres.quota(act.conn, "2026-12") == {village.ids["干部 周丽"]: 8}


def test_quota_in_words_is_refused(village, act):
    with pytest.raises(Refused) as refused:
        cadres.set_quota(act, village.ids["干部 周丽"], "2026-11", "许多", TODAY)
    assert list(refused.value.problems) == ["per_month"]


def test_progress_counts_households_not_visits(village):
    with village.store.write("周丽", "记一次走访") as act:
        for day in ("2026-11-01", "2026-11-30"):
            visit(act, village, "周丽", "户 陆根发", day)
        visit(act, village, "周丽", "户 张桂芳", "2026-10-31")
        visit(act, village, "周丽", None, "2026-11-02")
    with village.store.read() as conn:
        secretary, zhou = cadres.progress(conn, "2026-11", TODAY)
    assert (zhou.done, zhou.quota, zhou.behind) == (1, 10, 9)
    assert secretary.done == 0


def test_household_has_one_keeper_at_a_time_and_the_history_is_kept(village, act):
    wang, zhou, house = (village.ids[name] for name in ("干部 王堃", "干部 周丽", "户 陆根发"))
    assert cadres.link_households(act, wang, [house], date(2026, 11, 1)) == 1
    assert [h.household_id for h in cadres.linked(act.conn, wang, TODAY)] == [house]
    assert cadres.linked(act.conn, zhou, TODAY) == ()
    assert [h.household_id for h in cadres.linked(act.conn, zhou, date(2026, 10, 31))] == [house]
    assert spans(act.conn, house) == [("王堃", "2026-11-01", None), ("周丽", "2025-01-01", "2026-11-01")]


def test_linking_again_changes_nothing(village, act):
    zhou, houses = village.ids["干部 周丽"], [village.ids["户 陆根发"], village.ids["户 张桂芳"]]
    assert cadres.link_households(act, zhou, houses, TODAY) == 1
    assert cadres.link_households(act, zhou, houses, TODAY) == 0
    assert [h.head_name for h in cadres.linked(act.conn, zhou, TODAY)] == ["张桂芳", "陆根发"]


def test_contact_can_end_without_a_successor(village, act):
    assert cadres.unlink_households(act, [village.ids["户 陆根发"], village.ids["户 张桂芳"]], TODAY) == 1
    assert cadres.linked(act.conn, village.ids["干部 周丽"], TODAY) == ()
