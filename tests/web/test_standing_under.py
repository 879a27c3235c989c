"""The list of what stands under a goal has as many as the cell of the map says, and no other."""

from dataclasses import dataclass
from typing import Any
from uuid import UUID

import pytest

from tests.web.api import UNKNOWN, Api, refused
from tests.web.conftest import token
from tests.web.console.conftest import visitor

MOMENTS: tuple[dict[str, str], ...] = ({}, {"as_of": "2025-08-01"}, {"as_of": "2025-06-01"})


@dataclass(frozen=True)
class Goals:
    """Two goals; four teams lead to the first, one of them private and one of them more to the second; one
    is cancelled in July, and one leads nowhere. `below` is the unit of one of them.
    """

    api: Api
    first: str
    second: str
    below: str
    stranger: str


@pytest.fixture(scope="module")
def there(shared_api: Api) -> Goals:
    api = shared_api
    company, cycle = api.unit("Company"), api.cycle()
    below = api.unit("Below", parent_id=company)
    first, second = (
        api.active(cycle, {"unit_id": company}, level="strategic", title=title) for title in ("One", "Two")
    )

    def up(*weights: tuple[str, str]) -> list[dict[str, str]]:
        return [{"objective_id": id, "kind": "contributes", "weight": weight} for id, weight in weights]

    owner = {"unit_id": company}
    api.active(cycle, owner, title="Open", alignments=up((first, "1")))
    api.active(cycle, {"unit_id": below}, title="Of below", alignments=up((first, "1")))
    api.active(cycle, owner, title="Private", alignments=up((first, "1")), visibility="private")
    api.active(cycle, owner, title="Both", alignments=up((first, "1"), (second, "3")))
    gone = api.active(cycle, owner, title="Gone", alignments=up((first, "1")))
    api.active(cycle, owner, title="Loose")
    api.done(f"/objectives/{gone}/cancellation", {"reason": "given up", "effective_on": "2025-07-01"})
    stranger = api.person(api.unit("Elsewhere"), "Stranger")
    api.project()
    return Goals(api, first, second, below, stranger)


def _stranger(there: Goals) -> Api:
    secret = token(there.api.dsn, "employee", person_id=UUID(there.stranger))
    return Api(there.api.app, there.api.dsn, secret)


def _cells(who: Api, **asked: str) -> list[tuple[str, dict[str, Any]]]:
    rows = who.ask("/alignment-health/reach", **asked)["rows"]
    return [(row["goal"]["id"], cell) for row in rows if row["goal"] for cell in row["cells"]]


def test_the_number_in_a_cell_is_the_number_in_its_list(there: Goals) -> None:
    reader = Api(
        there.api.app, there.api.dsn, token(there.api.dsn, "employee", person_id=UUID(there.stranger))
    )
    counts = []
    for who in (there.api, reader):
        for moment in (*MOMENTS, {"unit": there.below}):
            for goal, cell in _cells(who, **moment):
                given = {**moment, "goal": goal, "level": cell["level"], "live": "true", "limit": "500"}
                listed = who.ask("/objectives", **given)
                seen = len(listed["items"]) + listed["withheld"]
                assert seen == cell["live"], (goal, cell["level"], moment)
                counts.append(seen)
    assert set(counts) >= {0, 1, 3, 4}


def test_what_is_private_is_counted_and_not_told(there: Goals) -> None:
    reader = Api(
        there.api.app, there.api.dsn, token(there.api.dsn, "employee", person_id=UUID(there.stranger))
    )
    listed = reader.ask("/objectives", goal=there.first)
    assert ([each["title"] for each in listed["items"]], listed["withheld"]) == (["Of below", "Open"], 1)
    for more in ({"class": "aligned"}, {"live": "true"}):
        assert len(there.api.ask("/objectives", goal=there.first, **more)["items"]) == 3
    for none in ({"class": "orphan"}, {"live": "false"}, {"level": "strategic"}):
        assert there.api.ask("/objectives", goal=there.first, **none)["items"] == []
    both = there.api.ask("/objectives", goal=f"{there.first},{there.second}")
    assert len(both["items"]) == 4


def test_a_goal_that_is_none_has_nothing_under_it_and_what_is_no_id_is_refused(there: Goals) -> None:
    assert there.api.ask("/objectives", goal=UNKNOWN)["items"] == []
    refused(there.api.get("/objectives", goal="x"), 422, "invalid-value", "?goal")


def test_the_numbers_of_the_map_lead_to_their_lists(there: Goals) -> None:
    them = visitor(there.api, "hr")
    link = f"/objectives?goal={there.first}&amp;live=true&amp;level=team"
    for given in ({}, {"as": "table"}):
        assert f'href="{link}"' in them.get("/map", **given).text
    page = them.client.get(link.replace("&amp;", "&"))
    assert page.text.count('<tr><th scope="row">') == 3
    assert f'name="goal" value="{there.first}"' in page.text
