"""Reach tells how many live objectives lead to each goal, of which level and how far they are, and how many
lead to none; at one moment, or at one and what came and went since another.

An objective stands in full under one goal, its home: that to which its first link leads, which is the
heaviest of those that reach the strategy, the oldest of these, and then the one to the least id. It leads to
others also.
"""

from collections import Counter, defaultdict
from collections.abc import Iterable, Mapping
from dataclasses import dataclass, field
from decimal import Decimal
from functools import cached_property
from typing import Any, TypeAlias

from psycopg import Connection

from domain.health import CLASSES, DETACHED, ORPHAN
from domain.objective.values import LEVELS, STRATEGIC
from projections.alignment.queries.cascade import Cascade, load
from projections.alignment.queries.census import Census
from projections.alignment.queries.overlay import Overlay
from projections.alignment.queries.rows import LinkView
from projections.alignment.queries.shapes import NEED, NO_PROGRESS, UNTOLD, figures, heading, pace
from projections.moment import Moment
from projections.words import in_order

Answer = dict[str, Any]
BELOW_STRATEGY = tuple(level for level in LEVELS if level != STRATEGIC)
MARKS = 144
"""So many objectives of a cell are named."""
Place: TypeAlias = tuple[str, str]
"""(row, level): a row is a goal, or the class of what leads to none."""
_CLASSES_AS_ROWS = (DETACHED, ORPHAN)
_OF_GOAL = ("progress", "elapsed", "pace")


def paces_of(told: Iterable[str | None]) -> dict[str, int]:
    """Counts paces, those most in need first; None is that of what has none."""
    found = Counter(pace or NO_PROGRESS for pace in told)
    return {name: found[name] for name in NEED}


class Side:
    """One moment: the census, what counts of it, and where that stands."""

    def __init__(
        self,
        connection: Connection[Any],
        moment: Moment,
        unit_id: str | None,
        cycle_id: str | None,
        hidden: frozenset[str],
        overlay: Overlay | None = None,
    ) -> None:
        self.census = Census(connection, moment, overlay)
        self.hidden = hidden
        self._connection, self._overlay = connection, overlay
        self.counted = {
            id
            for id, each in self.census.live.items()
            if cycle_id in (None, each.cycle_id)
            and (unit_id is None or self.census.is_within(each.unit_id, unit_id))
        }
        self.goals_of: dict[str, frozenset[str]] = {}
        self._home: dict[str, str] = {}
        self._find_goals()
        self.places: dict[str, Place] = {
            id: (self._row(id), self.census.live[id].level)
            for id in self.counted
            if id not in self.census.strategic
        }

    def _find_goals(self) -> None:
        """Goes down from the goals, to each objective once all above it is known."""
        up: dict[str, list[LinkView]] = defaultdict(list)
        down: dict[str, list[str]] = defaultdict(list)
        reaching, goals = self.census.reaching, self.census.strategic
        for link in self.census.links:
            if link.child_id in reaching and link.parent_id in reaching and link.child_id not in goals:
                up[link.child_id].append(link)
                down[link.parent_id].append(link.child_id)
        missing = {id: len(links) for id, links in up.items()}
        waiting = list(goals)
        for goal in goals:
            self._home[goal], self.goals_of[goal] = goal, frozenset({goal})
        while waiting:
            for child in down.get(waiting.pop(), ()):
                missing[child] -= 1
                if not missing[child]:
                    links = up[child]
                    first = links[0] if len(links) == 1 else min(links, key=_heaviest_and_oldest)
                    self._home[child] = self._home[first.parent_id]
                    above = {self.goals_of[link.parent_id] for link in links}
                    self.goals_of[child] = above.pop() if len(above) == 1 else frozenset().union(*above)
                    waiting.append(child)

    def _row(self, id: str) -> str:
        return self._home[id] if id in self._home else self.census.classes[id]

    @cached_property
    def cascade(self) -> Cascade:
        """The live objectives and what is around them, asked for by whoever tells how far they are."""
        live, links, moment = self.census.live.values(), self.census.links, self.census.moment
        return load(self._connection, moment, live, links=links, hidden=self.hidden, overlay=self._overlay)

    @cached_property
    def _paces(self) -> Mapping[str, str | None]:
        as_of = self.census.moment.as_of
        return {id: pace(self.cascade, each, as_of) for id, each in self.census.live.items()}

    def pace(self, id: str) -> str | None:
        """The pace; None where it has none, and where it is not told."""
        return None if id in self.hidden else self._paces[id]

    def figures(self, id: str) -> Answer:
        """Tells how far the objective is."""
        return figures(self.cascade, self.census.live[id], self.census.moment.as_of)

    def by_need(self, ids: Iterable[str]) -> list[str]:
        """These objectives, those most in need first, then by title; what is not told comes last."""
        return sorted(ids, key=self._need)

    def _need(self, id: str) -> tuple[bool, int, Any, str]:
        if id in self.hidden:
            return True, 0, None, id
        return False, NEED.index(self._paces[id] or NO_PROGRESS), in_order(self.census.live[id].title), id

    def paces(self, ids: Iterable[str]) -> dict[str, int]:
        """Counts them, what is not told too."""
        return paces_of(self._paces[id] for id in ids)

    def total(self) -> Answer:
        """Counts by class and by pace."""
        found = Counter(self.census.classes[id] for id in self.counted)
        return {
            "live": len(self.counted),
            **{name: found[name] for name in CLASSES},
            "paces": self.paces(self.counted),
        }

    def rows(self) -> set[str]:
        """The goals that count or to which something leads that does."""
        led_to = (self.goals_of.get(id, ()) for id in self.counted)
        return (self.counted & self.census.strategic).union(*led_to)

    def goal(self, id: str) -> Answer:
        """Tells of a goal what is to be told."""
        node = self.census.live[id]
        told = {"id": id, "title": node.title, "unit_id": node.unit_id, **self.figures(id)}
        if id not in self.hidden:
            return told
        return {**told, **{name: None for name in UNTOLD if name in told}, "withheld": True}


