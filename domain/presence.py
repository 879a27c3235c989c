"""The days on which a person or a unit is there: it ends, it comes back, and an end may be taken back.

The word spoken last of a day holds from that day on, as with every fact. So an end that moves to a later day
is taken back on its old one, and a day on which a word made no difference is spoken of again where it would
make one now.
"""

from __future__ import annotations

from datetime import date
from typing import ClassVar, NamedTuple

from domain.aggregate import Event
from domain.external_id import Named
from domain.provenance import Provenance
from domain.refusals import ForbiddenTransition, ReasonRequired
from domain.timeline import Timeline
from domain.window import Window

ACTIVE = "active"


class Words(NamedTuple):
    """It ended on the day of the event; it is back from that day on; the end of that day was recorded by
    mistake.
    """

    ended: type[Event]
    resumed: type[Event]
    withdrawn: type[Event]


class Presence(Named):
    """Something that may end and come back under the same id.

    A subclass says what it is (`THING`, with its article), what it is called once it has ended (`GONE`), and
    which events are its `WORDS`.
    """

    THING: ClassVar[str]
    GONE: ClassVar[str]
    WORDS: ClassVar[Words]

    def __init__(self) -> None:
        super().__init__()
        self.there: Timeline[bool] = Timeline()
        self.reasons: dict[date, str | None] = {}  # of the word spoken last of each day
        self.taken_back = False  # some end, at some time

    def exists_on(self, day: date) -> bool:
        """From the first day on, but for the days on which it is gone."""
        return self.first_day <= day and self.status_on(day) == ACTIVE

    def status_on(self, day: date) -> str:
        """active, or what it is from the day of its end until it is back."""
        return self.GONE if self.there.at(day) is False else ACTIVE

    def days_there(self) -> list[Window]:
        """The days on which it exists."""
        return [span.window for span in self.there.spans() if span.value]

    def days_gone(self) -> list[Window]:
        """The days on which it has ended."""
        return [span.window for span in self.there.spans() if not span.value]

    def speak(self, event: Event, *, there: bool) -> None:
        """Takes in an event that says whether it is there from the event's day on."""
        self.there.set(event.day, there)
        self.reasons[event.day] = event.reason
        self.taken_back = self.taken_back or isinstance(event, self.WORDS.withdrawn)

    def _end(self, by: Provenance) -> None:
        """From the effective date on. An end that is known already moves: to an earlier day as any late fact,
        to a later one with a reason, for then it is taken back on its old day.
        """
        self.check_fact_date(by)
        day = by.effective_on
        if self.there.at(day):
            self._say(self.WORDS.ended, by, day, *self._idle_after(day))
        else:
            self._say_again(by, self.WORDS.ended, self.WORDS.withdrawn)

    def _resume(self, by: Provenance) -> None:
        """It is back from the effective date on, with a reason. A way back that is known already moves."""
        self.check_fact_date(by)
        day = by.effective_on
        if not self.there.at(day):
            _check_reason(by, "to come back")
            idle = self._idle_after(day)
            self._say(self.WORDS.resumed, by, day)
            self._say(self.WORDS.withdrawn, by, *idle)
        elif self._since(day) == self.first_day:
            raise self._has_not_ended("return", day)
        else:
            self._say_again(by, self.WORDS.resumed, self.WORDS.ended)

    def _withdraw_end(self, by: Provenance) -> None:
        """Takes back an end that was recorded by mistake, on its own day and with a reason: the one in force
        on the effective date, or else the first one after it.
        """
        self.check_fact_date(by)
        day = by.effective_on
        ends = [gone.start for gone in self.days_gone() if gone.end is None or gone.end > day]
        if ends:
            _check_reason(by, f"to take back that {self.THING} is {self.GONE} since {ends[0]}")
            self._say(self.WORDS.withdrawn, by, ends[0], *self._idle_after(ends[0]))
        elif not self.taken_back:
            raise self._has_not_ended("take_back_an_end", day)

    def _check_change(self, action: str, by: Provenance) -> None:
        """Raises ForbiddenTransition if it has ended on the effective date, and OutOfTime."""
        self.check_fact_date(by)
        status = self.status_on(by.effective_on)
        if status == self.GONE:
            raise ForbiddenTransition.of(self.THING, action, status, [])

    def _since(self, day: date) -> date:
        """The day since which it has been there, or gone, without a break."""
        return self.there.since(day) or self.first_day

    def _say_again(self, by: Provenance, event: type[Event], against: type[Event]) -> None:
        """It holds on the effective date, and is to hold from another day on, or for another reason."""
        since = self._since(by.effective_on)
        day = by.effective_on if by.dated else since
        if since == day and by.reason in (None, self.reasons[since]):
            return
        _check_reason(by, f"{self.THING} is {self.status_on(day)} since {since}: to put that off")
        old = [on for on in (since, *self._idle_after(since)) if on < day]
        self._say(against, by, *old)
        self._say(event, by, day)

    def _idle_after(self, day: date) -> list[date]:
        """The later days of which a word says no more than what holds from `day` on."""
        idle, following = [], self.there.next_after(day)
        while following is not None and self.there.at(following) == self.there.at(day):
            idle.append(following)
            following = self.there.next_after(following)
        return idle

    def _say(self, event: type[Event], by: Provenance, *days: date) -> None:
        for day in days:
            self.record(event, by, day)

    def _has_not_ended(self, action: str, day: date) -> ForbiddenTransition:
        refusal = ForbiddenTransition.of(self.THING, action, ACTIVE, [])
        later = [str(gone.start) for gone in self.days_gone() if gone.start > day]
        refusal.members["recorded"] = later
        return refusal


def _check_reason(by: Provenance, to_do: str) -> None:
    if by.reason is None:
        raise ReasonRequired.at("/reason", f"{to_do} needs a reason")
