"""POST /commands: up to 1,000 commands in one request, each with an outcome of its own."""

from collections.abc import Mapping
from contextlib import nullcontext
from dataclasses import replace
from typing import Any

import orjson
from flask import Response, current_app, request
from werkzeug.exceptions import HTTPException
from werkzeug.routing import MapAdapter

from domain.refusals import NotFound
from web.access.guard import caller
from web.access.journal import Note
from web.access.noting import refusal, write
from web.api import openapi
from web.api.commands import Done, Post, carry_out, posted
from web.api.routes import Routes, read_body
from web.errors import Problem, problem, problem_of
from web.ops.bounds import EVENTS, REFUSALS
from web.ops.metrics import counted
from web.schemas.batch import CommandsSchema, Outcomes
from web.schemas.reading import load
from web.wiring import services

commands = Routes("commands", __name__, description="Many commands in one request.")
SHAPE = CommandsSchema()
BASE = "/api/v1"
SERVICE_FAILED, SERVICE_UNAVAILABLE = 500, 503
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
    items = load(SHAPE, posted("commands", {}, read_body()).body)["commands"]
    return Response(orjson.dumps({"outcomes": carry_out_all(items)}), mimetype="application/json")


def carry_out_all(items: list[dict[str, Any]], *, rehearsal: bool = False) -> list[dict[str, Any]]:
    """The outcomes in order; once the service cannot answer one, or as many have been refused or recorded as
    one request may have, the rest are not tried. Refusals that cannot be noted in the journal are not
    answered. Of a `rehearsal` nothing is recorded, and what would be done has its status alone.
    """
    router = current_app.url_map.bind(request.host)
    found: list[Done | Problem] = []
    refusals: dict[int, Note] = {}
    given_up: Problem | None = None
    events = 0
    for place, item in enumerate(items):
        path = _path(item)
        name, ids = _matched(path, router)
        outcome = _tried(item, path, name, ids, rehearsal) if given_up is None else _about(path, given_up)
        if isinstance(outcome, Done):
            events += len(outcome.body["events"])
        elif given_up is None and outcome.status == SERVICE_UNAVAILABLE:
            given_up = outcome
        elif given_up is None and outcome.status < SERVICE_FAILED:
            refusals[place] = refusal(name, path, ids, outcome)
        given_up = given_up or _enough(path, len(refusals), events)
        found.append(outcome)
    unwritten = write(list(refusals.values()))
    if unwritten is not None:
        for place in refusals:
            found[place] = _about(_path(items[place]), unwritten)
    told = _would_be if rehearsal else _outcome
    return [told(one) if isinstance(one, Done) else _refused(one) for one in found]


def _enough(path: str, refusals: int, events: int) -> Problem | None:
    """Says of the commands after those by which a request has had its share why they are not tried."""
    if refusals >= REFUSALS:
        had = f"{REFUSALS} commands of the request were refused"
    elif events >= EVENTS:
        had = f"{events:,} events were recorded by the request"
    else:
        return None
    return problem("too-many-requests", f"not tried: {had}; send the rest in another one", instance=path)


def _path(item: Mapping[str, Any]) -> str:
    path: str = item["path"]
    return path if path.startswith(f"{BASE}/") else f"{BASE}/{path.lstrip('/')}"


def _matched(path: str, router: MapAdapter) -> tuple[str | None, Mapping[str, Any]]:
    """The name of the route and the ids in the path; no name if no route takes it."""
    try:
        return router.match(path, method="POST")
    except HTTPException:
        return None, {}


def _tried(
    item: Mapping[str, Any], path: str, name: str | None, ids: Mapping[str, Any], rehearsal: bool
) -> Done | Problem:
    try:
        return _carry_out(item, path, name, ids, rehearsal)
    except Exception as error:  # noqa: BLE001 - whatever it is, it is the outcome of this one alone
        return problem_of(error, path)


def _carry_out(
    item: Mapping[str, Any], path: str, name: str | None, ids: Mapping[str, Any], rehearsal: bool
) -> Done:
    route = getattr(current_app.view_functions.get(name or ""), "command", None)
    if name is None or route is None:
        raise NotFound(f"{path} is not the path of a command")
    post = Post(name, ids, item["body"], item["if_match"], item["idempotency_key"])
    with nullcontext() if rehearsal else counted(name):
        return carry_out(route, post, caller(), services(), rehearsal=rehearsal)


def _about(path: str, problem: Problem) -> Problem:
    return replace(problem, body={**problem.body, "instance": path})


def _refused(problem: Problem) -> dict[str, Any]:
    return {"status": problem.status, "problem": problem.body}


def _would_be(done: Done) -> dict[str, Any]:
    return {"status": done.status}


def _outcome(done: Done) -> dict[str, Any]:
    outcome = {"status": done.status, "body": done.body, "etag": done.headers["ETag"]}
    if "Location" in done.headers:
        outcome["location"] = done.headers["Location"]
    if "Idempotency-Replayed" in done.headers:
        outcome["replayed"] = True
    return outcome
