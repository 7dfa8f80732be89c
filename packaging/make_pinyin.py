"""Make resources/codes/pinyin.tsv: the readings without tones of every character that pypinyin knows.

One line for all characters that are read alike: the readings, the usual one first, a tab, the characters.
pypinyin takes 0.3 s to import, this table a few milliseconds; run again after an update of pypinyin.
"""

from collections import defaultdict
from pathlib import Path

from pypinyin import Style, pinyin
from pypinyin.pinyin_dict import pinyin_dict

TABLE = Path(__file__).parent.parent / "resources" / "codes" / "pinyin.tsv"
CJK = (range(0x3400, 0xA000), range(0xF900, 0xFB00), range(0x20000, 0x40000), (0x3007,))


def readings(character: str) -> tuple[str, ...]:
    """Return how a character is read; ü is typed as v, and by many as u."""
    (heard,) = pinyin(character, style=Style.NORMAL, heteronym=True)
    typed = [spelled for one in heard for spelled in (one, one.replace("v", "u"))]
    return tuple(one for one in dict.fromkeys(typed) if set(one) & set("aeiouv"))


def main() -> None:
    alike: defaultdict[tuple[str, ...], str] = defaultdict(str)
    for code in sorted(pinyin_dict):
        if any(code in block for block in CJK) and (read := readings(chr(code))):
            alike[read] += chr(code)
    lines = [f"{' '.join(read)}\t{characters}\n" for read, characters in sorted(alike.items())]
    TABLE.write_text("".join(lines), encoding="utf-8")
    print(f"{TABLE.name}: {len(lines)} lines, {sum(map(len, alike.values()))} characters")


if __name__ == "__main__":
    main()
