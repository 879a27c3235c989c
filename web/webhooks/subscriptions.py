"""Subscriptions say who is told of which events, and an administrator changes them.

Every change locks the row of its subscription first, as the sender does before it writes: neither goes by
deliveries that the other is about to change.
"""

from collections.abc import Sequence
from typing import Any
from uuid import UUID

from psycopg import Connection
from psycopg.rows import dict_row

from application.ids import new_id
from domain.refusals import AlreadyExists, NotFound
from domain.room import check_room
from projections.page import BadCursor, Page, cursor_after, key_of
from web.keys import Keys
from web.webhooks import signing
from web.webhooks.secrets import sealed
from web.webhooks.showing import shown

CHANNEL = "webhooks"
"""The sender listens to it, so that changes take effect at once."""
LISTING = "webhooks"
FORMER_SIGNS = "24 hours"

_SELECT = """
    select s.id, s.url, s.topics, s.status, s.paused_because, s.position, s.created_at, s.created_by,
           case when s.former_until > clock_timestamp() then s.former_until end as former_secret_until,
           counts.*
      from webhooks.subscriptions s cross join lateral (
           select count(*) filter (where d.status = 'pending') as pending,
                  count(*) filter (where d.status = 'pending' and d.attempts > 0) as failing,
                  count(*) filter (where d.status = 'parked') as parked
             from webhooks.deliveries d where d.subscription_id = s.id) counts
"""


def create(
    conn: Connection[Any], keys: Keys, url: str, topics: Sequence[str], created_by: str
) -> dict[str, Any]:
    """A new one, told of what is recorded from now on; its `secret` is in this answer and in no other.

    Raises `AlreadyExists`, with its id, if there is one of this URL and these topics, and `LimitReached` if
    there is no room for another.
    """
    id, wanted, secret = new_id(), sorted(set(topics)), signing.new_secret()
    with conn.transaction():
        if not _found(conn, "where s.url = %s and s.topics = %s", [url, wanted]):
            check_room("webhooks", len(_found(conn, "", [])))
        made = conn.execute(
            "insert into webhooks.subscriptions (id, url, topics, secret, position, created_by)"
            " select %s, %s, %s, %s, head.position, %s from store.head on conflict do nothing",
            [id, url, wanted, sealed(keys, id, secret), created_by],
        )
        (found,) = _found(conn, "where s.url = %s and s.topics = %s", [url, wanted])
    if made.rowcount == 0:
        raise AlreadyExists("there is a webhook with this URL and these topics", id=found["id"])
    return {**found, "secret": signing.shown(secret)}


def read(conn: Connection[Any], id: UUID) -> dict[str, Any]:
    """One subscription, with the number of its deliveries that have not succeeded; raises `NotFound`."""
    found = _found(conn, "where s.id = %s", [id])
    if not found:
        raise NotFound(f"there is no webhook {id}")
    return found[0]


def listed(conn: Connection[Any], limit: int, after: str | None) -> Page:
    """All of them, the oldest first."""
    found = _found(conn, "where s.id > %s order by s.id limit %s", [_last_seen(after), limit + 1])
    more = len(found) > limit
    return Page(found[:limit], cursor_after(LISTING, found[limit - 1]["id"]) if more else None)


def pause(conn: Connection[Any], id: UUID) -> dict[str, Any]:
    """Nothing is sent until it is resumed; what is recorded meanwhile waits in the log."""
    with conn.transaction():
        lock(conn, id)
        conn.execute(
            "update webhooks.subscriptions set status = 'paused', paused_because = 'asked'"
            " where id = %s and status = 'active'",
            [id],
        )
        return read(conn, id)


def resume(conn: Connection[Any], id: UUID) -> dict[str, Any]:
    """Sends what waits, at once; what failed before has another day."""
    with conn.transaction():
        lock(conn, id)
        conn.execute(
            "update webhooks.subscriptions set status = 'active', paused_because = null where id = %s", [id]
        )
        conn.execute(
            "update webhooks.deliveries set since = now(), next_attempt_at = now()"
            " where subscription_id = %s and status = 'pending'",
            [id],
        )
        return read(conn, id)


def remove(conn: Connection[Any], id: UUID) -> dict[str, Any]:
    """Ends it, and forgets its secret and its deliveries; the answer is what it was."""
    with conn.transaction():
        lock(conn, id)
        last = read(conn, id)
        conn.execute("delete from webhooks.deliveries where subscription_id = %s", [id])
        conn.execute("delete from webhooks.subscriptions where id = %s", [id])
        return last


def rotate(conn: Connection[Any], keys: Keys, id: UUID) -> dict[str, Any]:
    """A new `secret`, in this answer and in no other; the one before signs beside it for a day."""
    secret = signing.new_secret()
    with conn.transaction():
        lock(conn, id)
        conn.execute(
            "update webhooks.subscriptions set former_secret = secret, secret = %s,"
            " former_until = clock_timestamp() + %s::interval where id = %s",
            [sealed(keys, id, secret), FORMER_SIGNS, id],
        )
        return {**read(conn, id), "secret": signing.shown(secret)}


def lock(conn: Connection[Any], id: UUID) -> None:
    """Until the transaction ends, nobody else changes this subscription or its deliveries; the sender will
    look. Raises `NotFound`.
    """
    there = conn.execute("select from webhooks.subscriptions where id = %s for update", [id])
    if there.rowcount == 0:
        raise NotFound(f"there is no webhook {id}")
    conn.execute("select pg_notify(%s, '')", [CHANNEL])


def _last_seen(cursor: str | None) -> UUID:
    if cursor is None:
        return UUID(int=0)
    (id,) = key_of(LISTING, cursor, 1)
    try:
        return UUID(id)
    except ValueError as error:
        raise BadCursor("the cursor is not one that this service made") from error


def _found(conn: Connection[Any], which: str, values: Sequence[Any]) -> list[dict[str, Any]]:
    with conn.cursor(row_factory=dict_row) as cursor:
        return [shown(row) for row in cursor.execute(f"{_SELECT} {which}".encode(), values)]
