"""A command with an Idempotency-Key is carried out once, however often it is sent."""

from collections.abc import Iterator
from concurrent.futures import ThreadPoolExecutor
from contextlib import contextmanager
from time import monotonic, sleep
from typing import Any
from uuid import uuid4

import psycopg
import pytest

from tests.web.api import Api, refused
from web.access.tokens import issue
from web.app import create_app
from web.ops.settings import Settings
from web.wiring import EXTENSION

UNIT = {"name": "Sales", "kind": "department"}


def issued(dsn: str, role: str, **caller: Any) -> str:
    with psycopg.connect(dsn) as conn:
        return issue(conn, roles=[role], **caller)


def test_a_repeat_gets_the_first_answer(api: Api) -> None:
    key = str(uuid4())
    first = api.post("/units", UNIT, key=key)

    again = api.post("/units", UNIT, key=key.upper())

    assert "Idempotency-Replayed" not in first.headers
    assert again.headers["Idempotency-Replayed"] == "true"
    assert (again.status_code, again.json) == (201, first.json)
    assert [again.headers[name] for name in ("ETag", "Location")] == [
        first.headers[name] for name in ("ETag", "Location")
    ]
    assert api.events() == 1


@pytest.mark.parametrize("form", ['"{}"', ' "{}" ', '"{}";a', '"{}" ; a=1;b="c"', " {}"])
def test_a_key_is_a_string_of_structured_fields_or_bare(api: Api, form: str) -> None:
    key = str(uuid4())
    first = api.post("/units", UNIT, key=form.format(key))

    again = api.post("/units", UNIT, key=key)

    assert (first.status_code, again.json) == (201, first.json)
    assert again.headers["Idempotency-Replayed"] == "true"


@pytest.mark.parametrize(
    "form", ["1", "'{}'", '"{}', '{}"', '"{}" a', "{};a", '"{0}", "{0}"', "{0},{0}", ":{}:", '"x{}"', ""]
)
def test_any_other_form_of_a_key_is_malformed(api: Api, form: str) -> None:
    refused(api.post("/units", UNIT, key=form.format(uuid4())), 400, "malformed")
    assert api.events() == 0


def test_a_repeat_is_recognised_whatever_the_order_of_its_fields(api: Api) -> None:
    key = str(uuid4())
    api.post("/units", UNIT, key=key)

    again = api.post("/units", dict(reversed(UNIT.items())), key=key)

    assert again.headers["Idempotency-Replayed"] == "true"


def test_a_repeat_gets_the_first_answer_though_its_version_is_stale_by_now(api: Api) -> None:
    unit, key = api.unit(), str(uuid4())
    first = api.post(f"/units/{unit}/renaming", {"name": "Service"}, if_match='"1"', key=key)
    api.post(f"/units/{unit}/renaming", {"name": "Support"})

    again = api.post(f"/units/{unit}/renaming", {"name": "Service"}, if_match='"1"', key=key)

    assert (again.status_code, again.json) == (200, first.json)


def test_a_repeat_of_a_command_that_recorded_nothing_gets_the_first_answer(api: Api) -> None:
    unit, key = api.unit("Sales"), str(uuid4())
    first = api.post(f"/units/{unit}/renaming", {"name": "Sales"}, key=key)
    api.post(f"/units/{unit}/renaming", {"name": "Service"})

    again = api.post(f"/units/{unit}/renaming", {"name": "Sales"}, key=key)

    assert again.json == first.json
    assert api.events() == 2


def test_another_body_under_the_same_key_is_refused(api: Api) -> None:
    key = str(uuid4())
    api.post("/units", UNIT, key=key)

    for path, body in (("/units", {**UNIT, "name": "Service"}), ("/cycles", UNIT)):
        answer = api.post(path, body, key=key)
        assert answer.status_code == 422
        assert answer.json is not None

    answer = api.post("/units", {**UNIT, "name": "Service"}, key=key)
    assert answer.json is not None
    assert answer.json["type"] == "/problems/command-id-reused"
    assert api.events() == 1


OTHERS = [
    pytest.param({"role": "admin", "name": "another client"}, id="name"),
    pytest.param({"role": "hr", "name": "us"}, id="role"),
    pytest.param({"role": "hr", "name": "us", "person_id": uuid4()}, id="person"),
]


@pytest.fixture
def us(api: Api) -> Api:
    return Api(api.app, api.dsn, issued(api.dsn, role="admin", name="us"))


@pytest.mark.parametrize("them", OTHERS)
def test_a_key_is_the_callers_own(api: Api, us: Api, them: dict[str, Any]) -> None:
    """Neither the answer to another caller's command is shown under its key, nor is that taken."""
    objective, key = api.objective(api.cycle(), {"unit_id": api.unit()}), str(uuid4())
    path, theirs = f"/objectives/{objective}/feedback", Api(api.app, api.dsn, issued(api.dsn, **them))
    before = api.events()

    answers = {
        who: [each.post(path, {"kind": "praise", "text": text}, key=key) for _ in range(2)]
        for who, each, text in (("they", theirs, "Well done"), ("we", us, "Well done"))
    }

    assert all(answer.status_code == 200 for both in answers.values() for answer in both), answers
    for first, again in answers.values():
        assert "Idempotency-Replayed" not in first.headers
        assert again.headers["Idempotency-Replayed"] == "true"
        assert again.json == first.json
    assert answers["we"][0].json != answers["they"][0].json
    assert api.events() == before + 2


