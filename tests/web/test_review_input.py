"""What may not be in a review is refused with the right problem, and nothing is recorded."""

import json
from typing import Any
from uuid import UUID, uuid4

import pytest

from tests.web.api import UNKNOWN, Api, refused
from tests.web.conftest import token
from tests.web.performance import STEPS, Company, company, days_ago


@pytest.fixture
def there(api: Api) -> Company:
    return company(api)


def _named(there: Company, role: str, name: str) -> Api:
    return Api(
        there.admin.app, there.admin.dsn, token(there.admin.dsn, role, person_id=UUID(there.ids[name]))
    )


@pytest.mark.parametrize(
    ("weights", "pointer"),
    [
        (["99.99"], "/objectives"),
        (["100.01"], "/objectives"),
        (["50", "49.999999"], "/objectives"),
        (["0", "100"], "/objectives/0/weight"),
        (["-1", "101"], "/objectives/0/weight"),
        ([], "/objectives"),
    ],
)
def test_weights_sum_to_exactly_100(there: Company, weights: list[str], pointer: str) -> None:
    other = there.admin.objective(there.cycle, {"person_id": there.ids["ana"]})
    objectives = [
        {"objective_id": id, "weight": weight}
        for id, weight in zip((there.objective, other), weights, strict=False)
    ]
    before = there.admin.events()

    refused(there.hr.post("/reviews", there.opening(objectives=objectives)), 422, "invalid-value", pointer)

    assert there.admin.events() == before


def test_an_objective_is_reviewed_once(there: Company) -> None:
    half = {"objective_id": there.objective, "weight": 50}

    answer = there.hr.post("/reviews", there.opening(objectives=[half, half]))

    refused(answer, 422, "invalid-value", "/objectives/1/objective_id")


@pytest.mark.parametrize("field", ["person_id", "reviewer_id", "cycle_id"])
def test_who_and_what_is_reviewed_has_to_be_there(there: Company, field: str) -> None:
    body = {**there.opening(), field: UNKNOWN}

    refused(there.hr.post("/reviews", body), 422, "unknown-reference", f"/{field}")


def test_the_objectives_are_the_persons_own_in_the_cycle(there: Company) -> None:
    others = there.admin.objective(there.cycle, {"person_id": there.ids["dan"]})
    elsewhere = there.admin.objective(there.admin.cycle(), {"person_id": there.ids["ana"]})

    for id, slug in ((others, "invalid-value"), (elsewhere, "invalid-value"), (UNKNOWN, "unknown-reference")):
        objectives = [{"objective_id": id, "weight": 100}]
        answer = there.hr.post("/reviews", there.opening(objectives=objectives))
        refused(answer, 422, slug, "/objectives/0/objective_id")


@pytest.mark.parametrize("rating", [0, 6, 101, -1, "3", 3.5, True, None])
def test_a_rating_is_a_grade_of_the_scale(there: Company, rating: Any) -> None:
    review = there.up_to("self-assessment")
    before = there.admin.events()

    answer = there.bo.post(f"/reviews/{review}/assessment", {"rating": rating, "text": "x"})
    refused(answer, 422, "invalid-value", "/rating")
    assert there.admin.events() == before

    there.step(review, "assessment")
    calibration = {"rating": rating, "reason_code": "scope", "comment": "x"}
    answer = there.hr.post(f"/reviews/{review}/calibration", calibration)
    refused(answer, 422, "invalid-value", "/rating")


def test_the_reviewer_is_not_the_person_reviewed(there: Company) -> None:
    before = there.admin.events()
    answer = there.hr.post("/reviews", there.opening(reviewer_id=there.ids["ana"]))

    refused(answer, 409, "same-person", "/reviewer_id")
    assert answer.json is not None
    assert answer.json["role"] == "person_reviewed"
    assert there.admin.events() == before


@pytest.mark.parametrize(
    ("after", "path", "role", "who", "already"),
    [
        ("self-assessment", "assessment", "hr", "ana", "person_reviewed"),
        ("assessment", "calibration", "hr", "bo", "reviewer"),
        ("assessment", "calibration", "hr", "ana", "person_reviewed"),
        ("appeal", "appeal-decision", "hr", "hr", "calibrator"),
        ("appeal", "appeal-decision", "hr", "bo", "reviewer"),
        ("appeal", "appeal-decision", "hr", "ana", "person_reviewed"),
    ],
)
def test_nobody_acts_in_two_parts(
    there: Company, after: str, path: str, role: str, who: str, already: str
) -> None:
    review = there.up_to(after)
    before = there.admin.events()
    body = next(body for step, _, body in STEPS if step == path)

    answer = _named(there, role, who).post(f"/reviews/{review}/{path}", body)

    refused(answer, 409, "same-person")
    assert answer.json is not None
    assert answer.json["role"] == already
    assert there.admin.events() == before


