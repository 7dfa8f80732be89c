"""The `.vbx` file: a plain header, then an age file with a signed manifest and packed chunks of pages.

Nothing in the header is believed until the signed manifest inside says the same. Every length is known from the
manifest before a chunk is inflated, and what is inflated is counted on the way.
"""

import hashlib
import io
import json
import secrets
import struct
from collections.abc import Iterator, Sequence
from dataclasses import asdict, dataclass
from typing import Any

import pyrage
import zstandard
from pyrage import x25519

from villagebranch.db.journal import canonical
from villagebranch.domain.errors import Trouble
from villagebranch.sync.cards import Card, Keys, verifies
from villagebranch.sync.pages import Unreadable, read_pages, write_pages
from villagebranch.sync.parcel import Parcel, Point, Seal

KINDS = ("delta", "snapshot", "reply", "request", "card", "report")
SUFFIX = ".vbx"
_CONTAINER = 1  # the layout that this module reads and writes
MAGIC = b"\x89VBX\r\n"
_START = MAGIC + bytes([_CONTAINER])
_LENGTH = struct.Struct(">I")
_SIGNATURE = 64
_CHUNK = 4 << 20  # bytes, not packed
_MOST_HEADER, _MOST_MANIFEST, _MOST_FILE, _MOST_CHUNKS = 4 << 10, 4 << 20, 256 << 20, 20
_MOST_INNER = 240 << 20
_SIGNED_AS = b"villagebranch package\n"


class Foreign(Trouble):
    """The package is for another computer, or locked by another passphrase."""


@dataclass(frozen=True)
class Header:
    """What anybody can read: `sender` and `recipient` are fingerprints, `reader` is the least container version needed."""

    id: str
    kind: str
    sender: str
    recipient: str
    made_at: str
    reader: int


@dataclass(frozen=True)
class Package:
    """A package that was opened, with the card that signed it; a card (名片) carries nothing else.

    `report` is JSON: a village's report to its township, or what a township says it has received of one; b"" in other
    kinds.
    """

    header: Header
    sender: Card
    parcel: Parcel
    report: bytes = b""


def pack(
    kind: str,
    parcel: Parcel,
    sender: tuple[Keys, Card],
    made_at: str,
    *,
    to: Card | None = None,
    passphrase: str = "",
    report: bytes = b"",
) -> bytes:
    """Return the file for one partner (`to`), or for whoever knows `passphrase`; a card is open to all.

    `sender` are the keys of this computer and its card. Raises `Trouble` for what would be too large to read.
    """
    keys, card = sender
    recipient = to.fingerprint if to else ""
    header = Header(secrets.token_hex(8), kind, card.fingerprint, recipient, made_at, _CONTAINER)
    chunks = list(_deflated(b"".join(write_pages(parcel.acts)) + report))
    manifest = canonical(
        {
            "header": asdict(header),
            "sender": asdict(card),
            "start": _points(parcel.start),
            "end": _points(parcel.end),
            "acts": len(parcel.acts),
            "report": len(report),
            "seals": [_told_seal(seal) for seal in parcel.seals],
            "photos": [[told, len(photo)] for told, photo in parcel.photos.items()],
            "chunks": [[raw, len(chunk), hashlib.sha256(chunk).hexdigest()] for raw, chunk in chunks],
        }
    ).encode()
    signature = keys.sign.sign(_SIGNED_AS + manifest)
    packed = [chunk for _, chunk in chunks]
    inner = b"".join([_LENGTH.pack(len(manifest)), manifest, signature, *packed, *parcel.photos.values()])
    if len(chunks) > _MOST_CHUNKS or len(inner) > _MOST_INNER:
        raise Trouble("要送的内容太多，一个包装不下（最多约 240 MB）。请先删去用不着的照片，再送一次。")
    told = canonical(asdict(header)).encode()
    return b"".join([_START, _LENGTH.pack(len(told)), told, _locked(kind, inner, to, passphrase)])


