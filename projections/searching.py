"""One search finds objectives, people, units and cycles by what they are called."""

from collections.abc import Collection
from typing import Any

from psycopg import Connection
from psycopg.rows import dict_row

from projections.moment import Moment, holds
from projections.words import in_order, levelled, matching

TYPES = ("objective", "person", "unit", "cycle")
WHOLE, BEGINNING, WORDS = MATCHES = ("whole", "beginning", "words")
_NAMED = f"""
    select 'objective' as type, t.id::text, t.title, t.status, t.level as detail,
           coalesce(u.name, p.name) as place
      from read_alignment.told_objectives t
      left join read_directory.units u on u.id = t.owner_unit_id and {holds("u")}
      left join read_directory.people p on p.id = t.owner_person_id and {holds("p")}
     where t.id <> all(%(hidden)s::uuid[]) and {holds("t")}
    union all
    select 'person', t.id::text, t.name, t.status, t.job_title, u.name
      from read_directory.people t
      left join read_directory.units u on u.id = t.unit_id and {holds("u")}
     where {holds("t")}
    union all
    select 'unit', t.id::text, t.name, t.status, t.kind, u.name
      from read_directory.units t
      left join read_directory.units u on u.id = t.parent_id and {holds("u")}
     where {holds("t")}
    union all
    select 'cycle', t.id::text, t.name, t.status, null, null
      from read_directory.cycles t where {holds("t")}"""


def search(
    connection: Connection[Any], moment: Moment, q: str, limit: int, hidden: Collection[str] = ()
) -> tuple[list[dict[str, Any]], dict[str, int]]:
    """[{type, id, title, status, detail, place, match}] of what has every word of `q` in its title or name,
    by type, how well it matches, title and id, the first `limit` of each type; and how many of each
    there are. `detail` is a level, a job title or a kind of unit, `place` whose it is or where it stands.
    """
    with connection.cursor(row_factory=dict_row) as cursor:
        rows = cursor.execute(_NAMED.encode(), {**moment.parameters, "hidden": list(hidden)}).fetchall()
    asked = levelled(q).strip()
    found: dict[str, list[dict[str, Any]]] = {type: [] for type in TYPES}
    for row in matching(rows, q, ("title",), None):
        found[row["type"]].append({**row, "match": _match(levelled(row["title"]), asked)})
    for each in found.values():
        each.sort(key=lambda row: (MATCHES.index(row["match"]), in_order(row["title"]), row["id"]))
    shown = [row for each in found.values() for row in each[:limit]]
    return shown, {type: len(each) for type, each in found.items()}


def _match(title: str, asked: str) -> str:
    if title == asked:
        return WHOLE
    return BEGINNING if title.startswith(asked) else WORDS