def test_ids_of_commands_that_somebody_has_seen_are_no_keys_to_them(api: Api, us: Api) -> None:
    key = str(uuid4())
    us.post("/units", UNIT, key=key)
    (seen,) = [event["data"]["command_id"] for event in api.ask("/events")["items"]]

    assert seen != key
    for caller in (us, api):
        answer = caller.post("/units", UNIT, key=seen)
        assert (answer.status_code, "Idempotency-Replayed" in answer.headers) == (201, False)
    assert us.post("/units", UNIT, key=key).headers["Idempotency-Replayed"] == "true"


def test_keys_sent_ahead_hinder_no_other_caller(api: Api, us: Api) -> None:
    keys = [str(uuid4()) for _ in range(100)]
    many = {"commands": [{"path": "/units", "body": UNIT, "idempotency_key": key} for key in keys]}
    ahead = api.post("/commands", many, if_match=None)
    assert ahead.json is not None
    assert {outcome["status"] for outcome in ahead.json["outcomes"]} == {201}

    answers = [us.post("/units", {**UNIT, "name": "Service"}, key=key) for key in keys]

    assert {answer.status_code for answer in answers} == {201}
    assert len({answer.json["id"] for answer in answers if answer.json}) == 100


def test_a_command_under_way_hinders_no_other_caller(api: Api, us: Api, dsn: str) -> None:
    key = str(uuid4())
    with ThreadPoolExecutor() as threads:
        with _store_held(dsn):
            posts = [threads.submit(us.post, "/units", UNIT, key=key)]
            _waiting(dsn, 1)
            posts.append(threads.submit(api.post, "/units", UNIT, key=key))
            refused(us.post("/units", UNIT, key=key), 409, "command-running")
        answers = [post.result() for post in posts]

    assert [answer.status_code for answer in answers] == [201, 201]
    assert answers[0].json != answers[1].json


@pytest.mark.parametrize(
    "caller",
    [
        {"role": "service", "name": "payroll", "scopes": ["objectives.*"]},
        {"role": "admin", "name": "command line"},
        {"role": "hr", "name": "Ana's", "person_id": uuid4()},
    ],
)
def test_a_retry_with_a_renewed_token_is_a_repeat(api: Api, caller: dict[str, Any]) -> None:
    """A token ends in the middle of a retry as well as at any other time."""
    owner, key = {"unit_id": api.unit()}, str(uuid4())
    draft = {"title": "Faster", "level": "team", "cycle_id": api.cycle(), "owner": owner}
    first = Api(api.app, api.dsn, issued(api.dsn, **caller)).post("/objectives", draft, key=key)

    renewed = Api(api.app, api.dsn, issued(api.dsn, **caller))
    again = renewed.post("/objectives", draft, key=key)

    assert again.headers["Idempotency-Replayed"] == "true", again.text
    assert (again.status_code, again.json) == (first.status_code, first.json)
    assert renewed.events() == 3
    refused(renewed.post("/objectives", {**draft, "title": "Later"}, key=key), 422, "command-id-reused")


def test_a_key_that_is_no_uuid_is_malformed(api: Api) -> None:
    for key in ("1", "not-a-key", str(uuid4())[:-1], ""):
        answer = api.post("/units", UNIT, key=key)
        assert answer.status_code == 400, key
    assert api.events() == 0


def test_a_refused_command_may_be_sent_again_under_its_key(api: Api) -> None:
    key = str(uuid4())
    assert api.post("/units", {**UNIT, "name": ""}, key=key).status_code == 422

    assert api.post("/units", UNIT, key=key).status_code == 201


@contextmanager
def _store_held(dsn: str) -> Iterator[None]:
    """Nobody can record as long as this lasts."""
    with psycopg.connect(dsn) as conn:
        conn.execute("select * from store.head for update")
        yield


def _waiting(dsn: str, commands: int) -> None:
    """Returns when that many sessions wait for a lock."""
    deadline = monotonic() + 20
    with psycopg.connect(dsn, autocommit=True) as conn:
        query = (
            "select count(*) from pg_stat_activity"
            " where wait_event_type = 'Lock' and datname = current_database()"
        )
        while (row := conn.execute(query).fetchone()) and row[0] < commands and monotonic() < deadline:
            sleep(0.01)


def test_a_command_that_is_still_running_is_not_started_again(api: Api, dsn: str) -> None:
    key = str(uuid4())
    with ThreadPoolExecutor() as threads:
        with _store_held(dsn):
            first = threads.submit(api.post, "/units", UNIT, key=key)
            _waiting(dsn, 1)
            second = api.post("/units", UNIT, key=key)

        assert second.status_code == 409
        assert second.json is not None
        assert second.json["type"] == "/problems/command-running"
        assert "Retry-After" in second.headers
        assert first.result().status_code == 201
    assert api.post("/units", UNIT, key=key).headers["Idempotency-Replayed"] == "true"
    assert api.events() == 1


def test_the_same_command_in_two_processes_is_recorded_once(api: Api, dsn: str) -> None:
    other = create_app(Settings(database_url=dsn))
    key = str(uuid4())
    with ThreadPoolExecutor() as threads:
        with _store_held(dsn):
            posts = [
                threads.submit(one.post, "/units", UNIT, key=key) for one in (api, Api(other, dsn, api.token))
            ]
            _waiting(dsn, 2)
        answers = [post.result() for post in posts]

    assert [answer.status_code for answer in answers] == [201, 201]
    assert answers[0].json == answers[1].json
    assert api.events() == 1
    other.extensions[EXTENSION].close()


def test_of_many_duplicates_at_once_one_is_recorded(api: Api) -> None:
    key = str(uuid4())
    with ThreadPoolExecutor(8) as threads:
        answers = list(threads.map(lambda _: api.post("/units", UNIT, key=key), range(24)))

    assert {answer.status_code for answer in answers} <= {201, 409}
    assert len({answer.text for answer in answers if answer.status_code == 201}) == 1
    assert api.events() == 1
