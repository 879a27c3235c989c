"""Health counts objectives per class, with coverage and silos, per unit and for the whole."""

from collections import Counter, defaultdict
from collections.abc import Collection, Mapping
from dataclasses import dataclass, field
from fractions import Fraction
from typing import Any

from psycopg import Connection

from domain.health import (
    ALIGNED,
    CLASSES,
    DETACHED,
    ORPHAN,
    OVERDUE,
    PHASES,
    PLANNED,
    coverage,
    crosses,
    is_fresh,
    silo_index,
)  # fmt: skip
from domain.progress import ALL, weighed
from domain.rules import WITHIN_PERIOD, Rules
from projections.alignment.queries.cascade import Cascade, load
from projections.alignment.queries.census import Census
from projections.alignment.queries.shapes import NEED, NO_PROGRESS, figure, heading, pace
from projections.moment import Moment

COUNTED = (*CLASSES, *PHASES, "stale", "links", "links_crossing")
PACED = ("progress", "paces")
"""These figures rest on what was read and on all that is below, not on what stands alone."""


def health(
    connection: Connection[Any], moment: Moment, unit_id: str | None, cycle_id: str | None = None
) -> dict[str, Any]:
    """Figures of every unit that exists, or of `unit_id` and those below it; each with the units below it.
    With `cycle_id` the objectives of that cycle are counted, and the links up from them.
    """
    census = Census(connection, moment)
    return {**heading(moment, census.rules), **figures(census, paced(connection, census), unit_id, cycle_id)}


def figures(census: Census, paced: Cascade, unit_id: str | None, cycle_id: str | None) -> dict[str, Any]:
    """{total, units} as `health` has them; `paced` has the live objectives."""
    counts = _with_units_below(census, paced, cycle_id)
    shown = census.units if unit_id is None else [id for id in census.units if census.is_within(id, unit_id)]
    return {
        "total": counts[unit_id].figures(census.rules),
        "units": [
            {"unit_id": id, "status": census.units[id].status, **counts[id].figures(census.rules)}
            for id in sorted(shown)
        ],
    }


def classes(connection: Connection[Any], moment: Moment) -> dict[str, str]:
    """The class of each live objective, by its id."""
    return Census(connection, moment).classes


def of_classes(connection: Connection[Any], moment: Moment, names: Collection[str]) -> list[str]:
    """Ids of the live objectives of one of these classes."""
    return [id for id, found in classes(connection, moment).items() if found in names]


def figures_of(count: Mapping[str, int], rules: Rules) -> dict[str, Any]:
    """Gives the figures of the objectives and links counted, by the names of `COUNTED`; those of planned and
    overdue ones where the rules know them.
    """
    beside = (PLANNED, OVERDUE) if rules.live == WITHIN_PERIOD else ()
    return {
        **{name: count[name] for name in CLASSES},
        "live": count["live"],
        **{name: count[name] for name in beside},
        "coverage": figure(coverage(count[ALIGNED], count[DETACHED], count[ORPHAN]), rules),
        "silo_index": figure(silo_index(count["links"], count["links_crossing"]), rules),
        "stale": count["stale"],
        "links": count["links"],
        "links_crossing": count["links_crossing"],
    }


@dataclass
class Count:
    """Objectives and links by the names of `COUNTED` and by pace, and the progress of those that have any."""

    numbers: Counter[str] = field(default_factory=Counter)
    shares: list[tuple[Fraction, Fraction]] = field(default_factory=list)

    def add(self, other: "Count") -> None:
        self.numbers.update(other.numbers)
        self.shares += other.shares

    def figures(self, rules: Rules) -> dict[str, Any]:
        """The figures, with the mean of the progress, and how many are of which pace."""
        return {
            **figures_of(self.numbers, rules),
            "progress": figure(weighed(self.shares), rules),
            "paces": {name: self.numbers[name] for name in NEED},
        }


def paced(connection: Connection[Any], census: Census) -> Cascade:
    """The live objectives with their progress."""
    return load(connection, census.moment, census.live.values(), links=census.links)


def _with_units_below(census: Census, paced: Cascade, cycle_id: str | None) -> dict[str | None, Count]:
    """Counts for each unit what it has with the units below it, and under None what there is at all."""
    counts: dict[str | None, Count] = defaultdict(Count)
    for unit_id, count in _counts(census, paced, cycle_id).items():
        counts[None].add(count)
        for above in [] if unit_id is None else census.above(unit_id):
            counts[above].add(count)
    return counts


def _counts(census: Census, paced: Cascade, cycle_id: str | None) -> dict[str | None, Count]:
    """Counts what each unit has of its own: objectives by class and pace, and the links up from them."""
    counts: dict[str | None, Count] = defaultdict(Count)
    rules, as_of = census.rules, census.moment.as_of
    for each in census.standing.values():
        if each.phase is not None and cycle_id in (None, each.cycle_id):
            count = counts[each.unit_id].numbers
            count[each.phase] += 1
            if each.live:
                count["stale"] += not is_fresh(
                    each.last_sign, each.starts_on, each.cadence_days, as_of, rules
                )
                count[census.classes[each.id]] += 1
                count[pace(paced, each, as_of) or NO_PROGRESS] += 1
                share = paced.progress[each.id]
                if share is not None:
                    counts[each.unit_id].shares.append((ALL, share))
    for link in census.links:
        child, parent = census.live.get(link.child_id), census.live.get(link.parent_id)
        if child and parent and cycle_id in (None, child.cycle_id):
            count = counts[child.unit_id].numbers
            count["links"] += 1
            count["links_crossing"] += crosses(child.unit_id, parent.unit_id, census.above, rules)
    return counts
