"""No path is open without a token, and none is answered to whom its row of the access table leaves out."""

from collections.abc import Iterator
from contextlib import contextmanager

import structlog
from flask import Flask, g, request

from web.access.table import OPEN, demand, operation_of
from web.access.tokens import Caller, NotSignedIn
from web.ops.bounds import CALLER
from web.wiring import services


def register(app: Flask) -> None:
    """Authenticates every request before anything else looks at it, also one that no route answers, and asks
    the access table.
    """
    app.before_request(_authenticate)


def _authenticate() -> None:
    if request.endpoint in OPEN:
        return
    try:
        g.caller = services().tokens.authenticate(request.headers.get("Authorization"))
    except NotSignedIn as refused:
        g.not_signed_in = refused
        raise
    request.environ[CALLER] = g.caller.identity
    structlog.contextvars.bind_contextvars(actor=g.caller.actor, token_id=str(g.caller.token_id))
    if request.endpoint is not None:
        demand(g.caller, operation_of(request.endpoint))


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
