"""Two hundred people who do not exist are put into a data folder, and searched for in everything that leaves the database.

    python -m tests.faults.leaks [--people 200] [--fault plain-draft|named-package|open-notice|told-error]

Each has a name, an ID number, a telephone number and a word in a note of their own. They are saved through the services,
imported from a workbook, typed into drafts, backed up, carried to a stick, packed for a partner and for the township,
restored and printed. Then every file that came of it is read, its name too, as bytes and with what is packed inside, for
each of the words in UTF-8, UTF-16, GBK, JSON, hexadecimal and base64. What is printed for the public is read as text.
"""

import argparse
import base64
import binascii
import json
import os
import re
import sys
import tempfile
import time
import traceback
import zipfile
import zlib
from collections import Counter
from collections.abc import Iterator
from datetime import date, datetime
from io import BytesIO
from pathlib import Path
from types import SimpleNamespace

from pypdf import PdfReader
from PySide6.QtCore import QCoreApplication, QObject
from sqlalchemy import select
from sqlalchemy.exc import SQLAlchemyError
from sqlcipher3 import dbapi2

from villagebranch.db import backup, vault
from villagebranch.db import seat as seats
from villagebranch.db.keys import Cost
from villagebranch.db.place import Place
from villagebranch.db.seat import Seat
from villagebranch.domain.idnumber import check_character
from villagebranch.exchange.book import read_book
from villagebranch.exchange.forms import FORMS
from villagebranch.exchange.workbook_writer import write_table
from villagebranch.ledgers import issue_notice, ledger, pdf
from villagebranch.ledgers.ledger import Asked
from villagebranch.records.person import Person
from villagebranch.resources import RESOURCES
from villagebranch.services import cadres, households, imports, issues, meetings, people, visits
from villagebranch.sync import cards, handover
from villagebranch.sync.cards import Card, Keys
from villagebranch.ui import alerts, drafts

TODAY, NOW = date(2026, 11, 23), datetime(2026, 11, 23, 9, 30)
PASSWORD, PASSPHRASE = "竹林深处2026", "梅溪村的口令2026"
SURNAMES = "王李张刘陈杨黄赵周吴徐孙马朱胡郭何高林罗"
GIVEN, NOTED = "璟", "曩曛"  # each name and each note has one of these in it: what to look for first
REGION, MOBILE = "33042419", "1995557"
FOLDERS = ("data", "stick", "tmp", "out")


class Canary:
    """Somebody who is nobody: four words that stand nowhere else in the world."""

    def __init__(self, number: int) -> None:
        self.name = SURNAMES[number % 20] + GIVEN + chr(0x6C00 + number)
        self.phone = f"{MOBILE}{number:04}"
        digits = f"{REGION}{50 + number % 40}{1 + number % 12:02}{1 + number % 28:02}{100 + number:03}"
        self.id_number = digits + check_character(digits)
        self.note = f"{NOTED}{chr(0x7000 + number)}{chr(0x7400 + number)}"

    @property
    def words(self) -> tuple[str, ...]:
        return self.name, self.phone, self.id_number, self.note


def settle(seat: Seat, folk: list[Canary]) -> None:
    """Put everybody into the database, by the forms of the program."""
    with seat.store.write("甲", "录入") as act:
        worker = act.add(Person, {"name": "甲"})
        cadres.add_cadre(act, {"person_id": worker, "post": "委员", "from_on": "2021-01-01"}, TODAY)
        for number, one in enumerate(folk):
            raw = {"head": one.name, "phone": one.phone, "note": one.note, "villager_group": "5组"}
            home = households.save_household(act, raw | {"door": f"{number + 1}号"}, TODAY)
            (head,) = households.family(act.conn, home)
            told = {"id_number": one.id_number, "phone": one.phone}
            households.save_resident(act, home, told, TODAY, head.id)
            _happened(act, one, home, worker)
        for one in folk[:20]:
            raw = {"name": one.name, "id_number": one.id_number, "status": "full", "joined_on": "2001-07-01"}
            people.save_member(act, raw | {"remark": one.note, "hardship": one.note}, TODAY)
        draft = meetings.draft(act.conn, "committee", TODAY)
        raw = dict(draft.values) | {
            "starts_at": f"{TODAY} 14:00",
            "discussion": "".join(c.note for c in folk),
        }
        meetings.save(act, raw, [], [{"title": folk[0].note, "resolution": folk[1].note}], TODAY)


def _happened(act, one: Canary, home: str, worker: str) -> None:
    """Visit somebody, who speaks of an issue and tells name, number and telephone with it."""
    raw = {"household_id": home, "occurred_on": "2026-11-20", "visitors": worker, "visit_type": "home"}
    said = f"{one.name}家5组18号门前路灯不亮，电话{one.phone}，身份证{one.id_number}。"
    visits.record(act, raw | {"account": one.note}, [{"words": said, "category": "facility"}], TODAY)
    id = max(act.conn.scalars(select(issues.Issue.id)))
    settled = {"measure": f"去{one.name}家修灯", "owner_id": worker, "due_on": "2026-12-10"}
    issues.study(act, id, settled, TODAY)
    issues.move(act, id, "resolved", TODAY, {"result": f"{one.name}（{one.phone}）已认可"})


