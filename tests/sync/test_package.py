"""The package file: whole or refused, readable by its recipient alone, and never more than it says it is."""

import json
import random
import struct
import subprocess
import sys
from dataclasses import replace

import pyrage
import pytest
import zstandard
from pyrage import x25519

from tests.sync.replicas import Replica
from villagebranch.domain.errors import Refused, Trouble
from villagebranch.records.person import Person
from villagebranch.sync import cards, package
from villagebranch.sync.cards import Card, Keys
from villagebranch.sync.package import Foreign, Package, inspect, pack, unpack
from villagebranch.sync.pages import Unreadable, read_pages, write_pages
from villagebranch.sync.parcel import Change, ForeignAct, read_fields

AT = "2026-11-23T09:30:00"


class Laptop(Replica):
    """A replica with its keys."""

    @property
    def keys(self) -> Keys:
        with self.store.receive() as (conn, _):
            return cards.keys(conn)

    @property
    def card(self) -> Card:
        return self.keys.card("周丽的电脑")

    def pack(self, to: Card, kind: str = "delta") -> bytes:
        return pack(kind, self.parcel(), (self.keys, self.card), AT, to=to)

    def open(self, content: bytes) -> Package:
        return unpack(content, self.keys)


@pytest.fixture
def pair() -> tuple[Laptop, Laptop]:
    a, b = Laptop(), Laptop()
    a.set(Person, a.add(Person, name="陆根发", phone="13800000001"), phone="13800000002")
    return a, b


@pytest.fixture
def content(pair) -> bytes:
    return pair[0].pack(pair[1].card)


def as_written(acts) -> list[ForeignAct]:
    """The acts as the journal tells them; where their fields came read, they are what the texts say."""
    for act in acts:
        assert act.fields is None or list(act.fields) == [json.loads(told.fields) for told in act.changes]
    return [act._replace(fields=None) for act in acts]


def test_what_was_packed_comes_out_with_the_card_of_its_sender(pair, content):
    opened = pair[1].open(content)
    parcel = pair[0].parcel()
    assert (opened.parcel.start, opened.parcel.end) == (parcel.start, parcel.end)
    assert as_written(opened.parcel.acts) == parcel.acts
    assert (opened.sender, opened.header.kind) == (pair[0].card, "delta")
    pair[1].take(opened.parcel)
    assert pair[1].digests() == pair[0].digests()


def test_photos_come_out_as_they_went_in(pair):
    a, b = pair
    parcel = replace(a.parcel(), photos={"x": b"jpeg", "y": b""})
    content = pack("delta", parcel, (a.keys, a.card), AT, to=b.card)
    assert b.open(content).parcel.photos == parcel.photos


def test_header_is_read_without_a_key_and_names_nobody(pair, content):
    header = inspect(content)
    assert (header.sender, header.recipient) == (pair[0].card.fingerprint, pair[1].card.fingerprint)
    for told in ("陆根发", "周丽", "13800000002"):
        assert told.encode() not in content


def test_package_for_another_computer_is_told_apart_from_a_damaged_one(pair, content):
    with pytest.raises(Foreign, match="另一台电脑"):
        Laptop().open(content)


@pytest.mark.skipif(sys.platform == "win32", reason="the age tool is installed by ./dev test on Linux")
def test_body_is_a_standard_age_file_that_any_age_tool_opens(pair, content, tmp_path):
    body = content[content.index(b"age-encryption.org/v1") :]
    key, file = tmp_path / "key", tmp_path / "body.age"
    key.write_text(str(pair[1].keys.age))
    file.write_bytes(body)
    done = subprocess.run(["age", "-d", "-i", key, file], capture_output=True, check=True)
    assert b'"acts":2' in done.stdout
    assert pyrage.decrypt(body, [pair[1].keys.age]) == done.stdout


def test_snapshot_opens_by_its_passphrase_alone(pair):
    content = pack("snapshot", pair[0].parcel(), (pair[0].keys, pair[0].card), AT, passphrase="梅溪村 2026")
    opened = unpack(content, passphrase="梅溪村 2026")
    assert as_written(opened.parcel.acts) == pair[0].parcel().acts
    with pytest.raises(Foreign, match="口令不对"):
        unpack(content, passphrase="梅溪村 2025")


def test_card_is_open_to_all_and_signed(pair):
    empty = pair[1].parcel()
    content = pack("card", empty, (pair[0].keys, pair[0].card), AT)
    opened = unpack(content)
    assert opened.sender == pair[0].card
    with pytest.raises(Unreadable):
        unpack(content.replace("周丽".encode(), "周莉".encode()))


