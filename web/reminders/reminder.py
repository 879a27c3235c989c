"""The reminder looks now and then whether it is time, and then goes through everybody, until told to stop.

It runs beside the follower, on a thread of its own. Several may run: one at a time goes through the people,
and what it does not finish another one does.
"""

from collections.abc import Callable
from datetime import UTC, datetime, timedelta
from threading import Event
from zoneinfo import ZoneInfo

import psycopg
import structlog

from application.store.organisation import recorded_zone
from web.reminders import chat, record
from web.reminders.how import Reminding
from web.reminders.looking import BehindTheLog
from web.reminders.mail import ServerUnwell
from web.reminders.round import AnotherReminds, Round

LOOK_EVERY = 30.0
"""Seconds between two looks at the clock."""
PAUSE, LONGEST_PAUSE = timedelta(minutes=1), timedelta(hours=1)
"""So long a server is left alone that takes no mails: at first, and at most, for it doubles each time."""
log = structlog.get_logger(__name__)


def utc_now() -> datetime:
    return datetime.now(UTC)


class Reminder:
    """`clock` says when it is morning, `look_every` is in seconds."""

    def __init__(
        self,
        dsn: str,
        how: Reminding,
        clock: Callable[[], datetime] = utc_now,
        look_every: float = LOOK_EVERY,
    ) -> None:
        self._dsn, self._how, self._clock, self._look_every = dsn, how, clock, look_every
        self._pause, self._not_before = PAUSE, datetime.min.replace(tzinfo=UTC)

    def run(self, stop: Event) -> None:
        """Reminds each morning, and begins again after any error, until `stop` is set."""
        while not stop.is_set():
            try:
                self.look(stop.is_set)
            except psycopg.Error as error:
                log.warning("reminder_interrupted", error=error)
            except Exception:  # a defect here does not end the process: read models depend on that
                log.exception("reminder_failed")
            stop.wait(self._look_every)

    def look(self, is_over: Callable[[], bool] = lambda: False) -> None:
        """Reminds if it is time to, or time again for what was not taken."""
        with connected(self._dsn) as conn:
            zone = ZoneInfo(recorded_zone(conn) or "UTC")
            now = self._clock().astimezone(zone)
            day = now.date()
            if now.hour < self._how.hour:
                return
            try:
                chat.tell(conn, self._how, day, self._clock)
            except (AnotherReminds, BehindTheLog):
                return  # another look does it
            if self._how.server is None or self._clock() < self._not_before:
                return
            if record.is_done(conn, day) and not record.waiting(conn, day, now):
                return

            def go_on() -> bool:
                return not is_over() and self._clock().astimezone(zone).date() == day

            try:
                Round(conn, self._how, day, self._clock, go_on).run()
                self._pause = PAUSE
            except AnotherReminds:
                return
            except BehindTheLog:
                log.info("reminders_wait_for_the_read_models")
            except ServerUnwell:
                self._not_before = self._clock() + self._pause
                self._pause = min(self._pause * 2, LONGEST_PAUSE)


def connected(dsn: str) -> psycopg.Connection[tuple[object, ...]]:
    """A connection in autocommit, for one look or one round."""
    return psycopg.connect(
        dsn,
        autocommit=True,
        connect_timeout=5,
        application_name="throughline reminder",
        keepalives_idle=10,
        keepalives_interval=5,
        keepalives_count=3,
    )
