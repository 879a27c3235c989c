"""The OpenAPI 3.1 document: what is the same for every command and every query is said here, once."""

import re
from collections.abc import Iterable, Sequence
from typing import Any

from flask import Flask
from flask_smorest import Api
from marshmallow import Schema
from typing_extensions import override
from werkzeug.routing import Rule

from web.access.sessions import COOKIE
from web.access.table import operation_of, told
from web.errors import MEDIA_TYPE
from web.exports.formats import FORMATS
from web.problems import CATALOGUE
from web.schemas.answers import CommandAnswer, ProblemAnswer
from web.signin.provider import described_at

Doc = dict[str, Any]
JSON = "application/json"
ACCESS = "x-access"
_PARAMETER = re.compile(r"<(?:[^<>:]+:)?(\w+)>")
DESCRIPTION = """\
Objectives, how they hang together, and how that changed. A command is a POST, a query a GET; every query
takes `as_of` (the day asked about) and `known_at` (up to when records count). A command on something that
exists needs `If-Match`; with an `Idempotency-Key` it can be repeated safely. Every error is a problem (RFC
9457).
"""

_HEADERS: dict[str, Doc] = {
    "ETag": {"description": "The version, quoted.", "schema": {"type": "string", "pattern": '^"[0-9]+"$'}},
    "Location": {"description": "Where it can be read.", "schema": {"type": "string"}},
    "Idempotency-Replayed": {
        "description": "The command was recorded before; this is the first answer again.",
        "schema": {"type": "string", "enum": ["true"]},
    },
    "Throughline-Position": {
        "description": "The position up to which the answer is complete.",
        "schema": {"type": "string", "pattern": "^[0-9]+$"},
    },
    "Link": {"description": "The next page, if there is one.", "schema": {"type": "string"}},
    "Content-Disposition": {"description": "The name of the file.", "schema": {"type": "string"}},
    "Retry-After": {"description": "Seconds.", "schema": {"type": "string", "pattern": "^[0-9]+$"}},
}
WEAK = 'W/"[0-9a-f]+"'
_WEAK_TAG: Doc = {
    "description": "Of what the answer rests on: answers with the same tag say the same. For If-None-Match.",
    "schema": {"type": "string", "pattern": f"^{WEAK}$"},
}
_EITHER_TAG: Doc = {
    "description": "The version, quoted, for If-Match; asked with `as_of` or `known_at`, one for"
    " If-None-Match.",
    "schema": {"type": "string", "pattern": f'^("[0-9]+"|{WEAK})$'},
}
_IF_NONE_MATCH: Doc = {
    "in": "header",
    "name": "If-None-Match",
    "required": False,
    "schema": {"type": "string"},
}
_IF_MATCH: Doc = {
    "in": "header",
    "name": "If-Match",
    "required": True,
    "schema": {"type": "string", "pattern": '^("[0-9]{1,18}"|\\*)$'},
}
_IDEMPOTENCY_KEY: Doc = {
    "in": "header",
    "name": "Idempotency-Key",
    "required": False,
    "schema": {"type": "string", "format": "uuid"},
}
_BOUNDED = (429, 431)  # everybody may meet a bound on what one caller may take
_BAD_BODY = (400, 401, 403, 408, 413, 415, 422, *_BOUNDED, 500, 503)
_BAD_COMMAND = (*_BAD_BODY, 409)
_BAD_QUERY = (401, 422, *_BOUNDED, 500, 503)  # and 403 where not every role may ask

_BAD_CONDITION = (400, 412)  # an If-Match that cannot be read, or names other tags


def with_access(document: Doc, rules: Iterable[Rule]) -> Doc:
    """The document, in which each operation says by which row of the access table it is judged: its name
    there, by which a service has it in its scopes, and who may. Raises LookupError for one without a row.
    """
    rows = {row["operation"]: {name: said for name, said in row.items() if said} for row in told()}
    for rule in rules:
        for method, operation in document["paths"].get(path_of(rule), {}).items():
            if method.upper() in (rule.methods or ()):
                name = operation_of(rule.endpoint)
                if name not in rows:
                    raise LookupError(f"web/access/table.py has no row for {name}")
                operation[ACCESS] = rows[name]
    return document


def path_of(rule: Rule) -> str:
    """The path as the document has it, with its parameters in braces."""
    return _PARAMETER.sub(r"{\1}", rule.rule)


