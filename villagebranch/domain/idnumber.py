"""The citizen's ID number: check character, birth date and sex. Source: GB 11643-1999, ISO 7064 MOD 11-2."""

from datetime import date
from operator import mul

_WEIGHTS = (7, 9, 10, 5, 8, 4, 2, 1, 6, 3, 7, 9, 10, 5, 8, 4, 2)
_CHECKS = "10X98765432"


def check_character(first17: str) -> str:
    """Return the check character for the first 17 digits."""
    return _CHECKS[sum(map(mul, map(int, first17), _WEIGHTS)) % 11]


def problem(text: str) -> str | None:
    """Return a Chinese sentence that says what is wrong with `text` as an ID number, or None."""
    if len(text) != 18:
        return f"身份证号应为 18 位，现在 {len(text)} 位"
    if not (text[:17].isascii() and text[:17].isdigit() and (text[17].isdigit() or text[17] == "X")):
        return "身份证号前 17 位应是数字，末位是数字或 X"
    if birth_date(text) is None:
        return f"身份证号里的出生日期 {text[6:14]} 不存在"
    if check_character(text[:17]) != text[17]:
        return "身份证号校验位不对，可能有一位抄错，请与证件核对"
    return None


def birth_date(text: str) -> date | None:
    """Return the day of birth that the number carries, or None where there is no such day."""
    try:
        return date(int(text[6:10]), int(text[10:12]), int(text[12:14]))
    except ValueError:
        return None


def sex(text: str) -> str:
    """Return 'male' or 'female' (the 17th digit is odd for men)."""
    return "male" if int(text[16]) % 2 else "female"
