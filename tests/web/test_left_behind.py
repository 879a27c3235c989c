"""What slipped through by late facts is listed, at any day and as known at any instant."""

from typing import Any
from urllib.parse import parse_qsl, urlsplit

import pytest

from tests.web.api import Api, refused
from tests.web.performance import Company, company, days_ago


@pytest.fixture
def there(api: Api) -> Company:
    return company(api)


def _left(api: Api, **moment: str) -> list[tuple[str, str]]:
    return sorted((each["kind"], each["holder_name"]) for each in api.ask("/left-behind", **moment)["items"])


def test_what_late_facts_leave_with_somebody_gone_is_listed_until_it_is_handed_over(there: Company) -> None:
    api, ids, unit = there.admin, there.ids, there.admin.unit("Lost")
    gone = {"effective_on": days_ago(5)}
    api.done(f"/people/{ids['dan']}/departure", gone)
    api.done(f"/units/{unit}/dissolution", gone)
    assert _left(api) == []
    late = {"effective_on": days_ago(9), "reason": "late"}
    api.done(f"/people/{ids['ana']}/transfer", {"unit_id": unit, "manager_id": ids["dan"], **late})
    api.done(f"/objectives/{there.objective}/transfer", {"person_id": ids["dan"], **late})
    api.done(f"/units/{api.unit('Part')}/move", {"parent_id": unit, **late})
    there.review(reviewer_id=ids["dan"], effective_on=days_ago(9))

    wanted = [
        ("objective", "Dan"),
        ("person", "Dan"),
        ("person", "Lost"),
        ("review", "Dan"),
        ("unit", "Lost"),
    ]
    assert _left(api) == wanted
    assert _left(api, as_of=days_ago(5)) == wanted
    assert _left(api, as_of=days_ago(6)) == []

    before = api.ask("/left-behind")["known_at"]
    gone["reason"] = "handed over"
    api.done(f"/people/{ids['dan']}/departure", {**gone, "hand_over_to": ids["cleo"]})
    api.done(f"/units/{unit}/dissolution", {**gone, "hand_over_to": there.unit})
    assert _left(api) == []
    assert _left(api, known_at=before) == wanted


def test_it_is_told_to_those_who_read_all(there: Company) -> None:
    assert _left(there.hr) == _left(there.auditor) == []
    for suffix in ("", ".csv"):
        refused(there.ana.get(f"/left-behind{suffix}"), 403, "forbidden")


def test_the_list_comes_in_pages(there: Company) -> None:
    api = there.admin
    gone = [api.person(there.unit, name) for name in ("Zed", "abel", "Åse")]
    for leaver in gone:
        api.done(f"/people/{leaver}/departure", {"effective_on": days_ago(5)})
    for number in range(7):
        late = {"unit_id": there.unit, "manager_id": gone[number % 3], "effective_on": days_ago(9)}
        api.done(f"/people/{api.person(there.unit, f'Report {number}')}/transfer", late)
    whole = api.ask("/left-behind")["items"]
    assert [(each["holder_name"], each["name"]) for each in whole] == [
        *(("abel", f"Report {number}") for number in (1, 4)),
        *(("Åse", f"Report {number}") for number in (2, 5)),
        *(("Zed", f"Report {number}") for number in (0, 3, 6)),
    ]

    found: list[list[str]] = []
    asked: dict[str, Any] = {"limit": "3"}
    while asked:
        answer = api.get("/left-behind", **asked)
        found.append([each["name"] for each in (answer.json or {})["items"]])
        link = answer.headers.get("Link", "").partition("<")[2]
        asked = dict(parse_qsl(urlsplit(link.partition(">")[0]).query))
    assert [name for page in found for name in page] == [each["name"] for each in whole]
    assert [len(page) for page in found] == [3, 3, 1]
    refused(api.get("/left-behind", after="bm9uc2Vuc2U"), 422, "invalid-value", "?after")
    refused(api.get("/left-behind", limit="501"), 422, "invalid-value", "?limit")
    assert api.get("/left-behind.csv", limit="2").text.count("Report") == 2
