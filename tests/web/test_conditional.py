"""Who has an answer by its tag is told whether it still holds, and is not sent it again."""

import re
from collections.abc import Callable
from typing import Any
from uuid import UUID

import psycopg
import pytest
from werkzeug.test import TestResponse

from projections.rebuild import rebuild
from tests.web.api import BASE, UNKNOWN, Api, refused
from tests.web.conftest import token
from web.api import tags
from web.ops.database_roles import PROJECTOR, acting_as

PAST: dict[str, Any] = {"as_of": "2025-06-01"}
LISTS = ["/units", "/people", "/objectives", "/alignment-links"]
SINGLE = ["/alignment", "/alignment-health", "/alignment-health/series"]


def tag_of(api: Api, path: str = "/units", **query: Any) -> str:
    answer = api.get(path, **query)
    assert answer.status_code == 200, answer.text
    tag = answer.headers["ETag"]
    assert tag.startswith('W/"')
    return tag


def is_unchanged(answer: TestResponse) -> bool:
    assert answer.status_code in (200, 304), answer.text
    return answer.status_code == 304


@pytest.mark.parametrize("path", [*LISTS, *SINGLE])
def test_what_the_client_has_is_not_sent_again(shared_api: Api, path: str) -> None:
    shared_api.unit()
    first = shared_api.get(path)

    again = shared_api.get(path, if_none_match=first.headers["ETag"])

    assert (again.status_code, again.data) == (304, b"")
    for name in ("ETag", "Cache-Control", "Vary", "Throughline-Position"):
        assert again.headers[name] == first.headers[name]
    assert "Content-Type" not in again.headers
    assert first.headers["Cache-Control"] == "private, no-cache"
    assert first.headers["Vary"] == "Authorization, Cookie"


def test_after_a_command_the_answer_is_another(api: Api) -> None:
    api.unit("Sales")
    before = tag_of(api)
    api.unit("Service")

    answer = api.get("/units", if_none_match=before)

    assert answer.json is not None
    assert [item["name"] for item in answer.json["items"]] == ["Sales", "Service"]
    assert answer.headers["ETag"] != before


@pytest.mark.parametrize(
    ("said", "held"),
    [
        ("{tag}", True),
        ('W/"other", {tag} , "5"', True),
        ("{strong}", True),
        ('W/"other"', False),
        ("*", True),
        ('"', False),
        ("", False),
    ],
    ids=["weak", "in-a-list", "strong", "another", "star", "half", "nothing"],
)
def test_a_tag_is_looked_for_among_those_of_the_client(shared_api: Api, said: str, *, held: bool) -> None:
    tag = tag_of(shared_api)

    answer = shared_api.get("/units", if_none_match=said.format(tag=tag, strong=tag.removeprefix("W/")))

    assert is_unchanged(answer) == held


def test_what_is_not_there_is_not_found_whatever_the_client_has(shared_api: Api) -> None:
    for path in (f"/objectives/{UNKNOWN}/history", f"/objectives/{UNKNOWN}/paths"):
        for said in ("*", tag_of(shared_api)):
            refused(shared_api.get(path, if_none_match=said), 404, "not-found")


def test_a_question_that_cannot_be_asked_is_refused_whatever_the_client_has(shared_api: Api) -> None:
    answer = shared_api.get("/units", colour="red", if_none_match=tag_of(shared_api))
    refused(answer, 422, "invalid-value", "?colour")


def test_the_tag_is_of_one_question(shared_api: Api) -> None:
    tag = tag_of(shared_api)
    others: list[tuple[str, dict[str, Any]]] = [("/people", {}), ("/units", {"limit": "1"}), ("/units", PAST)]
    for path, query in others:
        assert not is_unchanged(shared_api.get(path, if_none_match=tag, **query))


def test_another_caller_has_a_tag_of_their_own(api: Api) -> None:
    api.unit()
    mine = tag_of(api)
    for role in ("auditor", "admin"):
        other = Api(api.app, api.dsn, token(api.dsn, role))
        assert not is_unchanged(other.get("/units", if_none_match=mine))
    refused(Api(api.app, api.dsn, "nobody's").get("/units", if_none_match=mine), 401, "unauthenticated")


def test_one_person_in_two_roles_is_not_taken_for_the_same(api: Api) -> None:
    id = UUID(UNKNOWN)
    one, two = (Api(api.app, api.dsn, token(api.dsn, role, person_id=id)) for role in ("employee", "hr"))
    same = Api(api.app, api.dsn, token(api.dsn, "employee", person_id=id))
    tag = tag_of(one)
    assert not is_unchanged(two.get("/units", if_none_match=tag))
    assert is_unchanged(same.get("/units", if_none_match=tag))


def test_head_is_answered_like_get(shared_api: Api) -> None:
    tag = tag_of(shared_api)
    client = shared_api.app.test_client()

    found = client.head(f"{BASE}/units", headers=shared_api.headers({}))
    held = client.head(f"{BASE}/units", headers=shared_api.headers({"If-None-Match": tag}))

    assert (found.status_code, found.headers["ETag"], found.data) == (200, tag, b"")
    assert (held.status_code, held.headers["ETag"], held.data) == (304, tag, b"")


@pytest.mark.parametrize("path", ["/units", "/units/{id}"])
def test_the_tag_of_what_has_not_changed_has_the_form_that_the_document_says(
    shared_api: Api, path: str
) -> None:
    id = shared_api.unit()
    document = shared_api.ask("/openapi.json")
    told = document["paths"][BASE + path]["get"]["responses"]["304"]["headers"]["ETag"]["schema"]

    held = shared_api.get(path.format(id=id), if_none_match="*")

    assert held.status_code == 304
    assert re.fullmatch(told["pattern"], held.headers["ETag"])


