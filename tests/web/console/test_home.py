"""The home says how much leads to the strategy, as the query has it, in every organisation."""

from random import Random

from tests.web.api import Api
from tests.web.console.conftest import visitor
from tests.web.organisations import Organisation
from tests.web.performance import company, days_ago
from web.console.pages.home import heading, owed

FIGURES = {"strategic": 8, "aligned": 240, "detached": 85, "orphan": 47}


def test_the_heading_counts_what_leads_to_the_strategy() -> None:
    assert heading(FIGURES) == "240 of 372 objectives lead to the strategy. 132 do not."
    assert (
        heading({**FIGURES, "detached": 1, "orphan": 0})
        == "240 of 241 objectives lead to the strategy. 1 does not."
    )
    assert heading({**FIGURES, "detached": 0, "orphan": 0}) == "All 240 objectives lead to the strategy."
    assert heading({**FIGURES, "aligned": 0, "detached": 0, "orphan": 0}) == "Nothing leads anywhere yet."


def test_what_is_owed_is_counted() -> None:
    assert owed([]) == "Nothing waits for you."
    assert owed([{"overdue": False}]) == "1 thing waits for you."
    assert owed([{"overdue": True}, {"overdue": False}]) == "2 things wait for you, 1 of them overdue."


def test_an_empty_organisation_has_a_home_that_says_so(shared_api: Api) -> None:
    page = visitor(shared_api).get("/")
    assert (page.status_code, "<h1>Nothing leads anywhere yet.</h1>" in page.text) == (200, True)


def test_the_home_says_what_the_query_says_today_and_then(api: Api) -> None:
    there = Organisation(api, Random(5))
    them = visitor(api, "hr")
    for moment in (
        {},
        {"as_of": "2025-09-01"},
        {"as_of": "2025-09-01", "known_at": "2025-09-01T23:59:59.999999Z"},
    ):
        figures = api.ask("/alignment-health", behind=True, **moment)["total"]
        page = them.get("/", **moment)
        assert f"<h1>{heading(figures)}</h1>" in page.text, moment
    assert there.objectives


def test_whoever_reads_all_is_told_what_to_put_right_and_may_ask_the_trail(api: Api) -> None:
    there = company(api)
    gone, late = {"effective_on": days_ago(5)}, {"effective_on": days_ago(9), "reason": "late"}
    there.admin.done(f"/people/{there.ids['dan']}/departure", gone)
    there.admin.done(f"/objectives/{there.objective}/transfer", {"person_id": there.ids["dan"], **late})
    hr, ana = visitor(there.admin, "hr"), visitor(there.admin, "employee", there.ids["ana"])
    assert "1 thing is left behind by somebody who is gone" in hr.get("/").text
    assert 'href="/trail?q=late%3Atrue"' in hr.get("/").text
    for said in ("left behind", "Ask the trail"):
        assert said not in ana.get("/").text
