"""Users and keys on real files: no password ever costs data, and damage is told from a wrong password."""

import json
from datetime import datetime, timedelta
from hashlib import sha256
from pathlib import Path

import pytest

from villagebranch.db import vault
from villagebranch.db.cipher import Key
from villagebranch.db.keys import FULL_COST, Cost, Keys, KeysDamaged, mark_of
from villagebranch.db.place import Place
from villagebranch.domain.errors import Refused, Trouble
from villagebranch.domain.recovery_card import Card, card_of, read_card

CHEAP = Cost(memory=8, passes=1, lanes=1)
NOW = datetime(2026, 11, 23, 9, 0)


@pytest.fixture
def place(tmp_path: Path) -> Place:
    return Place(tmp_path / "data")


@pytest.fixture
def opened(place):
    return vault.create(place, "新黎村党支部", "沈建国", "竹林2026", CHEAP)


def spoil(path: Path) -> None:
    content = path.read_bytes()
    path.write_bytes(content[:200] + b"?" + content[201:])


def wrong(place: Place, times: int, now: datetime = NOW) -> vault.WrongPassword:
    for _ in range(times):
        with pytest.raises(vault.WrongPassword) as caught:
            vault.unlock(place, None, "猜的", now)
    return caught.value


def test_the_right_password_returns_the_key_and_the_user(place, opened):
    again = vault.unlock(place, opened.user.id, "竹林2026", NOW)
    assert again == opened
    assert again.user.role == "secretary"


def test_full_width_digits_are_the_same_password(place, opened):
    assert vault.unlock(place, None, "竹林２０２６", NOW).key == opened.key


def test_the_unlock_page_needs_no_password(place, opened):
    keys = vault.read(place)
    assert (keys.branch, [user.name for user in keys.users]) == ("新黎村党支部", ["沈建国"])
    assert keys.backed_up is None


def test_neither_key_nor_password_stands_in_the_folder(place, opened):
    for path in (place.keys, place.keys_copy):
        content = path.read_text()
        assert opened.key.raw.hex() not in content
        assert "竹林" not in content


def test_keys_are_never_made_over_keys(place, opened):
    with pytest.raises(Refused, match="已经有一份资料"):
        vault.create(place, "别的支部", "周丽", "另一个密码", CHEAP)
    assert vault.unlock(place, None, "竹林2026", NOW) == opened


def test_keys_are_never_made_beside_a_database_that_lost_its_own(place):
    place.prepare()
    place.database.write_bytes(b"something")
    with pytest.raises(Refused, match="已经有一份资料"):
        vault.create(place, "新黎村党支部", "沈建国", "竹林2026", CHEAP)


def test_each_user_has_a_password_of_their_own(place, opened):
    clerk = vault.add_user(place, opened.key, "周丽", "clerk", "小河涨水", CHEAP)
    assert vault.unlock(place, clerk.id, "小河涨水", NOW).key == opened.key
    assert vault.unlock(place, None, "小河涨水", NOW).user.name == "周丽"
    with pytest.raises(vault.WrongPassword):
        vault.unlock(place, clerk.id, "竹林2026", NOW)


def test_a_changed_password_opens_the_same_key(place, opened):
    vault.change_password(place, opened.user.id, "竹林2026", "松树2027", NOW)
    assert vault.unlock(place, None, "松树2027", NOW).key == opened.key
    with pytest.raises(vault.WrongPassword):
        vault.unlock(place, None, "竹林2026", NOW)


def test_the_old_password_is_needed_to_change_it(place, opened):
    with pytest.raises(vault.WrongPassword):
        vault.change_password(place, opened.user.id, "猜的", "松树2027", NOW)
    assert vault.unlock(place, None, "竹林2026", NOW) == opened


