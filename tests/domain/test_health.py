"""Alignment health: classes, coverage, silos and what has gone stale."""

from datetime import date
from fractions import Fraction

import pytest

from domain import health
from domain.rules import VERSION_1, VERSION_2


def test_what_leads_to_a_live_strategic_objective_over_live_ones_reaches_it() -> None:
    links = [("a", "goal"), ("b", "a"), ("c", "postponed"), ("postponed", "goal"), ("d", "c"), ("b", "d")]
    assert health.reaching({"goal"}, {"goal", "a", "b", "c", "d"}, links) == {"goal", "a", "b"}


def test_a_chain_of_any_length_reaches() -> None:
    links = [(id + 1, id) for id in range(5_000)]
    assert len(health.reaching({0}, range(5_001), links)) == 5_001


@pytest.mark.parametrize(
    ("strategic", "reaches", "linked", "found"),
    [
        (True, True, False, "strategic"),
        (False, True, True, "aligned"),
        (False, False, True, "detached"),
        (False, False, False, "orphan"),
    ],
)
def test_a_live_objective_has_one_class(strategic: bool, reaches: bool, linked: bool, found: str) -> None:
    assert health.class_of(strategic=strategic, reaches=reaches, linked=linked) == found
    assert found in health.CLASSES


def test_coverage_is_of_what_is_to_be_covered() -> None:
    assert health.coverage(1, 1, 1) == Fraction(1, 3)
    assert health.coverage(0, 0, 0) is None


def test_the_silo_index_is_of_the_links_that_stay_inside() -> None:
    assert health.silo_index(4, 1) == Fraction(3, 4)
    assert health.silo_index(0, 0) is None


@pytest.mark.parametrize(
    ("day", "fresh"), [("2026-03-01", True), ("2026-03-31", True), ("2026-04-01", False)]
)
def test_a_sign_of_life_counts_for_the_cadence(day: str, fresh: bool) -> None:
    assert (
        health.is_fresh(date(2026, 3, 1), date(2026, 3, 9), 30, date.fromisoformat(day), VERSION_1) is fresh
    )


def test_without_a_sign_of_life_nothing_is_fresh() -> None:
    assert not health.is_fresh(None, date(2026, 3, 1), 30, date(2026, 3, 1), VERSION_1)


@pytest.mark.parametrize(
    ("last_sign", "day", "fresh"),
    [
        (None, "2026-03-31", True),
        (None, "2026-04-01", False),
        (date(2026, 1, 5), "2026-03-31", True),  # it was reaffirmed before it began
        (date(2026, 3, 20), "2026-04-19", True),
        (date(2026, 3, 20), "2026-04-20", False),
    ],
)
def test_the_second_policy_counts_from_the_first_day_of_the_period(
    last_sign: date | None, day: str, fresh: bool
) -> None:
    found = health.is_fresh(last_sign, date(2026, 3, 1), 30, date.fromisoformat(day), VERSION_2)
    assert found is fresh


PHASES = [
    ("approved", "2026-03-31", "planned"),
    ("active", "2026-04-01", "live"),
    ("active", "2026-06-30", "live"),
    ("active", "2026-07-01", "overdue"),
    ("draft", "2026-05-01", None),
    ("postponed", "2026-07-01", None),
    ("closed", "2026-07-01", None),
    (None, "2026-05-01", None),
]


@pytest.mark.parametrize(("status", "day", "phase"), PHASES)
def test_the_second_policy_looks_at_the_period(status: str | None, day: str, phase: str | None) -> None:
    period, on = (date(2026, 4, 1), date(2026, 6, 30)), date.fromisoformat(day)
    assert health.phase_of(status, *period, on, VERSION_2) == phase
    assert health.phase_of(status, *period, on, VERSION_1) == ("live" if phase else None)
    assert health.phase_of(status, None, None, on, VERSION_2) == ("live" if phase else None)


@pytest.mark.parametrize(
    ("child", "parent", "between_units", "between_lines"),
    [
        ("team", "team", False, False),
        ("team", "department", True, False),
        ("team", "company", True, False),
        ("company", "team", True, False),
        ("team", "other team", True, True),
        ("team", "other department", True, True),
        ("other team", "department", True, True),
        (None, "team", True, True),
        ("team", None, True, True),
        (None, None, False, False),
    ],
)
def test_a_link_crosses_between_lines(
    child: str | None, parent: str | None, between_units: bool, between_lines: bool
) -> None:
    above = {
        "company": ["company"],
        "department": ["department", "company"],
        "team": ["team", "department", "company"],
        "other department": ["other department", "company"],
        "other team": ["other team", "other department", "company"],
    }
    assert health.crosses(child, parent, above.__getitem__, VERSION_1) is between_units
    assert health.crosses(child, parent, above.__getitem__, VERSION_2) is between_lines