class Documented(Api):
    """Keeps the document; errors are answered by web/errors.py, and the document is served by
    web/api/documents.py.
    """

    DEFAULT_ERROR_RESPONSE_NAME = None

    def __init__(self, app: Flask, issuer: str | None = None, *, sessions: bool = False) -> None:
        """The provider of `issuer` signs tokens, beside those that are issued here; with `sessions`, people
        sign in with browsers.
        """
        schemes: dict[str, Doc] = {"token": {"type": "http", "scheme": "bearer"}}
        if issuer is not None:
            schemes["openid"] = {"type": "openIdConnect", "openIdConnectUrl": described_at(issuer)}
        if sessions:
            schemes["session"] = {"type": "apiKey", "in": "cookie", "name": COOKIE}
        app.config |= {
            "API_TITLE": "Throughline",
            "API_VERSION": "v1",
            "OPENAPI_VERSION": "3.1.0",
            "API_SPEC_OPTIONS": {
                "info": {"description": DESCRIPTION},
                "security": [{name: []} for name in schemes],
                "servers": [{"url": "/"}],
            },
        }
        super().__init__(app)
        for name, scheme in schemes.items():
            self.spec.components.security_scheme(name, scheme)
        for status in sorted({kind.status for kind in CATALOGUE.values()}):
            self.spec.components.response(f"Problem{status}", _problem(status))

    # Nothing of flask-smorest's own: errors are problems here, and pages and tags are described where they
    # are made.

    @override
    def _register_error_handlers(self) -> None: ...

    @override
    def _register_responses(self) -> None: ...

    @override
    def _register_etag_headers(self) -> None: ...

    @override
    def _register_pagination_header(self) -> None: ...


def _problem(status: int) -> Doc:
    slugs = [slug for slug, kind in CATALOGUE.items() if kind.status == status]
    headers = {"Retry-After": _HEADERS["Retry-After"]} if status in (409, 429, 503) else {}
    if status == 401:
        headers["WWW-Authenticate"] = {
            "description": "Bearer, and whether it was the token.",
            "schema": {"type": "string"},
        }
    return {
        "description": "; ".join(f"`{slug}`: {CATALOGUE[slug].title}" for slug in slugs),
        "headers": headers,
        "content": {MEDIA_TYPE: {"schema": ProblemAnswer()}},
    }


def _problems(*statuses: int) -> Doc:
    return {str(status): f"Problem{status}" for status in statuses}


def _said(description: str, schema: Any, *headers: str) -> Doc:
    kept = {name: _HEADERS[name] for name in headers}
    return {"description": description, "headers": kept, "content": {JSON: {"schema": schema}}}


def _tagged(said: Doc, tag: Doc) -> Doc:
    return {**said, "headers": {**said["headers"], "ETag": tag}}


def _unchanged(tag: Doc) -> Doc:
    headers = {"ETag": tag, "Throughline-Position": _HEADERS["Throughline-Position"]}
    return {"description": "What the client has by its tag still holds.", "headers": headers}


def command(shape: Schema, creates: str | None, changes: bool, example: Any) -> Doc:
    """A command: its body, its headers, and every answer it can get."""
    names = ["ETag", "Throughline-Position", "Idempotency-Replayed"]
    success = _said(
        "Recorded, or found to hold already.", CommandAnswer(), *names, *(["Location"] if creates else [])
    )
    bad = (*_BAD_COMMAND, 404, 412, 428) if changes else _BAD_COMMAND
    return {
        "parameters": [*([_IF_MATCH] if changes else []), _IDEMPOTENCY_KEY],
        "requestBody": {
            "required": any(field.required for field in shape.fields.values()),
            "content": {JSON: {"schema": shape, "example": example or {}}},
        },
        "responses": {("201" if creates else "200"): success, **_problems(*sorted(bad))},
    }


def listing(shape: Schema, page: Schema, *, about: bool, tagged: bool) -> Doc:
    """A list: its parameters, and a page as the answer; `about` one thing, which may not be there."""
    found = _said("One page.", page, "Throughline-Position", "Link")
    bad = _problems(*_BAD_QUERY, 403, *((404,) if about else ()))
    asked: Doc = {"in": "query", "schema": shape}
    if not tagged:
        return {"parameters": [asked], "responses": {"200": found, **bad}}
    conditions = _problems(*_BAD_CONDITION)
    responses = {"200": _tagged(found, _WEAK_TAG), "304": _unchanged(_WEAK_TAG), **bad, **conditions}
    return {"parameters": [asked, _IF_NONE_MATCH], "responses": responses}


