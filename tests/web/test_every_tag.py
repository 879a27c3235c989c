"""No tag promises too much: of every path that has tags, answers of one tag say the same."""

from typing import Any

import pytest
from flask import Flask

from domain.policy import FIRST_ID
from tests.web.api import BASE, Api
from tests.web.performance import Company, change_plan, company, days_ago
from web.wiring import prepare

CHANGING = {"position", "known_at", "lists"}  # what an answer says of when it was asked
PATHS = 24


def _asked(app: Flask, ids: dict[str, str]) -> dict[str, dict[str, str]]:
    """Each path that has tags by the document, about what is there, with what it has to be asked."""
    document = app.test_client().get(f"{BASE}/openapi.json").json
    assert document is not None
    required = {"cycle": ids["cycles"], "from": "2025-01-01", "q": "grow"}
    found = {}
    for path, operations in document["paths"].items():
        get = operations.get("get", {"responses": {}})
        if "304" in get["responses"]:
            about = path.removeprefix(BASE).replace("{id}", ids.get(path.split("/")[3], ""))
            needed = (each for each in get["parameters"] if each["in"] == "query" and each["required"])
            found[about] = {each["name"]: required[each["name"]] for each in needed}
            day = "as_of" if any(each["name"] == "as_of" for each in get["parameters"]) else "to"
            found[about][day] = days_ago(5)
    return found


def _said(answer: Any) -> Any:
    return {name: value for name, value in answer.json.items() if name not in CHANGING}


@pytest.fixture
def there(api: Api) -> Company:
    return company(api)


def _more_happens(there: Company, review: str, measure: str) -> None:
    """Of everything something: late, on the day and ahead."""
    api, objective = there.admin, there.objective
    there.check_in(days_ago(10), "7")
    api.done(f"/objectives/{objective}/feedback", {"kind": "praise", "text": "Well done."})
    late = {"effective_on": "2025-02-01", "reason": "it was forgotten"}
    api.done(f"/objectives/{objective}/revision", {"title": "Grow more", **late})
    api.done(f"/objectives/{objective}/transfer", {"unit_id": there.unit, **late})
    api.done(f"/units/{there.unit}/renaming", {"name": "Selling", **late})
    api.done(f"/people/{there.ids['ana']}/transfer", {"unit_id": api.unit("Other"), "manager_id": None})
    api.done(f"/people/{there.ids['bo']}/renaming", {"name": "Bob", **late})
    api.done(f"/measures/{measure}/readings", {"on": days_ago(30), "value": "0.7"})
    there.step(review, "calibration")
    there.step(review, "sharing")
    low = api.active(there.cycle, {"unit_id": there.unit}, title="Below")
    api.done(f"/objectives/{low}/alignments", {"objective_id": objective, "kind": "contributes", **late})


def test_answers_of_one_tag_say_the_same(there: Company) -> None:
    api = there.admin
    prepare(api.dsn)
    review = there.up_to("assessment")
    there.check_in(days_ago(20), "4")
    measured = {"direction": "increase", "baseline": 0, "target": 1, "objective_ids": [there.objective]}
    measure = api.done("/measures", {"name": "Revenue", "effective_on": "2025-01-01", **measured})
    api.done(f"/measures/{measure}/readings", {"on": "2025-02-01", "value": "0.5"})
    plan = change_plan(api, there.objective)
    last = api.post("/units", {"name": "Last", "kind": "team", "effective_on": "2025-01-01"}).json
    assert last is not None
    ids = {"people": there.ids["ana"], "objectives": there.objective, "reviews": review, "measures": measure}
    ids["plans"] = plan
    asked = _asked(api.app, {**ids, "units": there.unit, "cycles": there.cycle, "policies": str(FIRST_ID)})
    callers = {"admin": api, "ana": there.ana, "dan": there.dan}

    def answers(**known: str) -> dict[tuple[str, str], Any]:
        api.project()
        told = {
            (name, path): who.get(path, behind=True, **query, **known)
            for path, query in asked.items()
            for name, who in callers.items()
        }
        return {key: answer for key, answer in told.items() if answer.status_code == 200}

    then, now = answers(known_at=last["recorded_at"]), answers()
    _more_happens(there, review, measure)
    then_again, now_again = answers(known_at=last["recorded_at"]), answers()

    assert len({path for _, path in then}) == len(asked) >= PATHS
    assert {key: answer.headers["ETag"] for key, answer in then.items()} == {
        key: answer.headers["ETag"] for key, answer in then_again.items()
    }
    for key, answer in then.items():
        assert _said(answer) == _said(then_again[key]), key
    assert [key for key in now if now[key].headers["ETag"] == now_again[key].headers["ETag"]] == []
    assert len({answer.headers["ETag"] for answer in [*then.values(), *now.values()]}) == len(then) + len(now)
    changed = {path for name, path in now if _said(now[name, path]) != _said(now_again[name, path])}
    assert len(changed) > len(asked) / 2
