"""The practice township: made whole, opened again, and good for trying out the answers."""

from collections.abc import Iterator, Sequence
from datetime import datetime
from pathlib import Path

import pytest
from sqlalchemy import Connection, event

from villagebranch import practice_township
from villagebranch.db import journal
from villagebranch.db.place import Place
from villagebranch.db.seat import Seat
from villagebranch.services import township_month, township_reply, village_issues
from villagebranch.services.village_issues import Wanted
from villagebranch.sync import errands, handover
from villagebranch.sync.cards import Card


def clock() -> datetime:
    return datetime(2026, 11, 23, 9, 41)


@pytest.fixture(scope="module")
def town(tmp_path_factory) -> Iterator[Seat]:
    made = practice_township.seat(Place(tmp_path_factory.mktemp("real")), clock)
    yield made
    made.close()


def test_every_state_of_a_village_can_be_seen(town: Seat):
    with town.store.read() as conn:
        villages = township_month.villages(conn, "2026-11", clock().date())
        agrees = journal.digest(conn) == journal.replayed_digest(conn)
    assert len(villages) == 22
    assert {one.standing("2026-11") for one in villages} == {"fine", "missing", "undecided", "apart"}
    assert all(one.quota for one in villages)
    assert agrees


def test_there_is_something_answered_and_something_to_answer(town: Seat):
    with town.store.read() as conn:
        issues = village_issues.found(conn, Wanted(state="escalated"), clock().date())
        (asked,) = township_reply.rounds(conn)
    assert {one.is_unanswered for one in issues} == {True, False}
    assert 0 < asked.done < len(asked.asked)


def test_each_village_gets_a_package_of_its_own(town: Seat, tmp_path: Path):
    with town.store.read() as conn:
        to = handover.latest_reporters(conn)
        assert all(one.changes for one in errands.waiting(conn, to))
    sent = errands.send(town, to[0], tmp_path)
    with town.store.read() as conn:
        (waiting,) = errands.waiting(conn, to[:1])
    assert sent.acts in (1, 2)
    assert (waiting.changes, waiting.again) == (0, sent.changes)


def questions(conn: Connection, to: Sequence[Card]) -> int:
    """Return how many statements it takes to say what waits for these."""
    asked: list[str] = []
    event.listen(conn, "before_cursor_execute", lambda *told: asked.append(told[2]))
    assert len(errands.waiting(conn, to)) == len(to)
    return len(asked)


def test_what_waits_for_all_villages_takes_no_more_questions_than_for_one(town: Seat):
    with town.store.read() as conn:
        to = handover.latest_reporters(conn)
    with town.store.read() as one, town.store.read() as all_of_them:
        assert questions(one, to[:1]) == questions(all_of_them, to)


def test_it_is_opened_again_as_it_was_left(tmp_path: Path):
    practice_township.seat(Place(tmp_path), clock).close()
    again = practice_township.seat(Place(tmp_path), clock)
    with again.store.read() as conn:
        assert len(township_month.names(conn)) == 22
    again.close()
