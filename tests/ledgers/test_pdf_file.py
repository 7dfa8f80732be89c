"""The PDF as a file: its fonts, what copies and searches, its pages' sizes, its bytes."""

import pytest
from pypdf.generic import ContentStream

from tests.ledgers.forms import (
    FORMS,
    PEOPLE,
    UNIT,
    cover,
    document,
    handbook,
    meeting_record,
    member_roster,
    table,
)
from tests.ledgers.reading import FONTS, fonts, printed, reader, texts
from villagebranch.domain.paper import Rows, Sheet, Words
from villagebranch.ledgers.press.fonts import KAI, Fonts

every_form = pytest.mark.parametrize("form", FORMS.values(), ids=FORMS)

RARE = "䶮喆翀堃㛃𬱖𠅤𫖮㼆犇骉·—…①☐"


def of_words(text: str):
    return document(Sheet("标题", (Words(text),)))


@every_form
def test_the_same_document_gives_the_same_bytes(form):
    assert printed(form()).pdf == printed(form()).pdf


@every_form
def test_every_font_is_embedded_cut_down_and_says_which_characters_it_shows(form):
    for name, font in fonts(form()).items():
        descendant = font["/DescendantFonts"][0].get_object()
        assert descendant["/FontDescriptor"].get_object()["/FontFile2"].get_object()["/Length1"] < 600_000
        assert name[7] == "+"
        assert "/ToUnicode" in font


@every_form
def test_no_font_is_left_to_the_reader_to_have(form):
    content = printed(form()).pdf
    assert b"Helvetica" not in content
    assert b"/Type1" not in content


@every_form
def test_nothing_is_missing_in_our_own_forms(form):
    assert printed(form()).missing == ()


@every_form
def test_pages_use_only_operators_that_pdf_knows(form):
    file = reader(form())
    for page in file.pages:
        operators = {operator for _, operator in ContentStream(page.get_contents(), file).operations}
        assert operators <= {
            b"BT",
            b"ET",
            b"Tf",
            b"g",
            b"Tm",
            b"Td",
            b"TJ",
            b"Tc",
            b"w",
            b"J",
            b"m",
            b"l",
            b"S",
        }


def test_title_and_language_are_said():
    file = reader(handbook())
    assert file.metadata.title == "联系服务群众手册"
    assert file.metadata.author == UNIT
    assert file.trailer["/Root"]["/Lang"] == "zh-CN"


def test_a_cell_of_several_lines_copies_as_one_text():
    assert "查看3组机耕路塌方处，长约4米，农机不能过。" in texts(handbook())[0]


@pytest.mark.parametrize("character", RARE)
def test_a_rare_character_copies_as_itself(character):
    assert character in texts(of_words(f"王{character}同志"))[0]
    assert printed(of_words(character)).missing == ()


def test_rare_names_are_set_in_titles_and_heads_too():
    sheet = Sheet(f"{RARE}名册", (Rows(table(f"{RARE}::c", [(RARE,)])),))
    assert texts(document(sheet))[0].count(RARE) == 3


def test_characters_that_share_a_glyph_copy_as_what_they_are():
    assert "⽂文⼀一" in texts(of_words("⽂文⼀一"))[0]


ALL_IDEOGRAPHS = {
    "basic": (0x4E00, 0xA000),
    "A": (0x3400, 0x4DC0),
    "B": (0x20000, 0x2A6E0),
    "C": (0x2A700, 0x2B73A),
    "D": (0x2B740, 0x2B81E),
    "E": (0x2B820, 0x2CEA2),
    "F": (0x2CEB0, 0x2EBE1),
}


@pytest.mark.parametrize("block", ALL_IDEOGRAPHS)
def test_a_face_has_every_ideograph_of_gb_18030(block):
    typeset = Fonts(FONTS)
    typeset.pen(KAI, 10.5).show("".join(map(chr, range(*ALL_IDEOGRAPHS[block]))))
    assert typeset.missing == ()


def test_what_no_face_has_is_printed_as_a_geta_reported_and_still_copies():
    paper = of_words("王\U00031350同志\U00031350")
    assert printed(paper).missing == ("\U00031350",)
    assert "王\U00031350同志\U00031350" in texts(paper)[0]


def test_characters_without_a_look_leave_no_box():
    paper = of_words("王\u200d堃\ufeff同\u200b志\x07")
    assert printed(paper).missing == ()
    assert "王堃同志" in texts(paper)[0]


def test_pages_are_a4_upright_or_across():
    assert printed(handbook()).sizes == ((210, 297),)
    assert printed(member_roster()).sizes == ((297, 210),) * 4
    box = reader(member_roster()).pages[0].mediabox
    assert (round(box.width), round(box.height)) == (842, 595)


def test_the_foot_counts_the_pages_of_each_sheet():
    both = document(member_roster().sheets[0], meeting_record().sheets[0])
    feet = [text[-15:] for text in texts(both)]
    assert [foot[foot.index("第") :] for foot in feet] == [
        "第1页共4页",
        "第2页共4页",
        "第3页共4页",
        "第4页共4页",
        "第1页共1页",
    ]


def test_a_booklet_counts_its_pages_from_each_cover_on():
    one = (cover().sheets[0], handbook().sheets[0], meeting_record().sheets[0])
    pages = texts(document(*one, *one, booklet=True))
    assert ["页" in page[-6:] for page in pages] == [False, True, True] * 2
    assert [page[-6:] for page in pages if "页共" in page] == ["第2页共3页", "第3页共3页"] * 2


def test_papers_of_their_own_begin_as_fronts():
    both = document(member_roster().sheets[0], meeting_record().sheets[0])
    assert printed(both).fronts == (0, 4)


def test_every_person_of_a_roster_is_on_it():
    text = "".join(texts(member_roster()))
    assert all(text.count(name) >= 5 for name in PEOPLE)
