"""Lists are found, filtered and sorted as people ask: by words, by ids of other systems, in human order."""

import unicodedata
from typing import Any
from urllib.parse import parse_qs, urlsplit

import pytest

from domain.health import CLASSES
from domain.rules import PACES
from tests.web.api import Api, refused

NFC, NFD = (unicodedata.normalize(form, "Café Élan") for form in ("NFC", "NFD"))
NAMES = ("Zoë", "ärger", "Apple", "apple pie", "Team 10", "team 9", "Øre", "Team 9a")
IN_ORDER = ["Apple", "apple pie", "ärger", "Øre", "team 9", "Team 9a", "Team 10", "Zoë"]


class Office:
    """Two teams; Ana manages Bo. Ana has three objectives, one a draft; Bo has one that is amended."""

    def __init__(self, api: Api) -> None:
        self.api = api
        self.top = api.unit("Whole")
        self.team = api.unit("Team", self.top)
        self.ana = self.person("Ana Ruiz", job_title="Head of Cafe\u0301s", external_id="HR-\u00c91")
        self.bo = self.person("Bo Åström", manager_id=self.ana, email="bo.a@example.org")
        self.cy = self.person("Cy Young", manager_id=self.bo)
        self.cycle = api.cycle()
        key_results = [
            {"title": f"Visits {number}", "kind": "increase", "baseline": "0", "target": "100", "weight": "1"}
            for number in (10, 9)
        ]
        self.visits = self.active(
            self.ana, title=f"{NFD} in town", key_results=key_results, external_id="OKR-1"
        )
        self.sea = self.active(self.ana, title=f"{NFC} at sea", level="strategic")
        self.draft = api.objective(self.cycle, {"person_id": self.ana}, title="Tea 2")
        self.amended = self.active(self.bo, title="Tea 10")
        api.done(f"/objectives/{self.amended}/revision", {"title": "Tea 11", "reason": "more of it"})
        self.readings = [each["id"] for each in api.ask(f"/objectives/{self.visits}")["key_results"]]
        self.reading = self.readings[0]
        api.done(
            f"/objectives/{self.visits}/check-ins",
            {"on": "2025-02-01", "readings": [{"key_result_id": self.reading, "value": "90"}]},
        )

    def person(self, name: str, **given: Any) -> str:
        return self.api.done(
            "/people", {"name": name, "unit_id": self.team, "effective_on": "2025-01-01", **given}
        )

    def active(self, owner: str, **given: Any) -> str:
        return self.api.active(self.cycle, {"person_id": owner}, **given)

    def found(self, path: str, **query: Any) -> list[str]:
        return [item["id"] for item in self.api.ask(path, **query)["items"]]


@pytest.fixture(scope="module")
def office(shared_api: Api) -> Office:
    return Office(shared_api)


SPELLED = (NFC, NFD, "cafe elan", "ELAN caf", "Ｃａｆｅ", "café éla")  # noqa: RUF001


@pytest.mark.parametrize("q", SPELLED)
def test_the_same_words_are_found_in_every_spelling(office: Office, q: str) -> None:
    assert set(office.found("/objectives", q=q)) == {office.visits, office.sea}


@pytest.mark.parametrize(
    ("path", "q", "names"),
    [
        ("/objectives", "town cafe", ["visits"]),
        ("/objectives", "afe", []),
        ("/objectives", "cafe harbour", []),
        ("/people", "ruiz ana", ["ana"]),
        ("/people", "astrom", ["bo"]),
        ("/people", "head cafes", ["ana"]),
        ("/people", "BO.A@EXAMPLE", ["bo"]),
        ("/people", "oung", []),
        ("/units", "tea", ["team"]),
        ("/key-results", "visits 9", [1]),
        ("/cycles", "LON", ["cycle"]),
        ("/measures", "anything", []),
    ],
)
def test_every_word_is_the_beginning_of_one(office: Office, path: str, q: str, names: list[Any]) -> None:
    if path == "/key-results":
        assert [each["title"] for each in office.api.ask(path, q=q)["items"]] == ["Visits 9"]
    else:
        assert office.found(path, q=q) == [getattr(office, name) for name in names]


@pytest.mark.parametrize("path", ["/objectives", "/people", "/units", "/cycles", "/measures", "/key-results"])
def test_what_cannot_be_looked_for_is_refused(office: Office, path: str) -> None:
    for q in ("%", " - "):
        refused(office.api.get(path, q=q), 422, "invalid-value", "?q")
    refused(office.api.get(path, external_id=""), 422, "invalid-value", "?external_id")
    for sort in ("no_such", "-", ""):
        refused(office.api.get(path, sort=sort), 422, "invalid-value", "?sort")
    name = "name" if path in ("/people", "/units", "/cycles", "/measures") else "title"
    refused(office.api.get(path, sort=f"{name},-{name}"), 422, "invalid-value", "?sort")


