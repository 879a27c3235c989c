"""No path is open without a token, and none is answered to whom its row of the access table leaves out."""

from collections.abc import Iterator
from contextlib import contextmanager

import structlog
from flask import Flask, g, request

from web.access.sessions import cookie_name, demand_same_origin
from web.access.table import OPEN, demand, is_page, operation_of
from web.access.tokens import NO_TOKEN, Caller, NotSignedIn
from web.ops.bounds import CALLER
from web.origin import browsers_speak_tls, own_origin
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
        g.caller = _authenticated()
    except NotSignedIn as refused:
        if not (
            is_page(request.endpoint) and refused.cause == NO_TOKEN
        ):  # who comes to the door is not refused
            g.not_signed_in = refused
        raise
    request.environ[CALLER] = g.caller.identity
    token_id = g.caller.token_id
    structlog.contextvars.bind_contextvars(actor=g.caller.actor, token_id=token_id and str(token_id))
    if request.endpoint is not None and not is_page(request.endpoint):
        demand(g.caller, operation_of(request.endpoint))


def _authenticated() -> Caller:
    """The caller by the header, or else by the cookie of a session."""
    authorization, secret = (
        request.headers.get("Authorization"),
        request.cookies.get(cookie_name(by_tls=browsers_speak_tls())),
    )
    if authorization is not None or secret is None:
        return services().tokens.authenticate(authorization)
    found = services().tokens.authenticate_session(secret)
    demand_same_origin(request.method, request.headers, own_origin())
    return found


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
