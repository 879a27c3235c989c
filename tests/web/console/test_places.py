"""Pages that ask much wait for each other, and leave room for what is asked quickly; each kind of thing has
its page in one place.
"""

from typing import Any

import pytest

from tests.web.api import Api
from tests.web.console.conftest import visitor
from tests.web.performance import company
from web.console import asking
from web.console.places import COLLECTIONS, page_of
from web.ops.bounds import EXPENSIVE, EXPORT, ORDINARY, WAITING, place_of


@pytest.mark.parametrize(
    ("method", "path", "query", "place"),
    [
        ("GET", "/", "", EXPENSIVE),
        ("GET", "/map", "from=2026-01-01", EXPENSIVE),
        ("GET", "/plans/x", "", EXPENSIVE),
        ("GET", "/board-pack", "from=2026-01-01", EXPENSIVE),
        ("GET", "/api/v1/board-pack", "", EXPENSIVE),
        ("GET", "/measures/x", "", EXPENSIVE),
        ("GET", "/api/v1/objectives", "goal=x&live=true", EXPENSIVE),
        ("GET", "/calendar/x.ics", "", EXPENSIVE),
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


MEASURE = {"name": "Calls answered", "direction": "increase", "baseline": "1", "target": "2"}
OF_ITS_OWN = {"/objectives/": "the paths are those of one objective, whose page is looked at all day"}
"""Pages that ask something of an expensive place and have an ordinary one, with the reason."""


def test_a_page_that_asks_much_has_the_place_of_that(api: Api, monkeypatch: pytest.MonkeyPatch) -> None:
    there = company(api)
    goal = api.active(there.cycle, {"unit_id": there.unit}, level="strategic")
    measure = api.done("/measures", {**MEASURE, "objective_ids": [goal]})
    cancelled = {"action": "cancel_objective", "objective_id": goal}
    plan = there.hr.done("/plans", {"title": "Less", "reason": "to see", "changes": [cancelled]})
    api.project()
    asked: list[str] = []
    real = asking._sent

    def noted(method: str, path: str, *given: Any, **more: Any) -> Any:
        if method == "GET":
            asked.append(place_of(method, f"/api/v1{path}", ""))
        return real(method, path, *given, **more)

    monkeypatch.setattr(asking, "_sent", noted)
    them = visitor(api, "hr+auditor", there.ids["hr"])
    lists = ["/", "/map", "/units", "/people", "/cycles", "/measures", "/plans", "/trail", "/board-pack"]
    things = {
        "objectives": goal, "units": there.unit, "people": there.ids["ana"], "cycles": there.cycle,
        "measures": measure, "plans": plan,
    }  # fmt: skip
    for path in [*lists, "/objectives", "/search?q=a", *(f"/{kind}/{id}" for kind, id in things.items())]:
        asked.clear()
        assert them.get(path).status_code == 200, path
        page, _, query = path.partition("?")
        if EXPENSIVE in asked and not page.startswith(tuple(OF_ITS_OWN)):
            assert place_of("GET", page, query) == EXPENSIVE, path
