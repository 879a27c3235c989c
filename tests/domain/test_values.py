"""Decimals, timelines, periods and windows against their plain definitions."""

import itertools
from datetime import date, timedelta
from decimal import Decimal

import pytest
from hypothesis import given
from hypothesis import strategies as st

from domain import decimals
from domain.aggregate import one_year_after
from domain.timeline import Timeline
from domain.window import Window

START = date(2026, 1, 1)
DAYS = st.integers(0, 12).map(lambda n: START + timedelta(days=n))
DECIMALS = st.builds(
    lambda sign, digits, exponent: Decimal((sign, tuple(map(int, str(digits))), exponent)),
    st.integers(0, 1),
    st.integers(0, 10**28 - 1),
    st.integers(-28, 18),
)


@given(DECIMALS)
def test_a_decimal_survives_being_written_and_read(value: Decimal) -> None:
    try:
        parsed = decimals.parse(value)
    except decimals.NotADecimal:
        return  # it has more digits before the point than are kept
    text = decimals.canonical(parsed)
    assert decimals.parse(text) == parsed == value
    assert decimals.canonical(decimals.parse(text)) == text
    assert "E" not in text
    assert ("." not in text) or not text.endswith("0")


@pytest.mark.parametrize(
    ("value", "text"),
    [
        ("1.500", "1.5"),
        ("-0", "0"),
        ("0.000", "0"),
        ("1e3", "1000"),
        ("1E-12", "0.000000000001"),
        ("33.333333333333336", "33.333333333333336"),
        ("0.12345678901234567", "0.12345678901234567"),
        ("-9876543210987.543210987654321", "-9876543210987.543210987654321"),
        ("0." + "0" * 27 + "1", "0." + "0" * 27 + "1"),
        ("9." + "9" * 27, "9." + "9" * 27),
        ("1" + "0" * 45, "1" + "0" * 45),
        ("0" * 65, "0"),
        (".5", "0.5"),
        ("5.", "5"),
        ("+007", "7"),
        (12905, "12905"),
        (10**18, "1000000000000000000"),
        ("9" * 28, "9" * 28),
        (Decimal("1683248584.0"), "1683248584"),
    ],
)
def test_there_is_one_way_to_write_a_value(value: str | int | Decimal, text: str) -> None:
    assert decimals.canonical(decimals.parse(value)) == text


@pytest.mark.parametrize(
    "value",
    [
        "",
        " 1",
        "1 ",
        "NaN",
        "-Infinity",
        "1_000",
        "\u0661",
        "1,5",
        "#N/A",
    ],
)
def test_what_is_no_reasonable_decimal_is_refused(value: str) -> None:
    with pytest.raises(decimals.NotADecimal):
        decimals.parse(value)


@pytest.mark.parametrize(
    ("value", "limit"),
    [
        ("1e400", "46 digits before the point"),
        ("1e46", "46 digits before the point"),
        (10**46, "46 digits before the point"),
        ("1e-400", "28 digits after the point"),
        ("0." + "0" * 28 + "1", "28 digits after the point"),
        ("9" * 29, "28 digits, "),
        ("1." + "0" * 27 + "1", "28 digits, "),
        (10**40 + 1, "28 digits, "),
        ("0" * 101, "100 characters"),
    ],
)
def test_a_refusal_says_which_limit_was_broken(value: str | int, limit: str) -> None:
    with pytest.raises(decimals.NotADecimal, match=limit):
        decimals.parse(value)


@pytest.mark.parametrize("value", [Decimal("sNaN"), Decimal("Infinity"), 10**4000, True, 1.5, None])
def test_what_is_no_decimal_at_all_is_refused(value: object) -> None:
    with pytest.raises(decimals.NotADecimal):
        decimals.parse(value)  # type: ignore[arg-type]  # what a careless caller may pass


@given(st.lists(st.tuples(DAYS, st.integers(0, 3)), max_size=12), DAYS)
def test_a_timeline_is_the_fold_by_effective_date_then_recording(
    facts: list[tuple[date, int]], day: date
) -> None:
    line: Timeline[int] = Timeline()
    for effective_on, value in facts:
        line.set(effective_on, value)
    folded = None
    for effective_on, value in sorted(facts, key=lambda fact: fact[0]):
        if effective_on <= day:
            folded = value
    assert line.at(day) == folded
    assert [s.value for s in line.spans() if s.start <= day and (s.end is None or day < s.end)] == (
        [] if folded is None else [folded]
    )


@given(st.lists(st.tuples(DAYS, st.integers(0, 2)), max_size=12))
def test_spans_join_without_gaps_and_neighbours_differ(facts: list[tuple[date, int]]) -> None:
    line: Timeline[int] = Timeline()
    for effective_on, value in facts:
        line.set(effective_on, value)
    spans = line.spans()
    assert all(a.end == b.start and a.value != b.value for a, b in itertools.pairwise(spans))
    assert not spans or (spans[0].start == min(day for day, _ in facts) and spans[-1].end is None)


def test_a_preview_leaves_the_line_as_it_is() -> None:
    line: Timeline[str] = Timeline()
    line.set(START, "a")
    assert line.preview(START, "b").at(START) == "b"
    assert line.at(START) == "a"


@given(DAYS, st.none() | DAYS, DAYS, st.none() | DAYS, DAYS)
def test_windows_share_and_leave_over_what_their_days_say(
    start: date, end: date | None, other_start: date, other_end: date | None, day: date
) -> None:
    one, other = Window(start, end), Window(other_start, other_end)
    shared = one.shared(other)
    assert (shared is not None and _holds(shared, day)) == (_holds(one, day) and _holds(other, day))
    assert any(_holds(w, day) for w in one.without(other)) == (_holds(one, day) and not _holds(other, day))


def _holds(window: Window, day: date) -> bool:
    return window.start <= day and (window.end is None or day < window.end)


def test_a_year_after_a_leap_day_is_the_last_of_february() -> None:
    assert one_year_after(date(2028, 2, 29)) == date(2029, 2, 28)
    assert one_year_after(date(2027, 2, 28)) == date(2028, 2, 28)
