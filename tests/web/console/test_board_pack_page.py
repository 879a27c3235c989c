"""The page of the board pack has the figures of the API, and shows the same by the address in its foot."""

import re
from datetime import date
from html import unescape
from typing import Any

import pytest

from tests.web.api import Api
from tests.web.console.conftest import Visitor, heading_of, visitor
from tests.web.performance import Company, company, days_ago
from web.api import board_pack
from web.console.pages import board
from web.console.pages.board import COUNT, INDEX, SHARE, heading, moved
from web.console.viewing import View

SINCE = days_ago(60)


@pytest.fixture(scope="module")
def there(shared_api: Api) -> Company:
    """An objective that led to the strategy was given up 30 days ago."""
    some = company(shared_api)
    under = [{"objective_id": some.objective, "kind": "contributes", "weight": "1"}]
    api = shared_api
    ended = api.active(some.cycle, {"unit_id": some.unit}, level="department", alignments=under)
    api.active(some.cycle, {"unit_id": some.unit}, level="department", alignments=under)
    api.done(f"/objectives/{ended}/cancellation", {"reason": "<i>given up</i>", "effective_on": days_ago(30)})
    some.up_to("assessment")
    return some


def figures(**after: Any) -> dict[str, dict[str, Any]]:
    there = {"aligned": 240, "detached": 85, "orphan": 47, "coverage": 0.645, **after}
    before = after.pop("before", 0.7)
    return {name: {"before": before if name == "coverage" else 0, "after": it} for name, it in there.items()}


def test_the_heading_says_how_many_lead_up_and_how_that_moved() -> None:
    pack = {"as_of": "2026-11-28", "since": "2026-09-30"}
    today, led = View(_day("2026-11-28"), _day("2026-11-28")), View(_day("2026-11-29"), _day("2026-11-28"))
    assert heading(figures(), pack, today) == (
        "240 of 372 objectives lead to the strategy on 28 November 2026. "
        "Since 30 September 2026 coverage has fallen by 5.5\u00a0points."
    )
    assert heading(figures(before=0.6), pack, led) == (
        "240 of 372 objectives led to the strategy on 28 November 2026. "
        "Since 30 September 2026 coverage has risen by 4.5\u00a0points."
    )
    same = heading(figures(before=0.64501), pack, today)
    assert same.endswith("on 28 November 2026. Coverage is as it was on 30 September 2026.")
    none = heading(figures(before=None), pack, today)
    assert none.endswith("There was nothing to compare it with on 30 September 2026.")
    nothing = figures(aligned=0, detached=0, orphan=0, coverage=None)
    assert heading(nothing, pack, led) == "Nothing was live below the strategy on 28 November 2026."


def _day(day: str) -> date:
    return date.fromisoformat(day)


@pytest.mark.parametrize(
    ("before", "after", "kind", "said"),
    [
        (8, 8, COUNT, "\u00b10"),
        (8, 1010, COUNT, "+1,002"),
        (0.5, 0.44, SHARE, "\u22126.0\u00a0points"),
        (0.5, 0.5001, SHARE, "\u00b10"),
        (0.5, 0.44, INDEX, "\u22120.06"),
        (None, 0.44, INDEX, ""),
    ],
)
def test_a_difference_is_said_with_its_sign(before: Any, after: Any, kind: str, said: str) -> None:
    assert moved({"before": before, "after": after}, kind) == said


def test_the_page_has_what_the_api_says(there: Company) -> None:
    pack = there.hr.ask("/board-pack", **{"from": SINCE})["pack"]
    page = visitor(there.admin).get("/board-pack", **{"from": SINCE})
    told = {each["figure"]: each for each in pack["figures"]}
    for word, before, after in re.findall(
        r'<tr><th scope="row">([^<]*)</th><td class="num">([^<]*)</td><td class="num"><b>([^<]*)</b>',
        page.text,
    ):
        (name, kind) = next((name, kind) for name, said, kind in board.FIGURES if said == word)
        assert (before, after) == (
            board.said(told[name]["before"], kind),
            board.said(told[name]["after"], kind),
        )
    assert heading_of(page) == heading(told, pack, View(_day(pack["as_of"]), _day(pack["as_of"])))
    assert "&lt;i&gt;given up&lt;/i&gt;" in page.text
    assert '<td class="num">1</td>' in page.text.split("Assessed</th>")[1].partition("</tr>")[0]
    assert "style=" not in page.text
    assert pack["digest"] in page.text


