"""Tokens: administration issues and ends them, and everybody sees and ends their own."""

from collections.abc import Mapping
from datetime import UTC, datetime
from typing import Any
from urllib.parse import urlencode
from uuid import UUID

import orjson
from flask import Response, request
from psycopg import Connection

from domain.refusals import InvalidValue, NotFound, UnknownReference
from projections.moment import instant
from projections.page import BadCursor, cursor_after, key_of
from web.access import journal
from web.access import tokens as access
from web.access.guard import caller
from web.access.lending import Wanted, check
from web.access.roles import ADMIN
from web.api.commands import posted
from web.api.routes import Routes, read_body
from web.freshness import POSITION_HEADER, read_snapshot
from web.schemas.fields import ID
from web.schemas.queries import asked
from web.schemas.reading import load
from web.schemas.tokens import AskedTokens, TokenIssue, Tokens, TokenShown, TokenWithSecret
from web.schemas.webhooks import Nothing
from web.wiring import services

tokens = Routes("tokens", __name__, description="Tokens: what callers show, issued here, and when they end.")
EXAMPLE = {"roles": ["service"], "name": "payroll", "scopes": ["people.*"]}
LISTING = "tokens"
NO_TIMES = {"as_of": None, "known_at": None}


@tokens.administration("/tokens", TokenWithSecret(), TokenIssue(), example=EXAMPLE, creates=True)
def issue() -> Response:
    """Issue a token; the answer holds its secret, this once"""
    body = load(TokenIssue(), posted("tokens", {}, read_body()).body)
    expires_at = _end(body.pop("expires_at"))
    wanted = Wanted(
        frozenset(body["roles"]), body["person_id"], frozenset(body["units"]), tuple(body["scopes"])
    )
    check(caller(), wanted)
    with services().administration.connection() as conn, conn.transaction():
        _check_there(conn, wanted)
        made = access.make(conn, **body, expires_at=expires_at)
        journal.write(conn, [_note(made.id, access.said(wanted.roles, wanted.person_id))])
        found = _shown(access.one(conn, made.id))
    response = _answer({**found, "token": made.secret}, 201)
    response.headers["Location"] = f"{request.path}/{made.id}"
    return response


@tokens.plain("/tokens", Tokens(), AskedTokens(), headers=(POSITION_HEADER, "Link"), personal=True)
def list_all() -> Response:
    """Tokens, the newest first: all for administration, for everybody else their own"""
    asking = asked(AskedTokens())
    limit, after = asking["limit"], asking["after"]
    with read_snapshot(services(), NO_TIMES | asking, caller()) as snapshot:
        rows = access.listed(
            snapshot.connection,
            ended=asking["ended"],
            limit=limit + 1,
            after=None if after is None else _place(after),
            **_whose(),
        )
    response = _answer({"items": [_shown(row) for row in rows[:limit]], "position": snapshot.position})
    response.headers[POSITION_HEADER] = str(snapshot.position)
    if len(rows) > limit:
        next_page = {**request.args.to_dict(), "after": cursor_after(LISTING, rows[limit - 1]["id"])}
        response.headers["Link"] = f'<{request.path}?{urlencode(next_page)}>; rel="next"'
    return response


@tokens.administration("/tokens/<uuid:id>/revocation", TokenShown(), Nothing())
def revoke(id: UUID) -> Response:
    """End a token at once, also one that has ended"""
    load(Nothing(), posted("tokens", {}, read_body()).body)
    with services().administration.connection() as conn, conn.transaction():
        found = access.one(conn, id)
        if found is None or not _is_theirs(found):
            raise NotFound(f"there is no token {id}")
        access.revoke(conn, id)
        journal.write(conn, [_note(id, access.said(found["roles"], found["person_id"]))])
        return _answer(_shown(access.one(conn, id)))


def _end(asked_for: datetime | None) -> datetime:
    now = datetime.now(UTC)
    if asked_for is None:
        return now + access.USUAL_LIFE
    if not now < asked_for <= now + access.LONGEST_LIFE:
        raise InvalidValue.at("/expires_at", "must be ahead, and within ten years")
    return asked_for


def _check_there(conn: Connection[Any], wanted: Wanted) -> None:
    """Raises `UnknownReference` for a person or a unit that was never recorded."""
    try:
        if wanted.person_id is not None:
            access.check_person(conn, wanted.person_id)
    except LookupError as error:
        raise UnknownReference.at("/person_id", str(error)) from error
    missing = access.unknown_units(conn, wanted.units)
    if missing:
        raise UnknownReference.at("/units", f"there is no unit {missing[0]}")


def _whose() -> dict[str, Any]:
    """The tokens that the caller may see and end."""
    who = caller()
    if ADMIN in who.powers:
        return {}
    return {"own": (who.person_id, who.token_id)}


def _is_theirs(row: Mapping[str, Any]) -> bool:
    person, token = _whose().get("own", (None, None))
    own = {str(each) for each in (person, token) if each is not None}
    return ADMIN in caller().powers or bool(own & {row["id"], row["person_id"]})


def _place(after: str) -> UUID:
    (id,) = key_of(LISTING, after, 1)
    if not ID.fullmatch(id):
        raise BadCursor("the cursor is not one that this service made")
    return UUID(id)


def _note(id: UUID, detail: str) -> journal.Note:
    return journal.Note(
        caller=caller(),
        kind="administration",
        action=request.endpoint or "",
        path=request.path,
        detail=detail,
        subject_type="token",
        subject_id=id,
    )


def _shown(row: Mapping[str, Any] | None) -> dict[str, Any]:
    """As it leaves the service."""
    found = row or {}
    return {name: instant(value) if isinstance(value, datetime) else value for name, value in found.items()}


def _answer(body: dict[str, Any], status: int = 200) -> Response:
    response = Response(orjson.dumps(body), status, mimetype="application/json")
    response.headers["Cache-Control"] = "no-store"
    return response