def bring_in(seat: Seat, folder: Path) -> None:
    """Import the households from a workbook that the program itself wrote; it lies where the person keeps such things."""
    form = next(form for form in FORMS if form.name == "households")
    with seat.store.read() as conn:
        book = folder / "农户.xlsx"
        rows = households.households(conn, TODAY)
        book.write_bytes(write_table(households.book(conn, rows), "农户", NOW))
        plan = imports.PLANS["households"](conn, read_book(book, form).rows()[0], TODAY)
    with seat.store.write("甲", "导入") as act:
        imports.apply(act, plan)


def type_drafts(seat: Seat, folk: list[Canary], folder: Path) -> None:
    """Leave half-filled forms."""
    page = QObject()
    for name in ("visit", "meeting"):
        draft = drafts.Draft(page, SimpleNamespace(folder=folder, seat=seat), name)
        draft.keep({"typed": [one.words for one in folk]})
        draft.write()


def hand_out(seat: Seat, place: Place, stick: Path) -> None:
    """Back up, carry the backup away, and pack for everybody whom one packs for."""
    made = seat.back_up("daily")
    backup.carry(place, made, stick, NOW)
    with seat.store.receive() as (conn, _):
        for number, role in enumerate(("branch", "township")):
            other = _keys_of_another()
            card = _card(other, conn, f"对方{number}", role)
            cards.keep_partner(conn, card)
            handover.put_down(stick, handover.for_partner(conn, card, "甲", seat.now()))
            handover.put_down(stick, handover.request(conn, card, "甲", seat.now()))
        handover.put_down(stick, handover.card_of(conn, "甲", seat.now()))
        handover.put_down(stick, handover.snapshot(conn, PASSPHRASE, "甲", seat.now()))


def _keys_of_another() -> Keys:
    with tempfile.TemporaryDirectory() as elsewhere:
        other = _found(Place(Path(elsewhere) / "other"))
        with other.store.receive() as (conn, _):
            made = cards.keys(conn)
        other.close()
    return made


def _card(other: Keys, conn, name: str, role: str) -> Card:
    return Card(**vars(other.card(name)) | {"role": role, "branch": handover.branch(conn).id})


def _found(place: Place) -> Seat:
    return seats.found(place, "梅溪村党支部", "甲", PASSWORD, lambda: NOW, Cost(8, 1, 1))


def restore_one(place: Place, seat: Seat) -> Seat:
    """Close, put the latest backup in the place of the data, and open that."""
    seat.close()
    opened = vault.unlock(place, None, PASSWORD, NOW)
    backup.restore(place, backup.list_backups(place.backups)[0], opened.key, NOW)
    return seats.take(place, None, PASSWORD, lambda: NOW)


def crash(seat: Seat, one: Canary) -> str:
    """Let the program fail with somebody's data in hand, and return what it tells the maintainers, here and in a console."""
    try:
        with seat.store.write("甲", "出错") as act:
            act.add_many(Person, [{"name": one.name, "phone": one.phone, "address": [one.note]}])
    except (SQLAlchemyError, dbapi2.Error) as error:
        console = "".join(traceback.format_exception(error))
        return alerts.diagnostics(type(error), error.__traceback__) + console
    raise AssertionError("nothing went wrong")


def public(seat: Seat, out: Path) -> tuple[str, str]:
    """Print what is put up for everybody, and the members' list for daily use; return the text of each."""
    told = []
    for name in ("issue_notice", "member_roster"):
        with seat.store.read() as conn:
            document = ledger(name).build(conn, Asked(TODAY, month="2026-11"))
        printed = pdf.write_pdf(document, RESOURCES / "fonts").pdf
        if name == "issue_notice":
            (out / f"{name}.pdf").write_bytes(printed)
        told.append("".join(page.extract_text() for page in PdfReader(BytesIO(printed)).pages))
    return re.sub(r"\s", "", told[0]), re.sub(r"\s", "", told[1])


ENCODINGS = ("utf-8", "utf-16-le", "utf-16-be", "gb18030")
MARKS = (GIVEN, NOTED, REGION, MOBILE)


