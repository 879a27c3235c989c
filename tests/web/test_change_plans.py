"""Change plans over HTTP: drafted, looked at, approved by another person, and carried out whole or not at
all.
"""

from dataclasses import replace
from typing import Any

import pytest

from tests.web.api import UNKNOWN, Api, refused, today
from tests.web.conftest import token
from tests.web.performance import Company, company
from tests.web.webhooks.payloads import payloads

REASON = "two teams answer the same requests"


@pytest.fixture
def there(api: Api) -> Company:
    """Ana has an objective below the strategic ones, too, which is the one that is meant here."""
    house = company(api)
    objective = api.active(house.cycle, {"person_id": house.ids["ana"]}, level="individual", title="Answer")
    return replace(house, objective=objective)


def plan_of(*changes: dict[str, Any], title: str = "One team") -> dict[str, Any]:
    return {"title": title, "reason": REASON, "changes": list(changes)}


def cancel(objective: str) -> dict[str, Any]:
    return {"action": "cancel_objective", "objective_id": objective}


def align(objective: str, parent: str, **given: Any) -> dict[str, Any]:
    return {"action": "align_objective", "objective_id": objective, "parent_id": parent, **given}


@pytest.fixture
def goal(there: Company) -> str:
    """A strategic objective of the unit, to which Ana's is aligned."""
    goal = there.admin.active(there.cycle, {"unit_id": there.unit}, level="strategic", title="Be first")
    link = {"objective_id": goal, "kind": "contributes", "reason": "it belongs there"}
    there.admin.done(f"/objectives/{there.objective}/alignments", link)
    return goal


def test_a_plan_is_drafted_and_read_with_the_names_of_what_it_names(there: Company, goal: str) -> None:
    other = there.admin.unit("North")
    before = there.admin.events()
    id = there.hr.done(
        "/plans",
        plan_of(
            cancel(goal),
            {"action": "move_unit", "unit_id": there.unit, "parent_id": other},
            {"action": "transfer_objective", "objective_id": there.objective, "owner_unit_id": other},
        ),
    )
    assert there.admin.events() == before + 1
    plan = there.dan.ask(f"/plans/{id}")

    assert (plan["title"], plan["why"], plan["status"], plan["version"]) == ("One team", REASON, "open", 1)
    assert plan["drafted_by"] == f"person:{there.ids['hr']}"
    assert plan["drafted_on"] == today()
    assert plan["said_position"] == before
    assert plan["changed_since"] == plan["comments"] == []
    first, second, third = plan["changes"]
    assert (first["objective_title"], first["parent_name"]) == ("Be first", None)
    assert (second["parent_name"], second["unit_id"]) == ("North", there.unit)
    assert (third["owner_name"], third["owner_person_id"]) == ("North", None)
    (listed,) = there.dan.ask("/plans", status="open")["items"]
    assert (listed["id"], listed["changes"]) == (id, 3)
    assert there.dan.ask("/plans", status="applied")["items"] == []


def test_what_would_be_is_told_and_nothing_is_recorded(there: Company, goal: str) -> None:
    id = there.hr.done("/plans", plan_of(cancel(goal)))
    before = there.admin.events()
    impact = there.dan.ask(f"/plans/{id}/impact")

    assert there.admin.events() == before
    assert impact["counts"] == {"loses": 1, "finds": 0, "ends": 1, "other": 0}
    lost, ended = impact["objectives"]
    assert (lost["objective_id"], lost["before"], lost["after"]) == (there.objective, "aligned", "detached")
    assert (ended["objective_id"], ended["before"], ended["after"]) == (goal, "strategic", None)
    assert (impact["health"]["before"]["coverage"], impact["health"]["after"]["coverage"]) == (1, 0)
    rows = {row["goal"]["title"]: row for row in impact["reach"]["rows"] if row["goal"]}
    moved = {title: (row["goal_change"], row["before"]["live"], row["live"]) for title, row in rows.items()}
    assert moved == {
        "Be first": ("gone", 1, 0),
        "Grow": ("stayed", 0, 0),
    }
    assert there.dan.ask("/alignment-health")["total"] == impact["health"]["before"]


