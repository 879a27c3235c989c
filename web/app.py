"""The web application. Each worker of the web server makes its own."""

import time
from uuid import UUID

import structlog
from flask import Flask, Response, g, request

from web import errors
from web.access import guard, noting
from web.api.blueprints import BASE, BLUEPRINTS
from web.api.deprecation import announce
from web.api.documents import documents
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
from web.wiring import EXTENSION, Services, services

METHODS = frozenset({"GET", "HEAD", "POST", "PUT", "PATCH", "DELETE", "OPTIONS"})
TLS_ONLY = ("Strict-Transport-Security", "max-age=31536000")
log = structlog.get_logger("throughline.web")
POLICY = ("Content-Security-Policy", "default-src 'none'; frame-ancestors 'none'")
SECURITY = {
    "X-Content-Type-Options": "nosniff",
    "X-Frame-Options": "DENY",
    "Referrer-Policy": "no-referrer",
    "Cross-Origin-Opener-Policy": "same-origin",
    "Cross-Origin-Resource-Policy": "same-origin",
    "Permissions-Policy": "camera=(), geolocation=(), microphone=()",
}


def create_app(given: Settings) -> Flask:
    """The application over the database that the settings name. It connects when the first request needs it
    to.
    """
    app = Flask("throughline", static_folder=None)
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
    app.register_blueprint(console)
    for routes in BLUEPRINTS:
        app.register_blueprint(routes, url_prefix=BASE)
    return app


def _start() -> None:
    g.started = time.perf_counter()
    g.request_id = id = request_id(request.environ)
    g.trace = trace_of(id, request.headers.get("traceparent"))
    structlog.contextvars.clear_contextvars()
    forwarded, trust = request.headers.get("X-Forwarded-For", ""), services().settings.trust_proxy
    g.address = client_address(request.remote_addr, forwarded, trust_proxy=trust)
    structlog.contextvars.bind_contextvars(request_id=str(id), **g.trace.said(), address=g.address)
    telemetry.begin(*_asked())


def _finish(response: Response) -> Response:
    response.headers.extend(SECURITY)
    response.headers[REQUEST_ID] = str(g.request_id)
    announce(response)
    if came_by_tls():
        response.headers.add(*TLS_ONLY)
    response.headers.setdefault(*POLICY)  # the docs page has one of its own
    seconds = time.perf_counter() - g.started if "started" in g else 0.0
    method, route = _asked()
    telemetry.end(response.status_code)
    REQUESTS.labels(method, route, str(response.status_code)).observe(seconds)
    log.info(
        "request",
        method=method,
        route=route,
        ids=_ids(),
        status=response.status_code,
        milliseconds=round(seconds * 1000, 2),
    )
    return response


def _asked() -> tuple[str, str]:
    """The method and the rule of the path; whoever asks could make up any other."""
    method = request.method if request.method in METHODS else "other"
    return method, request.url_rule.rule if request.url_rule else "none"


def _ids() -> dict[str, str]:
    """The ids in the path, which say nothing of anybody: all else there is a word of the client."""
    given = request.view_args or {}
    return {name: str(value) for name, value in given.items() if isinstance(value, UUID)}
