"""Seven tasks of strangers: each begins at home, and is done with few clicks by somebody who has never seen
the console, with scripts and without. To fill in a field is no click, to send it is one.
"""

import re
from collections.abc import Callable, Iterator
from datetime import UTC, date, datetime, timedelta
from io import BytesIO
from pathlib import Path
from typing import Any
from urllib.parse import urlsplit
from urllib.request import Request, urlopen
from uuid import uuid4

import orjson
import pytest
from openpyxl import load_workbook
from playwright.sync_api import Browser

from tests.demo.browsing import Hand, chromium, come
from tests.demo.conftest import Demo

pytestmark = [pytest.mark.xdist_group("demo"), pytest.mark.long, pytest.mark.timeout(600)]
ANA = "Ana Oliveira"
WAITING = ("shared", "calibrated", "assessed")
Begin = Callable[[str], Hand]


@pytest.fixture(scope="module")
def browser() -> Iterator[Browser]:
    with chromium() as browser:
        yield browser


@pytest.fixture(params=(True, False), ids=("scripts", "no scripts"))
def begin(request: pytest.FixtureRequest, browser: Browser, demo: Demo) -> Iterator[Begin]:
    """Somebody of a role at home."""
    contexts = []

    def at_home(role: str) -> Hand:
        contexts.append(come(browser, demo, role, java_script_enabled=request.param))
        return Hand(contexts[-1])

    yield at_home
    for each in contexts:
        each.close()


def march() -> date:
    """The last 31 March."""
    today = datetime.now(UTC).date()
    return date(today.year - (today.month < 4), 3, 31)


def _post(demo: Demo, path: str, body: dict[str, Any], token: str | None = None) -> dict[str, Any]:
    headers = {
        "Authorization": f"Bearer {token or demo.token}",
        "Content-Type": "application/json",
        "If-Match": "*",
        "Idempotency-Key": str(uuid4()),
    }
    with urlopen(Request(f"{demo.url}/api/v1{path}", orjson.dumps(body), headers), timeout=60) as answer:
        found: dict[str, Any] = orjson.loads(answer.read())
    if "position" in found:
        demo.get(f"units?limit=1&min_position={found['position']}")
    return found


def test_what_ana_was_aligned_to_on_31_march_and_who_corrected_it(begin: Begin) -> None:
    hand = begin("HR")
    hand.page.get_by_role("textbox", name="Person").fill(ANA)
    hand.page.get_by_role("textbox", name="Day").fill(march().isoformat())
    hand.click(hand.page.locator("form", has_text="aligned to on").get_by_role("button", name="Show"))
    assert re.search(rf"On 31 March.* {ANA} worked towards \w+ goals?", hand.heading)
    verdict = hand.page.locator(".verdict").inner_text()
    assert re.search(r"Recorded on \d+ \w+ \d{4} by [A-ZÅÖ]\w+ \w+: “[^”]+”", verdict), verdict
    assert hand.clicks <= 3


@pytest.mark.parametrize("role", ["HR", "auditor"])
def test_which_targets_were_made_easier_after_approval_as_a_workbook(
    begin: Begin, role: str, tmp_path: Path
) -> None:
    hand = begin(role)
    hand.follow("Targets made easier")
    found = re.match(r"(\d+|No) targets? (was|were) made easier after approval", hand.heading)
    assert found is not None, hand.heading
    with hand.page.expect_download() as taken:
        hand.follow("XLSX")
    assert hand.clicks <= 2
    taken.value.save_as(tmp_path / "targets.xlsx")
    book = load_workbook(BytesIO((tmp_path / "targets.xlsx").read_bytes()))
    sheet = book["Rows"]
    names = [str(cell.value) for cell in sheet[1]]
    rows = list(sheet.iter_rows(min_row=2, values_only=True))
    of_events = {row[names.index("position")] for row in rows if row[names.index("position")]}
    assert len(of_events) == (0 if found[1] == "No" else int(found[1]))


@pytest.mark.parametrize("role", ["HR", "manager"])
def test_why_coverage_fell(begin: Begin, role: str) -> None:
    hand = begin(role)
    hand.follow("Both days on the map")
    did = hand.page.locator("section", has=hand.page.get_by_role("heading", name="What did it"))
    assert did.locator("tbody tr").count() >= 1
    assert "lost" in did.inner_text()
    assert hand.clicks <= 1


