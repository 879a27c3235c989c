"""Among the preferences stands whether mails remind the reader; their calendar is made and ended there."""

import re

import pytest

from tests.web.api import Api
from tests.web.console.conftest import Visitor, visitor
from tests.web.performance import Company, company


@pytest.fixture
def there(api: Api) -> Company:
    return company(api)


@pytest.fixture
def ana(there: Company) -> Visitor:
    return visitor(there.admin, "employee", there.ids["ana"])


def test_a_calendar_is_made_shown_once_and_ended(there: Company, ana: Visitor) -> None:
    assert "You have no calendar of what you owe." in ana.get("/preferences").text
    made = ana.post("/preferences/calendar", do="make")
    assert made.headers["Cache-Control"] == "no-store"
    (address,) = re.findall(r'<code id="secret">http://localhost(/calendar/[^<]+[.]ics)</code>', made.text)
    feed = there.admin.app.test_client().get(address)
    assert (feed.status_code, feed.mimetype) == (200, "text/calendar")
    again = ana.get("/preferences").text
    assert "You have a calendar of what you owe, last read on" in again
    assert address not in again
    assert "You have no calendar" in ana.post("/preferences/calendar", do="end").text
    there.admin.app.extensions["throughline"].__dict__.pop("tokens", None)  # what is remembered for a moment
    assert there.admin.app.test_client().get(address).status_code == 404


def test_it_is_said_why_no_mail_reminds(there: Company, ana: Visitor) -> None:
    assert "No mail reminds you: the directory has no address of yours." in ana.get("/preferences").text
    path = f"/people/{there.ids['ana']}/revision"
    there.admin.done(path, {"email": "ana@example.org", "effective_on": "2025-01-01"})
    there.admin.project()
    assert "No mail reminds you: no mail server is set." in ana.get("/preferences").text


def test_who_is_nobody_has_no_reminders_and_no_other_site_makes_a_calendar(
    there: Company, ana: Visitor
) -> None:
    assert "Reminders</h2>" not in visitor(there.admin, "auditor").get("/preferences").text
    elsewhere = {"Sec-Fetch-Site": "cross-site"}
    assert ana.client.post("/preferences/calendar", headers=elsewhere).status_code == 403
    assert visitor(there.admin, "auditor").post("/preferences/calendar", do="make").status_code == 403
