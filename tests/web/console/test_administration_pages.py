"""Tokens and webhooks by hand: a secret is shown once, and only whoever may is led there."""

import re
from collections.abc import Mapping
from datetime import UTC, datetime, timedelta
from html import unescape
from typing import Any

import psycopg
import pytest

from tests.web.api import UNKNOWN, Api
from tests.web.console.conftest import Visitor, heading_of, visitor
from tests.web.performance import Company, company
from web.access import tokens as access
from web.console.pages.tokens import heading
from web.console.pages.webhooks import heading as heading_of_webhook
from web.console.pages.webhooks import heading_of_list

NOW = datetime(2026, 3, 1, tzinfo=UTC)
SERVICE = {"name": "payroll", "roles": "service", "scopes/0": "people.*", "scopes/1": "units.*"}


@pytest.fixture
def there(api: Api) -> Company:
    return company(api)


@pytest.fixture
def admin(there: Company) -> Visitor:
    return visitor(there.admin, "admin")


def _secret(answer: Any) -> str:
    (found,) = re.findall(r'<code id="secret">([^<]*)</code>', answer.text)
    return unescape(found)


def _issued(dsn: str) -> int:
    with psycopg.connect(dsn) as conn:
        found = conn.execute("select count(*) from access.tokens").fetchone()
    return int(found[0]) if found else 0


def _token(**given: Any) -> Mapping[str, Any]:
    made = (NOW - timedelta(days=60)).isoformat()
    return {"revoked_at": None, "expires_at": None, "created_at": made, **given}


def test_the_heading_counts_the_tokens_that_hold_and_those_that_end_soon() -> None:
    soon, later, past = (
        (NOW + timedelta(days=days)).isoformat().replace("+00:00", "Z") for days in (3, 90, -1)
    )
    assert heading([], NOW) == "No token holds."
    assert heading([_token(expires_at=past), _token(revoked_at=past)], NOW) == "No token holds."
    two = [_token(), _token(expires_at=later)]
    assert heading(two, NOW) == "2 tokens hold; none ends within 14 days."
    assert heading([*two, _token(expires_at=soon)], NOW) == "3 tokens hold; 1 of them ends within 14 days."
    session = _token(created_at=NOW.isoformat(), expires_at=soon)
    assert heading([session], NOW) == "No token holds, beside 1 short one."
    assert heading([*two, session], NOW) == "2 tokens hold, beside 1 short one; none ends within 14 days."
    assert heading(two[:1], NOW, all_of_them=False).startswith("1 token of yours holds;")
    assert heading(two, NOW, more=True).startswith("More than 2 tokens hold;")


