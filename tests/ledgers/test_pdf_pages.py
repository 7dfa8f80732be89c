"""Where things stand on the pages: margins and binding edge, tables and forms over several pages, signatures."""

import re
from dataclasses import replace
from io import BytesIO
from itertools import pairwise

import pytest
from PIL import Image

from tests.ledgers.forms import (
    FORMS,
    cover,
    document,
    handbook,
    label,
    meeting_sheet,
    member_card,
    member_roster,
    photo,
    sign_in,
    table,
)
from tests.ledgers.reading import fonts, inked, levels, printed, reader, texts
from villagebranch.domain.paper import Cell, Document, Form, Line, Rows, Sheet, Words

HEADS = "序:10:c 走访情况::l 备注:20:c"


def visits(count: int, account: str = "谈收成", landscape: bool = False, **more: object) -> Document:
    rows = [(str(n), f"始{account}终", f"第{n}行") for n in range(1, count + 1)]
    block = replace(Rows(table(HEADS, rows)), **more)
    return document(Sheet("走访记录表", (block,), signatures=("走访人：", "书记："), landscape=landscape))


# binding edge and margins


@pytest.mark.parametrize(("page", "binding"), [(0, (0, 0, 27.5, 297)), (1, (182.5, 0, 210, 297))])
def test_an_upright_page_is_bound_left_and_its_back_right(page, binding):
    paper = visits(60)
    assert not inked(paper, page, *binding)
    assert inked(paper, page, 20, 20, 190, 60)


@pytest.mark.parametrize(("page", "binding"), [(0, (0, 0, 297, 27.5)), (1, (0, 182.5, 297, 210))])
def test_a_page_across_is_bound_above_and_its_back_below(page, binding):
    paper = visits(60, landscape=True)
    assert not inked(paper, page, *binding)
    assert inked(paper, page, 20, 28, 277, 60)


@pytest.mark.parametrize("form", FORMS.values(), ids=FORMS)
def test_nothing_is_printed_near_the_edge_of_the_paper(form):
    width, height = printed(form()).sizes[0]
    assert not inked(form(), 0, 0, 0, width, 12)
    assert not inked(form(), 0, width - 12, 0, width, height)
    assert not inked(form(), 0, 0, height - 9, width, height)


# tables


def test_the_head_stands_on_every_page():
    assert all("序走访情况备注" in page for page in texts(visits(100)))


def test_rows_are_at_least_eight_millimetres_high_even_when_asked_for_less():
    tops = levels(visits(10, row_height=3))
    assert min(below - above for above, below in pairwise(tops)) >= 7.9


def test_every_row_is_printed_once_and_whole():
    account = "了解到今年的收成和打算，" * 12
    pages = texts(visits(40, account))
    assert len(pages) > 3
    assert [int(n) for n in re.findall(r"第(\d+)行", "".join(pages))] == list(range(1, 41))
    assert all(page.count("始") == page.count("终") for page in pages)


def test_a_row_taller_than_a_page_flows_over_without_losing_a_line():
    account = "".join(f"第{n}件事讲到了。" for n in range(400))
    pages = texts(visits(1, account))
    text = re.sub(r"序走访情况备注|枫泾镇新黎村党支部第\d+页共\d+页|第1行", "", "".join(pages))
    said = [int(n) for n in re.findall(r"第(\d+)件事", text)]
    assert said == [*range(400)]


def test_a_row_between_page_and_signature_moves_on_with_its_signatures():
    for count in range(1, 60):
        last = texts(visits(count))[-1]
        assert f"第{count}行" in last
        assert "走访人：书记：" in last


def test_closing_words_stay_with_the_last_row():
    for count in range(18, 30):
        sheet = visits(count).sheets[0]
        paper = document(
            replace(sheet, blocks=(*sheet.blocks, Words("公示期十天。"), Words("某村\n某日", "right")))
        )
        last = texts(paper)[-1]
        assert all(words in last for words in (f"第{count}行", "公示期十天", "某日", "走访人"))


def test_empty_rows_are_added_as_many_as_asked_for():
    assert len(levels(visits(3, blank_rows=5))) == len(levels(visits(8)))


def test_empty_rows_fill_the_page_but_leave_room_for_signatures():
    paper = visits(3, fill=True, row_height=10)
    assert len(texts(paper)) == 1
    assert "走访人：书记：" in texts(paper)[0]
    assert levels(paper)[-1] > 250


def test_a_form_without_any_row_can_be_printed_to_be_filled_by_hand():
    paper = document(Sheet("走访记录表", (Rows(table(HEADS, []), fill=True),), signatures=("走访人：",)))
    assert len(texts(paper)) == 1
    assert len(levels(paper)) > 20


def test_heads_over_several_columns_stand_on_every_page_above_their_own():
    heads = "月份:20:c 次::c 实到::c 次::c 实到::c 备注:30:l"
    rows = [(f"{n}月", "1", "20", "1", "5", "") for n in range(60)]
    block = Rows(table(heads, rows), groups=(("", 1), ("支部党员大会", 2), ("支委会", 2)))
    pages = texts(document(Sheet("年度统计表", (block,))))
    assert len(pages) > 1
    assert all("月份支部党员大会次实到支委会次实到备注" in page for page in pages)


def test_the_closing_row_reaches_over_all_columns_below_the_last_row():
    page = texts(handbook())[0]
    assert page.index("本月小结") > page.index("陆根发")