def _points(points: Any) -> dict[str, list[object]]:
    return {replica: [number, chain.hex()] for replica, (number, chain) in points.items()}


def _told_seal(seal: Seal) -> list[object]:
    return [seal.replica, seal.number, seal.chain.hex(), seal.sign, seal.signature.hex()]


# Matches of fewer bytes say more than they spare, in columns of names and numbers.
_PACKING = zstandard.ZstdCompressionParameters.from_level(10, min_match=6)


def _deflated(text: bytes) -> Iterator[tuple[int, bytes]]:
    packer = zstandard.ZstdCompressor(compression_params=_PACKING)
    for start in range(0, len(text), _CHUNK):
        part = text[start : start + _CHUNK]
        yield len(part), packer.compress(part)


def _locked(kind: str, inner: bytes, to: Card | None, passphrase: str) -> bytes:
    if kind == "card":
        return inner
    if to is not None:
        return bytes(pyrage.encrypt(inner, [x25519.Recipient.from_str(to.age)]))
    return bytes(pyrage.passphrase.encrypt(inner, passphrase))


def inspect(content: bytes) -> Header:
    """Return what the header says, without a key. Raises `Unreadable`, or `Trouble` for a newer container."""
    return _header(content)[0]


def _header(content: bytes) -> tuple[Header, bytes]:
    """Return the header and what follows it."""
    if not content.startswith(_START) or len(content) > _MOST_FILE:
        raise Unreadable
    told, body = _part(content[len(_START) :], _MOST_HEADER)
    header = Header(
        **_object(told, {"reader": int}, [name for name in Header.__annotations__ if name != "reader"])
    )
    if canonical(asdict(header)).encode() != told or header.kind not in KINDS:
        raise Unreadable
    if header.reader > _CONTAINER:
        raise Trouble("这个包是用更新版本的连心册做的，请先升级程序再收。")
    return header, body


def _part(content: bytes, most: int) -> tuple[bytes, bytes]:
    """Return the part at the head of `content` that tells its own length, and the rest."""
    if len(content) < _LENGTH.size:
        raise Unreadable
    (length,) = _LENGTH.unpack_from(content)
    if length > most or len(content) < _LENGTH.size + length:
        raise Unreadable
    return content[_LENGTH.size : _LENGTH.size + length], content[_LENGTH.size + length :]


def _object(told: bytes, sorts: dict[str, type], texts: Sequence[str]) -> dict[str, Any]:
    """Return the JSON object of exactly these names, each value of its sort."""
    sorts = sorts | dict.fromkeys(texts, str)
    try:
        found = json.loads(told)
        if b"\\ud" in told.lower():
            json.dumps(found, ensure_ascii=False).encode()  # half a character is no text: ValueError
    except (ValueError, RecursionError) as error:
        raise Unreadable from error
    if type(found) is not dict or found.keys() != sorts.keys():
        raise Unreadable
    if any(type(found[name]) is not sort for name, sort in sorts.items()):
        raise Unreadable
    return found


def unpack(content: bytes, keys: Keys | None = None, passphrase: str = "") -> Package:
    """Open and check a whole package. Raises `Foreign`, `Unreadable` or `Trouble`; whether the sender is trusted is for
    the caller to ask."""
    header, body = _header(content)
    manifest, rest = _part(_unlocked(header, body, keys, passphrase), _MOST_MANIFEST)
    lists = {
        "header": dict,
        "sender": dict,
        "start": dict,
        "end": dict,
        "acts": int,
        "report": int,
        "chunks": list,
        "photos": list,
        "seals": list,
    }
    told = _object(manifest, lists, ())
    card = Card(**_object(canonical(told["sender"]).encode(), {}, tuple(Card.__annotations__)))
    if told["header"] != asdict(header) or card.fingerprint != header.sender:
        raise Unreadable
    if not verifies(card, rest[:_SIGNATURE], _SIGNED_AS + manifest):
        raise Unreadable
    text, rest = _inflated(told["chunks"], rest[_SIGNATURE:])
    if not 0 <= told["report"] <= len(text):
        raise Unreadable
    pages = len(text) - told["report"]
    acts = read_pages(text[:pages])
    if len(acts) != told["acts"]:
        raise Unreadable
    photos, seals = _photos(told["photos"], rest), _read_seals(told["seals"])
    parcel = Parcel(_read_points(told["start"]), _read_points(told["end"]), acts, photos, seals)
    return Package(header, card, parcel, text[pages:])