def test_a_removed_user_opens_nothing(place, opened):
    clerk = vault.add_user(place, opened.key, "周丽", "clerk", "小河涨水", CHEAP)
    vault.remove_user(place, clerk.id)
    with pytest.raises(vault.WrongPassword):
        vault.unlock(place, None, "小河涨水", NOW)
    with pytest.raises(Refused, match="没有这个用户"):
        vault.unlock(place, clerk.id, "小河涨水", NOW)


def test_the_last_secretary_stays(place, opened):
    with pytest.raises(Refused, match="至少要留一位书记"):
        vault.remove_user(place, opened.user.id)
    assert vault.read(place).users == (opened.user,)


@pytest.mark.parametrize(
    ("name", "role", "password", "field"),
    [
        ("沈建国", "clerk", "小河涨水", "name"),
        (" ", "clerk", "小河涨水", "name"),
        ("周丽", "县长", "小河涨水", "role"),
        ("周丽", "clerk", "", "password"),
    ],
)
def test_an_unfit_user_is_refused_and_nothing_is_written(place, opened, name, role, password, field):
    before = place.keys.read_bytes()
    with pytest.raises(Refused) as caught:
        vault.add_user(place, opened.key, name, role, password, CHEAP)
    assert list(caught.value.problems) == [field]
    assert place.keys.read_bytes() == before


def test_a_chosen_password_is_long_enough_and_typed_twice_alike():
    assert vault.chosen("竹林2026", "竹林2026") == "竹林2026"
    with pytest.raises(Refused, match="至少 6 位"):
        vault.chosen("12345", "12345")
    with pytest.raises(Refused, match="不一样"):
        vault.chosen("竹林2026", "竹林2027")


@pytest.mark.parametrize("which", ["keys", "keys_copy"])
def test_one_damaged_copy_is_mended_from_the_other(place, opened, which):
    good = place.keys.read_bytes()
    spoil(getattr(place, which))
    assert vault.unlock(place, None, "竹林2026", NOW) == opened
    assert place.keys.read_bytes() == place.keys_copy.read_bytes() == good


@pytest.mark.parametrize("which", ["keys", "keys_copy"])
def test_one_lost_copy_is_made_again(place, opened, which):
    getattr(place, which).unlink()
    assert vault.read(place).users == (opened.user,)
    assert place.keys.read_bytes() == place.keys_copy.read_bytes()


def test_two_damaged_copies_are_told_from_a_wrong_password(place, opened):
    spoil(place.keys)
    spoil(place.keys_copy)
    with pytest.raises(KeysDamaged, match="不是密码的问题"):
        vault.unlock(place, None, "竹林2026", NOW)
    assert not place.attempts.exists()


def test_every_single_flipped_bit_is_noticed(opened, place):
    content = place.keys.read_bytes()
    for at in range(0, len(content), 7):
        flipped = content[:at] + bytes([content[at] ^ 4]) + content[at + 1 :]
        if json_of(flipped) != json.loads(content):
            with pytest.raises(KeysDamaged):
                Keys.of(flipped)


def json_of(content: bytes) -> object:
    try:
        return json.loads(content)
    except ValueError:
        return None


@pytest.mark.parametrize(
    "content", [b"", b"[]", b"null", b'{"checksum": 1, "body": 2}', b"\xff\xfe", b"[" * 5000]
)
def test_junk_in_place_of_keys_is_damage(content):
    with pytest.raises(KeysDamaged):
        Keys.of(content)


def test_a_folder_without_keys_says_so(place):
    place.prepare()
    with pytest.raises(Trouble, match="没有资料"):
        vault.read(place)


def test_keys_of_a_newer_program_ask_for_an_upgrade(opened, place):
    with pytest.raises(Trouble, match="请先升级"):
        Keys.of(rewritten(place, lambda body: body | {"version": 3, "token": {}}))


def test_keys_that_would_take_all_memory_are_not_tried(opened, place):
    def dear(body):
        body["users"][0]["wrap"]["cost"]["memory"] = 1 << 30
        return body

    with pytest.raises(KeysDamaged):
        Keys.of(rewritten(place, dear))


