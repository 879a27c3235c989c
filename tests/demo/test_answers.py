"""Answers are closed: a query answers every field that its schema declares, and no other."""

import copy
import subprocess
import sys
from collections.abc import Callable, Iterator
from datetime import UTC, datetime, timedelta
from typing import Any
from urllib.error import HTTPError
from urllib.parse import urlencode
from urllib.request import Request, urlopen

import orjson
import pytest
from marshmallow import RAISE, Schema, fields

from tests.demo.conftest import Demo
from web.app import create_app
from web.ops.settings import Settings
from web.schemas.answers import ProblemAnswer

pytestmark = pytest.mark.xdist_group("demo")
ASKED_OF_EACH = 6
ALSO: dict[str, Callable[[dict[str, list[str]]], dict[str, str]]] = {
    "reach": lambda _: {"from": "2026-03-31"},
    "fairness": lambda ids: {"cycle": ids["cycles"][0]},
    "readers": lambda ids: {"subject": ids["reviews"][0]},
    "search": lambda _: {"q": "a"},
}
"""Beside the moment these have to be asked, or are."""
KINDS = ("units", "people", "cycles", "objectives", "reviews", "measures", "plans", "policies", "webhooks")


def closed(schema: Schema) -> Schema:
    """A copy of the schema that refuses at every depth what it does not declare."""
    strict = copy.deepcopy(schema)
    _close(strict)
    return strict


def _close(schema: Schema) -> None:
    schema.unknown = RAISE
    for field in schema.fields.values():
        inner = field.inner if isinstance(field, fields.List) else field
        if isinstance(inner, fields.Nested):
            _close(inner.schema)


def _queries() -> dict[str, Schema]:
    """Every path of a query, with what it answers."""
    app = create_app(Settings(database_url="postgresql://nobody@localhost/nothing"))
    rules = {rule.rule: app.view_functions[rule.endpoint] for rule in app.url_map.iter_rules()}
    return {rule: view.answer for rule, view in rules.items() if hasattr(view, "answer")}


QUERIES = _queries()


def _ask(demo: Demo, path: str, **asked: object) -> tuple[int, Any]:
    url = f"{demo.url}{path}?{urlencode({name.rstrip('_'): value for name, value in asked.items()})}"
    request = Request(url, headers={"Authorization": f"Bearer {demo.token}"})
    try:
        with urlopen(request, timeout=60) as answer:
            return answer.status, orjson.loads(answer.read())
    except HTTPError as refused:
        return refused.code, orjson.loads(refused.read())


def _post(demo: Demo, token: str, path: str, body: dict[str, Any]) -> Any:
    headers = {"Authorization": f"Bearer {token}", "Content-Type": "application/json"}
    with urlopen(Request(f"{demo.url}/api/v1/{path}", orjson.dumps(body), headers), timeout=60) as answer:
        return orjson.loads(answer.read())


@pytest.fixture(scope="session")
def ids(demo: Demo) -> dict[str, list[str]]:
    """Some ids of each kind, from all over its list. The demo has neither a webhook nor a change plan: one of
    each is made, the first for a topic of which nothing more comes.
    """
    hook = {"url": "https://hooks.example/throughline", "topics": ["unit.dissolved"]}
    _post(demo, demo.token, "webhooks", hook)
    command = [sys.executable, "-m", "web.cli", "token", "--role", "hr", "--data-dir", str(demo.data_dir)]
    hr = subprocess.run(command, capture_output=True, text=True, timeout=60, check=True).stdout.strip()
    (goal,) = _ask(demo, "/api/v1/objectives", level="strategic", status="active", limit=1)[1]["items"]
    cancelled = {"action": "cancel_objective", "objective_id": goal["id"]}
    plan = {"title": "Without it", "reason": "to see what rests on it", "changes": [cancelled]}
    position = _post(demo, hr, "plans", plan)["position"]
    _ask(demo, "/api/v1/plans", min_position=position)
    found = {}
    for kind in KINDS:
        _, listed = _ask(demo, f"/api/v1/{kind}", limit=500)
        every = [item["id"] for item in listed["items"]]
        found[kind] = every[:: max(1, len(every) // ASKED_OF_EACH)]
    return found


def _moments() -> Iterator[dict[str, str]]:
    """Today, a day of the past, and that day as it was believed a while ago."""
    now = datetime.now(UTC)
    past = (now - timedelta(days=240)).date().isoformat()
    yield {}
    yield {"as_of": past}
    yield {"as_of": past, "known_at": (now - timedelta(seconds=20)).isoformat().replace("+00:00", "Z")}


def _asked(rule: str, ids: dict[str, list[str]], moment: dict[str, str]) -> dict[str, str]:
    """The parameters of one question: the moment, where it speaks of one, and what else has to be given."""
    match rule.removeprefix("/api/v1").split("/")[1:]:
        case ["alignment-health", "series"] | ["changes"]:
            return {"to": moment["as_of"]} if "as_of" in moment else {}
        case ["alignment-health", "change"]:
            return {"from": "2026-03-31"}
        case ["alignment-health" | "reviews" | "audit", name] | [name] if name in ALSO:
            return {**moment, **ALSO[name](ids)}
        case ["me", "operations"]:
            return {"subject": ids["objectives"][0]}
        case ["audit" | "events" | "webhooks" | "tokens" | "me", *_]:
            return {}
    return moment


def _paths(rule: str, ids: dict[str, list[str]]) -> list[str]:
    kind = rule.split("/")[3]
    return [rule.replace("<uuid:id>", id) for id in ids[kind]] if "<uuid:id>" in rule else [rule]


@pytest.mark.parametrize("rule", sorted(QUERIES))
def test_an_answer_has_the_fields_that_are_declared_and_no_other(
    demo: Demo, ids: dict[str, list[str]], rule: str
) -> None:
    schema, answered = closed(QUERIES[rule]), 0
    for moment in _moments():
        for path in _paths(rule, ids):
            status, answer = _ask(demo, path, **_asked(rule, ids, moment))
            assert status in (200, 404), answer
            found = schema.validate(answer) if status == 200 else closed(ProblemAnswer()).validate(answer)
            assert found == {}, f"{path} {moment}"
            answered += status == 200
    assert answered, "nothing of it was there to be asked"


@pytest.mark.parametrize(
    ("path", "asked", "status"),
    [
        ("/api/v1/objectives", {"as_of": "2026-02-30"}, 422),
        ("/api/v1/objectives", {"nonsense": "1"}, 422),
        ("/api/v1/objectives/00000000-0000-0000-0000-000000000000", {}, 404),
        ("/api/v1/units", {"min_position": 10**9}, 503),
    ],
)
def test_a_problem_has_the_fields_that_are_declared_and_no_other(
    demo: Demo, path: str, asked: dict[str, Any], status: int
) -> None:
    answered, problem = _ask(demo, path, **asked)

    assert answered == status
    assert closed(ProblemAnswer()).validate(problem) == {}


def test_a_field_that_is_not_declared_is_found_at_every_depth() -> None:
    schema = closed(QUERIES["/api/v1/objectives/<uuid:id>/paths"])
    step = {"id": "1", "title": "Grow", "level": "team", "colour": "red"}
    answer = {"paths": [{"objectives": [step]}]}

    found: dict[str, Any] = schema.validate(answer)
    assert found["paths"] == {0: {"objectives": {0: {"colour": ["Unknown field."]}}}}
