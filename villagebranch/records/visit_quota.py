"""How many households a cadre is to visit each month, from a month on; 10 unless said (村干部每月走访10户)."""

from sqlalchemy.orm import Mapped

from villagebranch.db.record import Record, field
from villagebranch.domain.values import Link, Month, Whole

DEFAULT_PER_MONTH = 10


class VisitQuota(Record):
    __tablename__ = "visit_quota"
    label = "每月走访户数"
    single = ("cadre_id", "from_month")

    cadre_id: Mapped[str] = field("村干部", Link("cadre"), required=True)
    from_month: Mapped[str] = field("从哪个月起", Month(), required=True)
    per_month: Mapped[int] = field("每月户数", Whole(0, 500, "户"), required=True)
