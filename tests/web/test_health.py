"""Alive, ready, and counted."""

import time
from collections.abc import Iterator
from threading import Event, Thread
from typing import Any

import psycopg
import pytest
from flask import Flask
from flask.testing import FlaskClient

from projections.read_models import READ_MODELS
from tests.web.api import Api
from web import wiring
from web.app import create_app
from web.ops.settings import Settings
from web.wiring import EXTENSION, follower


@pytest.fixture
def away(monkeypatch: pytest.MonkeyPatch) -> Iterator[FlaskClient]:
    """A service whose database cannot be reached."""
    monkeypatch.setattr(wiring, "POOL_TIMEOUT_SECONDS", 0.2)
    monkeypatch.setattr("web.ops.health.POLLING_SECONDS", 0.2)
    app = create_app(Settings(database_url="postgresql://127.0.0.1:9/nothing"))
    yield app.test_client()
    app.extensions[EXTENSION].close()


def _ready(client: FlaskClient) -> tuple[int, dict[str, Any]]:
    answer = client.get("/readyz")
    assert answer.json is not None
    return answer.status_code, answer.json


def test_a_process_is_alive_whatever_its_database_does(away: FlaskClient) -> None:
    assert away.get("/livez").status_code == 200


def test_without_its_database_it_is_not_ready_and_says_so(away: FlaskClient) -> None:
    status, body = _ready(away)

    assert (status, body["problems"]) == (503, ["the database cannot be reached"])
    assert b"throughline_database_up 0.0" in away.get("/metrics").data


def test_without_its_database_it_asks_to_be_asked_again(away: FlaskClient) -> None:
    for answer in (
        away.get("/api/v1/units", headers={"Authorization": "Bearer tl_x"}),
        away.post("/api/v1/units", json={}, headers={"Authorization": "Bearer tl_x"}),
    ):
        assert answer.status_code == 503
        assert answer.mimetype == "application/problem+json"
        assert "Retry-After" in answer.headers


def test_it_is_ready_while_a_projector_runs(client: FlaskClient, dsn: str) -> None:
    assert _ready(client)[1]["problems"] == ["no projector is running"]
    stop = Event()
    thread = Thread(target=follower(dsn).run, args=[stop])
    thread.start()
    deadline = time.monotonic() + 20
    while _ready(client)[0] != 200 and time.monotonic() < deadline:
        time.sleep(0.05)

    status, body = _ready(client)

    stop.set()
    thread.join()
    assert (status, body["status"], body["projector"]) == (200, "ready", True)
    names = {model["name"] for model in body["read_models"]}
    assert names == {model.name for model in READ_MODELS}


def test_a_parked_aggregate_is_named(client: FlaskClient, api: Api, dsn: str) -> None:
    unit = api.unit()
    with psycopg.connect(dsn) as conn:
        conn.execute(
            "insert into projection.parked (read_model, originator_id, position, topic, error)"
            " values ('directory', %s, 1, 'unit.defined', 'KeyError')",
            [unit],
        )

    status, body = _ready(client)

    assert status == 503
    assert body["parked"] == [{"read_model": "directory", "id": unit, "position": 1}]
    assert any(unit in sentence for sentence in body["problems"])


def test_a_database_that_was_cut_off_and_is_back_is_used_again(api: Api, dsn: str) -> None:
    api.unit()
    assert api.get("/units").status_code == 200
    with psycopg.connect(dsn, autocommit=True) as conn:
        conn.execute(
            "select pg_terminate_backend(pid) from pg_stat_activity"
            " where datname = current_database() and pid <> pg_backend_pid()"
        )

    assert api.get("/units").status_code == 200
    assert api.post("/units", {"name": "Service", "kind": "team"}).status_code == 201


def test_commands_are_counted_by_how_they_ended(api: Api, client: FlaskClient) -> None:
    api.unit()
    api.post("/units", {"name": "Sales"})
    api.project()

    text = client.get("/metrics").text

    assert 'throughline_commands_total{command="units.define",outcome="done"}' in text
    assert 'throughline_commands_total{command="units.define",outcome="invalid-value"}' in text
    assert (
        'throughline_request_seconds_bucket{le="0.05",method="POST",route="/api/v1/units",status="201"}'
        in text
    )
    assert 'throughline_projection_lag_events{read_model="directory"} 0.0' in text
    assert "throughline_head_position 1.0" in text


def test_a_failure_nobody_foresaw_is_a_problem_without_details(app: Flask, api: Api) -> None:
    def fail(**_: Any) -> Any:
        raise RuntimeError("a secret of the inside")

    app.view_functions["units.list_all"] = fail

    answer = api.get("/units")

    assert answer.status_code == 500
    assert answer.json is not None
    assert answer.json["type"] == "/problems/internal"
    assert "secret" not in answer.text


def test_a_database_that_was_not_migrated_is_named(server: str) -> None:
    app = create_app(Settings(database_url=server))

    status, body = _ready(app.test_client())

    assert (status, body["problems"]) == (503, ["the database has not been migrated"])
    app.extensions[EXTENSION].close()
