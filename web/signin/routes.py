"""The paths by which a person signs in and out with a browser."""

import time
from hmac import compare_digest
from typing import Any

import structlog
from flask import Blueprint, Response, g, redirect, request
from werkzeug import Response as BaseResponse

from domain.refusals import InvalidValue
from web.access import sessions
from web.access.journal import Note, write
from web.access.tokens import NotSignedIn
from web.signin.code_flow import ATTEMPT_SECONDS, Attempt, leading_to, redeemed, told
from web.signin.finding import granted, person_of
from web.signin.provider import Client, Provider
from web.signin.signed import BadToken, id_token
from web.wiring import Services, services

signin = Blueprint("signin", __name__)
ATTEMPT = "__Host-throughline-signin"
LONGEST_NEXT = 1_000
log = structlog.get_logger(__name__)


@signin.get("/signin")
def start() -> BaseResponse:
    """Leads to the provider, which leads back."""
    _, client = _trusted()
    attempt = Attempt.begun(path_within(request.args.get("next", "/")), time.time())
    response = redirect(leading_to(services().keyring.about(), client, attempt))
    sessions.keep(response, ATTEMPT, attempt.sealed(services().settings.keys), ATTEMPT_SECONDS)
    return response


@signin.get("/signin/callback")
def callback() -> BaseResponse:
    """Begins a session for the person whom the provider has signed in, and leads on."""
    try:
        attempt = Attempt.opened(request.cookies.get(ATTEMPT, ""), services().settings.keys, time.time())
        claims = _claims(attempt)
        secret = _begun(services(), claims)
    except BadToken as error:
        log.info("signin_refused", why=str(error))
        g.not_signed_in = NotSignedIn("this sign-in is not valid; begin again at /signin", "not-believed")
        raise g.not_signed_in from error
    response = redirect(attempt.next)
    sessions.keep(response, sessions.COOKIE, secret, int(sessions.LIFE.total_seconds()))
    sessions.keep(response, ATTEMPT, "", 0)
    return response


@signin.post("/signout")
def out() -> Response:
    """Ends the session, if there is one."""
    _, client = _trusted()
    sessions.demand_same_origin(request.method, request.headers, client.public_url)
    secret = request.cookies.get(sessions.COOKIE)
    if secret is not None:
        with services().administration.connection() as conn:
            sessions.end(conn, secret)
    response = Response(status=204)
    sessions.keep(response, sessions.COOKIE, "", 0)
    return response


def _claims(attempt: Attempt) -> dict[str, Any]:
    """The claims of whoever the provider has signed in at this attempt. Raises `BadToken`."""
    provider, client = _trusted()
    keyring = services().keyring
    about, said = keyring.about(), request.args
    if not compare_digest(said.get("state", "").encode(), attempt.state.encode()):
        raise BadToken("state")
    names_issuer = about.get("authorization_response_iss_parameter_supported") is True  # RFC 9207
    if said.get("iss", None if names_issuer else provider.issuer) != provider.issuer:
        raise BadToken("iss")
    if "error" in said or not said.get("code"):
        raise BadToken("the provider gave no code")
    answer = redeemed(about, client, said["code"], attempt.verifier)
    token = answer.get("id_token")
    if not isinstance(token, str):
        raise BadToken("the provider gave no id token")
    found = id_token(
        token, keyring, issuer=provider.issuer, client=client.id, nonce=attempt.nonce, now=time.time()
    )
    return told(about, answer, found)


def _begun(of: Services, claims: dict[str, Any]) -> str:
    """A new session, in place of one that the browser had. Raises `BadToken` for who is nobody here."""
    provider, _ = _trusted()
    today = of.today()
    grant = granted(claims, provider.mapping)
    with of.queries.connection() as conn:
        person = person_of(claims, provider.mapping, conn, today)
    with of.administration.connection() as conn, conn.transaction():
        if (before := request.cookies.get(sessions.COOKIE)) is not None:
            sessions.end(conn, before)
        caller, secret = sessions.begin(conn, person, grant.roles, grant.units)
        said = {"action": "signin.callback", "path": request.path, "address": g.address}
        write(conn, [Note(caller=caller, kind="administration", **said)])
    return secret


def _trusted() -> tuple[Provider, Client]:
    provider = services().settings.provider
    if provider is None or provider.client is None:
        raise ValueError("people sign in by a provider alone")
    return provider, provider.client


def path_within(next: str) -> str:
    """The path to go on to, if it is one of this service and of no other. Raises `InvalidValue`."""
    plain = next.isascii() and next.isprintable() and "\\" not in next and len(next) <= LONGEST_NEXT
    if not plain or not next.startswith("/") or next.startswith("//"):
        raise InvalidValue.at("?next", "must be a path of this service, which begins with one slash")
    return next
