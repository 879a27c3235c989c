"""The queue, in the database, holds what is to be sent: found in the log, picked, settled and in the end
forgotten.

For the sender alone, on its one connection in autocommit. Days and hours are those of its clock.
"""

from collections.abc import Collection, Sequence
from dataclasses import dataclass
from datetime import datetime
from typing import Any
from uuid import UUID

from psycopg import Connection
from psycopg.rows import class_row

from web.webhooks.deliveries import AGAIN

LOOKED_AT = 1_000
"""Positions that are looked at for one subscription in one go, at most."""
LOOKED_AT_TOGETHER = 10_000
"""The same for all subscriptions: how long one transaction may take has a bound."""
MOST_PENDING = 1_000
"""Deliveries of one subscription in the table; what lies beyond waits in the log."""
MOST_FAILING = 100
"""Aggregates of one subscription; when so many fail at once, nothing is begun for others."""
BEFORE_ALL = UUID(int=0)
"""An id before that of every subscription."""
KEPT = 1_000
"""Delivered ones that are remembered for a subscription."""

_BEHIND = """
    select s.id from webhooks.subscriptions s
     where s.status = 'active' and s.position < (select position from store.head)
       and (select count(*) from (
            select from webhooks.deliveries d where d.subscription_id = s.id and d.status = 'pending'
             limit %(most_pending)s) p) < %(most_pending)s
       and (select count(*) from (
            select from webhooks.deliveries d where d.subscription_id = s.id and d.status = 'pending'
               and d.attempts > 0 limit %(most_failing)s) f) < %(most_failing)s
     order by s.id for no key update of s
"""
_FIND = f"""
    with reach as (
        select s.id, s.topics, s.position as after, least(s.position + %(looked_at)s, head.position) as upto
          from webhooks.subscriptions s, store.head where s.id = any(%(ids)s)),
    moved as (
        update webhooks.subscriptions s set position = reach.upto from reach where reach.id = s.id)
    insert into webhooks.deliveries (subscription_id, position, originator_id, since, next_attempt_at)
    select distinct on (reach.id, e.originator_id) reach.id, e.position, e.originator_id, %(now)s, %(now)s
      from reach
      join store.events e on e.position > reach.after and e.position <= reach.upto
                         and webhooks.wants(reach.topics, e.topic)
     where not exists (
           select from webhooks.deliveries d where d.subscription_id = reach.id
              and d.originator_id = e.originator_id and d.status = 'pending' and not d.alone)
     order by reach.id, e.originator_id, e.position
    {AGAIN}
"""  # noqa: S608 - put together from the text above
_IS_DUE = """
    d.subscription_id = s.id and d.status = 'pending' and d.next_attempt_at <= %(now)s
    and not exists (
        select from unnest(%(busy_subscriptions)s::uuid[], %(busy_aggregates)s::uuid[]) b (s, a)
         where b.s = d.subscription_id and b.a = d.originator_id)
"""
_DUE = f"""
    with next as (
        select s.*, busy.count from webhooks.subscriptions s
          cross join lateral (
               select count(*) from unnest(%(busy_subscriptions)s::uuid[]) b (s) where b.s = s.id) busy
         where s.status = 'active' and s.id > %(after)s and (s.id = any(%(slow)s)) = %(of_slow)s
           and busy.count < %(each)s -- and, not as a join, which would look at all of them:
           and (select true from webhooks.deliveries d where {_IS_DUE} limit 1)
         order by s.id limit %(limit)s)
    select s.id as subscription_id, s.url, d.position, d.originator_id, d.attempts, d.since, s.secret,
           case when s.former_until > %(now)s then s.former_secret end as former_secret,
           e.originator_version as version, e.topic, e.recorded_at, e.state
      from next s
      cross join lateral (
           select d.*, row_number() over (order by d.next_attempt_at, d.position) as place
             from webhooks.deliveries d where {_IS_DUE}
            order by d.next_attempt_at, d.position limit %(each)s) d
      join store.events e on e.position = d.position
     where d.place <= %(each)s - s.count
     order by d.place, d.next_attempt_at, d.position limit %(limit)s
"""  # noqa: S608 - put together from the text above
_LOCK = "select from webhooks.subscriptions where id = any(%s) order by id for no key update"
_PAUSE = """
    update webhooks.subscriptions set status = 'paused', paused_because = 'gone'
     where id = any(%s) and status = 'active'
"""
_SETTLE = """
    update webhooks.deliveries d
       set attempts = d.attempts + 1, status = r.status, next_attempt_at = r.next_attempt_at,
           ended_at = case when r.next_attempt_at is null then %(now)s end, answer = r.answer, error = r.error
      from unnest(%(subscriptions)s::uuid[], %(positions)s::bigint[], %(attempts)s::integer[],
                  %(since)s::timestamptz[], %(statuses)s::text[], %(next)s::timestamptz[],
                  %(answers)s::integer[], %(errors)s::text[])
           r (id, position, attempts, since, status, next_attempt_at, answer, error)
     where d.subscription_id = r.id and d.position = r.position and d.status = 'pending'
       and d.attempts = r.attempts and d.since = r.since
    returning d.subscription_id, d.originator_id, d.position, d.since, d.status, d.alone
"""
ENDED = ("subscriptions", "originators", "positions", "since", "statuses")
_FOLLOW = f"""
    insert into webhooks.deliveries (subscription_id, position, originator_id, since, next_attempt_at)
    select s.id, next.position, r.originator_id,
           case r.status when 'parked' then greatest(r.since, next.recorded_at) else %(now)s end, %(now)s
      from unnest(%(subscriptions)s::uuid[], %(originators)s::uuid[], %(positions)s::bigint[],
                  %(statuses)s::text[], %(since)s::timestamptz[])
           r (id, originator_id, position, status, since)
      join webhooks.subscriptions s on s.id = r.id
      join store.events ended on ended.position = r.position
      cross join lateral (
           select e.position, e.recorded_at from store.events e
            where e.originator_id = r.originator_id and e.originator_version > ended.originator_version
              and e.position <= s.position and webhooks.wants(s.topics, e.topic)
            order by e.originator_version limit 1) next
    {AGAIN}
"""  # noqa: S608 - put together from the text above
_FORGET = """
    delete from webhooks.deliveries d
     using webhooks.subscriptions s cross join lateral (
           select k.ended_at, k.position from webhooks.deliveries k
            where k.subscription_id = s.id and k.status = 'delivered'
            order by k.ended_at desc, k.position desc offset %(kept)s limit 1) first
     where d.subscription_id = s.id and d.status = 'delivered'
       and (d.ended_at, d.position) <= (first.ended_at, first.position)
"""