def found_in(content: bytes, words: set[str]) -> set[str]:
    """Return which of the words stand in these bytes, as they are or spelt in hexadecimal, base64 or JSON."""
    spelt = [content]
    for run in re.findall(rb"[0-9a-fA-F]{12,}", content):
        spelt += [binascii.unhexlify(run[at : at + (len(run) - at) // 2 * 2]) for at in (0, 1)]
    for run in re.findall(rb"[A-Za-z0-9+/_-]{8,}", content):
        plain = run.replace(b"-", b"+").replace(b"_", b"/")
        spelt += [_from_base64(plain[at:]) for at in range(4)]
    spelt += [re.sub(rb"\\u([0-9a-f]{4})", _character, one) for one in spelt if b"\\u" in one]
    return {word for one in spelt for word in _plainly(one, words)}


def _from_base64(text: bytes) -> bytes:
    text = text[: len(text) - (len(text) % 4 == 1)]
    return base64.b64decode(text + b"=" * (-len(text) % 4))


def _character(told: re.Match[bytes]) -> bytes:
    return chr(int(told[1], 16)).encode("utf-8", "replace")


def _plainly(content: bytes, words: set[str]) -> Iterator[str]:
    for code in ENCODINGS:
        for mark in MARKS:
            if mark.encode(code) in content:
                yield from (word for word in words if mark in word and word.encode(code) in content)


def contents(path: Path) -> Iterator[bytes]:
    """Return a file's bytes, and what can be unpacked from it without a key."""
    content = path.read_bytes()
    yield content
    if zipfile.is_zipfile(path):
        with zipfile.ZipFile(path) as box:
            yield from (box.read(name) for name in box.namelist())
    if content.startswith(b"%PDF"):
        for page in PdfReader(BytesIO(content)).pages:
            yield page.extract_text().encode()
    for start in re.finditer(rb"stream\r?\n", content):
        try:
            yield zlib.decompressobj().decompress(content[start.end() :])
        except zlib.error:
            continue


def search(folder: Path, words: set[str], tally: Counter[str]) -> set[str]:
    """Search all files below `folder` and their names; return what was found, and where."""
    hits = set()
    for path in sorted(folder.rglob("*")):
        told = set(found_in(str(path.relative_to(folder)).encode(), words))
        if path.is_file():
            tally["files"] += 1
            tally["bytes"] += path.stat().st_size
            told |= {word for content in contents(path) for word in found_in(content, words)}
        hits |= {f"{path.relative_to(folder)}: {word}" for word in told}
    return hits


def trial(folder: Path, count: int, tally: Counter[str]) -> set[str]:
    """Live through all of it in `folder`, and return what leaked."""
    data, stick, tmp, out = (folder / name for name in FOLDERS)
    for path in (stick, tmp, out, folder / "own"):
        path.mkdir()
    tempfile.tempdir = os.environ["TMPDIR"] = str(tmp)
    folk = [Canary(number) for number in range(count)]
    place = Place(data)
    seat = _found(place)
    settle(seat, folk)
    bring_in(seat, folder / "own")
    type_drafts(seat, folk, data)
    hand_out(seat, place, stick)
    seat = restore_one(place, seat)
    (out / "crash.txt").write_text(crash(seat, folk[0]), encoding="utf-8")
    notice, daily = public(seat, out)
    hits = {
        f"公示: {word}" for word in found_in(notice.encode(), {word for one in folk for word in one.words})
    }
    private = {word for one in folk for word in (one.phone, one.id_number)}
    hits |= {f"日常版: {word}" for word in found_in(daily.encode(), private)}
    with seat.store.read() as conn:
        upward = handover._words(handover.report(conn, TODAY).told())
    hits |= {f"上报: {word}" for word in found_in(upward, {one.note for one in folk})}
    if (
        "路灯不亮" not in upward.decode()
        or "路灯不亮" not in notice
        or folk[0].name not in daily.replace("　", "")
    ):
        raise AssertionError("nothing was printed")
    seat.close()
    words = {word for one in folk for word in one.words}
    tally["canaries"] = len(words)
    _check_the_search(folk, words)
    for name in FOLDERS:
        hits |= search(folder / name, words, tally)
    return hits


def _check_the_search(folk: list[Canary], words: set[str]) -> None:
    """A search that finds nothing must be one that would have found it, however it is spelt."""
    for word in folk[-1].words:
        for spelt in (*(word.encode(code) for code in ENCODINGS), json.dumps(word).encode()):
            for padded in (
                spelt,
                *(base64.b64encode(b"x" * n + spelt) for n in range(3)),
                b"a" + spelt.hex().encode(),
            ):
                assert found_in(b"\0\xff" + padded + b"\n", words) == {word}, (word, padded)


FAULTS = {
    "none": lambda: None,
    "plain-draft": lambda: setattr(drafts, "seal", lambda _key, content: content),
    "named-package": lambda: handover._CALLED.update(delta=Canary(3).name),
    "open-notice": lambda: setattr(issue_notice, "redact", lambda text, _names: text),
    "told-error": lambda: setattr(
        alerts, "diagnostics", lambda kind, trace: str(trace.tb_frame.f_locals["one"].words)
    ),
}


def main() -> int:
    """Run the trial, print the counts, and return 0 when nothing was found."""
    parser = argparse.ArgumentParser(
        description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter
    )
    parser.add_argument("--people", type=int, default=200)
    parser.add_argument("--fault", choices=FAULTS, default="none")
    asked = parser.parse_args()
    FAULTS[asked.fault]()
    application = QCoreApplication([])
    started, tally = time.monotonic(), Counter(canaries=0, files=0, bytes=0)
    with tempfile.TemporaryDirectory() as folder:
        hits = trial(Path(folder), asked.people, tally)
    for hit in sorted(hits)[:20]:
        print(hit, file=sys.stderr)
    told = " ".join(f"{name}={number}" for name, number in tally.items())
    print(f"{told} hits={len(hits)} seconds={time.monotonic() - started:.0f}")
    del application
    return int(bool(hits))


if __name__ == "__main__":
    sys.exit(main())