def test_what_another_system_named_is_found(office: Office) -> None:
    assert office.found("/objectives", external_id="OKR-1") == [office.visits]
    assert office.found("/objectives", external_id="OKR") == []
    for spelled in ("HR-\u00c91", "HR-E\u03011", "hr-\u00e91"):
        assert office.found("/people", external_id=spelled) == [office.ana]
    for path in ("/units", "/cycles", "/measures", "/key-results"):
        assert office.found(path, external_id="OKR-1") == []


@pytest.mark.parametrize(
    ("query", "names"),
    [
        ({"status": "draft,closed"}, ["draft"]),
        ({"status": ["draft", "active"]}, ["sea", "visits", "draft", "amended"]),
        ({"level": "strategic,individual"}, ["sea"]),
        ({"amended": "true"}, ["amended"]),
        ({"amended": "false", "live": "true"}, ["sea", "visits"]),
        ({"class": ["strategic"]}, ["sea"]),
        ({"class": "orphan,strategic"}, ["sea", "visits", "amended"]),
    ],
)
def test_filters_take_several_values(office: Office, query: dict[str, Any], names: list[str]) -> None:
    assert office.found("/objectives", **query) == [getattr(office, name) for name in names]


def test_objectives_are_found_by_manager_owner_unit_and_pace(office: Office) -> None:
    assert office.found("/objectives", manager=office.ana) == [office.amended]
    assert len(office.found("/objectives", owner=f"{office.ana},{office.bo}")) == 4
    assert len(office.found("/objectives", unit=[office.top, office.team])) == 4
    paces = {item["id"]: item["pace"] for item in office.api.ask("/objectives")["items"]}
    assert paces[office.visits] is not None
    for pace in ("ahead", "on_track", "behind", "off_track"):
        assert set(office.found("/objectives", pace=pace)) == {id for id in paces if paces[id] == pace}
    assert office.found("/objectives", pace="ahead,on_track,behind,off_track") == [office.visits]


def test_who_has_no_live_objective_on_the_day(office: Office) -> None:
    assert office.found("/people", without_objective="true") == [office.cy]
    assert office.found("/people", without_objective="false") == [office.ana, office.bo]
    day_before = {"as_of": "2025-01-01", "without_objective": "true"}
    assert office.found("/people", **day_before) == [office.ana, office.bo, office.cy]
    assert office.found("/people", manager=office.ana) == [office.bo]


def _walk(api: Api, path: str, **query: Any) -> list[Any]:
    """Every item, two a page."""
    answer = api.get(path, limit=2, **query)
    items = list(answer.get_json()["items"])
    while "Link" in answer.headers:
        link = urlsplit(answer.headers["Link"].partition(">")[0].removeprefix("<"))
        query = dict[str, Any](parse_qs(link.query))
        answer = api.get(link.path.removeprefix("/api/v1"), **query)
        assert answer.status_code == 200, answer.text
        assert answer.get_json()["items"]
        items += answer.get_json()["items"]
    return items


SORTS = ("title", "-title", "progress,-title", "-progress", "-level,title", "-confidence", "last_check_in_on")


@pytest.mark.parametrize("sort", SORTS)
def test_pages_of_a_sorted_list_neither_skip_nor_repeat(office: Office, sort: str) -> None:
    whole = office.api.ask("/objectives", sort=sort)["items"]
    assert _walk(office.api, "/objectives", sort=sort) == whole
    assert len({item["id"] for item in whole}) == 4


def test_lists_are_sorted_by_what_is_asked(office: Office) -> None:
    def titles(sort: str) -> list[str]:
        return [item["title"] for item in office.api.ask("/objectives", sort=sort)["items"]]

    assert titles("title") == [f"{NFC} at sea", f"{NFD} in town", "Tea 2", "Tea 11"]
    assert titles("-title") == titles("title")[::-1]
    assert titles("-progress")[0] == f"{NFD} in town"
    assert titles("progress")[0] == f"{NFD} in town"  # the others have none
    first = office.api.get("/objectives", sort="title", limit=1).headers["Link"]
    after = parse_qs(urlsplit(first.partition(">")[0]).query)["after"][0]
    refused(office.api.get("/objectives", sort="-title", after=after), 422, "invalid-value", "?after")


