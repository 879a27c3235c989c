"""The health of the alignment on many days at once: one load of what held on any of them, and one pass.

SQL brings what holds on any of the days from %(first)s to %(last)s, as known at %(known_at)s: `since` is the
day from which a row holds, or the first asked about if that is later; `until` the day from which it no longer
does, or the one after the last. Days are numbers, as Python's ordinals count them.
"""

from collections import defaultdict
from collections.abc import Iterable, Iterator, Sequence
from dataclasses import dataclass
from datetime import date, datetime
from typing import Any, TypeVar

from psycopg import Connection

from domain.health import OVERDUE, PLANNED, fresh_days
from domain.objective.values import STRATEGIC
from domain.rules import FROM_PERIOD, WITHIN_PERIOD, Rules
from projections.alignment.queries import health
from projections.alignment.queries.cascade import fetch
from projections.alignment.queries.census import Census
from projections.alignment.queries.health import PACED, figures_of
from projections.alignment.queries.shapes import heading
from projections.alignment.queries.statements import SCHEMA, cadence, standing
from projections.alignment.queries.sweep import (
    AllBoundaries,
    Boundaries,
    Counts,
    FreshSegment,
    LinkSegment,
    LiveSegment,
    Organisation,
    PhaseSegment,
    Sweep,
    UnitSegment,
)
from projections.directory.policies import over_days
from projections.moment import Moment, known

R = TypeVar("R")
MOST_POINTS_OF_UNITS = 50_000
MOST_PACED_DAYS = 24
"""Progress and paces rest on readings and all that is below, so that each day costs what health does."""
_BEFORE_THE_FIRST = "date '0001-01-01' - 1"


def _since(day: str) -> str:
    return f"greatest({day}, %(first)s) - ({_BEFORE_THE_FIRST}) as since"


def _until(day: str) -> str:
    return f"least({day}, %(last)s::date + 1) - ({_BEFORE_THE_FIRST}) as until"


def _holds(alias: str) -> str:
    return f"({alias}.valid_from <= %(last)s and {alias}.valid_to > %(first)s and {known(alias)})"


def _at_all_times(table: str, field: str) -> str:
    """The rows of a table, and for each key one without the field that holds until the first of them."""
    return f"""
        select t.id, t.valid_from, t.valid_to, t.{field} from read_directory.{table} t where {known("t")}
        union all
        select t.id, '-infinity', min(t.valid_from), null
        from read_directory.{table} t where {known("t")} group by t.id"""


_UNITS = f"""
    select u.id::text, u.parent_id::text, {_since("u.valid_from")}, {_until("u.valid_to")}
    from read_directory.units u where {_holds("u")}"""

# The days on which an objective is approved or active and of one unit, and those of them in its period; a
# group has all its rows, for the days of one may meet those of the next.
_STANDING = f"""
    with people as ({_at_all_times("people", "unit_id")}), standing as (
        select o.id, o.level = '{STRATEGIC}' as strategic,
            (%(cycle)s::uuid is null or o.cycle_id = %(cycle)s) as counted,
            coalesce(o.owner_unit_id, p.unit_id) as unit_id,
            daterange(greatest(o.valid_from, p.valid_from), least(o.valid_to, p.valid_to)) as days,
            daterange(o.starts_on, o.ends_on, '[]') as period
        from {SCHEMA}.told_objectives o
        left join people p on p.id = o.owner_person_id and o.owner_unit_id is null
            and p.valid_from < o.valid_to and p.valid_to > o.valid_from
        where {standing("o")} and {_holds("o")})"""

_LIVE = f"""{_STANDING}
    select id::text, strategic, counted, unit_id::text, {_since("lower(days)")}, {_until("upper(days)")}
    from (
        select id, strategic, counted, unit_id,
            unnest(range_agg(case when %(within)s then days * period else days end)) as days
        from standing group by 1, 2, 3, 4)"""

_OTHERS = f"""{_STANDING}
    select phase, unit_id::text, {_since("lower(days)")}, {_until("upper(days)")}
    from (
        select id, unit_id, '{PLANNED}' as phase,
            unnest(range_agg(days * daterange('-infinity', lower(period)))) as days
        from standing where counted and lower(period) is not null group by 1, 2
        union all
        select id, unit_id, '{OVERDUE}', unnest(range_agg(days * daterange(upper(period), 'infinity')))
        from standing where counted and upper(period) is not null group by 1, 2)"""

