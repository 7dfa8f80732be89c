"""Forms: one editor per value, all of it from the keyboard, every problem under its field."""

from collections.abc import Mapping

import pytest
from PySide6.QtCore import Qt
from PySide6.QtWidgets import QApplication

from tests.samples import TODAY
from tests.ui.fingers import write
from tests.ui.gallery import SOURCES
from villagebranch.domain.errors import Refused, Unreadable
from villagebranch.domain.fields import Field, Kind
from villagebranch.domain.values import Choice, Choices, Day, Link, Links, Moment, Money, Name, Text, YesNo
from villagebranch.records import KINDS
from villagebranch.ui.desk import Source
from villagebranch.ui.editors import BoxEditor, ButtonsEditor, LineEditor, ListEditor, Picker, editor_for
from villagebranch.ui.record_form import RecordForm

WAYS = Choice({"liaison": "联系走访", "home": "上门家访", "field": "实地巡访"})
GROUPS = Choice({str(n): f"{n}组" for n in range(1, 30)})
KIND = Kind(
    "visit",
    "走访",
    (
        Field("household_id", "走访户", Link("household"), required=True),
        Field("on", "日期", Day(full=True), required=True, hint="可写 昨天"),
        Field("visitors", "走访人", Links("person"), required=True),
        Field("way", "走访方式", WAYS),
        Field("account", "谈了什么", Text(100, lines=3)),
        Field("cost", "花费", Money()),
    ),
    lambda draft: {"cost": "这一天不能花钱"} if draft.get("cost") and draft.get("on") == "2026-11-22" else {},
)
FULL = {
    "household_id": "1",
    "on": "2026-11-23",
    "visitors": "1 2",
    "way": "home",
    "account": "收完了稻\n想卖",
    "cost": 1250,
}


@pytest.fixture
def form(theme, qtbot) -> RecordForm:
    made = RecordForm(KIND, lambda: TODAY, SOURCES)
    qtbot.addWidget(made)
    made.resize(900, 600)
    with qtbot.waitActive(made):
        made.show()
    return made


class AnySource(Mapping[str, Source]):
    """Finds in every kind what the gallery finds in households."""

    def __getitem__(self, kind: str) -> Source:
        return SOURCES["household"]

    def __iter__(self):
        return iter(())

    def __len__(self) -> int:
        return 1


@pytest.mark.parametrize(
    ("value", "editor"),
    [
        (Text(), LineEditor),
        (Text(lines=4), BoxEditor),
        (Day(), LineEditor),
        (WAYS, ButtonsEditor),
        (GROUPS, ListEditor),
        (Choices({"alone": "独居老人", "low_income": "低保户"}), ButtonsEditor),
        (YesNo(), ButtonsEditor),
        (Link("household"), Picker),
        (Links("person"), Picker),
    ],
)
def test_each_sort_of_value_has_its_editor(theme, qtbot, value, editor):
    made = editor_for(value, lambda: TODAY, SOURCES)
    qtbot.addWidget(made)
    assert isinstance(made, editor)


@pytest.mark.parametrize("kind", KINDS, ids=lambda kind: kind.__tablename__)
def test_every_kind_of_record_has_a_form(theme, qtbot, kind):
    made = RecordForm(kind.kind(), lambda: TODAY, AnySource())
    qtbot.addWidget(made)
    assert list(made.boxes) == [field.name for field in kind.kind().fields]


def test_what_was_filled_in_comes_out_the_same(form: RecordForm):
    form.fill(FULL)
    assert form.draft() == FULL


@pytest.mark.parametrize(
    ("typed", "kept"), [("19650312", "1965-03-12"), ("65.3.12", "1965-03-12"), ("昨天", "2026-11-22")]
)
def test_a_date_is_put_in_order_when_the_field_is_left(form: RecordForm, qtbot, typed, kept):
    line = form.editor("on").line
    write(line, typed)
    line.editingFinished.emit()
    assert line.text() == kept


def test_a_moment_may_be_today(theme, qtbot):
    made = editor_for(Moment(), lambda: TODAY, {})
    qtbot.addWidget(made)
    made.set_stored("2026-11-23 14:00")
    assert made.line.text() == "2026-11-23 14:00"


def test_a_wrong_field_says_at_once_how_to_mend_it(form: RecordForm, qtbot):
    line = form.editor("on").line
    write(line, "65.13.12")
    line.editingFinished.emit()
    assert "没有「65.13.12」这一天" in form.boxes["on"]._problem.text()
    line.setText("65.3.12")
    line.editingFinished.emit()
    assert form.boxes["on"]._problem.isHidden()


