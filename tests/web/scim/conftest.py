"""An identity provider at work: it speaks SCIM to the app, and the projector follows by itself."""

from collections.abc import Iterator
from dataclasses import dataclass
from typing import Any

import psycopg
import pytest
from flask import Flask
from werkzeug.test import Client, TestResponse

from tests.web.api import Api
from tests.web.conftest import token
from web.freshness import read_snapshot
from web.wiring import follower

BASE = "/scim/v2"
PATCH = "urn:ietf:params:scim:api:messages:2.0:PatchOp"
USER = "urn:ietf:params:scim:schemas:core:2.0:User"
GROUP = "urn:ietf:params:scim:schemas:core:2.0:Group"
ENTERPRISE = "urn:ietf:params:scim:schemas:extension:enterprise:2.0:User"


@dataclass
class Provider:
    """`api` looks at what came of it, with the token of an administrator."""

    client: Client
    api: Api
    token: str | None
    top: str

    def ask(self, method: str, path: str, body: Any = None, **query: Any) -> TestResponse:
        headers = {} if self.token is None else {"Authorization": f"Bearer {self.token}"}
        answer = self.client.open(
            f"{BASE}{path}", method=method, json=body, query_string=query, headers=headers
        )
        if answer.status_code != 204:
            assert answer.mimetype == "application/scim+json", answer.text
        return answer

    def done(self, method: str, path: str, body: Any = None, **query: Any) -> Any:
        answer = self.ask(method, path, body, **query)
        assert answer.status_code in (200, 201, 204), answer.text
        return answer.json if answer.status_code != 204 else None

    def refused(self, status: int, scim_type: str | None, method: str, path: str, body: Any = None) -> str:
        """Asserts that it is refused with this error, and records nothing; gives its words."""
        before = self.api.events()
        answer = self.ask(method, path, body)
        said = answer.json
        assert answer.status_code == status, answer.text
        assert said is not None
        assert said["schemas"] == ["urn:ietf:params:scim:api:messages:2.0:Error"]
        assert (said["status"], said.get("scimType")) == (str(status), scim_type), said
        assert self.api.events() == before
        return str(said["detail"])

    def user(self, name: str, **given: Any) -> str:
        body = {"schemas": [USER], "userName": f"{name}@example.org", "displayName": name, **given}
        return str(self.done("POST", "/Users", body)["id"])

    def group(self, name: str, *members: str, **given: Any) -> str:
        body = {"schemas": [GROUP], "displayName": name, "members": [{"value": id} for id in members]}
        return str(self.done("POST", "/Groups", {**body, **given})["id"])

    def patch(self, path: str, *operations: dict[str, Any]) -> Any:
        return self.done("PATCH", path, patched(*operations))

    def recorded(self) -> list[str]:
        """The topics of all events but the first."""
        with psycopg.connect(self.api.dsn) as conn:
            rows = conn.execute("select topic from store.events order by position offset 1").fetchall()
        return [topic for (topic,) in rows]


def patched(*operations: dict[str, Any]) -> dict[str, Any]:
    return {"schemas": [PATCH], "Operations": list(operations)}


@pytest.fixture
def projecting(app: Flask, dsn: str, monkeypatch: pytest.MonkeyPatch) -> Iterator[Flask]:
    """The app with a projector that has taken in everything whenever a question asks."""
    with psycopg.connect(dsn, autocommit=True) as conn:

        def after_all(*args: Any) -> Any:
            follower(dsn).catch_up(conn)
            return read_snapshot(*args)

        monkeypatch.setattr("web.scim.speaking.read_snapshot", after_all)
        yield app


@pytest.fixture
def provider(projecting: Flask, api: Api) -> Provider:
    top = api.done("/units", {"name": "Harbour", "kind": "organisation", "effective_on": "2025-01-01"})
    service = token(api.dsn, "service", scopes=["people.*", "units.*"])
    return Provider(Client(projecting), api, service, top)
