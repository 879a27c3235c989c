"""How an objective came to be what it is: every change, what was approved, and two states compared."""

from datetime import UTC, datetime, timedelta
from typing import Any
from urllib.parse import parse_qs, urlsplit

import pytest

from tests.web.api import UNKNOWN, Api, refused
from tests.web.performance import Company, company, days_ago

FEEDBACK = {"kind": "concern", "text": "It will not hold."}
AWKWARD = '=cmd|"/c calc"!A1 שלום\u202e and "quotes"'


@pytest.fixture
def there(api: Api) -> Company:
    return company(api)


def change_target(there: Company, target: str, effective_on: str, reason: str = "two vacancies") -> None:
    path = f"/objectives/{there.objective}/key-results/{there.key_result}/target"
    there.hr.done(path, {"target": target, "effective_on": effective_on, "reason": reason})


def history(there: Company, name: str = "auditor", **asked: Any) -> Any:
    return there.who(name).ask(f"/objectives/{there.objective}/history", **asked)


def test_who_changed_a_target_and_why_is_told_with_before_and_after(there: Company) -> None:
    change_target(there, "8", days_ago(10))
    change_target(there, "7", days_ago(20), reason="late news")

    changed = history(there, field="target")

    assert changed["objective_id"] == there.objective
    first, target, late = changed["items"]
    assert (first["action"], first["actor_name"]) == ("objective.key_result_added", "a test's admin")
    assert target["event_id"] == f"{there.objective}:{target['version']}"
    assert (target["actor"], target["actor_name"]) == (f"person:{there.ids['hr']}", "Hr")
    assert (target["reason"], target["effective_on"], target["late"]) == ("two vacancies", days_ago(10), True)
    field = f"key_results.{there.key_result}.target"
    easier = {
        "field": field,
        "before": "10",
        "label": "Markets",
        "lowered": True,
        "key_result_kind": "increase",
    }
    assert target["changes"] == [{**easier, "after": "8"}]
    assert late["changes"] == [{**easier, "after": "7", "until": days_ago(10)}]


def test_the_last_change_of_each_field_is_what_is_so(there: Company) -> None:
    change_target(there, "8", days_ago(10))
    there.check_in(days_ago(5), "3")
    path = f"/objectives/{there.objective}"
    there.hr.done(f"{path}/revision", {"title": AWKWARD, "reason": "clearer", "visibility": "private"})
    there.hr.done(f"{path}/transfer", {"unit_id": there.unit, "reason": "handed over"})
    there.hr.done(f"{path}/postponement", {"reason": "no money"})

    last = {
        change["field"]: change["after"]
        for item in sorted(history(there)["items"], key=lambda item: item["effective_on"])
        for change in item["changes"]
    }
    now = there.auditor.ask(path)

    for field in (
        "title",
        "description",
        "level",
        "status",
        "visibility",
        "starts_on",
        "ends_on",
        "cycle_id",
    ):
        assert last[field] == now[field], field
    assert now["title"] == AWKWARD
    assert (last["owner_unit_id"], last["owner_person_id"]) == (now["owner"]["unit_id"], None)
    (measured,) = now["key_results"]
    for field in ("title", "kind", "baseline", "target", "weight"):
        assert last[f"key_results.{there.key_result}.{field}"] == measured[field], field
    check_in = measured["reading"]["check_in_id"]
    assert last[f"check_ins.{check_in}.readings.{there.key_result}"] == measured["reading"]["value"] == "3"


def test_what_was_approved_is_set_against_what_is_so(there: Company) -> None:
    approved = next(item for item in history(there)["items"] if item["action"] == "objective.approved")
    before = history(there)["approval"]
    assert (before["position"], before["version"]) == (approved["position"], approved["version"])
    assert (before["as_of"], before["actor_name"]) == ("2025-01-02", "a test's admin")
    assert (before["differs"], before["changes"]) == (False, [])

    change_target(there, "8", days_ago(10))
    (last,) = history(there, field="target", as_of=days_ago(0))["items"][1:]

    approval = history(there)["approval"]
    assert approval["differs"] is True
    assert [(change["before"], change["after"], change["events"]) for change in approval["changes"]] == [
        ("10", "8", [last["position"]])
    ]
    assert history(there, as_of=days_ago(11))["approval"]["differs"] is False
    assert history(there, as_of="2025-01-01")["approval"] is None


