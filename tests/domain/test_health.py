"""Alignment health: classes, coverage, silos and what has gone stale."""

from datetime import date
from fractions import Fraction

import pytest

from domain import health


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
    assert health.is_fresh(date(2026, 3, 1), 30, date.fromisoformat(day)) is fresh


def test_without_a_sign_of_life_nothing_is_fresh() -> None:
    assert not health.is_fresh(None, 30, date(2026, 3, 1))
