"""A client of the API for tests: posts commands, asks questions, and looks at the log itself."""

from datetime import UTC, datetime
from typing import Any

import psycopg
from flask import Flask
from werkzeug.test import TestResponse

from web.wiring import follower

BASE = "/api/v1"
UNKNOWN = "5f0c1a52-6f0e-4a35-9d8f-0a4b7b0c7a11"


def today() -> str:
    return datetime.now(UTC).date().isoformat()


def refused(answer: Any, status: int, slug: str, *pointers: str) -> None:
    """Asserts that the answer is this problem, whole, with errors at these pointers."""
    assert answer.status_code == status, answer.text
    assert answer.mimetype == "application/problem+json"
    problem = answer.json
    assert (problem["type"], problem["status"]) == (f"/problems/{slug}", status)
    assert problem["title"]
    assert problem["detail"]
    assert problem["instance"].startswith("/api/v1/")
    assert [error["pointer"] for error in problem.get("errors", [])] == list(pointers)
    assert all(error["detail"] for error in problem.get("errors", []))


class Api:
    """Paths are those under /api/v1. A question is asked once the projector has taken in everything."""

    def __init__(self, app: Flask, dsn: str, token: str | None) -> None:
        self.app = app
        self.dsn = dsn
        self.token = token

    def headers(self, given: dict[str, str | None]) -> dict[str, str]:
        bearer = None if self.token is None else f"Bearer {self.token}"
        return {
            name: value for name, value in {"Authorization": bearer, **given}.items() if value is not None
        }

    def post(
        self, path: str, body: Any = None, *, if_match: str | None = "*", key: str | None = None
    ) -> TestResponse:
        headers = self.headers({"If-Match": if_match, "Idempotency-Key": key})
        return self.app.test_client().post(BASE + path, json={} if body is None else body, headers=headers)

    def raw(self, path: str, data: bytes, content_type: str | None = "application/json") -> TestResponse:
        """The bytes as they are."""
        headers = self.headers({"If-Match": "*", "Content-Type": content_type})
        return self.app.test_client().post(BASE + path, data=data, headers=headers)

    def get(
        self, path: str, *, if_none_match: str | None = None, behind: bool = False, **query: Any
    ) -> TestResponse:
        """`behind`: ask without waiting for the projector."""
        if not behind:
            self.project()
        headers = self.headers({"If-None-Match": if_none_match})
        return self.app.test_client().get(BASE + path, query_string=query, headers=headers)

    def ask(self, path: str, **query: Any) -> Any:
        answer = self.get(path, **query)
        assert answer.status_code == 200, answer.text
        return answer.json

    def done(self, path: str, body: Any = None, *, if_match: str | None = "*") -> str:
        """Posts a command that must succeed; the id of what it was about."""
        answer = self.post(path, body, if_match=if_match)
        assert answer.status_code in (200, 201), answer.text
        assert answer.json is not None
        return str(answer.json["id"])

    def project(self) -> None:
        with psycopg.connect(self.dsn, autocommit=True) as conn:
            follower(self.dsn).catch_up(conn)

    def events(self) -> int:
        """How many events there are in the log."""
        with psycopg.connect(self.dsn) as conn:
            row = conn.execute("select count(*) from store.events").fetchone()
        assert row is not None
        return int(row[0])

    def unit(self, name: str = "Sales", parent_id: str | None = None) -> str:
        return self.done(
            "/units",
            {"name": name, "kind": "department", "parent_id": parent_id, "effective_on": "2025-01-01"},
        )

    def person(self, unit_id: str, name: str = "Ana Ruiz") -> str:
        return self.done("/people", {"name": name, "unit_id": unit_id, "effective_on": "2025-01-01"})

    def cycle(self) -> str:
        body = {
            "name": "Long",
            "starts_on": "2025-01-01",
            "ends_on": "2030-12-31",
            "effective_on": "2025-01-01",
        }
        return self.done("/cycles", body)

    def objective(self, cycle_id: str, owner: dict[str, str], **given: Any) -> str:
        body = {
            "title": "Answer within a day",
            "description": "Every request, by a person.",
            "level": "team",
            "cycle_id": cycle_id,
            "owner": owner,
            "starts_on": "2025-01-01",
            "ends_on": "2030-12-31",
            "effective_on": "2025-01-01",
        }
        return self.done("/objectives", {**body, **given})

    def active(self, cycle_id: str, owner: dict[str, str], **given: Any) -> str:
        """An objective that is active since 2 January 2025."""
        id = self.objective(cycle_id, owner, **given)
        waivers = [{"criterion": letter, "reason": "a test"} for letter in "SMART"]
        for step, body in (
            ("commitment", {"confidence": 7}),
            ("submission", {"waivers": waivers}),
            ("approval", {}),
            ("activation", {"waivers": waivers}),
        ):
            self.done(f"/objectives/{id}/{step}", {**body, "effective_on": "2025-01-02"})
        return id
