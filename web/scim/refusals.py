"""Every refusal below /scim/v2 is answered as SCIM has it (RFC 7644, 3.12): what is a problem elsewhere is an
error here, with the same words.
"""

from collections.abc import Mapping
from typing import Any

import orjson
from flask import Response, request

from web.errors import MEDIA_TYPE as PROBLEM
from web.errors import refused_with

BASE = "/scim/v2"
MEDIA_TYPE = "application/scim+json"
SCHEMA = "urn:ietf:params:scim:api:messages:2.0:Error"
TYPES: Mapping[str, str] = {
    "malformed": "invalidSyntax",
    "invalid-value": "invalidValue",
    "unknown-reference": "invalidValue",
    "effective-date": "invalidValue",
    "already-exists": "uniqueness",
    "too-many-events": "tooMany",
    "answer-too-large": "tooMany",
}
"""Problems for which SCIM has a keyword."""
NAMES: Mapping[str, str] = {
    "/name": "displayName",
    "/user_name": "userName",
    "/account_id": "externalId",
    "/job_title": "title",
    "/email": "emails",
    "/unit_id": "groups",
    "/manager_id": "manager",
    "/members": "members",
}
"""The fields of commands, as SCIM calls them."""
LEFT = ("units", "people", "objectives", "reviews")
HAND_OVER = "POST /api/v1/people/{id}/departure or /api/v1/units/{id}/dissolution hands all of it over"


def in_scim(response: Response) -> Response:
    """Makes an error of a problem."""
    if not request.path.startswith(f"{BASE}/") or response.mimetype != PROBLEM:
        return response
    said = refused_with().body
    status = 400 if response.status_code == 422 else response.status_code
    slug = refused_with().slug
    error = {"schemas": [SCHEMA], "status": str(status), "detail": _detail(slug, said)}
    type_ = said.get("scim_type", TYPES.get(slug) if status in (400, 409) else None)
    response.status_code = status
    response.mimetype = MEDIA_TYPE
    response.set_data(orjson.dumps({**error, "scimType": type_} if type_ else error))
    return response


def unsupported(detail: str) -> Response:
    """The answer to what this service does not do."""
    body = {"schemas": [SCHEMA], "status": "501", "detail": detail}
    return Response(orjson.dumps(body), 501, mimetype=MEDIA_TYPE)


def _detail(slug: str, said: Mapping[str, Any]) -> str:
    if slug == "still-in-use":
        left = "; ".join(f"{name}: {', '.join(said[name])}" for name in LEFT if said.get(name))
        return f"something still belongs to it ({left}): move or end it first; {HAND_OVER}"
    errors = said.get("errors", ())
    named = [f"{NAMES.get(each['pointer'], each['pointer'])}: {each['detail']}" for each in errors]
    return "; ".join(named) or str(said["detail"])