def test_what_rests_on_more_than_events_has_no_tag(shared_api: Api) -> None:
    unit = shared_api.unit()
    paths: dict[str, dict[str, Any]] = {
        "/audit": {},
        "/audit/readers": {"subject": unit},
        "/events": {},
        "/webhooks": {},
        "/units.csv": {},
        "/audit.jsonl": {},
    }
    for path, query in paths.items():
        answer = shared_api.get(path, if_none_match="*", **query)
        assert answer.status_code == 200, answer.text
        assert "ETag" not in answer.headers


def _rebuilt(api: Api) -> None:
    rebuild(acting_as(api.dsn, PROJECTOR), ["directory"])


def _of_another_version(api: Api) -> None:
    """The rows wait for a rebuild, and take in no events."""
    with psycopg.connect(api.dsn) as conn:
        conn.execute("update projection.positions set version = version + 1 where read_model = 'measures'")


@pytest.mark.parametrize("change", [_rebuilt, _of_another_version])
def test_other_rows_at_the_same_position_have_another_tag(api: Api, change: Callable[[Api], None]) -> None:
    api.unit()
    now, then = tag_of(api), tag_of(api, known_at=_recorded(api))
    change(api)
    assert not is_unchanged(api.get("/units", if_none_match=now))
    assert not is_unchanged(api.get("/units", known_at=_recorded(api), if_none_match=then))


def test_another_release_has_another_tag(api: Api, monkeypatch: pytest.MonkeyPatch) -> None:
    before = tag_of(api)
    monkeypatch.setattr(tags, "code", lambda: "another")
    assert not is_unchanged(api.get("/units", if_none_match=before))


def test_a_read_model_that_stands_still_does_not_hold_the_tag(api: Api) -> None:
    api.unit("Sales")
    _of_another_version(api)
    before = api.get("/units")
    api.unit("Service")

    answer = api.get("/units", if_none_match=before.headers["ETag"])

    assert not is_unchanged(answer)
    assert answer.headers["Throughline-Position"] == before.headers["Throughline-Position"]
    assert answer.json is not None
    assert len(answer.json["items"]) == 2


def _recorded(api: Api, position: int = 1) -> str:
    """When this event was recorded."""
    told = api.get("/events", behind=True, after=position - 1, limit=1).json
    assert told is not None
    return str(told["items"][0]["time"])


def test_a_fixed_past_keeps_its_tag(api: Api) -> None:
    unit = api.unit("Sales")
    past: dict[str, Any] = {"as_of": "2025-06-01", "known_at": _recorded(api)}
    tag, told = tag_of(api, **past), api.ask("/units", **past)["items"]

    api.unit("Service")
    api.done(f"/units/{unit}/renaming", {"name": "Selling", "effective_on": "2025-02-01"})  # a late fact

    assert is_unchanged(api.get("/units", if_none_match=tag, **past))
    assert api.ask("/units", **past)["items"] == told == [{**told[0], "name": "Sales"}]
    assert [item["name"] for item in api.ask("/units", **PAST)["items"]] == ["Selling", "Service"]


def test_the_past_is_not_fixed_before_it_has_been_taken_in(api: Api) -> None:
    api.unit("Sales")
    api.project()
    api.unit("Service")
    past: dict[str, Any] = {"as_of": "2025-06-01", "known_at": _recorded(api, 2)}
    behind = api.get("/units", behind=True, **past)
    assert behind.json is not None
    assert [item["name"] for item in behind.json["items"]] == ["Sales"]

    answer = api.get("/units", if_none_match=behind.headers["ETag"], **past)

    assert answer.json is not None
    assert [item["name"] for item in answer.json["items"]] == ["Sales", "Service"]
    api.unit("Support")
    assert is_unchanged(api.get("/units", if_none_match=answer.headers["ETag"], **past))


def test_a_comparison_is_as_fixed_as_the_later_of_its_instants(api: Api) -> None:
    id = api.objective(api.cycle(), {"unit_id": api.unit()})
    known: dict[str, Any] = {"as_of": "2025-06-01", "known_at": _recorded(api, 3)}
    compared: dict[str, Any] = {"as_of": "2025-06-01", "from_known_at": _recorded(api, 3)}
    path = f"/objectives/{id}/history"
    fixed, moving = tag_of(api, path, **known), tag_of(api, path, **compared)

    revised = {"title": "Another", "effective_on": "2025-03-01", "reason": "it was unclear"}
    api.done(f"/objectives/{id}/revision", revised)

    assert is_unchanged(api.get(path, if_none_match=fixed, **known))
    answer = api.get(path, if_none_match=moving, **compared)
    assert not is_unchanged(answer)
    assert answer.json is not None
    assert [each["field"] for each in answer.json["comparison"]["changes"]] == ["title"]


def test_another_log_of_the_same_length_has_another_tag(api: Api, dsn: str) -> None:
    """As after a backup was restored: what was recorded since is lost, and something else in its place."""
    api.unit("Sales")
    before = tag_of(api)
    with psycopg.connect(dsn) as conn:
        conn.execute("set session_replication_role = replica")  # the log refuses to be altered
        conn.execute("update store.events set digest = sha256(digest)")
    assert not is_unchanged(api.get("/units", if_none_match=before))