_LINKS = f"""
    select l.child_id::text, l.parent_id::text, {_since("l.valid_from")}, {_until("l.valid_to")}
    from {SCHEMA}.links l where l.present and {_holds("l")}"""

# For how many days a sign of life keeps an objective fresh.
_CADENCES = f"""
    with cycles as ({_at_all_times("cycles", "cadence_days")})
    select o.id::text as objective_id, {cadence("c")} as days,
        {_since("coalesce(c.valid_from, '-infinity')")}, {_until("coalesce(c.valid_to, 'infinity')")}
    from (select distinct o.id, o.cycle_id from {SCHEMA}.told_objectives o where {_holds("o")}) o
    left join cycles c on c.id = o.cycle_id and c.valid_from <= %(last)s and c.valid_to > %(first)s"""

# Those of one objective together: all of them, for a check-in holds for ever.
_CHECK_INS = f"""
    select i.objective_id::text, array_agg(i.valid_from - ({_BEFORE_THE_FIRST})) as days,
        0 as since, {_until("i.valid_to")}
    from {SCHEMA}.check_ins i where i.withdrawn is not true and {_holds("i")}
    group by i.objective_id, i.valid_to"""

# The first day of a period counts as long as it is that of the period.
_PERIODS = f"""
    select o.id::text as objective_id, array_agg(o.starts_on - ({_BEFORE_THE_FIRST})) as days,
        o.valid_from - ({_BEFORE_THE_FIRST}) as since, {_until("o.valid_to")}
    from {SCHEMA}.told_objectives o where o.starts_on is not null and {_holds("o")}
    group by o.id, o.valid_from, o.valid_to"""

_REAFFIRMATIONS = f"""
    select o.id::text as objective_id, array_agg(o.last_reaffirmed_on - ({_BEFORE_THE_FIRST})) as days,
        0 as since, {_until("o.valid_to")}
    from {SCHEMA}.told_objectives o where o.last_reaffirmed_on is not null and {_holds("o")}
    group by o.id, o.valid_to"""


@dataclass(slots=True)
class Signs:
    """The days of check-ins or reaffirmations of one objective, that count until the day before `until`; or
    the first day of its period, for which it is fresh from `since` on, and before the period too.
    """

    objective_id: str
    days: list[int]
    since: int
    until: int


@dataclass(slots=True)
class Cadence:
    """The cadence held for an objective from `since` until the day before `until`."""

    objective_id: str
    days: int
    since: int
    until: int


def series(
    connection: Connection[Any],
    moment: Moment,
    days: Sequence[date],
    unit_id: str | None,
    cycle_id: str | None = None,
    *,
    by_unit: bool,
) -> dict[str, Any] | None:
    """{points, units: [{unit_id, points}], policy}, of the units only with `by_unit`; `policies` too, with
    the first day of each, where more than one was in force on the days. None if the points of units could be
    more than 50,000.
    """
    runs = [
        Series(connection, moment, run, unit_id, cycle_id, rules)
        for rules, run in over_days(connection, moment, days)
    ]
    if by_unit and len(days) * len(set[str]().union(*(run.units() for run in runs))) > MOST_POINTS_OF_UNITS:
        return None
    points: list[dict[str, Any]] = []
    of_units: dict[str, list[dict[str, Any]]] = defaultdict(list)
    for run in runs:
        found, of_each = run.points(by_unit=by_unit)
        points += found
        for id, each in of_each.items():
            of_units[id] += each
    told = [{"policy": run.rules.name, "from": run.days[0].isoformat()} for run in runs]
    return {
        "points": points,
        "units": [{"unit_id": id, "points": of_units[id]} for id in sorted(of_units)],
        **heading(moment, runs[-1].rules),
        **({"policies": told} if len(told) > 1 else {}),
    }


