"""The reach of the goals, from the state of the fold at one moment or at two."""

from fractions import Fraction
from typing import Any
from uuid import UUID

from tests.oracle import measures, shapes
from tests.oracle.fold import World
from tests.oracle.objective import Objective
from tests.oracle.words import as_people_sort

NEED = measures.PACES
LEVELS = ("department", "team", "individual")
CHANGES = ("gone", "lost", "moved", "came", "stayed")


def reach(world: World, unit: UUID | None, cycle: UUID | None, before: World | None) -> dict[str, Any]:
    """The total and the rows."""
    worlds = [world] if before is None else [before, world]
    goals = {each.id: each for one in worlds for each in _rows(one, unit, cycle)}
    in_order = sorted(goals.values(), key=lambda each: (as_people_sort(each.title), str(each.id)))
    rows = [
        *(_goal(each.id, world, before) for each in in_order),
        *(_loose(name, before) for name in ("detached", "orphan")),
    ]
    for row in rows:
        key = row["goal"]["id"] if row["goal"] else row["class"]
        cells = [_cell(world, unit, cycle, before, key, level) for level in LEVELS]
        standing = [each for level in LEVELS for each in _standing(world, unit, cycle, key, level)]
        row |= {
            "live": sum(each["live"] for each in cells),
            "also": sum(each["also"] for each in cells),
            "paces": _paces(world, standing),
            "cells": cells,
        }
        if row["before"] is not None:
            row["before"]["live"] = sum(each["change"]["before"] for each in cells)
    return {
        "from": None if before is None else _total(before, unit, cycle),
        "total": _total(world, unit, cycle),
        "rows": rows,
    }


def _counted(world: World, unit: UUID | None, cycle: UUID | None) -> list[Objective]:
    units = None if unit is None else measures.units_below(world, unit)
    return [
        each
        for each in world.objectives.values()
        if measures.live(world, each)
        and cycle in (None, each.cycle_id)
        and (units is None or measures.unit_of(world, each) in units)
    ]


def _total(world: World, unit: UUID | None, cycle: UUID | None) -> dict[str, Any]:
    counted = _counted(world, unit, cycle)
    classes = [measures.class_of(world, each) for each in counted]
    return {
        "live": len(counted),
        **{name: classes.count(name) for name in measures.CLASSES},
        "paces": _paces(world, counted),
    }


def _paces(world: World, objectives: list[Objective]) -> dict[str, int]:
    found = [measures.pace(world, each) for each in objectives]
    return {name or "no_progress": found.count(name) for name in NEED}


def _rows(world: World, unit: UUID | None, cycle: UUID | None) -> list[Objective]:
    counted = _counted(world, unit, cycle)
    return [world.objectives[id] for each in counted for id in _goals(world, each)]


def _goals(world: World, objective: Objective) -> set[UUID]:
    return {path[-1].id for path in measures.paths(world, objective)}


def _key(world: World, objective: Objective) -> str:
    """The goal under which it stands, or its class."""
    if not measures.leads_to_strategy(world, objective):
        return str(measures.class_of(world, objective))
    while objective.level != "strategic":
        parents = [world.objectives[id] for id in objective.links if id in world.objectives]
        links = objective.links
        objective = min(
            (each for each in parents if measures.leads_to_strategy(world, each)),
            key=lambda each: (-Fraction(links[each.id].weight), links[each.id].since, str(each.id)),
        )
    return str(objective.id)


def _standing(world: World, unit: UUID | None, cycle: UUID | None, key: str, level: str) -> list[Objective]:
    found = [
        each for each in _counted(world, unit, cycle) if each.level == level and _key(world, each) == key
    ]
    return by_need(world, found)


def by_need(world: World, objectives: list[Objective]) -> list[Objective]:
    return sorted(
        objectives,
        key=lambda each: (
            NEED.index(measures.pace(world, each)),
            as_people_sort(each.title),
            str(each.id),
        ),
    )


def _goal(id: UUID, world: World, before: World | None) -> dict[str, Any]:
    now, was = (
        None
        if one is None or id not in one.objectives or not measures.live(one, one.objectives[id])
        else one.objectives[id]
        for one in (world, before)
    )
    told, then = now or was, None
    assert told is not None
    if was is not None and before is not None:
        then = {"live": 0, **shapes.figures(before, was)}
    change = None if before is None else "stayed" if now and was else "came" if now else "gone"
    figures = shapes.figures(world, now) if now else {"progress": None, "elapsed": None, "pace": None}
    of = world if now else before
    assert of is not None
    goal = {
        "id": str(id),
        "title": told.title,
        "unit_id": shapes.text(measures.unit_of(of, told)),
        **figures,
    }
    return {"class": "strategic", "goal": goal, "goal_change": change, "before": then}


def _loose(name: str, before: World | None) -> dict[str, Any]:
    then = None if before is None else {"live": 0, "progress": None, "elapsed": None, "pace": None}
    return {"class": name, "goal": None, "goal_change": None, "before": then}


def _cell(
    world: World, unit: UUID | None, cycle: UUID | None, before: World | None, key: str, level: str
) -> dict[str, Any]:
    home = _standing(world, unit, cycle, key, level)
    also = by_need(
        world,
        [
            each
            for each in _counted(world, unit, cycle)
            if each.level == level and each not in home and key in map(str, _goals(world, each))
        ],
    )
    return {
        "level": level,
        "live": len(home),
        "also": len(also),
        "paces": _paces(world, home),
        "also_paces": _paces(world, also),
        "marks": [
            {"id": str(each.id), "pace": measures.pace(world, each), "also": each in also}
            for each in [*home, *also]
        ],
        "change": None if before is None else _change(world, before, unit, cycle, key, level),
    }


def _change(
    world: World, before: World, unit: UUID | None, cycle: UUID | None, key: str, level: str
) -> dict[str, Any]:
    stood = _standing(before, unit, cycle, key, level)
    stands = _standing(world, unit, cycle, key, level)
    now = {each.id: each for each in _counted(world, unit, cycle)}
    there = {each.id for each in stands}
    ids: dict[str, list[str]] = {name: [] for name in CHANGES}
    for each in stood:
        if each.id not in now:
            ids["gone"].append(str(each.id))
        elif each.id not in there:
            led = key not in ("detached", "orphan")
            lost = led and not measures.leads_to_strategy(world, now[each.id])
            ids["lost" if lost else "moved"].append(str(each.id))
    for each in stands:
        ids["stayed" if each.id in {one.id for one in stood} else "came"].append(str(each.id))
    return {
        "before": len(stood),
        **{name: {"count": len(found), "ids": found} for name, found in ids.items()},
    }
