"""Lists in pages: a stable order, and an opaque cursor that says where the next page starts.

The rows of a list are chosen by their ids and sorted here: what makes the order of texts is not in every
PostgreSQL (an embedded one has no ICU), and figures are not in its tables.
"""

import re
from base64 import urlsafe_b64decode, urlsafe_b64encode
from binascii import Error as NotBase64
from bisect import bisect_right
from collections.abc import Callable, Iterable, Mapping, Sequence
from dataclasses import dataclass, field
from functools import total_ordering
from typing import Any, TypeAlias

import orjson

from projections.words import in_order


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
    return _cursor(listing, key)


def key_of(listing: str, cursor: str, length: int) -> tuple[str, ...]:
    """The `length` values in a cursor that `cursor_after` made for this list; BadCursor for any other
    text.
    """
    values = tuple(value for value in _said(listing, cursor, length) if value is not None)
    if len(values) < length:
        raise BadCursor("the cursor is not one that this service made")
    return values


def _cursor(listing: str, key: Sequence[str | None]) -> str:
    return urlsafe_b64encode(orjson.dumps([listing, *key])).decode().rstrip("=")


def _said(listing: str, cursor: str, length: int) -> list[str | None]:
    try:
        decoded = orjson.loads(urlsafe_b64decode(cursor + "=" * (-len(cursor) % 4)))
    except (NotBase64, ValueError) as error:
        raise BadCursor("the cursor is not one that this service made") from error
    if not isinstance(decoded, list) or len(decoded) != length + 1 or decoded[0] != listing:
        raise BadCursor("the cursor belongs to another list")
    if not all(isinstance(value, str | None) and "\x00" not in (value or "") for value in decoded):
        raise BadCursor("the cursor is not one that this service made")
    return decoded[1:]


Row: TypeAlias = Mapping[str, Any]
By: TypeAlias = Callable[[str], Any]
"""Makes of the text of a value what it is sorted by; raises an error for other texts."""
FALLING = "-"
_ID = re.compile("[0-9a-f:-]{36,73}", re.ASCII)
BY_TEXT: By = in_order


@total_ordering
class _Falling:
    __slots__ = ("value",)

    def __init__(self, value: Any) -> None:
        self.value = value

    def __eq__(self, other: object) -> bool:
        return isinstance(other, _Falling) and bool(self.value == other.value)

    def __lt__(self, other: "_Falling") -> bool:
        return bool(other.value < self.value)

    def __hash__(self) -> int:
        return hash(self.value)


@dataclass(frozen=True)
class Sorting:
    """A list can be sorted by these values of its rows, all of them text or None, and is by `usual` unless
    another order is asked for; what is equal by all is sorted by `id`. `-` before a name sorts falling; what
    has no value comes last either way.
    """

    listing: str
    by: Mapping[str, By]
    usual: tuple[str, ...]

    def page(
        self, rows: Iterable[Row], limit: int | None, after: str | None = None, sort: Sequence[str] = ()
    ) -> tuple[list[Any], str | None]:
        """The rows of a page, and the cursor of the next. Raises BadCursor."""
        asked = {name.removeprefix(FALLING) for name in sort}
        names = [*sort, *(name for name in self.usual if name not in asked)]
        listing = ",".join([self.listing, *sort])

        def place(values: Sequence[str | None]) -> tuple[Any, ...]:
            *those, id = values
            return (*(self._place(*each) for each in zip(names, those, strict=True)), id)

        def values(row: Row) -> list[str | None]:
            return [*(row[name.removeprefix(FALLING)] for name in names), row["id"]]

        found = sorted(rows, key=lambda row: place(values(row)))
        start = 0
        if after is not None:
            said = _said(listing, after, len(names) + 1)
            if not _ID.fullmatch(said[-1] or ""):
                raise BadCursor("the cursor is not one that this service made")
            try:
                last = place(said)
            except (ValueError, LookupError, ArithmeticError) as error:
                raise BadCursor("the cursor is not one that this service made") from error
            start = bisect_right(found, last, key=lambda row: place(values(row)))
        shown = found[start:] if limit is None else found[start : start + limit]
        more = start + len(shown) < len(found)
        return shown, _cursor(listing, values(shown[-1])) if more else None

    def _place(self, name: str, value: str | None) -> tuple[Any, ...]:
        if value is None:
            return (True,)
        by = self.by[name.removeprefix(FALLING)](value)
        return False, _Falling(by) if name.startswith(FALLING) else by
