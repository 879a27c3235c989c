"""No path is open without a token, and none is answered to whom its row of the access table leaves out."""

from collections.abc import Iterator
from contextlib import contextmanager

import structlog
from flask import Flask, Request, g, request

from web.access.sessions import cookie_name, demand_same_origin
from web.access.table import OPEN, demand, is_page, operation_of
from web.access.tokens import NO_TOKEN, Caller, NotSignedIn
from web.ops.bounds import CALLER
from web.origin import browsers_speak_tls, own_origin
from web.unproxied import itself
from web.wiring import services


def register(app: Flask) -> None:
    """Authenticates every request before anything else looks at it, also one that no route answers, and asks
    the access table.
    """
    app.before_request(_authenticate)


def _authenticate() -> None:
    asked, kept = itself(request), itself(g)
    endpoint = asked.endpoint
    if endpoint in OPEN:
        return
    try:
        kept.caller = caller = _authenticated(asked)
    except NotSignedIn as refused:
        if not is_page(endpoint) or refused.cause != NO_TOKEN:  # who comes to the door is not refused
            kept.not_signed_in = refused
        raise
    asked.environ[CALLER] = caller.identity
    token_id = caller.token_id
    structlog.contextvars.bind_contextvars(actor=caller.actor, token_id=token_id and str(token_id))
    if endpoint is not None and not is_page(endpoint):
        demand(caller, operation_of(endpoint))


def _authenticated(asked: Request) -> Caller:
    """The caller by the header, or else by the cookie of a session."""
    tokens, authorization = services().tokens, asked.headers.get("Authorization")
    secret = None
    if authorization is None:
        secret = asked.cookies.get(cookie_name(by_tls=browsers_speak_tls()))
    if secret is None:
        return tokens.authenticate(authorization)
    found = tokens.authenticate_session(secret)
    demand_same_origin(asked.method, asked.headers, own_origin())
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
