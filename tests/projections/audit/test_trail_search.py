"""What a search means."""

import pytest

from projections.audit.queries.conditions import BadSearch, Term, terms
from projections.audit.words import OF_REASON


@pytest.mark.parametrize(
    ("search", "parts"),
    [
        ("", []),
        ("  growth ", [Term(None, "growth", False)]),
        (
            'one "two  three" four',
            [Term(None, "one", False), Term(None, "two  three", True), Term(None, "four", False)],
        ),
        ("actor:person:x", [Term("actor", "person:x", False)]),
        ('reason:"far too late" x', [Term("reason", "far too late", True), Term(None, "x", False)]),
        ("from:2026-03-01T10:00:00Z", [Term("from", "2026-03-01T10:00:00Z", False)]),
        ('"a:b"', [Term(None, "a:b", True)]),
        ("x:y", [Term("x", "y", False)]),
        (":y", [Term("", "y", False)]),
        ("it's", [Term(None, "it's", False)]),
        ('""', [Term(None, "", True)]),
    ],
    ids=range(11),
)
def test_a_search_has_words_and_phrases_and_keys(search: str, parts: list[Term]) -> None:
    assert terms(search) == parts


@pytest.mark.parametrize(
    ("search", "said"),
    [
        ('one "two', "a quotation mark is not closed"),
        ('reason:"two', "a quotation mark is not closed"),
        ('one"two"', "around a whole word"),
        ('"one"two', "around a whole word"),
        ("actor:", 'there is nothing after "actor:"'),
        ("x actor: y", 'there is nothing after "actor:"'),
    ],
    ids=range(6),
)
def test_what_cannot_be_read_is_refused(search: str, said: str) -> None:
    with pytest.raises(BadSearch, match=said):
        terms(search)


@pytest.mark.parametrize(
    ("search", "query"),
    [
        ("Growth", "'growth':*"),
        ("one-way", "'one' <-> 'way':*"),
        ('"one-way street"', "'one' <-> 'way' <-> 'street'"),
        ("it's", "'it' <-> 's':*"),
        ("a&b|!c\\'", "'a' <-> 'b' <-> 'c':*"),
    ],
    ids=range(5),
)
def test_the_last_word_may_be_a_beginning_unless_quoted(search: str, query: str) -> None:
    (term,) = terms(search)
    assert term.tsquery() == query


def test_words_of_the_reason_are_marked() -> None:
    (term,) = terms('reason:"too late"')
    assert term.tsquery(OF_REASON) == "'~too' <-> '~late'"


@pytest.mark.parametrize("search", ["&", '""', '"- -"', "_"])
def test_what_has_no_word_finds_nothing_and_says_so(search: str) -> None:
    (term,) = terms(search)
    with pytest.raises(BadSearch, match="no letter and no digit"):
        term.tsquery()
