"""The cascade of one goal: what is opened, what leads there, and what of it is not for everybody."""

import re
from dataclasses import dataclass

import pytest

from tests.web.api import Api
from tests.web.console.conftest import Visitor, heading_of, visitor


@dataclass(frozen=True)
class Company:
    """Under a goal a department and a private one, under the first a team, which has another parent, too."""

    api: Api
    goal: str
    other: str
    department: str
    team: str
    hr: Visitor


@pytest.fixture(scope="module")
def there(shared_api: Api) -> Company:
    api = shared_api
    unit, cycle = api.unit("Company"), api.cycle()
    owner = {"unit_id": unit}
    goal = api.active(cycle, owner, level="strategic", title="Goal <b>")
    other = api.active(cycle, owner, level="strategic", title="Other")

    def under(parent: str, kind: str = "contributes", weight: str = "0.5") -> dict[str, str]:
        return {"objective_id": parent, "kind": kind, "weight": weight}

    whole = [under(goal, weight="1")]
    department = api.active(cycle, owner, level="department", title="Department", alignments=whole)
    api.active(cycle, owner, level="department", title="Hushed", visibility="private", alignments=whole)
    team = api.active(cycle, owner, title="Team", alignments=[under(department), under(other)])
    return Company(api, goal, other, department, team, visitor(api))


def cards(text: str) -> dict[str, str]:
    """The cards of a page by their titles."""
    found = text.split('<div class="card')[1:]
    titles = [re.search(r'class="t[^"]*"[^>]*>(?:<bdi>)?(.*?)<', each) for each in found]
    return {title[1]: each for title, each in zip(titles, found, strict=True) if title}


def test_the_heading_says_how_far_the_goal_is_and_the_lede_what_leads_there(there: Company) -> None:
    answer = there.hr.get("/map", root=there.goal)
    branch = there.api.ask("/alignment/branch", open=there.goal)
    (node,) = [each for each in branch["nodes"] if each["id"] == there.goal]
    assert (node["progress"], node["below"]) == (None, 3)
    assert heading_of(answer) == "Goal <b>: no progress yet"
    assert "3 objectives lead to it." in answer.text
    past = there.hr.get("/map", root=there.goal, as_of="2025-06-01").text
    assert "3 objectives led to it." in past
    assert "style=" not in past


def test_a_card_is_opened_and_folded_by_a_link(there: Company) -> None:
    text = there.hr.get("/map", root=there.goal).text
    assert set(cards(text)) == {"Goal &lt;b&gt;", "Other", "Department", "Hushed"}
    (to,) = re.findall(r'class="below" href="([^"]*)"', cards(text)["Department"])
    opened = there.hr.get(to.replace("&amp;", "&")).text
    assert "Team" in cards(opened)
    assert "under Department" in cards(opened)["Team"]
    assert "+1 parent" in cards(opened)["Team"]
    (back,) = re.findall(r'class="below" href="([^"]*)"', cards(opened)["Department"])
    assert back.replace("&amp;", "&") == f"/map?root={there.goal}"
    assert f'href="/objectives/{there.team}"' in cards(opened)["Team"]


def test_each_link_between_two_columns_is_a_line(there: Company) -> None:
    text = there.hr.get("/map", root=there.goal, open=there.department).text
    gutters = text.split('<div class="gut">')[1:]
    assert [each.split("</svg>")[0].count('class="ln"') for each in gutters] == [2, 1, 0]


def test_children_beyond_the_first_are_shown_by_a_link(there: Company) -> None:
    text = there.hr.get("/map", root=there.goal, children=1).text
    (to,) = re.findall(r'href="([^"]*)">Show 1 more below', text)
    assert "Hushed" in there.hr.get(to.replace("&amp;", "&")).text


def test_what_is_private_is_a_card_without_a_name(there: Company) -> None:
    person = there.api.person(there.api.unit("Elsewhere"), "Stranger")
    text = visitor(there.api, "employee", person).get("/map", root=there.goal).text
    assert "Hushed" not in text
    assert "private" in cards(text)


def test_what_is_not_live_leads_to_its_own_page(there: Company) -> None:
    nobody = "5f0c1a52-6f0e-4a35-9d8f-0a4b7b0c7a11"
    answer = there.hr.get("/map", root=nobody, as_of="2025-06-01")
    assert (answer.status_code, answer.headers["Location"]) == (302, f"/objectives/{nobody}?as_of=2025-06-01")
    assert there.hr.get("/map", root="x").status_code == 422


def test_the_overview_leads_to_each_goal(there: Company) -> None:
    text = there.hr.get("/map").text
    assert f'href="/map?root={there.goal}"' in text
    assert f'href="/map?root={there.other}"' in text
    assert "One goal" in text
