"""Sending, for as long as one connection leads: rounds of settling, finding, picking and calling."""

import select
from collections.abc import Callable
from datetime import datetime
from time import monotonic
from types import TracebackType
from typing import Any, Self
from zoneinfo import ZoneInfo

import structlog
from psycopg import Connection

from application.store.organisation import recorded_zone
from web.keys import Keys
from web.ops.metrics import ATTEMPTS
from web.webhooks import address, pacing, queue
from web.webhooks.calls import CALL_SECONDS, Call, DeliveryOutcome
from web.webhooks.lanes import Lanes
from web.webhooks.messages import composed
from web.webhooks.queue import Due, Settled
from web.webhooks.reach import Reach
from web.webhooks.workers import Flight, Workers

LOOK_BUSY = 0.25
"""Seconds after which calls under way are looked at: are they slow, have they had their time?"""
GRACE = 1.0
"""Seconds that calls under way have to end when it is told to stop."""
FORGET_EVERY = 60.0
log = structlog.get_logger(__name__)


class Lead:
    """Leaving it breaks off what is under way; that is sent again by whoever leads next."""

    def __init__(
        self, conn: Connection[Any], clock: Callable[[], datetime], reach: Reach, keys: Callable[[], Keys]
    ) -> None:
        self._conn = conn
        self._clock = clock
        self._reach = reach
        self._keys = keys
        self._zone = ZoneInfo(recorded_zone(conn) or "UTC")
        self._lanes = Lanes()
        self._workers = Workers()
        self._forgot_at = 0.0

    def __enter__(self) -> Self:
        return self

    def __exit__(
        self, kind: type[BaseException] | None, error: BaseException | None, trace: TracebackType | None
    ) -> None:
        for flight in self._lanes.flights.values():
            flight.call.break_off()
        self._workers.end()

    def round(self) -> bool:
        """Settle what has ended, begin what can be; whether there is more in the log to look through."""
        self._settle()
        for flight in self._lanes.flights.values():
            if flight.call.seconds > CALL_SECONDS:
                flight.call.break_off()
        found = queue.find(self._conn, self._clock())
        for room in self._lanes.rooms():
            picked = queue.pick(self._conn, self._clock(), room)
            self._lanes.had_turns(room, picked)
            for due in picked:
                self._begin(due)
        if monotonic() - self._forgot_at > FORGET_EVERY:
            queue.forget(self._conn)
            self._forgot_at = monotonic()
        return found

    def rest(self, seconds: float) -> None:
        """Until something is recorded, changed or answered, but no longer than that."""
        if not self._heard():
            seconds = min(seconds, LOOK_BUSY) if self._lanes.flights else seconds
            select.select([self._conn.fileno(), self._workers.fileno()], [], [], seconds)
            self._heard()

    def finish(self) -> None:
        """Waits a little for what is under way."""
        deadline = monotonic() + GRACE
        while self._lanes.flights and (left := deadline - monotonic()) > 0:
            select.select([self._workers.fileno()], [], [], left)
            self._settle()

    def _begin(self, due: Due) -> None:
        now = self._clock()
        try:
            headers, body = composed(self._conn, due, now, self._zone, self._keys())
        except Exception:  # whatever it is, it shows with the delivery
            log.exception("webhook_cannot_be_sent", position=due.position)
            self._note([pacing.settled(due, DeliveryOutcome(None, "it cannot be sent"), now)])
            return
        flight = Flight(due, Call(address.parse(due.url), self._reach, headers, body))
        self._lanes.enter(flight)
        self._workers.begin(flight)

    def _settle(self) -> None:
        ended = list(self._workers.ended())
        for flight, _ in ended:
            self._lanes.leave(flight)
        now = self._clock()
        self._note([pacing.settled(flight.due, outcome, now) for flight, outcome in ended])

    def _note(self, settled: list[Settled]) -> None:
        if settled:
            queue.settle(self._conn, self._clock(), settled)
        for one in settled:
            ATTEMPTS.labels("failed" if one.status == "pending" else one.status).inc()

    def _heard(self) -> bool:
        return bool(list(self._conn.notifies(timeout=0)))
