"""The list of the links that count in the health of the alignment: those between live objectives."""

from collections.abc import Collection
from dataclasses import dataclass
from typing import Any
from uuid import UUID

from psycopg import Connection
from psycopg.rows import dict_row

from domain.rules import BETWEEN_LINES
from projections.alignment.queries.shapes import day
from projections.alignment.queries.statements import SCHEMA, UNITS_BELOW, live, rule
from projections.moment import Moment, holds
from projections.page import BY_TEXT, Page, Row, Sorting

SORTING = Sorting("alignment-links", {"child_title": BY_TEXT}, usual=("child_title",))


@dataclass(frozen=True, slots=True)
class LinkFilters:
    """None asks for all. `crossing`: whether it counts as such; `unit`: that of the child, or one above it;
    `cycle`: that of the child.
    """

    unit: UUID | None = None
    cycle: UUID | None = None
    crossing: bool | None = None


_END = (
    "{0}.id as {0}_id, case when {0}.id = any(%(hidden)s::uuid[]) then '' else {0}.title end as {0}_title,"
    " coalesce({0}.owner_unit_id, {0}_owner.unit_id) as {0}_unit_id"
)


def _end(name: str) -> str:
    """SQL: join the live objective at one end of the link `l`, and its owner."""
    return f"""
        join {SCHEMA}.told_objectives {name} on {name}.id = l.{name}_id and {live(name)}
            and {holds(name)}
        left join read_directory.people {name}_owner on {name}_owner.id = {name}.owner_person_id
            and {holds(f"{name}_owner")}"""


# As `domain.health.crosses`: `above` has a row for each unit and for each unit above it.
_CROSSING = f"""(child_unit_id is distinct from parent_unit_id and (
            {rule("crossing")} is distinct from '{BETWEEN_LINES}'
            or child_unit_id is null or parent_unit_id is null
            or not exists (select from above a where (a.id, a.above_id) in (
                (child_unit_id, parent_unit_id), (parent_unit_id, child_unit_id)))))"""
_ABOVE = f"""above (id, above_id) as (
        select u.id, u.id from read_directory.units u where {holds("u")}
        union
        select a.id, u.parent_id from above a
        join read_directory.units u on u.id = a.above_id and u.parent_id is not null and {holds("u")})"""


_LINKS = f"""
    with recursive {_ABOVE}
    select concat(child_id, ':', parent_id) as id, child_id::text, child_title, child_unit_id::text,
        parent_id::text, parent_title, parent_unit_id::text, crossing, kind, weight, since
    from (
        select {_END.format("child")}, {_END.format("parent")}, l.kind, l.weight, l.since,
            child.cycle_id
        from {SCHEMA}.links l {_end("child")} {_end("parent")}
        where l.present and {holds("l")}) ends, lateral (select {_CROSSING} as crossing) crossed
    where (%(crossing)s::boolean is null or crossing = %(crossing)s)
        and (%(unit)s::uuid[] is null or child_unit_id::text in ({UNITS_BELOW}))
        and (%(cycle)s::uuid is null or cycle_id = %(cycle)s)"""


def links(
    connection: Connection[Any],
    moment: Moment,
    filters: LinkFilters,
    limit: int,
    after: str | None,
    hidden: Collection[str] = (),
) -> Page:
    """By the title of the child, which is empty where it is one of the `hidden`. Raises BadCursor."""
    asked = {
        "unit": None if filters.unit is None else [filters.unit],
        "cycle": filters.cycle,
        "crossing": filters.crossing,
        "hidden": list(hidden),
    }
    with connection.cursor(row_factory=dict_row) as cursor:
        found = cursor.execute(_LINKS.encode(), {**moment.parameters, **asked}).fetchall()
    shown, following = SORTING.page(found, limit, after)
    return Page([_shown(each) for each in shown], following)


def _shown(link: Row) -> dict[str, Any]:
    """From the child up to the parent, as in the graph, with what is at the two ends."""
    return {
        "from": link["child_id"],
        "from_title": link["child_title"] or None,
        "from_unit_id": link["child_unit_id"],
        "to": link["parent_id"],
        "to_title": link["parent_title"] or None,
        "to_unit_id": link["parent_unit_id"],
        "crossing": link["crossing"],
        "kind": link["kind"],
        "weight": link["weight"],
        "since": day(link["since"]),
    }
