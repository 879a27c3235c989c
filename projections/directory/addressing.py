"""Addressing tells who is there at a moment, by which address they are reached, and who leads them."""

from collections.abc import Mapping
from dataclasses import dataclass
from typing import Any

from psycopg import Connection
from psycopg.rows import dict_row

from projections.moment import Moment, holds

_PEOPLE = f"""
    select p.id::text, p.email, p.manager_id::text, p.unit_id::text from read_directory.people p
     where {holds("p")} and p.status = 'active' order by p.id"""
_UNITS = f"""
    select u.id::text, u.name, u.parent_id::text as above, u.lead_person_id::text as lead
      from read_directory.units u where {holds("u")}"""


@dataclass(frozen=True, slots=True)
class Addressee:
    """`unit` is the name of their unit; `lead` is the id of the manager, or else of the nearest lead of the
    unit and those above, who is there; None if nobody is.
    """

    id: str
    email: str | None
    unit: str
    lead: str | None


def addressees(connection: Connection[Any], moment: Moment) -> list[Addressee]:
    """Lists everybody who is there, by id."""
    with connection.cursor(row_factory=dict_row) as cursor:
        people = {row["id"]: row for row in cursor.execute(_PEOPLE.encode(), moment.parameters)}
        units = {row["id"]: row for row in cursor.execute(_UNITS.encode(), moment.parameters)}
    return [
        Addressee(id, row["email"], units[row["unit_id"]]["name"], _lead(row, people, units))
        for id, row in people.items()
    ]


def _lead(
    person: Mapping[str, Any], people: Mapping[str, Any], units: Mapping[str, Mapping[str, Any]]
) -> str | None:
    if person["manager_id"] in people:
        return str(person["manager_id"])
    unit, seen = person["unit_id"], set[str]()
    while unit in units and unit not in seen:
        seen.add(unit)
        lead = units[unit]["lead"]
        if lead in people and lead != person["id"]:
            return str(lead)
        unit = units[unit]["above"]
    return None