def test_a_sum_is_set_like_a_head_and_never_first_on_a_page():
    for count in range(12, 40):
        paper = visits(count, sums=frozenset({count - 1}))
        assert f"第{count - 1}行" in texts(paper)[-1]
    assert {*fonts(visits(3, sums=frozenset({2})))} != {
        *fonts(visits(3))
    }  # its figures are cut from another face


def test_text_that_cannot_be_broken_stays_in_its_cell():
    rows = [("1", "A" * 300, "330424198105189558" * 3)]
    paper = document(Sheet("表", (Rows(table(HEADS, rows)),)))
    assert "A" * 300 in texts(paper)[0].replace("330424198105189558", "")
    assert not inked(paper, 0, 190.5, 0, 210, 297)
    assert not inked(paper, 0, 168.8, 50, 169.6, 60)
    assert not inked(paper, 0, 170.7, 50, 171.2, 60)


def test_columns_that_ask_for_too_much_are_narrowed():
    paper = document(Sheet("表", (Rows(table("甲:150:l 乙:150:l 丙::l", [("一", "二", "三")])),)))
    assert not inked(paper, 0, 190.5, 0, 210, 297)


def test_a_long_title_goes_on_in_a_second_line():
    title = "关于新黎村党支部二〇二六年度联系服务群众工作情况和问题办理结果的汇总报告"
    assert title in texts(document(Sheet(title, (Words("无"),))))[0]
    assert not inked(document(Sheet(title, (Words("无"),))), 0, 0, 0, 27.5, 297)


# forms


def test_a_long_discussion_flows_over_with_its_label_on_every_page():
    discussion = "".join(f"第{n}位同志发言，同意修路。" for n in range(300))
    pages = texts(document(meeting_sheet(discussion)))
    assert len(pages) > 2
    assert all("讨论发言" in page for page in pages)
    said = "".join(page[: page.index("枫泾镇新黎村党支部")] for page in pages).replace("讨论发言", "")
    assert [int(n) for n in re.findall(r"第(\d+)位", said)] == list(range(300))


def test_where_a_form_is_parted_its_frame_is_closed_on_both_pages():
    paper = document(meeting_sheet("发言。" * 1500))
    assert inked(paper, 0, 100, levels(paper, 0)[-1] - 0.7, 101, levels(paper, 0)[-1] + 0.7)
    assert levels(paper, 0)[-1] > 260
    assert levels(paper, 1)[0] == pytest.approx(20, abs=0.2)


def test_signatures_of_a_form_stay_with_its_last_line():
    for repeats in range(300, 460, 10):
        last = texts(document(meeting_sheet("发言。" * repeats)))[-1]
        assert "主持人（签字）：" in last
        assert "决议" in last


def test_lines_tied_by_a_cell_stay_together():
    family = [Line((label("家庭成员", rows=8), Cell("成员0")), 10)] + [
        Line((Cell(f"成员{n}"),), 10) for n in range(1, 8)
    ]
    before = tuple(Line((label("户主"), Cell("沈金龙")), 10) for _ in range(20))
    pages = texts(document(Sheet("群众户卡", (Form((1, 3), (*before, *family)),))))
    assert len(pages) == 2
    assert all(f"成员{n}" in pages[1] for n in range(8))


def test_a_cell_over_more_lines_than_a_page_holds_is_continued():
    family = [Line((label("家庭成员", rows=40), Cell("成员0")), 10)] + [
        Line((Cell(f"成员{n}"),), 10) for n in range(1, 40)
    ]
    pages = texts(document(Sheet("群众户卡", (Form((1, 3), tuple(family)),))))
    assert [page.count("家庭成员") for page in pages] == [1, 1]
    assert all(f"成员{n}" in "".join(pages) for n in range(40))


def test_a_photo_fits_into_its_cell():
    form = Form((3, 1), (Line((Cell("左"), Cell(image=photo())), 40),))
    paper = document(Sheet("表", (form,)))
    assert inked(paper, 0, 152, 35, 188, 72)
    images = reader(paper).pages[0].images
    assert [image.image.size for image in images] == [(300, 420)]


def test_what_shines_through_in_a_picture_is_white():
    file = BytesIO()
    Image.new("RGBA", (40, 40), (0, 0, 0, 0)).save(file, "PNG")
    form = Form((3, 1), (Line((Cell("左"), Cell(image=file.getvalue())), 40),))
    assert not inked(document(Sheet("表", (form,))), 0, 152, 37, 188, 70)


def test_a_card_is_one_page():
    assert len(texts(member_card())) == len(texts(sign_in())) == 1


# covers and words


def test_a_cover_has_its_lines_and_no_page_number():
    page = texts(cover())[0]
    assert all(words in page for words in ("联系服务群众手册", "联系人", "陆明华", "二〇二六年一月"))
    assert "页" not in page


def test_running_text_goes_on_over_pages_and_keeps_its_signature():
    text = "".join(f"　　第{n}条，每月走访十户。\n" for n in range(120))
    pages = texts(document(Sheet("制度", (Words(text, size=16),), signatures=("承办人：",))))
    assert [int(n) for n in re.findall(r"第(\d+)条", "".join(pages))] == list(range(120))
    assert "承办人" in pages[-1]
    assert "第119条" in pages[-1]


def test_roster_pages_hold_as_many_rows_on_the_back_as_on_the_front():
    counts = [len(re.findall(r"132\*{4}9676", page)) for page in texts(member_roster(100))]
    assert len(set(counts[1:-1])) == 1
