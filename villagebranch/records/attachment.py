"""A photo that belongs to a record; its bytes are kept once, by their hash."""

from sqlalchemy import LargeBinary, Text
from sqlalchemy.orm import Mapped, mapped_column

from villagebranch.db.record import Base, Record, field
from villagebranch.domain import values


class Attachment(Record):
    __tablename__ = "attachment"
    label = "照片"

    owner_kind: Mapped[str] = field("属于", values.Text(40), required=True)
    owner_id: Mapped[str] = field("记录", values.Text(40), required=True)
    caption: Mapped[str | None] = field("说明", values.Text(100), width=20)
    sha256: Mapped[str] = field("校验", values.Text(64), required=True)
    width: Mapped[int | None] = field("宽", values.Whole())
    height: Mapped[int | None] = field("高", values.Whole())


class AttachmentBlob(Base):
    """The JPEG bytes behind the attachments of one hash."""

    __tablename__ = "attachment_blob"

    sha256: Mapped[str] = mapped_column(Text, primary_key=True)
    bytes: Mapped[bytes] = mapped_column(LargeBinary)