def test_fingerprint_is_short_and_differs_between_computers(pair):
    assert len(pair[0].card.fingerprint) == 9
    assert pair[0].card.fingerprint != pair[1].card.fingerprint


def test_keys_stay_the_same_and_partners_are_kept_with_what_they_acknowledged(pair):
    a, b = pair
    mine = a.card
    assert a.card == mine
    with a.store.receive() as (conn, _):
        cards.keep_partner(conn, b.card)
        cards.acknowledge(conn, b.card, {"x": 3})
        cards.keep_partner(conn, Card(b.card.sign, b.card.age, "镇里"))
        assert cards.acknowledged(conn, b.card) == {"x": 3}
        assert cards.partner(conn, "镇里") == cards.partner(conn, b.card.fingerprint)
        with pytest.raises(Refused, match="已有一个"):
            cards.keep_partner(conn, Card(mine.sign, mine.age, "镇里"))


@pytest.mark.parametrize("seed", range(4))
def test_flipped_byte_is_found_wherever_it_is(pair, content, seed):
    chance = random.Random(seed)
    for place in chance.sample(range(len(content)), 60):
        flipped = bytearray(content)
        flipped[place] ^= 1 << chance.randrange(8)
        with pytest.raises(Trouble):
            pair[1].open(bytes(flipped))


def test_truncated_file_is_found_wherever_it_ends(pair, content):
    for length in range(0, len(content), 11):
        with pytest.raises(Trouble):
            pair[1].open(content[:length])
    with pytest.raises(Trouble):
        pair[1].open(content + b"x")


# A sender who signs what he likes.


def rewritten(pair, change) -> bytes:
    """Return a package of the first laptop, rightly signed, whose manifest and chunks `change` has had in hand."""
    a, b = pair
    content = a.pack(b.card)
    at = content.index(b"age-encryption.org/v1")
    inner = pyrage.decrypt(content[at:], [b.keys.age])
    length = struct.unpack(">I", inner[:4])[0]
    manifest, chunks = json.loads(inner[4 : 4 + length]), inner[4 + length + 64 :]
    chunks = change(manifest, chunks) or chunks
    told = json.dumps(manifest).encode()
    signature = a.keys.sign.sign(package._SIGNED_AS + told)
    inner = struct.pack(">I", len(told)) + told + signature + chunks
    return content[:at] + pyrage.encrypt(inner, [x25519.Recipient.from_str(b.card.age)])


def with_pages(text: bytes, raw: int | None = None):
    def change(manifest, _chunks):
        packed = zstandard.compress(text)
        manifest["chunks"] = [[raw or len(text), len(packed), package.hashlib.sha256(packed).hexdigest()]]
        return packed

    return change


def test_rewriting_as_such_still_opens(pair):
    assert pair[1].open(rewritten(pair, lambda *_: None)).parcel.acts


def test_trap_3_frame_that_grows_beyond_its_word_is_not_inflated(pair):
    with pytest.raises(Unreadable):
        pair[1].open(rewritten(pair, with_pages(b" " * (1 << 28), 1000)))


def test_trap_3_truncated_frame_is_found(pair):
    def change(manifest, chunks):
        cut = chunks[:-5]
        manifest["chunks"] = [[manifest["chunks"][0][0], len(cut), package.hashlib.sha256(cut).hexdigest()]]
        return cut

    with pytest.raises(Unreadable):
        pair[1].open(rewritten(pair, change))


@pytest.mark.parametrize(
    "page",
    [
        b'{"acts":[],"order":[0],"shapes":[]}',
        b'{"acts":[],"order":[],"shapes":[[["person","b","a"],[[],[],[]]]]}',
        b'{"acts":[],"order":[],"shapes":[[["person","a","a"],[[],[],[]]]]}',
        b'{"acts":[],"order":[],"shapes":[[["person","a"],[["p-1"],[]]]]}',
        b'{"acts":[],"order":[],"shapes":[[["person","a"],[[],["x"]]]]}',
        b'{"acts":[],"order":[],"shapes":[[["whole"],[["person"],["p-1"],["[]"]]]]}',
        b'{"acts":[],"order":[],"shapes":[[["whole"],[["person"],["p-1"],["{"]]]]}',
        b'{"acts":NaN,"order":[],"shapes":[]}',
        b"[" * 100_000,
        b'{"acts":[],"order":[],"shapes":' + b"[" * 50_000 + b"]" * 50_000 + b"}",
        b'{"acts":[[1],[1],[1],["a"],["2026-11-23"],["f"],[1],[null],[null],[0]],"order":[],"shapes":[]}',
        b'{"acts":[["r"],[1],[1],["a"],["yesterday"],["f"],[1],[null],[null],[0]],"order":[],"shapes":[]}',
        b'{"acts":[["r"],[1],[1],["a"],["2026-11-23"],["f"],[1],[null],[null],[9]],"order":[],"shapes":[]}',
        b'{"acts":[["r"],[true],[1],["a"],["2026-11-23"],["f"],[1],[null],[null],[0]],"order":[],"shapes":[]}',
        b'{"acts":[["r"],[1],[1e9],["a"],["2026-11-23"],["f"],[1],[null],[null],[0]],"order":[],"shapes":[]}',
        b'{"acts":[["r"],[1],[4611686018427387904],["a"],["2026-11-23"],["f"],[1],[null],[null],[0]],"order":[],"shapes":[]}',
        b'{"acts":[["r"],[1],[1],["a"],["2026-11-23"],["f"],[9223372036854775808],[null],[null],[0]],"order":[],"shapes":[]}',
        b"\xff\xfe",
        b"null",
        b"{}",
    ],
)
def test_trap_4_pages_that_do_harm_are_refused(pair, page):
    with pytest.raises(Unreadable):
        pair[1].open(rewritten(pair, with_pages(page)))


