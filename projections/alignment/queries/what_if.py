"""Planned changes would make something else of a moment: this tells health and reach before and after them,
and the objectives that lose their way to the strategy or find one.

Both sides are folded by the code that answers about health and reach, the one from the rows, the other from
the rows with the changes laid over them.
"""

from collections.abc import Sequence
from typing import Any

from psycopg import Connection

from domain.change_plan import Change
from domain.health import ALIGNED
from domain.objective.values import STRATEGIC
from projections.alignment.queries import health, reach
from projections.alignment.queries.overlay import Overlay
from projections.alignment.queries.reach import Side
from projections.alignment.queries.shapes import heading
from projections.moment import Moment
from projections.words import in_order

Answer = dict[str, Any]
LOSES, FINDS, ENDS, OTHER = EFFECTS = ("loses", "finds", "ends", "other")
MOST_TOLD = 500
"""So many objectives are told by name; all of them count."""
_LEADING = (STRATEGIC, ALIGNED)


def what_if(
    connection: Connection[Any],
    moment: Moment,
    changes: Sequence[Change],
    unit_id: str | None,
    cycle_id: str | None,
    hidden: frozenset[str],
) -> Answer:
    """{health: {before, after, units}, reach, counts, objectives}: units are those whose figures would be
    others, with those below them; objectives those whose class would be another.
    """
    before = Side(connection, moment, unit_id, cycle_id, hidden)
    overlay = Overlay(connection, moment, changes)
    after = Side(connection, moment, unit_id, cycle_id, hidden, overlay)
    was, would_be = (health.figures(side.census, side.cascade, unit_id, cycle_id) for side in (before, after))
    differing = _differing(before, after)
    counts = {effect: sum(each["effect"] == effect for each in differing) for effect in EFFECTS}
    return {
        **heading(moment, before.census.rules),
        "health": {
            "before": was["total"],
            "after": would_be["total"],
            "units": _units(was["units"], would_be["units"]),
        },
        "reach": reach.told(after, before),
        "counts": counts,
        "objectives": differing[:MOST_TOLD],
    }


def _units(was: Sequence[Answer], would_be: Sequence[Answer]) -> list[Answer]:
    """Those that are shown on either side with other figures."""
    of = [{each["unit_id"]: _figures(each) for each in side} for side in (was, would_be)]
    ids = sorted(of[0].keys() | of[1].keys())
    both = ((id, of[0].get(id), of[1].get(id)) for id in ids)
    return [{"unit_id": id, "before": one, "after": other} for id, one, other in both if one != other]


def _figures(told: Answer) -> Answer:
    return {name: value for name, value in told.items() if name not in ("unit_id", "status")}


def _differing(before: Side, after: Side) -> list[Answer]:
    """The objectives that count on either side and are of another class, those that lose their way first."""
    found = []
    for id in before.counted | after.counted:
        was = before.census.classes.get(id) if id in before.counted else None
        would_be = after.census.classes.get(id) if id in after.counted else None
        if was != would_be:
            side = after if would_be is not None else before
            withheld = id in before.hidden
            node = side.census.live[id]
            found.append({
                "objective_id": id,
                "title": None if withheld else node.title,
                "level": node.level,
                "unit_id": node.unit_id,
                "before": was,
                "after": would_be,
                "effect": ENDS if id not in after.census.live else _effect(was, would_be),
                **({"withheld": True} if withheld else {}),
            })  # fmt: skip
    found.sort(
        key=lambda each: (EFFECTS.index(each["effect"]), in_order(each["title"]), each["objective_id"])
    )
    return found


def _effect(was: str | None, would_be: str | None) -> str:
    if was in _LEADING and would_be is not None and would_be not in _LEADING:
        return LOSES
    if was not in _LEADING and was is not None and would_be in _LEADING:
        return FINDS
    return OTHER
