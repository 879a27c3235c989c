"""Ratings by group, and nothing about anybody."""

from collections.abc import Sequence
from fractions import Fraction
from typing import Any

import pytest
from hypothesis import given
from hypothesis import strategies as st

from domain.rules import VERSION_1
from projections.reviews.queries.fairness import FEWEST, answer


def told(reviews: list[dict[str, Any]], by: str) -> dict[str, Any]:
    return answer(reviews, by, VERSION_1)


def rated(unit: str, people: int, level: str = "team", rating: int = 3) -> list[dict[str, Any]]:
    """The reviews of so many people of a unit."""
    review = {
        "reviewer": "r", "unit": unit, "level": level, "rating": rating, "assessed_rating": rating,
        "calibrated_rating": None, "lowest": 1, "highest": 5,
    }  # fmt: skip
    return [{**review, "person_id": f"{unit}-{number}"} for number in range(people)]


def keys(found: dict[str, Any]) -> list[str]:
    return [group["key"] for group in found["groups"]]


def test_a_group_shows_how_its_ratings_fall_and_what_calibration_did() -> None:
    reviews = [
        *rated("a", 3),
        *[{**each, "person_id": f"up {each['person_id']}"} for each in rated("a", 2, rating=4)],
    ]
    for review, calibrated in zip(reviews, (3, 4, 2), strict=False):
        review.update(calibrated_rating=calibrated, rating=calibrated)

    [group] = told(reviews, "unit")["groups"]

    assert group["distribution"] == {"1": 0, "2": 1, "3": 1, "4": 3, "5": 0}
    assert (group["key"], group["people"], group["reviews"], group["mean"]) == ("a", 5, 5, 3.4)
    assert group["calibrations"] == {"up": 1, "down": 1, "unchanged": 1, "mean_shift": 0.0}


@pytest.mark.parametrize(
    ("sizes", "shown", "total"),
    [
        ({"a": 5, "b": 6}, ["a", "b"], True),
        ({"a": 4}, [], False),
        ({"a": 4, "b": 6}, [], True),  # b, or the total, would give a away
        ({"a": 4, "b": 6, "c": 7}, ["c"], True),
        ({"a": 1, "b": 2, "c": 6, "d": 9}, ["d"], True),  # a and b together are fewer than five
        ({"a": 3, "b": 4, "c": 6}, ["c"], True),
        ({"a": 1, "b": 1, "c": 1}, [], False),
    ],
)
def test_no_group_of_fewer_than_five_is_shown_or_can_be_subtracted(
    sizes: dict[str, int], shown: list[str], total: bool
) -> None:
    found = told([each for unit, people in sizes.items() for each in rated(unit, people)], "unit")

    assert keys(found) == shown
    assert found["suppressed"] == len(sizes) - len(shown)
    assert (found["total"] is not None) == total


def test_a_person_with_many_reviews_is_one_person() -> None:
    assert told(rated("a", 4) * 3, "unit")["groups"] == []


def test_a_unit_is_held_back_where_its_level_would_give_another_away() -> None:
    """Level team has 13: with both its bigger units shown, the three would be known."""
    reviews = [*rated("t1", 3), *rated("t2", 10), *rated("d1", 5, "division"), *rated("d2", 9, "division")]

    assert keys(told(reviews, "level")) == ["division", "team"]
    assert keys(told(reviews, "unit")) == ["d1", "d2"]


def test_nothing_else_can_be_asked_for() -> None:
    with pytest.raises(ValueError, match="unit, level, reviewer"):
        told([], "name")


@given(st.lists(st.tuples(st.integers(1, 8), st.sampled_from("xyz")), min_size=1, max_size=8))
def test_no_arithmetic_on_the_answers_by_unit_and_by_level_tells_a_small_group(
    units: Sequence[tuple[int, str]],
) -> None:
    reviews = [
        each for number, (people, level) in enumerate(units) for each in rated(f"u{number}", people, level)
    ]
    by_unit, by_level = told(reviews, "unit"), told(reviews, "level")
    known = [_vector(units, [int(key[1:])]) for key in keys(by_unit)]
    known += [_vector(units, _of(units, key)) for key in keys(by_level)]
    if by_unit["total"]:
        known.append(_vector(units, range(len(units))))
    small = [[number] for number, (people, _) in enumerate(units) if people < FEWEST]
    levels = [_of(units, level) for level in "xyz"]
    small += [of for of in levels if of and sum(units[number][0] for number in of) < FEWEST]
    for group in small:
        assert _rank([*known, _vector(units, group)]) > _rank(known), group


def _of(units: Sequence[tuple[int, str]], level: str) -> list[int]:
    return [number for number, (_, of) in enumerate(units) if of == level]


def _vector(units: Sequence[object], numbers: Sequence[int]) -> list[Fraction]:
    return [Fraction(number in numbers) for number in range(len(units))]


def _rank(rows: Sequence[list[Fraction]]) -> int:
    """By elimination."""
    left, rank = [list(row) for row in rows], 0
    for column in range(len(left[0]) if left else 0):
        pivot = next((row for row in left[rank:] if row[column]), None)
        if pivot is None:
            continue
        left.remove(pivot)
        left.insert(rank, pivot)
        for row in left[rank + 1 :]:
            share = row[column] / pivot[column]
            row[:] = [mine - share * theirs for mine, theirs in zip(row, pivot, strict=True)]
        rank += 1
    return rank