@pytest.mark.parametrize(
    "change",
    [
        {"acts": 3},
        {"acts": True},
        {"photos": [["x", 5]]},
        {"photos": [["x", -5], ["y", 5]]},
        {"start": {"x": [1]}},
        {"end": {"x": [-1, ""]}},
        {"end": {"x": [1, "zz"]}},
        {"chunks": [[5 << 20, 1, ""]]},
        {"chunks": [[1, -1, ""]]},
        {"chunks": [None] * 2},
        {"header": {}},
        {"sender": {"sign": "00", "age": "x", "name": "\ud800", "role": "branch", "unit": "", "branch": ""}},
        {"sender": {"sign": "00", "age": "x", "name": "n"}},
    ],
)
def test_manifest_that_does_not_hold_is_refused(pair, change):
    with pytest.raises(Unreadable):
        pair[1].open(rewritten(pair, lambda manifest, _: manifest.update(change)))


def test_package_sent_on_to_somebody_else_is_refused(pair):
    a, b = pair
    c = Laptop()
    content = a.pack(b.card)
    at = content.index(b"age-encryption.org/v1")
    inner = pyrage.decrypt(content[at:], [b.keys.age])
    head = content[:at].replace(b.card.fingerprint.encode(), c.card.fingerprint.encode())
    with pytest.raises(Unreadable):
        c.open(head + pyrage.encrypt(inner, [x25519.Recipient.from_str(c.card.age)]))


def test_pages_keep_every_change_as_it_was_written(pair):
    act = pair[0].parcel().acts[0]
    changes = (
        Change("person", "p-1", '{"name":"甲","phone":null}'),
        Change("well", "w-1", '{ "depth" : 3.0 }'),
        Change("whole", "w-2", "{}"),
        Change("person", "p-2", "{}"),
        Change("person", "p-3", '{"100%":"甲\\n\\"乙\\"","n":7,"z":"\\u0007"}'),
    )
    acts = [act._replace(changes=()), act._replace(number=2, changes=changes)]
    assert as_written(read_pages(b"".join(write_pages(acts)))) == acts


@pytest.mark.parametrize(
    "texts",
    [
        ['{"a":1},{"b":"x', 'y"}'],
        ['{"a":1},{"b":1', '"c":2}'],
        ['{"a":1', '"b":2}'],
        ['{"a":1},{"b":2}', ""],
        ['{"a":"x', '{"}'],
        ['{"a":1}'] * 2 + ["", "{}"],
        ["{}", "[]"],
        ['{"a":"\\ud800"}'],
        ['{"a":"\\uD800"}'],
    ],
)
def test_no_text_borrows_from_the_next_when_they_are_read_at_one_stroke(texts):
    with pytest.raises(ValueError, match=r"one object each|surrogates|JSON|Expecting|Invalid|Illegal"):
        read_fields(texts)


def test_act_larger_than_a_page_goes_over_several(pair):
    act = pair[0].parcel().acts[0]
    changes = tuple(Change("person", f"p-{n}", f'{{"name":"{n}"}}') for n in range(12_000))
    pages = list(write_pages([act._replace(changes=changes)]))
    assert len(pages) == 3
    assert read_pages(b"".join(pages))[0].changes == changes


def test_package_of_a_newer_program_asks_for_the_upgrade(pair):
    newer = package.Header("1", "delta", "s", "r", AT, 2)
    told = package.canonical(package.asdict(newer)).encode()
    content = package._START + struct.pack(">I", len(told)) + told
    with pytest.raises(Trouble, match="先升级程序"):
        pair[1].open(content)
