"""A second person, unit or objective of the same address or id is refused, with the id of the first."""

import pytest

from tests.web.api import Api, refused


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
