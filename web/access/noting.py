"""Some requests belong in the journal; each of these gets its row before its answer is sent, or gets no
answer.

Every read of what is personal is noted, also one that is told that what it has still holds (304); every
command that is refused (4xx), every question that is refused (403) or finds nothing of an id (404), and every
sign-in that is refused. Refusals beyond a bound are counted (web/access/refusals.py).
"""

from collections.abc import Mapping, Sequence
from string import punctuation
from typing import Any, TypeAlias
from urllib.parse import quote
from uuid import UUID

import psycopg
import structlog
from flask import Flask, Response, current_app, g, request

from web.access.guard import caller
from web.access.journal import ANSWERED, Nobody, Note
from web.access.table import is_page
from web.access.tokens import NotSignedIn
from web.errors import Problem, problem, refused_with
from web.freshness import POSITION_HEADER
from web.unproxied import itself
from web.wiring import services

Personal: TypeAlias = bool | str
"""True for a GET that reads what is personal, or the names of parameters that make it so when one is given.
"""
TYPES: Mapping[str, str] = {
    "objectives": "objective",
    "reviews": "review",
    "people": "person",
    "units": "unit",
    "cycles": "cycle",
    "measures": "measure",
    "policies": "policy",
    "plans": "change_plan",
    "webhooks": "webhook",
    "tokens": "token",
    "Users": "person",
    "Groups": "unit",
}
"""The first step of a path below /api/v1 or /scim/v2 names the type of its subject."""
TOLD = (200, 304)
"""Statuses by which the caller has the answer."""
HIDING = (403, 404)
CHANGING = ("POST", "PUT", "PATCH", "DELETE")
NO_ROUTE = "none"
SIGN_IN = "sign_in"
LONGEST = 2_000
log = structlog.get_logger("throughline.web")


def register(app: Flask) -> None:
    app.after_request(_noted)


def _noted(response: Response) -> Response:
    note = _note_of(response)
    if note is None:
        return response
    unwritten = write([note])
    if unwritten is None:
        return response
    response.close()  # it may hold what its bytes come from
    return unwritten.response()


def nothing_told() -> None:
    """Says that the present answer is empty, and need not be noted: who waits for events often asks."""
    g.nothing_told = True


def write(notes: Sequence[Note]) -> Problem | None:
    """Adds these rows to the journal; what to answer with instead, if that was not possible."""
    refusals = services().refusals
    rows = [row for note in notes for row in ([note] if note.outcome == ANSWERED else refusals.take(note))]
    try:
        services().journal.note(*rows)
    except psycopg.Error as error:
        log.error("journal cannot be written", error=error)
        detail = "what has to be in the journal cannot be written there at present, so it is not answered"
        return problem("unavailable", detail, instance=request.path)
    return None


def refusal(action: str | None, path: str, ids: Mapping[str, Any], found: Problem) -> Note:
    """The row of a command that was refused: where its body was wrong, but nothing of what it said."""
    pointers = ", ".join(error["pointer"] for error in found.body.get("errors", ()))
    return Note(
        caller=caller(),
        kind="refusal",
        action=action or NO_ROUTE,
        path=quote(path)[:LONGEST],
        outcome=found.slug,
        detail=pointers[:LONGEST] or None,
        address=g.address,
        **subject_of(path, ids),
    )


def _note_of(response: Response) -> Note | None:
    status, asked, kept = response.status_code, itself(request), itself(g)
    if "not_signed_in" in kept:
        return _sign_in(kept.not_signed_in)
    if "caller" not in kept or is_page(asked.endpoint):  # each question of a page is noted by itself
        return None
    asks = asked.method in ("GET", "HEAD")
    if asks and status in (*TOLD, *HIDING) and _is_personal():
        return _read(response)
    if asks:
        refused = asked.endpoint is not None and status in HIDING
    else:
        refused = asked.method in CHANGING and 400 <= status < 500
    if refused:
        return refusal(asked.endpoint, asked.path, asked.view_args or {}, refused_with())
    return None


def _sign_in(refused: NotSignedIn) -> Note:
    return Note(
        caller=Nobody(refused.token_id),
        kind="refusal",
        action=SIGN_IN,
        path=quote(request.path)[:LONGEST],
        outcome=refused.slug,
        detail=refused.cause,
        address=g.address,
        subject_type="token" if refused.token_id else None,
        subject_id=refused.token_id,
    )


def _is_personal() -> bool:
    view = current_app.view_functions.get(request.endpoint or "")
    declared: Personal = getattr(view, "personal", False)
    named = declared.split() if isinstance(declared, str) else ()
    asked = any(name in request.args for name in named) or declared is True
    return asked and "nothing_told" not in g


def _read(response: Response) -> Note:
    asked = quote(request.query_string, safe=punctuation)
    return Note(
        caller=caller(),
        kind="read",
        action=request.endpoint or NO_ROUTE,
        path=f"{quote(request.path)}{'?' if asked else ''}{asked}"[:LONGEST],
        outcome=ANSWERED if response.status_code in TOLD else refused_with().slug,
        position=response.headers.get(POSITION_HEADER, type=int),
        address=g.address,
        **subject_of(request.path, request.view_args or {}),
    )


def subject_of(path: str, ids: Mapping[str, Any]) -> dict[str, Any]:
    """Gives the subject that a path names, so far as it names one."""
    steps = path.split("/")
    type_ = TYPES.get(steps[3].partition(".")[0]) if len(steps) > 3 else None
    id = ids.get("id")
    return {"subject_type": type_, "subject_id": id if type_ and isinstance(id, UUID) else None}
