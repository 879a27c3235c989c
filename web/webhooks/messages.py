"""An event as it is posted: what is signed, and what is withheld from it."""

from collections.abc import Mapping
from datetime import datetime
from functools import cache
from importlib.metadata import version
from typing import Any
from zoneinfo import ZoneInfo

import orjson
from psycopg import Connection

from application.store import decode
from projections.log import envelope, private_among
from web.keys import Keys
from web.topics import without_withheld
from web.webhooks import signing
from web.webhooks.queue import Due
from web.webhooks.secrets import opened
from web.webhooks.showing import delivery_id


def composed(
    conn: Connection[Any], due: Due, now: datetime, zone: ZoneInfo, keys: Keys
) -> tuple[dict[str, str], bytes]:
    """Headers and body as of now: whether an objective is private is asked when its event is sent."""
    private = bool(private_among(conn, [due.originator_id], now.astimezone(zone).date()))
    return message(due, now, keys, private=private)


def message(due: Due, now: datetime, keys: Keys, *, private: bool) -> tuple[dict[str, str], bytes]:
    """Headers and body. The body is the same however often an event is sent, unless its objective has become
    `private` meanwhile; the signature is of `now`. Raises `Unreadable` if no key opens a secret.
    """
    body = orjson.dumps(_payload(due, private))
    id, timestamp = delivery_id(due.subscription_id, due.position), int(now.timestamp())
    kept = [secret for secret in (due.secret, due.former_secret) if secret is not None]
    secrets = [opened(keys, due.subscription_id, secret) for secret in kept]
    headers = {
        "Content-Type": "application/json",
        "User-Agent": _agent(),
        "webhook-id": id,
        "webhook-timestamp": str(timestamp),
        "webhook-signature": signing.signatures(secrets, id, timestamp, body),
    }
    return headers, body


@cache
def _agent() -> str:
    return f"Throughline/{version('throughline')}"


def _payload(due: Due, private: bool) -> Mapping[str, Any]:
    """Leaves out of the event what is withheld: whoever may read it asks for it."""
    shown, hidden = without_withheld(due.topic, decode(due.topic, due.state), private=private)
    event = envelope(due.position, due.originator_id, due.version, due.topic, due.recorded_at, shown)
    return {"type": due.topic, "timestamp": event["time"], "data": event, "withheld": hidden}
