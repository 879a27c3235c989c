"""What can be done to a part of a thing stands beside the part: a check-in is put right where it is read."""

import re

import pytest

from tests.web.api import Api
from tests.web.console.conftest import Visitor, visitor
from tests.web.console.test_forms import typed
from tests.web.performance import Company, company, days_ago


@pytest.fixture
def there(api: Api) -> Company:
    return company(api)


def _checked_in(there: Company, value: str, on: str) -> str:
    """The path of the form that puts it right."""
    said = {"on": on, "readings": [{"key_result_id": there.key_result, "value": value}], "note": "so far"}
    there.admin.done(f"/objectives/{there.objective}/check-ins", said)
    read = there.admin.ask(f"/objectives/{there.objective}")["key_results"][0]["reading"]
    return f"/objectives/{there.objective}/check-ins/{read['check_in_id']}/correction"


def _offered(them: Visitor, path: str) -> set[str]:
    found = set(re.findall(r'href="(/[^"]+)"', them.get(path).text))
    return {each for each in found if each.startswith("/objectives/") and each.count("/") > 2}


def test_a_check_in_is_put_right_from_where_it_is_read(there: Company) -> None:
    path = _checked_in(there, "2", days_ago(3))
    page = visitor(there.admin, "hr").get(f"/objectives/{there.objective}")
    assert f'href="{path}"' in page.text
    hr = visitor(there.admin, "hr")
    form = typed(hr.get(path).text)
    assert (form["readings/0/value"], form["note"]) == ("2", "so far")
    done = hr.post(path, **{**form, "readings/0/value": "1", "reason": "one was counted twice"})
    assert done.status_code == 303, done.text
    (it,) = there.admin.ask(f"/objectives/{there.objective}")["key_results"]
    assert it["reading"]["value"] == "1"
    assert typed(hr.get(path).text)["readings/0/value"] == "1"


def test_a_reading_that_is_left_empty_stays_as_it_was(there: Company) -> None:
    path, hr = _checked_in(there, "2", days_ago(3)), visitor(there.admin, "hr")
    form = typed(hr.get(path).text)
    changed = {"readings/0/value": "", "note": "better said", "reason": "a slip"}
    assert hr.post(path, **{**form, **changed}).status_code == 303
    (it,) = there.admin.ask(f"/objectives/{there.objective}")["key_results"]
    assert it["reading"]["value"] == "2"


def test_a_check_in_that_was_withdrawn_and_a_past_day_offer_nothing(there: Company) -> None:
    path, hr = _checked_in(there, "2", days_ago(3)), visitor(there.admin, "hr")
    offered = _offered(hr, f"/objectives/{there.objective}")
    assert {path, path.replace("correction", "withdrawal")} <= offered
    assert not _offered(hr, f"/objectives/{there.objective}?as_of={days_ago(1)}") & {path}
    withdrawn = path.replace("correction", "withdrawal")
    there.admin.done(withdrawn, {"reason": "of another objective"})
    again = visitor(there.admin, "hr")
    assert not {path, withdrawn} & _offered(again, f"/objectives/{there.objective}")


def test_whoever_may_not_change_it_is_offered_no_part_of_it(there: Company) -> None:
    path = _checked_in(there, "2", days_ago(3))
    key_result = f"/objectives/{there.objective}/key-results/{there.key_result}/target"
    assert {path, key_result} <= _offered(visitor(there.admin, "hr"), f"/objectives/{there.objective}")
    dan = visitor(there.admin, "employee", there.ids["dan"])
    assert not {path, key_result} & _offered(dan, f"/objectives/{there.objective}")


def test_the_reviews_of_somebody_stand_with_them_as_far_as_they_may_be_seen(there: Company) -> None:
    review, path = there.review(), f"/people/{there.ids['ana']}"
    link, readers = f'href="/reviews/{review}"', f"/trail?q=subject:{review}+kind:read"
    hr, bo = visitor(there.admin, "hr").get(path).text, visitor(there.admin, "employee", there.ids["bo"])
    assert link in hr
    assert readers in hr
    assert link in bo.get(path).text
    assert readers not in bo.get(path).text
    dan = visitor(there.admin, "employee", there.ids["dan"]).get(path).text
    assert link not in dan
    assert "Reviews</h2>" not in dan


def test_the_home_of_a_person_has_what_they_work_towards(there: Company) -> None:
    title = there.admin.ask(f"/objectives/{there.objective}")["title"]
    owner = there.admin.ask(f"/objectives/{there.objective}")["owner"].get("person_id")
    for name, id in there.ids.items():
        home = visitor(there.admin, "employee", id).get("/").text
        own = home.partition('id="own"')[2].partition("</section>")[0]
        assert (title in own) == (id == owner), name
    assert 'id="own"' not in visitor(there.admin, "hr").get("/").text
