"""The township that the branch exchanges with: whoever trusts its card does so for all computers of the branch."""

from sqlalchemy.orm import Mapped

from villagebranch.db.record import Record, field
from villagebranch.domain.values import Text


class Superior(Record):
    """`sign` and `age` are the public keys of the card; what is sealed by `sign` is the township's word."""

    __tablename__ = "superior"
    label = "上级党委"

    name: Mapped[str] = field("名称", Text(40), required=True, width=16)
    sign: Mapped[str] = field("签名公钥", Text(64), required=True)
    age: Mapped[str] = field("加密公钥", Text(80), required=True)
