"""Accounts: the people and units as an identity provider knows them at a moment.

Whoever is there has one, under the address if under no other name; whoever has left keeps it until it is
deleted, which takes the name away.
"""

from collections.abc import Iterable, Mapping
from typing import Any
from uuid import UUID

from psycopg import Connection
from psycopg.rows import dict_row, scalar_row, tuple_row

from projections.moment import Moment, holds

_NAME = """case when p.status = 'active' then coalesce(p.user_name, p.email, p.external_id, p.id::text)
                else p.user_name end"""
_PEOPLE = f"""
    select p.id, {_NAME} as user_name, p.account_id, p.name, p.email, p.job_title, p.unit_id, p.manager_id,
           p.status = 'active' as there
      from read_directory.people p
     where {holds("p")} and (p.status = 'active' or p.user_name is not null)"""
# What is not ASCII is compared by whoever asks: which case it is in, this database need not know.
_CONDITIONS = {
    "id": "p.id::text = lower(%(id)s)",
    "user_name": f"(lower({_NAME}) = lower(%(user_name)s) or {_NAME} ~ '[^[:ascii:]]')",
    "name": "(lower(p.name) = lower(%(name)s) or p.name ~ '[^[:ascii:]]')",
    "email": "(lower(p.email) = lower(%(email)s) or p.email ~ '[^[:ascii:]]')",
    "account_id": "p.account_id = %(account_id)s",
}
_GROUPS = f"""
    select u.id, u.name, u.account_id from read_directory.units u
     where {holds("u")} and u.status = 'active' and (%(id)s::uuid is null or u.id = %(id)s) order by u.id"""
_MEMBERS = f"""
    select p.unit_id, p.id from read_directory.people p
     where {holds("p")} and p.status = 'active' and p.unit_id = any(%(units)s::uuid[]) order by p.id"""
_TOPS = f"""
    select u.id from read_directory.units u
     where {holds("u")} and u.status = 'active' and u.parent_id is null limit 2"""


def people(
    connection: Connection[Any],
    moment: Moment,
    equal: Mapping[str, str],
    limit: int | None,
    offset: int = 0,
) -> list[dict[str, Any]]:
    """Lists them by id: [{id, user_name, account_id, name, email, job_title, unit_id, manager_id, there}].
    Those who are as `equal` has it (`id`, `user_name`, `account_id`, `name`, `email`, in any case) are among
    them, with others perhaps.
    """
    where = "".join(f" and {_CONDITIONS[name]}" for name in equal)
    asked = {**moment.parameters, **equal, "limit": limit, "offset": offset}
    statement = f"{_PEOPLE}{where} order by p.id limit %(limit)s offset %(offset)s"
    with connection.cursor(row_factory=dict_row) as cursor:
        return cursor.execute(statement.encode(), asked).fetchall()


def count(connection: Connection[Any], moment: Moment) -> int:
    """The number of people who have an account."""
    with connection.cursor(row_factory=scalar_row) as cursor:
        found = cursor.execute(f"select count(*) from ({_PEOPLE}) p".encode(), moment.parameters)
        return int(found.fetchone() or 0)


def groups(connection: Connection[Any], moment: Moment, id: UUID | None = None) -> list[dict[str, Any]]:
    """Lists the units that there are by id, or the one of this id: [{id, name, account_id}]."""
    with connection.cursor(row_factory=dict_row) as cursor:
        return cursor.execute(_GROUPS.encode(), {**moment.parameters, "id": id}).fetchall()


def members(connection: Connection[Any], moment: Moment, units: Iterable[UUID]) -> dict[UUID, list[UUID]]:
    """The ids of the people who belong directly to these units and are there."""
    found: dict[UUID, list[UUID]] = {id: [] for id in units}
    with connection.cursor(row_factory=tuple_row) as cursor:
        for unit, person in cursor.execute(_MEMBERS.encode(), {**moment.parameters, "units": list(found)}):
            found[unit].append(person)
    return found


def top(connection: Connection[Any], moment: Moment) -> UUID | None:
    """The unit above all others; None if there is none, or more than one is above no other."""
    with connection.cursor(row_factory=scalar_row) as cursor:
        found: list[UUID] = cursor.execute(_TOPS.encode(), moment.parameters).fetchall()
    return found[0] if len(found) == 1 else None
