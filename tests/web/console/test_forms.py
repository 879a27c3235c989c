"""A form gives a command as the API takes it, once, and says what was wrong beside the field."""

import re
from html.parser import HTMLParser
from typing import Any

import psycopg
import pytest
from typing_extensions import override

from tests.web.api import Api, today
from tests.web.console.conftest import Visitor, visitor
from tests.web.performance import Company, company


@pytest.fixture
def there(api: Api) -> Company:
    return company(api)


@pytest.fixture
def them(there: Company) -> Visitor:
    return visitor(there.admin, "admin+hr", there.ids["ana"])


class _Form(HTMLParser):
    """The fields of a page as a browser would send them."""

    def __init__(self) -> None:
        super().__init__()
        self.found: dict[str, str] = {}
        self._in = ""

    @override
    def handle_starttag(self, tag: str, attrs: list[tuple[str, str | None]]) -> None:
        given = dict(attrs)
        name = given.get("name")
        if tag == "option" and "selected" in given:
            self.found[self._in] = given.get("value") or ""
        elif tag in ("input", "select", "textarea") and name:
            self._in = name
            self.found[name] = given.get("value") or ""

    @override
    def handle_data(self, data: str) -> None:
        if self.lasttag == "textarea" and not self.found.get(self._in):
            self.found[self._in] = data


def typed(page: str) -> dict[str, str]:
    form = _Form()
    form.feed(page[page.index('class="panel pad stack"') :])
    return form.found


def _events(api: Api) -> int:
    with psycopg.connect(api.dsn) as conn:
        found = conn.execute("select count(*) from store.events").fetchone()
    return int(found[0]) if found else 0


def _sent(them: Visitor, path: str, **given: Any) -> Any:
    page = them.get(path)
    assert page.status_code == 200, page.text
    return them.post(path, **{**typed(page.text), **given})


def test_a_unit_is_defined_by_its_name_and_once(there: Company, them: Visitor) -> None:
    page = them.get("/units/new")
    form = {**typed(page.text), "name": "Harbour", "kind": "department"}
    before = _events(there.admin)
    done, again = them.post("/units/new", **form), them.post("/units/new", **form)
    assert (done.status_code, done.headers["Location"]) == (303, again.headers["Location"])
    assert re.fullmatch(r"/units/[0-9a-f-]{36}\?seen=\d+", done.headers["Location"])
    assert _events(there.admin) == before + 1


def test_what_was_wrong_is_said_at_the_field_and_what_was_typed_is_kept(
    there: Company, them: Visitor
) -> None:
    before = _events(there.admin)
    refused = _sent(them, "/people/new", name="", email="no address", unit_id="Nowhere")
    assert refused.status_code == 422
    assert "<title>Error: Define" in refused.text
    assert "“Nowhere” is not found here" in refused.text
    refused = _sent(them, "/people/new", name="", email="no address", unit_id="")
    page = refused.text
    assert 'href="#f-name"' in page
    assert re.search(r'id="f-name"[^>]*aria-describedby="[^"]*f-name-e"[^>]*aria-invalid="true"', page)
    assert 'value="no address"' in page
    assert "pointer" not in page
    assert _events(there.admin) == before


def test_a_name_stands_for_an_id_and_two_of_a_name_are_told_apart(there: Company, them: Visitor) -> None:
    for _ in range(2):
        there.admin.unit("Twins")
    there.admin.unit("Harbour of the north")
    there.admin.project()
    refused = _sent(them, "/people/new", name="Bo", unit_id="twins")
    assert "2 are called “twins”" in refused.text
    done = _sent(them, "/people/new", name="Bo", unit_id="harbour")
    assert done.status_code == 303, done.text


def test_a_check_in_reads_each_key_result_by_its_name(there: Company, them: Visitor) -> None:
    path = f"/objectives/{there.objective}/check-ins"
    page = them.get(path).text
    readings = {name: "" for name in typed(page) if name.endswith("/value")}
    assert readings
    wrong = _sent(them, path, on=today(), confidence="much", **{next(iter(readings)): "59,5 EUR"})
    assert wrong.status_code == 422
    assert 'value="59,5 EUR"' in wrong.text
    assert 'value="much"' in wrong.text
    assert wrong.text.count('aria-invalid="true"') == 2
    done = _sent(them, path, on=today(), confidence="6")
    assert done.status_code == 303, done.text
    there.admin.project()
    assert "Recorded as event" in them.client.get(done.headers["Location"]).text


def test_a_conflict_says_what_changed_and_one_button_goes_on(there: Company, them: Visitor) -> None:
    path = f"/objectives/{there.objective}/revision"
    form = {**typed(them.get(path).text), "title": "Mine", "reason": "I think so"}
    there.admin.done(
        f"/objectives/{there.objective}/revision", {"title": "Theirs", "reason": "they thought so"}
    )
    there.admin.project()
    conflict = them.post(path, **form)
    assert conflict.status_code == 412
    for said in ("Something changed while you were typing", "Theirs", "they thought so", 'value="Mine"'):
        assert said in conflict.text
    done = them.post(path, **typed(conflict.text))
    assert done.status_code == 303, done.text
    there.admin.project()
    assert "<h1><bdi>Mine</bdi></h1>" in them.client.get(done.headers["Location"]).text


def test_a_revision_sends_only_what_was_changed(there: Company, them: Visitor) -> None:
    path = f"/objectives/{there.objective}/revision"
    done = _sent(them, path, description="Clearer", reason="asked for")
    assert done.status_code == 303, done.text
    there.admin.project()
    (last,) = there.admin.ask(f"/objectives/{there.objective}/history", limit=200)["items"][-1:]
    assert [each["field"] for each in last["changes"]] == ["description"]


def test_a_form_lends_no_right(there: Company) -> None:
    them = visitor(there.admin, "employee", there.ids["dan"])
    before = _events(there.admin)
    path = f"/objectives/{there.objective}/cancellation"
    refused = _sent(them, path, reason="I want it gone")
    assert (refused.status_code, "Nothing was recorded" in refused.text) == (403, True)
    assert "I want it gone" in refused.text
    assert them.post("/units/new", name="Mine", kind="team").status_code == 403
    assert _events(there.admin) == before


def test_there_is_no_form_for_what_is_no_command(them: Visitor) -> None:
    for path in ("/objectives/5f0c1a52-6f0e-4a35-9d8f-0a4b7b0c7a11/check-ins", "/units/x/y", "/people/new/x"):
        assert them.get(path).status_code == 404
        assert them.post(path).status_code == 404


def test_another_site_can_give_no_command(there: Company, them: Visitor) -> None:
    before = _events(there.admin)
    assert them.post("/units/new", site="cross-site", name="Evil", kind="team").status_code == 403
    assert _events(there.admin) == before


def test_rows_of_a_form_are_bounded_and_numbered_plainly(there: Company, them: Visitor) -> None:
    path, before = f"/objectives/{there.objective}/check-ins", _events(there.admin)
    for row in ("²", "9" * 5_000, "99999", "-1", "x"):
        assert them.post(path, **{"on": today(), f"readings/{row}/value": "1"}).status_code < 500
    assert them.get(path, **{"readings/9999/value": "1"}).text.count("<label") < 500
    assert _events(there.admin) == before
