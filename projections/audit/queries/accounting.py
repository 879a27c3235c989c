"""Does the audit trail account for every position of the log?"""

from typing import Any

from psycopg import Connection
from psycopg.rows import tuple_row

# One statement, so that both numbers are of one moment.
_ACCOUNT = """
    select p.position, (select count(*) from read_audit.entries) from projection.positions p
     where p.read_model = 'audit'"""


def unaccounted(connection: Connection[Any]) -> list[str]:
    """One sentence if there are not as many entries as there are events that were taken in; else none."""
    with connection.cursor(row_factory=tuple_row) as cursor:
        return [
            f"the audit trail has {entries} entries for the events up to position {position}"
            for position, entries in cursor.execute(_ACCOUNT)
            if entries != position
        ]