def rewritten(place: Place, change) -> bytes:
    body = json.dumps(change(json.loads(json.loads(place.keys.read_bytes())["body"])))
    return json.dumps({"checksum": sha256(body.encode()).hexdigest(), "body": body}).encode()


def test_power_lost_between_the_two_copies_keeps_the_new_password(place, opened):
    old = place.keys_copy.read_bytes()
    vault.change_password(place, opened.user.id, "竹林2026", "松树2027", NOW)
    place.keys_copy.write_bytes(old)
    assert vault.unlock(place, None, "松树2027", NOW).key == opened.key
    assert place.keys_copy.read_bytes() == place.keys.read_bytes()


def test_two_slips_cost_no_waiting(place, opened):
    assert wrong(place, 2).wait == 0
    assert vault.unlock(place, None, "竹林2026", NOW) == opened


def test_waiting_grows_and_never_exceeds_five_minutes():
    assert [vault.delay_after(n) for n in range(8)] == [0, 0, 0, 2, 4, 8, 16, 32]
    assert vault.delay_after(10**9) == 300


def test_even_the_right_password_waits_its_turn(place, opened):
    assert wrong(place, 3).wait == 2
    with pytest.raises(vault.WrongPassword, match="请等 1 秒") as caught:
        vault.unlock(place, None, "竹林2026", NOW + timedelta(seconds=1))
    assert caught.value.wait == 1
    assert vault.unlock(place, None, "竹林2026", NOW + timedelta(seconds=2)) == opened


def test_the_count_ends_with_the_right_password(place, opened):
    wrong(place, 3)
    vault.unlock(place, None, "竹林2026", NOW + timedelta(seconds=9))
    assert wrong(place, 1).wait == 0


def test_waiting_never_wipes_anything(place, opened):
    now = NOW
    for _ in range(30):
        now += timedelta(seconds=301)
        wrong(place, 1, now)
    assert vault.unlock(place, None, "竹林2026", now + timedelta(seconds=301)) == opened


def test_a_clock_that_went_back_locks_nobody_out(place, opened):
    for hour in range(5):
        wrong(place, 1, NOW + timedelta(hours=hour))
    assert vault.unlock(place, None, "竹林2026", datetime(2009, 1, 1)) == opened


def test_a_spoiled_count_locks_nobody_out(place, opened):
    place.attempts.write_text("{")
    assert vault.unlock(place, None, "竹林2026", NOW) == opened


CARD = card_of(20261126)


@pytest.fixture
def carded(place, opened) -> Card:
    vault.set_card(place, opened.key, CARD, NOW, CHEAP)
    return CARD


def test_the_recovery_card_opens_the_same_key_in_the_name_of_the_secretary(place, opened, carded):
    found = vault.unlock_by_card(place, " ".join(carded), NOW)
    assert (found.key, found.user.name) == (opened.key, "沈建国")


def test_a_forgotten_password_is_replaced_by_means_of_the_card(place, opened, carded):
    key = vault.unlock_by_card(place, "".join(carded), NOW).key
    vault.set_password(place, key, opened.user.id, "松树2027")
    assert vault.unlock(place, None, "松树2027", NOW).key == opened.key
    assert vault.unlock_by_card(place, "".join(carded), NOW).key == opened.key


def test_a_new_card_ends_the_one_before(place, opened, carded):
    vault.set_card(place, opened.key, card_of(1), NOW, CHEAP)
    with pytest.raises(vault.WrongPassword, match="资料没有坏"):
        vault.unlock_by_card(place, "".join(carded), NOW)
    assert vault.unlock_by_card(place, "".join(card_of(1)), NOW).key == opened.key


def test_two_drawn_cards_differ_and_are_cards():
    one, other = vault.new_card(), vault.new_card()
    assert one != other
    assert (read_card("".join(one)), read_card("".join(other))) == (one, other)


