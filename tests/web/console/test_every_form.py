"""Everything that people do by hand has a form, and a button or a link leads to it."""

import re
from fnmatch import fnmatchcase
from html import unescape

import pytest

from tests.web.api import Api, today
from tests.web.console.conftest import Visitor, heading_of, visitor
from tests.web.performance import Company, company
from web.access.table import operation_of
from web.api.blueprints import BASE
from web.api.commands import posting_of
from web.console.pages.forms import KINDS
from web.console.pages.policies import heading
from web.console.wording import long_day
from web.wiring import prepare

LISTS = {
    "objectives": "/objectives",
    "units": "/units",
    "people": "/people",
    "cycles": "/cycles",
    "measures": "/measures",
    "plans": "/plans",
    "policies": "/policies",
    "tokens": "/tokens",
    "webhooks": "/webhooks",
}
"""The page that leads to the form of a new one."""
ELSEWHERE = {
    "commands.post_many": "many commands at once are for programs",
    "imports.import_uploaded": "/imports/new is its page",
    "reviews.open_": "a review is opened on the page of the person",
    "reminders.*": "the address of a calendar is handed to the program that shows it",
}
"""What has no form at its path, or no link from a list, and why."""


@pytest.fixture(scope="module")
def there(shared_api: Api) -> Company:
    found = company(shared_api)
    found.measure = shared_api.done(  # type: ignore[attr-defined]
        "/measures",
        {
            "name": "Revenue",
            "direction": "increase",
            "baseline": 0,
            "target": 1,
            "objective_ids": [found.objective],
        },
    )
    return found


@pytest.fixture(scope="module")
def them(there: Company) -> Visitor:
    return visitor(there.admin, "admin+hr", there.ids["hr"])


def _is_elsewhere(operation: str) -> bool:
    return any(fnmatchcase(operation, each) for each in ELSEWHERE)


def test_every_post_has_a_form_or_a_reason_why_not(there: Company, them: Visitor) -> None:
    app = there.admin.app
    seen = 0
    for rule in app.url_map.iter_rules():
        operation = operation_of(rule.endpoint)
        if not rule.rule.startswith(f"{BASE}/") or "POST" not in (rule.methods or ()):
            continue
        kind = rule.rule.removeprefix(f"{BASE}/").split("/")[0]
        if _is_elsewhere(operation):
            continue
        posting = posting_of(app.view_functions[rule.endpoint])
        assert posting is not None, f"{operation} tells no shape, so there is no form of it"
        assert kind in KINDS.split(","), f"{operation} has no form: {kind} is not among KINDS"
        if not rule.arguments:
            assert f'href="/{kind}/new"' in them.get(LISTS[kind]).text, operation
            assert '<form class="panel' in them.get(f"/{kind}/new").text, operation
        seen += 1
    assert seen > 50


def test_the_page_of_a_thing_leads_to_the_form_of_all_that_may_be_done_with_it(
    there: Company, them: Visitor
) -> None:
    review = there.review()
    moved = {"direction": "increase", "baseline": 0, "target": 1, "objective_ids": [there.objective]}
    measure = there.admin.done("/measures", {"name": "Revenue", **moved})
    there.admin.project()
    for kind, id in (
        ("objectives", there.objective),
        ("people", there.ids["ana"]),
        ("units", there.unit),
        ("cycles", there.cycle),
        ("reviews", review),
        ("measures", measure),
    ):
        page = them.get(f"/{kind}/{id}").text
        links = {unescape(each).partition("?")[0] for each in re.findall(r'href="([^"]*)"', page)}
        answer = them.client.get(f"{BASE}/me/operations", query_string={"subject": id})
        assert answer.json is not None
        operations = [each for each in answer.json["operations"] if each["fits"] and "{" not in each["path"]]
        assert operations, kind
        for each in operations:
            path = each["path"].removeprefix(BASE)
            form = path if path.startswith(f"/{kind}/{id}/") else f"{path}/new"
            assert form in links, (kind, each["operation"])
            assert '<form class="panel' in them.get(form).text, form


def test_what_is_made_for_somebody_is_filled_in_with_them(there: Company, them: Visitor) -> None:
    page = unescape(them.get(f"/people/{there.ids['ana']}").text)
    (define,) = re.findall(r'href="(/objectives/new\?[^"]*)"', page)
    assert f'value="{there.ids["ana"]}"' in them.client.get(define).text
    (opened,) = re.findall(r'href="(/reviews/new\?[^"]*)"', page)
    assert f'value="{there.ids["ana"]}"' in them.client.get(opened).text


def test_the_rules_have_a_page_that_says_which_are_in_force(api: Api) -> None:
    them = visitor(api, "admin")
    assert heading_of(them.get("/policies")).startswith("The rules are those that came along")
    prepare(api.dsn)
    given = {"name": "2030-1", "effective_on": today(), "reason": "decided"}
    given |= {"zones/stretch": "1", "zones/target": "0.8", "zones/commit": "0.3"}
    adopted = them.post("/policies/new", **given)
    assert adopted.status_code == 303, adopted.text
    assert adopted.headers["Location"].startswith("/policies?seen=")
    api.project()
    said = heading_of(them.client.get(adopted.headers["Location"]))
    assert said == f"The rules 2030-1 are in force since {long_day(today())}; 3 versions are recorded."
    first = {"name": "2026-1", "in_force": True, "in_force_from": "1900-01-01"}
    other = {**first, "in_force": False}
    assert heading([first, other]) == "The rules 2026-1 are in force; 2 versions are recorded."


@pytest.mark.parametrize("role", ["employee", "auditor"])
def test_nobody_is_led_to_what_is_not_theirs(there: Company, role: str) -> None:
    them = visitor(there.admin, role, there.ids["dan"])
    for kind in ("units", "people", "cycles", "measures", "policies", "tokens"):
        assert f'href="/{kind}/new"' not in them.get(f"/{kind}").text, kind
