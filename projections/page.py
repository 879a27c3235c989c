"""Lists in pages: a stable order, and an opaque cursor that says where the next page starts."""

from base64 import urlsafe_b64decode, urlsafe_b64encode
from binascii import Error as NotBase64
from dataclasses import dataclass, field
from typing import Any

import orjson


@dataclass(frozen=True, slots=True)
class Page:
    """`items` as JSON-ready dicts; `next` is the cursor of the following page, None on the last one. `beside`
    is what the answer says about the whole list.
    """

    items: list[dict[str, Any]]
    next: str | None
    beside: dict[str, Any] = field(default_factory=dict)


class BadCursor(ValueError):
    """The cursor was not handed out by this list."""


def cursor_after(listing: str, *key: str) -> str:
    """The cursor for what follows `key` (the values a list is ordered by) in the list named `listing`."""
    return urlsafe_b64encode(orjson.dumps([listing, *key])).decode().rstrip("=")


def key_of(listing: str, cursor: str, length: int) -> tuple[str, ...]:
    """The `length` values in a cursor that `cursor_after` made for this list; BadCursor for any other
    text.
    """
    try:
        decoded = orjson.loads(urlsafe_b64decode(cursor + "=" * (-len(cursor) % 4)))
    except (NotBase64, ValueError) as error:
        raise BadCursor("the cursor is not one that this service made") from error
    if not isinstance(decoded, list) or len(decoded) != length + 1 or decoded[0] != listing:
        raise BadCursor("the cursor belongs to another list")
    if not all(isinstance(value, str) and "\x00" not in value for value in decoded):
        raise BadCursor("the cursor is not one that this service made")
    return tuple(decoded[1:])
