"""The OpenAPI document, a page to read it with no connection to anywhere else, and the catalogue of
problems.
"""

import re
from base64 import b64encode
from functools import cache
from hashlib import sha256
from html import escape
from pathlib import Path
from typing import Any

import flask_swagger_ui
import orjson
from flask import Blueprint, Flask, Response, request, send_from_directory

from domain.refusals import NotFound
from web.api.blueprints import BASE, BLUEPRINTS
from web.api.openapi import Documented, with_access
from web.problems import CATALOGUE, ProblemKind
from web.schemas.choices import name_choices
from web.schemas.words import describe
from web.wiring import services

documents = Blueprint("documents", __name__)
FORMS = ("application/json", "text/html")
BY_ACCEPT = {"Vary": "Accept"}
CODE = re.compile(r"`([^`]+)`")
ASSETS = Path(flask_swagger_ui.__file__).parent / "dist"
SCRIPT = """
window.onload = () => {
  window.ui = SwaggerUIBundle({
    url: "/api/v1/openapi.json", dom_id: "#swagger-ui", deepLinking: true, validatorUrl: null,
    presets: [SwaggerUIBundle.presets.apis], layout: "BaseLayout",
  });
};
"""
PAGE = f"""<!DOCTYPE html>
<html lang="en">
<head>
<meta charset="utf-8">
<meta name="viewport" content="width=device-width, initial-scale=1">
<title>Throughline: the API</title>
<link rel="stylesheet" href="/api/docs/swagger-ui.css">
<link rel="icon" type="image/png" href="/api/docs/favicon-32x32.png">
</head>
<body>
<div id="swagger-ui"></div>
<script src="/api/docs/swagger-ui-bundle.js"></script>
<script>{SCRIPT}</script>
</body>
</html>
"""
SCRIPT_HASH = b64encode(sha256(SCRIPT.encode()).digest()).decode()
# The page's own script by its hash; swagger-ui styles its elements inline and keeps its icons as data.
POLICY = "; ".join(
    (
        "default-src 'none'",
        f"script-src 'self' 'sha256-{SCRIPT_HASH}'",
        "style-src 'self' 'unsafe-inline'",
        "img-src 'self' data:",
        "font-src 'self'",
        "connect-src 'self'",
        "frame-ancestors 'none'",
        "base-uri 'none'",
        "form-action 'none'",
    )
)


@cache
def document(issuer: str | None = None, *, sessions: bool = False) -> bytes:
    """The OpenAPI 3.1 document, for applications that take the tokens of a provider, too, if `issuer` is
    given, and have `sessions`. It takes longer to make than all else of an application, so the first who
    asks has it made.
    """
    app = Flask("throughline", static_folder=None)
    api = Documented(app, issuer, sessions=sessions)
    for routes in BLUEPRINTS:
        api.register_blueprint(routes, url_prefix=BASE)
    told = with_access(api.spec.to_dict(), app.url_map.iter_rules())
    return orjson.dumps(name_choices(describe(told)))


@documents.get("/api/v1/openapi.json")
def openapi() -> Response:
    """The OpenAPI 3.1 document."""
    provider = services().settings.provider
    if provider is None:
        return Response(document(), mimetype="application/json")
    found = document(provider.issuer, sessions=provider.client is not None)
    return Response(found, mimetype="application/json")


@documents.get("/api/docs", strict_slashes=False)
def page() -> Response:
    """The document for people."""
    response = Response(PAGE, mimetype="text/html")
    response.headers["Content-Security-Policy"] = POLICY
    return response


@documents.get("/api/docs/<path:name>")
def asset(name: str) -> Response:
    """A file of swagger-ui, as it was installed."""
    response = send_from_directory(ASSETS, name)
    response.headers["Cache-Control"] = "public, max-age=86400"
    return response


@documents.get("/problems/<slug>")
def problem_kind(slug: str) -> Response:
    """Says what a problem means, and what to do about it."""
    if slug not in CATALOGUE:
        raise NotFound("there is no such problem")
    kind = CATALOGUE[slug]
    if request.accept_mimetypes.best_match(FORMS) == "text/html":
        return Response(_page_of(slug, kind), mimetype="text/html", headers=BY_ACCEPT)
    body: dict[str, Any] = {
        "type": f"/problems/{slug}",
        "title": kind.title,
        "status": kind.status,
        "meaning": kind.meaning,
        "what_to_do": kind.advice,
    }
    return Response(orjson.dumps(body), mimetype="application/json", headers=BY_ACCEPT)


def _page_of(slug: str, kind: ProblemKind) -> str:
    """The same for people, who follow the `type` of a problem in a browser."""
    meaning, advice = (CODE.sub(r"<code>\1</code>", escape(text)) for text in (kind.meaning, kind.advice))
    return f"""<!DOCTYPE html>
<html lang="en">
<head>
<meta charset="utf-8">
<meta name="viewport" content="width=device-width, initial-scale=1">
<title>{escape(kind.title)}</title>
</head>
<body>
<h1>{escape(kind.title)}</h1>
<p><code>{escape(slug)}</code>, status {kind.status}</p>
<p>{meaning}</p>
<h2>What to do</h2>
<p>{advice}</p>
</body>
</html>
"""