def test_all_problems_are_shown_at_once_and_the_first_has_the_focus(form: RecordForm):
    form.fill({"account": "稻" * 101})
    with pytest.raises(Refused) as refused:
        form.draft()
    assert set(refused.value.problems) == {"household_id", "on", "visitors", "account"}
    assert QApplication.focusWidget() is form.editor("household_id").line


def test_what_contradicts_itself_is_shown_too(form: RecordForm):
    form.fill(FULL | {"on": "2026-11-22"})
    with pytest.raises(Refused, match="这一天不能花钱"):
        form.draft()


def test_enter_goes_from_field_to_field_and_ends_at_the_last(form: RecordForm, qtbot):
    form.take_focus()
    for name in ("on", "visitors", "way", "account"):
        qtbot.keyClick(QApplication.focusWidget(), Qt.Key.Key_Return)
        assert form.editor(name).isAncestorOf(QApplication.focusWidget()), name
    qtbot.keyClick(QApplication.focusWidget(), Qt.Key.Key_Tab)
    with qtbot.waitSignal(form.ended):
        qtbot.keyClick(QApplication.focusWidget(), Qt.Key.Key_Return)


def test_ctrl_enter_saves_and_goes_on_even_from_a_box(form: RecordForm, qtbot):
    form.editor("account").take_focus()
    with qtbot.waitSignal(form.next_wanted):
        qtbot.keyClick(QApplication.focusWidget(), Qt.Key.Key_Return, Qt.KeyboardModifier.ControlModifier)
    with qtbot.waitSignal(form.save_wanted):
        qtbot.keyClick(QApplication.focusWidget(), Qt.Key.Key_S, Qt.KeyboardModifier.ControlModifier)


def test_a_household_is_picked_by_initials_and_enter(form: RecordForm, qtbot):
    picker = form.editor("household_id")
    picker.take_focus()
    write(picker.line, "lgf")
    qtbot.waitUntil(lambda: len(picker.line.hits) == 2)
    qtbot.keyClick(picker.line, Qt.Key.Key_Down)
    qtbot.keyClick(picker.line, Qt.Key.Key_Return)
    assert (picker.typed(), picker.raw()) == ("李桂芬", "2")


def test_several_visitors_stand_in_one_line(form: RecordForm, qtbot):
    picker = form.editor("visitors")
    picker.take_focus()
    for typed in ("lgf", "、李桂"):
        write(picker.line, typed)
        qtbot.waitUntil(lambda: bool(picker.line.hits))
        qtbot.keyClick(picker.line, Qt.Key.Key_Return)
    assert (picker.typed(), picker.raw()) == ("陆根发、李桂芬", "1 2")


def test_a_name_that_nobody_bears_is_refused(form: RecordForm):
    form.editor("household_id").set_typed("张三丰")
    with pytest.raises(Unreadable, match="没有找到「张三丰」"):
        form.editor("household_id").raw()


def test_the_only_hit_is_taken_when_the_field_is_left(form: RecordForm, qtbot):
    picker = form.editor("household_id")
    picker.take_focus()
    write(picker.line, "李桂")
    qtbot.waitUntil(lambda: len(picker.line.hits) == 1)
    qtbot.keyClick(picker.line, Qt.Key.Key_Tab)
    assert picker.raw() == "2"


def test_a_draft_is_kept_as_words_and_put_back(form: RecordForm, qtbot):
    form.fill(FULL)
    form.editor("on").set_typed("1965年")
    typed = form.typed()
    form.fill({})
    form.restore(typed)
    assert form.typed() == typed
    form.editor("on").set_typed("2026-11-23")
    assert form.draft() == FULL


def test_part_of_a_kind_makes_a_part_of_a_draft(theme, qtbot):
    made = RecordForm(KIND, lambda: TODAY, SOURCES, fields=("account",))
    qtbot.addWidget(made)
    made.editor("account").set_typed("晒稻")
    assert made.draft() == {"account": "晒稻"}


def test_a_narrow_form_has_one_column(form: RecordForm, qtbot):
    form.resize(380, 900)
    qtbot.waitUntil(lambda: form.boxes["on"].x() == form.boxes["household_id"].x())


def test_a_long_list_is_found_by_typing(theme, qtbot):
    made = editor_for(GROUPS, lambda: TODAY, {})
    qtbot.addWidget(made)
    made.combo.setEditText("7组")
    assert GROUPS.parse(made.raw()) == "7"


def test_names_are_read_as_people_write_them(theme, qtbot):
    made = editor_for(Name(), lambda: TODAY, {})
    qtbot.addWidget(made)
    made.line.setText("周　丽")
    made.line.editingFinished.emit()
    assert made.typed() == "周丽"
