"""A round goes through everybody, and sends whom something is to be told a mail."""

from collections import Counter
from collections.abc import Callable, Collection, Iterator, Sequence
from contextlib import contextmanager
from dataclasses import dataclass
from datetime import date, datetime, timedelta
from typing import Any

import structlog
from psycopg import Connection

from projections.directory.addressing import Addressee
from web.ops.metrics import REMINDERS
from web.reminders import record
from web.reminders.how import Reminding
from web.reminders.looking import Look, Owed, catch_up, look
from web.reminders.mail import BAD_ADDRESS, Outbox, ServerUnwell, composed
from web.reminders.record import LATER, REFUSED, Digest

AT_ONCE = 25
"""People who are asked about in one transaction, before their mails are sent."""
PAUSES = (timedelta(minutes=5), timedelta(minutes=30), timedelta(hours=2))
"""So long a mail waits that its receiver did not take yet; the last one from then on, until the day ends."""
NEVER_ESCALATED = frozenset({"appeal"})
"""Nobody owes an appeal."""
Late = dict[str, dict[str, list[Owed]]]
"""Lead -> whom they lead -> what is late with them."""
log = structlog.get_logger(__name__)
Clock = Callable[[], datetime]


class AnotherReminds(Exception):
    """Somebody else goes through the people right now."""


@dataclass(frozen=True, slots=True)
class Preview:
    """One person would be told of so many things of their own, and so many of those whom they lead."""

    person: str
    own: int
    escalated: int
    reached: bool


@contextmanager
def alone(conn: Connection[Any]) -> Iterator[None]:
    """Nobody else reminds meanwhile. Raises `AnotherReminds`."""
    if not record.lock(conn):
        raise AnotherReminds
    try:
        yield
    finally:
        if not conn.closed:
            record.unlock(conn)


class Round:
    """One round on one day, with a server that takes mails; `conn` is in autocommit, `go_on` says before each
    mail whether to.
    """

    def __init__(
        self, conn: Connection[Any], how: Reminding, day: date, clock: Clock, go_on: Callable[[], bool]
    ) -> None:
        if how.server is None:
            raise ValueError("no server is set that takes mails")
        self._conn, self._how, self._day, self._clock, self._go_on = conn, how, day, clock, go_on
        self._server = how.server
        self.outcomes = Counter[str]()

    def run(self) -> Counter[str]:
        """Gives how many mails became what; `without_address` are people who would have had one. Raises
        `AnotherReminds`, `BehindTheLog` and `ServerUnwell`: then another round does the rest.
        """
        with alone(self._conn):
            self.outcomes["unknown"] += record.break_off(self._conn, self._day, self._clock())
            catch_up(self._conn)
            is_first = not record.is_done(self._conn, self._day)
            with look(self._conn, self._day) as seen:
                everybody = seen.everybody
            late, has_ended = self._late(everybody), True
            try:
                with Outbox(self._server) as outbox:
                    has_ended = self._go_through(everybody, late, outbox, is_first=is_first)
            finally:
                self._tell()
            if is_first and has_ended:
                record.keep_only(self._conn, [each.id for each in everybody])
                record.done(self._conn, self._day, self._clock(), self.outcomes["without_address"])
        return self.outcomes

    def preview(self) -> list[Preview]:
        """Says what a round would do, and does nothing."""
        catch_up(self._conn)
        with look(self._conn, self._day) as seen:
            late, mailed = self._late(seen.everybody), record.mailed(self._conn, self._day)
            found = [
                (each, self._digest(seen, each, late)) for each in seen.everybody if each.id not in mailed
            ]
        return [
            Preview(each.id, len(told.own), told.lines - len(told.own), each.email is not None)
            for each, told in found
            if told.lines
        ]

    def _go_through(
        self,
        everybody: Sequence[Addressee],
        late: Late,
        outbox: Outbox,
        *,
        is_first: bool,
    ) -> bool:
        """Returns whether it came to the end."""
        now = self._clock()
        again = record.waiting(self._conn, self._day, now)
        over = record.mailed(self._conn, self._day)
        open_ = record.open_mails(self._conn, self._day)
        todo = [
            each
            for each in everybody
            if each.id in again or (is_first and each.id not in over and each.id not in open_)
        ]
        for start in range(0, len(todo), AT_ONCE):
            if not self._go_on():
                return False
            with look(self._conn, self._day) as seen:
                found = [self._digest(seen, each, late, keep=True) for each in todo[start : start + AT_ONCE]]
            for digest in found:
                if not self._go_on():
                    return False
                if digest.lines:
                    self._remind(digest, outbox, seen.types)
        return True

    def _late(self, everybody: Collection[Addressee]) -> Late:
        """Finds what is late with whom each person leads."""
        found = record.late(self._conn, self._day - timedelta(days=self._how.escalate_after))
        late: Late = {}
        for each in everybody:
            owed = [one for one in found.get(each.id, ()) if one.kind not in NEVER_ESCALATED]
            if owed and each.lead is not None:
                late.setdefault(each.lead, {})[each.id] = owed
        return late

    def _digest(self, seen: Look, who: Addressee, late: Late, *, keep: bool = False) -> Digest:
        owed = seen.owed_by(who.id)
        if keep:
            record.keep(self._conn, who.id, owed)
        known = record.told(self._conn, who.id)
        escalated = {}
        for person, wanted in late.get(who.id, {}).items():
            there = set(seen.owed_by(person, seen_by=who.id))
            if still := [each for each in wanted if each in there]:
                escalated[person] = still
        return Digest(who.id, who.email, [each for each in owed if each not in known], escalated)

    def _remind(self, digest: Digest, outbox: Outbox, types: dict[str, str]) -> None:
        now = self._clock()
        if digest.email is None:
            self.outcomes["without_address"] += 1
            record.note_told(self._conn, self._day, digest)
            return
        if not record.claim(self._conn, self._day, now, digest):
            return
        try:
            mail = composed(digest, self._day, now, self._how.url, self._server.sender, types)
        except BAD_ADDRESS:
            self._settle(digest, REFUSED)
            return
        try:
            self._settle(digest, outbox.send(mail))
        except ServerUnwell as unwell:
            self._settle(digest, unwell.status)
            raise

    def _settle(self, digest: Digest, status: str) -> None:
        self.outcomes[status] += 1
        pause = None
        if status == LATER:
            tried = record.attempts(self._conn, self._day, digest.person)
            pause = PAUSES[min(tried, len(PAUSES)) - 1]
        record.settle(self._conn, self._day, self._clock(), digest, status, pause)

    def _tell(self) -> None:
        for outcome, count in self.outcomes.items():
            REMINDERS.labels(outcome).inc(count)
        if self.outcomes.total():
            log.info("reminded", day=self._day.isoformat(), **self.outcomes)
