"""Filters and an order choose the objectives that an answer is about."""

from collections.abc import Collection, Mapping
from dataclasses import dataclass
from decimal import Decimal
from typing import Any
from uuid import UUID

from psycopg import Connection
from psycopg.rows import dict_row, scalar_row

from domain.objective.lifecycle import Status
from domain.objective.values import LEVELS
from projections.alignment.queries import statements
from projections.alignment.queries.cascade import array, fetch
from projections.alignment.queries.rows import ObjectiveView
from projections.moment import Moment, holds
from projections.page import BY_TEXT, Sorting
from projections.words import in_order, matching

STATUSES = tuple(str(status) for status in Status)


@dataclass(frozen=True, slots=True)
class ObjectiveFilters:
    """None asks for all, several values for those that have one of them. `unit` includes the units below it,
    `goal` is the one under which an objective stands in the reach of the goals;
    `owner` is a person or a unit, `manager` that of the owner; of `q` every word is looked for in title and
    description. `live`, `phase` and `stale` as the objective shows them. The `hidden` are left out.
    """

    unit: Collection[UUID] | None = None
    owner: Collection[UUID] | None = None
    manager: Collection[UUID] | None = None
    cycle: Collection[UUID] | None = None
    level: Collection[str] | None = None
    status: Collection[str] | None = None
    class_: Collection[str] | None = None
    pace: Collection[str] | None = None
    goal: Collection[UUID] | None = None
    live: bool | None = None
    phase: Collection[str] | None = None
    stale: bool | None = None
    amended: bool | None = None
    external_id: str | None = None
    q: str | None = None
    hidden: Collection[str] | None = None


EVERYTHING = ObjectiveFilters()
BY_LEVEL: Mapping[str, str] = {level: str(rank) for rank, level in enumerate(LEVELS)}
SORTING = Sorting(
    "objectives",
    {
        "title": BY_TEXT,
        "level": BY_LEVEL.__getitem__,
        "status": list(STATUSES).index,
        "starts_on": str,
        "ends_on": str,
        "progress": Decimal,
        "confidence": int,
        "last_check_in_on": str,
        "score": Decimal,
    },
    usual=("level", "title"),
)
VALUES = ("id", *SORTING.by)
AT_HAND = {"title", "level", "status"}
"""Values that a row has before anything is computed."""
_TEXTS = "o.external_id, o.description"
_CONDITIONS = {
    "owner": "(o.owner_unit_id = any(%(owner)s::uuid[]) or o.owner_person_id = any(%(owner)s::uuid[]))",
    "manager": f"""o.owner_person_id in (
        select m.id from read_directory.people m
        where m.manager_id = any(%(manager)s::uuid[]) and {holds("m")})""",
    "cycle": "o.cycle_id = any(%(cycle)s::uuid[])",
    "level": "o.level = any(%(level)s)",
    "status": "o.status = any(%(status)s)",
    "live": f"{statements.live('o')} = %(live)s",
    "phase": f"{statements.phase('o')} = any(%(phase)s)",
    "stale": f"({statements.live('o')} and {statements.FRESH} is not true) = %(stale)s",
    "amended": f"{statements.AMENDED} = %(amended)s",
    "hidden": "o.id <> all(%(hidden)s::uuid[])",
}


def conditions(
    connection: Connection[Any], moment: Moment, filters: Any, among: Collection[str] | None = None
) -> tuple[str, dict[str, Any]]:
    """SQL of an objective `o` with its parameters: it meets those of the filters that are asked of tables,
    and is one of `among`.
    """
    where, parameters = ["true"], dict[str, Any]()
    for name, condition in _CONDITIONS.items():
        value = getattr(filters, name)
        if value is not None:
            where.append(condition)
            parameters[name] = value if isinstance(value, bool) else list(value)
    if filters.unit is not None:
        asked = {**moment.parameters, "unit": list(filters.unit)}
        units = _scalars(connection, statements.UNITS_BELOW, asked)
        people = _scalars(connection, statements.PEOPLE_OF, {**moment.parameters, "units": array(units)})
        parameters |= {"units": array(units), "people": array(people)}
        where.append(
            "(o.owner_unit_id = any(%(units)s::uuid[]) or o.owner_person_id = any(%(people)s::uuid[]))"
        )
    if among is not None:
        parameters["among"] = array(among)
        where.append("o.id = any(%(among)s::uuid[])")
    return " and ".join(where), parameters


def objectives(
    connection: Connection[Any],
    moment: Moment,
    filters: ObjectiveFilters = EVERYTHING,
    among: Collection[str] | None = None,
) -> list[ObjectiveView]:
    """In the order of the list. What is asked of figures and of words is left to `chosen`."""
    where, parameters = conditions(connection, moment, filters, among)
    found = fetch(connection, ObjectiveView, statements.objectives(where), moment, **parameters)
    return sorted(found, key=lambda each: (BY_LEVEL[each.level], in_order(each.title), each.id))


def chosen(
    connection: Connection[Any], moment: Moment, filters: ObjectiveFilters, among: Collection[str] | None
) -> list[dict[str, Any]]:
    """The objectives that meet the filters, but for those asked of figures, with what is `AT_HAND`; in no
    order.
    """
    where, parameters = conditions(connection, moment, filters, among)
    statement = statements.listed(where, _TEXTS if filters.q or filters.external_id else "")
    with connection.cursor(row_factory=dict_row) as cursor:
        found = cursor.execute(statement, {**moment.parameters, **parameters}).fetchall()
    return matching(found, filters.q, ("title", "description"), filters.external_id)


def owners_of_live(connection: Connection[Any], moment: Moment) -> list[str]:
    """Ids of the people who own a live objective."""
    return _scalars(connection, statements.OWNERS_OF_LIVE, dict(moment.parameters))


def below(connection: Connection[Any], moment: Moment, root: UUID, depth: int | None) -> list[str]:
    """The objective and all below it by links of either kind, `depth` links deep (None: all)."""
    statement = statements.BELOW if depth is None else statements.BELOW_TO_DEPTH
    return _scalars(connection, statement, {**moment.parameters, "root": root, "depth": depth})


def below_any(connection: Connection[Any], moment: Moment, roots: Collection[str]) -> list[str]:
    """Those of these objectives that exist, and all below them by links of either kind."""
    return _scalars(connection, statements.BELOW_ANY, {**moment.parameters, "ids": array(roots)})


def _scalars(connection: Connection[Any], query: str, parameters: dict[str, Any]) -> list[str]:
    with connection.cursor(row_factory=scalar_row) as cursor:
        return cursor.execute(query, parameters).fetchall()
