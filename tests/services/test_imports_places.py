"""Groups and doors as villages write them."""

import pytest

from villagebranch.services.imports import places


@pytest.mark.parametrize(
    ("written", "settled"),
    [
        (("5组", "18号"), ("5组", "18号")),
        ((5.0, 18), ("5组", "18号")),
        (("第五村民小组", "１８"), ("5组", "18号")),
        (("十二组", "3-1"), ("12组", "3-1号")),
        (("二十组", None), ("20组", "")),
        (("梅溪村5组", "18 号"), ("5组", "18号")),
        ((None, "梅溪村5组18号"), ("5组", "18号")),
        (("5组18号", None), ("5组", "18号")),
        (("东湾", "18"), ("东湾", "18号")),
        (("东湾", None), ("东湾", "")),
        ((None, "北街甲18号"), ("", "北街甲18号")),
        ((None, None), ("", "")),
    ],
)
def test_a_place_is_settled(written: tuple[object, object], settled: tuple[str, str]) -> None:
    assert places.settle(*written) == settled  # type: ignore[arg-type]


def test_a_place_is_one_text_only_where_all_of_it_is_known() -> None:
    assert places.place("第五组", "18") == places.place(None, "5组18号") == "5组18号"
    assert places.place("5组", None) == places.place(None, "北街18号") == ""
