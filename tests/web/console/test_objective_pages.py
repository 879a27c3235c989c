"""The page of an objective with more changes than it shows says so, and leads to all of them."""

import pytest

from tests.web.api import Api
from tests.web.console.conftest import visitor
from tests.web.performance import company
from web.console.pages import objectives


def test_a_page_that_does_not_show_every_change_says_so(api: Api, monkeypatch: pytest.MonkeyPatch) -> None:
    there = company(api)
    them, path = visitor(there.admin, "hr", there.ids["hr"]), f"/objectives/{there.objective}"
    assert "changes are shown and drawn here" not in them.get(path).text
    monkeypatch.setattr(objectives, "MOST_CHANGES", 2)
    monkeypatch.setattr(objectives, "MOST_DRAWN", 3)
    page = them.get(path).text
    assert "Only the first 4 changes are shown and drawn here." in page
    assert f'href="/trail?q=subject:{there.objective}"' in page
    ana = visitor(there.admin, "employee", there.ids["ana"]).get(path).text
    assert "All of them can be taken away above." in ana
    assert "/trail?" not in ana


def test_an_objective_without_a_period_of_its_own_is_drawn_over_that_of_its_cycle(api: Api) -> None:
    there = company(api)
    id = there.admin.objective(there.cycle, {"unit_id": there.unit}, starts_on=None, ends_on=None)
    measured = {"kind": "increase", "title": "Done", "baseline": "0", "target": "9"}
    there.admin.done(f"/objectives/{id}/key-results", measured)
    them = visitor(there.admin, "hr")
    assert api.ask(f"/objectives/{id}")["starts_on"] is None
    assert them.get(f"/objectives/{id}").status_code == 200
