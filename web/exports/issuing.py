"""The journal keeps a note of each export, and knows the one that a copy is of."""

from collections.abc import Mapping
from typing import Any

from psycopg import Connection
from psycopg.rows import dict_row

from web.access.journal import ANSWERED

LONGEST_PATH = 2_000
_EXPORT = """
    select number, at, actor, role, path, detail, position, rows from access.journal
     where kind = 'export' and outcome = %s and digest = %s order by number
"""


class NotIssued(Exception):
    """It was not handed out as it is; the text completes the sentence "the file ..."."""


def noted(format: str, said: Mapping[str, Any]) -> dict[str, Any]:
    """Gives what the journal keeps of a heading, by column."""
    times = [f"{name}={said[name]}" for name in ("as_of", "known_at") if name in said]
    return {
        "path": said["what"][:LONGEST_PATH],
        "position": int(said["position"]),
        "detail": " ".join([f"format={format}", *times]),
    }


def issued(connection: Connection[Any], sha256: str) -> dict[str, Any]:
    """The row of the journal on the export of this digest, which is one of its heading too: {number, at,
    actor, role, path, detail, position, rows}. Raises `NotIssued`.
    """
    with connection.cursor(row_factory=dict_row) as cursor:
        row = cursor.execute(_EXPORT, [ANSWERED, sha256]).fetchone()
    if row is None:
        raise NotIssued("was not handed out by this service: its journal has no export with this digest")
    return row
