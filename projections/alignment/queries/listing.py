"""Filters, order and pages choose the objectives that an answer is about."""

from collections.abc import Collection
from dataclasses import dataclass
from typing import Any
from uuid import UUID

from psycopg import Connection
from psycopg.rows import scalar_row

from domain.objective.values import LEVELS
from projections.alignment.queries import statements
from projections.alignment.queries.cascade import array, fetch
from projections.alignment.queries.rows import ObjectiveView
from projections.moment import Moment
from projections.page import BadCursor, cursor_after, key_of

LISTING = "objectives"
RANKS = tuple(str(rank) for rank in range(1, len(LEVELS) + 1))


@dataclass(frozen=True, slots=True)
class ObjectiveFilters:
    """None asks for all. `unit` includes the units below it, `owner` is a person or a unit; `q` is looked
    for in title and description, whatever the case. `live` and `stale` as the objective shows it.
    """

    unit: UUID | None = None
    owner: UUID | None = None
    cycle: UUID | None = None
    level: str | None = None
    status: str | None = None
    class_: str | None = None
    live: bool | None = None
    stale: bool | None = None
    q: str | None = None


EVERYTHING = ObjectiveFilters()


def _folded(text: str) -> str:
    """SQL: as it is compared where the case does not matter; the same whatever the locale of the server."""
    return f"casefold({text} collate pg_unicode_fast)"


_CONDITIONS = {
    "owner": "(o.owner_unit_id = %(owner)s or o.owner_person_id = %(owner)s)",
    "cycle": "o.cycle_id = %(cycle)s",
    "level": "o.level = %(level)s",
    "status": "o.status = %(status)s",
    "live": f"{statements.live('o')} = %(live)s",
    "stale": f"({statements.live('o')} and {statements.FRESH} is not true) = %(stale)s",
    "q": f"(strpos({_folded('o.title')}, {_folded('%(q)s::text')}) > 0"
    f" or strpos({_folded('o.description')}, {_folded('%(q)s::text')}) > 0)",
}


def objectives(
    connection: Connection[Any],
    moment: Moment,
    filters: ObjectiveFilters = EVERYTHING,
    among: Collection[str] | None = None,
    limit: int | None = None,
    after: str | None = None,
) -> list[ObjectiveView]:
    """In the order of the list (level, title, id), `after` the cursor. `filters.class_` is left to the
    caller, who gives the ids of the class as `among`. Raises BadCursor.
    """
    parameters: dict[str, Any] = {"levels": list(LEVELS), "limit": limit}
    where = ["true"]
    for name, condition in _CONDITIONS.items():
        value = getattr(filters, name)
        if value is not None:
            where.append(condition)
            parameters[name] = value
    if filters.unit is not None:
        units = _scalars(connection, statements.UNITS_BELOW, {**moment.parameters, "unit": filters.unit})
        people = _scalars(connection, statements.PEOPLE_OF, {**moment.parameters, "units": array(units)})
        parameters |= {"units": array(units), "people": array(people)}
        where.append(
            "(o.owner_unit_id = any(%(units)s::uuid[]) or o.owner_person_id = any(%(people)s::uuid[]))"
        )
    if among is not None:
        parameters["among"] = array(among)
        where.append("o.id = any(%(among)s::uuid[])")
    if after is not None:
        parameters |= _start(after)
        where.append(f'({statements.PLACE}) > (%(rank)s::int, %(title)s::text collate "C", %(id)s::uuid)')
    return fetch(connection, ObjectiveView, statements.objectives(" and ".join(where)), moment, **parameters)


def cursor(last: ObjectiveView) -> str:
    """The cursor for what follows this objective in the list."""
    return cursor_after(LISTING, RANKS[LEVELS.index(last.level)], last.title, last.id)


def below(connection: Connection[Any], moment: Moment, root: UUID, depth: int | None) -> list[str]:
    """The objective and all below it by links of either kind, `depth` links deep (None: all)."""
    statement = statements.BELOW if depth is None else statements.BELOW_TO_DEPTH
    return _scalars(connection, statement, {**moment.parameters, "root": root, "depth": depth})


def below_any(connection: Connection[Any], moment: Moment, roots: Collection[str]) -> list[str]:
    """Those of these objectives that exist, and all below them by links of either kind."""
    return _scalars(connection, statements.BELOW_ANY, {**moment.parameters, "ids": array(roots)})


def _start(after: str) -> dict[str, Any]:
    rank, title, id = key_of(LISTING, after, 3)
    try:
        return {"rank": RANKS.index(rank) + 1, "title": title, "id": UUID(id)}
    except ValueError as error:
        raise BadCursor("the cursor is not one that this service made") from error


def _scalars(connection: Connection[Any], query: str, parameters: dict[str, Any]) -> list[str]:
    with connection.cursor(row_factory=scalar_row) as cursor:
        return cursor.execute(query, parameters).fetchall()
