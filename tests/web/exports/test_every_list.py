"""Every list can be taken away as a file in each format, with the rows that it answers, or with none."""

import json
from dataclasses import dataclass
from datetime import datetime
from typing import Any
from urllib.parse import parse_qs, urlsplit

import pytest

from tests.web.api import BASE, UNKNOWN, Api, refused
from tests.web.exports.reading import NUMERIC, File, exported
from tests.web.performance import change_plan, company
from web.api.documents import document
from web.app import create_app
from web.exports.cells import armed
from web.exports.formats import FORMATS, SUFFIX
from web.exports.layout import LONGEST_NAME
from web.ops.settings import Settings
from web.wiring import prepare

NOT_EXPORTED = {
    "/objectives/{id}/progress",  # a tree of reasons for one figure
    "/search",  # the first of each type
    "/tokens",  # of now alone
    "/webhooks",
    "/webhooks/{id}/deliveries",
}
MAY_HAVE_NONE = {f"{BASE}/reviews/fairness"}  # groups of fewer than five are not shown
NEVER_WITHOUT = {
    f"{BASE}/{path}"
    for path in (
        *("alignment-health", "alignment-health/series", "alignment-health/reach", "audit", "board-pack"),
        "changes",
    )
}
ON_PAGES_ALONE = {f"{BASE}/audit": ("amendment",)}  # the approvals stand in a file as rows of their own
APP = create_app(Settings(database_url="postgresql://nowhere"))
DOCUMENT = json.loads(document())
PATHS = sorted(
    rule.rule.removesuffix(SUFFIX) for rule in APP.url_map.iter_rules() if rule.rule.endswith(SUFFIX)
)


@dataclass
class There:
    """An organisation in which every list has rows; `ids` has one of everything, by the step of its path."""

    api: Api
    ids: dict[str, str]

    def at(self, path: str, id: str | None = None) -> str:
        return path.removeprefix(BASE).replace("<uuid:id>", id or self.ids.get(path.split("/")[3], UNKNOWN))

    def asked(self, path: str) -> dict[str, Any]:
        """What the list has to be asked."""
        known = {"cycle": self.ids["cycles"], "from": "2025-01-01", "to": "2025-03-31", "step": "month"}
        documented = DOCUMENT["paths"][path.replace("<uuid:id>", "{id}") + ".{format}"]["get"]["parameters"]
        return {each["name"]: known[each["name"]] for each in documented if each["required"]}

    def exported(self, path: str, format: str) -> File:
        return exported(self.api.get(f"{self.at(path)}.{format}", **self.asked(path)), format)


@pytest.fixture(scope="module")
def there(shared_api: Api) -> There:
    some = company(shared_api)
    prepare(shared_api.dsn)  # the policies
    review = some.up_to("finalisation")
    remark = {
        "kind": "praise",
        "text": '=HYPERLINK("x")\n\N{HEBREW LETTER SHIN}\N{HEBREW LETTER LAMED}, "Ana"',
    }
    some.ana.done(f"/objectives/{some.objective}/feedback", remark)
    measured = {
        "direction": "increase",
        "baseline": "-1.50",
        "target": "2",
        "objective_ids": [some.objective],
    }
    measure = shared_api.done("/measures", {"name": "-Revenue", "effective_on": "2025-01-01", **measured})
    shared_api.done(f"/measures/{measure}/readings", {"on": "2025-02-01", "value": "0.5"})
    other = shared_api.active(some.cycle, {"unit_id": some.unit}, level="strategic", title="+Whole")
    link = {"objective_id": other, "kind": "contributes", "weight": "1.5", "reason": "it belongs there"}
    shared_api.done(f"/objectives/{some.objective}/alignments", link)
    left = shared_api.person(some.unit, "Left")
    shared_api.done(f"/people/{left}/departure", {"effective_on": "2025-03-01"})
    late = {"unit_id": some.unit, "manager_id": left, "effective_on": "2025-02-01"}
    shared_api.done(f"/people/{some.ids['dan']}/transfer", late)
    with pytest.MonkeyPatch.context() as before:  # as it was when duplicates were not refused
        before.setattr("application.use_cases.check_claims", lambda *_: None)
        for name in ("Yard", "The Yard"):
            shared_api.done("/units", {"name": name, "kind": "team", "external_id": "yard"})
    cycle = shared_api.cycle()
    for step in ("activation", "closure"):
        shared_api.done(f"/cycles/{cycle}/{step}")
    ids = {"people": some.ids["ana"], "objectives": some.objective, "reviews": review, "measures": measure}
    ids["plans"] = change_plan(some.hr, some.objective)
    return There(shared_api, {**ids, "units": some.unit, "cycles": cycle})