def test_what_was_seen_then_and_what_is_seen_now_are_compared(there: Company) -> None:
    then = history(there)["known_at"]
    change_target(there, "8", days_ago(10))
    position = history(there)["items"][-1]["position"]

    seen = history(there, to_as_of=days_ago(9), from_as_of=days_ago(9), from_known_at=then)["comparison"]

    assert seen["from"] == {"as_of": days_ago(9), "known_at": then}
    assert [(change["before"], change["after"], change["events"]) for change in seen["changes"]] == [
        ("10", "8", [position])
    ]
    assert history(there, from_as_of=days_ago(11))["comparison"]["changes"] == seen["changes"]
    assert history(there, from_as_of=days_ago(9))["comparison"]["changes"] == []
    assert history(there, to_known_at=then)["comparison"]["changes"][0]["after"] == "10"
    assert history(there)["comparison"] is None


def test_without_a_day_what_is_ahead_is_told_too(there: Company) -> None:
    ahead = (datetime.now(UTC).date() + timedelta(days=40)).isoformat()
    change_target(there, "12", ahead)
    assert history(there)["items"][-1]["effective_on"] == ahead
    assert history(there, as_of=days_ago(0))["items"][-1]["action"] == "objective.activated"
    assert history(there, as_of=ahead)["approval"]["differs"] is True
    assert history(there)["approval"]["differs"] is False


def test_long_histories_come_in_pages(there: Company) -> None:
    whole = [item["position"] for item in history(there)["items"]]
    seen, asked = list[int](), dict[str, Any](limit="2")
    while asked:
        answer = there.auditor.get(f"/objectives/{there.objective}/history", **asked)
        assert answer.json is not None
        seen += [item["position"] for item in answer.json["items"]]
        link = answer.headers.get("Link", "")
        asked = {
            name: value for name, (value,) in parse_qs(urlsplit(link[1:].partition(">")[0]).query).items()
        }
    assert seen == whole
    assert len(whole) > 4


def test_feedback_is_left_out_where_it_is_not_for_the_caller_and_its_words_always(there: Company) -> None:
    path = f"/objectives/{there.objective}/feedback"
    there.dan.done(path, {**FEEDBACK, "visibility": "private"})
    there.dan.done(path, {**FEEDBACK, "visibility": "open"})
    private = next(one["id"] for one in there.dan.ask(path)["items"] if one["visibility"] == "private")
    there.dan.done(f"{path}/{private}/withdrawal", {"reason": "I was mistaken"})
    there.bo.done(f"/objectives/{there.objective}/reaffirmation")

    def told(name: str, **asked: Any) -> list[str]:
        return [item["action"].partition(".")[2] for item in history(there, name, **asked)["items"][-4:]]

    everything = ["feedback_given", "feedback_given", "feedback_withdrawn", "reaffirmed"]
    for name in ("auditor", "hr", "admin", "ana", "bo", "cleo", "dan"):
        assert told(name) == everything, name
    transfer = {"unit_id": there.unit, "manager_id": None}
    there.admin.done(f"/people/{there.ids['bo']}/transfer", transfer)
    assert told("cleo")[-2:] == ["feedback_given", "reaffirmed"]
    compared = history(there, "cleo", from_as_of="2025-01-01")["comparison"]["changes"]
    assert private not in str(compared)
    assert private in str(history(there, from_as_of="2025-01-01")["comparison"]["changes"])
    texts = {
        name: [
            (change["after"], change["personal"])
            for item in history(there, name, field="text")["items"]
            for change in item["changes"]
        ]
        for name in ("auditor", "ana", "cleo")
    }
    assert texts == {
        "auditor": [(FEEDBACK["text"], True)] * 2,
        "ana": [(None, True)] * 2,
        "cleo": [(None, True)],
    }
    words = (change for change in compared if change.get("personal"))
    assert [change["after"] for change in words] == [None]


