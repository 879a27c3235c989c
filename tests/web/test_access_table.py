"""The access table against the rule it was made from: who may give which command on whose objective, cell by
cell, told here once more in other words.
"""

from dataclasses import dataclass
from typing import Any
from uuid import UUID

import pytest

from tests.web.api import UNKNOWN, Api
from tests.web.conftest import token

REASON = {"reason": "a test"}
ON_OBJECTIVES: dict[str, dict[str, Any]] = {
    "revision": {"title": "Other"},
    "transfer": {"person_id": UNKNOWN},
    "key-results": {"title": "More", "kind": "observe"},
    "alignments": {"objective_id": UNKNOWN, "kind": "supports"},
    "check-ins": {"on": "2025-01-03", "readings": []},
    "commitment": {"confidence": 5},
    "submission": {},
    "activation": {},
    "reaffirmation": {},
    "reaffirmation/withdrawal": {"on": "2025-01-03"},
    "postponement": {},
    "resumption": {},
    "cancellation": {},
    "closure": {"outcome": "achieved"},
    "reopening": {},
    "reinstatement": {},
    "carry-over": {"cycle_id": UNKNOWN},
}
"""Commands of the owner's side. Each is refused for another reason where it is allowed, or done."""
APPROVALS = ("approval", "return")


@dataclass(frozen=True)
class Person:
    """What somebody is, in the words of the rule: `over` are those whom they manage, directly or not."""

    name: str
    unit: str = "sales"
    leads: str | None = None
    over: tuple[str, ...] = ()
    role: str = "employee"
    limit: str | None = None


PEOPLE = (
    Person("boss", "top", over=("head", "ana", "colleague")),
    Person("head", "sales", over=("ana", "colleague")),
    Person("ana"),
    Person("colleague"),
    Person("lead", "sales", leads="sales"),
    Person("chief", "top", leads="top"),
    Person("stranger", "service"),
    Person("other lead", "service", leads="service"),
    Person("hr", "service", role="hr"),
    Person("hr of sales", "service", role="hr", limit="sales"),
    Person("hr of service", "service", role="hr", limit="service"),
    Person("admin", "service", role="admin"),
    Person("auditor", "service", role="auditor"),
)
ABOVE = {"sales": ("sales", "top"), "service": ("service", "top"), "top": ("top",)}
OWNERS = {"ana": "person", "sales": "unit", "top": "unit"}


@pytest.fixture(scope="module")
def there(shared_api: Api) -> dict[str, Any]:
    """The organisation, and for each person a client."""
    api = shared_api
    top = api.unit("Top")
    ids = {"top": top, "sales": api.unit("Sales", top), "service": api.unit("Service", top)}
    manager = {"head": "boss", "ana": "head", "colleague": "head"}
    for each in PEOPLE:
        body = {"name": each.name, "unit_id": ids[each.unit], "effective_on": "2025-01-01"}
        ids[each.name] = api.done("/people", {**body, "manager_id": ids.get(manager.get(each.name, ""))})
        if each.leads:
            api.done(
                f"/units/{ids[each.leads]}/lead", {"person_id": ids[each.name], "effective_on": "2025-01-01"}
            )
    cycle = api.cycle()
    objectives = {
        (owner, visibility): api.active(cycle, {f"{kind}_id": ids[owner]}, visibility=visibility)
        for owner, kind in OWNERS.items()
        for visibility in ("open", "private")
    }
    api.project()
    return {"api": api, "ids": ids, "objectives": objectives, "cycle": cycle}


def client(there: dict[str, Any], each: Person) -> Api:
    api, ids = there["api"], there["ids"]
    units = [UUID(ids[each.limit])] if each.limit else []
    return Api(api.app, api.dsn, token(api.dsn, each.role, person_id=UUID(ids[each.name]), units=units))


def unit_of(owner: str) -> str:
    return "sales" if owner == "ana" else owner


def in_limit(each: Person, owner: str) -> bool:
    return each.limit is None or each.limit in ABOVE[unit_of(owner)]


def on_the_side_of(each: Person, owner: str) -> bool:
    """Owner; for a unit's: a lead of it or above; a manager of the owner."""
    if each.role == "auditor":
        return False
    if OWNERS[owner] == "person":
        return each.name == owner or owner in each.over
    return each.leads in ABOVE[owner]


def may_act(each: Person, owner: str) -> bool:
    return on_the_side_of(each, owner) or (each.role == "hr" and in_limit(each, owner))