def test_it_is_approved_by_another_person_and_carried_out_as_one_command(there: Company, goal: str) -> None:
    orphan = there.admin.active(there.cycle, {"unit_id": there.unit})
    changes = (
        align(orphan, goal, weight="2"),
        {**align(there.objective, goal), "action": "remove_alignment"},
    )
    changes[1].pop("weight", None)
    id = there.hr.done("/plans", plan_of(*changes))
    refused(there.hr.post(f"/plans/{id}/approval"), 403, "forbidden")
    refused(there.hr.post(f"/plans/{id}/application"), 409, "forbidden-transition")
    there.eva.done(f"/plans/{id}/approval")
    impact, position = there.dan.ask(f"/plans/{id}/impact"), there.admin.events()
    answer = there.hr.post(f"/plans/{id}/application", key=UNKNOWN)

    assert answer.status_code == 200, answer.text
    assert answer.json is not None
    assert answer.json["events"] == [
        "change_plan.applied",
        "objective.aligned",
        "objective.alignment_removed",
    ]
    assert there.admin.events() == position + 3
    assert there.dan.ask("/alignment-health")["total"] == impact["health"]["after"]
    trail = there.auditor.ask("/audit", kind="event", limit=3)["items"]
    assert [row["reason"] for row in trail] == [f"change plan {id}: {REASON}"] * 2 + [None]
    plan = there.dan.ask(f"/plans/{id}")
    assert (plan["status"], plan["ended_by"]) == ("applied", f"person:{there.ids['hr']}")
    again = there.hr.post(f"/plans/{id}/application", key=UNKNOWN)
    assert again.headers["Idempotency-Replayed"] == "true"
    there.hr.done(f"/plans/{id}/application")
    assert there.admin.events() == position + 3


def test_an_outdated_plan_is_refused_with_what_has_changed_and_nothing_is_recorded(
    there: Company, goal: str
) -> None:
    id = there.hr.done("/plans", plan_of(cancel(there.objective), cancel(goal)))
    there.eva.done(f"/plans/{id}/approval")
    check_in = {"on": today(), "readings": [], "note": "It goes well."}
    there.ana.done(f"/objectives/{there.objective}/check-ins", check_in)
    assert there.dan.ask(f"/plans/{id}")["changed_since"] == []
    there.hr.done(f"/objectives/{goal}/revision", {"title": "Be fast", "reason": "a better word"})
    before = there.admin.events()
    answer = there.hr.post(f"/plans/{id}/application")

    refused(answer, 409, "plan-outdated")
    assert answer.json is not None
    told = {"kind": "objective", "id": goal, "action": "objective.revised", "position": before}
    assert (answer.json["changed"], answer.json["count"]) == ([told], 1)
    assert there.admin.events() == before
    (since,) = there.dan.ask(f"/plans/{id}")["changed_since"]
    assert (since["action"], since["position"], since["title"]) == ("objective.revised", before, "Be fast")
    there.hr.done(f"/plans/{id}/revision", plan_of(cancel(there.objective), cancel(goal)))
    refused(there.hr.post(f"/plans/{id}/application"), 409, "forbidden-transition")
    there.eva.done(f"/plans/{id}/approval")
    there.hr.done(f"/plans/{id}/application")
    assert there.dan.ask(f"/objectives/{goal}")["status"] == "cancelled"


