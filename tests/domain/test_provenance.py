"""No event without an actor; what every event carries; old events always load."""

import copy
from datetime import UTC, datetime
from typing import Any
from uuid import UUID, uuid4

import pytest

from domain.objective import Objective
from domain.provenance import Provenance
from domain.refusals import InvalidValue
from domain.unit import Unit
from tests.domain.case import TODAY, by, id_of
from tests.domain.stories import WAYS, draft, objective_in, smart

COMMAND = UUID("6f1c4b1e-33cf-4b1c-8a4e-0f6a4c7b7a11")


@pytest.mark.parametrize("actor", ["", "  ", "\n"])
def test_a_provenance_needs_an_actor(actor: str) -> None:
    with pytest.raises(ValueError, match="actor"):
        Provenance(actor, COMMAND, TODAY, TODAY)


@pytest.mark.parametrize("actor", [{}, {"actor": ""}, {"actor": " "}])
def test_no_event_can_be_made_without_an_actor(actor: dict[str, str]) -> None:
    fields: dict[str, Any] = {
        "originator_id": id_of("sales"),
        "originator_version": 2,
        "timestamp": datetime.now(UTC),
        "reason": None,
        "effective_on": "2026-06-15",
        "command_id": str(COMMAND),
    }
    with pytest.raises((TypeError, ValueError), match="actor"):
        Unit.Dissolved(**fields | actor)


@pytest.mark.parametrize("reason", ["x" * 5_001, "bell \x07", "half \udc00"])
def test_a_reason_is_a_text_of_reasonable_size(reason: str) -> None:
    with pytest.raises(InvalidValue) as refusal:
        by(reason=reason)
    assert refusal.value.errors[0].pointer == "/reason"


def test_a_blank_reason_is_none() -> None:
    assert by(reason=" \n").reason is None
    assert by(reason=" because ").reason == "because"


def test_every_event_carries_who_why_since_when_and_which_command() -> None:
    objective = draft()
    objective.cancel(by=Provenance("token:hr", COMMAND, TODAY, TODAY, "out of date"))
    event = objective.pending_events[0]
    carried = {name: vars(event)[name] for name in ("actor", "reason", "effective_on", "command_id")}
    assert carried == {
        "actor": "token:hr",
        "reason": "out of date",
        "effective_on": "2026-06-15",
        "command_id": str(COMMAND),
    }


@pytest.mark.parametrize("status", WAYS)
def test_replaying_its_events_gives_the_same_objective(status: str) -> None:
    objective = smart()
    replayed = copy.deepcopy(objective)
    for step in WAYS[status]:
        step(objective)
    for event in objective.collect_events():
        event.mutate(replayed)
    assert replayed == objective


def test_an_event_that_todays_rules_would_refuse_still_loads() -> None:
    objective = objective_in("closed")
    event = Objective.Revised(  # type: ignore[call-arg]  # the framework makes the class a dataclass, unseen by mypy
        originator_id=objective.id,
        originator_version=objective.version + 1,
        timestamp=datetime.now(UTC),
        actor="person:" + str(uuid4()),
        reason=None,
        effective_on="2019-01-01",
        command_id=str(COMMAND),
        amendment=False,
        after={"title": ""},
        before={"title": "something"},
    )
    event.mutate(objective)
    assert objective.version == event.originator_version
