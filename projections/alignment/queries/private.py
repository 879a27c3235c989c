"""Private objectives exist only for those whom they concern. Who that is follows from the directory as it is
today and as known now, whatever moment an answer is about.
"""

from collections.abc import Collection
from typing import Any

from psycopg import Connection
from psycopg.rows import scalar_row

from domain.objective.values import PRIVATE
from projections.alignment.queries.statements import SCHEMA
from projections.moment import Moment, holds

_UP = f"""
    select u.id, u.parent_id from read_directory.units u
      join read_directory.people p on p.unit_id = u.id and p.id = %(person)s and {holds("p")}
     where {holds("u")}
    union
    select u.id, u.parent_id from mine
      join read_directory.units u on u.id = mine.parent_id and {holds("u")}"""


def _below(first: str, name: str) -> str:
    return f"""
    select u.id from read_directory.units u where {first} and {holds("u")}
    union
    select u.id from {name} join read_directory.units u on u.parent_id = {name}.id and {holds("u")}"""


# Of an objective that is not there yet, what it is on its first day counts.
_OF_READER = f"""
    with recursive
        mine (id, parent_id) as ({_UP}),
        led (id) as ({_below("u.lead_person_id = %(person)s", "led")}),
        theirs (id) as ({_below("u.id = any(%(units)s::uuid[])", "theirs")}),
        reports (id) as (
            select p.id from read_directory.people p where p.manager_id = %(person)s and {holds("p")}
            union
            select p.id from reports r
              join read_directory.people p on p.manager_id = r.id and {holds("p")}),
        private as (
            select distinct on (o.id) o.id, o.owner_unit_id, o.owner_person_id
              from {SCHEMA}.told_objectives o
             where o.visibility = '{PRIVATE}' and o.recorded_to = 'infinity'
               and (o.valid_to > %(as_of)s) and (o.valid_from <= %(as_of)s or not exists (
                    select from {SCHEMA}.told_objectives e
                     where e.id = o.id and e.recorded_to = 'infinity' and e.valid_from < o.valid_from))
             order by o.id, o.valid_from)
    select set_config('throughline.hidden', coalesce(array_agg(o.id), '{{}}')::text, true) from private o
     where (o.owner_person_id = %(person)s) is not true
       and not exists (select from reports where id = o.owner_person_id)
       and not exists (select from mine where id = o.owner_unit_id)
       and not exists (select from led where id = o.owner_unit_id)
       and not exists (select from theirs where id = o.owner_unit_id)
       and not exists (
            select from theirs join read_directory.people p on p.unit_id = theirs.id
             where p.id = o.owner_person_id and {holds("p")})"""
# What it asks with is said by the transaction: a statement without parameters is planned once, and to plan
# this one takes four times as long as to answer it.
_HIDDEN = _OF_READER % {
    name: f"(select nullif(current_setting('throughline.{setting}', true), '')::{type_})"
    for name, setting, type_ in (
        ("as_of", "today", "date"),
        ("known_at", "now", "timestamptz"),
        ("person", "reviewer", "uuid"),
        ("units", "units", "uuid[]"),
    )
}


_OWNED = f"""
    select id::text from (
        select distinct on (o.id) o.id, o.owner_unit_id, o.owner_person_id
          from {SCHEMA}.told_objectives o
         where o.recorded_to = 'infinity' and o.valid_to > %(as_of)s and o.id in (
               select e.id from {SCHEMA}.told_objectives e
                where e.owner_person_id = any(%(people)s::uuid[]) or e.owner_unit_id = any(%(units)s::uuid[]))
         order by o.id, o.valid_from) o
     where o.owner_person_id = any(%(people)s::uuid[]) or o.owner_unit_id = any(%(units)s::uuid[])"""


def hide(connection: Connection[Any]) -> frozenset[str]:
    """The ids of the private objectives that are not the reader's to see, of which the database then shows no
    words (throughline.hidden). The transaction says who reads (throughline.reviewer), at which day and
    instant (today, now), and of which units, with those below them, all is theirs to read (units).
    """
    with connection.cursor(row_factory=scalar_row) as cursor:
        (hidden,) = cursor.execute(_HIDDEN.encode(), prepare=True)
    return frozenset(filter(None, hidden.strip("{}").split(",")))


def owned_by(
    connection: Connection[Any], now: Moment, people: Collection[str], units: Collection[str]
) -> list[str]:
    """The objectives that are these people's or units' today, or on their first day if that is ahead."""
    asked = {**now.parameters, "people": list(people), "units": list(units)}
    with connection.cursor(row_factory=scalar_row) as cursor:
        return cursor.execute(_OWNED, asked).fetchall()
