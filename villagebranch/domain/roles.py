"""Who may do what with the data as a whole: records everybody may write, the rest is said here and nowhere else.

These are rules of the program among colleagues. Whoever has a password can read all of the data: each holds its key.
"""

from collections.abc import Mapping
from typing import Literal

from villagebranch.domain.errors import Refused

Right = Literal["users", "recovery_card", "restore", "partner", "settle", "delete_many"]

ROLES = {"secretary": "书记", "deputy": "副书记", "clerk": "录入员"}

_WORDS: Mapping[Right, str] = {
    "users": "管理使用人和他们的密码",
    "recovery_card": "换应急卡",
    "restore": "从备份恢复",
    "partner": "增减交换对象",
    "settle": "定夺两边不一样的内容",
    "delete_many": "一次删除很多条",
}
_RIGHTS: Mapping[str, frozenset[Right]] = {
    "secretary": frozenset(_WORDS),
    "deputy": frozenset(_WORDS) - {"users", "recovery_card"},
    "clerk": frozenset(),
}


def may(role: str, right: Right) -> bool:
    """Tell whether somebody in `role` may do what `right` names."""
    return right in _RIGHTS.get(role, frozenset())


def require(role: str, right: Right) -> None:
    """Raise `Refused`, with who is to be asked, unless somebody in `role` may do what `right` names."""
    if not may(role, right):
        able = "或".join(ROLES[one] for one in ROLES if may(one, right))
        raise Refused(f"{ROLES.get(role, '您')}不能{_WORDS[right]}，请{able}来办。")
