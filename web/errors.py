"""Every exception that can leave a view, as a problem; routes carry no try/except."""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from typing import Any
from uuid import uuid4

import orjson
import structlog
from flask import Flask, Response, g, request
from psycopg import InterfaceError, OperationalError
from psycopg.errors import LockNotAvailable, QueryCanceled
from psycopg_pool import PoolTimeout, TooManyRequests
from werkzeug.exceptions import HTTPException

from application.store import StoreUnavailable
from domain.refusals import Refusal
from projections.page import BadCursor
from web.access.tokens import NO_TOKEN, NotSignedIn
from web.problems import CATALOGUE
from web.signin.asking import ProviderUnavailable

MEDIA_TYPE = "application/problem+json"
RETRY_AFTER_SECONDS = 1
KIND = "/problems/"
STANDARD_MEMBERS = frozenset({"type", "title", "status", "detail", "instance", "errors"})
OF_STATUS = {
    400: "malformed",
    401: "unauthenticated",
    403: "forbidden",
    404: "not-found",
    405: "method-not-allowed",
    413: "too-large",
    415: "unsupported-media-type",
}
log = structlog.get_logger("throughline.web")


@dataclass(frozen=True)
class Problem:
    """One problem, ready to be sent: `body` is the problem object, `headers` what goes with it."""

    status: int
    body: dict[str, Any]
    headers: dict[str, str]

    @property
    def slug(self) -> str:
        return str(self.body["type"]).removeprefix(KIND)

    def response(self) -> Response:
        return Response(orjson.dumps(self.body), self.status, self.headers, mimetype=MEDIA_TYPE)


def problem(
    slug: str,
    detail: str,
    *,
    instance: str,
    errors: Sequence[tuple[str, str]] = (),
    members: Mapping[str, Any] | None = None,
) -> Problem:
    """The problem of this slug; `errors` are pairs of pointer and detail; an unknown slug is a "
    "KeyError.
    """
    kind = CATALOGUE[slug]
    body: dict[str, Any] = {
        "type": f"{KIND}{slug}",
        "title": kind.title,
        "status": kind.status,
        "detail": detail,
        "instance": instance,
    }
    if errors:
        body["errors"] = [{"pointer": pointer, "detail": said} for pointer, said in errors]
    for name, value in (members or {}).items():
        body[f"current_{name}" if name in STANDARD_MEMBERS else name] = value
    headers = {"Cache-Control": "no-store"}
    if kind.status in (429, 503) or slug == "command-running":
        headers["Retry-After"] = str(RETRY_AFTER_SECONDS)
    if kind.status == 401:
        headers["WWW-Authenticate"] = 'Bearer realm="throughline"'
    return Problem(kind.status, body, headers)


def problem_of(error: Exception, instance: str) -> Problem:
    """The problem that an exception is; one that nobody foresaw is logged with its traceback and is
    `internal`.
    """
    if isinstance(error, StoreUnavailable) and isinstance(error.__cause__, QueryCanceled):
        error = error.__cause__
    if isinstance(error, Refusal):
        errors = [(field.pointer, field.detail) for field in error.errors]
        found = problem(error.slug, error.detail, instance=instance, errors=errors, members=error.members)
        if isinstance(error, NotSignedIn) and error.cause != NO_TOKEN:  # RFC 6750
            found.headers["WWW-Authenticate"] += ', error="invalid_token"'
        return found
    if isinstance(error, BadCursor):
        return problem("invalid-value", str(error), instance=instance, errors=[("?after", str(error))])
    if isinstance(error, ProviderUnavailable):
        log.warning("provider_unavailable", why=str(error))
        detail = "the provider that signs in cannot be asked at present"
        return problem("provider-unavailable", detail, instance=instance)
    if isinstance(error, OperationalError | InterfaceError):
        return _of_database(error, instance)
    if isinstance(error, HTTPException) and error.code in OF_STATUS:
        return _of_http(error, error.code, instance)
    return _unforeseen(error, instance)


def _of_database(error: Exception, instance: str) -> Problem:
    if isinstance(error, PoolTimeout | TooManyRequests):
        return problem("too-busy", "no database connection was free in time", instance=instance)
    if isinstance(error, LockNotAvailable):
        return problem("too-busy", "what it needs was locked by others for too long", instance=instance)
    if isinstance(error, QueryCanceled):
        return problem("took-too-long", "a statement of the database took too long", instance=instance)
    log.warning("database unavailable", error=error)
    return problem("unavailable", "the database cannot be reached at present", instance=instance)


def _of_http(error: HTTPException, status: int, instance: str) -> Problem:
    said = problem(OF_STATUS[status], error.description or error.name, instance=instance)
    kept = {name: value for name, value in error.get_headers() if name == "Allow"}
    return Problem(said.status, said.body, said.headers | kept)


def _unforeseen(error: Exception, instance: str) -> Problem:
    incident = uuid4()
    log.error("internal error", incident=str(incident), exc_info=error)
    return problem("internal", f"the service failed; it is logged under {incident}", instance=instance)


def answer(error: Exception) -> Response:
    g.problem = problem_of(error, request.path)
    return refused_with().response()


def refused_with() -> Problem:
    """The problem that the present request is answered with."""
    found: Problem = g.problem
    return found


def register(app: Flask) -> None:
    """Every error of this app is answered as a problem, Flask's own included."""
    app.register_error_handler(Exception, answer)
    app.register_error_handler(HTTPException, answer)
