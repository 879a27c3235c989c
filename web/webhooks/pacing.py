"""A delivery that failed is tried again after growing pauses, and given up in the end."""

from datetime import datetime, timedelta
from random import SystemRandom

from web.webhooks.calls import DeliveryOutcome
from web.webhooks.queue import Due, Settled

FIRST_SECONDS = 5.0
LONGEST_SECONDS = 3_600.0
SPREAD = 0.25
"""A pause is up to this part shorter or longer, so that what failed together does not come back together."""
GIVEN_UP_AFTER = timedelta(days=1)
GONE = 410
_chance = SystemRandom()


def settled(due: Due, outcome: DeliveryOutcome, now: datetime) -> Settled:
    """Gives what follows from an attempt that ended `now`."""
    if outcome.error is None:
        return Settled(due, "delivered", None, outcome.answer, None)
    if outcome.answer == GONE:
        return Settled(due, "pending", now, outcome.answer, outcome.error, gone=True)
    if now - due.since >= GIVEN_UP_AFTER:
        return Settled(due, "parked", None, outcome.answer, outcome.error)
    again = now + timedelta(seconds=max(pause(due.attempts), outcome.retry_after))
    return Settled(due, "pending", again, outcome.answer, outcome.error)


def pause(failed_before: int) -> float:
    """Seconds: about five after the first attempt, twice as long after each one more, an hour at most."""
    doubled = FIRST_SECONDS * 2.0 ** min(failed_before, 30)
    return min(LONGEST_SECONDS, doubled * _chance.uniform(1 - SPREAD, 1 + SPREAD))
