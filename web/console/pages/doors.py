"""The pages by which a person comes in and goes out."""

from collections.abc import Callable
from typing import Any

from flask import Response, g, redirect, render_template, request
from psycopg import Connection
from werkzeug import Response as BaseResponse

from domain.refusals import Unauthenticated
from web.access import sessions
from web.access.journal import Note, write
from web.access.roles import SERVICE
from web.access.tokens import Caller, NotSignedIn
from web.console.frame import console
from web.origin import browsers_speak_tls, own_origin
from web.signin.routes import path_within
from web.wiring import services


@console.get("/sign-in")
def sign_in() -> Response:
    """The door: by the organisation's provider, by a one-time link, or with a token."""
    return _door(200)


@console.post("/sign-in")
def sign_in_with_token() -> BaseResponse:
    """Begins a session for whom a token belongs to, or the secret of a one-time link."""
    given = request.form.get("token", "").strip().rpartition("/")[2]

    def begun(conn: Connection[Any]) -> tuple[Caller, str] | None:
        found = sessions.spend(conn, given)
        return found or _of_token(conn, given)

    return _arrived(begun, "This is no token and no link that still holds.")


@console.get("/sign-in/link/<secret>")
def one_time_link(secret: str) -> Response:
    """Asks whether to sign in: whatever only looks at a link does not spend it."""
    return _shown("link.html", 200, secret=secret)


@console.post("/sign-in/link/<secret>")
def spend_link(secret: str) -> BaseResponse:
    """Spends a one-time link, and begins a session."""
    return _arrived(
        lambda conn: sessions.spend(conn, secret), "This link has been used, or its time is over."
    )


@console.post("/sign-out")
def sign_out() -> BaseResponse:
    """Ends the session, if there is one."""
    sessions.demand_same_origin(request.method, request.headers, own_origin())
    name = sessions.cookie_name(by_tls=browsers_speak_tls())
    secret = request.cookies.get(name)
    if secret is not None:
        with services().administration.connection() as conn:
            sessions.end(conn, secret)
    response = redirect("/sign-in", 303)
    sessions.keep(response, name, "", 0, by_tls=browsers_speak_tls())
    return response


def _arrived(begun: Callable[[Connection[Any]], tuple[Caller, str] | None], refused: str) -> BaseResponse:
    """Signs in, or shows the door again, with what was wrong."""
    sessions.demand_same_origin(request.method, request.headers, own_origin())
    with services().administration.connection() as conn, conn.transaction():
        found = begun(conn)
        if found is not None:
            caller, _ = found
            said = {"action": request.endpoint, "path": "/sign-in", "address": g.address}
            write(conn, [Note(caller=caller, kind="administration", **said)])
    if found is None:
        g.not_signed_in = NotSignedIn(refused, "unknown")
        return _door(401, refused)
    response = redirect(path_within(request.form.get("next") or "/"), 303)
    name = sessions.cookie_name(by_tls=browsers_speak_tls())
    sessions.keep(response, name, found[1], int(sessions.LIFE.total_seconds()), by_tls=browsers_speak_tls())
    return response


def _of_token(conn: Connection[Any], given: str) -> tuple[Caller, str] | None:
    try:
        caller = services().tokens.authenticate(f"Bearer {given}")
    except Unauthenticated:
        return None
    if SERVICE in caller.roles:
        return None  # a program has no pages
    return sessions.begin(conn, caller.person_id, caller.roles, caller.units, until=caller.expires_at)


def _door(status: int, refused: str = "") -> Response:
    provider = services().settings.provider
    return _shown(
        "sign-in.html",
        status,
        refused=refused,
        by_provider=provider is not None and provider.client is not None,
    )


def _shown(template: str, status: int, **given: Any) -> Response:
    next = path_within(request.values.get("next", "/"))
    return Response(render_template(template, next=next, **given), status, mimetype="text/html")
