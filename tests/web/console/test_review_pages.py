"""Cycles and reviews: the heading says how far they are, and no step is told to whom it is not shared."""

import pytest

from tests.web.api import Api
from tests.web.console.conftest import Visitor, heading_of, visitor
from tests.web.performance import STEPS, TEXT, Company, company

HEADINGS = {
    "self-assessment": "{ana} has told how it went. The assessment by {bo} is due.",
    "assessment": "{bo} rated {ana} 3. It is to be shared, or calibrated before.",
    "calibration": "The rating of {ana} was calibrated: 4. It is to be shared.",
    "sharing": "{ana} was told a rating of 4. The acknowledgement is due.",
    "appeal": "{ana} appealed against a rating of 4. The decision is due.",
    "appeal-decision": "The appeal of {ana} was decided: it is 5 now. It is to be finalised.",
    "finalisation": "The review of {ana} is final: 5 of 5, outstanding.",
}
"""Step taken last: the heading."""
JUDGED = "judged <b>hushed</b>"


@pytest.fixture
def there(shared_api: Api) -> Company:
    return company(shared_api)


def _names(there: Company) -> dict[str, str]:
    return {each: there.admin.ask(f"/people/{there.ids[each]}")["name"] for each in ("ana", "bo")}


def _as(there: Company, who: str, role: str = "employee") -> Visitor:
    return visitor(there.admin, role, there.ids[who])


def test_the_heading_of_a_review_is_what_is_to_be_done_next(there: Company) -> None:
    review, names = there.review(), _names(there)
    hr = visitor(there.admin, "hr")
    answer = hr.get(f"/reviews/{review}")
    assert heading_of(answer) == f"The self-assessment of {names['ana']} is due."
    for path, _, body in STEPS:
        there.step(review, path)
        there.admin.project()
        answer = hr.get(f"/reviews/{review}")
        assert heading_of(answer) == HEADINGS[path].format(**names)
        for said in ("text", "comment", "grounds"):
            if said in body:
                assert f'<p class="said"><bdi>{body[said]}</bdi></p>' in answer.text
    for value in ("<del>3</del>", "<ins>4</ins>", "<del>4</del>", "<ins>5</ins>"):
        assert value in answer.text
    assert f'href="/objectives/{there.objective}"' in answer.text
    assert "Nothing recorded since has changed what the rating rests on." in answer.text


def test_what_is_not_shared_is_not_on_the_page_of_the_person_reviewed(there: Company) -> None:
    review, names = there.review(), _names(there)
    there.step(review, "self-assessment")
    there.step(review, "assessment", text=JUDGED)
    theirs = _as(there, "ana").get(f"/reviews/{review}")
    assert heading_of(theirs) == f"The assessment of {names['ana']} is not shared yet."
    assert "hushed" not in theirs.text
    assert TEXT in theirs.text
    reviewers = _as(there, "bo").get(f"/reviews/{review}")
    assert "judged &lt;b&gt;hushed" in reviewers.text
    listed = _as(there, "ana").get(f"/cycles/{there.cycle}/reviews")
    assert "Assessed, 3" not in listed.text
    assert _as(there, "dan").get(f"/reviews/{review}").status_code == 404
    assert heading_of(_as(there, "dan").get(f"/cycles/{there.cycle}/reviews")).startswith(
        "There is no review"
    )


def test_the_reviews_of_a_cycle_are_counted_and_who_waits_is_named(there: Company) -> None:
    review, names = there.up_to("sharing"), _names(there)
    hr = visitor(there.admin, "hr")
    path = f"/cycles/{there.cycle}/reviews"
    counts = there.admin.ask("/reviews", cycle=there.cycle)["counts"]
    of, name = sum(counts.values()) - counts["withdrawn"], there.admin.ask(f"/cycles/{there.cycle}")["name"]
    answer = hr.get(path)
    waiting = of - counts["finalised"]
    assert heading_of(answer) == (
        f"{counts['finalised']} of {of} review{'' if of == 1 else 's'} of {name} "
        f"{'is' if counts['finalised'] == 1 else 'are'} final. "
        f"{waiting} {'waits' if waiting == 1 else 'wait'} for somebody."
    )
    assert f'<b><bdi>{names["ana"]}</bdi></b> <span class="muted">to acknowledge</span>' in answer.text
    assert "Not shown: fewer than 5 people were rated." in answer.text
    assert 'class="hist" viewBox="0 0 500' not in answer.text
    of_step = hr.get(path, status="shared")
    assert f'href="/reviews/{review}"' in of_step.text
    assert 'class="empty"' in hr.get(path, status="appealed").text
    before = hr.get(path, as_of="2025-01-02")
    assert heading_of(before) == f"There is no review of {name}."
    theirs = _as(there, "ana").get(path)
    assert "that you may see" in heading_of(theirs)
    assert "By team" not in theirs.text


def test_a_cycle_says_where_it_is_and_what_its_seals_hold(api: Api) -> None:
    hr = visitor(api, "hr")
    assert heading_of(hr.get("/cycles")) == "There is no cycle."
    assert 'class="empty"' in hr.get("/cycles").text
    body = {"name": "Half <i>", "starts_on": "2025-01-01", "ends_on": "2025-06-30"}
    cycle = api.done("/cycles", {**body, "effective_on": "2024-12-01"})
    other = api.cycle()
    api.done(f"/cycles/{cycle}/activation", {"effective_on": "2024-12-02"})
    api.done(f"/cycles/{cycle}/closure", {"reason": "all <b> is said"})
    api.project()
    assert heading_of(hr.get("/cycles")) == "One cycle is in preparation, one is closed."
    sealed = hr.get(f"/cycles/{cycle}")
    assert heading_of(sealed) == "Half <i> ended on 30 June 2025. It is closed and sealed."
    (seal,) = api.ask(f"/cycles/{cycle}/sealed")["items"]
    assert seal["digest"] in sealed.text
    assert "the figures of now are the same" in sealed.text
    assert "all &lt;b&gt; is said" in sealed.text
    within = hr.get(f"/cycles/{cycle}", as_of="2025-03-01", known="both")
    assert heading_of(within) == "Half <i> runs until 30 June 2025. It is active."
    assert "never sealed" in within.text
    assert heading_of(hr.get(f"/cycles/{other}")).startswith("Long runs until 31 December 2030.")
    assert heading_of(hr.get(f"/cycles/{other}/reviews")) == "There is no review of Long."