def _foot(page: Any) -> dict[str, str]:
    return dict(re.findall(r"<dt>([^<]*)</dt><dd[^>]*>([^<]*)</dd>", page.text.partition('class="proof')[2]))


def test_the_address_in_the_foot_shows_the_same_whatever_was_recorded_meanwhile(there: Company) -> None:
    hr = visitor(there.admin)
    first = hr.get("/board-pack", **{"from": SINCE})
    foot = _foot(first)
    assert foot["Log position"] == f"{there.hr.ask('/units')['position']:,}"
    path = unescape(foot["Address"]).removeprefix("http://localhost")
    there.admin.unit("Later")
    there.admin.project()
    again = hr.get(path)
    assert _foot(again) == foot
    assert _foot(hr.get("/board-pack", **{"from": SINCE}))["Digest"] != foot["Digest"]
    (workbook,) = re.findall(r'href="(/api/v1/board-pack\.xlsx[^"]*)"', again.text)
    file = hr.get(unescape(workbook))
    assert (file.status_code, file.data) == (200, hr.get(unescape(workbook)).data)


def test_a_pack_of_two_beliefs_keeps_both_in_its_address(there: Company) -> None:
    known = there.hr.ask("/board-pack")["known_at"]
    there.admin.unit("Learnt")
    page = visitor(there.admin).get("/board-pack", **{"from": SINCE, "from_known_at": known})
    foot = _foot(page)
    assert f"the first day as known at {known}" in foot["As known at"]
    assert f"from_known_at={known}" in unescape(foot["Address"])


def test_a_day_after_the_one_asked_about_is_no_day_to_compare_with(there: Company) -> None:
    page = visitor(there.admin).get("/board-pack", **{"as_of": "2025-05-20", "from": "2025-06-01"})
    assert "since 31 March 2025" in page.text


@pytest.mark.parametrize(("role", "sees"), [("hr", True), ("auditor", True), ("employee", False)])
def test_reviews_are_told_to_those_who_may_read_them(there: Company, role: str, sees: bool) -> None:
    page = visitor(there.admin, role, there.ids["dan"] if role == "employee" else None).get("/board-pack")
    assert page.status_code == 200
    assert ("How ratings fell" in page.text, "not told to your role" in page.text) == (sees, not sees)


@pytest.mark.parametrize("path", ["/", "/units", "/map"])
def test_the_pages_of_the_whole_lead_to_it(there: Company, path: str) -> None:
    assert 'href="/board-pack' in visitor(there.admin).get(path).text


def test_tables_are_bounded_and_lead_to_the_workbook(there: Company, monkeypatch: pytest.MonkeyPatch) -> None:
    there.admin.unit("Another")
    there.admin.cycle()
    hr: Visitor = visitor(there.admin)
    monkeypatch.setattr(board, "SHOWN", 1)
    monkeypatch.setattr(board, "SHOWN_CYCLES", 1)
    text = hr.get("/board-pack", **{"from": SINCE}).text
    assert re.search(r"\d+ units? more in the workbook", text)
    assert "1 cycle more in the workbook." in text
    monkeypatch.setattr(board_pack, "MOST_CYCLES", 1)
    text = hr.get("/board-pack", **{"from": SINCE, "as_of": days_ago(1)}).text
    assert "1 cycle more in neither." in text


def test_an_empty_organisation_has_a_pack_that_says_so(api: Api) -> None:
    page = visitor(api).get("/board-pack")
    assert heading_of(page).startswith("Nothing is live below the strategy on ")
    for said in ("There is no unit.", "There is no measure.", "No cycle runs between the two days."):
        assert said in page.text
