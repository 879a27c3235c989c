"""The simulated answers are those that there are once the plan is carried out: for generated plans over a
generated organisation, whose log an answer about a plan does not move.
"""

import random
from typing import Any

import pytest

from tests.web.api import Api, today
from tests.web.conftest import token

ACTIONS = (
    *("move_unit", "transfer_person", "cancel_objective", "transfer_objective"),
    *("align_objective", "align_objective", "remove_alignment"),
)
LEAST_LIVE = 24


class House:
    """Units, people and objectives, some of which lead to the strategy; it changes with every plan."""

    def __init__(self, api: Api, dice: random.Random) -> None:
        self.api, self.dice = api, dice
        self.second = Api(api.app, api.dsn, token(api.dsn, "admin"))
        cycle = api.cycle()
        self.units = [api.unit("Top")]
        for name in ("North", "South", "East", "West", "Middle"):
            self.units.append(api.unit(name, dice.choice(self.units)))
        self.people = [api.person(dice.choice(self.units), f"Person {number}") for number in range(6)]
        self.goals = [
            api.active(cycle, {"unit_id": self.units[0]}, level="strategic", title=f"Goal {number}")
            for number in range(3)
        ]
        measured = [{"title": "Done", "kind": "increase", "baseline": "0", "target": "10"}]
        self.objectives = [
            api.active(cycle, self.owner(), title=f"Objective {number}", key_results=measured)
            for number in range(30)
        ]
        for of in api.ask("/key-results", limit=100)["items"]:
            reading = {"key_result_id": of["id"], "value": str(dice.randrange(12))}
            path = f"/objectives/{of['objective']['id']}/check-ins"
            api.done(path, {"on": today(), "readings": [reading]})
        for place, id in enumerate(self.objectives):
            above = [*self.goals, *self.objectives[:place]]
            for parent in dice.sample(above, dice.choice((0, 1, 1, 2))):
                self.api.post(f"/objectives/{id}/alignments", {**self.link(parent), "reason": "a test"})
        api.project()

    def owner(self) -> dict[str, str]:
        return self.dice.choice(
            [{"unit_id": self.dice.choice(self.units)}, {"person_id": self.dice.choice(self.people)}]
        )

    def link(self, parent: str) -> dict[str, str]:
        return {
            "objective_id": parent,
            "kind": self.dice.choice(["contributes", "supports"]),
            "weight": self.dice.choice(["1", "2", "0.50"]),
        }

    def change(self) -> dict[str, Any]:
        """One that may be refused."""
        dice, action = self.dice, self.dice.choice(ACTIONS)
        objective, parent = dice.choice(self.objectives), dice.choice([*self.goals, *self.objectives])
        link = {**self.link(parent), "objective_id": objective, "parent_id": parent}
        owner = {f"owner_{name}": id for name, id in self.owner().items()}
        manager = dice.choice([None, *self.people])
        fields: dict[str, dict[str, Any]] = {
            "move_unit": {"unit_id": dice.choice(self.units), "parent_id": dice.choice([None, *self.units])},
            "transfer_person": {
                "person_id": dice.choice(self.people),
                "unit_id": dice.choice(self.units),
                "manager_id": manager,
            },
            "cancel_objective": {"objective_id": dice.choice([*self.goals, *[objective] * 5])},
            "transfer_objective": {"objective_id": objective, **owner},
            "align_objective": link,
            "remove_alignment": {"objective_id": objective, "parent_id": parent},
        }
        return {"action": action, **fields[action]}

    def draft(self) -> tuple[str, set[str]]:
        """A plan of one to eight changes that can be made one after the other, found by trying, and what they
        are.
        """
        changes = [self.change() for _ in range(self.dice.randint(1, 8))]
        found = asked(self.api, "/alignment-links", limit=500)["items"]
        for change in changes:
            if change["action"] == "remove_alignment" and found:
                link = self.dice.choice(found)
                change["objective_id"], change["parent_id"] = link["from"], link["to"]
        while True:
            body = {"title": "A plan", "reason": "a test", "changes": changes}
            answer = self.api.post("/plans", body)
            assert answer.json is not None
            if answer.status_code == 201:
                return str(answer.json["id"]), {change["action"] for change in changes}
            assert answer.status_code in (404, 409, 422), answer.text
            pointers = [error["pointer"] for error in answer.json.get("errors", ())]
            wrong = int(pointers[0].split("/")[2]) if pointers else self.dice.randrange(len(changes))
            changes = changes[:wrong] + changes[wrong + 1 :] or [self.change()]

    def revive(self) -> bool:
        """Takes back what was cancelled, where little is left; whether that was so."""
        gone = asked(self.api, "/objectives", status="cancelled", limit=100)["items"]
        live = len(self.goals) + len(self.objectives) - len(gone)
        if not gone or (live >= LEAST_LIVE and self.dice.random() > 0.05):
            return False
        for each in gone:
            self.api.done(f"/objectives/{each['id']}/reinstatement", {"reason": "a test"})
        return True


