"""The photos that travel with acts: kept by their hash, so that each is what its attachment says, or is not taken."""

import hashlib
import json
from collections.abc import Iterable, Mapping

from sqlalchemy import Connection, bindparam, insert, select

from villagebranch.db.among import among
from villagebranch.records.attachment import Attachment, AttachmentBlob

_KEPT = select(AttachmentBlob.sha256).where(among(AttachmentBlob.sha256))
_BYTES = select(AttachmentBlob.bytes).where(AttachmentBlob.sha256 == bindparam("hash"))


def photos_of(conn: Connection, changes: Iterable[tuple[str, str, str]]) -> dict[str, bytes]:
    """Return the photos (hash → JPEG) that these changes (kind, record, fields) put with records, as far as they are here."""
    told = [json.loads(fields) for kind, _, fields in changes if kind == Attachment.__tablename__]
    hashes = sorted({str(fields["sha256"]) for fields in told if "sha256" in fields})
    found = {one: conn.scalar(_BYTES, {"hash": one}) for one in hashes}
    return {one: content for one, content in found.items() if content is not None}


def untrue(photos: Mapping[str, bytes]) -> bool:
    """Tell whether any photo is not what its hash says."""
    return any(hashlib.sha256(content).hexdigest() != told for told, content in photos.items())


def keep_photos(conn: Connection, photos: Mapping[str, bytes]) -> None:
    """Keep the photos that are not here yet."""
    here = set(conn.scalars(_KEPT, {"ids": list(photos)})) if photos else set()
    if rows := [{"sha256": one, "bytes": content} for one, content in photos.items() if one not in here]:
        conn.execute(insert(AttachmentBlob), rows)
