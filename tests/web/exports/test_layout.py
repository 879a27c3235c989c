"""A workbook is for people: names where ids are, a row for each change, sheets for what is listed."""

import json
from typing import Any

import pytest

from tests.web.api import Api
from tests.web.exports.reading import File, exported, read_xlsx
from tests.web.performance import Company, company
from web.exports.copies import examine


@pytest.fixture(scope="module")
def there(shared_api: Api) -> Company:
    some = company(shared_api)
    other = shared_api.active(some.cycle, {"unit_id": some.unit}, level="strategic", title="Whole")
    link = {"objective_id": other, "kind": "contributes", "weight": "1.5", "reason": "it belongs there"}
    shared_api.done(f"/objectives/{some.objective}/alignments", link)
    return some


def _workbook(there: Company, path: str, **query: Any) -> File:
    return exported(there.who("hr").get(f"{path}.xlsx", **query), "xlsx")


LISTS = ("/objectives", "/people", "/units", "/key-results", "/cycles", "/audit", "/alignment")


@pytest.mark.parametrize("path", LISTS)
def test_ids_are_at_the_end(there: Company, path: str) -> None:
    names = _workbook(there, path).names
    own = {"external_id", "account_id", "event_id"}
    ids = [name not in own and (name == "id" or name.endswith((".id", "_id"))) for name in names]
    assert ids == sorted(ids)
    assert ids[-1] or path == "/audit"


def test_what_ids_name_is_named(there: Company, shared_api: Api) -> None:
    unit = there.who("hr").ask(f"/units/{there.unit}")["name"]
    cycle = there.who("hr").ask(f"/cycles/{there.cycle}")["name"]
    objective = next(row for row in _workbook(there, "/objectives").rows if row["id"] == there.objective)
    assert (objective["unit"], objective["cycle"]) == (unit, cycle)
    key_result = _workbook(there, "/key-results", objective=there.objective).rows[0]
    assert (key_result["objective.title"], key_result["unit"]) == (objective["title"], unit)
    person = next(row for row in _workbook(there, "/people").rows if row["id"] == there.ids["ana"])
    names = {each["id"]: each["name"] for each in there.who("hr").ask("/people")["items"]}
    assert person["unit"] == unit
    assert person["manager"] == names.get(person["manager_id"])
    below = shared_api.unit("Below", there.unit)
    assert next(row for row in _workbook(there, "/units").rows if row["id"] == below)["parent"] == unit


def test_links_and_paths_are_rows_of_sheets_of_their_own(there: Company, shared_api: Api) -> None:
    child = shared_api.active(there.cycle, {"unit_id": there.unit}, level="team", title="Part")
    link = {"objective_id": there.objective, "kind": "contributes", "weight": "2.5", "reason": "so it is"}
    shared_api.done(f"/objectives/{child}/alignments", link)

    book = _workbook(there, f"/units/{there.unit}/alignment")

    links = [row for row in book.sheets["Alignments"] if row["of_id"] == child]
    assert [(row["of"], row["title"], row["weight"]) for row in links] == [("Part", "Grow", 2.5)]
    steps = [row for row in book.sheets["Paths"] if row["of_id"] == child]
    assert [(row["paths"], row["objectives"], row["title"]) for row in steps] == [
        (1, 1, "Part"),
        (1, 2, "Grow"),
    ]
    assert {row["of"] for row in book.sheets["Ownership"]} >= {"Part"}


def test_the_links_of_the_graph_are_rows_in_every_format(there: Company, shared_api: Api) -> None:
    """Of two objectives that support the same one, one of which contributes to another one too."""
    hr, ids = there.who("hr"), dict[str, str]()
    for title in ("Over", "One", "Two"):
        ids[title] = shared_api.active(
            there.cycle, {"unit_id": there.unit}, level="department", title=f"{title} of links"
        )
    for below, above, kind, weight in (
        ("One", "Over", "supports", "0.5"),
        ("Two", "Over", "supports", "1"),
        ("Two", "One", "contributes", "3"),
    ):
        link = {"objective_id": ids[above], "kind": kind, "weight": weight, "reason": "so it is"}
        shared_api.done(f"/objectives/{ids[below]}/alignments", link)

    whole = hr.ask("/alignment")
    book = _workbook(there, "/alignment")
    answered = {(each["from"], each["to"]): each for each in whole["links"]}
    assert {(row["of_id"], row["objective_id"]) for row in book.sheets["Links"]} == set(answered)
    ours = [row for row in book.sheets["Links"] if row["of"].endswith("of links")]
    assert sorted((row["of"], row["objective"], row["kind"], row["weight"]) for row in ours) == [
        ("One of links", "Over of links", "supports", 0.5),
        ("Two of links", "One of links", "contributes", 3),
        ("Two of links", "Over of links", "supports", 1),
    ]
    assert {row["since"].date().isoformat() for row in ours} == {answered[ids["One"], ids["Over"]]["since"]}
    for format in ("csv", "jsonl"):
        rows = exported(hr.get(f"/alignment.{format}"), format).rows
        links = {row["id"]: json.loads(row["links"]) if format == "csv" else row["links"] for row in rows}
        assert {each["objective_id"] for each in links[ids["Two"]]} == {ids["Over"], ids["One"]}
        assert links[ids["Over"]] == []
        assert sum(map(len, links.values())) == len(answered)


@pytest.mark.parametrize("format", ["csv", "xlsx", "jsonl"])
def test_a_copy_of_the_graph_can_be_checked(there: Company, tmp_path: Any, format: str) -> None:
    file = tmp_path / f"copy.{format}"
    file.write_bytes(there.who("hr").get(f"/alignment.{format}").data)
    assert examine(file).fault is None
    root = exported(there.who("hr").get(f"/alignment.{format}", root=there.objective), format)
    assert there.objective in {row["id"] for row in root.rows}


def test_each_change_of_a_field_has_a_row(there: Company) -> None:
    for path in (f"/objectives/{there.objective}/history", "/audit"):
        query = {} if path != "/audit" else {"kind": "event", "subject": there.objective}
        answered = there.who("hr").ask(path, limit=500, **query)["items"]
        book = _workbook(there, path, **query)
        wanted = [
            (item["position"], change["field"], change.get("label"))
            for item in sorted(answered, key=lambda item: item["position"])
            for change in item["changes"]
        ]
        rows = [(row["position"], row["field"], row["label"]) for row in book.rows if row["change"]]
        assert rows == wanted
        (cycle,) = {row["after_name"] for row in book.rows if row["field"] == "cycle_id"}
        assert cycle == there.who("hr").ask(f"/cycles/{there.cycle}")["name"]


def test_a_copy_with_sheets_can_be_checked(there: Company, tmp_path: Any) -> None:
    data = there.who("hr").get(f"/units/{there.unit}/alignment.xlsx").data
    file = tmp_path / "copy.xlsx"
    file.write_bytes(data)
    copy = examine(file)
    assert copy.fault is None
    assert (copy.sha256, copy.rows) == (read_xlsx(data).sha256, int(read_xlsx(data).said["rows"]))
