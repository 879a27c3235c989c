"""The home says how much leads to the strategy, as the query has it, in every organisation."""

from datetime import UTC, date, datetime, timedelta
from random import Random

import psycopg

from tests.web.api import Api, today
from tests.web.console.conftest import heading_of, visitor
from tests.web.organisations import Organisation
from tests.web.performance import company, days_ago
from web.api.days import last_quarter_end
from web.console.pages.home import heading, owed
from web.console.pages.offices import attention, heading_of_administrator, heading_of_auditor

FIGURES = {"strategic": 8, "aligned": 240, "detached": 85, "orphan": 47}


def _in_days(days: int) -> str:
    return (datetime.now(UTC) + timedelta(days=days)).isoformat()


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


def test_an_auditor_is_told_what_was_recorded_refused_read_and_taken_away(api: Api) -> None:
    there = company(api)
    since = last_quarter_end(date.fromisoformat(today())).isoformat()
    late = {"person_id": there.ids["dan"], "reason": "late", "effective_on": days_ago(9)}
    there.admin.done(f"/objectives/{there.objective}/transfer", late)
    assert there.hr.get("/units.csv", behind=True).status_code == 200
    refused = there.hr.post(f"/units/{there.unit}/renaming", {"name": "x"})
    assert refused.status_code == 403
    them = visitor(there.admin, "auditor")
    page = them.get("/")
    counts = [
        api.ask("/audit", q=q, count="true", **{"from": since})["count"]
        for q in ("kind:event", "late:true", "kind:refusal")
    ]
    assert heading_of(page) == heading_of_auditor(date.fromisoformat(since), *counts)
    assert counts[2]["rows"]
    for said in (
        "Ask the trail",
        "Taken away lately",
        "Reviews read lately",
        "units: list",
        "kind%3Arefusal",
    ):
        assert said in page.text, said
    assert heading_of(them.get("/", **{"as": "everybody"})) == heading_of(visitor(api, "hr").get("/"))
    assert "home-auditor" not in them.get("/", as_of=days_ago(3)).text
    assert heading_of(them.get("/", as_of=days_ago(3))) != heading_of(page)


def test_the_sentence_of_an_auditor_counts() -> None:
    day, none = date(2026, 9, 30), {"rows": 0, "exact": True}
    one, many = {"rows": 1, "exact": True}, {"rows": 10_000, "exact": False}
    assert heading_of_auditor(day, none, none, none) == (
        "Since 30 September no changes were recorded; no attempts were refused."
    )
    assert heading_of_auditor(day, one, none, one) == (
        "Since 30 September 1 change was recorded, none of them late; 1 attempt was refused."
    )
    assert heading_of_auditor(day, many, one, none) == (
        "Since 30 September more than 10,000 changes were recorded, 1 of them late; no attempts were refused."
    )


def test_an_administrator_is_told_what_is_wrong_and_where_things_are_kept(api: Api) -> None:
    there = company(api)
    admin = visitor(there.admin, "admin")
    page = admin.get("/")
    assert heading_of(page) == "1 thing needs attention."  # no projector leads in a test
    assert "Needs attention" in page.text
    api.done("/tokens", {"roles": ["hr"], "name": "soon", "expires_at": _in_days(20)})
    with psycopg.connect(api.dsn) as conn:
        conn.execute("update access.tokens set created_at = now() - interval '60 days' where name = 'soon'")
        conn.execute("update access.tokens set expires_at = now() + interval '5 days' where name = 'soon'")
    page = admin.get("/")
    assert heading_of(page) == "2 things need attention."
    assert "1 token ends within 14 days: “soon”." in page.text
    for path in (
        "/units/new",
        "/people/new",
        "/cycles/new",
        "/policies",
        "/imports/new",
        "/tokens",
        "/webhooks",
    ):
        assert f'href="{path}"' in page.text
        assert admin.get(path).status_code == 200
    assert heading_of(admin.get("/", **{"as": "everybody"})) == heading_of(visitor(api, "hr").get("/"))


def test_nothing_wrong_is_said_with_how_far_the_answers_are_complete() -> None:
    fine = {"problems": [], "head": 20_453}
    assert heading_of_administrator(0, fine) == (
        "Nothing is wrong: every answer is complete up to event 20,453."
    )
    hook = {"id": "5", "url": "https://a.example/x", "failing": 2, "parked": 1}
    assert attention({"problems": ["no projector leads"]}, [hook], [], datetime.now(UTC)) == [
        ("no projector leads", None),
        ("https://a.example/x: 3 deliveries not made", "/webhooks/5"),
    ]