def _heaviest_and_oldest(link: LinkView) -> tuple[Any, ...]:
    return -Decimal(link.weight), link.since, link.parent_id


@dataclass
class _Cell:
    """The objectives that stand in one place, and those that lead there also."""

    home: list[str] = field(default_factory=list)
    also: list[str] = field(default_factory=list)


def reach(
    connection: Connection[Any],
    moment: Moment,
    unit_id: str | None,
    cycle_id: str | None,
    before: Moment | None,
    hidden: frozenset[str],
) -> Answer:
    """{from, total, rows}: a row for each goal by title, one for what has no way to the strategy and one for
    what is linked to nothing, each with a cell for every level below the strategic one. With `before`, what
    came to each and what went from it since that moment.
    """
    side = Side(connection, moment, unit_id, cycle_id, hidden)
    then = None if before is None else Side(connection, before, unit_id, cycle_id, hidden)
    return told(side, then)


def standing_under(connection: Connection[Any], moment: Moment, goals: Iterable[str]) -> list[str]:
    """The live objectives whose home is one of these goals: those of the cells of its row."""
    side, asked = Side(connection, moment, None, None, frozenset()), set(goals)
    return [id for id, (row, _) in side.places.items() if row in asked]


def told(side: Side, then: Side | None) -> Answer:
    """The answer about a side, with what came and went since the other one."""
    cells = _cells(side)
    changes = None if then is None else _changes(then, side)
    rows = []
    for row in [*_goals(side, then), *_CLASSES_AS_ROWS]:
        of_row = {level: cells.get((row, level), _Cell()) for level in BELOW_STRATEGY}
        home = [id for cell in of_row.values() for id in cell.home]
        rows.append({
            **_heading(row, side, then),
            "live": len(home),
            "also": sum(len(cell.also) for cell in of_row.values()),
            "paces": side.paces(home),
            "cells": [
                {
                    "level": level,
                    "live": len(cell.home),
                    "also": len(cell.also),
                    "paces": side.paces(cell.home),
                    "also_paces": side.paces(cell.also),
                    "marks": _marks(side, cell),
                    "change": None if changes is None else _change(changes[row, level]),
                }
                for level, cell in of_row.items()
            ],
        })  # fmt: skip
    return {
        **_moment(side),
        "from": None if then is None else {**_moment(then), "total": then.total()},
        "total": side.total(),
        "rows": rows,
    }


