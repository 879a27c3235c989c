"""Which words are in so many entries that the index of words costs more than it saves."""

from collections.abc import Sequence
from typing import Any

from psycopg import Connection
from psycopg.rows import scalar_row

MANY = 0.05
"""Share of all entries."""

# By the most common words that the statistics of the table name; a beginning of words counts them all.
_FREQUENT = """
    select asked.query from unnest(%(queries)s::text[]) as asked (query)
     where (select sum(common.share)
              from pg_stats s, unnest(s.most_common_elems::text::text[], s.most_common_elem_freqs)
                   as common (word, share)
             where s.schemaname = 'read_audit' and s.tablename = 'entries' and s.attname = 'words'
               and array_to_tsvector(array[coalesce(common.word, '?')]) @@ asked.query::tsquery) > %(many)s"""


def frequent(connection: Connection[Any], queries: Sequence[str]) -> frozenset[str]:
    """Those of these tsqueries, as far as they are about one word."""
    if not queries:
        return frozenset()
    with connection.cursor(row_factory=scalar_row) as cursor:
        return frozenset(cursor.execute(_FREQUENT, {"queries": list(queries), "many": MANY}))
