"""Refusals stand in the journal, but nobody fills it by being refused: of one caller so many a minute have
rows of their own, of one cause of a refused sign-in from one address one has; what comes beyond is counted,
and has one row when the minute is over.
"""

from collections import Counter
from collections.abc import Callable, Sequence
from dataclasses import replace
from threading import Lock, Timer
from time import monotonic

import psycopg
import structlog

from web.access.journal import Nobody, Note

SECONDS = 60.0
OF_ONE_CALLER = 100
MOST_APART = 1_000
"""So many callers, addresses and causes are told apart in a minute; all others are one."""
OTHERS = ""
log = structlog.get_logger("throughline.web")


class Refusals:
    """Those of one process. `write` adds rows to the journal; `seconds` is how long one minute is."""

    def __init__(
        self,
        write: Callable[[Sequence[Note]], None],
        clock: Callable[[], float] = monotonic,
        seconds: float = SECONDS,
    ) -> None:
        self._write, self._clock, self._seconds = write, clock, seconds
        self._lock = Lock()
        self._ends = 0.0
        self._rows = Counter[str]()
        self._counted: dict[tuple[str, str, str], Note] = {}
        self._timer: Timer | None = None

    def take(self, note: Note) -> list[Note]:
        """The rows that are to be written now, for this refusal and for those that were counted before."""
        with self._lock:
            due = self._over() if self._clock() >= self._ends else []
            who, at_once = _who(note)
            if who not in self._rows and len(self._rows) >= MOST_APART:
                who, note = OTHERS, replace(note, address=None, subject_type=None, subject_id=None)
            self._rows[who] += 1
            if self._rows[who] <= at_once:
                return [*due, note]
            self._count(who, note)
            return due

    def close(self) -> None:
        """Writes what was counted so far."""
        with self._lock:
            due = self._over()
        if due:
            try:
                self._write(due)
            except psycopg.Error as error:
                log.error(
                    "refusals not in the journal", times=sum(note.times or 0 for note in due), error=error
                )

    def _count(self, who: str, note: Note) -> None:
        key = (who, note.action, note.outcome)
        counted = self._counted.get(key) or _of_many(note)
        self._counted[key] = replace(counted, times=(counted.times or 0) + 1)
        if self._timer is None:
            self._timer = Timer(max(0.0, self._ends - self._clock()), self.close)
            self._timer.daemon = True
            self._timer.start()

    def _over(self) -> list[Note]:
        """Begins a new minute; the rows of what was counted in the one before."""
        if self._timer is not None:
            self._timer.cancel()
            self._timer = None
        due = list(self._counted.values())
        self._counted.clear()
        self._rows.clear()
        self._ends = self._clock() + self._seconds
        return due


def _who(note: Note) -> tuple[str, int]:
    """Names who is told apart, and how many rows a minute they have."""
    if isinstance(note.caller, Nobody):
        return f"{note.address} {note.detail} {note.caller.token_id}", 1
    return note.caller.actor, OF_ONE_CALLER


def _of_many(note: Note) -> Note:
    """The row of many like this one: of a caller they were about this and that."""
    if isinstance(note.caller, Nobody):
        return note
    return replace(note, subject_type=None, subject_id=None, detail=None)
