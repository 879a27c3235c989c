"""The organisation as an outline of units, those in most need first, and one unit."""

import re
from dataclasses import dataclass

import pytest

from tests.web.api import Api
from tests.web.console.conftest import Visitor, heading_of, visitor
from web.console.pages.units import SHARES, STALE, _step


@dataclass(frozen=True)
class Company:
    """A company of two divisions; one has lost its way in July, and below it are a department and a team."""

    api: Api
    company: str
    north: str
    team: str
    hr: Visitor


@pytest.fixture(scope="module")
def there(shared_api: Api) -> Company:
    api = shared_api
    company = api.unit("Company")
    north, south = api.unit("North & sea", company), api.unit("South", company)
    team = api.unit("Team", api.unit("Office", north))
    cycle = api.cycle()
    api.done("/people", {"name": "Bo Lund", "unit_id": north, "effective_on": "2025-01-01"})
    goal = api.active(cycle, {"unit_id": company}, level="strategic", title="Goal")

    def under(parent: str) -> list[dict[str, str]]:
        return [{"objective_id": parent, "kind": "contributes", "weight": "1"}]

    of_north = api.active(cycle, {"unit_id": north}, level="department", title="Ends", alignments=under(goal))
    api.active(cycle, {"unit_id": team}, title="Loses", alignments=under(of_north))
    api.active(cycle, {"unit_id": south}, level="department", title="Keeps", alignments=under(goal))
    api.done(f"/objectives/{of_north}/cancellation", {"reason": "given up", "effective_on": "2025-07-10"})
    return Company(api, company, north, team, visitor(api))


def test_the_heading_says_where_coverage_fell(there: Company) -> None:
    series = there.api.ask(
        "/alignment-health/series", **{"from": "2025-06-30", "to": "2025-07-20", "by": "unit"}
    )
    (north,) = [each["points"] for each in series["units"] if each["unit_id"] == there.north]
    assert [each["coverage"] for each in north] == [1.0, 0.0]
    answer = there.hr.get("/units", as_of="2025-07-20")
    assert heading_of(answer) == (
        "Since 30 June 2025 coverage fell in one of two units, most in North & sea: "
        "from 100\u00a0% to 0\u00a0%."
    )
    calm = there.hr.get("/units", as_of="2025-06-20")
    assert heading_of(calm) == (
        "Since 31 March 2025 coverage fell in none of two units. It was lowest in North & sea: 100\u00a0%."
    )


def test_units_in_need_come_first_and_the_deep_ones_are_unfolded_by_a_link(there: Company) -> None:
    text = there.hr.get("/units", as_of="2025-07-20").text
    assert re.findall(r'class="l(\d)"', text) == ["1", "2", "3", "2"]
    names = re.findall(r'<a class="t" id="u-[^>]*><bdi>(.*?)</bdi>', text)
    assert names == ["Company", "North &amp; sea", "Office", "South"]
    (fold,) = re.findall(r'class="fold" href="([^"#]*)', text)
    opened = there.hr.get(fold.replace("&amp;", "&")).text
    assert f'id="u-{there.team}"' in opened
    by_name = there.hr.get("/units", as_of="2025-07-20", sort="name").text
    assert re.findall(r"<bdi>(\w+)", by_name)[0] == "Company"
    assert there.hr.get("/units", sort="other").status_code == 200


def test_cells_have_the_figures_of_the_api_and_lead_to_the_lists_behind_them(there: Company) -> None:
    text = there.hr.get("/units", as_of="2025-07-20").text
    health = there.api.ask("/alignment-health", as_of="2025-07-20")
    (north,) = [each for each in health["units"] if each["unit_id"] == there.north]
    row = text.split(f'id="u-{there.north}"')[1].split("</tr>")[0]
    cells = re.findall(r"<td class=\"(?:h(\d))[^>]*>(.*?)</td>", row, re.DOTALL)
    words = [re.sub(r"<[^>]*>", "", inner).strip() for _, inner in cells]
    assert words[:2] == [str(north["live"]), "0\u00a0%"]
    assert cells[1][0] == "4"
    assert words[2] == "\u2212100"
    assert words[5] == str(north["stale"])
    (loose,) = re.findall(r'href="([^"]*class=detached[^"]*)"', row)
    listed = there.hr.get(loose.replace("&amp;", "&"))
    assert "Loses" in listed.text
    assert "Keeps" not in listed.text


@pytest.mark.parametrize(("value", "step"), [(None, 0), (0.0, 0), (0.2, 0), (0.21, 1), (0.6, 3), (1.0, 4)])
def test_more_need_is_darker(value: float | None, step: int) -> None:
    assert _step(value, SHARES) == step
    assert _step(0.01, STALE) == 1


def test_one_unit_says_what_it_works_on_and_who_belongs_to_it(there: Company) -> None:
    answer = there.hr.get(f"/units/{there.north}", as_of="2025-07-20")
    total = there.api.ask("/alignment-health", as_of="2025-07-20", unit=there.north)["total"]
    assert (total["aligned"], total["detached"] + total["orphan"]) == (0, 1)
    assert heading_of(answer) == "North & sea: 0 of 1 objective led to the strategy on 20 July 2025."
    for said in ("Bo Lund", "Loses", "Office", "Nobody is named to lead it", f"/units/{there.company}"):
        assert said in answer.text
    assert "style=" not in answer.text
    team = there.hr.get(f"/units/{there.team}")
    assert "Nobody belongs to it." in team.text


def test_what_is_no_unit_is_not_there(there: Company) -> None:
    assert there.hr.get("/units/5f0c1a52-6f0e-4a35-9d8f-0a4b7b0c7a11").status_code == 404


def test_an_organisation_without_units_is_told_what_to_do(api: Api) -> None:
    answer = visitor(api).get("/units")
    assert heading_of(answer) == "There is no unit yet."
    assert 'class="empty"' in answer.text


def test_units_without_objectives_say_so(api: Api) -> None:
    api.unit("Alone")
    answer = visitor(api, "employee").get("/units")
    assert heading_of(answer) == "No unit has a live objective below the strategy."
