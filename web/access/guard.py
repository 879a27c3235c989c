"""No path is open without a token, except those that say so here."""

from collections.abc import Iterator
from contextlib import contextmanager

from flask import Flask, g, request

from web.access.tokens import Caller
from web.wiring import services

OPEN = frozenset(
    {
        "health.livez",
        "health.readyz",
        "health.metrics",
        "documents.start",
        "documents.openapi",
        "documents.page",
        "documents.asset",
        "documents.problem_kind",
    }
)


def register(app: Flask) -> None:
    """Authenticates every request before anything else looks at it, also one that no route answers."""
    app.before_request(_authenticate)


def _authenticate() -> None:
    if request.endpoint not in OPEN:
        g.caller = services().tokens.authenticate(request.headers.get("Authorization"))


def caller() -> Caller:
    """Gives the caller of the present request."""
    found: Caller = g.caller
    return found


@contextmanager
def acting(app: Flask, for_whom: Caller) -> Iterator[None]:
    """Outside the request, but still as its caller: for what is answered while it is being sent."""
    with app.app_context():
        g.caller = for_whom
        yield