def export(shape: Schema) -> Doc:
    """A list as a file: of a format that is not known, or of something that is not there, there is none."""
    files = {form.media_type.partition(";")[0]: {"schema": {"type": "string"}} for form in FORMATS.values()}
    headers = {name: _HEADERS[name] for name in ("Content-Disposition", "Throughline-Position")}
    return {
        "parameters": [{"in": "query", "schema": shape}],
        "responses": {
            "200": {"description": "The whole list, as of one moment.", "headers": headers, "content": files},
            **_problems(*_BAD_QUERY, 403, 404),
        },
    }


def single(shape: Schema, answer: Schema, tagged: bool) -> Doc:
    """One thing: what has a version has it as its ETag."""
    found = _said("Found.", answer, "Throughline-Position")
    bad = _problems(*_BAD_QUERY, 403, 404)
    asked: Doc = {"in": "query", "schema": shape}
    if not tagged:
        return {"parameters": [asked], "responses": {"200": found, **bad}}
    tag = _EITHER_TAG if "version" in answer.fields else _WEAK_TAG
    conditions = _problems(*_BAD_CONDITION)
    responses = {"200": _tagged(found, tag), "304": _unchanged(tag), **bad, **conditions}
    return {"parameters": [asked, _IF_NONE_MATCH], "responses": responses}


def commands(shape: Schema, answer: Schema, example: Any) -> Doc:
    """POST /commands."""
    return {
        "operationId": "post_commands",
        "requestBody": {"required": True, "content": {JSON: {"schema": shape, "example": example}}},
        "responses": {
            "200": _said("Every command has its own outcome.", answer),
            **_problems(*_BAD_BODY),
        },
    }


def cascade(shape: Schema, answer: Schema, example: Any) -> Doc:
    """POST /objectives/{id}/cascade."""
    return {
        "operationId": "cascade_objective",
        "parameters": [_IDEMPOTENCY_KEY],
        "requestBody": {"required": True, "content": {JSON: {"schema": shape, "example": example}}},
        "responses": {
            "200": _said("Every recipient has an outcome.", answer),
            **_problems(*sorted((*_BAD_COMMAND, 404))),
        },
    }


def upload(shape: Schema, answer: Schema) -> Doc:
    """A plan as a part of a form, with what is declared about it."""
    return {
        "operationId": "import_plan",
        "requestBody": {"required": True, "content": {"multipart/form-data": {"schema": shape}}},
        "responses": {
            "200": _said("Imported, or tried.", answer, "Throughline-Position"),
            **_problems(*_BAD_BODY),
        },
    }


def download(says: str, media_type: str) -> Doc:
    """A file that is always the same."""
    files = {media_type: {"schema": {"type": "string", "format": "binary"}}}
    headers = {"Content-Disposition": _HEADERS["Content-Disposition"]}
    return {
        "operationId": "get_import_template",
        "responses": {
            "200": {"description": says, "headers": headers, "content": files},
            **_problems(*_BAD_QUERY, 403),
        },
    }


def plain(answer: Schema, *, asked: Schema, headers: Sequence[str] = (), about: bool = False) -> Doc:
    """A GET that speaks of no moment, for some roles; `about` one thing, which may not be there."""
    return {
        "parameters": [{"in": "query", "schema": asked}],
        "responses": {
            "200": _said("Found.", answer, *headers),
            **_problems(*_BAD_QUERY, 403, *((404,) if about else ())),
        },
    }


def administration(answer: Schema, *, body: Schema, example: Any, creates: bool = False) -> Doc:
    """A POST that records no event: no If-Match, and it may be repeated without a key."""
    success = _said("Done, or found to be so already.", answer, *(["Location"] if creates else []))
    return {
        "requestBody": {
            "required": any(field.required for field in body.fields.values()),
            "content": {JSON: {"schema": body, "example": example}},
        },
        "responses": {
            ("201" if creates else "200"): success,
            **_problems(*_BAD_BODY, 409 if creates else 404),
        },
    }
