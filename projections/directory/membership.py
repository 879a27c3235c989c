"""Membership tells where a person or a unit belonged at all times, as known at one instant."""

from collections.abc import Iterable
from datetime import date, timedelta
from typing import Any
from uuid import UUID

from psycopg import Connection
from psycopg.rows import tuple_row

from projections.moment import Moment, known
from projections.spans import RowSpan, merged

_SPANS = """
    select valid_from, nullif(valid_to, 'infinity'), {fields} from read_directory.{table} t
     where id = %(id)s and {known} order by valid_from"""
_NAMES = f"""
    select asked.place, u.name
      from unnest(%(ids)s::uuid[], %(days)s::date[]) with ordinality as asked (id, day, place)
      join read_directory.units u on u.id = asked.id and {known("u")}
           and u.valid_from <= asked.day and u.valid_to > asked.day"""


def of_person(connection: Connection[Any], moment: Moment, id: UUID) -> list[dict[str, Any]]:
    """[{from, to, unit_id, unit_name, manager_id, status}], from the first day of the person on."""
    fields = {"unit_id": "unit_id::text", "manager_id": "manager_id::text", "status": "status"}
    return _told(connection, moment, _spans(connection, moment, "people", fields, id), "unit")


def of_unit(connection: Connection[Any], moment: Moment, id: UUID) -> list[dict[str, Any]]:
    """[{from, to, parent_id, parent_name, status}], from the first day of the unit on."""
    fields = {"parent_id": "parent_id::text", "status": "status"}
    return _told(connection, moment, _spans(connection, moment, "units", fields, id), "parent")


def _spans(
    connection: Connection[Any], moment: Moment, table: str, fields: dict[str, str], id: UUID
) -> list[RowSpan]:
    query = _SPANS.format(fields=", ".join(fields.values()), table=table, known=known("t"))
    with connection.cursor(row_factory=tuple_row) as cursor:
        rows = cursor.execute(query, {**moment.parameters, "id": id}).fetchall()
    return merged(RowSpan(since, until, dict(zip(fields, said, strict=True))) for since, until, *said in rows)


def _told(
    connection: Connection[Any], moment: Moment, spans: Iterable[RowSpan], other: str
) -> list[dict[str, Any]]:
    """With the name that the other unit had last, up to the day asked about."""
    spans = list(spans)
    asked = {
        "ids": [span.values[f"{other}_id"] for span in spans],
        "days": [_last_day(span, moment.as_of) for span in spans],
    }
    with connection.cursor(row_factory=tuple_row) as cursor:
        names: dict[int, str] = dict(cursor.execute(_NAMES, {**moment.parameters, **asked}).fetchall())
    return [{**span.told(), f"{other}_name": names.get(place)} for place, span in enumerate(spans, start=1)]


def _last_day(span: RowSpan, as_of: date) -> date:
    """The last day of the span that is not ahead; its first if it is ahead itself."""
    last = as_of if span.until is None else min(as_of, span.until - timedelta(days=1))
    return max(span.since, last)