def _moment(side: Side) -> Answer:
    return heading(side.census.moment, side.census.rules)


def _goals(side: Side, then: Side | None) -> list[str]:
    """The goals of either moment, by title."""
    titles = {
        id: (in_order(None if id in each.hidden else each.census.live[id].title), id)
        for each in (then, side)
        if each is not None
        for id in each.rows()
    }
    return sorted(titles, key=titles.__getitem__)


def _heading(row: str, side: Side, then: Side | None) -> Answer:
    """The goal, and how it stood then; a goal that is gone has no figures now."""
    if row in _CLASSES_AS_ROWS:
        told: Answer = {"class": row, "goal": None, "before": None, "goal_change": None}
        if then is not None:
            told["before"] = {"live": _number(then, row), **dict.fromkeys(_OF_GOAL)}
        return told
    now, was = row in side.census.strategic, then is not None and row in then.census.strategic
    told = {"class": STRATEGIC, "goal": None, "before": None, "goal_change": None}
    if now:
        told["goal"] = side.goal(row)
    if then is not None:
        told["goal_change"] = "stayed" if now and was else "came" if now else "gone"
        if was:
            goal = then.goal(row)
            told["before"] = {"live": _number(then, row), **{name: goal[name] for name in _OF_GOAL}}
            told["goal"] = told["goal"] or {**goal, **dict.fromkeys(_OF_GOAL)}
    return told


def _number(side: Side, row: str) -> int:
    return sum(place[0] == row for place in side.places.values())


def _cells(side: Side) -> Mapping[Place, _Cell]:
    cells: dict[Place, _Cell] = defaultdict(_Cell)
    for id, (row, level) in side.places.items():
        cells[row, level].home.append(id)
        for goal in side.goals_of.get(id, ()):
            if goal != row:
                cells[goal, level].also.append(id)
    return cells


def _marks(side: Side, cell: _Cell) -> list[Answer]:
    """Those that stand there before those that lead there also."""
    chosen = [
        (id, also) for also, ids in ((False, cell.home), (True, cell.also)) for id in side.by_need(ids)
    ][:MARKS]
    return [
        {"id": id, "pace": side.pace(id), "also": also, **({"withheld": True} if id in side.hidden else {})}
        for id, also in chosen
    ]


GONE, LOST, MOVED, CAME, STAYED = CHANGES = ("gone", "lost", "moved", "came", "stayed")


@dataclass
class _Change:
    before: int = 0
    ids: dict[str, list[str]] = field(default_factory=lambda: {name: [] for name in CHANGES})


def _changes(then: Side, side: Side) -> Mapping[Place, _Change]:
    """Tells what became of those that stood in each place, and what came there."""
    changes: dict[Place, _Change] = defaultdict(_Change)
    for id in then.by_need(then.places):
        was, now = then.places[id], side.places.get(id)
        changes[was].before += 1
        if was != now:
            changes[was].ids[_left(was, now)].append(id)
    for id in side.by_need(side.places):
        now = side.places[id]
        changes[now].ids[STAYED if then.places.get(id) == now else CAME].append(id)
    return changes


def _left(was: Place, now: Place | None) -> str:
    if now is None:
        return GONE
    return LOST if now[0] in _CLASSES_AS_ROWS and was[0] not in _CLASSES_AS_ROWS else MOVED


def _change(found: _Change) -> Answer:
    told = {name: {"count": len(ids), "ids": ids[:MARKS]} for name, ids in found.ids.items()}
    return {"before": found.before, **told}