def test_an_appeal_comes_within_ten_days_of_sharing(there: Company) -> None:
    review = there.up_to("calibration")
    there.step(review, "sharing", days_ago(11))
    before = there.admin.events()

    answer = there.ana.post(f"/reviews/{review}/appeal", {"grounds": "late"})

    refused(answer, 422, "effective-date", "/effective_on")
    assert answer.json is not None
    assert (answer.json["earliest"], answer.json["latest"]) == (days_ago(11), days_ago(1))
    assert there.admin.events() == before
    assert there.step(review, "appeal", days_ago(1)) == ["review.appealed"]


@pytest.mark.parametrize(
    ("after", "path", "status"),
    [
        (None, "assessment", "opened"),
        (None, "calibration", "opened"),
        ("self-assessment", "sharing", "self_assessed"),
        ("assessment", "appeal", "assessed"),
        ("sharing", "assessment", "shared"),
        ("sharing", "appeal-decision", "shared"),
        ("appeal", "finalisation", "appealed"),
        ("finalisation", "self-assessment", "finalised"),
    ],
)
def test_steps_come_in_order(there: Company, after: str | None, path: str, status: str) -> None:
    review = there.up_to(after) if after else there.review()
    before = there.admin.events()
    _, who, body = next(step for step in STEPS if step[0] == path)

    answer = there.who(who).post(f"/reviews/{review}/{path}", {**body, **_another(path)})

    refused(answer, 409, "forbidden-transition")
    assert answer.json is not None
    assert answer.json["current_status"] == status
    assert there.admin.events() == before


def _another(path: str) -> dict[str, Any]:
    """Content that differs from that of the step, which would otherwise be a repetition."""
    return {"text": "another"} if path in ("assessment", "self-assessment") else {}


def test_a_finalised_review_is_not_withdrawn_and_a_withdrawal_needs_a_reason(there: Company) -> None:
    review = there.up_to("appeal-decision")
    refused(there.hr.post(f"/reviews/{review}/withdrawal"), 422, "reason-required", "/reason")
    there.step(review, "finalisation")

    refused(there.hr.post(f"/reviews/{review}/withdrawal", {"reason": "late"}), 409, "forbidden-transition")


@pytest.fixture
def somebody(shared_api: Api) -> Api:
    """A person of personnel."""
    whose = token(shared_api.dsn, "hr", person_id=uuid4())
    return Api(shared_api.app, shared_api.dsn, whose)


NO_TEXT = ("x" * 100_000, r"\ud800", r"\udc00x\ud800", r"nul\u0000", r"\u001b[31m", r"\u0085")


@pytest.mark.parametrize(
    ("path", "field"),
    [
        ("self-assessment", "text"),
        ("assessment", "text"),
        ("calibration", "comment"),
        ("acknowledgement", "comment"),
        ("appeal", "grounds"),
        ("appeal-decision", "comment"),
    ],
)
@pytest.mark.parametrize("text", NO_TEXT, ids=["long", *NO_TEXT[1:]])
def test_a_text_is_text_and_has_an_end(
    shared_api: Api, somebody: Api, path: str, field: str, text: str
) -> None:
    """Refused before anything is looked up, so that any review will do."""
    body = {**next((body for step, _, body in STEPS if step == path), {"agrees": True}), field: "TEXT"}
    before = shared_api.events()

    answer = somebody.raw(f"/reviews/{UNKNOWN}/{path}", json.dumps(body).replace("TEXT", text).encode())

    refused(answer, 422, "invalid-value", f"/{field}")
    assert shared_api.events() == before


@pytest.mark.parametrize("agrees", ["yes", 1, 0, "true", None, []])
def test_to_agree_is_true_or_false(somebody: Api, agrees: Any) -> None:
    answer = somebody.post(f"/reviews/{UNKNOWN}/acknowledgement", {"agrees": agrees})

    refused(answer, 422, "invalid-value", "/agrees")


def test_one_person_has_one_review_in_a_cycle(there: Company) -> None:
    first = there.review()
    before = there.admin.events()

    answer = there.hr.post("/reviews", there.opening(reviewer_id=there.ids["cleo"]))
    refused(answer, 409, "already-exists")
    assert answer.json is not None
    assert answer.json["id"] == first
    assert there.admin.events() == before

    there.hr.done(f"/reviews/{first}/withdrawal", {"reason": "the wrong reviewer"})
    assert there.review(reviewer_id=there.ids["cleo"]) != first