def may_approve(each: Person, owner: str) -> bool:
    """A manager of the owner, a lead above, personnel; never the owner. At the top its own lead may."""
    if each.role == "hr" and in_limit(each, owner):
        return True
    if OWNERS[owner] == "person":
        return owner in each.over
    return each.leads in (ABOVE[owner][1:] or ABOVE[owner])


def sees_private(each: Person, owner: str) -> bool:
    if each.role in ("hr", "auditor") and in_limit(each, owner):
        return True
    member = OWNERS[owner] == "unit" and owner in ABOVE[each.unit] and each.role != "auditor"
    return on_the_side_of(each, owner) or member


def is_right(status: int, *, allowed: bool, seen: bool) -> bool:
    if not seen:
        return status == 404
    return status not in (401, 403, 404) if allowed else status == 403


@pytest.mark.parametrize("each", PEOPLE, ids=lambda each: each.name)
def test_commands_on_objectives(there: dict[str, Any], each: Person) -> None:
    who, wrong = client(there, each), []
    for (owner, visibility), id in there["objectives"].items():
        seen = visibility == "open" or sees_private(each, owner)
        for path, body in ON_OBJECTIVES.items():
            # Nothing is done: the version is never the one it is at.
            status = who.post(f"/objectives/{id}/{path}", {**body, **REASON}, if_match='"999"').status_code
            may = may_act(each, owner) and each.role != "auditor"
            # An auditor is told that commands are not theirs before anything is looked at.
            right = status == 403 if each.role == "auditor" else is_right(status, allowed=may, seen=seen)
            if not right:
                wrong.append((path, owner, visibility, status))
        for path in APPROVALS:
            status = who.post(f"/objectives/{id}/{path}", REASON, if_match='"999"').status_code
            may = may_approve(each, owner)
            right = status == 403 if each.role == "auditor" else is_right(status, allowed=may, seen=seen)
            if not right:
                wrong.append((path, owner, visibility, status))
        feedback = {"kind": "praise", "text": "Good."}
        status = who.post(f"/objectives/{id}/feedback", feedback, if_match='"999"').status_code
        right = status == 403 if each.role == "auditor" else is_right(status, allowed=True, seen=seen)
        if not right:
            wrong.append(("feedback", owner, visibility, status))
    assert wrong == []


@pytest.mark.parametrize("each", PEOPLE, ids=lambda each: each.name)
def test_a_private_objective_is_read_by_those_whom_it_concerns_and_is_nowhere_else(
    there: dict[str, Any], each: Person
) -> None:
    who, wrong = client(there, each), []
    listed = {item["id"] for item in who.ask("/objectives", limit=200)["items"]}
    named = {node["id"] for node in who.ask("/alignment")["nodes"] if node["title"] is not None}
    measured = {item["objective"]["id"] for item in who.ask("/key-results", limit=200)["items"]}
    for (owner, visibility), id in there["objectives"].items():
        seen = visibility == "open" or sees_private(each, owner)
        status = 200 if seen else 404
        paths = ("", "/paths", "/progress", "/history", "/feedback", "/history.csv")
        answers = {path: who.get(f"/objectives/{id}{path}").status_code for path in paths}
        wrong += [(path, owner, visibility) for path, told in answers.items() if told != status]
        if (id in listed, id in named) != (seen, seen) or (id in measured and not seen):
            wrong.append(("lists", owner, visibility))
    assert wrong == []
    hidden = sum(not sees_private(each, owner) for owner in OWNERS)
    assert who.ask("/objectives")["withheld"] == hidden
    assert who.ask("/objectives", q="answer")["withheld"] is None


@pytest.mark.parametrize("each", PEOPLE, ids=lambda each: each.name)
def test_new_objectives_are_for_the_side_of_their_owner(there: dict[str, Any], each: Person) -> None:
    who, wrong = client(there, each), []
    for owner, kind in OWNERS.items():
        body = {
            "title": "New",
            "level": "team",
            "cycle_id": UNKNOWN,
            "owner": {f"{kind}_id": there["ids"][owner]},
        }
        status = who.post("/objectives", body).status_code
        allowed = may_act(each, owner)
        if status != (422 if allowed else 403):
            wrong.append((owner, status))
    assert wrong == []


