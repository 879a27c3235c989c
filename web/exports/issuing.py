"""The journal keeps a note of each export, and knows the one that a copy is of."""

from collections.abc import Mapping
from typing import Any

from psycopg import Connection
from psycopg.rows import dict_row

from web.access.journal import ANSWERED

LONGEST_PATH = 2_000
_EXPORTS = """
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


def issued(connection: Connection[Any], format: str, said: Mapping[str, Any], sha256: str) -> dict[str, Any]:
    """The row of the journal on the export of this digest and with this heading: {number, at, actor, role,
    path, detail, position, rows}. Raises `NotIssued`.
    """
    with connection.cursor(row_factory=dict_row) as cursor:
        rows = cursor.execute(_EXPORTS, [ANSWERED, sha256]).fetchall()
    if not rows:
        raise NotIssued("was not handed out by this service: its journal has no export with this digest")
    told = {**noted(format, said), "actor": said["by"], "role": said["role"]}
    differing = [{name for name in told if row[name] != told[name]} for row in rows]
    if set() not in differing:
        name = min(differing[-1])
        raise NotIssued(f"says of itself {told[name]!r}, and the journal {rows[-1][name]!r}")
    return rows[differing.index(set())]
