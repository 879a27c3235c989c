"""Ratings are told by groups, and nothing about anybody.

A group of fewer than five people is not shown, and neither is what would give it away by subtraction: groups
that are not shown hold five people or more together, or else the next smallest is not shown either. The total
needs five people too. Levels are made up of units, so units are held back level by level (those of the levels
that are not shown together), and asking by unit and by level tells no more than either.

This holds for the answers of one moment. Who compares the answers of two moments, or groups by unit with
groups by reviewer, may learn about a person who is in one and not in the other: let only those ask who may
read reviews.
"""

from collections import Counter, defaultdict
from collections.abc import Iterable, Mapping, Sequence
from fractions import Fraction
from typing import Any

from domain.review.lifecycle import Status
from domain.rules import Rules
from projections.moment import holds

RATINGS = f"""
    select r.person_id::text, r.reviewer_id::text as reviewer, p.unit_id::text as unit, u.kind as level,
           r.rating, r.assessed_rating, r.calibrated_rating, (r.scale->>'lowest')::int as lowest,
           (r.scale->>'highest')::int as highest
      from read_reviews.reviews r
      left join read_directory.people p on p.id = r.person_id and {holds("p")}
      left join read_directory.units u on u.id = p.unit_id and {holds("u")}
     where r.rating is not null and r.status <> '{Status.WITHDRAWN}' and {holds("r")}
       and (%(cycle)s::uuid is null or r.cycle_id = %(cycle)s)"""
FEWEST = 5
GROUPS = ("unit", "level", "reviewer")
Rated = Mapping[str, Any]
Groups = Mapping[str | None, Sequence[Rated]]


def answer(rated: Sequence[Rated], by: str, rules: Rules) -> dict[str, Any]:
    """{by, fewest, groups: [{key, ...}], suppressed: how many groups are not shown, total: or None}.

    A group and the total have `people`, `reviews`, `distribution` (grade in text -> reviews), `mean`, the
    same two as `assessed`, before calibration and appeal, and `calibrations` of the reviews that were
    calibrated: {up, down, unchanged, mean_shift}, from the rating of the assessment to the last
    calibration. The key is an id, a kind of unit, or None where the person has no unit.
    """
    if by not in GROUPS:
        raise ValueError(f"by is one of {', '.join(GROUPS)}, not {by}")
    groups = _grouped(rated, by)
    hidden = _hidden_units(rated) if by == "unit" else _hidden(groups)
    shown = sorted((key for key in groups if key not in hidden), key=lambda key: (key is None, key or ""))
    return {
        "by": by,
        "fewest": FEWEST,
        "groups": [{"key": key, **_figures(groups[key], rules)} for key in shown],
        "suppressed": len(hidden),
        "total": _figures(rated, rules) if len(_people(rated)) >= FEWEST else None,
    }


def _grouped(rated: Iterable[Rated], by: str) -> Groups:
    groups: dict[str | None, list[Rated]] = defaultdict(list)
    for one in rated:
        groups[one[by]].append(one)
    return groups


def _hidden_units(rated: Sequence[Rated]) -> set[str | None]:
    levels = _grouped(rated, "level")
    hidden = _hidden(levels)
    blocks = [members for level, members in levels.items() if level not in hidden]
    blocks.append([one for level in hidden for one in levels[level]])
    return {unit for block in blocks for unit in _hidden(_grouped(block, "unit"))}


def _hidden(groups: Groups) -> set[str | None]:
    """The keys of the groups that are not shown."""
    by_size = sorted(groups, key=lambda key: (len(_people(groups[key])), key or ""))
    hidden = [key for key in by_size if len(_people(groups[key])) < FEWEST]
    for key in by_size[len(hidden) :]:
        together = _people([one for each in hidden for one in groups[each]])
        if not hidden or len(together) >= FEWEST:
            break
        hidden.append(key)
    return set(hidden)


def _people(rated: Iterable[Rated]) -> set[str]:
    return {one["person_id"] for one in rated}


def _figures(rated: Sequence[Rated], rules: Rules) -> dict[str, Any]:
    lowest, highest = min(one["lowest"] for one in rated), max(one["highest"] for one in rated)
    counts = Counter(one["rating"] for one in rated)
    assessed = Counter(one["assessed_rating"] for one in rated)
    return {
        "people": len(_people(rated)),
        "reviews": len(rated),
        "distribution": {str(grade): counts[grade] for grade in range(lowest, highest + 1)},
        "mean": _mean([one["rating"] for one in rated], rules),
        "assessed": {
            "distribution": {str(grade): assessed[grade] for grade in range(lowest, highest + 1)},
            "mean": _mean([one["assessed_rating"] for one in rated], rules),
        },
        "calibrations": _shifts(rated, rules),
    }


def _shifts(rated: Iterable[Rated], rules: Rules) -> dict[str, Any]:
    shifts = [
        one["calibrated_rating"] - one["assessed_rating"]
        for one in rated
        if one["calibrated_rating"] is not None
    ]
    return {
        "up": sum(shift > 0 for shift in shifts),
        "down": sum(shift < 0 for shift in shifts),
        "unchanged": sum(shift == 0 for shift in shifts),
        "mean_shift": _mean(shifts, rules),
    }


def _mean(values: Sequence[int], rules: Rules) -> float | None:
    """With six places; None of nothing."""
    return float(rules.shown(Fraction(sum(values), len(values)))) if values else None
