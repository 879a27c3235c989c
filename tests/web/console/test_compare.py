"""The map of two moments is headed by what ended and what lost its way, and says which decisions did it."""

import re
from dataclasses import dataclass

import pytest

from tests.web.api import Api
from tests.web.console.conftest import Visitor, visitor
from tests.web.console.test_map import h1
from web.console.drawings_map import changed


@dataclass(frozen=True)
class Company:
    """Under a goal stand two departments, each with a team: one is cancelled in July, another begins then."""

    api: Api
    goal: str
    ends: str
    hr: Visitor


@pytest.fixture(scope="module")
def there(shared_api: Api) -> Company:
    api = shared_api
    unit, cycle = api.unit("Company"), api.cycle()
    owner = {"unit_id": unit}
    goal = api.active(cycle, owner, level="strategic", title="Goal")

    def under(parent: str) -> list[dict[str, str]]:
        return [{"objective_id": parent, "kind": "contributes", "weight": "1"}]

    ends = api.active(cycle, owner, level="department", title="Ends & ends", alignments=under(goal))
    stays = api.active(cycle, owner, level="department", title="Stays", alignments=under(goal))
    api.active(cycle, owner, title="Loses", alignments=under(ends))
    api.active(cycle, owner, title="Keeps", alignments=under(stays))
    api.done(f"/objectives/{ends}/cancellation", {"reason": "given up", "effective_on": "2025-07-01"})
    return Company(api, goal, ends, visitor(api))


def test_the_heading_is_what_the_two_moments_differ_in(there: Company) -> None:
    answer = there.api.ask("/alignment-health/change", **{"from": "2025-06-01"})
    ended = [each for each in answer["objectives"] if each["after"] is None]
    lost = [
        each for each in answer["objectives"] if (each["before"], each["after"]) == ("aligned", "detached")
    ]
    assert (len(ended), len(lost), len(answer["objectives"])) == (1, 1, 2)
    text = there.hr.get("/map", **{"from": "2025-06-01"}).text
    assert h1(text) == "Since 1 June 2025 1 objective ended, and 1 other lost its way to the strategy."
    same = there.hr.get("/map", **{"from": "2025-08-01", "as_of": "2025-09-01"}).text
    assert h1(same) == "Since 1 August nothing ended, began, lost its way or found one."


def test_what_was_known_is_compared_with_what_is_known(there: Company) -> None:
    text = there.hr.get("/map", as_of="2025-06-01", known="both").text
    assert h1(text) == "Of 1 June 2025 we know now that 5 objectives were live."
    assert "what was known of <strong>1 June 2025</strong> on that day" in text


def test_each_cell_has_a_mark_for_each_change_and_says_it(there: Company) -> None:
    text = there.hr.get("/map", **{"from": "2025-06-01"}).text
    rows = text.split('<tbody role="rowgroup">')[1].split("</tbody>")[0].split("<tr ")[1:]
    reach = there.api.ask("/alignment-health/reach", **{"from": "2025-06-01"})["rows"]
    assert len(rows) == len(reach) == 3
    for row, told in zip(rows, reach, strict=True):
        for cell, counted in zip(row.split("<td ")[1:], told["cells"], strict=True):
            counts = {name: counted["change"][name]["count"] for name in ("gone", "lost", "came", "stayed")}
            assert str(changed(counts)) in cell
            if counted["change"]["before"] != counted["live"]:
                assert f'<del class="d">{counted["change"]["before"]}</del>' in cell
                assert f'<ins class="d">{counted["live"]}</ins>' in cell
    assert "1 gone" in rows[0]
    assert "1 lost its way" in rows[0]
    assert "1 came" in rows[1]
    assert "detached: 0 → 1" in rows[1]


def test_the_decision_that_did_it_stands_below_with_its_event(there: Company) -> None:
    text = there.hr.get("/map", **{"from": "2025-06-01"}).text
    did = text.split('id="did"')[1]
    assert f'href="/objectives/{there.ends}"' in did
    assert "Ends &amp; ends" in did
    assert "given up" in did
    assert re.search(r"<b>1</b> lost its way<br><b>1</b> ended", did)
    (exported,) = re.findall(r'href="(/api/v1/alignment-health/change\.csv[^"]*)"', text)
    assert "Loses" in there.hr.get(exported.replace("&amp;", "&")).text
    assert "Loses" in text.split('id="which"')[1]


def test_days_in_the_wrong_order_are_turned_and_what_is_no_day_is_named(there: Company) -> None:
    turned = there.hr.get("/map", **{"from": "2025-08-01", "as_of": "2025-06-01"})
    assert (turned.status_code, turned.headers["Location"]) == (302, "/map?as_of=2025-08-01&from=2025-06-01")
    wrong = there.hr.get("/map", **{"from": "tomorrow"})
    assert (wrong.status_code, "?from" in wrong.text) == (422, True)


def test_an_organisation_without_objectives_has_nothing_to_compare(api: Api) -> None:
    answer = visitor(api).get("/map", **{"from": "2025-06-01"})
    assert answer.status_code == 200
    assert h1(answer.text) == "Since 1 June 2025 nothing ended, began, lost its way or found one."
