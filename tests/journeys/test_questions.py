"""docs/questions.md, word by word: each question is one call, and its answer has the form that is shown.

What is right in an answer is taken from the story that the demo tells.
"""

import json
import re
from collections import Counter
from datetime import UTC, date, datetime
from functools import cache
from pathlib import Path
from typing import Any

import openpyxl
import pytest

from tests.demo.figures import story_of
from tests.journeys.readme import PEOPLE, ROOT, Block, outputs, section
from web.demo.organisation import ANA
from web.demo.steps import Step
from web.demo.story import Story

pytestmark = pytest.mark.xdist_group("pages")
PAGE = "docs/questions.md"
TITLES = re.findall(r"^## (.+)$", (ROOT / PAGE).read_text(), re.MULTILINE)[1:]
SEED_OF_THE_DEMO = 1


def _steps(*actions: str) -> list[Step]:
    return [step for step in _story().steps if step.action in actions]


def _story() -> Story:
    return story_of(SEED_OF_THE_DEMO, PEOPLE, datetime.now(UTC).date())


@cache
def _asked(demo: tuple[Path, str]) -> dict[str, str]:
    """What each question printed, all asked in the order of the page."""
    blocks = [*section(PAGE, "Before you ask"), *(_call(title) for title in TITLES)]
    return dict(zip(TITLES, outputs(blocks, *demo)[1:], strict=True))


def _call(title: str) -> Block:
    (call,) = [block for block in section(PAGE, title) if block.language == "sh"]
    return call


def _answer(demo: tuple[Path, str], word: str) -> Any:
    """The answer to the one question that has this in its title."""
    (title,) = [title for title in TITLES if word in title]
    return json.loads(_asked(demo)[title])


def _has_the_form(shown: Any, answer: Any, at: str) -> None:
    """Whatever is shown is there, and of the same type; of a list some item is so for each that is shown."""
    if isinstance(shown, dict):
        assert isinstance(answer, dict), at
        for name, value in shown.items():
            assert name in answer, f"{at}.{name}"
            _has_the_form(value, answer[name], f"{at}.{name}")
    elif isinstance(shown, list):
        assert isinstance(answer, list), at
        for each in shown:
            assert any(_is_of(each, item) for item in answer), f"{at}: none of {len(answer)} is as shown"
    else:
        numbers = isinstance(shown, int | float) and isinstance(answer, int | float)
        assert numbers or type(shown) is type(answer), f"{at}: {answer}"


def _is_of(shown: Any, item: Any) -> bool:
    try:
        _has_the_form(shown, item, "")
    except AssertionError:
        return False
    return True


def test_there_are_ten_questions_and_each_is_one_call() -> None:
    assert len(TITLES) >= 10
    for title in TITLES:
        (line,) = _call(title).text.splitlines()
        assert re.match(r"ask [^|;&$]", line), title
        assert title.endswith("?")


@pytest.mark.parametrize("title", TITLES)
def test_the_answer_has_the_form_that_the_page_shows(demo: tuple[Path, str], title: str) -> None:
    printed = _asked(demo)[title]
    for block in section(PAGE, title):
        if block.language == "json":
            _has_the_form(json.loads(block.text), json.loads(printed), "")


def test_who_had_no_objective_is_there_and_owned_none(demo: tuple[Path, str]) -> None:
    found = {each["id"] for each in _answer(demo, "no objective")["items"]}
    day = _story().calendar.review_day
    defined = [step for step in _steps("define") if step.use_case == "objectives"]
    owners = {str(step.arguments["owner"]) for step in defined if step.effective_on <= day}
    people = {str(step.subject) for step in _steps("define") if step.use_case == "people"}
    never = {id for id in people if not any(id in owner for owner in owners)}
    gone = {str(step.subject) for step in _steps("depart") if step.effective_on <= day}
    assert found >= never - gone - _not_yet(day)
    assert not found & gone
    assert found < people


def _not_yet(day: date) -> set[str]:
    joining = [step for step in _steps("define") if step.use_case == "people"]
    return {str(step.subject) for step in joining if step.effective_on > day}


def test_targets_made_easier_are_those_of_the_story(demo: tuple[Path, str]) -> None:
    items = _answer(demo, "made easier")["items"]
    eased = Counter(
        (str(step.subject), step.effective_on.isoformat())
        for step in _steps("change_target")
        if step.reason == "Two vacancies stayed open"
    )
    assert Counter((each["subject"]["id"], each["effective_on"]) for each in items) == eased
    assert all(each["actor_name"] and each["changes"][0]["lowered"] for each in items)


