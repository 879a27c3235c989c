"""Duplicates are what has the address or the external id of something else of its kind, in any spelling: it
was recorded before that was refused, or together with `--again`.
"""

from collections import defaultdict
from collections.abc import Mapping
from typing import Any

from psycopg import Connection
from psycopg.rows import dict_row

from domain.claims import level
from projections.moment import Moment, holds
from projections.page import BY_TEXT, Page, Sorting

FIELDS = ("email", "external_id")
# Kind, table, and what it is called; an address and an origin where there are such.
_CLAIMING_ALIKE = (
    ("person", "read_directory.people", "name", "email", "null"),
    ("unit", "read_directory.units", "name", "null", "null"),
    ("cycle", "read_directory.cycles", "name", "null", "null"),
    ("objective", "read_alignment.told_objectives", "title", "null", "origin_id::text"),
    ("measure", "read_measures.measures", "name", "null", "null"),
)
_REVIEWS = f"""
    select 'review', r.id::text, p.name, r.external_id, null, null from read_reviews.reviews r
      join read_directory.people p on p.id = r.person_id and {holds("p")}
     where r.external_id is not null and {holds("r")}"""
_CLAIMING = " union all ".join(
    [
        f"""
    select '{kind}' as kind, t.id::text, {name} as name, external_id, {email} as email, {origin} as origin_id
      from {table} t where coalesce(external_id, {email}, {origin}) is not null and {holds("t")}"""
        for kind, table, name, email, origin in _CLAIMING_ALIKE
    ]
    + [_REVIEWS]
)
SORTING = Sorting(
    "duplicates",
    {"kind": str, "name": BY_TEXT, "field": str, "other_id": str},
    usual=("kind", "name", "field", "other_id"),
)


def duplicates(
    connection: Connection[Any], moment: Moment, limit: int | None = None, after: str | None = None
) -> Page:
    """{kind, id, name, field, other_id, other_name}: each but the first of those that share an `email` or an
    `external_id`, and that first one; a review has the name of the person reviewed. An objective and what it
    was carried over into may share theirs. An external id is a word of its objective: one that is hidden from
    the reader shares it with none. All of them without a limit. Raises BadCursor.
    """
    with connection.cursor(row_factory=dict_row) as cursor:
        rows = cursor.execute(_CLAIMING.encode(), moment.parameters).fetchall()
    origins = {row["id"]: row["origin_id"] for row in rows}
    sharing: dict[tuple[str, str, str], list[dict[str, Any]]] = defaultdict(list)
    for row in rows:
        for field in FIELDS:
            if row[field] is not None:
                sharing[row["kind"], field, level(row[field])].append(row)
    found = []
    for (kind, field, _), those in sharing.items():
        first, *others = sorted(those, key=lambda row: str(row["id"]))
        root = _root(first["id"], origins)
        found += [
            {"kind": kind, "id": other["id"], "name": other["name"], "field": field}
            | {"other_id": first["id"], "other_name": first["name"]}
            for other in others
            if _root(other["id"], origins) != root
        ]
    return Page(*SORTING.page(found, limit, after))


def _root(id: str, origins: Mapping[str, str | None]) -> str:
    """The objective from which all before it were carried over; of anything else that itself."""
    while (before := origins.get(id)) is not None:
        id = before
    return id
