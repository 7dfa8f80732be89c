"""Names are spelled as people say them, and found by every usual way of typing them."""

from pathlib import Path

import pytest

from villagebranch.domain.names import COMPOUND_SURNAMES, SURNAME_READINGS, Index, Pinyin, surname

TABLE = (Path(__file__).parents[2] / "resources/codes/pinyin.tsv").read_text(encoding="utf-8")
PINYIN = Pinyin(TABLE)


@pytest.mark.parametrize(
    ("name", "spelled"),
    [
        ("陆根发", "lu'gen'fa"),
        ("单美珍", "shan'mei'zhen"),
        ("解德兴", "xie'de'xing"),
        ("仇英", "qiu'ying"),
        ("查良镛", "zha'liang'yong"),
        ("曾国强", "zeng'guo'qiang"),
        ("区海生", "ou'hai'sheng"),
        ("覃雪琴", "qin'xue'qin"),
        ("乐永福", "yue'yong'fu"),
        ("翟金山", "zhai'jin'shan"),
        ("朴志明", "piao'zhi'ming"),
        ("盖小丽", "ge'xiao'li"),
        ("任秀英", "ren'xiu'ying"),
        ("华建国", "hua'jian'guo"),
        ("黑阿妹", "he'a'mei"),
        ("洗星海", "xian'xing'hai"),
        ("缪文斌", "miao'wen'bin"),
        ("宓水根", "fu'shui'gen"),
        ("尉迟恭", "yu'chi'gong"),
        ("万俟云飞", "mo'qi'yun'fei"),
        ("长孙无忌", "zhang'sun'wu'ji"),
        ("欧阳雪琴", "ou'yang'xue'qin"),
        ("吕布", "lv'bu"),
        ("邹䶮", "zou'yan"),
        ("买买提·艾合买提", "mai'mai'ti'ai'he'mai'ti"),
        ("Anna Lee", "anna'lee"),
    ],
)
def test_the_likeliest_spelling_comes_first(name, spelled):
    assert PINYIN.spellings(name)[0] == spelled


def test_all_readings_are_kept_and_the_likeliest_combinations_come_first():
    assert PINYIN.spellings("覃乐") == ("qin'le", "qin'yue", "tan'le", "tan'yue", "yan'le", "yan'yue")


def test_a_long_name_of_many_readings_has_at_most_twelve_spellings():
    assert len(PINYIN.spellings("乐行重" * 6)) == 12


def test_a_character_without_a_reading_is_passed_over():
    assert PINYIN.spellings("王\U000323af明") == PINYIN.spellings("王明")


@pytest.mark.parametrize("name", SURNAME_READINGS)
def test_a_surname_is_listed_only_where_the_table_would_spell_it_otherwise(name):
    by_character = Pinyin(TABLE).spellings("·" + name)
    assert by_character[: len(SURNAME_READINGS[name])] != tuple(SURNAME_READINGS[name])


@pytest.mark.parametrize(
    ("name", "family"), [("陆根发", "陆"), ("欧阳雪琴", "欧阳"), ("欧阳", "欧"), ("单于", "单")]
)
def test_a_surname_of_two_characters_leaves_at_least_one(name, family):
    assert surname(name) == family
    assert all(len(one) == 2 for one in COMPOUND_SURNAMES)


def index() -> Index:
    people = {
        "lu": ("陆根发", "5组18号", "18号", "9558", "2207"),
        "luo": ("罗国芳", "3组2号", "2号", "001x"),
        "li": ("李桂芬", "2组7号", "7号"),
        "li4": ("李桂芬芳", "2组9号", "9号"),
        "ou": ("欧阳雪琴", "4组9号", "9号"),
        "lv": ("吕阿妹", "1组1号", "1号"),
        "zeng": ("曾乐", "1组3号", "3号"),
        "zhao": ("赵明", "1组5号", "5号"),
        "fa": ("王陆根", "8组1号", "1号"),
    }
    return Index((id, PINYIN.search_key(*words)) for id, words in people.items())


@pytest.mark.parametrize(
    ("query", "found"),
    [
        ("lgf", ["li", "lu", "luo", "li4"]),
        ("lugenfa", ["lu"]),
        ("lu'gen fa", ["lu"]),
        ("LUGF", ["lu"]),
        ("lugenf", ["lu"]),
        ("lgenf", ["lu"]),
        ("luog", ["luo"]),
        ("lva", ["lv"]),
        ("lua", ["lv"]),
        ("ouyangxq", ["ou"]),
        ("oyxq", ["ou"]),
        ("zengyue", ["zeng"]),
        ("cengle", ["zeng"]),
        ("zhm", ["zhao"]),
        ("zhaom", ["zhao"]),
        ("陆根", ["lu", "fa"]),
        ("雪琴", ["ou"]),
        ("955", ["lu"]),
        ("001X", ["luo"]),
        ("18", ["lu"]),
        ("5组18", ["lu"]),
        ("xyz", []),
        ("genfa", []),
        ("", []),
        ("  ", []),
        ("i", []),
    ],
)
def test_a_person_is_found_by_every_usual_way_of_typing(query, found):
    assert index().search(query) == found


def test_no_more_are_found_than_asked_for():
    assert index().search("lgf", limit=2) == ["li", "lu"]


def test_a_renamed_person_is_found_by_the_new_name_only():
    people = index()
    people.put("lu", PINYIN.search_key("陆建平"))
    assert people.search("lugenfa") == []
    assert people.search("ljp") == ["lu"]


def test_a_dropped_person_is_not_found():
    people = index()
    people.drop("lu")
    people.drop("nobody")
    assert people.search("陆根") == ["fa"]
    assert people.search("lgf") == ["li", "luo", "li4"]


def test_a_long_query_of_many_readings_ends():
    assert index().search("ananan" * 20 + "v") == []


def test_the_table_covers_the_names_that_villages_hold():
    assert all(PINYIN.spellings(character) for character in "堃喆翀䶮淼畲\U0002b363\u3400〇")