def test_what_the_board_saw_is_not_what_it_is_now(demo: tuple[Path, str]) -> None:
    told = _answer(demo, "the board")
    assert told["from"]["as_of"] == told["to"]["as_of"] == _story().calendar.review_day.isoformat()
    assert told["from"]["figures"] != told["to"]["figures"]


def test_the_workbook_has_the_changes_of_one_person(demo: tuple[Path, str]) -> None:
    assert _asked(demo)
    rows = list(openpyxl.load_workbook(demo[0] / "changes.xlsx")["Rows"].iter_rows(values_only=True))
    actors = {row[rows[0].index("actor_name")] for row in rows[1:]}
    assert len(actors) == 1
    assert None not in actors


def test_ana_is_aligned_to_something_else_than_was_known_then(demo: tuple[Path, str]) -> None:
    now = _answer(demo, "aligned to")
    then = now["before"]
    (moved,) = [step for step in _steps("transfer") if step.subject == _story().ana]
    assert str(moved.arguments["unit_id"]) == now["person"]["unit_id"] != then["person"]["unit_id"]
    assert now["person"]["name"] == then["person"]["name"] == ANA
    paths = [[each["paths"] for each in told["objectives"]] for told in (now, then)]
    assert paths[0] != paths[1]


def test_the_objective_is_not_what_was_approved(demo: tuple[Path, str]) -> None:
    told = _answer(demo, "come to be")
    (*_, approved) = [step for step in _steps("approve") if str(step.subject) == told["objective_id"]]
    assert told["approval"]["as_of"] == approved.effective_on.isoformat()
    assert told["approval"]["differs"]
    assert told["items"][0]["action"] == "objective.defined"
    later = {each["position"] for each in told["items"] if each["position"] > told["approval"]["position"]}
    did_it = {position for each in told["approval"]["changes"] for position in each["events"]}
    assert did_it
    assert did_it <= later


def test_late_corrections_are_those_of_the_story(demo: tuple[Path, str]) -> None:
    items = _answer(demo, "came late")["items"]
    late = [step for step in _steps("correct_check_in") if step.told_on > step.effective_on]
    expected = {(str(step.subject), step.effective_on.isoformat()) for step in late}
    assert {(each["subject"]["id"], each["effective_on"]) for each in items} == expected


def test_the_unit_has_a_point_for_each_month(demo: tuple[Path, str]) -> None:
    points = _answer(demo, "developed")["points"]
    year = _story().calendar.review_day.year
    ends = [
        f"{year}-{end}" for end in ("01-31", f"02-{28 + (year % 4 == 0)}", "03-31", "04-30", "05-31", "06-30")
    ]
    assert [each["on"] for each in points] == ends


def test_what_is_behind_is_of_objectives_of_that_day(demo: tuple[Path, str]) -> None:
    items = _answer(demo, "are behind")["items"]
    known = [each["progress"] for each in items if each["progress"] is not None]
    assert known == sorted(known)
    assert all(each["objective"]["status"] in ("approved", "active") for each in items)


def test_the_rating_rests_on_what_the_manager_assessed(demo: tuple[Path, str]) -> None:
    told = _answer(demo, "rest on")
    (assessed,) = [step for step in _steps("assess") if str(step.subject) == told["id"]]
    assert told["assessment"]["rating"] == assessed.arguments["rating"]
    assert sum(int(each["weight"]) for each in told["assessment"]["evidence"]) == 100


def test_what_was_sealed_differs_from_what_was_put_right(demo: tuple[Path, str]) -> None:
    first, again = _answer(demo, "close the half-year")["items"]
    closings = [step.effective_on.isoformat() for step in _steps("close") if step.use_case == "cycles"]
    assert [first["sealed_on"], again["sealed_on"]] == closings
    assert (first["differs"], again["differs"]) == (True, False)


def test_whoever_asked_about_ana_is_in_the_trail(demo: tuple[Path, str]) -> None:
    """The page itself asked, a few questions before."""
    items = _answer(demo, "read Ana")["items"]
    assert [each["action"] for each in items] == ["alignment.of_person"]
    assert f"/people/{_story().ana}/alignment" in items[0]["path"]
