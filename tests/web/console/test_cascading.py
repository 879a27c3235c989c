"""A cascade is looked at before it is made, and then makes just what was seen."""

import re

import pytest

from tests.web.api import Api
from tests.web.console.conftest import Visitor, heading_of, visitor
from tests.web.performance import Company, company
from web.console.pages.forms import heading_of_many

NAMES = ["Ana", "Bo", "Cleo", "Dan", "Eva", "Hr"]


@pytest.fixture
def there(api: Api) -> Company:
    return company(api)


@pytest.fixture
def whole(there: Company) -> str:
    """An objective of the unit, to which its people belong."""
    return there.admin.active(there.cycle, {"unit_id": there.unit}, level="strategic", title="Whole")


@pytest.fixture
def them(there: Company, whole: str) -> Visitor:
    return visitor(there.admin, "hr", there.ids["hr"])


def _hidden(text: str) -> dict[str, str]:
    found = dict(re.findall(r'<input type="hidden" name="([^"]*)" value="([^"]*)">', text))
    return {name: found[name] for name in ("key", "seen") if name in found}


def test_it_is_reached_from_the_objective_seen_made_and_made_once(
    there: Company, whole: str, them: Visitor
) -> None:
    path = f"/objectives/{whole}/cascade"
    assert f'href="{path}"' in them.get(f"/objectives/{whole}").text
    before = there.admin.events()
    form = them.get(path).text
    assert "dry_run" not in form
    given = {"recipients": "people", "title": "Answer your customers", "key_results/0/title": "In time"}
    given |= {"key_results/0/kind": "increase", "key_results/0/baseline": "60", "key_results/0/target": "95"}
    seen = them.post(path, **given, **_hidden(form))
    assert (seen.status_code, there.admin.events()) == (200, before)
    assert "6 drafts would be made." in seen.text
    assert [name for name in NAMES if f"<bdi>{name}</bdi>" in seen.text] == NAMES
    made = them.post(path, **given, **_hidden(seen.text))
    assert heading_of(made) == "6 drafts were made."
    (first, *_) = re.findall(r'href="(/objectives/[0-9a-f-]{36})">its draft', made.text)
    after = there.admin.events()
    there.admin.project()
    again = them.post(path, **given, **_hidden(seen.text))
    assert (again.status_code, again.text.count("made before"), there.admin.events()) == (200, 6, after)
    assert "In time" in them.get(first).text


def test_what_was_changed_since_is_shown_again_first(there: Company, whole: str, them: Visitor) -> None:
    path, before = f"/objectives/{whole}/cascade", there.admin.events()
    given = {"recipients": "people", "title": "One"}
    seen = them.post(path, **given, **_hidden(them.get(path).text))
    other = them.post(path, **{**given, "title": "Another"}, **_hidden(seen.text))
    assert "6 drafts would be made." in other.text
    assert there.admin.events() == before


def test_each_refusal_is_told_beside_whom_it_is_for(there: Company, whole: str) -> None:
    bo = visitor(there.admin, "employee", there.ids["bo"])
    path = f"/objectives/{there.objective}/cascade"
    seen = bo.post(path, recipients="people", title="One", **{"below/unit_id": there.unit})
    assert "2 drafts would be made; 4 would be refused." in seen.text
    assert seen.text.count('chip-loose">refused') == 4


def test_what_is_wrong_is_said_at_its_field(there: Company, whole: str, them: Visitor) -> None:
    path, before = f"/objectives/{whole}/cascade", there.admin.events()
    for given, said in (
        ({"recipients": "people"}, 'id="f-title-e"'),
        ({"title": "One"}, 'id="f-recipients-e"'),
        ({"title": "One", "recipients": "units", "below/person_id": there.ids["bo"]}, 'id="f-recipients-e"'),
        ({"title": "One", "recipients": "people", "below/unit_id": "Nowhere"}, 'id="f-below-unit_id-e"'),
    ):
        refused = them.post(path, **given)
        assert (refused.status_code, said in refused.text) == (422, True), given
    assert there.admin.events() == before


def test_the_sentence_counts() -> None:
    assert heading_of_many(0, 0, tried=True) == "Nobody is below: there is no draft to make."
    assert heading_of_many(1, 1, tried=False) == "1 draft was made; 1 was refused."
    assert heading_of_many(0, 2, tried=False) == "0 drafts were made; 2 were refused."
    assert heading_of_many(3, 2, tried=True) == "3 drafts would be made; 2 would be refused."
