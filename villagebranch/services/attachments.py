"""Photos that belong to a record: the record names their hash, the bytes are kept once."""

import hashlib
from dataclasses import dataclass

from sqlalchemy import Connection, func, insert, select

from villagebranch.db.journal import Act
from villagebranch.records.attachment import Attachment, AttachmentBlob


@dataclass(frozen=True)
class Photo:
    """One photo of a record; `sha256` names its bytes, `width` and `height` are in pixels."""

    id: str
    caption: str
    sha256: str
    width: int
    height: int


def attach(
    act: Act, owner_kind: str, owner_id: str, jpeg: bytes, width: int, height: int, caption: str = ""
) -> str:
    """Keep a photo with a record and return its id.

    `jpeg` comes from `exchange.pictures.reencode`, which leaves nothing of a stranger's file but the picture.
    """
    sha256 = hashlib.sha256(jpeg).hexdigest()
    if act.conn.scalar(select(AttachmentBlob.sha256).where(AttachmentBlob.sha256 == sha256)) is None:
        act.conn.execute(insert(AttachmentBlob), {"sha256": sha256, "bytes": jpeg})
    raw: dict[str, object] = {"owner_kind": owner_kind, "owner_id": owner_id, "caption": caption}
    return act.add(
        Attachment, Attachment.kind().draft(raw | {"sha256": sha256, "width": width, "height": height})
    )


def detach(act: Act, photo_id: str) -> None:
    """Take a photo away from its record; the bytes stay, so that it can come back."""
    act.remove(Attachment, photo_id)


def photos(conn: Connection, owner_kind: str, owner_id: str) -> tuple[Photo, ...]:
    """Return the photos of a record, in the order in which they came."""
    columns = (Attachment.id, Attachment.caption, Attachment.sha256, Attachment.width, Attachment.height)
    of_record = (Attachment.owner_kind == owner_kind) & (Attachment.owner_id == owner_id)
    alive = select(*columns).where(of_record, Attachment.removed_at.is_(None))
    return tuple(
        Photo(id, caption or "", sha256, width or 0, height or 0)
        for id, caption, sha256, width, height in conn.execute(
            alive.order_by(func.length(Attachment.id), Attachment.id)
        )
    )


def picture(conn: Connection, sha256: str) -> bytes | None:
    """Return the JPEG of that hash; None where a package brought the record but not yet the picture."""
    return conn.scalar(select(AttachmentBlob.bytes).where(AttachmentBlob.sha256 == sha256))