def add_paces(
    connection: Connection[Any],
    known_at: datetime,
    found: dict[str, Any],
    unit_id: str | None,
    cycle_id: str | None,
) -> None:
    """Adds to each point of a series, those of units too, the mean progress and how many have which pace."""
    of_units = {each["unit_id"]: {at["on"]: at for at in each["points"]} for each in found["units"]}
    for point in found["points"]:
        census = Census(connection, Moment(date.fromisoformat(point["on"]), known_at))
        told = health.figures(census, health.paced(connection, census), unit_id, cycle_id)
        for figures in told["units"]:
            of_unit = of_units.get(figures["unit_id"], {}).get(point["on"])
            if of_unit is not None:
                of_unit |= {name: figures[name] for name in PACED}
        point |= {name: told["total"][name] for name in PACED}


class Series:
    """Some days in order, at least one, as known at an instant, with the rules in force on all of them; all
    units, or one with those below it; the objectives of one cycle, or of all.
    """

    def __init__(
        self,
        connection: Connection[Any],
        moment: Moment,
        days: Sequence[date],
        unit_id: str | None,
        cycle_id: str | None,
        rules: Rules,
    ) -> None:
        self._connection = connection
        self._moment = moment
        self.days = days
        self.rules = rules
        self._ordinals = [day.toordinal() for day in days]
        self._unit_id = unit_id
        self._asked = {"cycle": cycle_id, "within": rules.live == WITHIN_PERIOD}
        self._units = Boundaries.of(self._rows(UnitSegment, _UNITS), self._ordinals)

    def units(self) -> set[str]:
        """The units that exist on any of the days, as far as they are asked about."""
        organisation = self._organisation()
        return {
            id for place in range(len(self.days)) if organisation.turn(place) for id in organisation.shown()
        }

    def points(self, *, by_unit: bool) -> tuple[list[dict[str, Any]], dict[str, list[dict[str, Any]]]]:
        """(of the whole or the unit, of each unit on the days on which it exists), day by day:
        {on, strategic, aligned, detached, orphan, live, coverage, silo_index, stale, links, links_crossing}.
        """
        organisation = self._organisation()
        counts = Counts(organisation, None if by_unit else frozenset({self._unit_id}))
        sweep = Sweep(self._timelines(), counts, organisation, self.rules)
        points: list[dict[str, Any]] = []
        of_units: dict[str, list[dict[str, Any]]] = {}
        for place, day in enumerate(self.days):
            if reorganised := organisation.turn(place):
                counts.reorganise()
            sweep.turn(place, reorganised=reorganised)
            points.append({"on": day.isoformat(), **figures_of(counts.figures[self._unit_id], self.rules)})
            for id in organisation.shown() if by_unit else ():
                point = {"on": day.isoformat(), **figures_of(counts.figures[id], self.rules)}
                of_units.setdefault(id, []).append(point)
        return points, of_units

    def _organisation(self) -> Organisation:
        return Organisation(self._units, self._unit_id)

    def _timelines(self) -> AllBoundaries:
        cadences = self._rows(Cadence, _CADENCES)
        statements = (_CHECK_INS, _REAFFIRMATIONS, *([_PERIODS] if self.rules.stale == FROM_PERIOD else []))
        signs = [each for statement in statements for each in self._rows(Signs, statement)]
        others = self._rows(PhaseSegment, _OTHERS) if self.rules.live == WITHIN_PERIOD else []
        return AllBoundaries(
            Boundaries.of(self._rows(LiveSegment, _LIVE), self._ordinals),
            Boundaries.of(others, self._ordinals),
            Boundaries.of(self._rows(LinkSegment, _LINKS), self._ordinals),
            Boundaries.of(fresh(cadences, signs), self._ordinals),
        )

    def _rows(self, row: type[R], statement: str) -> list[R]:
        asked = {"first": self.days[0], "last": self.days[-1], **self._asked}
        return fetch(self._connection, row, statement, self._moment, **asked)


def fresh(cadences: Iterable[Cadence], signs: Iterable[Signs]) -> Iterator[FreshSegment]:
    """The spells in which objectives are fresh; those of check-ins and of reaffirmations may overlap."""
    given: dict[str, list[Signs]] = defaultdict(list)
    for each in signs:
        given[each.objective_id].append(each)
    for held in cadences:
        for each in given.get(held.objective_id, ()):
            for since, until in _merged(each.days, fresh_days(held.days)):
                yield FreshSegment(
                    held.objective_id,
                    max(each.since or since, held.since),
                    min(until, each.until, held.until),
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
