"""The record of a person: what is stored about them, as far as it is for the reader, and who asked for it.

It is one list of several parts, one after the other, each in an order and with a cursor of its own.
"""

from collections.abc import Callable, Collection, Mapping
from datetime import datetime
from typing import Any, TypeAlias
from uuid import UUID

from projections.audit.queries.history import HistoryQuestion
from projections.moment import instant
from projections.page import BadCursor, Page, cursor_after, key_of
from projections.reviews.queries import ReviewFilters
from web.access import journal, tokens
from web.api import review_questions
from web.api.feedback import for_caller
from web.api.histories import without_addresses
from web.api.names import with_names_of_actors
from web.freshness import ReadSnapshot
from web.schemas.fields import ID
from web.schemas.record_answers import PARTS

Part: TypeAlias = Callable[[ReadSnapshot, UUID, int, str | None], Page]
"""Takes the snapshot, the person, how many rows at most, and after which."""
LISTING = "record"
FIRST = UUID(int=0)


def page(
    snapshot: ReadSnapshot, id: UUID, parts: Collection[str] | None, limit: int, after: str | None
) -> Page:
    """{part, and under its name the row}. Raises BadCursor."""
    asked = [name for name in PARTS if parts is None or name in parts]
    place: str | None = None
    if after is not None:
        begun, place = key_of(f"{LISTING} of {id}", after, 2)
        if begun not in asked:
            raise BadCursor("the cursor belongs to another list")
        asked = asked[asked.index(begun) :]
    items: list[dict[str, Any]] = []
    for name in asked:
        if len(items) == limit:
            return Page(items, cursor_after(f"{LISTING} of {id}", name, ""))
        found = _PARTS[name](snapshot, id, limit - len(items), place or None)
        items += ({"part": name, name: each} for each in found.items)
        if found.next is not None:
            return Page(items, cursor_after(f"{LISTING} of {id}", name, found.next))
        place = None
    return Page(items, None)


def _person(snapshot: ReadSnapshot, id: UUID, _limit: int, _after: str | None) -> Page:
    found = snapshot.directory.person(snapshot.moment, id, snapshot.sight.emails_of)
    return Page([found] if found else [], None)


def _history(snapshot: ReadSnapshot, id: UUID, limit: int, after: str | None) -> Page:
    asked = HistoryQuestion(snapshot.moment.known_at)
    found = snapshot.history.changes("person", id, asked, limit, after) or Page([], None)
    with_names_of_actors(snapshot, found.items)
    return Page([without_addresses(snapshot, id, item) for item in found.items], found.next)


def _objectives(snapshot: ReadSnapshot, id: UUID, limit: int, after: str | None) -> Page:
    found = snapshot.alignment.ever_owned(snapshot.moment, id, limit + 1, _id(after))
    return _cut(found, limit, "id")


def _reviews(snapshot: ReadSnapshot, id: UUID, limit: int, after: str | None) -> Page:
    found = snapshot.reviews.reviews(snapshot.moment, ReviewFilters(person=id), limit, after)
    told = (review_questions.read(snapshot, UUID(each["id"])) for each in found.items)
    return Page([each for each in told if each is not None], found.next)


def _feedback(snapshot: ReadSnapshot, id: UUID, limit: int, after: str | None) -> Page:
    theirs = snapshot.alignment.owned(snapshot.moment, id)
    remarks = snapshot.feedback.given_or_received(
        snapshot.moment, f"person:{id}", theirs, limit + 1, _number(after)
    )
    found = _cut(remarks, limit, "position")
    return Page(for_caller(snapshot, found.items), found.next)


def _tokens(snapshot: ReadSnapshot, id: UUID, limit: int, after: str | None) -> Page:
    found = tokens.listed(
        snapshot.connection, ended=True, own=(id, None), limit=limit + 1, after=_id(after) if after else None
    )
    known = [each for each in found if each["created_at"] <= snapshot.moment.known_at]
    return _cut([token_shown(each) for each in known], limit, "id")


def _reads(snapshot: ReadSnapshot, id: UUID, limit: int, after: str | None) -> Page:
    named = [
        str(id),
        *snapshot.alignment.owned(snapshot.moment, id),
        *snapshot.reviews.of_person(snapshot.moment, id),
    ]
    found = journal.reads_naming(
        snapshot.connection, named, snapshot.moment.known_at, limit + 1, _number(after)
    )
    reads = _cut([{**each, "recorded_at": instant(each["recorded_at"])} for each in found], limit, "number")
    with_names_of_actors(snapshot, reads.items)
    return reads


def token_shown(row: Mapping[str, Any]) -> dict[str, Any]:
    """A row of tokens, as it leaves the service."""
    return {name: instant(value) if isinstance(value, datetime) else value for name, value in row.items()}


def _cut(rows: list[dict[str, Any]], limit: int, by: str) -> Page:
    """The first rows; of one row more than that it is known that there are more."""
    shown = rows[:limit]
    return Page(shown, str(shown[-1][by]) if len(rows) > limit else None)


def _id(after: str | None) -> UUID:
    if after is None:
        return FIRST
    if not ID.fullmatch(after):
        raise BadCursor("the cursor is not one that this service made")
    return UUID(after)


def _number(after: str | None) -> int:
    if after is None:
        return 0
    if not (after.isascii() and after.isdigit() and len(after) < 19):
        raise BadCursor("the cursor is not one that this service made")
    return int(after)


_PARTS: Mapping[str, Part] = {
    "person": _person,
    "history": _history,
    "objective": _objectives,
    "review": _reviews,
    "feedback": _feedback,
    "token": _tokens,
    "read": _reads,
}
