"""The pass over the days, beside counting anew on each of them, over any spells without a loop."""

from collections import Counter
from collections.abc import Callable, Iterable
from dataclasses import dataclass
from functools import partial
from itertools import pairwise
from random import Random
from typing import TypeVar

from hypothesis import given, settings
from hypothesis import strategies as st

from domain.health import class_of, crosses, reaching
from domain.rules import VERSION_1, VERSION_2, Rules
from projections.alignment.queries.census import upward
from projections.alignment.queries.health import COUNTED
from projections.alignment.queries.series import Cadence, Signs, fresh
from projections.alignment.queries.sweep import (
    AllBoundaries,
    Boundaries,
    Counts,
    FreshSegment,
    LinkSegment,
    LiveSegment,
    Organisation,
    PhaseSegment,
    Segment,
    Sweep,
    UnitSegment,
)

OBJECTIVES, UNITS, DAYS = 9, 5, 12
S = TypeVar("S", bound=Segment)


@dataclass(frozen=True)
class Spells:
    units: list[UnitSegment]
    live: list[LiveSegment]
    others: list[PhaseSegment]
    links: list[LinkSegment]
    fresh: list[FreshSegment]


def following(random: Random, make: Callable[[int, int], S]) -> list[S]:
    """Spells of one thing, which do not overlap but may touch."""
    found: list[S] = []
    since = random.randint(-3, 2)
    while since < DAYS:
        until = since + random.randint(1, 6)
        found.append(make(since, until))
        since = until + random.choice((0, 0, 1, 3))
    return found


def spells(random: Random) -> Spells:
    """Whoever is above has the smaller number, so that there is no loop on any day."""

    def unit(number: int, since: int, until: int) -> UnitSegment:
        above = random.choice([None, *range(number)])
        return UnitSegment(f"u{number}", None if above is None else f"u{above}", since, until)

    def live(number: int, strategic: bool, since: int, until: int) -> LiveSegment:
        of = random.choice([None, *range(UNITS)])
        counted = random.random() < 0.8
        return LiveSegment(f"o{number}", strategic, counted, None if of is None else f"u{of}", since, until)

    def other(since: int, until: int) -> PhaseSegment:
        of = random.choice([None, *range(UNITS)])
        return PhaseSegment(
            random.choice(("planned", "overdue")), None if of is None else f"u{of}", since, until
        )

    units = [each for number in range(UNITS) for each in following(random, partial(unit, number))]
    made = Spells(units, [], [], [], [])
    for number in range(OBJECTIVES):
        id, strategic = f"o{number}", number == 0 or random.random() < 0.1
        made.live.extend(following(random, partial(live, number, strategic)))
        made.others.extend(following(random, other))
        for _ in range(2):
            made.fresh.extend(following(random, partial(FreshSegment, id)))
        for parent in {random.randrange(max(number - 3, 0), number) for _ in range(2)} if number else ():
            made.links.extend(following(random, partial(LinkSegment, id, f"o{parent}")))
    return made


def holding(found: Iterable[S], day: int) -> list[S]:
    return [spell for spell in found if spell.since <= day < spell.until]


def counted(made: Spells, day: int, rules: Rules) -> dict[str | None, Counter[str]]:
    """From nothing but what holds on the day."""
    parents = {unit.id: unit.parent_id for unit in holding(made.units, day)}
    live = {each.id: each for each in holding(made.live, day)}
    links = [(link.child_id, link.parent_id) for link in holding(made.links, day)]
    signs = {each.id for each in holding(made.fresh, day)}
    reach = reaching({id for id, each in live.items() if each.strategic}, live, links)
    linked = {child for child, _ in links}
    groups = (None, *(f"u{unit}" for unit in range(UNITS)))

    def above(unit_id: str) -> list[str]:
        return upward(unit_id, parents)

    counts: dict[str | None, Counter[str]] = {group: Counter() for group in groups}
    for phase in holding(made.others, day):
        for group in (None, *(upward(phase.unit_id, parents) if phase.unit_id else ())):
            counts[group][phase.phase] += 1
    for id, each in live.items():
        if not each.counted:
            continue
        up = [live[parent] for child, parent in links if child == id and parent in live]
        own = Counter({
            class_of(strategic=each.strategic, reaches=id in reach, linked=id in linked): 1,
            "live": 1,
            "stale": id not in signs,
            "links": len(up),
            "links_crossing": sum(crosses(each.unit_id, parent.unit_id, above, rules) for parent in up),
        })  # fmt: skip
        for group in (None, *(upward(each.unit_id, parents) if each.unit_id else ())):
            counts[group].update(own)
    return counts


@settings(max_examples=300, deadline=None)
@given(
    chances=st.randoms(use_true_random=True),
    days=st.one_of(st.just(set(range(DAYS))), st.sets(st.integers(0, DAYS), min_size=1)),
    by_unit=st.booleans(),
    unit=st.integers(0, UNITS),
    rules=st.sampled_from([VERSION_1, VERSION_2]),
)
def test_every_day_counts_what_holds_on_it(
    chances: Random, days: set[int], by_unit: bool, unit: int, rules: Rules
) -> None:
    made = spells(chances)
    asked = sorted(days)
    top = None if unit == UNITS else f"u{unit}"
    organisation = Organisation(Boundaries.of(made.units, asked), top)
    counts = Counts(organisation, None if by_unit else frozenset({top}))
    timelines = AllBoundaries(
        Boundaries.of(made.live, asked),
        Boundaries.of(made.others, asked),
        Boundaries.of(made.links, asked),
        Boundaries.of(made.fresh, asked),
    )
    sweep = Sweep(timelines, counts, organisation, rules)
    for place, day in enumerate(asked):
        if reorganised := organisation.turn(place):
            counts.reorganise()
        sweep.turn(place, reorganised=reorganised)
        expected = counted(made, day, rules)
        for group in expected if by_unit else [top]:
            assert counts.figures[group] == {name: expected[group][name] for name in COUNTED}, (day, group)


@settings(max_examples=300)
@given(
    signs=st.lists(st.tuples(st.lists(st.integers(1, 30), min_size=1), st.integers(1, 60)), max_size=3),
    cadences=st.lists(st.tuples(st.integers(1, 9), st.integers(1, 15)), max_size=3),
)
def test_a_sign_of_life_keeps_fresh_for_the_days_of_the_cadence(
    signs: list[tuple[list[int], int]], cadences: list[tuple[int, int]]
) -> None:
    given_signs = [Signs("o", days, 0, until) for days, until in signs]
    ends = [1]
    for _, length in cadences:
        ends.append(ends[-1] + length)
    held = [
        Cadence("o", days, since, until)
        for (days, _), (since, until) in zip(cadences, pairwise(ends), strict=True)
    ]
    found = list(fresh(held, given_signs))
    for day in range(1, 60):
        expected = any(
            cadence.since <= day < min(cadence.until, sign.until) and start <= day <= start + cadence.days
            for cadence in held
            for sign in given_signs
            for start in sign.days
        )
        assert any(spell.since <= day < spell.until for spell in found) == expected, day
