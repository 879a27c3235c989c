"""Answers have the fields of the document, no more and no less, and their instants end in Z; every operation
has a name by which generated clients call it.
"""

import re
from collections import Counter
from typing import Any

import pytest

from domain.policy import FIRST_ID
from tests.web.api import BASE, Api
from tests.web.documented import differences, operations
from tests.web.performance import Company, change_plan, company, days_ago
from web.api.operations import command, question
from web.wiring import prepare


def test_what_is_not_documented_is_found() -> None:
    schema: dict[str, Any] = {
        "properties": {"a": {"properties": {"b": {}}}, "c": {"items": {"properties": {}}}}
    }
    answer = {"a": {"b": 1, "d": 2}, "c": [{"e": "2026-03-31T00:00:00+00:00"}], "f": "2026-03-31T00:00:00Z"}

    assert sorted(differences(answer, {**schema, "required": ["a", "g"]}, {})) == [
        "/a/d is not documented",
        "/c/-/e is not documented",
        "/f is not documented",
        "/g is missing",
    ]
    assert differences(answer["c"], {"items": {}}, {}) == [
        "/-/e is not in UTC, written with a Z: 2026-03-31T00:00:00+00:00"
    ]


def _everything(there: Company) -> dict[str, list[str]]:
    """Ids of what is there, by the first step of the path: of everything that answers can tell of."""
    api = there.admin
    prepare(api.dsn)
    there.check_in(days_ago(50), "4")
    remark = api.done(f"/objectives/{there.objective}/feedback", {"kind": "praise", "text": "Well done."})
    withdrawn = api.ask(f"/objectives/{remark}/feedback")["items"][0]["id"]
    api.done(f"/objectives/{remark}/feedback/{withdrawn}/withdrawal", {"reason": "it was of another one"})
    why = {"reason": "it goes well"}
    api.done(f"/objectives/{there.objective}/revision", {"title": "Grow more", **why})
    low = api.active(there.cycle, {"unit_id": there.unit}, title="Below")
    up = {"objective_id": there.objective, "kind": "contributes"}
    api.done(f"/objectives/{low}/alignments", {**up, **why})
    given_up = there.review()
    api.done(f"/reviews/{given_up}/withdrawal", {"reason": "it was opened by mistake"})
    told = there.up_to("finalisation")
    measured = {"direction": "increase", "baseline": 0, "target": 1, "objective_ids": [there.objective]}
    measure = api.done("/measures", {"name": "Revenue", "effective_on": "2025-01-01", **measured})
    api.done(f"/measures/{measure}/readings", {"on": "2025-02-01", "value": "0.5"})
    sealed = api.cycle()
    for step in ("activation", "closure"):
        api.done(f"/cycles/{sealed}/{step}")
    api.done(f"/cycles/{sealed}/reopening", {"reason": "a reading was wrong"})
    webhook = api.done("/webhooks", {"url": "https://example.org/hook", "topics": ["*"]})
    return {
        "units": [there.unit],
        "people": [there.ids["ana"]],
        "cycles": [there.cycle, sealed],
        "objectives": [there.objective, low],
        "reviews": [told, given_up],
        "measures": [measure],
        "plans": [change_plan(api, there.objective)],
        "webhooks": [webhook],
        "policies": [str(FIRST_ID)],
    }


def test_every_answer_has_the_fields_of_the_document_and_its_instants_end_in_z(api: Api) -> None:
    there = company(api)
    ids = _everything(there)
    document = api.app.test_client().get(f"{BASE}/openapi.json").json
    assert document is not None
    needed = {"cycle": there.cycle, "from": "2025-01-01", "subject": ids["reviews"][0], "q": "grow"}
    asked = 0

    for method, path, operation in operations(document):
        if method != "get" or "{format}" in path:
            continue
        content = operation["responses"]["200"]["content"]
        if "application/json" not in content:
            continue  # a file
        query = {each["name"] for each in operation["parameters"] if each.get("required")} & needed.keys()
        schema = content["application/json"]["schema"]
        for id in ids[path.split("/")[3]] if "{id}" in path else [""]:
            about = path.removeprefix(BASE).replace("{id}", id)
            answer = api.ask(about, **{name: needed[name] for name in query})
            assert differences(answer, schema, document) == [], about
            asked += 1

    assert asked > 40


def test_a_step_of_a_review_says_no_more_than_who_when_why_and_what(api: Api) -> None:
    there = company(api)
    review = there.up_to("sharing")
    there.ana.done(f"/reviews/{review}/acknowledgement", {"agrees": False, "comment": "not so"})

    shown = api.ask(f"/reviews/{review}")

    taken = {"by", "by_name", "on", "reason"}
    assert shown["self_assessment"].keys() == {*taken, "text"}
    assert shown["sharing"].keys() == taken
    assert shown["acknowledgement"].keys() == {*taken, "agrees", "comment"}
    assert shown["calibrations"][0].keys() == {*taken, "rating_before", "rating", "reason_code", "comment"}


@pytest.mark.parametrize(
    ("path", "name"),
    [
        ("/objectives", "list_objectives"),
        ("/objectives/{id}", "get_objective"),
        ("/objectives/{id}/progress", "get_objective_progress"),
        ("/people/{id}/alignment", "get_person_alignment"),
        ("/people.{format}", "export_people"),
        ("/webhooks/{id}/deliveries", "list_webhook_deliveries"),
    ],
)
def test_a_question_is_called_by_its_path(shared_api: Api, path: str, name: str) -> None:
    assert _ids(shared_api)["get", BASE + path] == name


@pytest.mark.parametrize(
    ("path", "name"),
    [
        ("/objectives", "define_objective"),
        ("/objectives/{id}/postponement", "postpone_objective"),
        ("/objectives/{id}/carry-over", "carry_over_objective"),
        ("/objectives/{id}/check-ins", "check_in_objective"),
        ("/objectives/{id}/alignments/{other}/weight", "change_alignment_weight"),
        ("/people", "define_person"),
        ("/people/{id}/external-id", "correct_external_id_person"),
        ("/reviews", "open_review"),
        ("/reviews/{id}/appeal-decision", "decide_appeal"),
        ("/webhooks/{id}/rotation", "rotate_webhook"),
        ("/commands", "post_commands"),
    ],
)
def test_a_command_is_called_by_its_use_case_and_what_it_is_done_to(
    shared_api: Api, path: str, name: str
) -> None:
    assert _ids(shared_api)["post", BASE + path] == name


def test_every_operation_has_a_readable_name_of_its_own(shared_api: Api) -> None:
    ids = _ids(shared_api)

    assert [name for name, times in Counter(ids.values()).items() if times > 1] == []
    for operation, name in ids.items():
        assert re.fullmatch(r"[a-z]+(_[a-z]+){1,4}", name), (operation, name)


def test_a_name_that_says_what_it_is_about_needs_no_more() -> None:
    """Kinds that no route had when this was written."""
    assert command("restore_key_result", "/objectives/<uuid:id>/key-results/<uuid:other>/return") == (
        "restore_key_result"
    )
    assert command("hand_over", "/reviews/<uuid:id>/handover") == "hand_over_review"
    assert question("list", "/key-results") == "list_key_results"
    assert question("get", "/units/<uuid:id>/key-results/<uuid:other>") == "get_unit_key_result"


def _ids(api: Api) -> dict[tuple[str, str], Any]:
    document = api.app.test_client().get(f"{BASE}/openapi.json").json
    assert document is not None
    return {
        (method, path): operation.get("operationId", "") for method, path, operation in operations(document)
    }
