"""A small organisation with one cycle and everybody who has a part in a review, for tests of the API."""

from dataclasses import dataclass
from datetime import UTC, datetime, timedelta
from typing import Any
from uuid import UUID

from tests.web.api import Api
from tests.web.conftest import token

TEXT = "Two of three markets are open."
STEPS: list[tuple[str, str, dict[str, Any]]] = [
    ("self-assessment", "ana", {"text": TEXT}),
    ("assessment", "bo", {"rating": 3, "text": TEXT}),
    ("calibration", "hr", {"rating": 4, "reason_code": "consistency", "comment": "as elsewhere"}),
    ("sharing", "bo", {}),
    ("appeal", "ana", {"grounds": "The third was closed to all."}),
    ("appeal-decision", "eva", {"decision": "amended", "rating": 5, "comment": "It was."}),
    ("finalisation", "hr", {}),
]
"""Path, who posts it, and the body of a whole life."""


def days_ago(days: int) -> str:
    return (datetime.now(UTC).date() - timedelta(days=days)).isoformat()


@dataclass
class Company:
    """Ana is reviewed by Bo, her manager, who reports to Cleo. Dan has nothing to do with it. `hr` and
    `eva` are people of personnel; `admin` and `auditor` are tokens without a person.
    """

    admin: Api
    hr: Api
    eva: Api
    auditor: Api
    ana: Api
    bo: Api
    cleo: Api
    dan: Api
    ids: dict[str, str]
    unit: str
    cycle: str
    objective: str
    key_result: str

    def who(self, name: str) -> Api:
        found: Api = getattr(self, name)
        return found

    def review(self, *, objectives: list[dict[str, Any]] | None = None, **given: Any) -> str:
        """Opened 40 days ago."""
        return self.hr.done("/reviews", self.opening(objectives=objectives, **given))

    def opening(self, *, objectives: list[dict[str, Any]] | None = None, **given: Any) -> dict[str, Any]:
        whole = [{"objective_id": self.objective, "weight": "100"}]
        return {
            "person_id": self.ids["ana"],
            "reviewer_id": self.ids["bo"],
            "cycle_id": self.cycle,
            "objectives": whole if objectives is None else objectives,
            "effective_on": days_ago(40),
            **given,
        }

    def step(self, review: str, path: str, effective_on: str | None = None, **changed: Any) -> list[str]:
        """Takes this one of STEPS; the events that it recorded."""
        _, name, body = next(step for step in STEPS if step[0] == path)
        answer = self.who(name).post(
            f"/reviews/{review}/{path}", {**body, "effective_on": effective_on or days_ago(20), **changed}
        )
        assert answer.status_code == 200, answer.text
        assert answer.json is not None
        events: list[str] = answer.json["events"]
        return events

    def up_to(self, path: str, **given: Any) -> str:
        """A review that has taken every one of STEPS up to this one, 20 days ago."""
        review = self.review(**given)
        for step, _, _ in STEPS:
            self.step(review, step)
            if step == path:
                break
        return review

    def check_in(self, on: str, value: str) -> None:
        reading = {"key_result_id": self.key_result, "value": value}
        self.admin.done(f"/objectives/{self.objective}/check-ins", {"on": on, "readings": [reading]})


def company(api: Api) -> Company:
    """All since 1 January 2025; Ana has one active objective, measured from 0 to 10."""
    unit, cycle = api.unit(), api.cycle()
    api.done(f"/cycles/{cycle}/activation", {"effective_on": "2025-01-01"})
    cleo = _person(api, unit, "Cleo", None)
    bo = _person(api, unit, "Bo", cleo)
    ids = {"cleo": cleo, "bo": bo, "ana": _person(api, unit, "Ana", bo)}
    ids |= {name: _person(api, unit, name.title(), None) for name in ("dan", "hr", "eva")}
    measured = [{"title": "Markets", "kind": "increase", "baseline": 0, "target": 10}]
    objective = api.active(
        cycle, {"person_id": ids["ana"]}, level="strategic", title="Grow", key_results=measured
    )
    key_result = api.ask(f"/objectives/{objective}")["key_results"][0]["id"]
    people = {name: _as(api, "employee", ids[name]) for name in ("ana", "bo", "cleo", "dan")}
    return Company(
        admin=api,
        hr=_as(api, "hr", ids["hr"]),
        eva=_as(api, "hr", ids["eva"]),
        auditor=_as(api, "auditor", None),
        ids=ids,
        unit=unit,
        cycle=cycle,
        objective=objective,
        key_result=key_result,
        **people,
    )


def change_plan(api: Api, objective: str) -> str:
    """A plan to cancel the objective, drafted on 3 January 2025, with a comment."""
    changes = [{"action": "cancel_objective", "objective_id": objective}]
    body = {"title": "Less", "changes": changes, "reason": "a test", "effective_on": "2025-01-03"}
    plan = api.done("/plans", body)
    api.done(f"/plans/{plan}/comments", {"text": TEXT, "effective_on": "2025-01-03"})
    return plan


def _person(api: Api, unit: str, name: str, manager: str | None) -> str:
    body = {"name": name, "unit_id": unit, "manager_id": manager, "effective_on": "2025-01-01"}
    return api.done("/people", body)


def _as(api: Api, role: str, person: str | None) -> Api:
    person_id = None if person is None else UUID(person)
    return Api(api.app, api.dsn, token(api.dsn, role, person_id=person_id))
