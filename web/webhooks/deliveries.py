"""The deliveries of a subscription as its administrators see them, and sending one again."""

from typing import Any
from uuid import UUID

from psycopg import Connection
from psycopg.rows import dict_row, tuple_row

from domain.refusals import InvalidValue
from projections.feed import head
from projections.page import BadCursor, Page, cursor_after, key_of
from web.webhooks import subscriptions
from web.webhooks.showing import delivery_id, shown

LISTING = "deliveries"
STATUSES = ("pending", "delivered", "parked")

AGAIN = """
    on conflict (subscription_id, position) do update
       set status = 'pending', alone = excluded.alone, attempts = 0, since = excluded.since,
           next_attempt_at = excluded.next_attempt_at, ended_at = null, answer = null, error = null
"""
"""An insert of a delivery says this when it has been there before."""

_LISTED = """
    select d.position, e.originator_id || ':' || e.originator_version as event_id, e.topic, d.status,
           d.attempts, d.since, d.next_attempt_at, d.ended_at, d.answer, d.error
      from webhooks.deliveries d join store.events e on e.position = d.position
     where d.subscription_id = %(id)s and (%(status)s::text is null or d.status = %(status)s)
       and d.position < %(before)s
     order by d.position desc limit %(limit)s
"""
_AHEAD = """
    select e.topic, webhooks.wants(s.topics, e.topic) as wanted,
           e.position > s.position or exists (
               select from webhooks.deliveries d
                where d.subscription_id = s.id and d.originator_id = e.originator_id and d.status = 'pending'
                  and not d.alone and d.position < e.position) as ahead
      from webhooks.subscriptions s, store.events e where s.id = %s and e.position = %s
"""
_ALONE = f"""
    insert into webhooks.deliveries (subscription_id, position, originator_id, alone, since, next_attempt_at)
    select %s, position, originator_id, true, now(), now() from store.events where position = %s {AGAIN}
"""  # noqa: S608 - put together from the text above


def listed(conn: Connection[Any], id: UUID, status: str | None, limit: int, after: str | None) -> Page:
    """Those of one subscription, of one status or of all, the latest event first. Raises `NotFound`."""
    subscriptions.read(conn, id)
    values = {"id": id, "status": status, "before": _last_seen(after), "limit": limit + 1}
    with conn.cursor(row_factory=dict_row) as cursor:
        rows = [shown(row) for row in cursor.execute(_LISTED, values)]
    items = [{"webhook_id": delivery_id(id, row["position"]), **row} for row in rows[:limit]]
    return Page(items, cursor_after(LISTING, str(items[-1]["position"])) if len(rows) > limit else None)


def replay_from(conn: Connection[Any], id: UUID, position: int) -> dict[str, Any]:
    """Everything from a position on is sent again, in order for each aggregate, whatever became of it."""
    with conn.transaction():
        subscriptions.lock(conn, id)
        _demand_recorded(conn, position, "/from_position")
        conn.execute(
            "update webhooks.subscriptions set position = least(position, %s) where id = %s",
            [position - 1, id],
        )
        conn.execute(
            "delete from webhooks.deliveries"
            " where subscription_id = %s and position >= %s and status = 'pending'",
            [id, position],
        )
        return subscriptions.read(conn, id)


def replay(conn: Connection[Any], id: UUID, position: int) -> dict[str, Any]:
    """One event is sent again, by itself and at once; one that is still to come comes in its turn."""
    with conn.transaction():
        subscriptions.lock(conn, id)
        _demand_recorded(conn, position, "/position")
        with conn.cursor(row_factory=tuple_row) as cursor:
            ((topic, wanted, ahead),) = cursor.execute(_AHEAD, [id, position])
        if not wanted:
            raise InvalidValue.at(
                "/position", f"is of {topic}, which is not among the topics of this webhook"
            )
        hastened = conn.execute(
            "update webhooks.deliveries set since = now(), next_attempt_at = now()"
            " where subscription_id = %s and position = %s and status = 'pending'",
            [id, position],
        )
        if not (hastened.rowcount or ahead):
            conn.execute(_ALONE, [id, position])
        return subscriptions.read(conn, id)


def _demand_recorded(conn: Connection[Any], position: int, pointer: str) -> None:
    if position > (last := head(conn)):
        raise InvalidValue.at(pointer, f"is beyond the end of the log, which is at {last}")


def _last_seen(cursor: str | None) -> int:
    """The position of the last one shown; beyond every position for the first page."""
    if cursor is None:
        return 2**63 - 1
    (position,) = key_of(LISTING, cursor, 1)
    if not (position.isascii() and position.isdigit() and len(position) <= 19):
        raise BadCursor("the cursor is not one that this service made")
    return int(position)
