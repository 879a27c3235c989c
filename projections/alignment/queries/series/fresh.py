"""When an objective was fresh: for as many days after each sign of life as its cycle's cadence has."""

from collections import defaultdict
from collections.abc import Iterable, Iterator
from dataclasses import dataclass

from domain.health import fresh_days
from projections.alignment.queries.series.spells import Fresh


@dataclass(slots=True)
class Signs:
    """The days of check-ins or reaffirmations of one objective, that count until the day before `until`."""

    objective_id: str
    days: list[int]
    until: int


@dataclass(slots=True)
class Cadence:
    """What held for an objective from `since` until the day before `until`."""

    objective_id: str
    days: int
    since: int
    until: int


def fresh(cadences: Iterable[Cadence], signs: Iterable[Signs]) -> Iterator[Fresh]:
    """The spells in which objectives are fresh; those of check-ins and of reaffirmations may overlap."""
    given: dict[str, list[Signs]] = defaultdict(list)
    for each in signs:
        given[each.objective_id].append(each)
    for cadence in cadences:
        for each in given.get(cadence.objective_id, ()):
            for since, until in _merged(each.days, fresh_days(cadence.days)):
                yield Fresh(
                    cadence.objective_id, max(since, cadence.since), min(until, each.until, cadence.until)
                )


def _merged(starts: Iterable[int], length: int) -> Iterator[tuple[int, int]]:
    """Spans of this length from each of the starts, one where several meet."""
    since = until = 0
    for start in sorted(starts):
        if start > until:
            if until:
                yield since, until
            since = start
        until = start + length
    yield since, until