@pytest.mark.parametrize("each", PEOPLE, ids=lambda each: each.name)
def test_addresses_are_for_the_person_those_above_personnel_and_administration(
    there: dict[str, Any], each: Person
) -> None:
    api, ids = there["api"], there["ids"]
    address = {"email": "ana@example.org", "effective_on": "2025-01-01"}
    api.done(f"/people/{ids['ana']}/revision", address)
    told = each.name == "ana" or "ana" in each.over or each.role == "admin"
    told = told or (each.role == "hr" and in_limit(each, "ana"))
    who = client(there, each)
    assert who.ask(f"/people/{ids['ana']}")["email"] == ("ana@example.org" if told else None)
    assert [item["id"] for item in who.ask("/people", q="ana@example.org")["items"]] == [ids["ana"]] * told


@pytest.mark.parametrize("role", ["admin", "hr", "auditor", "employee"])
def test_directory_and_cycles_are_for_administration_and_sealing_for_personnel(
    there: dict[str, Any], role: str
) -> None:
    who = Api(
        there["api"].app, there["api"].dsn, token(there["api"].dsn, role, person_id=UUID(there["ids"]["ana"]))
    )
    for path in ("units", "people", "cycles", "policies", "webhooks"):
        assert (who.post(f"/{path}", {}).status_code == 403) == (role != "admin"), path
    for path in ("closure", "reopening"):
        answer = who.post(f"/cycles/{there['cycle']}/{path}", REASON, if_match='"999"')
        assert (answer.status_code == 403) == (role != "hr"), path


def test_a_service_does_what_its_scopes_say_and_nothing_else(there: dict[str, Any]) -> None:
    api, objective = there["api"], there["objectives"]["ana", "open"]
    none = Api(api.app, api.dsn, token(api.dsn, "service"))
    some = Api(
        api.app, api.dsn, token(api.dsn, "service", scopes=["objectives.check_in", "people.*", "reviews.*"])
    )
    check_in = ON_OBJECTIVES["check-ins"]
    for who, allowed in ((none, False), (some, True)):
        assert (
            who.post(f"/objectives/{objective}/check-ins", check_in, if_match='"9"').status_code != 403
        ) == allowed
        assert (who.post("/people", {}).status_code != 403) == allowed
        assert (who.get("/people").status_code != 403) == allowed
        assert who.post(f"/objectives/{objective}/cancellation", REASON).status_code == 403
        assert who.get("/objectives").status_code == 403
        assert who.get("/reviews").status_code == 403
    private = there["objectives"]["ana", "private"]
    assert some.post(f"/objectives/{private}/check-ins", check_in, if_match='"9"').status_code == 404


def test_a_role_that_is_limited_to_units_is_not_asked_about_the_whole(there: dict[str, Any]) -> None:
    api, ids = there["api"], there["ids"]
    for role in ("hr", "auditor"):
        person = UUID(ids["colleague"])
        limited = Api(api.app, api.dsn, token(api.dsn, role, person_id=person, units=[UUID(ids["sales"])]))
        whole = Api(api.app, api.dsn, token(api.dsn, role, person_id=person))
        asked: dict[str, dict[str, Any]] = {
            "/audit": {},
            "/audit.csv": {},
            "/left-behind": {},
            "/duplicates": {},
            "/reviews/fairness": {"cycle": there["cycle"]},
            "/audit/readers": {"subject": there["objectives"]["ana", "private"]},
        }
        for path, query in asked.items():
            statuses = [who.get(path, **query).status_code for who in (limited, whole)]
            assert statuses == [403, 200], path


@pytest.mark.parametrize(("who", "status"), [("hr", 422), ("hr of sales", 422), ("hr of service", 403)])
def test_a_review_is_opened_by_personnel_of_the_unit(there: dict[str, Any], who: str, status: int) -> None:
    opening = {
        "person_id": there["ids"]["ana"],
        "reviewer_id": UNKNOWN,
        "cycle_id": there["cycle"],
        "objectives": [{"objective_id": there["objectives"]["ana", "open"], "weight": 100}],
    }
    each = next(person for person in PEOPLE if person.name == who)
    assert client(there, each).post("/reviews", opening).status_code == status


def test_administration_is_told_who_reads_a_private_objective_but_not_what_it_is_called(
    there: dict[str, Any],
) -> None:
    subject = there["objectives"]["ana", "private"]
    admin = client(there, next(each for each in PEOPLE if each.name == "admin"))
    assert admin.ask("/audit/readers", subject=subject)["subject"]["title"] is None