def test_a_late_check_in_is_put_right(begin: Begin, demo: Demo) -> None:
    mine = demo.get(f"people?q={ANA.replace(' ', '%20')}")["items"][0]["id"]
    live = [each for each in demo.get(f"people/{mine}/alignment")["objectives"] if each["class"]]
    it = demo.get(f"objectives/{live[0]['id']}")
    (key_result, *_), day = it["key_results"], datetime.now(UTC).date() - timedelta(days=9)
    value, right = key_result["reading"]["value"], key_result["baseline"]
    said = {"on": day.isoformat(), "readings": [{"key_result_id": key_result["id"], "value": value}]}
    _post(demo, f"/objectives/{it['id']}/check-ins", {**said, "note": "Told late."})

    hand = begin("employee")
    hand.follow(it["title"], exact=True)
    hand.follow(re.compile(f"Put right the check-in of {day.day} "))
    field = hand.page.get_by_label(key_result["title"])
    assert field.input_value() == value
    assert hand.page.get_by_label("Note").input_value() == "Told late."
    field.fill(right)
    hand.page.get_by_label("Reason").fill("The list was of the month before.")
    hand.press("Record it")
    assert hand.clicks <= 4
    hand.page.wait_for_url(lambda url: "seen=" in url)
    assert "Recorded as event" in hand.page.locator("[role=status]").first.inner_text()
    assert demo.get(f"objectives/{it['id']}")["key_results"][0]["reading"]["value"] == right


def test_the_objectives_of_somebody_who_departs_are_handed_over(begin: Begin, demo: Demo) -> None:
    heir = demo.get(f"people?q={ANA.replace(' ', '%20')}")["items"][0]
    leaver, of_theirs = next(_with_objectives(demo))

    hand = begin("admin")
    hand.find(leaver["name"])
    assert urlsplit(hand.page.url).path == f"/people/{leaver['id']}"
    hand.click(hand.page.locator("summary", has_text="Change"))
    hand.follow("Depart")
    hand.page.get_by_label("Hand over to").fill(heir["name"])
    hand.page.get_by_label("Reason").fill("A new position elsewhere.")
    hand.press("Record it")
    assert hand.clicks <= 5
    hand.page.wait_for_url(lambda url: "seen=" in url)
    for id in of_theirs:
        assert demo.get(f"objectives/{id}")["owner"]["person_id"] == heir["id"]


def _with_objectives(demo: Demo) -> Iterator[tuple[dict[str, Any], list[str]]]:
    """Those who own live objectives, lead nobody and are not the demo's own, with the ids of these."""
    for each in demo.get("people?status=active&sort=name&limit=500")["items"]:
        theirs = demo.get(f"people/{each['id']}/alignment")
        live = [one["id"] for one in theirs["objectives"] if one["class"]]
        if live and not theirs["person"]["reports"] and each["name"] != ANA:
            yield each, live


@pytest.mark.parametrize("role", ["HR", "auditor"])
def test_who_read_a_review(begin: Begin, demo: Demo, role: str) -> None:
    review = next(each for each in demo.get("reviews?status=finalised")["items"] if each["person_name"])
    demo.get(f"reviews/{review['id']}")
    hand = begin(role)
    hand.find(review["person_name"])
    hand.follow(re.compile(f"^Who read it the review opened on {int(review['opened_on'][8:])} "))
    assert urlsplit(hand.page.url).path == "/trail"
    rows = hand.page.locator("tr.is-read")
    assert rows.count() >= 1
    assert "demo" in rows.first.locator(".who").inner_text()
    assert hand.clicks <= 3


def test_an_appeal_is_decided(begin: Begin, demo: Demo) -> None:
    review = _appealed(demo)
    hand = begin("HR")
    hand.follow(re.compile(f"Appeal decision: {review['person_name']}"))
    hand.page.get_by_label("Decision").select_option("upheld")
    hand.page.get_by_label("Comment").fill("The rating rests on what was agreed.")
    hand.press("Record it")
    assert hand.clicks <= 3
    hand.page.wait_for_url(lambda url: "seen=" in url)
    assert "was upheld" in hand.heading
    assert demo.get(f"reviews/{review['id']}")["status"] == "upheld"


def _appealed(demo: Demo) -> dict[str, Any]:
    """A review that is shared, and against which its person appeals in time, which is told late."""
    review = next(
        each for status in WAITING for each in demo.get(f"reviews?status={status}&limit=1")["items"]
    )
    day = review["appeal_until"] or datetime.now(UTC).date().isoformat()
    if review["status"] != "shared":
        sharing = {"effective_on": day}
        _post(demo, f"/reviews/{review['id']}/sharing", sharing, _token(demo, review["reviewer_id"]))
    grounds = {"grounds": "The third market was closed to all.", "effective_on": day}
    _post(demo, f"/reviews/{review['id']}/appeal", grounds, _token(demo, review["person_id"]))
    return dict(review)


def _token(demo: Demo, person: str) -> str:
    body = {"roles": ["employee"], "person_id": person, "name": "appeal"}
    return str(_post(demo, "/tokens", body)["token"])
