"""The time zone of the organisation: an instant belongs to a day of it, whoever asks and wherever."""

from datetime import UTC, date, datetime
from typing import Any
from zoneinfo import ZoneInfo

from psycopg import Connection
from psycopg.rows import scalar_row


def recorded_zone(conn: Connection[Any]) -> str | None:
    """The IANA name of the zone; None if none was ever said, and then it is UTC."""
    with conn.cursor(row_factory=scalar_row) as cursor:
        return cursor.execute("select time_zone from store.organisation").fetchone()


def record_zone(conn: Connection[Any], name: str) -> None:
    """Makes it the zone of the organisation; the caller commits."""
    conn.execute(
        "insert into store.organisation (time_zone) values (%s)"
        " on conflict (only_row) do update set time_zone = excluded.time_zone",
        [name],
    )


def today_in(zone: ZoneInfo) -> date:
    """The present day there."""
    return datetime.now(UTC).astimezone(zone).date()
