"""Who sees a review and who acts in it; to everybody else it does not exist."""

from typing import Any
from uuid import UUID

import orjson
import pytest
from werkzeug.test import TestResponse

from tests.web.api import UNKNOWN, Api, refused
from tests.web.conftest import token
from tests.web.performance import STEPS, TEXT, Company, company, days_ago

SHOWN = ("bo", "cleo", "hr", "admin", "auditor")


@pytest.fixture
def there(api: Api) -> Company:
    return company(api)


def test_a_review_is_seen_by_those_concerned_and_by_nobody_else(there: Company) -> None:
    review = there.up_to("sharing")

    for name in ("ana", *SHOWN):
        client = there.who(name)
        assert client.ask(f"/reviews/{review}")["rating"] == 4, name
        assert len(client.ask(f"/reviews/{review}/history")["items"]) == 5, name
        assert [item["id"] for item in client.ask("/reviews")["items"]] == [review], name
    nobody = Api(there.admin.app, there.admin.dsn, token(there.admin.dsn, "employee"))
    for client in (there.dan, nobody):
        assert client.ask("/reviews")["items"] == []
        assert client.ask("/reviews", person=there.ids["ana"])["items"] == []
        for path in (f"/reviews/{review}", f"/reviews/{review}/history"):
            hidden, missing = client.get(path), client.get(path.replace(review, UNKNOWN))
            refused(hidden, 404, "not-found")
            assert hidden.json is not None
            assert missing.json is not None
            assert hidden.json["detail"] == missing.json["detail"]


def test_before_it_is_shared_the_person_sees_their_own_words_and_the_status(there: Company) -> None:
    review = there.up_to("calibration")

    own, theirs = there.ana.ask(f"/reviews/{review}"), there.bo.ask(f"/reviews/{review}")
    assert own["status"] == theirs["status"] == "calibrated"
    assert own["self_assessment"]["text"] == TEXT
    assert (own["rating"], own["assessment"], own["calibrations"]) == (None, None, [])
    assert (theirs["rating"], theirs["assessment"]["rating"]) == (4, 3)
    assert [item["rating"] for item in there.ana.ask("/reviews")["items"]] == [None]
    history = there.ana.ask(f"/reviews/{review}/history")
    assert [item["action"] for item in history["items"]] == ["review.opened", "review.self_assessed"]
    assert history["evidence"] == []
    there.hr.done(f"/reviews/{review}/withdrawal", {"reason": "secret"})
    assert there.ana.ask(f"/reviews/{review}")["withdrawal"] is None


def test_sharing_does_not_open_what_was_before_it(there: Company) -> None:
    review = there.up_to("calibration")
    there.step(review, "sharing", days_ago(10))

    assert there.ana.ask(f"/reviews/{review}", as_of=days_ago(10))["rating"] == 4
    assert there.ana.ask(f"/reviews/{review}", as_of=days_ago(11))["rating"] is None


def test_managers_are_those_of_today_whatever_is_asked_about(there: Company) -> None:
    review = there.up_to("sharing")
    transfer = {"unit_id": there.unit, "manager_id": there.ids["dan"], "effective_on": days_ago(5)}
    there.admin.done(f"/people/{there.ids['bo']}/transfer", transfer)

    assert there.cleo.get(f"/reviews/{review}").status_code == 404
    assert there.dan.get(f"/reviews/{review}").status_code == 200
    assert [item["id"] for item in there.dan.ask("/reviews")["items"]] == [review]
    assert there.cleo.ask("/reviews", as_of=days_ago(6))["items"] == []
    assert there.dan.get(f"/reviews/{review}", as_of=days_ago(6)).status_code == 200


@pytest.mark.parametrize("path", [path for path, _, _ in STEPS] + ["acknowledgement", "withdrawal"])
def test_to_a_stranger_no_command_tells_that_it_exists(there: Company, path: str) -> None:
    review = there.review()
    before = there.admin.events()
    body = next((body for step, _, body in STEPS if step == path), {})
    body = {"agrees": True} if path == "acknowledgement" else body

    for if_match in ("*", '"7"'):
        hidden = there.dan.post(f"/reviews/{review}/{path}", body, if_match=if_match)
        missing = there.dan.post(f"/reviews/{UNKNOWN}/{path}", body, if_match=if_match)
        assert hidden.status_code == missing.status_code in (403, 404)
        assert hidden.json is not None
        assert missing.json is not None
        assert hidden.json["detail"] == missing.json["detail"].replace(UNKNOWN, review)
    assert there.admin.events() == before


