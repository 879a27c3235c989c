"""The API describes itself, completely, and without a connection to anywhere else."""

import ast
import re
from base64 import b64encode
from hashlib import sha256
from html import escape
from html.parser import HTMLParser
from pathlib import Path
from typing import Any

import pytest
import schemathesis
from flask import Flask
from flask.testing import FlaskClient

import web
from domain import refusals
from web.errors import OF_STATUS
from web.problems import CATALOGUE
from web.schemas.reading import load

UNDESCRIBED = {
    "/livez",
    "/readyz",
    "/metrics",
    "/api/docs",
    "/api/v1/openapi.json",
    "/problems/{slug}",
    "/calendar/{secret}.ics",  # for calendar programs: RFC 5545
    "/api/docs/{name}",
}


SELF_DESCRIBED = "/scim/v2/"
"""SCIM has a discovery of its own (RFC 7644)."""


@pytest.fixture
def document(app: Flask) -> dict[str, Any]:
    found: dict[str, Any] = app.test_client().get("/api/v1/openapi.json").json or {}
    return found


def test_the_document_is_valid_openapi_3_1(app: Flask, document: dict[str, Any]) -> None:
    assert document["openapi"].startswith("3.1")
    schemathesis.openapi.from_dict(document).validate()


def test_every_route_is_in_the_document(app: Flask, document: dict[str, Any]) -> None:
    routes = {
        (re.sub(r"<(?:[^<>]+:)?(\w+)>", r"{\1}", rule.rule), method)
        for rule in app.url_map.iter_rules()
        if not rule.endpoint.startswith("console.")
        for method in (rule.methods or set()) - {"HEAD", "OPTIONS"}
    }
    described = {
        (path, method.upper())
        for path, item in document["paths"].items()
        for method in item
        if method != "parameters"
    }

    told = {
        route for route in routes if route[0] not in UNDESCRIBED and not route[0].startswith(SELF_DESCRIBED)
    }
    assert told == described


def test_every_operation_says_what_it_does_needs_and_answers(document: dict[str, Any]) -> None:
    assert document["security"] == [{"token": []}]
    for path, item in document["paths"].items():
        for method in item.keys() - {"parameters"}:
            operation = item[method]
            names = {parameter.get("name") for parameter in operation.get("parameters", [])}
            assert operation["summary"], path
            assert {"401", "422", "500", "503"} <= operation["responses"].keys(), path
            if re.search(r"/(audit|events|webhooks|imports|tokens|me)\b", path):
                assert "403" in operation["responses"], path  # and there is no moment to ask about
            elif re.search(r"/(alignment-health/(series|change)|changes)\b", path):
                assert {"to", "known_at", "min_position"} <= names, path
            elif method == "get":
                assert {"as_of", "known_at", "min_position"} <= names, path
            elif path.endswith("/cascade"):  # nothing that exists changes
                assert ("Idempotency-Key" in names, "If-Match" in names) == (True, False), path
                assert "404" in operation["responses"], path
            elif not path.endswith("/commands"):
                assert "Idempotency-Key" in names, path
                assert ("If-Match" in names) == ("{id}" in path), path
                assert ({"404", "412", "428"} <= operation["responses"].keys()) == ("{id}" in path), path


def test_every_example_of_a_body_has_the_shape_of_the_body(app: Flask, document: dict[str, Any]) -> None:
    for rule in app.url_map.iter_rules():
        route = getattr(app.view_functions[rule.endpoint], "command", None)
        if route is not None:
            path = re.sub(r"<(?:\w+:)?(\w+)>", r"{\1}", rule.rule)
            media = document["paths"][path]["post"]["requestBody"]["content"]["application/json"]
            load(route.shape, media["example"])


def test_every_refusal_has_its_problem() -> None:
    def kinds(base: type[refusals.Refusal]) -> set[type[refusals.Refusal]]:
        return set(base.__subclasses__()).union(*map(kinds, base.__subclasses__()))

    assert {kind.slug for kind in kinds(refusals.Refusal)} <= CATALOGUE.keys()


