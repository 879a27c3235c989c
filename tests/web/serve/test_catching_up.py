"""A service that is started over what it has not taken in yet gives no half answers, and is not ready."""

import json
import socket
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path
from typing import Any
from urllib.error import HTTPError
from urllib.request import Request, urlopen

import psycopg

from projections import leader
from tests.web.api import Api
from tests.web.conftest import token
from tests.web.serve.processes import service, status, wait_until

NAMES = [f"Unit {number}" for number in range(7)]


@contextmanager
def no_other_leads(dsn: str) -> Iterator[None]:
    """Until this ends, no projector takes anything in."""
    with psycopg.connect(dsn, autocommit=True) as conn:
        assert leader.try_to_lead(conn)
        yield


def free_port() -> int:
    with socket.create_server(("127.0.0.1", 0)) as taken:
        return int(taken.getsockname()[1])


def test_nothing_is_answered_before_what_was_there_at_the_start_is_taken_in(
    api: Api, dsn: str, tmp_path: Path
) -> None:
    for name in NAMES:
        api.unit(name)
    bearer, port = token(dsn, "admin"), free_port()
    base = f"http://127.0.0.1:{port}"

    def ask(path: str) -> tuple[int, Any, Any]:
        request = Request(f"{base}/api/v1/{path}", headers={"Authorization": f"Bearer {bearer}"})
        try:
            with urlopen(request, timeout=60) as answer:
                return answer.status, answer.headers, json.load(answer)
        except HTTPError as refusal:
            with refusal:
                return refusal.code, refusal.headers, json.load(refusal)

    with service("serve", "--port", str(port), log=tmp_path / "log", DATABASE_URL=dsn) as running:
        with no_other_leads(dsn):
            wait_until(lambda: status(f"{base}/livez") == 200)
            for path in ("units", "people", "alignment-health", "units.jsonl", "audit"):
                code, headers, problem = ask(path)
                assert (code, problem["type"]) == (503, "/problems/not-yet-visible"), path
                assert "0 of 9 events" in problem["detail"]
                assert headers["Retry-After"] == "1"
            assert status(f"{base}/readyz") == 503
            assert ask("events")[0] == 200, "the log itself is all there"
        assert running.url() == base
        assert status(f"{base}/readyz") == 200
        code, _, body = ask("units")
        assert (code, sorted(unit["name"] for unit in body["items"])) == (200, NAMES)
