"""Words that can be searched for: the same for what is kept and for what is asked."""

import re
from collections.abc import Iterable
from functools import lru_cache

from projections.words import words_in

OF_REASON, OF_FIELD, OF_JUDGEMENT = "~", "=", "!"
"""These mark the words of the reason, of the names of the fields that changed, and of what the change amounts
to; no other begins so.
"""
LOWERED, RAISED, AMENDMENT = "lowered", "raised", "amendment"
ID_LENGTH = 36
ID = re.compile("[0-9a-f]{8}(-[0-9a-f]{4}){3}-[0-9a-f]{12}", re.ASCII)
REMEMBERED, REMEMBERED_LENGTH = 8_192, 200
"""So many texts are remembered with their words, of so many characters at most: titles, topics and figures
come again and again.
"""


def vector(texts: Iterable[str]) -> str:
    """A tsvector, as text, of the words of all these texts; none of its phrases goes across two of them."""
    found, place = [], 1
    for text in texts:
        words, count = _placed(text, place) if len(text) <= REMEMBERED_LENGTH else _place(text, place)
        place += count + 1
        if count:
            found.append(words)
    return " ".join(found)


def _place(text: str, first: int) -> tuple[str, int]:
    """The words of a text, the first at this place, and how many they are."""
    words = words_in(text)
    return " ".join([f"{word}:{place}" for place, word in enumerate(words, start=first)]), len(words)


_placed = lru_cache(maxsize=REMEMBERED)(_place)


def marks(reason: str | None, fields: Iterable[str], judged: Iterable[str] = ()) -> str:
    """More of a tsvector: the words that are looked for in the reason alone, or as the names of fields, or as
    what the change amounts to.
    """
    said = [f"{OF_REASON}{word}:{place}" for place, word in enumerate(words_in(reason or ""), start=1)]
    return " ".join([*said, _marks_of(frozenset(fields)), *(f"{OF_JUDGEMENT}{each}" for each in judged)])


@lru_cache(maxsize=REMEMBERED)
def _marks_of(fields: frozenset[str]) -> str:
    return " ".join([f"{OF_FIELD}{name}" for name in words_of_all(fields)])


def words_of_all(fields: Iterable[str]) -> set[str]:
    """Lists the words of which the names of these fields are made."""
    return {word for field in fields for word in words_of(field)}


def words_of(field: str) -> list[str]:
    """Lists the words of which the name of a field is made, without the ids in it."""
    return [part for part in field.split(".") if not is_id(part)]


def is_id(text: str) -> bool:
    """Returns whether it is an id as payloads have them."""
    return len(text) == ID_LENGTH and ID.fullmatch(text) is not None
