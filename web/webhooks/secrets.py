"""The secrets of webhooks as they are kept: encrypted, each for its own webhook alone."""

from typing import Any
from uuid import UUID

from psycopg import Connection

from web.keys import Keys
from web.webhooks.signing import SECRET_BYTES

_KEPT = "select id, secret, former_secret from webhooks.subscriptions order by id for update"
_SEAL = "update webhooks.subscriptions set secret = %s, former_secret = %s where id = %s"


def sealed(keys: Keys, id: UUID, secret: bytes) -> bytes:
    return keys.seal(secret, _about(id))


def opened(keys: Keys, id: UUID, kept: bytes) -> bytes:
    """Raises `Unreadable`."""
    return keys.open(kept, _about(id))


def any_kept(conn: Connection[Any]) -> bool:
    """Returns whether there is any secret, for which a key is needed."""
    return conn.execute("select from webhooks.subscriptions limit 1").rowcount == 1


def seal_all(conn: Connection[Any], keys: Keys) -> None:
    """Encrypts with the first key what is kept in plain, as it was once, or under another key. Raises
    `Unreadable`; the caller commits.
    """
    for id, *kept in conn.execute(_KEPT).fetchall():
        now = [_sealed_now(keys, id, each) for each in kept]
        if now != kept:
            conn.execute(_SEAL, [*now, id])


def _sealed_now(keys: Keys, id: UUID, kept: bytes | None) -> bytes | None:
    if kept is None or keys.sealed_now(kept):
        return kept
    return sealed(keys, id, kept if len(kept) == SECRET_BYTES else opened(keys, id, kept))


def _about(id: UUID) -> str:
    return f"webhook {id}"
