"""A reader chooses the time zone and the colours of the pages in their browser, without JavaScript."""

from datetime import UTC, datetime
from zoneinfo import ZoneInfo

import pytest

from tests.web.api import Api
from tests.web.console.conftest import Visitor, heading_of, visitor
from web.console.frame import zones


@pytest.fixture
def them(shared_api: Api) -> Visitor:
    return visitor(shared_api, "auditor")


def test_the_page_says_what_is_chosen_and_is_reached_from_every_page(them: Visitor) -> None:
    assert 'href="/preferences"' in them.get("/cycles").text
    assert heading_of(them.get("/preferences")) == "Times are shown in UTC, colours as the system has them."
    kept = them.post("/preferences", next="/preferences", zone="America/New_York", theme="dark")
    assert (kept.status_code, kept.headers["Location"]) == (303, "/preferences")
    assert {"HttpOnly", "SameSite=Lax"} <= {
        part.strip() for each in kept.headers.getlist("Set-Cookie") for part in each.split(";")
    }
    page = them.get("/preferences")
    assert heading_of(page) == "Times are shown in America/New_York, colours dark."
    assert '<html lang="en" data-theme="dark">' in page.text
    assert '<option selected value="America/New_York">New York</option>' in page.text


def test_instants_are_told_in_the_zone_and_in_utc_beside_it(api: Api) -> None:
    api.unit("Harbour")
    them = visitor(api, "auditor")
    them.post("/preferences", zone="Asia/Kathmandu")
    recorded = datetime.fromisoformat(api.ask("/audit", position=1)["items"][0]["recorded_at"])
    page = them.get("/trail/1").text
    assert f"{recorded.astimezone(ZoneInfo('Asia/Kathmandu')):%H:%M} Asia/Kathmandu</time>" in page
    assert f'{recorded.astimezone(UTC):%H:%M} UTC">' in page


def test_what_is_not_given_stays_and_what_is_usual_is_forgotten(them: Visitor) -> None:
    them.post("/preferences", zone="Europe/Paris", theme="light")
    them.post("/preferences", theme="system")
    assert heading_of(them.get("/preferences")) == (
        "Times are shown in Europe/Paris, colours as the system has them."
    )
    them.post("/preferences", zone="UTC")
    assert heading_of(them.get("/preferences")).startswith("Times are shown in UTC")


@pytest.mark.parametrize(
    "given",
    [{"zone": "Mars/Base"}, {"zone": "../etc/passwd"}, {"zone": ""}, {"zone": "x" * 900}, {"theme": "red"}],
)
def test_what_is_no_zone_and_no_colour_is_refused_at_its_field(them: Visitor, given: dict[str, str]) -> None:
    refused = them.post("/preferences", **given)
    assert refused.status_code == 422
    assert "<title>Error: " in refused.text
    assert 'role="alert"' in refused.text
    assert "Set-Cookie" not in refused.headers
    them.client.set_cookie("throughline-zone", next(iter(given.values())))
    assert them.get("/trail").status_code == 200


def test_every_zone_of_the_list_can_be_shown() -> None:
    assert zones()[0] == "UTC"
    assert len(zones()) > 300
    for name in zones():
        ZoneInfo(name)
