"""A township's database is salvaged as a village's is: its villages, what they reported, and its own word under new names."""

import random
from pathlib import Path

from tests import township
from villagebranch.db.identity import streams
from villagebranch.db.journal import digest, replayed_digest
from villagebranch.db.pages import PAGE
from villagebranch.db.salvage import salvage
from villagebranch.db.store import Store
from villagebranch.records.instruction import Instruction


def look(store: Store) -> tuple[str, str, dict[str, str]]:
    with store.read() as conn:
        return digest(conn), replayed_digest(conn), streams(conn)


def test_a_township_is_salvaged_whichever_page_breaks(tmp_path: Path):
    seat = township.seat(tmp_path / "town")
    ids = township.settle(seat.store)
    village = next(iter(ids.values()))
    with seat.store.write("陆明华", "发通知", stream=village) as act:
        act.add(Instruction, {"title": "报汛情", "words": "今天报一次"})
    whole, _, before = look(seat.store)
    seat.close()
    file = seat.place.database
    sound = file.read_bytes()
    for page in (-1, *random.Random(3).sample(range(1, len(sound) // PAGE), 5)):
        content = bytearray(sound)
        if page >= 0:
            content[page * PAGE + 999] ^= 1
        file.write_bytes(content)
        target = tmp_path / f"saved{page}.db"
        salvage(file, seat.key, target, township.clock)
        store = Store(target, seat.key, township.clock)
        found, told, after = look(store)
        store.close()
        assert found == told == whole, page
        # What goes on to a village goes on under a code that no village has seen.
        assert before.items() < after.items()
