"""A second person, unit or objective of the same address or id is refused, with the id of the first."""

from typing import Any
from uuid import UUID

import pytest

from tests.web.api import Api, refused
from tests.web.conftest import token


@pytest.mark.parametrize(("field", "first", "again"), [
    ("email", "Ana.Ruiz@example.org", "ana.ruiz@EXAMPLE.org"),
    ("external_id", "HR-7a", "hr-7A"),
])  # fmt: skip
def test_a_person_is_not_defined_twice(api: Api, field: str, first: str, again: str) -> None:
    person = {"name": "Ana", "unit_id": api.unit(), "effective_on": "2025-01-01"}
    ana = api.done("/people", {**person, field: first})
    answer = api.post("/people", {**person, "name": "Anna", field: again})
    refused(answer, 409, "already-exists", f"/{field}")
    assert (answer.json or {})["id"] == ana
    assert [each["id"] for each in api.ask("/people")["items"]] == [ana]


def test_an_address_is_not_taken_by_a_revision_either(api: Api) -> None:
    unit = api.unit()
    ana = api.done("/people", {"name": "Ana", "unit_id": unit, "email": "a@example.org"})
    bo = api.done("/people", {"name": "Bo", "unit_id": unit, "email": "b@example.org"})
    refused(api.post(f"/people/{bo}/revision", {"email": "A@example.org"}), 409, "already-exists", "/email")
    assert api.post(f"/people/{ana}/revision", {"email": "A@example.org"}).status_code == 200


def test_the_external_id_of_a_unit_and_of_an_objective_is_its_own(api: Api) -> None:
    unit = {"name": "Sales", "kind": "team", "external_id": "U-1", "effective_on": "2025-01-01"}
    sales = api.done("/units", unit)
    answer = api.post("/units", {**unit, "external_id": "u-1"})
    refused(answer, 409, "already-exists", "/external_id")
    assert (answer.json or {})["id"] == sales
    cycle = api.cycle()
    hidden = api.objective(cycle, {"unit_id": sales}, external_id="O-1", visibility="private")
    answer = api.post(
        "/objectives", {"title": "Grow", "level": "team", "cycle_id": cycle, "external_id": "O-1"}
    )
    refused(answer, 409, "already-exists", "/external_id")
    assert hidden not in answer.text


def test_what_was_recorded_twice_before_that_was_refused_is_listed(
    api: Api, monkeypatch: pytest.MonkeyPatch
) -> None:
    unit, cycle = api.unit(), api.cycle()
    goal = api.objective(cycle, {"unit_id": unit}, level="strategic")
    year = {"starts_on": "2027-01-01", "ends_on": "2027-12-31"}
    aim = {"unit_of_measure": None, "direction": "increase", "baseline": "1", "target": "2"}
    bodies: dict[str, dict[str, Any]] = {
        "people": {"name": "Ana", "unit_id": unit, "effective_on": "2025-01-01", "email": "Ana@example.org"},
        "units": {"name": "North", "kind": "team", "external_id": "U-1"},
        "cycles": {"name": "2027", "external_id": "Y-1", **year},
        "objectives": {"title": "Grow", "level": "team", "cycle_id": cycle, "external_id": "O-1"},
        "measures": {"name": "Share", "objective_ids": [goal], "external_id": "M-1", **aim},
    }
    first = {collection: api.done(f"/{collection}", body) for collection, body in bodies.items()}
    carried = api.active(cycle, {"unit_id": unit}, external_id="O-2")
    coming = api.done("/cycles", {"name": "next", **year})
    api.done(f"/objectives/{carried}/carry-over", {"cycle_id": coming, "external_id": "O-2"})
    none = api.ask("/duplicates")
    assert none["items"] == []

    monkeypatch.setattr("application.use_cases.check_claims", lambda *_: None)  # as it was before
    spelled = {name: {key: value.upper() if key in ("email", "external_id") else value
                      for key, value in body.items()} for name, body in bodies.items()}  # fmt: skip
    again = {collection: api.done(f"/{collection}", body) for collection, body in spelled.items()}
    monkeypatch.undo()
    listed = api.ask("/duplicates")["items"]
    assert {(each["id"], each["field"], each["other_id"]) for each in listed} == {
        (id, "email" if collection == "people" else "external_id", first[collection])
        for collection, id in again.items()
    }
    assert [(each["kind"], each["name"], each["other_name"]) for each in listed][:2] == [
        ("cycle", "2027", "2027"),
        ("measure", "Share", "Share"),
    ]
    assert api.ask("/duplicates", known_at=none["known_at"])["items"] == []
    api.done(f"/people/{again['people']}/revision", {"email": None})
    assert len(api.ask("/duplicates")["items"]) == len(listed) - 1


def test_whoever_administers_is_told_of_no_private_objective_recorded_twice(
    api: Api, monkeypatch: pytest.MonkeyPatch
) -> None:
    unit, cycle = api.unit(), api.cycle()
    ana = api.person(unit)
    goal = {"external_id": "O-1", "title": "Grow", "description": "More of it."}
    open_one = api.objective(cycle, {"unit_id": unit}, **goal)
    monkeypatch.setattr("application.use_cases.check_claims", lambda *_: None)  # as it was before
    private = api.objective(cycle, {"person_id": ana}, **{**goal, "title": "Hush", "visibility": "private"})
    monkeypatch.undo()

    def told(role: str, person_id: str | None = None) -> list[tuple[str, str]]:
        holder = UUID(person_id) if person_id else None
        listed = Api(api.app, api.dsn, token(api.dsn, role, person_id=holder)).ask("/duplicates")["items"]
        return [(each["name"], each["other_name"]) for each in listed]

    other = api.person(unit)
    names = {open_one: "Grow", private: "Hush"}
    first, second = sorted((open_one, private))
    assert told("admin", other) == []
    for role, person in (("hr", None), ("auditor", other), ("admin", ana)):
        assert told(role, person) == [(names[second], names[first])]
