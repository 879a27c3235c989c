"""Left behind is whatever belongs to somebody who is gone: it slipped through by a late fact."""

from typing import Any

from psycopg import Connection
from psycopg.rows import dict_row

from domain.objective.lifecycle import OPEN
from domain.person import DEPARTED
from domain.presence import ACTIVE
from domain.review.lifecycle import WITH_REVIEWER
from domain.unit import DISSOLVED
from projections.moment import Moment, holds
from projections.page import BY_TEXT, Page, Sorting


def _holder(kind: str, alias: str) -> str:
    return f"'{kind}' as holder_kind, {alias}.id::text as holder_id, {alias}.name as holder_name"


def _gone(table: str, status: str, id: str) -> str:
    return f"join read_directory.{table} h on h.id = {id} and h.status = '{status}' and {holds('h')}"


_OPEN_OBJECTIVE = f"""
    o.status = any(%(open)s) and {holds("o")} and not exists (
        select from read_directory.cycles c
         where c.id = o.cycle_id and c.status = 'closed' and {holds("c")})"""
_LEFT_BEHIND = f"""
    select 'unit' as kind, u.id::text, u.name, {_holder("unit", "h")}
      from read_directory.units u {_gone("units", DISSOLVED, "u.parent_id")}
     where u.status = '{ACTIVE}' and {holds("u")}
    union all
    select 'unit', u.id::text, u.name, {_holder("person", "h")}
      from read_directory.units u {_gone("people", DEPARTED, "u.lead_person_id")}
     where u.status = '{ACTIVE}' and {holds("u")}
    union all
    select 'person', p.id::text, p.name, {_holder("unit", "h")}
      from read_directory.people p {_gone("units", DISSOLVED, "p.unit_id")}
     where p.status = '{ACTIVE}' and {holds("p")}
    union all
    select 'person', p.id::text, p.name, {_holder("person", "h")}
      from read_directory.people p {_gone("people", DEPARTED, "p.manager_id")}
     where p.status = '{ACTIVE}' and {holds("p")}
    union all
    select 'objective', o.id::text, o.title, {_holder("unit", "h")}
      from read_alignment.told_objectives o {_gone("units", DISSOLVED, "o.owner_unit_id")}
     where {_OPEN_OBJECTIVE}
    union all
    select 'objective', o.id::text, o.title, {_holder("person", "h")}
      from read_alignment.told_objectives o {_gone("people", DEPARTED, "o.owner_person_id")}
     where {_OPEN_OBJECTIVE}
    union all
    select 'review', r.id::text, p.name, {_holder("person", "h")}
      from read_reviews.reviews r {_gone("people", DEPARTED, "r.reviewer_id")}
      join read_directory.people p on p.id = r.person_id and {holds("p")}
     where r.status = any(%(with_reviewer)s) and {holds("r")}"""
SORTING = Sorting(
    "left-behind",
    {"holder_name": BY_TEXT, "holder_id": str, "kind": str, "name": BY_TEXT},
    usual=("holder_name", "holder_id", "kind", "name"),
)


def left_behind(
    connection: Connection[Any], moment: Moment, limit: int | None = None, after: str | None = None
) -> Page:
    """{kind, id, name, holder_kind, holder_id, holder_name}: who and what is still with a unit that is
    dissolved or a person who has left, by the holder; a review has the name of the person reviewed. All of it
    without a limit. Raises BadCursor.
    """
    statuses = {"open": sorted(OPEN), "with_reviewer": list(WITH_REVIEWER)}
    with connection.cursor(row_factory=dict_row) as cursor:
        found = cursor.execute(_LEFT_BEHIND.encode(), {**moment.parameters, **statuses}).fetchall()
    return Page(*SORTING.page(found, limit, after))
