from datetime import timedelta

import pytest
from hypothesis import given
from hypothesis import strategies as st

from clausewatch.durations import duration_text, parse_duration


@pytest.mark.parametrize(
    ("text", "seconds"),
    [("0s", 0), ("15m", 900), ("6h", 21_600), ("1d12h", 129_600), ("1.5h", 5_400), ("2W", 1209600)],
)
def test_a_duration_is_a_sum_of_numbers_with_units(text: str, seconds: int) -> None:
    assert parse_duration(text) == timedelta(seconds=seconds)


@pytest.mark.parametrize("text", ["", "1", "1x", "h", "-1h", "1 hour", "1h30", "9" * 40 + "s"])
def test_anything_else_is_refused_with_an_example(text: str) -> None:
    with pytest.raises(ValueError, match=r'try "6h"'):
        parse_duration(text)


@given(st.integers(min_value=0, max_value=10**8))
def test_what_is_written_reads_back(seconds: int) -> None:
    duration = timedelta(seconds=seconds)
    assert parse_duration(duration_text(duration)) == duration