def test_there_is_no_history_of_what_is_not_there(there: Company) -> None:
    for id in (UNKNOWN, there.unit):
        refused(there.auditor.get(f"/objectives/{id}/history"), 404, "not-found")
    too_early: list[dict[str, Any]] = [{"as_of": "2024-12-31"}, {"known_at": "2020-01-01T00:00:00Z"}]
    for asked in too_early:
        refused(there.auditor.get(f"/objectives/{there.objective}/history", **asked), 404, "not-found")


@pytest.mark.parametrize(
    ("asked", "pointer"),
    [
        ({"field": "titel"}, "?field"),
        ({"field": "parent_id"}, "?field"),
        ({"field": "key_results.1.target"}, "?field"),
        ({"field": ""}, "?field"),
        ({"after": "nonsense"}, "?after"),
        ({"limit": "0"}, "?limit"),
        ({"limit": "501"}, "?limit"),
        ({"from_as_of": "2026-02-30"}, "?from_as_of"),
        ({"to_as_of": "10000-01-01"}, "?to_as_of"),
        ({"from_known_at": "2026-01-01"}, "?from_known_at"),
        ({"to_known_at": "2026-13-01T00:00:00Z"}, "?to_known_at"),
        ({"from": "2026-01-01"}, "?from"),
        ({"actor": "person:ana"}, "?actor"),
    ],
    ids=str,
)
def test_what_cannot_be_asked_is_refused_by_name(there: Company, asked: dict[str, Any], pointer: str) -> None:
    answer = there.auditor.get(f"/objectives/{there.objective}/history", **asked)
    refused(answer, 422, "invalid-value", pointer)


def test_a_cursor_of_another_history_or_list_is_refused(there: Company) -> None:
    other = there.admin.active(there.cycle, {"unit_id": there.unit}, level="strategic", title="Last")
    for path in (f"/objectives/{other}/history", "/objectives"):
        link = there.auditor.get(path, limit=1).headers["Link"]
        (cursor,) = parse_qs(urlsplit(link[1:].partition(">")[0]).query)["after"]
        answer = there.auditor.get(f"/objectives/{there.objective}/history", after=cursor)
        refused(answer, 422, "invalid-value", "?after")


def test_the_ends_of_the_calendar_are_days_like_any_other(there: Company) -> None:
    first, last = "1900-01-01", "2200-12-31"
    ends = {"from_as_of": first, "to_as_of": last, "from_known_at": f"{first}T00:00:00Z"}
    changes = history(there, **ends)["comparison"]["changes"]
    assert {change["before"] for change in changes} == {None}
    assert "title" in {change["field"] for change in changes}


def test_only_what_came_after_a_version_is_told(there: Company) -> None:
    change_target(there, "8", days_ago(10))
    whole = there.hr.ask(f"/objectives/{there.objective}/history")["items"]
    for place in (0, 3, len(whole)):
        version = whole[place - 1]["version"] if place else 0
        since = there.hr.ask(f"/objectives/{there.objective}/history", since_version=version)
        assert since["items"] == whole[place:]
        assert since["approval"] is not None
    for wrong in ("-1", "one"):
        path = f"/objectives/{there.objective}/history"
        refused(there.hr.get(path, since_version=wrong), 422, "invalid-value", "?since_version")


def test_feedback_names_who_gave_it(there: Company) -> None:
    there.bo.done(f"/objectives/{there.objective}/feedback", {"kind": "praise", "text": "Well done."})
    (remark,) = there.dan.ask(f"/objectives/{there.objective}/feedback")["items"]
    assert (remark["giver_name"], remark["withdrawn_by_name"]) == ("Bo", None)
    path = f"/objectives/{there.objective}/feedback/{remark['id']}/withdrawal"
    there.bo.done(path, {"reason": "it was for another one"})
    (withdrawn,) = there.dan.ask(f"/objectives/{there.objective}/feedback")["items"]
    assert withdrawn["withdrawn_by_name"] == "Bo"