@pytest.mark.parametrize("slug", CATALOGUE)
def test_every_problem_explains_itself_where_its_type_leads(client: FlaskClient, slug: str) -> None:
    answer = client.get(f"/problems/{slug}")

    assert answer.status_code == 200
    assert answer.json is not None
    assert answer.json["status"] == CATALOGUE[slug].status
    assert answer.json["meaning"]
    assert answer.json["what_to_do"]


@pytest.mark.parametrize("slug", CATALOGUE)
def test_people_are_shown_a_page_that_needs_nothing_else(client: FlaskClient, slug: str) -> None:
    answer = client.get(f"/problems/{slug}", headers={"Accept": "text/html,*/*;q=0.8"})

    assert (answer.mimetype, answer.headers["Vary"]) == ("text/html", "Accept")
    assert f"<h1>{escape(CATALOGUE[slug].title)}</h1>" in answer.text
    assert escape(CATALOGUE[slug].meaning.partition("`")[0]) in answer.text
    assert not re.search(r"(src|href)=|`", answer.text)


def test_every_slug_that_the_code_names_is_in_the_catalogue() -> None:
    """Wherever a problem is made, as `problem(slug, ...)` or `Refused(bound, slug, ...)`."""
    places = {"problem": 0, "Refused": 1}
    named = set[str]()
    for path in Path(web.__path__[0]).rglob("*.py"):
        for part in ast.walk(ast.parse(path.read_text())):
            if isinstance(part, ast.Call) and isinstance(part.func, ast.Name) and part.func.id in places:
                said = part.args[places[part.func.id]]
                named |= {str(said.value)} if isinstance(said, ast.Constant) else set()
    assert {"took-too-long", "request-timeout", "too-busy"} <= named
    assert named | set(OF_STATUS.values()) <= CATALOGUE.keys()


def test_a_problem_that_is_not_in_the_catalogue_is_not_found(client: FlaskClient) -> None:
    assert client.get("/problems/headache").status_code == 404


class _Parts(HTMLParser):
    def __init__(self) -> None:
        super().__init__()
        self.addresses: list[str] = []
        self.scripts: list[str] = []
        self._inside = False

    def handle_starttag(self, tag: str, attrs: list[tuple[str, str | None]]) -> None:
        given = dict(attrs)
        self.addresses += [address for name in ("src", "href") if (address := given.get(name))]
        self._inside = tag == "script" and "src" not in given

    def handle_data(self, data: str) -> None:
        if self._inside:
            self.scripts.append(data)

    def handle_endtag(self, tag: str) -> None:
        self._inside = False


def test_the_page_loads_from_the_service_alone_under_its_own_policy(client: FlaskClient) -> None:
    page = client.get("/api/docs")
    parts = _Parts()
    parts.feed(page.text)

    assert len(parts.addresses) == 3
    for address in parts.addresses:
        assert address.startswith("/api/docs/")
        asset = client.get(address)
        assert asset.status_code == 200
        asset.close()
    policy = page.headers["Content-Security-Policy"]
    for script in parts.scripts:
        assert f"'sha256-{b64encode(sha256(script.encode()).digest()).decode()}'" in policy
    assert "unsafe-inline" not in policy.split("style-src")[0]
    assert "default-src 'none'" in policy
    assert "connect-src 'self'" in policy


@pytest.mark.parametrize("address", ["/api/docs", "/api/docs/"])
def test_whoever_has_only_the_address_finds_the_page(client: FlaskClient, address: str) -> None:
    assert "swagger-ui" in client.get(address, follow_redirects=True).text


@pytest.mark.parametrize("name", ["../app.py", "..%2f..%2fweb%2fapp.py", "nothing.js"])
def test_nothing_but_its_assets_is_served_beside_the_page(client: FlaskClient, name: str) -> None:
    assert client.get(f"/api/docs/{name}").status_code in (401, 404)


@pytest.mark.parametrize("path", ["/livez", "/api/v1/openapi.json", "/api/docs", "/api/v1/units", "/nothing"])
def test_every_answer_has_the_headers_that_keep_browsers_from_harm(client: FlaskClient, path: str) -> None:
    headers = client.get(path).headers

    assert headers["X-Content-Type-Options"] == "nosniff"
    assert "default-src 'none'" in headers["Content-Security-Policy"]
    assert headers["Referrer-Policy"] == "no-referrer"
    assert headers["X-Frame-Options"] == "DENY"
