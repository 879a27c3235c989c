"""Answers are as fresh as the read models; here is how far these are, and the wait for them."""

from collections.abc import Sequence
from datetime import UTC, datetime
from time import monotonic, sleep
from typing import Any, NamedTuple

from psycopg import Connection
from psycopg.pq import TransactionStatus
from psycopg.rows import tuple_row

from projections.read_models import READ_MODELS

ALL = tuple(model.name for model in READ_MODELS)
FAR_BEHIND = 5_000
"""Events by which read models may be behind the log before what they say is no answer any more; a projector
that is at work takes in as many within a second or two.
"""
# A rebuild puts a schema of another oid in the place of the old one.
_GROUNDS = """
    select coalesce(known.digest, '') as digest, array_agg(
        (p.read_model, p.version, to_regnamespace('read_' || p.read_model)::oid,
         least(p.position, coalesce(known.position, 0)))::text order by p.read_model) as models
      from projection.positions p left join (
        select position, digest from store.events where recorded_at <= {known_at}
         order by recorded_at desc, position desc limit 1) known on true
     where p.read_model = any(%(models)s)
     group by known.digest
"""
_MARK = """
    select coalesce(min(position), 0) as position,
           greatest(clock_timestamp(), max(recorded_at)) as now,
           (select position from store.head) as head
      from projection.positions where read_model = any(%(models)s)
"""
# Materialized: the clock is read once.
_BEGINNING = f"""
    with mark as materialized ({_MARK})
    select mark.*, known.* from mark left join lateral ({_GROUNDS.format(known_at="mark.now")}) known on true
"""


# Of what is recorded at one instant either all has been taken in, or none counts.
_LAST_KNOWN = """
    with bound as (
        select least(%(known_at)s, (
            select recorded_at - interval '1 microsecond' from store.events
             where position = %(taken_in)s + 1)) as at)
    select coalesce(last.position, 0), coalesce(last.recorded_at, bound.at)
      from bound left join lateral (
        select position, recorded_at from store.events where recorded_at <= bound.at
         order by recorded_at desc, position desc limit 1) last on true
"""


class HighWaterMark(NamedTuple):
    """Every event up to `position` is in the rows, of those up to `head`; `now` (UTC) is the default of
    `known_at`, by the clock of the database and never before the last event taken in.
    """

    position: int
    now: datetime
    head: int


def high_water_mark(connection: Connection[Any], models: Sequence[str] = ALL) -> HighWaterMark:
    """The mark of these read models.

    It has to be the first thing in a transaction that reads several tables (REPEATABLE READ): the lock it
    takes, before the transaction's snapshot is, keeps a rebuild from switching tables until that ends.
    """
    _hold(connection)
    with connection.cursor(row_factory=tuple_row) as cursor:
        cursor.execute(_MARK, {"models": list(models)})
        ((position, now, head),) = cursor.fetchall()
    return HighWaterMark(position, now.astimezone(UTC), head)


def beginning(connection: Connection[Any]) -> tuple[HighWaterMark, str]:
    """The mark of all read models, first thing in a transaction as `high_water_mark` is, and the grounds of
    what is answered as known at its instant.
    """
    _hold(connection)
    with connection.cursor(row_factory=tuple_row) as cursor:
        cursor.execute(_BEGINNING, {"models": list(ALL)})
        ((position, now, head, *found),) = cursor.fetchall()
    return HighWaterMark(position, now.astimezone(UTC), head), repr(tuple(found))


def grounds(connection: Connection[Any], known_at: datetime) -> str:
    """Names what answers as known at this instant rest on: of the log as far as it was recorded by then, the
    digest of its chain, and of each read model which rows they are and how much of that they have taken in.
    As long as it is the same, so are the answers. Ask in the transaction that `high_water_mark` has begun.
    """
    asked = {"known_at": known_at, "models": list(ALL)}
    with connection.cursor(row_factory=tuple_row) as cursor:
        return repr(cursor.execute(_GROUNDS.format(known_at="%(known_at)s").encode(), asked).fetchone())


def _hold(connection: Connection[Any]) -> None:
    if connection.info.transaction_status == TransactionStatus.INTRANS:
        connection.execute("lock table projection.positions in access share mode")


def last_known(connection: Connection[Any], known_at: datetime, taken_in: int) -> tuple[int, datetime]:
    """The position and the instant (UTC) of the last event recorded by `known_at`, of those up to the one
    that is `taken_in`: what is known at that instant will never be other. 0 and `known_at` itself where
    nothing was recorded.
    """
    with connection.cursor(row_factory=tuple_row) as cursor:
        cursor.execute(_LAST_KNOWN, {"known_at": known_at, "taken_in": taken_in})
        ((position, at),) = cursor.fetchall()
    return position, at.astimezone(UTC)


def position(connection: Connection[Any], name: str) -> int:
    """The position up to which the read model's rows are complete."""
    return high_water_mark(connection, [name]).position


def wait_for(
    connection: Connection[Any], position: int, timeout: float = 5.0, models: Sequence[str] = ALL
) -> bool:
    """Wait until these read models have taken in `position`; False after `timeout` seconds without.

    The connection must be in autocommit (or READ COMMITTED): a fixed snapshot would never see any progress.
    """
    deadline = monotonic() + timeout
    pause = 0.002
    while high_water_mark(connection, models).position < position:
        if monotonic() >= deadline:
            return False
        sleep(pause)
        pause = min(0.005, pause * 1.5)
    return True
