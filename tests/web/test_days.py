"""Which days a series has."""

from datetime import date, timedelta

import pytest
from hypothesis import given
from hypothesis import strategies as st

from domain.refusals import InvalidValue
from web.api.days import last_days, year_before

STEPS = ("day", "week", "month", "quarter")
FIRST, LAST = date(2024, 1, 30), date(2024, 3, 5)


@pytest.mark.parametrize(
    ("step", "days"),
    [
        ("week", ["2024-02-04", "2024-02-11", "2024-02-18", "2024-02-25", "2024-03-03", "2024-03-05"]),
        ("month", ["2024-01-31", "2024-02-29", "2024-03-05"]),
        ("quarter", ["2024-03-05"]),
    ],
)
def test_a_step_is_shown_by_its_last_day_and_the_last_step_by_the_last_day(
    step: str, days: list[str]
) -> None:
    assert [str(day) for day in last_days(FIRST, LAST, step)] == days


def test_quarters_are_those_of_the_year() -> None:
    days = last_days(date(2023, 1, 1), date(2023, 12, 31), "quarter")
    assert [str(day) for day in days] == ["2023-03-31", "2023-06-30", "2023-09-30", "2023-12-31"]


def test_every_day_is_a_step_of_its_own() -> None:
    assert last_days(FIRST, LAST, "day") == [FIRST + timedelta(days=number) for number in range(36)]
    assert last_days(FIRST, FIRST, "day") == [FIRST]


@given(st.dates(), st.integers(0, 7_304), st.sampled_from(STEPS))
def test_days_rise_from_the_first_to_the_last(last: date, back: int, step: str) -> None:
    first = date.fromordinal(max(1, last.toordinal() - back))
    days = last_days(first, last, step)
    assert days == sorted(set(days))
    assert first <= days[0]
    assert days[-1] == last
    longest = {"day": 1, "week": 7, "month": 31, "quarter": 92}[step]
    gaps = [(after - before).days for before, after in zip([first, *days], days, strict=False)]
    assert all(gap <= longest for gap in gaps)


@pytest.mark.parametrize(
    ("last", "first"),
    [("2024-02-29", "2023-02-28"), ("2025-02-28", "2024-02-28"), ("0001-06-01", "0001-01-01")],
)
def test_a_year_before_is_the_same_day_or_the_nearest(last: str, first: str) -> None:
    assert str(year_before(date.fromisoformat(last))) == first


def test_the_ends_of_the_calendar_are_days_like_others() -> None:
    for step in STEPS:
        assert last_days(date(9999, 1, 1), date.max, step)[-1] == date.max
        assert last_days(date.min, date(1, 2, 1), step)[-1] == date(1, 2, 1)


@pytest.mark.parametrize(
    ("first", "last"),
    [("2024-01-02", "2024-01-01"), ("2003-12-31", "2024-01-01"), ("0001-01-01", "9999-12-31")],
)
def test_a_span_the_wrong_way_round_or_of_more_than_twenty_years_is_refused(first: str, last: str) -> None:
    with pytest.raises(InvalidValue) as refused:
        last_days(date.fromisoformat(first), date.fromisoformat(last), "quarter")
    assert [error.pointer for error in refused.value.errors] == ["?from"]


def test_twenty_years_are_not_too_many() -> None:
    assert len(last_days(date(2004, 2, 29), date(2024, 2, 29), "day")) == 7306
