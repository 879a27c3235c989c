"""What the sender would post of the whole log to a subscription to everything, without posting it."""

from collections.abc import Iterator
from datetime import UTC, datetime
from zoneinfo import ZoneInfo

import psycopg

from tests.web.keys import KEYS
from web.webhooks import pacing, queue, subscriptions
from web.webhooks.calls import DeliveryOutcome
from web.webhooks.messages import composed

TAKEN = DeliveryOutcome(200, None)
ALL_AT_ONCE = queue.Room(limit=1_000, each=1_000, of_slow=False, after=queue.BEFORE_ALL, slow=(), busy=())


def payloads(dsn: str) -> Iterator[str]:
    """The bodies, in the order in which they would be sent."""
    with psycopg.connect(dsn, autocommit=True) as conn:
        subscriptions.create(conn, KEYS, "https://example.com/hook", ["*"], "person:administrator")
        conn.execute("update webhooks.subscriptions set position = 0")
        while True:
            while queue.find(conn, datetime.now(UTC)):
                pass
            now = datetime.now(UTC)
            picked = queue.pick(conn, now, ALL_AT_ONCE)
            if not picked:
                return
            yield from (composed(conn, due, now, ZoneInfo("UTC"), KEYS)[1].decode() for due in picked)
            queue.settle(conn, now, [pacing.settled(due, TAKEN, now) for due in picked])