def _unlocked(header: Header, body: bytes, keys: Keys | None, passphrase: str) -> bytes:
    if header.kind == "card":
        return body
    mine = keys.card("").fingerprint if keys else ""
    if header.recipient and header.recipient != mine:
        raise Foreign(f"这个包是给另一台电脑的（{header.recipient}），这台电脑打不开。")
    try:
        if header.recipient and keys:
            return bytes(pyrage.decrypt(body, [keys.age]))
        return bytes(pyrage.passphrase.decrypt(body, passphrase))
    except pyrage.DecryptError as error:
        if header.recipient:
            raise Unreadable from error
        raise Foreign("口令不对，或者这个包坏了，打不开。请核对口令再试一次。") from error


def _inflated(chunks: list[Any], packed: bytes) -> tuple[bytes, bytes]:
    """Return the pages and what follows them; each chunk must be as long, packed and not, as the manifest says."""
    if len(chunks) > _MOST_CHUNKS:
        raise Unreadable
    parts, at = [], 0
    for chunk in chunks:
        if type(chunk) is not list or [type(one) for one in chunk] != [int, int, str]:
            raise Unreadable
        raw, length, digest = chunk
        part = packed[at : at + length] if length >= 0 else b""
        if not 0 < raw <= _CHUNK or len(part) != length or hashlib.sha256(part).hexdigest() != digest:
            raise Unreadable
        parts.append(_inflate(part, raw))
        at += length
    return b"".join(parts), packed[at:]


def _photos(told: list[Any], rest: bytes) -> dict[str, bytes]:
    """Return the photos by hash; that each is what its hash says is for the merge to hold."""
    photos, at = {}, 0
    for photo in told:
        if type(photo) is not list or [type(one) for one in photo] != [str, int] or photo[1] < 0:
            raise Unreadable
        photos[photo[0]] = rest[at : at + photo[1]]
        at += photo[1]
    if at != len(rest):
        raise Unreadable
    return photos


def _inflate(part: bytes, raw: int) -> bytes:
    """Return `raw` bytes, no more and no fewer: the frame's own word for its size is not taken.

    `max_output_size` is ignored where a frame declares its size, and a frame that was cut off raises nothing.
    """
    found = bytearray()
    try:
        with zstandard.ZstdDecompressor(max_window_size=8 << 20).stream_reader(io.BytesIO(part)) as stream:
            while len(found) <= raw and (more := stream.read(min(1 << 16, raw + 1 - len(found)))):
                found += more
    except zstandard.ZstdError as error:
        raise Unreadable from error
    if len(found) != raw:
        raise Unreadable
    return bytes(found)


def _read_points(told: dict[str, Any]) -> dict[str, Point]:
    try:
        points = {replica: Point(number, bytes.fromhex(chain)) for replica, (number, chain) in told.items()}
    except (ValueError, TypeError) as error:
        raise Unreadable from error
    if any(type(point.number) is not int or point.number < 0 for point in points.values()):
        raise Unreadable
    return points


def _read_seals(told: list[Any]) -> tuple[Seal, ...]:
    try:
        seals = tuple(
            Seal(replica, number, bytes.fromhex(chain), sign, bytes.fromhex(signature))
            for replica, number, chain, sign, signature in told
        )
    except (ValueError, TypeError) as error:
        raise Unreadable from error
    if any([type(part) for part in seal[:4]] != [str, int, bytes, str] for seal in seals):
        raise Unreadable
    return seals
