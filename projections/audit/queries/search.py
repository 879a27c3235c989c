"""What a search of the audit trail says: words, "quoted phrases" and key:value. All of it must hold."""

import re
from dataclasses import dataclass

from projections.audit.words import words_in

_TERM = re.compile(r'\s*(?>(?:(?P<key>[^\s":]*):)?)(?:"(?P<quoted>[^"]*)"|(?P<plain>[^\s"]+))(?=\s|$)')


class BadSearch(ValueError):
    """The search cannot be read; the message says where."""


@dataclass(frozen=True, slots=True)
class Term:
    """One part of a search; `key` None: words of the entry. What is `quoted` is meant whole."""

    key: str | None
    value: str
    quoted: bool

    def tsquery(self, mark: str = "") -> str:
        """Its words, one after the other, the last of them whole or as a beginning, all with this mark;
        BadSearch without any.
        """
        words = words_in(self.value)
        if not words:
            raise BadSearch(f'"{self.value}" has no letter and no digit to look for')
        return " <-> ".join(f"'{mark}{word}'" for word in words) + ("" if self.quoted else ":*")


def terms(search: str) -> list[Term]:
    """The parts of a search, in their order. Raises BadSearch."""
    found, place = [], 0
    text = search.rstrip()
    while place < len(text):
        term = _TERM.match(text, place)
        if term is None:
            raise BadSearch(_what_is_wrong(text, place))
        quoted, plain = term["quoted"], term["plain"]
        found.append(Term(term["key"], plain if quoted is None else quoted, quoted is not None))
        place = term.end()
    return found


def _what_is_wrong(text: str, place: int) -> str:
    rest = text[place:].strip()
    if rest.count('"') % 2:
        return "a quotation mark is not closed"
    if rest.split()[0].endswith(":"):
        return f'there is nothing after "{rest.split()[0]}"'
    return f'a quotation mark may only stand around a whole word or value: "{rest.split()[0]}"'
