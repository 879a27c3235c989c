"""Queries see the database so: at one moment, at one position, and no staler than the client asks."""

from collections.abc import Iterator, Mapping
from contextlib import contextmanager
from dataclasses import dataclass
from functools import cached_property
from typing import Any
from zoneinfo import ZoneInfo

from psycopg import Connection
from psycopg.rows import DictRow
from psycopg_pool import ConnectionPool

from domain.refusals import InvalidValue, NotYetVisible
from projections.alignment.queries import Alignment
from projections.audit.queries.history import History
from projections.audit.queries.trail import Trail
from projections.change_plans.queries import ChangePlans
from projections.directory.queries import Directory
from projections.feedback.queries import Feedback
from projections.freshness import FAR_BEHIND, beginning
from projections.measures.queries import Measures
from projections.moment import Moment, instant
from projections.reviews.queries import Reviews
from web.access.sight import Sight
from web.access.tokens import Caller
from web.ops.bounds import AHEAD_SECONDS
from web.topics import OWN_WORDS
from web.wiring import Services

POSITION_HEADER = "Throughline-Position"
KNOWN_AT = {"known_at", "from_known_at", "to_known_at"}


@dataclass(frozen=True)
class ReadSnapshot:
    """All its queries see the same rows, complete up to `position`, at the same `moment`."""

    moment: Moment
    position: int
    directory: Directory
    alignment: Alignment
    measures: Measures
    plans: ChangePlans
    history: History
    trail: Trail
    connection: Connection[Any]
    zone: ZoneInfo
    """The time zone whose days are those of the organisation."""
    sight: Sight
    """The reader sees so much of it."""

    @cached_property
    def reviews(self) -> Reviews:
        """The questions about reviews, of which the database shows those that are the reader's to see."""
        self.sight.show_reviews()
        return Reviews(self.connection, self.sight.caller.person_id, OWN_WORDS)

    @cached_property
    def feedback(self) -> Feedback:
        """The questions about feedback, of which the database shows no private one that is not theirs."""
        self.sight.show_remarks()
        return Feedback(self.connection)


@contextmanager
def read_snapshot(
    services: Services,
    asked: Mapping[str, Any],
    reader: Caller,
    connections: ConnectionPool[Connection[DictRow]] | None = None,
) -> Iterator[ReadSnapshot]:
    """Looks at the moment asked for, by default today and now; `NotYetVisible` if min_position is not
    reached, or ahead of the log itself, or the read models are catching up from far behind: half of what is
    known is no answer; `InvalidValue` for an instant that is ahead: what will be known by then nobody can
    tell. On a connection of the queries, unless others are given. What it tells is what the `reader` may see.
    """
    position, seconds = asked["min_position"], services.settings.min_position_seconds
    if position is not None:
        if not services.recorded.sees(position, min(AHEAD_SECONDS, seconds)):
            raise NotYetVisible(f"position {position} is ahead of the log: nothing has been recorded there")
        if not services.visible.sees(position, seconds):
            raise NotYetVisible(f"position {position} is not visible after {seconds:g} seconds")
    zone = services.zone  # before there is a connection, for it may need one itself
    with (connections or services.queries).connection() as conn, conn.transaction():
        (position, now, head), grounds = beginning(conn)
        if position < services.settings.complete_from or head - position > FAR_BEHIND:
            raise NotYetVisible(
                f"the read models have taken in {position} of {head} events; they answer when they have more"
            )
        for name in KNOWN_AT & asked.keys():
            if asked[name] is not None and asked[name] > now:
                raise InvalidValue.at(f"?{name}", f"is ahead of the database, where it is {instant(now)}")
        moment = Moment(asked["as_of"] or now.astimezone(zone).date(), asked["known_at"] or now)
        sight = services.sights.of(conn, Moment(now.astimezone(zone).date(), now), reader, grounds)
        sight.tell()
        yield _snapshot(conn, moment, position, zone, sight)
        services.sights.keep(sight)


def _snapshot(
    conn: Connection[Any], moment: Moment, position: int, zone: ZoneInfo, sight: Sight
) -> ReadSnapshot:
    return ReadSnapshot(
        moment,
        position,
        Directory(conn),
        Alignment(conn, sight.hidden),
        Measures(conn),
        ChangePlans(conn),
        History(conn, zone),
        Trail(conn),
        conn,
        zone,
        sight,
    )