def agree(house: House, plans: int) -> None:
    """A plan is drafted before the one before it is looked at: that changes no figure, and the projector is
    run once for both.
    """
    api, kinds, told = house.api, set[str](), dict[str, Any]()
    was, compared = asked(api, "/alignment-health"), 0
    while compared < plans:
        id, actions = house.draft()
        kinds |= actions
        before = api.events()
        api.project()
        if told:
            was = _compare(api, told, was, whole=compared % 10 == 0)
            compared += 1
        if house.revive():
            api.project()
            was = asked(api, "/alignment-health")
            told = {}
            continue  # what the plan names has changed
        told = asked(api, f"/plans/{id}/impact")
        assert api.events() == before
        house.second.done(f"/plans/{id}/approval")
        api.done(f"/plans/{id}/application")
    assert plans < 30 or kinds == set(ACTIONS)


def asked(api: Api, path: str, **query: Any) -> Any:
    """The answer, without waiting for the projector."""
    answer = api.get(path, behind=True, **query)
    assert answer.status_code == 200, answer.text
    return answer.json


def _compare(api: Api, told: dict[str, Any], was: dict[str, Any], *, whole: bool) -> dict[str, Any]:
    """Everything that was told of the plan is so now, and what was not told is as it was; gives health now.
    The `whole` is also held to the questions of what has changed since.
    """
    health: dict[str, Any] = asked(api, "/alignment-health")
    assert told["health"]["before"] == was["total"]
    assert told["health"]["after"] == health["total"]
    figures = [{each["unit_id"]: _figures(each) for each in side["units"]} for side in (was, health)]
    would_be = {each["unit_id"]: _figures(each["after"]) for each in told["health"]["units"]}
    assert {**figures[0], **would_be} == figures[1]
    times = {"from_known_at": told["known_at"]} if whole else {}
    reach = asked(api, "/alignment-health/reach", **times)
    rows = told["reach"]["rows"]
    assert (rows if whole else [_alone(row) for row in rows if row["goal_change"] != "gone"]) == reach["rows"]
    assert told["reach"]["total"] == reach["total"]
    if whole:
        assert told["reach"]["from"]["total"] == reach["from"]["total"]
        change = asked(api, "/alignment-health/change", **times, **{"from": today()})
        found = [
            {each["objective_id"]: (each["before"], each["after"]) for each in answer["objectives"]}
            for answer in (told, change)
        ]
        assert found[0] == found[1]
    return health


def _alone(row: dict[str, Any]) -> dict[str, Any]:
    """A row of reach that is compared with nothing."""
    cells = [{**cell, "change": None} for cell in row["cells"]]
    return {**row, "before": None, "goal_change": None, "cells": cells}


def _figures(of_unit: dict[str, Any]) -> dict[str, Any]:
    return {name: value for name, value in of_unit.items() if name not in ("unit_id", "name", "status")}


def test_the_simulated_answers_are_those_once_it_is_carried_out(api: Api) -> None:
    agree(House(api, random.Random(20261129)), 30)


@pytest.mark.long
@pytest.mark.timeout(1_200)
@pytest.mark.parametrize("seed", range(4))
def test_they_are_for_a_thousand_plans(api: Api, seed: int) -> None:
    agree(House(api, random.Random(seed)), 250)
