"""Webhooks: who is told of which events, and what became of that."""

from collections.abc import Callable
from typing import Any
from urllib.parse import urlencode
from uuid import UUID

import orjson
from flask import Response, request
from marshmallow import Schema
from psycopg import Connection

from projections.page import Page
from web.access.guard import caller
from web.access.journal import Note
from web.api.commands import posted
from web.api.routes import Routes, read_body
from web.schemas.queries import asked
from web.schemas.reading import load
from web.schemas.webhooks import (
    AskedDeliveries,
    AskedWebhook,
    AskedWebhooks,
    Deliveries,
    Nothing,
    Replay,
    Webhook,
    WebhookCreation,
    Webhooks,
    WebhookWithSecret,
)
from web.webhooks import deliveries, subscriptions
from web.wiring import services

webhooks = Routes("webhooks", __name__, description="Events posted to whoever subscribed to their topics.")
EXAMPLE = {"url": "https://hooks.example.org/throughline", "topics": ["objective.*", "review.finalised"]}
Change = Callable[[Connection[Any], dict[str, Any]], dict[str, Any]]


@webhooks.administration("/webhooks", WebhookWithSecret(), WebhookCreation(), example=EXAMPLE, creates=True)
def create() -> Response:
    """Subscribe a URL to topics; the answer holds the secret that signs, this once"""
    actor, keys = caller().actor, services().settings.keys
    shape = WebhookCreation(services().settings.webhook_allow)
    made = _change(shape, lambda conn, body: subscriptions.create(conn, keys, **body, created_by=actor))
    response = _answer(made, 201)
    response.headers["Location"] = f"{request.path}/{made['id']}"
    return response


@webhooks.administration("/webhooks/<uuid:id>/pause", Webhook(), Nothing())
def pause(id: UUID) -> Response:
    """Send nothing until it is resumed; what is recorded meanwhile waits"""
    return _answer(_change(Nothing(), lambda conn, _: subscriptions.pause(conn, id)))


@webhooks.administration("/webhooks/<uuid:id>/resumption", Webhook(), Nothing())
def resume(id: UUID) -> Response:
    """Send what waits, at once; also one that is not paused"""
    return _answer(_change(Nothing(), lambda conn, _: subscriptions.resume(conn, id)))


@webhooks.administration("/webhooks/<uuid:id>/removal", Webhook(), Nothing())
def remove(id: UUID) -> Response:
    """End the subscription and forget its deliveries; the answer is what it was"""
    return _answer(_change(Nothing(), lambda conn, _: subscriptions.remove(conn, id)))


@webhooks.administration("/webhooks/<uuid:id>/rotation", WebhookWithSecret(), Nothing())
def rotate(id: UUID) -> Response:
    """Change the secret; for a day the one before signs too"""
    keys = services().settings.keys
    return _answer(_change(Nothing(), lambda conn, _: subscriptions.rotate(conn, keys, id)))


@webhooks.administration("/webhooks/<uuid:id>/replay", Webhook(), Replay(), example={"from_position": 1})
def replay(id: UUID) -> Response:
    """Send one event again, or all from a position on, whatever became of them"""

    def change(conn: Connection[Any], body: dict[str, Any]) -> dict[str, Any]:
        if "position" in body:
            return deliveries.replay(conn, id, body["position"])
        return deliveries.replay_from(conn, id, body["from_position"])

    return _answer(_change(Replay(), change))


@webhooks.plain("/webhooks", Webhooks(), AskedWebhooks(), headers=("Link",), personal=False)
def list_all() -> Response:
    """Webhooks, the oldest first"""
    asking = asked(AskedWebhooks())
    with services().queries.connection() as conn:
        return _page(subscriptions.listed(conn, asking["limit"], asking["after"]))


@webhooks.plain("/webhooks/<uuid:id>", Webhook(), AskedWebhook(), about=True, personal=False)
def read(id: UUID) -> Response:
    """One webhook, and how many of its deliveries have not succeeded"""
    asked(AskedWebhook())
    with services().queries.connection() as conn:
        return _answer(subscriptions.read(conn, id))


@webhooks.plain(
    "/webhooks/<uuid:id>/deliveries",
    Deliveries(),
    AskedDeliveries(),
    headers=("Link",),
    about=True,
    personal=False,
)
def list_deliveries(id: UUID) -> Response:
    """Deliveries of one webhook, the latest event first: attempts, the next one, what was wrong"""
    asking = asked(AskedDeliveries())
    with services().queries.connection() as conn:
        return _page(deliveries.listed(conn, id, asking["status"], asking["limit"], asking["after"]))


def _change(shape: Schema, change: Change) -> dict[str, Any]:
    """Makes a change for an administrator and notes it in the journal; no change without a row."""
    body = load(shape, posted("webhooks", {}, read_body()).body)
    with services().administration.connection() as conn, conn.transaction():
        found = change(conn, body)
        services().journal.note(
            Note(
                caller=caller(),
                kind="administration",
                action=request.endpoint or "",
                path=request.path,
                subject_type="webhook",
                subject_id=UUID(found["id"]),
            )
        )
    return found


def _page(page: Page) -> Response:
    response = _answer({"items": page.items})
    if page.next is not None:
        following = urlencode({**request.args.to_dict(), "after": page.next})
        response.headers["Link"] = f'<{request.path}?{following}>; rel="next"'
    return response


def _answer(body: dict[str, Any], status: int = 200) -> Response:
    response = Response(orjson.dumps(body), status, mimetype="application/json")
    response.headers["Cache-Control"] = "no-store"
    return response
