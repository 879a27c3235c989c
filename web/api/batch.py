"""POST /commands: up to 1,000 commands in one request, each with an outcome of its own."""

from collections.abc import Mapping
from typing import Any

import orjson
from flask import Response, current_app, request
from werkzeug.exceptions import HTTPException
from werkzeug.routing import MapAdapter

from domain.refusals import NotFound
from web import openapi
from web.access.guard import caller
from web.access.roles import COMMANDING, demand
from web.access.tokens import Caller
from web.api.routes import Routes, read_body
from web.commands import Done, Post, carry_out, posted
from web.errors import Problem, problem_of
from web.metrics import counted
from web.schemas.batch import Commands, Outcomes
from web.schemas.reading import load
from web.wiring import Services, services

commands = Routes("commands", __name__, description="Many commands in one request.")
SHAPE = Commands()
BASE = "/api/v1"
SERVICE_UNAVAILABLE = 503
EXAMPLE = {
    "commands": [
        {"path": "/units", "body": {"name": "Sales", "kind": "department"}},
        {
            "path": "/cycles/5f0c1a52-6f0e-4a35-9d8f-0a4b7b0c7a11/activation",
            "body": {},
            "if_match": 1,
            "idempotency_key": "0d6f2b0e-3f6c-4b7e-8a53-5b1f6c1f2c55",
        },
    ]
}


@commands.post("/commands")
@commands.doc(**openapi.commands(SHAPE, Outcomes(), EXAMPLE))
def post_many() -> Response:
    """Carry out many commands, each for itself"""
    request.max_content_length = services().settings.max_batch_bytes
    demand(caller().role, COMMANDING)
    items = load(SHAPE, posted("commands", {}, read_body()).body)["commands"]
    return Response(orjson.dumps({"outcomes": _carry_out_all(items)}), mimetype="application/json")


def _carry_out_all(items: list[dict[str, Any]]) -> list[dict[str, Any]]:
    """The outcomes in order; once the service cannot answer one, the rest are not tried."""
    router = current_app.url_map.bind(request.host)
    who, parts = caller(), services()
    outcomes: list[dict[str, Any]] = []
    given_up: Problem | None = None
    for item in items:
        path = item["path"] if item["path"].startswith(f"{BASE}/") else f"{BASE}/{item['path'].lstrip('/')}"
        if given_up is not None:
            outcomes.append({"status": given_up.status, "problem": {**given_up.body, "instance": path}})
            continue
        try:
            outcomes.append(_outcome(_carry_out(item, path, router, who, parts)))
        except Exception as error:  # noqa: BLE001 - whatever it is, it is the outcome of this one alone
            problem = problem_of(error, path)
            outcomes.append({"status": problem.status, "problem": problem.body})
            if problem.status == SERVICE_UNAVAILABLE:
                given_up = problem
    return outcomes


def _carry_out(item: Mapping[str, Any], path: str, router: MapAdapter, who: Caller, parts: Services) -> Done:
    try:
        name, ids = router.match(path, method="POST")
    except HTTPException as error:
        raise NotFound(f"{path} is not the path of a command") from error
    route = getattr(current_app.view_functions[name], "command", None)
    if route is None:
        raise NotFound(f"{path} is not the path of a command")
    post = Post(name, ids, item["body"], item["if_match"], item["idempotency_key"])
    with counted(name):
        return carry_out(route, post, who, parts.use_cases, parts.running)


def _outcome(done: Done) -> dict[str, Any]:
    outcome = {"status": done.status, "body": done.body, "etag": done.headers["ETag"]}
    if "Location" in done.headers:
        outcome["location"] = done.headers["Location"]
    if "Idempotency-Replayed" in done.headers:
        outcome["replayed"] = True
    return outcome