@dataclass(frozen=True, slots=True)
class Due:
    """One delivery to attempt: `attempts` have failed since it is due; the rest is its event's."""

    subscription_id: UUID
    url: str
    position: int
    originator_id: UUID
    attempts: int
    since: datetime
    secret: bytes
    former_secret: bytes | None
    version: int
    topic: str
    recorded_at: datetime
    state: bytes


@dataclass(frozen=True, slots=True)
class Settled:
    """A settled attempt has a state; `next_attempt_at` if it is still pending. `gone`: the receiver wants no
    more of them.
    """

    due: Due
    status: str
    next_attempt_at: datetime | None
    answer: int | None
    error: str | None
    gone: bool = False


@dataclass(frozen=True, slots=True)
class Room:
    """A room says how many deliveries may be picked: `limit` in all, of the `slow` subscriptions or of all
    others.

    `busy` are the aggregates under way, each with its subscription: nothing else is picked of them, and no
    more than `each`, with them, of a subscription. `after` is the subscription that had the last turn.
    """

    limit: int
    each: int
    of_slow: bool
    after: UUID
    slow: Collection[UUID]
    busy: Collection[tuple[UUID, UUID]]


def find(conn: Connection[Any], now: datetime) -> bool:
    """Looks for deliveries in what is new in the log, for every active subscription that has room; whether
    there was any such.
    """
    with conn.transaction():
        rows = conn.execute(_BEHIND, {"most_pending": MOST_PENDING, "most_failing": MOST_FAILING}).fetchall()
        if rows:
            looked_at = max(1, min(LOOKED_AT, LOOKED_AT_TOGETHER // len(rows)))
            conn.execute(_FIND, {"ids": [id for (id,) in rows], "looked_at": looked_at, "now": now})
    return bool(rows)


def pick(conn: Connection[Any], now: datetime, room: Room) -> list[Due]:
    """Picks what is due, in turns among the subscriptions, beginning with those that come after
    `room.after`.
    """
    given = {
        "now": now,
        "limit": room.limit,
        "each": room.each,
        "after": room.after,
        "of_slow": room.of_slow,
        "slow": list(room.slow),
        "busy_subscriptions": [subscription for subscription, _ in room.busy],
        "busy_aggregates": [aggregate for _, aggregate in room.busy],
    }
    with conn.cursor(row_factory=class_row(Due), binary=True) as cursor:
        picked = cursor.execute(_DUE, given).fetchall()
        if not picked and room.after != BEFORE_ALL:
            picked = cursor.execute(_DUE, {**given, "after": BEFORE_ALL}).fetchall()
        return picked


def settle(conn: Connection[Any], now: datetime, settled: Sequence[Settled]) -> None:
    """Notes what became of attempts, and what follows them. An attempt at a delivery that has been asked for
    again meanwhile, or removed, is passed over.
    """
    given = {
        "subscriptions": [one.due.subscription_id for one in settled],
        "positions": [one.due.position for one in settled],
        "attempts": [one.due.attempts for one in settled],
        "since": [one.due.since for one in settled],
        "statuses": [one.status for one in settled],
        "next": [one.next_attempt_at for one in settled],
        "answers": [one.answer for one in settled],
        "errors": [one.error for one in settled],
    }
    with conn.transaction():
        conn.execute(_LOCK, [given["subscriptions"]])
        noted = conn.execute(_SETTLE, {**given, "now": now}).fetchall()
        ended = [row for *row, alone in noted if row[-1] != "pending" and not alone]
        if ended:
            columns = [list(column) for column in zip(*ended, strict=True)]
            conn.execute(_FOLLOW, {**dict(zip(ENDED, columns, strict=True)), "now": now})
        conn.execute(_PAUSE, [[one.due.subscription_id for one in settled if one.gone]])


def forget(conn: Connection[Any]) -> None:
    """Deletes all but the latest deliveries that succeeded; what is pending or parked stays."""
    conn.execute(_FORGET, {"kept": KEPT})
