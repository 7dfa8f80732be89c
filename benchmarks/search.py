"""Finding a person among 50,000 at every keystroke: our index beside SQLite's LIKE over four columns.

Also what it costs to have the index: the table of readings, the spellings of all names, the sorted words.
"""

import random
import sqlite3
from pathlib import Path

from measure import compare

from villagebranch.domain.names import Index, Pinyin

PEOPLE = 50_000
TABLE = (Path(__file__).parents[1] / "resources" / "codes" / "pinyin.tsv").read_text(encoding="utf-8")
FAMILIES = "王李张刘陈杨黄赵周吴徐孙马胡朱郭何罗高林陆单解覃曾翟"
GIVEN = "秀英美珍建国德兴阿根水明华雪琴晓燕海生云飞志强文斌巧玉梅小丽平永福金山发堃喆"
TYPED = ["lugenfa", "lgf", "wangxiuying", "zhm", "qinxq", "陆根发", "秀英", "2207", "xyzq"]
KEYSTROKES = [typed[:length] for typed in TYPED for length in range(1, len(typed) + 1)]


def people() -> list[tuple[str, str]]:
    """Draw names and the last four digits of a phone, the same on every run."""
    chance = random.Random(7)
    lengths = [1, 2, 2, 2]
    return [
        (
            chance.choice(FAMILIES) + "".join(chance.choices(GIVEN, k=chance.choice(lengths))),
            f"{chance.randrange(10_000):04}",
        )
        for _ in range(PEOPLE)
    ]


def keys(pinyin: Pinyin) -> list[tuple[str, str]]:
    """Return the rows of an index."""
    return [(str(place), pinyin.search_key(*person)) for place, person in enumerate(people())]


def database(pinyin: Pinyin) -> sqlite3.Connection:
    """Return the peer: a table in memory with the name, its spelling, its initials and the digits."""
    connection = sqlite3.connect(":memory:")
    connection.execute("CREATE TABLE person (name TEXT, spelled TEXT, initials TEXT, digits TEXT)")
    rows = []
    for name, digits in people():
        syllables = pinyin.spellings(name)[0].split("'")
        rows.append((name, "".join(syllables), "".join(one[0] for one in syllables), digits))
    connection.executemany("INSERT INTO person VALUES (?, ?, ?, ?)", rows)
    return connection


def main() -> None:
    pinyin = Pinyin(TABLE)
    rows = keys(pinyin)
    index, connection = Index(rows), database(pinyin)
    like = """
        SELECT rowid FROM person
        WHERE name LIKE ?1 OR spelled LIKE ?1 OR initials LIKE ?1 OR digits LIKE ?1
        ORDER BY name LIMIT 20
    """
    print(f"{len(KEYSTROKES)} keystrokes")
    costs = compare(
        f"find a person among {PEOPLE}",
        lambda: [index.search(typed) for typed in KEYSTROKES],
        {
            "LIKE, four columns": lambda: [
                connection.execute(like, (f"%{t}%",)).fetchall() for t in KEYSTROKES
            ]
        },
    )
    for who, cost in costs.items():
        print(f"  {who}: {cost.cpu / len(KEYSTROKES) * 1000:.3f} ms a keystroke")
    compare(
        "have the index",
        lambda: Index(keys(Pinyin(TABLE))),
        {
            "table of readings": lambda: Pinyin(TABLE),
            "sorting 50,000 keys": lambda: Index(rows),
            "importing pypinyin": lambda: __import__("pypinyin"),
        },
    )


if __name__ == "__main__":
    main()
