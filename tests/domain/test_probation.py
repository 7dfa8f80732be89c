"""The year of probation, from a day, a month, or too little."""

from datetime import date

import pytest

from villagebranch.domain.probation import probation_ends


@pytest.mark.parametrize(
    ("joined", "ends"),
    [
        ("2025-12-01", date(2026, 12, 1)),
        ("2024-02-29", date(2025, 2, 28)),
        ("2025-12", date(2026, 12, 1)),
        ("2025", None),
        ("不详", None),
        (None, None),
    ],
)
def test_probation_lasts_a_year(joined, ends):
    assert probation_ends(joined) == ends