def _value(item: dict[str, Any], name: str) -> Any:
    value: Any = item
    for step in name.split("."):
        value = value.get(step) if isinstance(value, dict) else None
    return value


def _of_csv(cell: str, kind: str) -> Any:
    """The value in a cell: null and an empty text are the same to the reader of the csv module."""
    if kind == "json":
        return json.loads(cell) if cell else None
    if kind in (*NUMERIC, "boolean") and cell:
        return cell if kind == "decimal" else json.loads(cell)
    return armed(cell) or None


def _of_xlsx(cell: Any, kind: str) -> Any:
    if kind == "json":
        return json.loads(cell) if cell else None
    if isinstance(cell, datetime):
        return cell.date().isoformat() if kind == "day" else f"{cell.isoformat(timespec='milliseconds')}"
    return cell


def _in_xlsx(value: Any, kind: str) -> Any:
    if kind == "decimal" and value is not None:
        return float(value)
    return value[: len("2026-03-31T09:15:00.123")] if kind == "instant" and value else value


def _objects_in(answer: dict[str, Any]) -> list[Any]:
    """Those of the answer, and what is listed in them with what is around it."""
    lists = [value if isinstance(value, list) else [value] for value in answer.values()]
    objects = [each for values in lists for each in values if isinstance(each, dict)]
    return objects + [
        {**{other: value for other, value in each.items() if other != name}, **inner}
        for each in objects
        for name, listed in each.items()
        if isinstance(listed, list)
        for inner in listed
        if isinstance(inner, dict)
    ]


@pytest.mark.parametrize("path", PATHS)
def test_a_file_has_the_rows_that_are_answered(there: There, path: str) -> None:
    oldest_first = {"order": "oldest"} if path.endswith("/audit") else {}
    answered = there.api.ask(there.at(path), **there.asked(path), **oldest_first)

    files = {format: there.exported(path, format) for format in FORMATS}

    workbook = _items_in(files["xlsx"])
    count = min(len(rows) for rows in (files["csv"].rows, files["jsonl"].rows, workbook))
    rows = files["jsonl"].rows[:count]  # the audit trail grows by each export
    assert rows or path in MAY_HAVE_NONE
    if "items" in answered:
        assert rows[: len(answered["items"])] == _as_in_files(answered["items"], path)
    else:
        beside = ("links",) if path.endswith("/alignment") else ()  # these stand in the rows of a file
        alone = [{name: value for name, value in row.items() if name not in beside} for row in rows]
        assert [row for row in alone if row not in _objects_in(answered)] == []
    for name, kind in _columns(files["jsonl"]):
        values = [_value(row, name) for row in rows]
        in_csv = [_of_csv(row[name], kind) for row in files["csv"].rows[:count]]
        assert in_csv == [None if value == "" else value for value in values], name
        if name in files["xlsx"].names:
            in_xlsx = [_of_xlsx(row[name], kind) for row in workbook[:count]]
            assert in_xlsx == [None if value == "" else _in_xlsx(value, kind) for value in values], name
        else:
            assert kind == "json", name
            listed = [each for value in values for each in value or ()]
            assert len(_sheet(files["xlsx"], name)) >= len(listed) or path.endswith("/audit"), name


def _items_in(file: File) -> list[dict[str, Any]]:
    """A row for each item: in a workbook the first of those for its changes."""
    return [row for row in file.rows if row.get("change") in (None, 1)]


