"""A command is carried out the same way for a POST of its own and for an item of POST /commands.

Read the body strictly, check it against its schema, read If-Match and Idempotency-Key, hand an `Act` to the
use case, and make its answer a response.
"""

import json
import re
from collections.abc import Callable, Mapping
from dataclasses import dataclass
from hashlib import sha256
from typing import Any, TypeVar
from uuid import UUID, uuid5

import orjson
from flask import Response, request
from marshmallow import Schema

from application.act import Act
from application.ids import new_id
from application.store import Answer, Command
from domain.refusals import FieldError, InvalidValue, Malformed
from projections.moment import instant
from web.access.judging import TableJudge
from web.access.table import demand
from web.access.tokens import Caller
from web.api.conditions import versions_of
from web.freshness import POSITION_HEADER
from web.ops.tracing import traceparent
from web.schemas.fields import ID
from web.schemas.reading import load, shown
from web.unproxied import itself
from web.wiring import Services

KEY = re.compile(
    rf' *(?:"(?P<quoted>{ID.pattern})"(?: *; *[a-z*][a-z0-9_.*-]*(?:=[\x21-\x2b\x2d-\x3a\x3c-\x7e]+)?)*'
    rf"|(?P<bare>{ID.pattern})) *",
    re.ASCII,
)
# Storage: with another one, what is being repeated while the service is replaced would be done twice.
KEYS = UUID("0b7c9a52-8d3e-5f14-a6b1-2f9e47c0d683")
View = TypeVar("View", bound=Callable[..., Response])
Run = Callable[..., Answer]
"""Takes the use cases, the act, the fields of the body and, as keywords, the ids in the path."""


@dataclass(frozen=True)
class Posting:
    """A body can be posted: its shape, and its row of the access table.

    `creates` names the collection under /api/v1 in which it makes something new, `changes` says that it is
    about something that exists and has a version, so that it needs If-Match.
    """

    shape: Schema
    operation: str
    creates: str | None
    changes: bool


@dataclass(frozen=True)
class Route(Posting):
    """A command that can be posted, with its use case."""

    run: Run


def posting_of(view: Callable[..., Any]) -> Posting | None:
    """The body that a view takes, if it is told of its shape by `Routes` or by `takes`."""
    found = vars(view).get("command") or vars(view).get("takes")
    return found if isinstance(found, Posting) else None


def takes(posting: Posting) -> Callable[[View], View]:
    """Says of a view that makes its response itself which body it takes, so that a form can be made of it."""

    def decorate(view: View) -> View:
        vars(view)["takes"] = posting
        return view

    return decorate


@dataclass(frozen=True)
class Post:
    """One command as it was posted. `name` and `ids` say what the path leads to; the rest is as the client
    sent it.
    """

    name: str
    ids: Mapping[str, UUID]
    body: Any
    if_match: str | None
    idempotency_key: str | None


@dataclass(frozen=True)
class Done:
    """A command that succeeded is answered with a status, a body and headers."""

    status: int
    body: dict[str, Any]
    headers: dict[str, str]

    def response(self) -> Response:
        body = orjson.dumps(self.body)
        return Response(body, self.status, self.headers, content_type="application/json")


def carry_out(
    route: Route,
    post: Post,
    caller: Caller,
    parts: Services,
    *,
    rehearsal: bool = False,
) -> Done:
    """Carries the command out, once; raises the refusal if it is refused. Of a `rehearsal` nothing is
    recorded, so that the answer says no more than that it would be done.
    """
    row = demand(caller, route.operation)
    if_match = versions_of(post.if_match) if route.changes else None
    key = key_of(post.idempotency_key)
    fields = load(route.shape, post.body)
    command = _command(key, post, caller)
    today = parts.today()
    act = Act(
        actor=caller.actor,
        command=command,
        if_match=if_match,
        effective_on=fields.pop("effective_on"),
        reason=fields.pop("reason"),
        today=today,
        judge=TableJudge(row, route.operation, caller, post.ids, fields, today),
        traceparent=traceparent(),
        rehearsal=rehearsal,
    )
    with parts.running.one(command.id):
        answer = route.run(parts.use_cases, act, fields, **post.ids)
    return _done(answer, route.creates)


def key_of(text: str | None) -> UUID | None:
    """The key: a UUID, as a string of structured fields (RFC 9651), which the draft of the header asks for,
    or bare. Parameters of the string are ignored.
    """
    if text is None:
        return None
    found = KEY.fullmatch(text)
    if found is None:
        raise Malformed("Idempotency-Key must be a UUID, in double quotes or bare")
    return UUID(found["quoted"] or found["bare"])


def _command(key: UUID | None, post: Post, caller: Caller) -> Command:
    """Each caller has a space of keys: by no key can anybody find, or get ahead of, the command of another.
    The caller is the same with a renewed token.
    """
    if key is None:
        return Command(new_id(), b"", remember=False)
    return Command(uuid5(KEYS, f"{caller.identity}\n{key}"), _fingerprint(post, caller), remember=True)


def _fingerprint(post: Post, caller: Caller) -> bytes:
    """Equal for two posts exactly if they ask for the same on behalf of the same caller, whose token may have
    been renewed in between.
    """
    asked = [caller.identity, post.name, {name: str(id) for name, id in post.ids.items()}, post.body]
    return sha256(json.dumps(asked, sort_keys=True, separators=(",", ":"), default=str).encode()).digest()


def _done(answer: Answer, creates: str | None) -> Done:
    body = {
        "id": str(answer.id),
        "version": answer.version,
        "position": answer.position,
        "recorded_at": instant(answer.recorded_at) if answer.recorded_at else None,
        "events": list(answer.events),
    }
    headers = {"ETag": f'"{answer.version}"', POSITION_HEADER: str(answer.position)}
    if creates:
        headers["Location"] = f"/api/v1/{creates}/{answer.id}"
    if answer.replayed:
        headers["Idempotency-Replayed"] = "true"
    return Done(201 if creates else 200, body, headers)


def posted(name: str, ids: Mapping[str, UUID], body: Any) -> Post:
    """The present request as a command; query parameters are refused, since no command has any."""
    asked = itself(request)
    if asked.query_string and asked.args:
        raise InvalidValue(
            "a command takes no query parameters",
            [FieldError(f"?{shown(given)}", "is not a parameter of this request") for given in asked.args],
        )
    headers = asked.headers
    return Post(name, ids, body, headers.get("If-Match"), headers.get("Idempotency-Key"))
