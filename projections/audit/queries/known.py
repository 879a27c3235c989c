"""Who, and what, is in the audit trail at all."""

from typing import Any, Literal

from psycopg import Connection
from psycopg.rows import scalar_row

# From one value to the next by the index: there are few of them, however long the trail is.
_KNOWN = """
    with recursive known (value) as (
        (select {column} from {table} order by {column} limit 1)
        union all
        select (select t.{column} from {table} t where t.{column} > known.value order by t.{column} limit 1)
          from known where known.value is not null)
    select value from known where value is not null"""


def known(connection: Connection[Any], column: Literal["actor", "action"]) -> set[str]:
    """Every actor or action, each once: of events, of reads, of refused commands."""
    with connection.cursor(row_factory=scalar_row) as cursor:
        return {
            value
            for table in ("read_audit.entries", "access.journal")
            for value in cursor.execute(_KNOWN.format(column=column, table=table))
        }
