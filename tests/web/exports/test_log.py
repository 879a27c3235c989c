"""The whole log as a file: what the feed answers, event by event, in whatever shape it was recorded."""

import json
from typing import Any

import psycopg
import pytest

from tests.web.api import Api, refused
from tests.web.exports.reading import exported
from tests.web.performance import company
from web.exports.rows import ROWS_AT_ONCE

# As it was before objectives had an origin, and as it is written by hand in a log.
OLD = """
    update store.events set state = convert_to((
        convert_from(state, 'UTF8')::jsonb - '{origin_id,class_version}'::text[]
        || jsonb_build_object('title', E'"quoted", =1+1\\n' || repeat('long ', 30000)))::text, 'UTF8')
     where topic = 'objective.defined'
"""

MANY = """
    insert into store.events
    select n, gen_random_uuid(), 1, 'unit.dissolved',
           convert_to(jsonb_build_object('actor', 'token:1', 'effective_on', '2025-01-01')::text, 'UTF8'),
           clock_timestamp(), gen_random_uuid(), ''
      from generate_series(1, 50000) n
"""


@pytest.fixture
def log(api: Api) -> Api:
    """Some events, the first objectives among them in the shape of an older version."""
    company(api)
    with psycopg.connect(api.dsn) as conn:
        conn.execute("set session_replication_role = replica")
        assert conn.execute(OLD).rowcount > 0
    api.unit("After")
    return api


def _fed(api: Api, **query: Any) -> list[Any]:
    items: list[Any] = api.ask("/events", limit=500, **query)["items"]
    return items


def test_its_rows_are_the_cloud_events_of_the_feed(log: Api) -> None:
    fed = _fed(log)

    assert exported(log.get("/events.jsonl"), "jsonl").rows == fed
    defined = [event for event in fed if event["type"] == "throughline.objective.defined"]
    assert {event["data"]["origin_id"] for event in defined} == {None}


def test_its_cells_are_those_of_the_cloud_events(log: Api) -> None:
    fed = _fed(log)

    for row, event in zip(exported(log.get("/events.csv"), "csv").rows, fed, strict=True):
        assert json.loads(row.pop("data")) == event.pop("data")
        assert row == {name: str(value) for name, value in event.items()}


def test_the_events_of_some_topics(log: Api) -> None:
    for topic in ("objective.*", "unit.defined", "*"):
        assert exported(log.get("/events.jsonl", topic=topic), "jsonl").rows == _fed(log, topic=topic)
    refused(log.get("/events.csv", topic="no.such"), 422, "invalid-value", "?topic")


def test_a_stretch_of_the_log(log: Api) -> None:
    fed = _fed(log)
    asked: list[tuple[dict[str, Any], Any]] = [
        ({"after": 2}, fed[2:]),
        ({"after": 1, "limit": 3, "wait": 1}, fed[1:4]),
    ]
    for query, rows in asked:
        assert exported(log.get("/events.jsonl", **query), "jsonl").rows == rows
    refused(log.get("/events.csv", after="x"), 422, "invalid-value", "?after")


def test_a_long_one_that_broke_off_leaves_its_connection_as_it_was(api: Api) -> None:
    with psycopg.connect(api.dsn) as conn:
        conn.execute(MANY)
    answer = api.app.test_client().get("/api/v1/events.csv", headers=api.headers({}), buffered=False)
    begin = next(answer.iter_encoded())
    answer.close()

    assert len(begin) < 10**6
    with psycopg.connect(api.dsn) as conn:
        row = conn.execute(
            "select outcome, rows, (select count(*) from pg_stat_activity where state = 'active' and"
            " pid <> pg_backend_pid() and datname = current_database()) from access.journal"
            " where kind = 'export'"
        ).fetchone()
    assert row == ("broken-off", ROWS_AT_ONCE, 0)
    assert api.get("/units.csv", behind=True).status_code == 200


def test_it_is_as_long_as_the_log_even_where_read_models_are_behind(api: Api) -> None:
    api.unit()
    answer = api.get("/events.csv", behind=True)

    file = exported(answer, "csv")
    assert (len(file.rows), file.said["position"]) == (1, "1")
    assert "as_of" not in file.said