def test_a_plan_that_could_not_be_carried_out_is_refused_where_it_is_wrong(there: Company, goal: str) -> None:
    before = there.admin.events()
    for slug, pointer, status, change in (
        ("unknown-reference", "/changes/1/objective_id", 422, cancel(UNKNOWN)),
        ("unknown-reference", "/changes/1/parent_id", 422, align(there.objective, UNKNOWN)),
        ("alignment-to-itself", "/changes/1/parent_id", 422, align(goal, goal)),
        ("strategic-only", "/changes/1/parent_id", 409, align(goal, there.objective)),
        ("invalid-value", "/changes/1/objective_id", 422, {"action": "cancel_objective"}),
        ("invalid-value", "/changes/1/unit_id", 422, {**cancel(goal), "unit_id": there.unit}),
        (
            *("invalid-value", "/changes/1/owner_unit_id", 422),
            {"action": "transfer_objective", "objective_id": goal},
        ),
    ):
        refused(there.hr.post("/plans", plan_of(cancel(there.objective), change)), status, slug, pointer)
    loop = {"action": "move_unit", "unit_id": there.unit, "parent_id": there.unit}
    assert there.hr.post("/plans", plan_of(loop)).status_code in (409, 422)
    refused(there.hr.post("/plans", plan_of()), 422, "invalid-value", "/changes")
    without = {**plan_of(cancel(goal)), "reason": None}
    refused(there.hr.post("/plans", without), 422, "invalid-value", "/reason")
    many = plan_of(*[cancel(goal)] * 101)
    refused(there.hr.post("/plans", many), 422, "invalid-value", "/changes")
    assert there.admin.events() == before


def test_what_is_refused_when_it_is_carried_out_leaves_nothing_behind(there: Company, goal: str) -> None:
    """What closes the loop meanwhile is nothing that the plan names."""
    api = there.admin
    low, high, top = (api.active(there.cycle, {"unit_id": there.unit}, title=name) for name in "abc")
    why = {"kind": "supports", "reason": "a test"}
    api.done(f"/objectives/{high}/alignments", {"objective_id": top, **why})
    id = there.hr.done("/plans", plan_of(cancel(there.objective), align(low, high)))
    there.eva.done(f"/plans/{id}/approval")
    api.done(f"/objectives/{top}/alignments", {"objective_id": low, **why})
    before = api.events()
    refused(there.hr.post(f"/plans/{id}/application"), 409, "alignment-loop")
    assert api.events() == before
    assert api.ask(f"/objectives/{there.objective}")["status"] == "active"
    assert api.ask(f"/plans/{id}")["status"] == "approved"


def test_it_is_commented_and_withdrawn_and_taken_up_again(there: Company, goal: str) -> None:
    id = there.hr.done("/plans", plan_of(cancel(goal)))
    there.dan.done(f"/plans/{id}/comments", {"text": "Not before the summer."})
    refused(there.hr.post(f"/plans/{id}/withdrawal"), 422, "reason-required", "/reason")
    there.hr.done(f"/plans/{id}/withdrawal", {"reason": "it is too early"})
    plan = there.dan.ask(f"/plans/{id}")
    assert (plan["status"], plan["withdrawal_reason"]) == ("withdrawn", "it is too early")
    (comment,) = plan["comments"]
    assert (comment["text"], comment["said_by"]) == ("Not before the summer.", f"person:{there.ids['dan']}")
    refused(there.eva.post(f"/plans/{id}/approval"), 409, "forbidden-transition")
    there.eva.done(f"/plans/{id}/revision", plan_of(cancel(goal), title="In autumn"))
    again = there.dan.ask(f"/plans/{id}")
    assert (again["status"], again["title"], again["withdrawal_reason"]) == ("open", "In autumn", None)
    refused(there.eva.post(f"/plans/{id}/approval"), 403, "forbidden")


