"""1,250 people whose telephone two laptops change apart: what it costs to bring the changes together, whether both are
kept, and whether both laptops then show the same, beside SQLite's own sessions and PouchDB.

./dev bench concurrent_edits
"""

import gc
import itertools
from pathlib import Path
from tempfile import TemporaryDirectory

import pouch
from exchange import (
    BASE,
    ROUNDS,
    claimed,
    copies,
    documents,
    opened,
    own_keys,
    packed,
    people,
    received,
    sent,
    writes,
)
from measure import compare
from sessions import Session

from villagebranch.db.journal import digest
from villagebranch.db.store import Store
from villagebranch.records.person import Person
from villagebranch.sync.conflicts import conflicts
from villagebranch.sync.package import unpack
from villagebranch.sync.parcel import Parcel

EDITS = 1_250


def edited_apart(folder: Path) -> tuple[Store, Store, Parcel]:
    """Return two laptops that changed the same telephones, and all that both knew before."""
    here, there = opened(folder / "here.db"), opened(folder / "there.db")
    with there.write("王堃", "导入") as act:
        ids = act.add_many(Person, people(BASE))
    base = sent(there, here)
    received(here, base)
    received(there, sent(here, there))
    for store, author, prefix in ((there, "周丽", "139"), (here, "吴晓燕", "137")):
        for number, id in enumerate(ids[:EDITS]):
            with store.write(author, "改电话") as act:
                act.set(Person, id, {"phone": f"{prefix}{number:08}"})
    return here, there, base


def ours_together(here: Store, there: Store, parcels: tuple[Parcel, Parcel]) -> None:
    received(here, parcels[0])
    received(there, parcels[1])
    with here.read() as mine, there.read() as theirs:
        same = digest(mine) == digest(theirs)
        kept = [sum(len(conflict.sides) == 2 for conflict in conflicts(conn)) for conn in (mine, theirs)]
    print(f"ours: equal {same}; both values kept and asked about: {kept[0]} here, {kept[1]} there")


def sessions_together(folder: Path, base: Parcel, apart: tuple[Parcel, Parcel]) -> None:
    pair = [Session(folder, ["person"], name) for name in ("one", "other")]
    for session, parcel in zip(pair, apart, strict=True):
        session.write(writes(base), recorded=False)
        copies(session.path)
        session.write(writes(parcel))
    files = [session.file() for session in pair]
    after = []
    for session, file in zip(pair, reversed(files), strict=True):
        conn = Session.apply(session.path, file)
        after.append(dict(conn.execute("SELECT id, phone FROM person")))
    same = sum(after[0][id] == after[1][id] for id in itertools.islice(after[0], EDITS))
    print(f"SQLite sessions, the last to come wins: {same} of {EDITS} records equal, no losing value kept")


def main(folder: Path) -> None:
    here, there, base = edited_apart(folder)
    parcels = sent(there, here), sent(here, there)
    mine = own_keys(there)
    file = packed(parcels[0], mine)
    here.close()
    copies(folder / "here.db")
    gc.freeze()
    compare(
        f"import of {EDITS} edits that met others, from the file",
        lambda: received(opened(claimed(folder / "here.db")), unpack(file, mine).parcel),
        {"opening the database": lambda: opened(claimed(folder / "here.db")).close()},
        ROUNDS,
        rehearsed=True,
    )
    ours_together(opened(claimed(folder / "here.db")), there, parcels)
    sessions_together(folder, base, parcels)
    print("PouchDB:", pouch.exchanged(documents(base), *map(documents, parcels)))


if __name__ == "__main__":
    with TemporaryDirectory() as made:
        main(Path(made))