def test_lists_come_in_human_order(api: Api) -> None:
    for name in NAMES:
        api.unit(name)
    assert [item["name"] for item in api.ask("/units")["items"]] == IN_ORDER
    assert [item["name"] for item in _walk(api, "/units")] == IN_ORDER
    assert [item["name"] for item in _walk(api, "/units", sort="-name")] == IN_ORDER[::-1]


def test_whatever_an_answer_lists_by_title_is_in_human_order_too(api: Api) -> None:
    cycle, owner = api.cycle(), {"unit_id": api.unit()}
    named = [{"title": name, "kind": "observe"} for name in NAMES]
    top = api.active(cycle, owner, title="Top", level="strategic", key_results=named)
    up = {"alignments": [{"objective_id": top, "kind": "contributes", "weight": "1"}]}
    below = [api.active(cycle, owner, title=name, **up) for name in NAMES]
    up = {"alignments": [{"objective_id": id, "kind": "supports"} for id in below]}
    low = api.active(cycle, owner, title="Low", **up)

    def titles(items: list[Any], name: str = "title") -> list[Any]:
        return [item[name] for item in items]

    shown = api.ask(f"/objectives/{top}")
    assert titles(shown["key_results"]) == titles(shown["children"]) == IN_ORDER
    assert titles(api.ask(f"/objectives/{low}")["alignments"]) == IN_ORDER
    weighed = api.ask(f"/objectives/{top}/progress")["items"]
    assert titles(weighed) == [*IN_ORDER, *IN_ORDER]
    paths = api.ask(f"/objectives/{low}/paths")["paths"]
    assert [path["objectives"][1]["title"] for path in paths] == IN_ORDER
    links = [*IN_ORDER[:3], *["Low"] * 8, *IN_ORDER[3:]]
    assert titles(api.ask("/alignment-links")["items"], "from_title") == links
    assert titles(_walk(api, "/alignment-links"), "from_title") == links
    days = {"from": "2024-12-31", "to": "2025-01-02"}
    changed = titles(api.ask("/alignment-health/change", **days)["objectives"])
    assert changed == [*IN_ORDER[:3], "Low", *IN_ORDER[3:7], "Top", "Zoë"]


def test_key_results_are_a_list_of_their_own(office: Office) -> None:
    items = {item["id"]: item for item in office.api.ask("/key-results")["items"]}
    assert set(items) == set(office.readings)
    found = items[office.reading]
    assert (found["target"], found["reading"]["value"], found["progress"]) == ("100", "90", 0.9)
    assert found["owner"] == {"person_id": office.ana, "name": "Ana Ruiz"}
    assert (found["unit_id"], found["cycle_id"]) == (office.team, office.cycle)
    assert found["objective"] == {
        "id": office.visits, "title": f"{NFD} in town", "level": "team", "status": "active",
    }  # fmt: skip
    assert office.found("/key-results", sort="-progress")[0] == office.reading
    assert [item["title"] for item in office.api.ask("/key-results")["items"]] == ["Visits 9", "Visits 10"]
    assert office.found("/key-results", read="true") == [office.reading]
    assert office.found("/key-results", read="true", as_of="2025-01-31") == []
    for query in ({"owner": office.bo}, {"objective": office.sea}, {"kind": "observe"}, {"live": "false"}):
        assert office.found("/key-results", **query) == []
    assert len(_walk(office.api, "/key-results", sort="-read_on")) == 2
    assert len(office.found("/key-results", unit=office.top, objective=office.visits)) == 2


def test_key_results_are_found_by_the_pace_and_the_class_of_their_objective(office: Office) -> None:
    objective = office.api.ask(f"/objectives/{office.visits}")
    for name, values in (("pace", PACES), ("class", CLASSES)):
        for value in values:
            expected = set(office.readings) if value == objective[name] else set()
            assert set(office.found("/key-results", **{name: value})) == expected
    both = {"pace": objective["pace"], "class": objective["class"]}
    assert office.found("/key-results", **both, q="visits 10") == [office.readings[1]]
    assert office.found("/key-results", **both, objective=office.sea) == []
    assert office.found("/key-results", **both, as_of="2024-12-31") == []


def test_a_long_title_does_not_end_the_walk(api: Api) -> None:
    cycle, unit = api.cycle(), api.unit()
    for letter in "éèê":
        api.objective(cycle, {"unit_id": unit}, title=letter * 200)
    assert len(_walk(api, "/objectives")) == 3