def _sheet(file: File, name: str) -> list[dict[str, Any]]:
    """The rows of what is listed under this name in the rows of a workbook."""
    if name == "changes":
        return [row for row in file.rows if row["change"] is not None]
    return file.sheets[name.replace("_", " ").capitalize()[:LONGEST_NAME]]


def _columns(file: File) -> list[tuple[str, str]]:
    return [(name, kind) for name, _, kind in (each.rpartition(":") for each in file.said["columns"].split())]


@pytest.mark.parametrize("path", [path for path in PATHS if "<" not in path])
def test_the_columns_of_an_empty_list_are_the_same(there: There, api: Api, path: str) -> None:
    query = there.asked(path)
    for format in FORMATS:
        empty = exported(api.get(f"{there.at(path)}.{format}", **query), format)
        assert empty.names == there.exported(path, "xlsx" if format == "xlsx" else "csv").names
        assert empty.rows == [] or path in NEVER_WITHOUT


@pytest.mark.parametrize("path", [path for path in PATHS if "<" in path])
def test_there_is_no_file_of_what_is_not_there(there: There, path: str) -> None:
    for format in FORMATS:
        refused(there.api.get(f"{there.at(path, UNKNOWN)}.{format}", **there.asked(path)), 404, "not-found")


def _parameters(path: str) -> set[str]:
    operation = DOCUMENT["paths"][path.replace("<uuid:id>", "{id}")]["get"]
    return {each["name"] for each in operation["parameters"] if each["in"] == "query"}


@pytest.mark.parametrize("path", PATHS)
def test_an_export_takes_what_the_list_takes(there: There, path: str) -> None:
    assert _parameters(f"{path}.{{format}}") == _parameters(path)


@pytest.mark.parametrize("path", [path for path in PATHS if "limit" in _parameters(path)])
def test_an_export_can_be_of_a_part(there: There, path: str) -> None:
    asked = {**there.asked(path), **({"order": "newest", "kind": "event"} if path.endswith("/audit") else {})}
    first = there.api.get(there.at(path), limit=1, **asked)
    link = parse_qs(urlsplit(first.headers.get("Link", "").partition(">")[0].removeprefix("<")).query)
    pages = [({"limit": "1"}, first)]
    if "after" in link:
        names = {"after", "as_of", "known_at"} & link.keys()
        following: dict[str, str] = {name: link[name][0] for name in names}
        pages.append((following, there.api.get(there.at(path), **{**asked, **following})))
    for part, page in pages:
        for format in FORMATS:
            file = exported(there.api.get(f"{there.at(path)}.{format}", **{**asked, **part}), format)
            assert len(_items_in(file)) == len(page.get_json()["items"])
            if format == "jsonl":
                assert file.rows == _as_in_files(page.get_json()["items"], path)


def _as_in_files(items: list[dict[str, Any]], path: str) -> list[dict[str, Any]]:
    alone = ON_PAGES_ALONE.get(path, ())
    return [{name: value for name, value in item.items() if name not in alone} for item in items]


@pytest.mark.parametrize("path", PATHS)
def test_an_export_is_of_a_known_format(there: There, path: str) -> None:
    for suffix in (".pdf", ".CSV", ".", ".csv.csv"):
        refused(there.api.get(there.at(path) + suffix, **there.asked(path)), 404, "not-found")


def test_every_list_of_the_api_can_be_exported() -> None:
    lists = {path for path, operations in DOCUMENT["paths"].items() if _is_list(operations.get("get"))}

    alone = {path for path in lists if f"{path}.{{format}}" not in DOCUMENT["paths"]}
    assert {path.removeprefix(BASE) for path in alone} == NOT_EXPORTED


def _is_list(operation: Any) -> bool:
    """Whether it answers with items."""
    content = operation["responses"]["200"].get("content", {}) if operation else {}
    schema = content.get("application/json", {}).get("schema", {})
    name = schema.get("$ref", "").rpartition("/")[2]
    return "items" in DOCUMENT["components"]["schemas"].get(name, schema).get("properties", {})
