"""Pages that ask much wait for each other, and leave room for what is asked quickly; each kind of thing has
its page in one place.
"""

import pytest

from tests.web.api import Api
from web.console.places import COLLECTIONS, page_of
from web.ops.bounds import EXPENSIVE, EXPORT, ORDINARY, WAITING, place_of


@pytest.mark.parametrize(
    ("method", "path", "query", "place"),
    [
        ("GET", "/", "", EXPENSIVE),
        ("GET", "/map", "from=2026-01-01", EXPENSIVE),
        ("GET", "/plans/x", "", EXPENSIVE),
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


def test_what_has_a_page_leads_to_one_that_is_there(shared_api: Api) -> None:
    rules = {
        rule.rule for rule in shared_api.app.url_map.iter_rules() if rule.endpoint.startswith("console.")
    }
    for each in COLLECTIONS:
        assert {f"/{each}/<uuid:id>"} <= rules, each
    assert page_of({"type": "person", "id": "5"}) == "/people/5"
    for nothing in ({"type": "policy", "id": "5"}, {"type": "person", "id": None}, None):
        assert page_of(nothing) is None
