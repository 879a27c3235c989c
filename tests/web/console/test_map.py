"""The map is headed by what the API counts, and shows what leads nowhere beside the goals."""

import gzip
import re
from dataclasses import dataclass
from datetime import UTC, datetime
from pathlib import Path

import pytest

from application.plan import import_plan
from application.store import Store
from benchmarks.large import BELOW_THE_FIRST, GOALS, OBJECTIVES, ORPHANS, write_large
from tests.web.api import Api
from tests.web.console.conftest import Visitor, visitor
from web.console.pages.map_views import LEVELS

LONG = "T" * 300
MARKED = '<b>& "bold"</b> \u202eltr'


@dataclass(frozen=True)
class Company:
    """Two goals, one called by markup; under the first a team and a person, one of them under both; a team
    that is linked to nothing, and one whose parent ended in July.
    """

    api: Api
    unit: str
    goal: str
    other: str
    hr: Visitor


@pytest.fixture(scope="module")
def there(shared_api: Api) -> Company:
    api = shared_api
    unit, cycle = api.unit("Company"), api.cycle()
    person, owner = api.person(unit), {"unit_id": unit}
    goal = api.active(cycle, owner, level="strategic", title="Goal")
    other = api.active(cycle, owner, level="strategic", title=MARKED)

    def under(parent: str, weight: str = "0.6") -> dict[str, str]:
        return {"objective_id": parent, "kind": "contributes", "weight": weight}

    ends = api.active(cycle, owner, level="department", title="Ends", alignments=[under(goal, "1")])
    api.active(cycle, owner, title="Detached", alignments=[under(ends, "1")])
    both = api.active(cycle, owner, title=LONG, alignments=[under(goal), under(other, "0.4")])
    api.active(cycle, {"person_id": person}, level="individual", title="Hers", alignments=[under(both, "1")])
    api.active(cycle, owner, title="Orphan")
    api.done(f"/objectives/{ends}/cancellation", {"reason": "given up", "effective_on": "2025-07-01"})
    return Company(api, unit, goal, other, visitor(api))


def h1(text: str) -> str:
    found = re.search(r"<h1>(.*?)</h1>", text, re.DOTALL)
    assert found is not None
    return found[1]


def test_the_heading_is_what_is_counted(there: Company) -> None:
    total = there.api.ask("/alignment-health/reach")["total"]
    assert (total["strategic"], total["aligned"], total["detached"] + total["orphan"]) == (2, 2, 2)
    assert h1(there.hr.get("/map").text) == "2 objectives lead to two goals. 2 lead nowhere."
    assert (
        h1(there.hr.get("/map", as_of="2025-06-01").text)
        == "On 1 June 2025 4 objectives led to two goals. 1 led nowhere."
    )
    known = there.hr.get("/map", as_of="2025-06-01", known_at="2025-06-01T23:59:59.999999Z").text
    assert h1(known) == "On 1 June 2025 nothing was live."


def test_every_mark_is_in_the_row_of_what_it_serves(there: Company) -> None:
    text = there.hr.get("/map").text
    rows = text.split("<tbody")[1].split("<tr ")[1:]
    reach = there.api.ask("/alignment-health/reach")["rows"]
    assert len(rows) == len(reach) == 4
    for row, told in zip(rows, reach, strict=True):
        cells = row.split("<td ")[1:]
        for cell, counted in zip(cells, told["cells"], strict=True):
            drawn = re.findall(r'class="m-([a-z_]+)( again)?"', cell)
            assert sum(not again for _, again in drawn) == counted["live"]
            assert sum(bool(again) for _, again in drawn) == counted["also"]
            assert f'data-l="{LEVELS[counted["level"]]}"' in cell
    assert "No way to the strategy" in rows[2]
    assert "Linked to nothing" in rows[3]
    assert f"/map?root={there.goal}" in text


def test_numbers_of_what_leads_nowhere_lead_to_the_list_of_it(there: Company) -> None:
    text = there.hr.get("/map").text
    (link,) = re.findall(r'href="(/objectives\?class=orphan[^"]*level=team[^"]*)"', text)
    listed = there.hr.get(link.replace("&amp;", "&")).text
    assert "Orphan" in listed
    assert "Detached" not in listed


def test_the_table_has_every_number_of_the_drawing(there: Company) -> None:
    text = there.hr.get("/map", **{"as": "table"}).text
    assert h1(text) == h1(there.hr.get("/map").text)
    for row in there.api.ask("/alignment-health/reach")["rows"]:
        for cell in row["cells"]:
            numbers = [cell["live"], *cell["paces"].values(), cell["also"]]
            told = "".join(f'<td class="num">{each}</td>' for each in numbers[1:])
            assert told in text
    exported = re.findall(r'href="(/api/v1/alignment-health/reach\.csv[^"]*)"', text)
    assert there.hr.get(exported[0].replace("&amp;", "&")).status_code == 200


def test_a_title_is_told_as_it_is_written(there: Company) -> None:
    text = there.hr.get("/map").text
    assert "&lt;b&gt;&amp; &#34;bold&#34;&lt;/b&gt;" in text
    assert "<b>&" not in text
    assert "style=" not in text


def test_it_is_narrowed_by_unit_and_cycle_and_says_what_is_not_an_id(there: Company) -> None:
    empty = there.api.unit("Empty")
    there.api.project()
    narrow = there.hr.get("/map", unit=empty)
    assert h1(narrow.text) == "Nothing is live yet."
    assert 'class="empty"' in narrow.text
    assert f'value="{empty}" selected' in narrow.text
    assert there.hr.get("/map", unit="x").status_code == 422


def test_an_organisation_without_objectives_is_told_what_to_do(api: Api) -> None:
    for query in ({}, {"as": "table"}, {"as_of": "2025-06-01"}):
        answer = visitor(api).get("/map", **query)
        assert answer.status_code == 200
        assert 'class="empty"' in answer.text


def test_the_page_is_small(there: Company) -> None:
    assert len(gzip.compress(there.hr.get("/map").data)) < 10_000


@pytest.mark.long
@pytest.mark.timeout(600)
def test_the_page_of_five_thousand_objectives_is_small(api: Api, tmp_path: Path) -> None:
    with Store(api.dsn) as store:
        import_plan(store, write_large(tmp_path / "plan"), today=datetime.now(UTC).date())
    them = visitor(api)
    total = api.ask("/alignment-health/reach")["total"]
    assert (total["live"], total["strategic"], total["orphan"]) == (OBJECTIVES, GOALS, ORPHANS)
    rows = api.ask("/alignment-health/reach")["rows"]
    assert max(sum(cell["live"] for cell in row["cells"]) for row in rows) == BELOW_THE_FIRST
    for query in ({}, {"as": "table"}):
        assert len(gzip.compress(them.get("/map", **query).data)) < 20_000
