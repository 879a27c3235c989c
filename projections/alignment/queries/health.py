"""How healthy the alignment is: counts per class, coverage and silos, per unit and for the whole."""

from collections import Counter, defaultdict
from collections.abc import Iterable
from dataclasses import dataclass
from fractions import Fraction
from typing import Any

from psycopg import Connection

from projections.alignment.queries import statements
from projections.alignment.queries.cascade import fetch, reaching
from projections.alignment.queries.shapes import figure, heading
from projections.moment import Moment

CLASSES = ("strategic", "aligned", "detached", "orphan")


@dataclass(slots=True)
class Unit:
    id: str
    parent_id: str | None
    status: str


@dataclass(slots=True)
class Live:
    """A live objective; `fresh` is None if there was neither a check-in nor a reaffirmation."""

    id: str
    level: str
    unit_id: str | None
    fresh: bool | None


@dataclass(slots=True)
class Up:
    child_id: str
    parent_id: str


def health(connection: Connection[Any], moment: Moment, unit_id: str | None) -> dict[str, Any]:
    """Figures of every unit that exists, or of `unit_id` and those below it; each with the units below it."""
    units = {unit.id: unit for unit in fetch(connection, Unit, statements.HEALTH_UNITS, moment)}
    live = {each.id: each for each in fetch(connection, Live, statements.HEALTH_OBJECTIVES, moment)}
    links = fetch(connection, Up, statements.HEALTH_LINKS, moment)
    own = _counts(live, links)
    shown, figures = set(units), _with_units_below(own, units)
    total = sum(own.values(), Counter())
    if unit_id is not None:
        shown = {id for id in units if unit_id in _upward(id, units)}
        total = figures.get(unit_id, Counter())
    return {
        **heading(moment),
        "total": _figures(total),
        "units": [
            {"unit_id": id, "status": units[id].status, **_figures(figures.get(id, Counter()))}
            for id in sorted(shown)
        ],
    }


def of_class(connection: Connection[Any], moment: Moment, name: str) -> list[str]:
    """Ids of the live objectives of a class."""
    live = {each.id: each for each in fetch(connection, Live, statements.HEALTH_OBJECTIVES, moment)}
    links = fetch(connection, Up, statements.HEALTH_LINKS, moment)
    reach, linked = _reach(live, links), {link.child_id for link in links}
    return [each.id for each in live.values() if _class(each, reach, linked) == name]


def _reach(live: dict[str, Live], links: Iterable[Up]) -> set[str]:
    goals = {each.id for each in live.values() if each.level == "strategic"}
    return reaching(goals, live, ((link.child_id, link.parent_id) for link in links))


def _counts(live: dict[str, Live], links: list[Up]) -> dict[str | None, Counter[str]]:
    """What each unit has of its own: objectives by class, and the links up from them."""
    counts: dict[str | None, Counter[str]] = defaultdict(Counter)
    linked = {link.child_id for link in links}
    reach = _reach(live, links)
    for each in live.values():
        count = counts[each.unit_id]
        count["live"] += 1
        count["stale"] += not each.fresh
        count[_class(each, reach, linked)] += 1
    for link in links:
        if (child := live.get(link.child_id)) and (parent := live.get(link.parent_id)):
            count = counts[child.unit_id]
            count["links"] += 1
            count["links_crossing"] += child.unit_id != parent.unit_id
    return counts


def _class(each: Live, reach: set[str], linked: set[str]) -> str:
    if each.level == "strategic":
        return "strategic"
    if each.id in reach:
        return "aligned"
    return "detached" if each.id in linked else "orphan"


def _with_units_below(own: dict[str | None, Counter[str]], units: dict[str, Unit]) -> dict[str, Counter[str]]:
    figures: dict[str, Counter[str]] = defaultdict(Counter)
    for unit_id, count in own.items():
        for above in [] if unit_id is None else _upward(unit_id, units):
            figures[above].update(count)
    return figures


def _upward(unit_id: str, units: dict[str, Unit]) -> list[str]:
    """The unit and those above it."""
    found = [unit_id]
    while (unit := units.get(found[-1])) and unit.parent_id and unit.parent_id not in found:
        found.append(unit.parent_id)
    return found


def _figures(count: Counter[str]) -> dict[str, Any]:
    to_cover = count["aligned"] + count["detached"] + count["orphan"]
    links = count["links"]
    return {
        **{name: count[name] for name in CLASSES},
        "live": count["live"],
        "coverage": figure(Fraction(count["aligned"], to_cover)) if to_cover else None,
        "silo_index": figure(1 - Fraction(count["links_crossing"], links)) if links else None,
        "stale": count["stale"],
        "links": links,
        "links_crossing": count["links_crossing"],
    }
