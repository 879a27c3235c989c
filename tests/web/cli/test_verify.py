"""`verify` recomputes the chain and the seals, and names what was altered."""

import json
from uuid import uuid4

import psycopg
import pytest

from application.act import Act
from application.store import Command, Store
from tests.web.cli.conftest import Throughline
from web.wiring import Commands

# Behind the store's back: whatever protects the log is off.
UNPROTECTED = "SET session_replication_role = replica"


def _act(reason: str | None = None) -> Act:
    return Act(actor="token:test", command=Command(uuid4(), b"", remember=False), reason=reason)


@pytest.fixture
def sealed(store: Store) -> str:
    """A cycle that is closed with one cancelled objective in it; the id of the objective."""
    from datetime import date

    use = Commands.over(store)
    first, last = date(2025, 1, 1), date(2030, 12, 31)
    cycle = use.cycles.define(_act(), name="Long", starts_on=first, ends_on=last).id
    use.cycles.activate(_act(), cycle)
    objective = use.objectives.define(
        _act(),
        title="Grow",
        description=None,
        level="team",
        cycle_id=cycle,
        owner=None,
        starts_on=None,
        ends_on=None,
    ).id
    use.objectives.cancel(_act("a test"), objective)
    use.cycles.close(_act(), cycle)
    return str(objective)


def test_a_log_as_it_was_recorded_is_sound(throughline: Throughline, sealed: str) -> None:
    result = throughline("verify")
    assert result.exit_code == 0
    assert result.stdout.startswith("5 events up to position 5; seals of cycles: 1.\n")
    assert result.stdout.endswith("Nothing was altered.\n")

    said = json.loads(throughline("verify", "--json").stdout)
    assert (said["ok"], said["events"], said["position"], said["seals"]) == (True, 5, 5, 1)
    assert said["faults"] == []
    assert f"The digest at the head is {said['digest']}." in result.stdout


def test_an_empty_log_is_sound(throughline: Throughline) -> None:
    assert throughline("verify").exit_code == 0


def test_one_bit_that_was_changed_is_found_and_named(throughline: Throughline, sealed: str, dsn: str) -> None:
    with psycopg.connect(dsn) as conn:
        conn.execute(UNPROTECTED)
        conn.execute(
            "update store.events set state = set_bit(state, 8 * position(%s in state), 1 - get_bit(state, 8 *"
            " position(%s in state))) where position = 3",
            [b"Grow", b"Grow"],
        )

    result = throughline("verify")

    assert result.exit_code == 1
    assert f"wrong: position 3 objective.defined of {sealed}, version 1: its bytes" in result.stdout
    assert "wrong: position 5 cycle.closed of" in result.stdout
    assert "Nothing was altered" not in result.stdout
    said = json.loads(throughline("verify", "--json").stdout)
    assert said["ok"] is False
    faults = [(fault["kind"], fault["position"], fault["topic"]) for fault in said["faults"]]
    assert faults == [("altered", 3, "objective.defined"), ("seal", 5, "cycle.closed")]
    assert said["faults"][0]["aggregate_id"] == sealed


def test_an_event_that_is_gone_is_named(throughline: Throughline, sealed: str, dsn: str) -> None:
    with psycopg.connect(dsn) as conn:
        conn.execute(UNPROTECTED)
        conn.execute("delete from store.events where position = 4")

    result = throughline("verify")

    assert result.exit_code == 1
    assert "wrong: position 4 objective.cancelled" in result.stdout
    assert "there is no event at position 4" in result.stdout
