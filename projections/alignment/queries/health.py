"""Health counts objectives per class, with coverage and silos, per unit and for the whole."""

from collections import Counter, defaultdict
from collections.abc import Collection, Mapping
from typing import Any

from psycopg import Connection

from domain.health import ALIGNED, CLASSES, DETACHED, ORPHAN, coverage, is_fresh, silo_index
from projections.alignment.queries.census import Census, upward
from projections.alignment.queries.shapes import figure, heading
from projections.moment import Moment

COUNTED = (*CLASSES, "live", "stale", "links", "links_crossing")


def health(connection: Connection[Any], moment: Moment, unit_id: str | None) -> dict[str, Any]:
    """Figures of every unit that exists, or of `unit_id` and those below it; each with the units below it."""
    census = Census(connection, moment)
    counts = _with_units_below(census)
    shown = census.units if unit_id is None else [id for id in census.units if census.is_within(id, unit_id)]
    return {
        **heading(moment),
        "total": figures_of(counts[unit_id]),
        "units": [
            {"unit_id": id, "status": census.units[id].status, **figures_of(counts[id])}
            for id in sorted(shown)
        ],
    }


def total(census: Census, unit_id: str | None) -> dict[str, Any]:
    """The figures of a unit with those below it, or (None) of the whole."""
    return figures_of(_with_units_below(census)[unit_id])


def of_classes(connection: Connection[Any], moment: Moment, names: Collection[str]) -> list[str]:
    """Ids of the live objectives of one of these classes."""
    return [id for id, found in Census(connection, moment).classes.items() if found in names]


def figures_of(count: Mapping[str, int]) -> dict[str, Any]:
    """Gives the figures of the objectives and links counted, by the names of `COUNTED`."""
    return {
        **{name: count[name] for name in CLASSES},
        "live": count["live"],
        "coverage": figure(coverage(count[ALIGNED], count[DETACHED], count[ORPHAN])),
        "silo_index": figure(silo_index(count["links"], count["links_crossing"])),
        "stale": count["stale"],
        "links": count["links"],
        "links_crossing": count["links_crossing"],
    }


def _with_units_below(census: Census) -> dict[str | None, Counter[str]]:
    """Counts for each unit what it has with the units below it, and under None what there is at all."""
    counts: dict[str | None, Counter[str]] = defaultdict(Counter)
    for unit_id, count in _counts(census).items():
        counts[None].update(count)
        for above in [] if unit_id is None else upward(unit_id, census.parents):
            counts[above].update(count)
    return counts


def _counts(census: Census) -> dict[str | None, Counter[str]]:
    """Counts what each unit has of its own: objectives by class, and the links up from them."""
    counts: dict[str | None, Counter[str]] = defaultdict(Counter)
    for each in census.live.values():
        count = counts[each.unit_id]
        count["live"] += 1
        count["stale"] += not is_fresh(each.last_sign, each.cadence_days, census.moment.as_of)
        count[census.classes[each.id]] += 1
    for link in census.links:
        if (child := census.live.get(link.child_id)) and (parent := census.live.get(link.parent_id)):
            count = counts[child.unit_id]
            count["links"] += 1
            count["links_crossing"] += child.unit_id != parent.unit_id
    return counts