def test_leads_draft_for_what_they_lead_and_nobody_else_does(there: Company, goal: str) -> None:
    refused(there.dan.post("/plans", plan_of(cancel(goal))), 403, "forbidden")
    refused(there.ana.post("/plans", plan_of(cancel(there.objective))), 403, "forbidden")
    there.admin.done(f"/units/{there.unit}/lead", {"person_id": there.ids["dan"]})
    id = there.dan.done("/plans", plan_of(cancel(goal), cancel(there.objective)))
    other = there.admin.unit("North")
    elsewhere = there.admin.active(there.cycle, {"unit_id": other})
    refused(there.dan.post("/plans", plan_of(cancel(goal), cancel(elsewhere))), 403, "forbidden")
    refused(there.dan.post(f"/plans/{id}/approval"), 403, "forbidden")
    refused(there.bo.post(f"/plans/{id}/application"), 403, "forbidden")
    limited = Api(
        there.admin.app,
        there.admin.dsn,
        token(there.admin.dsn, "hr", person_id=None, units=[other]),
    )
    refused(limited.post(f"/plans/{id}/approval"), 403, "forbidden")
    there.hr.done(f"/plans/{id}/approval")
    there.dan.done(f"/plans/{id}/application")


def test_who_may_not_see_what_it_names_does_not_see_it_and_figures_are_the_same(
    there: Company, goal: str
) -> None:
    there.hr.done(
        f"/objectives/{there.objective}/revision", {"visibility": "private", "reason": "it is personal"}
    )
    hidden = there.hr.done("/plans", plan_of(cancel(there.objective)))
    there.ana.done(f"/plans/{hidden}/comments", {"text": "It is mine."})
    open_ = there.hr.done("/plans", plan_of(cancel(goal)))
    for path in (f"/plans/{hidden}", f"/plans/{hidden}/impact"):
        refused(there.dan.get(path), 404, "not-found")
    refused(there.dan.post(f"/plans/{hidden}/comments", {"text": "And I?"}), 404, "not-found")
    assert [each["id"] for each in there.dan.ask("/plans")["items"]] == [open_]
    assert {each["id"] for each in there.ana.ask("/plans")["items"]} == {open_, hidden}
    refused(
        there.dan.post("/plans", plan_of(cancel(there.objective))),
        422,
        "unknown-reference",
        "/changes/0/objective_id",
    )
    mine, theirs = (who.ask(f"/plans/{open_}/impact") for who in (there.ana, there.dan))
    assert (mine["counts"], mine["health"]) == (theirs["counts"], theirs["health"])
    (nameless,) = (each for each in theirs["objectives"] if each["objective_id"] == there.objective)
    assert (nameless["title"], nameless["withheld"]) == (None, True)


def test_what_leaves_the_service_of_a_plan_that_names_a_private_objective_has_no_word_of_it(
    there: Company, goal: str
) -> None:
    there.hr.done(
        f"/objectives/{there.objective}/revision", {"visibility": "private", "reason": "it is personal"}
    )
    for title, objective in (("Hush", there.objective), ("Aloud", goal)):
        there.hr.done("/plans", plan_of(cancel(objective), title=title))
    there.admin.project()
    sent = [body for body in payloads(there.admin.dsn) if "change_plan.drafted" in body]
    service = Api(
        there.admin.app, there.admin.dsn, token(there.admin.dsn, "service", scopes=["events.follow"])
    )
    followed = [each["data"] for each in service.ask("/events", topic="change_plan.*")["items"]]
    exported = service.get("/events.jsonl", topic="change_plan.*").text
    for told in (str(sent), str(followed), exported):
        assert "Aloud" in told
        assert "Hush" not in told
        assert there.objective not in told
    assert [each.get("title") for each in followed] == [None, "Aloud"]


def test_what_may_be_done_to_it_is_told(there: Company, goal: str) -> None:
    id = there.hr.done("/plans", plan_of(cancel(goal)))
    told = {
        who: {
            each["operation"]: each["fits"]
            for each in there.who(who).ask("/me/operations", subject=id)["operations"]
        }
        for who in ("hr", "eva", "dan")
    }
    assert told["dan"] == {"plans.comment": True}
    assert "plans.approve" not in told["hr"]
    assert (told["eva"]["plans.approve"], told["eva"]["plans.apply"]) == (True, False)
