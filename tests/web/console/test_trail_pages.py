"""The trail answers in its heading, row by row, and leads on from each event."""

import re
from html import unescape
from typing import Any

import pytest

from tests.web.api import Api
from tests.web.console.conftest import Visitor, heading_of, visitor
from tests.web.performance import Company, company, days_ago
from web.console.pages import trail

REASON = "fewer <b>people</b>"
CHANGED = {"q": "field:target amendment:true"}


@pytest.fixture(scope="module")
def there(shared_api: Api) -> Company:
    """A target is made easier, and another day harder again."""
    found = company(shared_api)
    path = f"/objectives/{found.objective}/key-results/{found.key_result}/target"
    for target, reason, days in (("8", REASON, 30), ("9", "it goes well", 20)):
        found.admin.done(path, {"target": target, "reason": reason, "effective_on": days_ago(days)})
    return found


@pytest.fixture
def auditor(there: Company) -> Visitor:
    return visitor(there.auditor, "auditor")


def _links(text: str, beginning: str) -> list[str]:
    return [unescape(each) for each in re.findall(r'href="([^"]*)"', text) if each.startswith(beginning)]


def _counted(there: Company, **asked: Any) -> int:
    rows: int = there.auditor.ask("/audit", count="true", **asked)["count"]["rows"]
    return rows


@pytest.mark.parametrize("preset", trail.PRESETS, ids=lambda preset: preset.word)
def test_the_heading_is_the_number_of_rows_that_the_question_has(
    there: Company, auditor: Visitor, preset: trail.Preset
) -> None:
    asked = trail.asked_of({"q": preset.q} if preset.q else {})
    rows = _counted(there, **asked)
    heading = heading_of(auditor.get("/trail", **({"q": preset.q} if preset.q else {})))
    assert heading.startswith(f"{rows} " if rows else "No "), heading
    if preset.open is not None:
        assert (rows, rows) in ((2, 2), (1, 1))
        still = _counted(there, **{**asked, "q": f"{preset.q} approved_again:false"})
        assert heading.endswith(f"{still} {'was' if still == 1 else 'were'} never approved again.")


def test_a_row_says_what_changed_why_and_what_that_means(there: Company, auditor: Visitor) -> None:
    text = auditor.get("/trail", **CHANGED).text.partition('aria-labelledby="found"')[2]
    assert text.count("not approved again") == 2
    easier, harder = text.index("easier"), text.index("harder")
    assert text.index("<del>8</del>") < harder < easier  # the newest first
    assert "<del>10</del>" in text
    assert "fewer &lt;b&gt;people" in text
    assert f'href="/objectives/{there.objective}"' in text
    assert "holds since" in text


def test_parts_of_a_search_are_taken_out_one_by_one(there: Company, auditor: Visitor) -> None:
    text = auditor.get("/trail", q='late:true "it goes"  subject_type:objective').text
    without = [each for each in _links(text, "/trail?") if "subject_type" in each or "late" in each]
    assert "/trail?q=%22it+goes%22+subject_type%3Aobjective" in without
    assert "/trail?q=late%3Atrue+subject_type%3Aobjective" in without
    assert "/trail?q=late%3Atrue+%22it+goes%22" in without
    assert text.count('class="token"') == 3
    assert text.count("<del>8</del>") == 1


@pytest.mark.parametrize(
    ("asked", "field"),
    [
        ({"q": "<i>:1"}, "tqe"),
        ({"q": "late:perhaps"}, "tqe"),
        ({"q": "actor:nobody-at-all"}, "tqe"),
        ({"from": "soon"}, "re-from"),
        ({"from": "2026-02-01", "to": "2026-01-01"}, "re-from"),
    ],
)
def test_what_cannot_be_asked_is_said_beside_its_field_and_kept(
    there: Company, auditor: Visitor, asked: dict[str, str], field: str
) -> None:
    answer = auditor.get("/trail", **asked)
    assert heading_of(answer) == "Nothing was looked for."
    assert f'aria-describedby="{field}"' in answer.text
    assert f'id="{field}" role="alert"' in answer.text
    assert "<title>Error" in answer.text
    for value in asked.values():
        assert f'value="{value.replace("<i>", "&lt;i&gt;")}"' in answer.text


def test_older_rows_follow_and_none_is_missed(
    there: Company, auditor: Visitor, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(trail, "SHOWN", 9)
    there.auditor.project()
    whole = [row["position"] for row in there.auditor.ask("/audit", kind="event", limit=500)["items"]]
    found, path = list[int](), "/trail?q=kind:event"
    while path:
        text = auditor.get(path).text
        found += [int(each.rpartition("/")[2]) for each in _links(text, "/trail/")]
        path = next((each for each in _links(text, "/trail?") if "after=" in each), "")
    assert found == whole


def test_a_copy_has_the_rows_of_the_page(there: Company, auditor: Visitor) -> None:
    text = auditor.get("/trail", **CHANGED).text
    copies = _links(text, "/api/v1/audit.")
    assert [each.partition("?")[0] for each in copies] == [
        f"/api/v1/audit.{suffix}" for suffix in ("csv", "xlsx", "jsonl")
    ]
    rows = auditor.get(copies[2])
    assert rows.status_code == 200
    assert rows.text.count("objective.target_changed") == 2


def test_one_event_tells_both_times_and_leads_on(there: Company, auditor: Visitor) -> None:
    (row,) = there.auditor.ask("/audit", q=f'subject:{there.objective} field:target reason:"fewer"')["items"]
    answer = auditor.get(f"/trail/{row['position']}")
    assert heading_of(answer) == f"Event {row['position']}: target changed by a test's admin."
    assert row["event_id"] in answer.text
    assert row["actor"] in answer.text
    assert "<del>10</del>" in answer.text
    assert "easier to reach" in answer.text
    ways = [
        each for start in ("/objectives/", "/trail?", "/api/v1/audit?") for each in _links(answer.text, start)
    ]
    assert len(ways) >= 7
    for way in ways:
        assert auditor.get(way).status_code == 200, way
    before, after = (
        auditor.get(each).text for each in _links(answer.text, f"/objectives/{there.objective}?")
    )
    assert ("to 10" in before, "to 8" in after) == (True, True)
    could = auditor.get(f"/trail/{row['position']}?readers=then")
    assert "Who could read it then" in could.text


def test_what_is_not_there_and_who_may_not_look(there: Company, auditor: Visitor) -> None:
    for position in (99_999_999, 0):
        assert auditor.get(f"/trail/{position}").status_code in (404, 422)
    employee = visitor(there.auditor, "employee", there.ids["dan"])
    assert employee.get("/trail").status_code == 403
    assert employee.get("/trail/1").status_code == 403
    assert 'href="/trail"' not in employee.get("/objectives").text


def test_a_trail_in_which_nothing_is_as_asked_says_what_next(there: Company, auditor: Visitor) -> None:
    answer = auditor.get("/trail", q="unheardof")
    assert heading_of(answer) == "No row is as asked."
    assert 'class="empty"' in answer.text
