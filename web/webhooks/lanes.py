"""Lanes share the senders out among many subscriptions, so that none keeps the others waiting.

A receiver that took longer than a second the last time, or is just about to, goes in a lane of its own kind:
there is always room for those that answer quickly.
"""

from collections import Counter
from collections.abc import Sequence
from uuid import UUID

from web.webhooks.queue import BEFORE_ALL, Due, Room
from web.webhooks.workers import Flight

SLOW_SECONDS = 1.0
QUICK_LANE = 16
SLOW_LANE = 8
EACH_QUICK = 8
EACH_SLOW = 1
MOST = 64
"""Calls at a time. More than the lanes hold: quick ones that turn out to be slow leave theirs at once."""


class Lanes:
    """The deliveries under way, at most one for an aggregate of a subscription."""

    def __init__(self) -> None:
        self.flights: dict[tuple[UUID, UUID], Flight] = {}
        self._slow: set[UUID] = set()
        self._turn = {False: BEFORE_ALL, True: BEFORE_ALL}

    def rooms(self) -> list[Room]:
        """Lists the rooms that deliveries may be picked for."""
        self._slow |= {
            one.due.subscription_id for one in self.flights.values() if one.call.seconds > SLOW_SECONDS
        }
        rooms = [self._room(EACH_QUICK, QUICK_LANE, slow=False)]
        if self._slow:
            rooms.append(self._room(EACH_SLOW, SLOW_LANE, slow=True))
        return [room for room in rooms if room.limit > 0]

    def _room(self, each: int, lane: int, *, slow: bool) -> Room:
        under_way = Counter(subscription for subscription, _ in self.flights)
        taken = sum(count for id, count in under_way.items() if (id in self._slow) is slow)
        return Room(
            limit=min(lane - taken, MOST - len(self.flights)),
            each=each,
            of_slow=slow,
            after=self._turn[slow],
            slow=self._slow,
            busy=self.flights.keys(),
        )

    def had_turns(self, room: Room, picked: Sequence[Due]) -> None:
        """The next turn is that of the subscription after the last of these."""
        self._turn[room.of_slow] = max((due.subscription_id for due in picked), default=BEFORE_ALL)

    def enter(self, flight: Flight) -> None:
        self.flights[_key(flight.due)] = flight

    def leave(self, flight: Flight) -> None:
        del self.flights[_key(flight.due)]
        if flight.call.seconds > SLOW_SECONDS:
            self._slow.add(flight.due.subscription_id)
        else:
            self._slow.discard(flight.due.subscription_id)


def _key(due: Due) -> tuple[UUID, UUID]:
    return due.subscription_id, due.originator_id