@pytest.mark.parametrize(
    ("path", "name", "after"),
    [
        ("self-assessment", "bo", None),
        ("assessment", "cleo", "self-assessment"),
        ("calibration", "bo", "assessment"),
        ("sharing", "ana", "assessment"),
        ("appeal", "bo", "sharing"),
        ("appeal-decision", "ana", "appeal"),
        ("finalisation", "ana", "appeal-decision"),
    ],
)
def test_a_step_is_for_whose_it_is(there: Company, path: str, name: str, after: str | None) -> None:
    review = there.up_to(after) if after else there.review()
    before = there.admin.events()
    body = next(body for step, _, body in STEPS if step == path)

    answer = there.who(name).post(f"/reviews/{review}/{path}", body)

    assert answer.status_code in (403, 404)
    assert there.admin.events() == before


@pytest.mark.parametrize("role", ["employee", "service", "auditor"])
def test_a_token_without_a_person_posts_nothing_in_reviews(there: Company, role: str) -> None:
    review = there.review()
    client = Api(there.admin.app, there.admin.dsn, token(there.admin.dsn, role))
    before = there.admin.events()

    refused(client.post("/reviews", there.opening()), 403, "forbidden")
    for path, _, body in STEPS:
        refused(client.post(f"/reviews/{review}/{path}", body), 403, "forbidden")
    refused(client.post(f"/reviews/{review}/appeal", {"colour": "red"}, if_match=None), 403, "forbidden")
    assert there.admin.events() == before


def test_no_role_shows_the_person_reviewed_more_before_it_is_shared(there: Company) -> None:
    review = there.up_to("calibration")
    own, dsn = ["review.opened", "review.self_assessed"], there.admin.dsn
    ana = UUID(there.ids["ana"])
    clients = [
        Api(there.admin.app, dsn, token(dsn, roles, person_id=ana)) for roles in ("hr", "auditor", "admin+hr")
    ]

    def rows(answer: TestResponse) -> list[Any]:
        lines = map(orjson.loads, answer.text.splitlines())
        return [line for line in lines if "recorded_at" in line or "specversion" in line]

    def trail(client: Api) -> list[str]:
        listed = client.ask("/audit", subject=review, kind="event", order="oldest")["items"]
        exported = rows(client.get("/audit.jsonl", subject=review, kind="event"))
        assert [item["action"] for item in listed] == [row["action"] for row in exported]
        return [item["action"] for item in listed]

    for client in clients:
        assert trail(client) == own
        assert client.ask("/audit", subject=review, action="review.calibrated")["items"] == []
    feed = clients[-1].ask("/events", topic="review.*")["items"]
    exported = rows(clients[-1].get("/events.jsonl", topic="review.*"))
    assert [item["data"] for item in feed] == [row["data"] for row in exported]
    told = {item["type"].removeprefix("throughline."): item["data"] for item in feed}
    assert told["review.self_assessed"]["text"] == TEXT
    assert not {"text", "rating", "evidence"} & told["review.assessed"].keys()
    assert not {"rating", "comment"} & told["review.calibrated"].keys()
    there.step(review, "sharing")
    for client in clients:
        assert len(trail(client)) == 5
    assert clients[-1].ask("/events", topic="review.assessed")["items"][0]["data"]["rating"] == 3


def test_what_an_objective_is_now_is_not_told_beside_the_evidence_to_whom_it_is_hidden(
    there: Company,
) -> None:
    review = there.up_to("sharing")
    dan = {"person_id": there.ids["dan"], "effective_on": days_ago(5), "reason": "moves"}
    there.admin.done(f"/objectives/{there.objective}/transfer", dan)
    hushed = {"title": "Sell it", "visibility": "private", "effective_on": days_ago(4), "reason": "quietly"}
    there.admin.done(f"/objectives/{there.objective}/revision", hushed)

    (seen,) = there.hr.ask(f"/reviews/{review}/history")["evidence"]
    assert (seen["fixed"]["title"], seen["now"]["title"]) == ("Grow", "Sell it")
    assert [each["reason"] for each in seen["events"]] == ["quietly"]
    for client in (there.ana, there.bo, there.cleo):
        (told,) = client.ask(f"/reviews/{review}/history")["evidence"]
        assert (told["fixed"], told["now"], told["events"]) == (seen["fixed"], None, [])
