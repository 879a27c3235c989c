"""The web application. Each worker of the web server makes its own."""

import time
from collections.abc import Callable, Iterable, Mapping
from typing import Any
from uuid import UUID
from wsgiref.types import StartResponse, WSGIEnvironment

import structlog
from flask import Flask, Request, Response, g, request
from typing_extensions import override

from web import errors
from web.access import guard, noting
from web.api.blueprints import BASE, BLUEPRINTS
from web.api.deprecation import announce
from web.api.documents import documents
from web.calendar_feed import calendar_feed
from web.console.pages import console
from web.ops import telemetry
from web.ops.addresses import client_address
from web.ops.health import health
from web.ops.metrics import REQUESTS
from web.ops.settings import Settings
from web.ops.tracing import REQUEST_ID, request_id, trace_of
from web.origin import came_by_tls
from web.scim import routes as scim
from web.signin.routes import signin
from web.unproxied import itself
from web.wiring import EXTENSION, Services, services

METHODS = frozenset({"GET", "HEAD", "POST", "PUT", "PATCH", "DELETE", "OPTIONS"})
TLS_ONLY = ("Strict-Transport-Security", "max-age=31536000")
log = structlog.get_logger("throughline.web")
POLICY = ("Content-Security-Policy", "default-src 'none'; frame-ancestors 'none'")
SECURITY = [
    ("X-Content-Type-Options", "nosniff"),
    ("X-Frame-Options", "DENY"),
    ("Referrer-Policy", "no-referrer"),
    ("Cross-Origin-Opener-Policy", "same-origin"),
    ("Cross-Origin-Resource-Policy", "same-origin"),
    ("Permissions-Policy", "camera=(), geolocation=(), microphone=()"),
]


class Web(Flask):
    """Flask, which gives every answer the headers that each has as it leaves, when nothing copies them."""

    @override
    def wsgi_app(self, environ: WSGIEnvironment, start_response: StartResponse) -> Iterable[bytes]:
        beside = [*SECURITY, (REQUEST_ID, str(request_id(environ)))]
        if came_by_tls(environ, trust_proxy=self.extensions[EXTENSION].settings.trust_proxy):
            beside.append(TLS_ONLY)

        def start(status: str, headers: list[tuple[str, str]], *error: Any) -> Callable[[bytes], object]:
            own = POLICY[0] in dict(headers)  # the docs page has a policy of its own
            return start_response(status, [*headers, *beside] if own else [*headers, *beside, POLICY], *error)

        return super().wsgi_app(environ, start)

    @override
    def ensure_sync(self, func: Callable[..., Any]) -> Callable[..., Any]:
        """Nothing here is a coroutine: there is no need to look, a dozen times a request."""
        return func


def create_app(given: Settings) -> Flask:
    """The application over the database that the settings name. It connects when the first request needs it
    to.
    """
    app = Web("throughline", static_folder=None)
    app.config["MAX_CONTENT_LENGTH"] = given.max_body_bytes
    app.url_map.merge_slashes = False
    app.extensions[EXTENSION] = Services(given)
    if given.spans_to is not None:
        telemetry.register(app)
    errors.register(app)
    app.before_request(_start)
    guard.register(app)
    app.after_request(_finish)
    noting.register(app)  # before that: what is registered last comes first
    app.register_blueprint(health)
    app.register_blueprint(documents)
    scim.register(app)
    if given.provider is not None and given.provider.client is not None:
        app.register_blueprint(signin)
    app.register_blueprint(calendar_feed)
    app.register_blueprint(console)
    for routes in BLUEPRINTS:
        app.register_blueprint(routes, url_prefix=BASE)
    return app


def _start() -> None:
    asked, kept = itself(request), itself(g)
    kept.started = time.perf_counter()
    kept.request_id = id = request_id(asked.environ)
    kept.trace = trace = trace_of(id, asked.headers.get("traceparent"))
    forwarded, trust = asked.headers.get("X-Forwarded-For", ""), services().settings.trust_proxy
    kept.address = address = client_address(asked.remote_addr, forwarded, trust_proxy=trust)
    structlog.contextvars.clear_contextvars()
    structlog.contextvars.bind_contextvars(request_id=str(id), **trace.said(), address=address)
    telemetry.begin(*_asked(asked))


def _finish(response: Response) -> Response:
    announce(response)
    asked, kept = itself(request), itself(g)
    seconds = time.perf_counter() - kept.started if "started" in kept else 0.0
    method, route = _asked(asked)
    telemetry.end(response.status_code)
    REQUESTS.labels(method, route, str(response.status_code)).observe(seconds)
    log.info(
        "request",
        method=method,
        route=route,
        ids=_ids(asked.view_args or {}),
        status=response.status_code,
        milliseconds=round(seconds * 1000, 2),
    )
    return response


def _asked(asked: Request) -> tuple[str, str]:
    """The method and the rule of the path; whoever asks could make up any other."""
    method = asked.method if asked.method in METHODS else "other"
    return method, asked.url_rule.rule if asked.url_rule else "none"


def _ids(given: Mapping[str, Any]) -> dict[str, str]:
    """The ids in the path, which say nothing of anybody: all else there is a word of the client."""
    return {name: str(value) for name, value in given.items() if isinstance(value, UUID)}