def test_a_token_is_issued_shown_once_used_and_revoked(
    there: Company, admin: Visitor, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(access, "REMEMBERED_SECONDS", 0.0)
    form = admin.get("/tokens/new").text
    for said in ('type="checkbox"', 'type="datetime-local"', 'value="service"', "in UTC"):
        assert said in form
    shown = admin.post("/tokens/new", **SERVICE)
    assert (shown.status_code, shown.headers["Cache-Control"]) == (200, "no-store")
    secret = _secret(shown)
    program = Api(there.admin.app, there.admin.dsn, secret)
    assert program.get("/people").status_code == 200
    listed = admin.get("/tokens").text
    assert secret not in listed
    assert "payroll" in listed
    assert "people.*" in listed
    (path,) = {
        found
        for found in re.findall(r'href="(/tokens/[^"]*/revocation)"', listed)
        if "payroll" in listed.partition(found)[2][:60]
    }
    assert "payroll" in admin.get(path).text
    assert admin.post(path).headers["Location"] == "/tokens"
    assert program.get("/people").status_code == 401
    assert "payroll" not in admin.get("/tokens").text
    assert "revoked" in admin.get("/tokens", ended="true").text


def test_what_is_wrong_with_a_token_is_said_at_its_field_and_none_is_issued(
    there: Company, admin: Visitor
) -> None:
    before = _issued(there.admin.dsn)
    for given, said in (
        ({"name": "", "roles": "hr"}, 'id="f-name-e"'),
        ({"name": "x"}, 'id="f-roles-e"'),
        ({"name": "x", "roles": "root"}, 'id="f-roles-e"'),
        ({"name": "x", "roles": "service"}, 'id="f-scopes-0-e"'),
        (
            {"name": "x", "roles": "service", "scopes/0": "people.*", "scopes/1": "no.such"},
            'id="f-scopes-1-e"',
        ),
        ({"name": "x", "roles": "hr", "expires_at": "2001-01-01T10:00"}, 'id="f-expires_at-e"'),
        ({"name": "x", "roles": "hr", "expires_at": "soon"}, 'id="f-expires_at-e"'),
        ({"name": "x", "roles": "hr", "units/0": "Nowhere"}, 'id="f-units-0-e"'),
        ({"name": "x", "roles": "hr", "person_id": UNKNOWN}, 'id="f-person_id-e"'),
    ):
        refused = admin.post("/tokens/new", **given)
        assert refused.status_code == 422, given
        assert said in refused.text, given
        assert "<title>Error: " in refused.text
    assert _issued(there.admin.dsn) == before


def test_the_end_of_a_token_is_typed_in_the_zone_of_the_reader(there: Company, admin: Visitor) -> None:
    admin.post("/preferences", zone="America/New_York")
    end = datetime.now(UTC) + timedelta(days=200)
    typed: dict[str, Any] = {"name": "soon", "roles": ["hr", "auditor"]}
    typed["expires_at"] = f"{end.year + 1}-01-15T10:00"
    assert admin.post("/tokens/new", **typed).status_code == 200
    with psycopg.connect(there.admin.dsn) as conn:
        found = conn.execute("select roles, expires_at from access.tokens where name = 'soon'").fetchone()
    assert found is not None
    assert (sorted(found[0]), found[1].astimezone(UTC).hour) == (["auditor", "hr"], 15)


def test_everybody_sees_their_own_tokens_and_lends_themselves_nothing(there: Company) -> None:
    ana = visitor(there.admin, "employee", there.ids["ana"])
    page = ana.get("/tokens")
    assert heading_of(page) == "1 token of yours holds, beside 1 short one; none ends within 14 days."
    assert "/tokens/new" not in page.text
    before = _issued(there.admin.dsn)
    assert ana.post("/tokens/new", name="x", roles="admin").status_code == 403
    assert ana.get(f"/tokens/{UNKNOWN}/revocation").status_code == 404
    assert ana.post("/tokens/new", site="cross-site", name="x", roles="hr").status_code == 403
    assert _issued(there.admin.dsn) == before


def test_more_rows_are_offered_and_bounded(there: Company, admin: Visitor) -> None:
    before = _issued(there.admin.dsn)
    more = admin.post("/tokens/new", **{**SERVICE, "more": "scopes"})
    assert more.status_code == 200
    assert 'name="scopes/4"' in more.text
    assert 'value="people.*"' in more.text
    for given in ({"scopes/9999": "", "more": "scopes"}, {"more": "nothing"}, {"more": "x" * 900}):
        assert admin.post("/tokens/new", **given).text.count("<label") < 300
    assert _issued(there.admin.dsn) == before


def test_a_webhook_is_subscribed_paused_and_removed(there: Company, admin: Visitor) -> None:
    assert heading_of(admin.get("/webhooks")) == "Nobody is told of events."
    given = {"url": "https://example.org/in", "topics/0": "unit.*", "topics/2": "person.*"}
    shown = admin.post("/webhooks/new", **given)
    assert shown.status_code == 200, shown.text
    assert _secret(shown).startswith("whsec_")
    (path,) = set(re.findall(r'href="(/webhooks/[0-9a-f-]{36})"', shown.text))
    assert heading_of(admin.get(path)) == "example.org has been told of everything."
    assert "unit.*" in admin.get(path).text
    assert admin.post(f"{path}/pause").headers["Location"] == path
    assert heading_of(admin.get(path)) == "Nothing is sent to example.org: somebody has paused it."
    assert admin.post(f"{path}/resumption").headers["Location"] == path
    changed = admin.post(f"{path}/rotation")
    assert _secret(changed) != _secret(shown)
    assert _secret(changed) not in admin.get(path).text
    wrong = admin.post(f"{path}/replay", position="1", from_position="1")
    assert wrong.status_code == 422
    assert 'id="f-position-e"' in wrong.text
    assert admin.post(f"{path}/removal").headers["Location"] == "/webhooks"
    assert admin.get(path).status_code == 404


def test_a_webhook_that_leads_inside_or_has_no_topic_is_refused(admin: Visitor) -> None:
    for given, said in (
        ({"url": "http://127.0.0.1/x", "topics/0": "*"}, 'id="f-url-e"'),
        ({"url": "https://example.org"}, 'id="f-topics-0-e"'),
        ({"url": "https://example.org", "topics/1": "nothing.*"}, 'id="f-topics-1-e"'),
    ):
        refused = admin.post("/webhooks/new", **given)
        assert (refused.status_code, said in refused.text) == (422, True), given


def test_the_headings_of_webhooks_say_what_fails() -> None:
    fine: dict[str, Any] = {"url": "https://a.example/x", "status": "active", "paused_because": None}
    fine |= {"pending": 0, "failing": 0, "parked": 0}
    assert heading_of_webhook({**fine, "pending": 1}) == "1 delivery to a.example is on the way."
    assert heading_of_webhook({**fine, "pending": 2, "failing": 2}) == (
        "2 deliveries to a.example are tried in vain."
    )
    assert heading_of_webhook({**fine, "parked": 1, "failing": 1}) == "1 delivery to a.example is given up."
    gone = {**fine, "status": "paused", "paused_because": "gone"}
    assert heading_of_webhook(gone) == "Nothing is sent to a.example: it has asked for that."
    assert heading_of_list([fine]) == "1 webhook is told of events; none fails."
    assert heading_of_list([fine, {**fine, "parked": 2}, gone]) == (
        "3 webhooks are told of events; 1 fails, 1 is paused."
    )


@pytest.mark.parametrize("role", ["hr", "auditor", "employee"])
def test_webhooks_are_for_administration_only(there: Company, role: str) -> None:
    them = visitor(there.admin, role, there.ids["ana"])
    assert them.get("/webhooks").status_code == 403
    assert 'href="/webhooks"' not in them.get("/tokens").text
    assert them.post("/webhooks/new", url="https://example.org", **{"topics/0": "*"}).status_code == 403
