"""The health of the alignment on many days at once: one load of what held on any of them, and one pass."""

from collections.abc import Sequence
from datetime import date
from typing import Any, TypeVar

from psycopg import Connection

from projections.alignment.queries.cascade import fetch
from projections.alignment.queries.health import figures_of
from projections.alignment.queries.series import statements
from projections.alignment.queries.series.counts import Counts, Organisation
from projections.alignment.queries.series.fresh import Cadence, Signs, fresh
from projections.alignment.queries.series.spells import Link, Live, Timeline, Unit
from projections.alignment.queries.series.sweep import Sweep, Timelines
from projections.alignment.queries.shapes import heading
from projections.moment import Moment

R = TypeVar("R")
MOST_POINTS_OF_UNITS = 50_000


def series(
    connection: Connection[Any], moment: Moment, days: Sequence[date], unit_id: str | None, *, by_unit: bool
) -> dict[str, Any] | None:
    """{points, units: [{unit_id, points}]}, of the units only with `by_unit`. None if their points could be
    more than 50,000.
    """
    found = Series(connection, moment, days, unit_id)
    if by_unit and len(days) * len(found.units()) > MOST_POINTS_OF_UNITS:
        return None
    points, of_units = found.points(by_unit=by_unit)
    units = [{"unit_id": id, "points": each} for id, each in of_units.items()]
    return {"points": points, "units": units, **heading(moment)}


class Series:
    """Some days in order, at least one, as known at an instant; all units, or one with those below it."""

    def __init__(
        self, connection: Connection[Any], moment: Moment, days: Sequence[date], unit_id: str | None
    ) -> None:
        self._connection = connection
        self._moment = moment
        self._days = days
        self._ordinals = [day.toordinal() for day in days]
        self._unit_id = unit_id
        self._units = Timeline.of(self._rows(Unit, statements.UNITS), self._ordinals)

    def units(self) -> set[str]:
        """The units that exist on any of the days, as far as they are asked about."""
        organisation = self._organisation()
        return {
            id for place in range(len(self._days)) if organisation.turn(place) for id in organisation.shown()
        }

    def points(self, *, by_unit: bool) -> tuple[list[dict[str, Any]], dict[str, list[dict[str, Any]]]]:
        """(of the whole or the unit, of each unit on the days on which it exists), day by day:
        {on, strategic, aligned, detached, orphan, live, coverage, silo_index, stale, links, links_crossing}.
        """
        organisation = self._organisation()
        counts = Counts(organisation, None if by_unit else frozenset({self._unit_id}))
        sweep = Sweep(self._timelines(), counts)
        points: list[dict[str, Any]] = []
        of_units: dict[str, list[dict[str, Any]]] = {}
        for place, day in enumerate(self._days):
            if organisation.turn(place):
                counts.reorganise()
            sweep.turn(place)
            points.append({"on": day.isoformat(), **figures_of(counts.figures[self._unit_id])})
            for id in organisation.shown() if by_unit else ():
                point = {"on": day.isoformat(), **figures_of(counts.figures[id])}
                of_units.setdefault(id, []).append(point)
        return points, dict(sorted(of_units.items()))

    def _organisation(self) -> Organisation:
        return Organisation(self._units, self._unit_id)

    def _timelines(self) -> Timelines:
        cadences = self._rows(Cadence, statements.CADENCES)
        signs = [
            each
            for statement in (statements.CHECK_INS, statements.REAFFIRMATIONS)
            for each in self._rows(Signs, statement)
        ]
        return Timelines(
            Timeline.of(self._rows(Live, statements.OBJECTIVES), self._ordinals),
            Timeline.of(self._rows(Link, statements.LINKS), self._ordinals),
            Timeline.of(fresh(cadences, signs), self._ordinals),
        )

    def _rows(self, row: type[R], statement: str) -> list[R]:
        first, last = self._days[0], self._days[-1]
        return fetch(self._connection, row, statement, self._moment, first=first, last=last)
