"""Queries see one moment, and are as fresh as the client asks."""

from collections.abc import Iterator
from threading import Event, Thread

import psycopg
import pytest
from psycopg import sql

from tests.web.api import UNKNOWN, Api, refused, today
from web.app import create_app
from web.ops.settings import Settings
from web.wiring import EXTENSION, follower


@pytest.fixture
def projector(dsn: str) -> Iterator[None]:
    stop = Event()
    thread = Thread(target=follower(dsn).run, args=[stop])
    thread.start()
    yield
    stop.set()
    thread.join()


@pytest.mark.usefixtures("projector")
def test_an_answer_waits_for_the_position_of_the_command_before(api: Api) -> None:
    for number in range(20):
        written = api.post("/units", {"name": f"Unit {number}", "kind": "team"})
        position = written.headers["Throughline-Position"]

        answer = api.get("/units", min_position=position, limit=500, behind=True)

        assert answer.status_code == 200
        assert answer.json is not None
        assert len(answer.json["items"]) == number + 1
        assert int(answer.headers["Throughline-Position"]) == answer.json["position"] >= int(position)


def test_a_position_that_is_not_reached_in_time_is_told_to_come_again(api: Api) -> None:
    api.unit()

    answer = api.get("/units", min_position=1, behind=True)

    assert answer.status_code == 503
    assert answer.json is not None
    assert answer.json["type"] == "/problems/not-yet-visible"
    assert int(answer.headers["Retry-After"]) >= 1


def test_without_a_position_the_answer_is_whatever_is_there(api: Api) -> None:
    api.unit()

    answer = api.get("/units", behind=True)

    assert answer.json is not None
    assert (answer.json["items"], answer.json["position"]) == ([], 0)
    assert answer.headers["Throughline-Position"] == "0"


@pytest.mark.parametrize("path", ["/units", "/objectives", "/alignment-health", "/audit", "/units.csv"])
def test_while_read_models_are_far_behind_there_is_no_answer(
    api: Api, monkeypatch: pytest.MonkeyPatch, path: str
) -> None:
    for module in ("web.freshness", "projections.status"):
        monkeypatch.setattr(f"{module}.FAR_BEHIND", 3)
    for number in range(3):
        api.unit(f"Unit {number}")
    assert api.get(path, behind=True).status_code == 200
    api.unit("One too many")

    answer = api.get(path, behind=True)
    refused(answer, 503, "not-yet-visible")
    assert "0 of 4 events" in answer.text
    assert int(answer.headers["Retry-After"]) >= 1
    ready = api.app.test_client().get("/readyz")
    assert ready.status_code == 503
    assert ready.json is not None
    assert "read model directory is 4 events behind" in ready.json["problems"]
    assert api.get(path).status_code == 200


@pytest.mark.parametrize("complete_from", [1, 2])
def test_before_the_position_of_its_start_a_service_gives_no_answer(
    api: Api, dsn: str, complete_from: int
) -> None:
    app = create_app(Settings(database_url=dsn, complete_from=complete_from))
    started = Api(app, dsn, api.token)
    for number in range(2):
        api.unit(f"Unit {number}")
    refused(started.get("/units", behind=True), 503, "not-yet-visible")
    ready = app.test_client().get("/readyz").json
    assert ready is not None
    assert "read model directory is 2 events behind" in ready["problems"]
    assert len(started.ask("/units")["items"]) == 2
    api.unit("Later")
    assert len(started.get("/units", behind=True).json["items"]) == 2, "what came later may lag"  # type: ignore[index]
    app.extensions[EXTENSION].close()


def test_a_question_about_the_past_is_answered_as_of_then_and_as_known_then(api: Api) -> None:
    unit = api.unit("Sales")
    before = api.ask("/units")["known_at"]
    api.done(f"/units/{unit}/renaming", {"name": "Service", "effective_on": "2025-03-01"})

    def name(**moment: str) -> str:
        return str(api.ask(f"/units/{unit}", **moment)["name"])

    assert name() == "Service"
    assert name(as_of="2025-02-28") == "Sales"
    assert name(as_of="2025-03-01") == "Service"
    assert name(as_of="2025-03-01", known_at=before) == "Sales"
    assert api.get(f"/units/{unit}", as_of="2024-12-31").status_code == 404
    assert api.ask("/units", as_of="1900-01-01")["items"] == []
    assert api.ask("/units", known_at="0001-01-01T00:00:00Z")["items"] == []


def test_an_answer_says_what_it_was_asked(api: Api) -> None:
    api.unit()

    asked = api.ask("/alignment", as_of="2025-06-01", known_at="2026-01-01T02:00:00.5+02:00", root=UNKNOWN)
    by_default = api.ask("/alignment-health")

    assert (asked["as_of"], asked["known_at"]) == ("2025-06-01", "2026-01-01T00:00:00.500000Z")
    assert asked["position"] == 1
    assert by_default["as_of"] == today()
    assert by_default["known_at"].endswith("Z")


def test_today_is_the_day_in_utc_wherever_the_database_is(api: Api, dsn: str) -> None:
    for zone in ("Pacific/Kiritimati", "Etc/GMT+12"):  # at any hour one of the two has another date
        with psycopg.connect(dsn, autocommit=True) as conn:
            conn.execute(
                sql.SQL("alter database {} set timezone = {}").format(sql.Identifier(conn.info.dbname), zone)
            )
        api.app.extensions[EXTENSION].close()

        assert api.ask("/units")["as_of"] == today()
