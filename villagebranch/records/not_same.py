"""That two people, or two households, which look alike are not the same: a person said so, and it is not asked again."""

from sqlalchemy.orm import Mapped

from villagebranch.db.record import Record, field
from villagebranch.domain.values import Text


class NotSame(Record):
    """`one_id` is the smaller of the two ids."""

    __tablename__ = "not_same"
    label = "不是同一个"

    one_id: Mapped[str] = field("记录", Text(40), required=True)
    other_id: Mapped[str] = field("另一条记录", Text(40), required=True)
