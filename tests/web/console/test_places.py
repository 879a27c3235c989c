"""Pages that ask much wait for each other, and leave room for what is asked quickly."""

import pytest

from web.ops.bounds import EXPENSIVE, EXPORT, ORDINARY, WAITING, place_of


@pytest.mark.parametrize(
    ("method", "path", "query", "place"),
    [
        ("GET", "/", "", EXPENSIVE),
        ("GET", "/map", "from=2026-01-01", EXPENSIVE),
        ("GET", "/people/x", "as_of=2026-01-01&known=both", EXPENSIVE),
        ("GET", "/api/v1/people/x/obligations", "", EXPENSIVE),
        ("GET", "/objectives/x", "seen=9", WAITING),
        ("GET", "/objectives/x", "", ORDINARY),
        ("GET", "/sign-in", "", ORDINARY),
        ("GET", "/console/throughline.css", "", ORDINARY),
        ("POST", "/units/new", "", ORDINARY),
        ("GET", "/api/v1/units.csv", "", EXPORT),
    ],
)
def test_a_page_has_the_place_of_what_it_asks(method: str, path: str, query: str, place: str) -> None:
    assert place_of(method, path, query) == place
