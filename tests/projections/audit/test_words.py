"""What can be found by its words."""

from typing import Any

import pytest
from psycopg import Connection

from projections.audit.words import vector
from projections.words import words_in


@pytest.mark.parametrize(
    ("text", "words"),
    [
        ("Answer  every CUSTOMER", ["answer", "every", "customer"]),
        ("objective.target_changed", ["objective", "target", "changed"]),
        ("95.5 -> 3", ["95", "5", "3"]),
        ("Straße, ﬁne", ["strasse", "fine"]),
        ("Cafe\u0301 = Café", ["cafe", "cafe"]),
        ("it's 'quoted': a\\b\n\tc", ["it", "s", "quoted", "a", "b", "c"]),
        ("שלום\u200f, שלום", ["שלום", "שלום"]),
        ("", []),
        ("x" * 450, ["x" * 200, "x" * 200, "x" * 50]),
    ],
    ids=range(9),
)
def test_words_are_runs_of_letters_and_digits(text: str, words: list[str]) -> None:
    assert words_in(text) == words


def test_phrases_stay_within_one_text(connection: Connection[Any]) -> None:
    made = vector(["One goal, well kept", "kept promise", "", "'\\:*& "])
    for query, found in (
        ("'one' <-> 'goal'", True),
        ("'go':* & 'promise'", True),
        ("'kept' <-> 'promise'", True),
        ("'well' <-> 'kept' <-> 'promise'", False),
        ("'promise' <-> 'one'", False),
    ):
        row = connection.execute("select %s::tsvector @@ %s::tsquery", [made, query]).fetchone()
        assert row == (found,), query


def test_the_longest_texts_fit(connection: Connection[Any]) -> None:
    made = vector([" ".join(f"w{number}" for number in range(20_000)), "z " * 20_000])
    assert connection.execute("select length(%s::tsvector)", [made]).fetchone() == (20_001,)
