"""People and units through time: where they belonged, and whose an objective was."""

from typing import Any

import pytest

from tests.web.api import UNKNOWN, Api, refused


@pytest.fixture
def names(api: Api) -> dict[str, str]:
    """Ana moves with her objective from sales to service, sales is renamed, and service moves below it."""
    top, cycle = api.unit("Top"), api.cycle()
    sales, service = api.unit("Sales", top), api.unit("Service", top)
    boss, ana = api.person(sales, "Bo"), api.person(sales)
    mine = api.active(cycle, {"person_id": ana}, title="Mine")
    api.active(cycle, {"unit_id": service}, title="Theirs")
    api.done(f"/units/{sales}/renaming", {"name": "Selling", "effective_on": "2025-02-01"})
    api.done(
        f"/people/{ana}/transfer", {"unit_id": service, "manager_id": boss, "effective_on": "2025-03-01"}
    )
    api.done(f"/units/{service}/move", {"parent_id": sales, "effective_on": "2025-04-01", "reason": "merged"})
    api.done(
        f"/objectives/{mine}/transfer",
        {"unit_id": sales, "effective_on": "2025-05-01", "reason": "it is theirs now"},
    )
    api.done(f"/people/{ana}/departure", {"effective_on": "2025-06-01"})
    return {"top": top, "sales": sales, "service": service, "boss": boss, "ana": ana}


def spans(told: list[dict[str, Any]], *names: str) -> list[tuple[Any, ...]]:
    return [tuple(span[name] for name in ("from", "to", *names)) for span in told]


def test_a_person_is_followed_through_reorganisations(api: Api, names: dict[str, str]) -> None:
    answer = api.ask(f"/people/{names['ana']}/alignment", as_of="2025-04-30")

    assert answer["person"]["name"] == "Ana Ruiz"
    assert spans(answer["membership"], "unit_id", "unit_name", "manager_id", "status") == [
        ("2025-01-01", "2025-03-01", names["sales"], "Selling", None, "active"),
        ("2025-03-01", "2025-06-01", names["service"], "Service", names["boss"], "active"),
        ("2025-06-01", None, names["service"], "Service", names["boss"], "departed"),
    ]
    (mine,) = answer["objectives"]
    ana = {"person_id": names["ana"], "name": "Ana Ruiz"}
    assert spans(mine["ownership"], "owner", "unit_id") == [
        ("2025-01-01", "2025-03-01", ana, names["sales"]),
        ("2025-03-01", "2025-05-01", ana, names["service"]),
        ("2025-05-01", None, {"unit_id": names["sales"], "name": "Selling"}, names["sales"]),
    ]


def test_a_unit_is_followed_through_reorganisations(api: Api, names: dict[str, str]) -> None:
    then, now = (
        api.ask(f"/units/{names['service']}/alignment", as_of=day) for day in ("2025-03-31", "2025-05-01")
    )

    assert [each["title"] for each in then["objectives"]] == ["Mine", "Theirs"]
    assert [each["title"] for each in now["objectives"]] == ["Theirs"]
    assert then["unit"] == {
        "id": names["service"], "name": "Service", "parent_id": names["top"], "status": "active",
        "people": [names["ana"]],
    }  # fmt: skip
    assert spans(now["membership"], "parent_id", "parent_name", "status") == [
        ("2025-01-01", "2025-04-01", names["top"], "Top", "active"),
        ("2025-04-01", None, names["sales"], "Selling", "active"),
    ]
    assert now["objectives"][0]["paths"] == []
    assert len(now["objectives"][0]["ownership"]) == 1


def test_a_late_transfer_is_told_only_as_known_since(api: Api) -> None:
    sales, service, cycle = api.unit("Sales"), api.unit("Service"), api.cycle()
    ana = api.person(sales)
    api.active(cycle, {"person_id": ana})
    before = api.ask("/units")["known_at"]
    api.done(
        f"/people/{ana}/transfer", {"unit_id": service, "manager_id": None, "effective_on": "2025-02-01"}
    )

    path = f"/people/{ana}/alignment"
    then, now = api.ask(path, known_at=before), api.ask(path)

    for told, units in ((then, [sales]), (now, [sales, service])):
        assert [span["unit_id"] for span in told["membership"]] == units
        assert [span["unit_id"] for span in told["objectives"][0]["ownership"]] == units


def test_a_person_then_and_now_are_one_answer(api: Api) -> None:
    sales, service, cycle = api.unit("Sales"), api.unit("Service"), api.cycle()
    ana = api.person(sales)
    api.active(cycle, {"person_id": ana})
    then = api.ask("/units")["known_at"]
    transfer = {"unit_id": service, "manager_id": None, "effective_on": "2025-02-01"}
    api.done(f"/people/{ana}/transfer", transfer)

    path = f"/people/{ana}/alignment"
    seen = api.ask(path, as_of="2025-03-31", known_at=then)
    told = api.ask(path, as_of="2025-03-31", from_known_at=then)

    assert told["before"] == {name: seen[name] for name in told["before"]}
    assert (told["before"]["person"]["unit_id"], told["person"]["unit_id"]) == (sales, service)
    earlier = api.ask(path, as_of="2025-03-31", from_as_of="2025-01-15")["before"]
    assert (earlier["as_of"], earlier["person"]["unit_id"]) == ("2025-01-15", sales)
    assert seen["before"] is None


def test_a_unit_then_and_now_are_one_answer(api: Api, names: dict[str, str]) -> None:
    path = f"/units/{names['service']}/alignment"
    told = api.ask(path, as_of="2025-05-01", from_as_of="2025-03-31")
    assert [each["title"] for each in told["objectives"]] == ["Theirs"]
    assert [each["title"] for each in told["before"]["objectives"]] == ["Mine", "Theirs"]
    assert api.ask(path, from_as_of="2024-12-31")["before"] is None


def test_a_unit_that_is_not_there_is_not_found(api: Api, names: dict[str, str]) -> None:
    refused(api.get(f"/units/{UNKNOWN}/alignment"), 404, "not-found")
    refused(api.get(f"/units/{names['top']}/alignment", as_of="2024-12-31"), 404, "not-found")
    refused(api.get(f"/units/{names['top']}/alignment", depth=1), 422, "invalid-value", "?depth")
