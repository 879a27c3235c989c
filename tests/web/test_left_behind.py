"""What slipped through by late facts is listed, at any day and as known at any instant."""

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