def test_the_digits_of_the_card_stand_nowhere_in_the_folder(place, opened, carded):
    for path in (place.keys, place.keys_copy):
        assert all(group not in path.read_text() for group in carded)


def test_wrong_cards_and_wrong_passwords_are_counted_together(place, opened, carded):
    wrong(place, 2)
    with pytest.raises(vault.WrongPassword) as caught:
        vault.unlock_by_card(place, "".join(card_of(7)), NOW)
    assert (list(caught.value.problems), caught.value.wait) == (["card"], 2)
    with pytest.raises(vault.WrongPassword, match="请等"):
        vault.unlock_by_card(place, "".join(carded), NOW)


def test_a_mistyped_card_is_no_attempt(place, opened, carded):
    for _ in range(9):
        with pytest.raises(Refused, match="第 1 组抄错了"):
            vault.unlock_by_card(place, "00001" + "".join(carded[1:]), NOW)
    assert not place.attempts.exists()
    assert vault.unlock_by_card(place, "".join(carded), NOW).key == opened.key


def test_data_without_a_card_say_so(place, opened):
    with pytest.raises(Refused, match="还没有做过应急卡"):
        vault.unlock_by_card(place, "".join(CARD), NOW)


def test_the_card_outlives_a_new_user_and_a_new_password(place, opened, carded):
    vault.add_user(place, opened.key, "周丽", "clerk", "小河涨水", CHEAP)
    vault.change_password(place, opened.user.id, "竹林2026", "松树2027", NOW)
    assert vault.unlock_by_card(place, "".join(carded), NOW).key == opened.key


def test_keys_of_the_first_program_are_read(opened, place):
    def first(body):
        return {name: part for name, part in body.items() if name != "card"} | {"version": 1}

    assert Keys.of(rewritten(place, first)) == vault.read(place)


def test_a_user_is_given_another_role(place, opened):
    clerk = vault.add_user(place, opened.key, "周丽", "clerk", "小河涨水", CHEAP)
    vault.set_role(place, clerk.id, "secretary")
    vault.set_role(place, opened.user.id, "deputy")
    assert [user.role for user in vault.read(place).users] == ["deputy", "secretary"]
    with pytest.raises(Refused, match="至少要留一位书记"):
        vault.set_role(place, clerk.id, "clerk")
    with pytest.raises(Refused, match="角色请选"):
        vault.set_role(place, clerk.id, "县长")


def test_the_last_backup_is_noted_for_the_unlock_page(place, opened):
    vault.note_backup(place, NOW, on_stick=False)
    vault.note_backup(place, NOW + timedelta(days=1), on_stick=True)
    keys = vault.read(place)
    assert (keys.backed_up, keys.carried) == ("2026-11-23T09:00:00", "2026-11-24T09:00:00")


def test_the_branch_is_renamed(place, opened):
    vault.rename_branch(place, "新黎社区党支部")
    assert vault.read(place).branch == "新黎社区党支部"


def test_marks_of_two_keys_differ():
    key = Key.new()
    assert mark_of(key) == mark_of(Key(key.raw)) != mark_of(Key.new())


def test_a_real_password_costs_64_megabytes_and_three_passes(place):
    vault.create(place, "新黎村党支部", "沈建国", "竹林2026")
    assert vault.read(place).users[0].wrap.cost == FULL_COST == Cost(65536, 3, 4)
    assert vault.unlock(place, None, "竹林2026", NOW).user.name == "沈建国"


def test_a_password_is_changed_once_the_first_copy_is_written(place, opened):
    place.keys_copy.unlink()
    place.keys_copy.mkdir()
    vault.set_password(place, opened.key, opened.user.id, "竹林2027")
    assert vault.unlock(place, None, "竹林2027", NOW).key == opened.key
    place.keys_copy.rmdir()
    assert vault.read(place).open(None, "竹林2026") is None
    assert place.keys_copy.read_bytes() == place.keys.read_bytes()
